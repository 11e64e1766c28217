"""The dispatch board as it is shown: queue, lanes on a time line, and the suggestion with its reasons. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from estate_app.kit.clock import business_date, local
from estate_app.kit.i18n import Message, msg, translate
from estate_app.repair.board import Block, Board, Lane, Wait, free_at
from estate_app.repair.models import OrderStatus
from estate_app.repair.queries import OrderRow
from estate_app.repair.rules import QUEUE_NAMES, TRADE_NAMES, UNDER_REPAIR
from estate_app.repair.scoring import Candidate, Excluded, Factor, Ranking
from estate_app.ui.pages.common.repair import clock_words, named, place_of
from estate_app.ui.states import priority_badge
from estate_app.ui.view import Badge, Option
from estate_app.ui.when import clock_text, moment_text

FACTORS: dict[Factor, Message] = {
    Factor.skill: msg("Skill"),
    Factor.zone: msg("Zone"),
    Factor.load: msg("Load"),
    Factor.travel: msg("Travel"),
    Factor.rating: msg("Rating"),
    Factor.familiarity: msg("Familiarity"),
}
_DAY_HOURS = 9
# In percent of the line: 41 px of a line of 340, its narrowest on any screen; half of that can no longer be tapped.
_NARROWEST = 12


@dataclass(frozen=True, slots=True)
class QueueCard:
    """One waiting order."""

    id: str
    title: str
    category: str
    place: str
    priority: Badge
    clock: str
    tone: str
    reason: str
    photos: int
    waited: str = ""


@dataclass(frozen=True, slots=True)
class BlockBox:
    """One order on a lane: where it begins, how wide it is and where its middle stands, in percent of the line."""

    id: str
    label: str
    title: str
    left: int
    width: int
    look: str
    middle: int = 50


@dataclass(frozen=True, slots=True)
class LaneRow:
    """One technician's line."""

    id: str
    name: str
    trades: str
    load: str
    percent: int
    tone: str
    note: str
    blocks: list[BlockBox]
    rests: list[BlockBox] = field(default_factory=list)
    is_best: bool = False
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Axis:
    """The time line: hours with their places, and where now is, in percent (−1: outside)."""

    hours: list[Option]
    now: int
    now_text: str


@dataclass(frozen=True, slots=True)
class PartBar:
    """One factor of a score."""

    label: str
    points: str
    percent: int
    fact: str


@dataclass(frozen=True, slots=True)
class CandidateCard:
    """Somebody who could take the order."""

    id: str
    name: str
    total: str
    fact: str
    parts: list[PartBar]
    arrival: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands beside the title: how many are on duty, and whether orders are dispatched by themselves."""

    on_duty: int = 0
    is_auto: bool = True
    auto_points: int = 0
    incidents: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """An order that somebody wants to give to a technician who was not suggested; empty while nobody asks."""

    order_id: str = ""
    technician_id: str = ""
    number: str = ""
    name: str = ""
    seen_technician_id: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The order in view and who should take it; `holder` is who has it already."""

    order_id: str = ""
    href: str = ""
    number: str = ""
    title: str = ""
    place: str = ""
    note: str = ""
    icon: str = "wrench"
    holder: str = ""
    holder_id: str = ""


def queue_card(order: OrderRow, *, locale: str, wait: Wait | None = None, now: datetime | None = None) -> QueueCard:
    """One waiting order, with how long it waits and who knows of it."""
    clock, tone = clock_words(order.clock, locale)
    return QueueCard(
        id=str(order.id),
        title=order.description,
        category=named(order.category, order.category_en, locale),
        place=place_of(order, locale),
        priority=priority_badge(order.urgency, locale=locale),
        clock=clock,
        tone=tone,
        reason=translate(QUEUE_NAMES[order.queue_reason], locale) if order.queue_reason else "",
        photos=order.photo_count,
        waited=_waited(wait, now, locale) if wait and now else "",
    )


def _waited(wait: Wait, now: datetime, locale: str) -> str:
    minutes = max(0, int((now - wait.since).total_seconds()) // 60)
    text = msg("waits {minutes} min", minutes=minutes)
    if wait.escalated:
        told = msg("administrators know") if wait.escalated > 1 else msg("supervisors know")
        text = msg("{waited} · {told}", waited=text, told=told)
    return translate(text, locale)


def axis(now: datetime) -> tuple[Axis, datetime]:
    """A line of nine hours that holds now in its first third, and the instant at which it begins."""
    start = (now - timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    hours = [Option(str(step * 100 // _DAY_HOURS), f"{local(start + timedelta(hours=step)):%H}:00") for step in range(0, _DAY_HOURS, 2)]
    return Axis(hours, _at(now, start), clock_text(now)), start


def _at(at: datetime, start: datetime) -> int:
    return round((at - start).total_seconds() / (_DAY_HOURS * 36))


def lane_row(lane: Lane, start: datetime, *, locale: str) -> LaneRow:
    """One technician's line."""
    percent = min(100, lane.booked_minutes * 100 // max(1, lane.daily_minutes))
    full = lane.booked_minutes >= lane.daily_minutes
    trades = " · ".join(translate(TRADE_NAMES[trade], locale) for trade, _ in lane.trades)
    note = ""
    if lane.is_on_leave:
        note = translate(msg("On leave"), locale)
    elif not lane.is_on_duty:
        begins = lane.shift_starts_at
        on_call = msg("On call")
        later = msg("On duty from {time}", time=clock_text(begins)) if begins else msg("Off duty")
        note = translate(on_call if lane.is_on_call else later, locale)
    boxes, rows = _stacked([box for block in lane.blocks if (box := _box(block, start))])
    tone = "red" if full else "orange" if percent >= 70 else "green"
    load = f"{lane.booked_minutes}/{lane.daily_minutes}"
    return LaneRow(str(lane.technician_id), lane.name, trades, load, percent, tone, note, boxes, _rests(lane, start), rows=rows)


def _box(block: Block, start: datetime) -> BlockBox | None:
    left, right = max(0, _at(block.starts_at, start)), min(100, _at(block.ends_at, start))
    if right <= 0 or left >= 100 or right <= left:
        return None
    look = "done" if block.is_done else "running" if block.status in UNDER_REPAIR - {OrderStatus.accepted} else "planned"
    title = f"{block.number} {clock_text(block.starts_at)}–{clock_text(block.ends_at)}"
    width = max(_NARROWEST, right - left)
    return BlockBox(str(block.order_id), block.code.removeprefix("0"), title, min(left, 100 - width), width, look)


def _stacked(boxes: list[BlockBox]) -> tuple[list[BlockBox], int]:
    """The blocks in as many rows as it takes that none covers another, and the number of rows: a covered block cannot be tapped."""
    ends: list[int] = []
    rows: list[tuple[BlockBox, int]] = []
    for box in sorted(boxes, key=lambda b: b.left):
        at = next((i for i, end in enumerate(ends) if end <= box.left), len(ends))
        ends[at : at + 1] = [box.left + box.width]
        rows.append((box, at))
    count = max(1, len(ends))
    return [replace(box, middle=(2 * at + 1) * 50 // count) for box, at in rows], count


def board_lanes(
    board: Board, now: datetime, *, locale: str, order: OrderRow | None = None, best_id: int | None = None
) -> tuple[Axis, list[LaneRow]]:
    """Every lane on one time line; where the order in view would stand with the best is drawn dashed."""
    line, start = axis(now)
    rows = [lane_row(lane, start, locale=locale) for lane in board.lanes]
    if order is None or best_id is None:
        return line, rows
    return line, [
        _with_ghost(row, lane, order, start, now) if lane.technician_id == best_id else row
        for row, lane in zip(rows, board.lanes, strict=True)
    ]  # fmt: skip


def _with_ghost(row: LaneRow, lane: Lane, order: OrderRow, start: datetime, now: datetime) -> LaneRow:
    begins = free_at(lane, order.estimate_minutes, now, order.visit_from_at)
    ends = begins + timedelta(minutes=order.estimate_minutes)
    box = _box(Block(order.id, order.number, order.code, order.status, order.urgency, begins, ends, is_done=False), start)
    if box is None:
        return replace(row, is_best=True)
    blocks, rows = _stacked([*row.blocks, replace(box, look="ghost")])
    return replace(row, is_best=True, blocks=blocks, rows=rows)


def _rests(lane: Lane, start: datetime) -> list[BlockBox]:
    """The parts of the line outside the shift, hatched."""
    if lane.is_on_leave or (not lane.is_on_duty and lane.shift_starts_at is None):
        return [BlockBox("all", "", "", 0, 100, "rest")]
    if lane.shift_starts_at is None or lane.shift_ends_at is None:
        return []
    left, right = (max(0, min(100, _at(at, start))) for at in (lane.shift_starts_at, lane.shift_ends_at))
    boxes = [BlockBox("before", "", "", 0, left, "rest"), BlockBox("after", "", "", right, 100 - right, "rest")]
    return [box for box in boxes if box.width > 0]


def suggestion(order: OrderRow, *, locale: str) -> Suggestion:
    """The head of the side panel."""
    sent = translate(msg("{place} · reported {time}", place=place_of(order, locale), time=clock_text(order.submitted_at)), locale)
    return Suggestion(
        str(order.id), f"/manage/repairs/{order.id}", order.number, order.description, sent, order.contact_name, order.icon,
        order.technician, str(order.technician_id or ""),
    )  # fmt: skip


def candidate_card(candidate: Candidate, *, locale: str) -> CandidateCard:
    """Somebody with each factor's points, maximum and fact; `fact` is the weakest factor, which decides against."""
    parts = [
        PartBar(
            translate(FACTORS[p.factor], locale), f"{p.points}/{p.maximum}", p.points * 100 // max(1, p.maximum), translate(p.fact, locale)
        )
        for p in candidate.parts
    ]
    weakest = max(candidate.parts, key=lambda p: p.maximum - p.points)
    return CandidateCard(str(candidate.technician_id), candidate.name, str(candidate.total), translate(weakest.fact, locale), parts)


def ranking_cards(
    ranking: Ranking, *, locale: str, lanes: Sequence[Lane] = (), order: OrderRow | None = None, now: datetime | None = None
) -> list[CandidateCard]:
    """The best five, each with the moment from which there is time for the order."""
    of = {lane.technician_id: lane for lane in lanes}
    cards = []
    for candidate in ranking.candidates[:5]:
        card, lane = candidate_card(candidate, locale=locale), of.get(candidate.technician_id)
        if lane is not None and order is not None and now is not None:
            at = free_at(lane, order.estimate_minutes, now, order.visit_from_at)
            time = clock_text(at) if business_date(at) == business_date(now) else moment_text(at, now=now, locale=locale)
            card = replace(card, arrival=translate(msg("has time from {time}", time=time), locale))
        cards.append(card)
    return cards


def exclusion_options(exclusions: tuple[Excluded, ...], *, locale: str) -> list[Option]:
    """Everybody who cannot take it, and why."""
    return [Option(str(e.technician_id), e.name, translate(e.fact, locale)) for e in exclusions]
