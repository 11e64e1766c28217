"""What an import found and did."""

from dataclasses import dataclass
from enum import StrEnum

from estate_app.kit.i18n import Message


class ImportKind(StrEnum):
    """What a file holds."""

    rooms = "rooms"
    people = "people"
    meters = "meters"
    arrears = "arrears"
    parking = "parking"
    readings = "readings"
    repairs = "repairs"
    categories = "categories"


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Why a row cannot be taken: the row as its number on screen, the cell (`B5`), and a sentence with the remedy."""

    sheet: str
    row: int
    cell: str
    message: Message


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The outcome. `is_written` is false after a dry run, and after problems unless bad rows were to be skipped."""

    kind: ImportKind
    sha256: str
    rows: int
    added: int
    changed: int
    unchanged: int
    problems: tuple[CellProblem, ...]
    mapping: tuple[tuple[str, str], ...]
    is_written: bool
    is_known_file: bool = False

    @property
    def bad_rows(self) -> int:
        """How many rows have a problem."""
        return len({(problem.sheet, problem.row) for problem in self.problems})


@dataclass(frozen=True, slots=True)
class Counts:
    """How many things an import adds, changes and finds as they are."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
