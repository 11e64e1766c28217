"""Imports: the list, one import, its columns and its errors. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from estate_app.importing.models import ImportJob, ImportStatus
from estate_app.importing.report import ImportKind
from estate_app.importing.service import LOADERS
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg, translate
from estate_app.notification.text import unpack
from estate_app.ui.view import Badge, Fact, Option
from estate_app.ui.when import full_day

SHOWN = 100
KINDS: Mapping[ImportKind, Message] = {
    ImportKind.rooms: msg("Rooms with owners"),
    ImportKind.people: msg("People of rooms"),
    ImportKind.meters: msg("Meters of rooms"),
    ImportKind.readings: msg("Meter readings"),
    ImportKind.arrears: msg("Opening arrears"),
    ImportKind.parking: msg("Parking spaces"),
    ImportKind.repairs: msg("Repairs"),
    ImportKind.categories: msg("Categories"),
}
_LOOK: Mapping[ImportStatus, tuple[Message, str, str]] = {
    ImportStatus.waiting: (msg("Waiting to be checked"), "gray", "clock"),
    ImportStatus.checking: (msg("Being checked"), "indigo", "loader-circle"),
    ImportStatus.checked: (msg("Checked, not yet imported"), "orange", "clock"),
    ImportStatus.writing: (msg("Being imported"), "indigo", "loader-circle"),
    ImportStatus.done: (msg("Import done"), "green", "check"),
    ImportStatus.failed: (msg("Cannot be imported"), "red", "triangle-alert"),
    ImportStatus.discarded: (msg("Discarded"), "gray", "ban"),
}

NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class JobLine:
    """One import of the list."""

    id: str
    href: str
    file: str
    kind: str
    day: str
    rows: str
    bad: str
    badge: Badge


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One cell that cannot be taken."""

    id: str
    cell: str
    text: str


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One thing that the file may tell, and the column chosen for it."""

    name: str
    title: str
    hint: str
    chosen: str


@dataclass(frozen=True, slots=True)
class JobView:
    """The import in view."""

    id: str = ""
    file: str = ""
    kind: str = ""
    badge: Badge = NO_BADGE
    percent: int = 0
    progress: str = ""
    failure: str = ""
    is_busy: bool = False
    is_checked: bool = False
    is_known: bool = False
    has_marked: bool = False
    bad: int = 0
    more: int = 0
    good: int = 0
    facts: list[Fact] = field(default_factory=list)


def badge(status: ImportStatus, locale: str) -> Badge:
    """The badge of an import's state."""
    word, tone, icon = _LOOK[status]
    return Badge(translate(word, locale), tone, "soft", icon)


def job_line(job: ImportJob, *, locale: str) -> JobLine:
    """One import of the list."""
    return JobLine(
        id=str(job.id),
        href=f"/manage/imports/{job.id}",
        file=job.file_name,
        kind=translate(KINDS[job.kind], locale),
        day=full_day(business_date(job.created_at), locale=locale),
        rows=f"{job.row_count:,}",
        bad=f"{job.bad_rows:,}" if job.bad_rows else "—",
        badge=badge(job.status, locale),
    )


def job_view(job: ImportJob, *, locale: str) -> JobView:
    """The import in view."""
    is_busy = job.status in {ImportStatus.waiting, ImportStatus.checking, ImportStatus.writing}
    counted = {msg("Rows"): job.row_count, msg("New"): job.added, msg("Changed"): job.changed, msg("As they are"): job.unchanged}
    facts = [Fact(translate(word, locale), f"{count:,}") for word, count in (*counted.items(), (msg("Rows with errors"), job.bad_rows))]
    return JobView(
        id=str(job.id),
        file=job.file_name,
        kind=translate(KINDS[job.kind], locale),
        badge=badge(job.status, locale),
        percent=min(100, job.done_count * 100 // job.row_count) if job.row_count else 0,
        progress=translate(msg("{done} of {total} rows", done=f"{job.done_count:,}", total=f"{job.row_count:,}"), locale),
        failure=translate(unpack(job.failure), locale) if job.failure else "",
        is_busy=is_busy,
        is_checked=job.status is ImportStatus.checked,
        is_known=job.is_known_file,
        has_marked=bool(job.problems) and bool(job.content),
        bad=job.bad_rows,
        more=max(0, len(job.problems) - SHOWN),
        good=job.row_count - job.bad_rows,
        facts=facts,
    )


def problem_lines(job: ImportJob, *, locale: str) -> list[ProblemLine]:
    """The first cells that cannot be taken."""
    lines = []
    for number, problem in enumerate(job.problems[:SHOWN]):
        message = problem["message"]
        text = translate(unpack(message), locale) if isinstance(message, dict) else ""
        place = f"{problem['sheet']}!{problem['cell']}" if problem["sheet"] else str(problem["cell"])
        lines.append(ProblemLine(str(number), place, text))
    return lines


def column_lines(job: ImportJob, *, locale: str) -> list[ColumnLine]:
    """Every field of the kind with the column that was found or chosen."""
    return [
        ColumnLine(
            plan.name,
            translate(plan.title, locale),
            translate(msg("needed"), locale) if plan.is_needed else "",
            job.mapping.get(plan.name, ""),
        )
        for plan in LOADERS[job.kind]().fields
    ]


def title_options(job: ImportJob) -> list[Option]:
    """The titles of the file's columns as choices."""
    return [Option(title, title) for title in dict.fromkeys(job.titles)]


def kind_options(kinds: tuple[ImportKind, ...], locale: str) -> list[Option]:
    """What the person may import."""
    return [Option(kind.value, translate(KINDS[kind], locale)) for kind in kinds]
