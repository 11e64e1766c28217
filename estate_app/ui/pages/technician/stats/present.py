"""A technician's results in words: each figure with what it is a share of, compared with the month before. Pure."""

from dataclasses import dataclass, field

from estate_app.kit.i18n import Message, msg, translate
from estate_app.repair.performance import MonthFigures, Performance
from estate_app.ui.view import Bar, Kpi

_NONE = "—"


@dataclass(frozen=True, slots=True)
class Month:
    """One month: five figures and the three dimensions of its ratings."""

    name: str = ""
    kpis: list[Kpi] = field(default_factory=list)
    stars: list[Bar] = field(default_factory=list)
    ratings: str = ""


@dataclass(frozen=True, slots=True)
class Stats:
    """The score with its sample and the two months."""

    score: str = ""
    sample: str = ""
    this_month: Month = Month()
    last_month: Month = Month()


def stats(found: Performance, *, locale: str) -> Stats:
    """Everything on the page."""
    tenths = (found.score_milli + 50) // 100
    sample = msg("from {count} ratings and ten of 4.5 as a start", count=found.score_count)
    return Stats(
        f"{tenths // 10}.{tenths % 10}",
        translate(sample, locale),
        _month(found.this_month, found.last_month, locale),
        _month(found.last_month, None, locale),
    )


def _month(now: MonthFigures, before: MonthFigures | None, locale: str) -> Month:
    name = translate(msg("{year}-{month}", year=now.month_on.year, month=f"{now.month_on.month:02d}"), locale)
    note = msg("{count} ratings", count=now.ratings)
    stars = [
        _stars(msg("Quality"), now.quality, now.ratings, locale),
        _stars(msg("Attitude"), now.attitude, now.ratings, locale),
        _stars(msg("Timeliness"), now.timeliness, now.ratings, locale),
    ]
    return Month(name, _kpis(now, before, locale), stars if now.ratings else [], translate(note, locale))


def _kpis(now: MonthFigures, before: MonthFigures | None, locale: str) -> list[Kpi]:
    def said(label: Message, value: str, unit: Message | None, note: Message | None) -> Kpi:
        return Kpi(
            translate(label, locale), value, translate(unit, locale) if unit else "", translate(note, locale) if note else ""
        )  # fmt: skip

    def share(label: Message, part: int, name: str) -> Kpi:
        of = msg("{part} of {whole}", part=part, whole=now.done)
        if before is not None and before.done:
            of = msg("{of} · {share} the month before", of=of, share=_percent(getattr(before, name), before.done))
        return said(label, _percent(part, now.done), None, of if now.done else msg("no finished orders"))

    last = msg("{count} the month before", count=before.done) if before is not None else None
    hours = msg("{minutes} min an order", minutes=(now.minutes + now.done // 2) // now.done) if now.done else None
    return [
        said(msg("Finished orders"), str(now.done), None, last),
        share(msg("On time"), now.on_time, "on_time"),
        share(msg("Done on the first visit"), now.first_visit, "first_visit"),
        share(msg("Came back"), now.redone, "redone"),
        said(msg("Minutes of work"), f"{now.minutes:,}", msg("min"), hours),
    ]


def _percent(part: int, whole: int) -> str:
    return f"{(part * 100 + whole // 2) // whole}%" if whole else _NONE


def _stars(name: Message, total: int, count: int, locale: str) -> Bar:
    tenths = (total * 10 + count // 2) // count if count else 0
    return Bar(translate(name, locale), tenths * 2, f"{tenths // 10}.{tenths % 10}")
