"""The morning page as it is shown: figures, queue, risks, collection, fourteen days, channels, backup. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from estate_app.billing.queries import CollectionProgress, Progress
from estate_app.kit.clock import business_date, local
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.payment.channel import Channel
from estate_app.payment.takings import Takings
from estate_app.repair.board import Morning
from estate_app.repair.days import DayCount
from estate_app.repair.models import OrderStatus
from estate_app.repair.queries import OrderRow
from estate_app.repair.rules import QUEUE_NAMES
from estate_app.ui.pages.common.repair import clock_words, named, place_of
from estate_app.ui.states import overdue_badge, priority_badge, repair_badge
from estate_app.ui.view import Badge, Bar, Kpi, Option, spark_points
from estate_app.ui.when import clock_text, day_text, moment_text, month_text

TARGET_PERCENT = 95
_LOW_BP = 1_000
_OLD_BACKUP = timedelta(hours=36)
_WEEKDAYS = (msg("Monday"), msg("Tuesday"), msg("Wednesday"), msg("Thursday"), msg("Friday"), msg("Saturday"), msg("Sunday"))
_CHANNELS: Mapping[Channel, tuple[Message, str]] = {
    Channel.wechat: (msg("WeChat Pay"), "wechat"),
    Channel.alipay: (msg("Alipay"), "alipay"),
    Channel.unionpay: (msg("UnionPay"), "unionpay"),
    Channel.counter: (msg("Cash and POS"), "cash"),
}
_SERIES = ("1", "5", "3", "muted")

_ENOUGH_TO_COMPARE = 5


@dataclass(frozen=True, slots=True)
class Head:
    """When the figures were read, and how the backups stand; `backup_tone` is red when the last good one is old or there is none."""

    updated: str = ""
    backup: str = ""
    backup_tone: str = ""
    open_count: int = 0
    risk_count: int = 0


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One order that waits for somebody, with what is left of its promise."""

    id: str
    href: str
    title: str
    place: str
    category: str
    priority: Badge
    technician: str
    clock: str
    tone: str
    percent: int
    badge: Badge


@dataclass(frozen=True, slots=True)
class RiskRow:
    """One order whose promise is nearly or wholly spent, and what to do about it."""

    id: str
    href: str
    clock: str
    tone: str
    title: str
    note: str
    act: str
    priority: Badge
    badge: Badge


@dataclass(frozen=True, slots=True)
class Collection:
    """A month's collection: which month, the rate, the amounts, and each building, the best first."""

    title: str = ""
    rate: str = ""
    percent: int = 0
    billed: str = ""
    paid: str = ""
    buildings: list[Bar] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DaysChart:
    """Fourteen days as two lines in a box of 100 × 100; `said` is the same in one sentence."""

    new_points: str = ""
    done_points: str = ""
    new_today: str = ""
    done_today: str = ""
    ticks: list[Option] = field(default_factory=list)
    days: list[Option] = field(default_factory=list)
    new_y: str = "100"
    done_y: str = "100"
    said: str = ""


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One channel's share of today's money."""

    mark: str
    name: str
    share: str
    amount: str
    percent: int
    series: str


@dataclass(frozen=True, slots=True)
class Channels:
    """Today's money by channel."""

    total: str = ""
    lines: list[ChannelLine] = field(default_factory=list)


def updated_text(now: datetime, *, locale: str) -> str:
    """`11-18 周三 · 10:58 更新`."""
    today = business_date(now)
    day, weekday = day_text(today, today=today, locale=locale), translate(_WEEKDAYS[local(now).weekday()], locale)
    return translate(msg("{day} {weekday} · updated {time}", day=day, weekday=weekday, time=clock_text(now)), locale)


def backup_text(ended_at: datetime | None, is_ok: bool, *, now: datetime, locale: str) -> tuple[str, str]:
    """How the backups stand, with the tone: the last good one, or the alarm when it failed, is old, or there is none."""
    if ended_at is None:
        return translate(msg("No backup yet"), locale), "red"
    at = moment_text(ended_at, now=now, locale=locale)
    if not is_ok:
        return translate(msg("Backup failed {time}", time=at), locale), "red"
    if now - ended_at > _OLD_BACKUP:
        return translate(msg("Last backup {time}", time=at), locale), "red"
    return translate(msg("Backup in order {time}", time=at), locale), "green"


def repair_kpis(found: Morning, days: Sequence[DayCount], *, near: int, locale: str) -> list[Kpi]:
    """Today's reports, what is unassigned, and how fast people were answered."""
    waiting = msg("{late} over time, {near} close to it", late=found.overdue, near=near)
    return [
        _reports(found, days, locale),
        Kpi(
            label=translate(msg("Unassigned"), locale),
            value=str(found.unassigned),
            unit=translate(msg("orders"), locale),
            change=translate(waiting, locale) if found.overdue or near else "",
            tone="red" if found.overdue else "orange" if near else "gray",
            note="" if found.overdue or near else translate(msg("none over time"), locale),
            href="/manage/repairs?family=waiting",
        ),
        _response(found, locale),
    ]


def _reports(found: Morning, days: Sequence[DayCount], locale: str) -> Kpi:
    change, trend = "", ""
    # A share of a handful says nothing: from one order to thirty-one is no "3000 %".
    if found.new_before >= _ENOUGH_TO_COMPARE:
        tenths = (found.new_today - found.new_before) * 1000 // found.new_before
        change, trend = f"{abs(tenths) // 10}.{abs(tenths) % 10}%", "up" if tenths > 0 else "down" if tenths < 0 else ""
    return Kpi(
        label=translate(msg("Reports today"), locale),
        value=str(found.new_today),
        unit=translate(msg("orders"), locale),
        change=change,
        trend=trend,
        note=translate(msg("against this time last week: {count}", count=found.new_before), locale),
        href="/manage/repairs?sort=-submitted",
        spark=spark_points([day.new for day in days[-7:]]),
    )


def _response(found: Morning, locale: str) -> Kpi:
    label = translate(msg("Average response"), locale)
    if found.response_minutes is None:
        return Kpi(label=label, value="—", note=translate(msg("nobody has accepted an order today"), locale))
    change, trend, tone, note = "", "", "gray", msg("target 30 minutes")
    if found.response_minutes_before is not None:
        by = found.response_minutes - found.response_minutes_before
        change, trend = (translate(msg("{minutes} min", minutes=abs(by)), locale), "up" if by > 0 else "down") if by else ("", "")
        tone = "red" if by > 0 else "green"
        note = msg("target 30 minutes") if by else msg("as last week, target 30 minutes")
    unit = translate(msg("minutes"), locale)
    return Kpi(
        label=label, value=str(found.response_minutes), unit=unit, change=change, trend=trend, tone=tone, note=translate(note, locale)
    )


def rate_kpi(found: CollectionProgress, *, today: date, locale: str) -> Kpi:
    """How much of the bills of the month, or of the last month that was billed, is paid."""
    note = msg(
        "{paid} of {billed}", paid=format_yuan(found.whole.paid_fen, sign=True), billed=format_yuan(found.whole.billed_fen, sign=True)
    )
    label = translate(msg("Collection rate {month}", month=month_text(found.period, today=today, locale=locale)), locale)
    if not found.whole.billed_fen:
        return Kpi(label=label, value="—", note=translate(msg("no bills this month yet"), locale))
    return Kpi(
        label=label,
        value=_rate(found.whole),
        unit="%",
        note=translate(note, locale),
        href="/manage/bills",
    )


def takings_kpi(found: Takings, *, locale: str) -> Kpi:
    """The money that came today."""
    note = translate(msg("{count} payments", count=found.count), locale)
    return Kpi(label=translate(msg("Received today"), locale), value=format_yuan(found.amount_fen, sign=True), note=note)


def is_near(order: OrderRow) -> bool:
    """Whether half of the promise is spent and none of it broken."""
    return not order.clock.is_stopped and order.clock.percent >= 50 and order.clock.minutes_left >= 0


def is_at_risk(order: OrderRow) -> bool:
    """Whether the promise is broken or half spent."""
    return not order.clock.is_stopped and (order.clock.minutes_left < 0 or order.clock.percent >= 50)


def queue_row(order: OrderRow, *, locale: str) -> QueueRow:
    """One line of the queue."""
    clock, tone = clock_words(order.clock, locale)
    late = not order.clock.is_stopped and order.clock.minutes_left < 0
    return QueueRow(
        id=str(order.id),
        href=f"/manage/repairs/{order.id}",
        title=order.description,
        place=place_of(order, locale),
        category=named(order.category, order.category_en, locale),
        priority=priority_badge(order.urgency, locale=locale),
        technician=order.technician,
        clock=clock,
        tone=tone,
        percent=max(0, min(100, order.clock.percent)),
        badge=overdue_badge(locale=locale) if late else repair_badge(order.status, locale=locale),
    )


def risk_row(order: OrderRow, *, may_dispatch: bool, locale: str) -> RiskRow:
    """One line of the risks: why it hangs, and the verb that helps."""
    row = queue_row(order, locale=locale)
    if order.queue_reason:
        why = translate(QUEUE_NAMES[order.queue_reason], locale)
    elif order.technician and order.status is OrderStatus.assigned:
        why = translate(msg("{name} has not answered", name=order.technician), locale)
    else:
        why = order.technician or translate(msg("unassigned"), locale)
    act = msg("Assign") if order.technician_id is None else msg("Reassign")
    href = f"/manage/dispatch?order={order.id}" if may_dispatch and order.status is OrderStatus.submitted else row.href
    word = translate(act if may_dispatch else msg("View"), locale)
    return RiskRow(row.id, href, row.clock, row.tone, row.title, f"{row.place} · {why}", word, row.priority, row.badge)


def collection(found: CollectionProgress, *, locale: str) -> Collection:
    """A month's collection; a building far behind the whole is orange."""
    whole = found.whole
    best = sorted((part for part in found.buildings if part.billed_fen), key=lambda part: -part.rate_bp)
    bars = [
        Bar(p.label, p.rate_bp // 100, f"{_rate(p)}%", "orange" if p.rate_bp < whole.rate_bp - _LOW_BP // 2 else "indigo") for p in best
    ]
    rate = f"{_rate(whole)}%" if whole.billed_fen else "—"
    billed, paid = format_yuan(whole.billed_fen, sign=True), format_yuan(whole.paid_fen, sign=True)
    title = translate(msg("Collection of the bills of {month}", month=month_text(found.period, locale=locale)), locale)
    return Collection(title, rate, whole.rate_bp // 100, billed, paid, bars)


def _rate(part: Progress) -> str:
    return f"{part.rate_bp // 100}.{part.rate_bp % 100 // 10}"


def days_chart(days: Sequence[DayCount], *, locale: str) -> DaysChart:
    """Two lines over the last days; the last point is today so far."""
    top = max(4, *(max(day.new, day.done) for day in days))
    step = -(-top // 4)
    top = step * 4
    today = days[-1]
    said = msg(
        "The last {count} days: {new} new and {done} done; today {new_today} new and {done_today} done",
        count=len(days), new=sum(d.new for d in days), done=sum(d.done for d in days), new_today=today.new, done_today=today.done,
    )  # fmt: skip
    marks = range(0, len(days) - 2, 4)
    names = [Option(_x(i, len(days)), day_text(days[i].day, today=today.day, locale=locale)) for i in marks]
    return DaysChart(
        new_points=" ".join(f"{_x(i, len(days))},{_y(day.new, top)}" for i, day in enumerate(days)),
        done_points=" ".join(f"{_x(i, len(days))},{_y(day.done, top)}" for i, day in enumerate(days)),
        new_today=translate(msg("New {count}", count=today.new), locale),
        done_today=translate(msg("Done {count}", count=today.done), locale),
        ticks=[Option(_y(step * n, top), str(step * n)) for n in range(5)],
        days=[*names, Option("100.0", translate(msg("Today"), locale))],
        new_y=_apart(today.new, today.done, top)[0],
        done_y=_apart(today.new, today.done, top)[1],
        said=translate(said, locale),
    )


def _x(index: int, count: int) -> str:
    return f"{index * 100 / max(1, count - 1):.1f}"


def _y(value: int, top: int) -> str:
    return f"{100 - value * 100 / top:.1f}"


def _apart(new: int, done: int, top: int) -> tuple[str, str]:
    """Where the two labels stand: at their points, moved apart when those are close."""
    high, low = float(_y(max(new, done), top)), float(_y(min(new, done), top))
    if low - high < 12:
        middle = min(max((high + low) / 2, 6), 94)
        high, low = middle - 6, middle + 6
    return (f"{high:.1f}", f"{low:.1f}") if new >= done else (f"{low:.1f}", f"{high:.1f}")


def channels(found: Takings, *, locale: str) -> Channels:
    """Today's channels, the largest first, with shares that say tenths of a percent."""
    lines = []
    for index, part in enumerate(found.channels):
        name, mark = _CHANNELS[part.channel]
        tenths = part.amount_fen * 1000 // max(1, found.amount_fen)
        share, series = f"{tenths // 10}.{tenths % 10}%", _SERIES[min(index, 3)]
        lines.append(ChannelLine(mark, translate(name, locale), share, format_yuan(part.amount_fen, sign=True), tenths // 10, series))
    return Channels(format_yuan(found.amount_fen, sign=True), lines)
