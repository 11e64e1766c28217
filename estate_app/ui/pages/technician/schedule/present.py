"""A technician's week: duty, leave and agreed visits of each day. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from estate_app.kit.clock import business_date, day_bounds
from estate_app.kit.i18n import Message, msg, translate
from estate_app.repair.queries import OrderRow
from estate_app.repair.roster import Span
from estate_app.ui.pages.common.repair import named, place_of
from estate_app.ui.when import clock_text, day_text, weekday_text

DAYS = 7
_KINDS: dict[str, tuple[Message, str]] = {
    "duty": (msg("On duty"), "indigo"),
    "on_call": (msg("On call"), "gray"),
    "leave": (msg("On leave"), "orange"),
}


@dataclass(frozen=True, slots=True)
class SpanLine:
    """A shift or a leave on one day."""

    label: str
    time: str
    tone: str


@dataclass(frozen=True, slots=True)
class Visit:
    """An agreed visit."""

    href: str
    time: str
    place: str
    title: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day; `is_free` when nothing is planned on it."""

    key: str
    weekday: str
    day: str
    is_today: bool
    is_free: bool
    spans: list[SpanLine] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)


def week(spans: Sequence[Span], visits: Sequence[OrderRow], *, now: datetime, locale: str) -> list[Day]:
    """The seven days from today on."""
    today = business_date(now)
    return [_day(today + timedelta(days=n), today, spans, visits, locale) for n in range(DAYS)]


def _day(on: date, today: date, spans: Sequence[Span], visits: Sequence[OrderRow], locale: str) -> Day:
    start, end = day_bounds(on)
    lines = [_line(s, on, locale) for s in spans if s.starts_at < end and s.ends_at > start]
    planned = [_visit(v, locale) for v in visits if v.visit_from_at is not None and start <= v.visit_from_at < end]
    name = translate(msg("Today"), locale) if on == today else weekday_text(on, locale=locale)
    return Day(on.isoformat(), name, day_text(on, today=today, locale=locale), on == today, not lines and not planned, lines, planned)


def _line(span: Span, on: date, locale: str) -> SpanLine:
    start, end = day_bounds(on)
    name, tone = _KINDS[span.kind]
    label = translate(name, locale)
    if span.reason:
        label = translate(msg("{what} · {reason}", what=name, reason=span.reason), locale)
    if span.starts_at <= start and span.ends_at >= end:
        return SpanLine(label, translate(msg("all day"), locale), tone)
    last = clock_text(span.ends_at) if span.ends_at < end else "24:00"
    return SpanLine(label, f"{clock_text(max(span.starts_at, start))}–{last}", tone)


def _visit(row: OrderRow, locale: str) -> Visit:
    assert row.visit_from_at is not None  # noqa: S101 -- the caller has looked
    until = f"–{clock_text(row.visit_to_at)}" if row.visit_to_at else ""
    place = place_of(row, locale)
    return Visit(f"/tech/jobs/{row.id}", f"{clock_text(row.visit_from_at)}{until}", place, named(row.category, row.category_en, locale))
