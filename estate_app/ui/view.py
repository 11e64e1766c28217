"""View models that components draw: frozen values of text, ints and bools. Pure, so that any `present.py` may make them."""

from dataclasses import dataclass, field
from typing import Literal

from estate_app.kit.i18n import msg, translate

Tone = Literal["gray", "orange", "indigo", "green", "red"]
Variant = Literal["soft", "surface"]


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in one word: colour, icon and text say the same."""

    label: str
    tone: str = "gray"
    variant: str = "soft"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select, a filter or a switcher."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and its value, as in a detail's list or a confirmation's body."""

    label: str
    value: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One of the stepper's words; `state` is done, current or todo; `fill` is how far a current step is, in percent."""

    label: str
    state: str = "todo"
    time: str = ""
    icon: str = ""
    fill: int = 100


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture by its signed link; `tag` is a word such as 维修后; `state` is empty, uploading or failed."""

    id: str
    url: str
    thumbnail_url: str = ""
    alt: str = ""
    tag: str = ""
    state: str = ""
    progress: int = 100


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """What happened, who did it and when, newest first."""

    title: str
    time: str
    body: str = ""
    icon: str = ""
    tone: str = "gray"
    photos: list[Photo] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure with its unit and one line that compares it; `trend` is up, down or empty; `tone` is green, red or gray."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    change: str = ""
    trend: str = ""
    tone: str = "gray"
    href: str = ""
    spark: str = ""


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a list stands: text such as 第 1–20 条，共 86 条, and the page numbers to offer (0 is a gap)."""

    summary: str = ""
    page: int = 1
    pages: int = 1
    page_size: int = 20
    total: int = 0
    numbers: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a plain list of bars: label, how far in percent, and the value as text."""

    label: str
    percent: int
    value: str
    tone: str = "indigo"
    href: str = ""


def spark_points(values: list[int], *, width: int = 80, height: int = 28) -> str:
    """Turn at least six numbers into the points of a small line; fewer draw nothing."""
    if len(values) < 6:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = width / (len(values) - 1)
    return " ".join(f"{index * step:.0f},{height - 2 - (value - low) * (height - 4) // span}" for index, value in enumerate(values))


def make_pager(*, page: int, page_size: int, total: int, locale: str) -> Pager:
    """Say where a list stands in a person's language."""
    pages = max(1, -(-total // page_size))
    first, last = (page - 1) * page_size + 1, min(page * page_size, total)
    summary = (
        translate(msg("{first}–{last} of {total}", first=first, last=last, total=f"{total:,}"), locale)
        if total
        else translate(msg("Nothing to show"), locale)
    )
    return Pager(summary=summary, page=page, pages=pages, page_size=page_size, total=total, numbers=page_numbers(page, pages))


def page_numbers(page: int, pages: int) -> list[int]:
    """The pages to offer around the current one, the first and the last always among them; 0 is a gap."""
    near = sorted({1, pages} | {number for number in range(page - 1, page + 2) if 1 <= number <= pages})
    numbers: list[int] = []
    for number in near:
        if numbers and number - numbers[-1] == 2:
            numbers.append(number - 1)
        elif numbers and number - numbers[-1] > 2:
            numbers.append(0)
        numbers.append(number)
    return numbers
