"""A page of a list: what was asked for, and what came back."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
DEFAULT_SIZE = 20
MAX_SIZE = 100


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page (from 1) of which size, and by which column it is sorted (`-column` descends)."""

    number: int = 1
    size: int = DEFAULT_SIZE
    sort: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "number", max(1, min(self.number, 1_000_000)))
        object.__setattr__(self, "size", max(1, min(self.size, MAX_SIZE)))

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.number - 1) * self.size


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The rows of one page and how many there are in all."""

    rows: tuple[T, ...]
    total: int
    request: PageRequest

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.request.size))
