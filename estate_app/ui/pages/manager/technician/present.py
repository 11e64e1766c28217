"""One technician: trades, zones, fourteen days, capacity; and what the forms of the page mean. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from estate_app.kit.clock import at_local, business_date
from estate_app.kit.i18n import Message, msg, translate
from estate_app.property.models import Building
from estate_app.repair.models import ShiftKind, Trade
from estate_app.repair.roster import Span, TechnicianRow
from estate_app.repair.rules import MAX_LEVEL, TRADE_NAMES
from estate_app.ui.pages.manager.technician.week import WEEKDAYS, read_clock, read_date, read_kind
from estate_app.ui.pages.manager.technicians.present import load_tone, presence_badge, score_text
from estate_app.ui.view import Badge, Option
from estate_app.ui.when import clock_text, day_text, moment_text

DAYS = 14
_KINDS: Mapping[str, tuple[Message, str]] = {
    "duty": (msg("On duty"), "green"),
    "on_call": (msg("On call"), "indigo"),
    "leave": (msg("On leave"), "orange"),
}
_NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class Head:
    """Who it is and how the day stands."""

    name: str = ""
    phone: str = ""
    badge: Badge = _NO_BADGE
    score: str = ""
    load: str = ""
    percent: int = 0
    tone: str = "green"
    open_count: str = ""
    orders_href: str = ""
    daily_minutes: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class TradeLevel:
    """One trade with the level, 0 for none."""

    trade: str
    label: str
    level: str


@dataclass(frozen=True, slots=True)
class ZoneBox:
    """One building of the estate, and whether it is a main one."""

    id: str
    label: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class SpanLine:
    """A shift or a leave on a day; `key` is `shift-5` or `leave-7`."""

    key: str
    kind: str
    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of the fourteen."""

    day: str
    label: str
    spans: list[SpanLine]


@dataclass(frozen=True, slots=True)
class TechnicianView:
    """Everything on the page."""

    head: Head = Head()
    trades: list[TradeLevel] = field(default_factory=list)
    zones: list[ZoneBox] = field(default_factory=list)
    days: list[DayLine] = field(default_factory=list)
    today: str = ""
    is_here: bool = False
    may_leave: bool = False


def technician_view(
    row: TechnicianRow, spans: Iterable[Span], buildings: Iterable[Building], *, estate_id: int, now: datetime, locale: str
) -> TechnicianView:
    """Turn a technician into the page; `buildings` are those of the estate in view, `may_leave` whether there is another one."""
    who, levels = row.who, dict(row.who.trades)
    head = Head(
        name=who.name,
        phone=who.phone,
        badge=presence_badge(who, locale=locale),
        score=score_text(who.score_milli, who.score_count, locale),
        load=f"{row.booked_minutes}/{who.daily_minutes}",
        percent=min(100, row.booked_minutes * 100 // max(1, who.daily_minutes)),
        tone=load_tone(row.booked_minutes, who.daily_minutes),
        open_count=str(row.open_count),
        orders_href=f"/manage/repairs?family=open&technician_id={who.technician_id}",
        daily_minutes=str(who.daily_minutes),
        is_active=who.is_active,
    )
    return TechnicianView(
        head,
        [TradeLevel(trade.value, translate(name, locale), str(levels.get(trade, 0))) for trade, name in TRADE_NAMES.items()],
        [ZoneBox(str(b.id), b.name, b.id in who.building_ids) for b in buildings],
        day_lines(spans, now=now, locale=locale),
        business_date(now).isoformat(),
        estate_id in who.estate_ids,
        estate_id in who.estate_ids and len(who.estate_ids) > 1,
    )


def day_lines(spans: Iterable[Span], *, now: datetime, locale: str) -> list[DayLine]:
    """Today and the next thirteen days; what lasts over midnight stands on each of its days."""
    today, known = business_date(now), list(spans)
    lines = []
    for day in (today + timedelta(days=n) for n in range(DAYS)):
        label = f"{day_text(day, today=today, locale=locale)} {translate(WEEKDAYS[day.weekday()], locale)}"
        of_day = [s for s in known if business_date(s.starts_at) <= day <= business_date(s.ends_at - timedelta(microseconds=1))]
        lines.append(DayLine(day.isoformat(), label, [_span(s, day, now, locale) for s in of_day]))
    return lines


def _span(span: Span, day: date, now: datetime, locale: str) -> SpanLine:
    name, tone = _KINDS[span.kind]
    starts, ends = (
        clock_text(at) if business_date(at) == day else moment_text(at, now=now, locale=locale) for at in (span.starts_at, span.ends_at)
    )
    text = f"{starts}–{ends}" + (f" · {span.reason}" if span.reason else "")
    return SpanLine(f"{'leave' if span.kind == 'leave' else 'shift'}-{span.id}", translate(name, locale), text, tone)


def level_options(locale: str) -> list[Option]:
    """None, and the levels from 1 to 5."""
    words = [Option(str(n), translate(msg("level {level}", level=n), locale)) for n in range(1, MAX_LEVEL + 1)]
    return [Option("0", translate(msg("none"), locale)), *words]


def read_levels(form: Mapping[str, object]) -> dict[Trade, int]:
    """The trades of the form that have a level."""
    found = {trade: str(form.get(f"trade-{trade.value}") or "0") for trade in Trade}
    return {trade: int(level) for trade, level in found.items() if level in {"1", "2", "3", "4", "5"}}


def read_buildings(form: Mapping[str, object], offered: Iterable[ZoneBox]) -> list[int]:
    """The buildings that are ticked, among those offered."""
    return [int(zone.id) for zone in offered if form.get(f"zone-{zone.id}")]


def read_shift(form: Mapping[str, object]) -> tuple[datetime, datetime, ShiftKind]:
    """The shift of the form; one that ends before it begins ends on the next day.

    Raises:
        InvalidError: a day or a time cannot be read; the field is named.
    """
    day = read_date(form, "day")
    starts, ends = read_clock(form, "starts"), read_clock(form, "ends")
    end_day = day if ends > starts else day + timedelta(days=1)
    return at_local(day, starts), at_local(end_day, ends), read_kind(form)


def read_leave(form: Mapping[str, object]) -> tuple[datetime, datetime]:
    """The leave of the form: whole days, both included, or times where they are given.

    Raises:
        InvalidError: a day or a time cannot be read; the field is named.
    """
    first, last = read_date(form, "from_day"), read_date(form, "to_day")
    starts = read_clock(form, "from_time") if form.get("from_time") else time()
    ends = at_local(last, read_clock(form, "to_time")) if form.get("to_time") else at_local(last + timedelta(days=1))
    return at_local(first, starts), ends
