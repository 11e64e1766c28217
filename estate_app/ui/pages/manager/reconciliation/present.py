"""Reconciliation as finance reads it: sums of both sides, lines, and one difference with what can be done about it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import urlencode

from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.payment.channel import Channel
from estate_app.payment.receipts import channel_name
from estate_app.payment.reconciliation.files import NOT_READY, PROBLEMS
from estate_app.payment.reconciliation.models import Difference, ItemState, RunStatus
from estate_app.payment.reconciliation.rows import DayOfChannel, ItemRow
from estate_app.ui.states import difference_badge
from estate_app.ui.view import Badge, Option
from estate_app.ui.when import day_text, exact_text, full_day, moment_text, weekday_text

NONE = "—"
NO_BADGE = Badge("")
_LONG = 16
_STATES: Mapping[str, Message] = {
    "pending": msg("Awaiting payment"),
    "paid": msg("Payment succeeded"),
    "failed": msg("Failed"),
    "closed": msg("Closed"),
    "requested": msg("Refunding"),
    "processing": msg("Refunding"),
    "done": msg("Refunded"),
    "": msg("Not there"),
}


@dataclass(frozen=True, slots=True)
class ChannelCard:
    """One channel's day: both sides beside each other. `problem` says why there is no comparison, or what was refused since."""

    key: str
    name: str
    badge: Badge
    local_count: str = ""
    local: str = ""
    channel_count: str = ""
    channel: str = ""
    fee: str = ""
    problem: str = ""
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class DayView:
    """The day as a whole; `on` is its ISO date."""

    on: str = ""
    context: str = ""
    off: str = ""
    off_tone: str = ""
    sums: str = ""
    fee: str = ""
    percent: int = 0
    matched_text: str = ""
    open: int = 0
    resolved: int = 0
    matched: int = 0
    is_closed: bool = False
    is_closable: bool = False
    channels: list[ChannelCard] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list; `local` and `channel` are amounts, or states where the states differ."""

    id: int
    number: str
    full_number: str
    time: str
    place: str
    payer: str
    mark: str
    badge: Badge
    local: str
    channel: str
    off: str
    off_tone: str


@dataclass(frozen=True, slots=True)
class RecentDay:
    """One of the days before."""

    on: str
    day: str
    count: str
    local: str
    channel: str
    off: str
    off_tone: str
    closer: str
    badge: Badge


def day_view(runs: Sequence[DayOfChannel], live: Sequence[Channel], *, on: date, may_act: bool, now: datetime, locale: str) -> DayView:
    """The day's sums over all channels."""
    known = {run.channel: run for run in runs}
    order = [channel for channel in Channel if channel in known or channel in live]
    local, channel = sum(run.local_fen for run in runs), sum(run.channel_fen for run in runs)
    found, matched = sum(run.open for run in runs), sum(run.matched for run in runs)
    resolved, fee = sum(run.resolved for run in runs), sum(run.fee_fen for run in runs)
    total = found + matched + resolved
    is_compared = bool(order) and all(c in known and known[c].status is RunStatus.done for c in order)
    is_closed = bool(runs) and all(run.closed_at is not None for run in runs)
    sums = msg("Books ¥{ours} · channels ¥{theirs}", ours=format_yuan(local), theirs=format_yuan(channel))
    matched_text = msg("{count}/{total} matched", count=f"{matched:,}", total=f"{total:,}")
    return DayView(
        on=on.isoformat(),
        context=_context(runs, on, now, locale),
        off=format_yuan(channel - local, sign=True),
        off_tone="red" if channel != local else "green",
        sums=translate(sums, locale),
        fee=translate(msg("Fees ¥{fee} · to the bank ¥{net}", fee=format_yuan(fee), net=format_yuan(channel - fee)), locale),
        percent=100 * matched // total if total else 0,
        matched_text=translate(matched_text, locale),
        open=found,
        resolved=resolved,
        matched=matched,
        is_closed=is_closed,
        is_closable=may_act and is_compared and not found and not is_closed,
        channels=[channel_card(known.get(channel), channel, now=now, locale=locale) for channel in order],
    )


def channel_card(run: DayOfChannel | None, channel: Channel, *, now: datetime, locale: str) -> ChannelCard:
    """One channel of the day."""
    name = translate(channel_name(channel.value), locale)
    if run is None or run.status is not RunStatus.done:
        is_refused = run is not None and run.status is RunStatus.refused
        label = msg("Refused") if is_refused else msg("Not compared yet")
        badge = Badge(translate(label, locale), "red" if is_refused else "gray", "soft", "x" if is_refused else "clock")
        return ChannelCard(channel.value, name, badge, problem=problem_text(run.problem if run else "", locale=locale))
    badge = Badge(translate(msg("Differences"), locale), "red", "soft", "x")
    if not run.open:
        label = msg("Settled") if run.resolved else msg("Matched")
        badge = Badge(translate(label, locale), "green", "soft", "check")
    return ChannelCard(
        key=channel.value,
        name=name,
        badge=badge,
        local_count=_count(run.local_count, locale),
        local=format_yuan(run.local_fen, sign=True),
        channel_count=_count(run.channel_count, locale),
        channel=format_yuan(run.channel_fen, sign=True),
        fee=format_yuan(run.fee_fen, sign=True),
        problem=problem_text(run.problem, locale=locale) if run.problem not in {"", NOT_READY} else "",
        is_done=True,
    )


def problem_text(problem: str, *, locale: str) -> str:
    """Why a day is not compared."""
    if problem in PROBLEMS:
        return translate(PROBLEMS[problem], locale)
    return translate(msg("The channel gives its statement from 10:00 on the next day"), locale)


def line(row: ItemRow, *, now: datetime, locale: str) -> Line:
    """One line of the list."""
    at = row.channel_at or row.local_at
    ours, theirs, off = _amounts(row, locale)
    return Line(
        id=row.id,
        number=short(row.number or row.reference),
        full_number=row.number or row.reference,
        time=moment_text(at, now=now, locale=locale) if at else "",
        place=row.place or translate(msg("Unknown order"), locale),
        payer=row.payer,
        mark=row.channel.value,
        badge=badge(row, locale=locale),
        local=ours,
        channel=theirs,
        off=_signed(off),
        off_tone="red" if off else "",
    )


def badge(row: ItemRow, *, locale: str) -> Badge:
    """The kind of a difference; what waits for the next day says so."""
    if row.state is ItemState.carried:
        return Badge(translate(msg("Next day decides"), locale), "gray", "soft", "clock")
    if row.state is ItemState.proposed:
        return Badge(translate(msg("To approve"), locale), "orange", "soft", "clock")
    return difference_badge(row.kind.value, locale=locale)


def recent_days(runs: Sequence[DayOfChannel], *, today: date, locale: str) -> list[RecentDay]:
    """The days before, each over all channels, the newest first."""
    days: dict[date, list[DayOfChannel]] = {}
    for run in runs:
        days.setdefault(run.on, []).append(run)
    return [_recent(on, found, today, locale) for on, found in sorted(days.items(), reverse=True)]


def kinds(*, locale: str) -> list[Option]:
    """The kinds of difference to narrow by."""
    return [Option(kind.value, difference_badge(kind.value, locale=locale).label) for kind in Difference if kind is not Difference.matched]


def export_query(*, on: str, tab: str, kind: str, channel: str, text: str) -> str:
    """The list's filter as an address's query."""
    return urlencode(
        {name: value for name, value in (("on", on), ("tab", tab), ("kind", kind), ("channel", channel), ("text", text)) if value}
    )


def short(number: str) -> str:
    """A long number with its middle left out: `ZF2026···05800388`."""
    return number if len(number) <= _LONG else f"{number[:6]}···{number[-8:]}"


def _recent(on: date, runs: list[DayOfChannel], today: date, locale: str) -> RecentDay:
    local, channel = sum(run.local_fen for run in runs), sum(run.channel_fen for run in runs)
    found, closer = sum(run.open for run in runs), next((run for run in runs if run.closed_at), None)
    label, tone, icon = msg("To settle"), "orange", "clock"
    if closer:
        label, tone, icon = msg("Day closed"), "green", "check"
    elif not found:
        label, tone, icon = msg("To close"), "indigo", "check-check"
    closed = f"{closer.closed_by} {exact_text(closer.closed_at)[5:16]}" if closer and closer.closed_at else NONE
    return RecentDay(
        on=on.isoformat(),
        day=f"{day_text(on, today=today, locale=locale)} {weekday_text(on, locale=locale)}",
        count=f"{sum(run.matched + run.open + run.resolved for run in runs):,}",
        local=format_yuan(local),
        channel=format_yuan(channel),
        off=_signed(channel - local),
        off_tone="red" if channel != local else "",
        closer=closed,
        badge=Badge(translate(label, locale), tone, "soft", icon),
    )


def _context(runs: Sequence[DayOfChannel], on: date, now: datetime, locale: str) -> str:
    done = [run.done_at for run in runs if run.done_at]
    told = [translate(msg("Business day {day}", day=full_day(on, locale=locale)), locale)]
    if done:
        told.append(translate(msg("compared {time}", time=moment_text(max(done), now=now, locale=locale)), locale))
    return " · ".join(told)


def _count(number: int, locale: str) -> str:
    return translate(msg("{count} lines", count=f"{number:,}"), locale)


def _signed(fen: int) -> str:
    return f"{'+' if fen > 0 else ''}{format_yuan(fen)}"


def _amounts(row: ItemRow, locale: str) -> tuple[str, str, int]:
    """Both columns and the difference; where states or fees differ, these stand in the columns."""
    if row.kind is Difference.fee:
        expected, kept = row.expected_fee_fen or 0, row.channel_fee_fen or 0
        return format_yuan(expected), format_yuan(kept), kept - expected
    if row.kind is Difference.status and row.is_refund:
        return state(row.local_state, locale), channel_state(row, locale), row.off_fen
    return yuan(row.local_fen), yuan(row.channel_fen), row.off_fen


def yuan(fen: int | None) -> str:
    """An amount, or a dash for a missing side."""
    return NONE if fen is None else format_yuan(fen)


def state(word: str, locale: str) -> str:
    """What a state of our books is called."""
    return translate(_STATES.get(word, msg("Unknown")), locale)


def channel_state(row: ItemRow, locale: str) -> str:
    """What the channel says of a line."""
    names = {
        "done": msg("Refunded") if row.is_refund else msg("Payment succeeded"),
        "processing": msg("Refunding"),
        "failed": msg("Failed"),
    }
    return translate(names.get(row.channel_state, msg("Not there")), locale)
