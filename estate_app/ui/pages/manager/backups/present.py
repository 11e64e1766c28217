"""Backups as the administrator sees them: the last good one, what is kept, and how far a running one is. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from estate_app.jobs.backups import BackupWork, Kept
from estate_app.jobs.models import JobRun
from estate_app.jobs.queries import JobState
from estate_app.kit.i18n import Message, msg, translate
from estate_app.ui.view import Kpi
from estate_app.ui.when import exact_text, moment_text

OLD = timedelta(hours=26)
"""A daily backup older than this has been missed."""
_WEEK_OLD = timedelta(days=8)
_STEPS: Mapping[BackupWork, Mapping[str, tuple[int, Message]]] = {
    BackupWork.backup: {
        "": (5, msg("Starting")),
        "database": (20, msg("Saving the database")),
        "media": (75, msg("Saving the photos")),
    },
    BackupWork.backup_drill: {
        "": (5, msg("Starting")),
        "checksums": (15, msg("Comparing checksums")),
        "restore": (35, msg("Restoring into a scratch database")),
        "media": (85, msg("Comparing the photos")),
    },
}
_NAMES: Mapping[BackupWork, Message] = {
    BackupWork.backup: msg("A backup is being made"),
    BackupWork.backup_drill: msg("The newest backup is being restored as a drill"),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """What runs; nothing when `title` is empty."""

    title: str = ""
    step: str = ""
    percent: int = 0


@dataclass(frozen=True, slots=True)
class BackupLine:
    """One complete backup."""

    id: str
    taken: str
    exact: str
    size: str
    rows: str
    photos: str


def size_text(size: int) -> str:
    """`38.4 MB`; powers of 1024."""
    value, units = float(size), ["B", "KB", "MB", "GB", "TB"]
    while value >= 1024 and len(units) > 1:
        value /= 1024
        units.pop(0)
    return f"{value:.0f} {units[0]}" if units[0] == "B" else f"{value:.1f} {units[0]}"


def backup_line(kept: Kept, *, now: datetime, locale: str) -> BackupLine:
    """One line of the list."""
    return BackupLine(
        id=kept.name,
        taken=moment_text(kept.taken_at, now=now, locale=locale),
        exact=exact_text(kept.taken_at),
        size=size_text(kept.size),
        rows=f"{kept.rows:,}",
        photos=f"{kept.photos:,}",
    )


def progress(work: BackupWork, step: str, *, locale: str) -> Progress:
    """How far a running one is; a step that has no name here is the last known kind of work."""
    steps = _STEPS[work]
    percent, words = steps.get(step, steps[""])
    return Progress(translate(_NAMES[work], locale), translate(words, locale), percent)


def figures(kept: Sequence[Kept], states: Sequence[JobState], *, keep: int, now: datetime, locale: str) -> list[Kpi]:
    """The last good backup, the last good drill, and what is kept."""
    by_name = {state.name: state for state in states}
    backup, drill = by_name.get(BackupWork.backup), by_name.get(BackupWork.backup_drill)
    return [
        _last(msg("Last good backup"), backup.ok_at if backup else None, OLD, now, locale),
        _last(msg("Last good drill"), drill.ok_at if drill else None, _WEEK_OLD, now, locale),
        Kpi(
            label=translate(msg("Kept"), locale),
            value=str(len(kept)),
            unit=translate(msg("of {count}", count=keep), locale),
            note=translate(msg("older ones are removed"), locale),
        ),
        Kpi(
            label=translate(msg("Newest"), locale),
            value=size_text(kept[0].size) if kept else "—",
            note=translate(msg("{count} rows", count=f"{kept[0].rows:,}"), locale) if kept else "",
        ),
    ]


def _last(label: Message, at: datetime | None, limit: timedelta, now: datetime, locale: str) -> Kpi:
    if at is None:
        return Kpi(label=translate(label, locale), value="—", change=translate(msg("never yet"), locale), tone="red")
    is_old = now - at > limit
    words = msg("older than it should be") if is_old else msg("in order")
    return Kpi(
        label=translate(label, locale), value=moment_text(at, now=now, locale=locale), change=translate(words, locale),
        tone="red" if is_old else "green",
    )  # fmt: skip


def failure(runs: Sequence[JobRun | None], *, now: datetime, locale: str) -> str:
    """What failed last and has not gone well since; empty when all is well."""
    for run in runs:
        if run is not None and not run.is_ok:
            name = msg("Backup") if run.name == BackupWork.backup else msg("Drill")
            at = moment_text(run.started_at, now=now, locale=locale)
            return translate(
                msg("{name} failed {time}: {reason}. The server's log says more", name=name, time=at, reason=run.detail), locale
            )
    return ""
