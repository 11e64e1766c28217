"""Writes the orders with their steps, ratings, materials and offers."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from estate_app.demo.catalogue import COMPLAINTS, PRAISE, REPLIES
from estate_app.demo.copying import Row
from estate_app.demo.open_orders import open_stories
from estate_app.demo.reports import past_reports
from estate_app.demo.stories import Step, Story, close_if_due, tell_past
from estate_app.demo.world import World
from estate_app.kit.clock import business_date
from estate_app.kit.ids import dated_number
from estate_app.repair.arrival_models import Arrival, Doubt, Means
from estate_app.repair.dispatch_models import CategoryMode, DispatchMode, DispatchRule, GrabOffer
from estate_app.repair.models import (
    Access,
    MaterialUse,
    Offer,
    OfferOutcome,
    OrderStatus,
    OrderStep,
    QueueReason,
    Rating,
    RepairOrder,
    Source,
)
from estate_app.repair.rules import LOW_REASONS, LOW_STARS
from estate_app.repair.weights import Policy

_RATED, _REPLIED, _WITH_MATERIAL, _REWORK = 0.66, 0.25, 0.4, 0.025
_OPEN_FOR = timedelta(hours=4)
"""How long the open offers last: longer than in life, so that a visitor finds one to answer."""
_ORDER_COLUMNS = (
    "id number estate_id building_id room_id public_area_id category_id description urgency status source "
    "reporter_id contact_name contact_phone access latitude longitude estimate_minutes technician_id queue_reason queued_at "
    "pause_reason submitted_at assigned_at accepted_at started_at completed_at closed_at changed_at respond_due_at "
    "complete_due_at paused_seconds paused_at labour_minutes rework_of_id end_reason"
)


def build_repairs(world: World) -> list[Story]:
    """Deal every order and write it; returns them by time, for the later stages."""
    rng = world.rng("repairs")
    stories = [story for report in past_reports(world, rng) if (story := tell_past(world, rng, report)).changed_at < world.now]
    stories += list(_reworks(world, rng, stories))
    stories += list(open_stories(world, rng))
    stories.sort(key=lambda story: story.report.submitted_at)
    for story in stories:
        close_if_due(story, world.now)
        day = business_date(story.report.submitted_at)
        story.id = world.copier.new_id(RepairOrder)
        story.number = dated_number("WX", day, world.next_serial(f"repair_order:{day:%Y%m%d}"))
    ratings = list(_ratings(world, rng, stories))
    world.copier.write(RepairOrder, _ORDER_COLUMNS, (_order_row(story, rng) for story in stories))
    arrivals: list[Row] = []
    columns = "id order_id actor_id actor_name action from_status to_status reason note at client_at"
    world.copier.write(OrderStep, columns, _step_rows(world, stories, arrivals))
    world.copier.write(Arrival, "id order_id technician_id step_id means doubt distance_m accuracy_m at", arrivals)
    rules = ((place.id, True, world.now) for place in world.places)
    world.copier.write(DispatchRule, "estate_id asks_arrival changed_at", rules)
    world.copier.write(Rating, "id order_id account_id technician_id quality attitude timeliness reasons text at reply replied_at", ratings)
    world.copier.write(
        MaterialUse, "id order_id stock_item_id name unit quantity_milli price_fen amount_fen added_by at", _materials(world, rng, stories)
    )
    world.copier.write(Offer, "id order_id technician_id offered_at expires_at outcome answered_at reason", _offers(world, stories))
    _open_to_all(world, stories)
    return stories


def _open_to_all(world: World, stories: list[Story]) -> None:
    """Who may take the orders that are open to all, and one category of the first estate that goes this way."""
    mine = [s for s in stories if s.queue_reason is QueueReason.open_to_all]
    until = world.now + _OPEN_FOR
    rows = ((s.id, worker.id, s.report.submitted_at, until) for s in mine for worker in world.workers if worker.place is s.report.place)
    world.copier.write(GrabOffer, "order_id technician_id opened_at expires_at", rows)
    world.copier.write(
        CategoryMode, "estate_id category_id mode", ((s.report.place.id, s.report.category_id, DispatchMode.grab) for s in mine)
    )


def _reworks(world: World, rng: Random, stories: list[Story]) -> Iterable[Story]:
    """A few faults come back within the month and are redone for nothing."""
    for first in stories:
        done = first.times.get("completed")
        if done is None or rng.random() >= _REWORK:
            continue
        report = first.report
        again = type(report)(
            report.place, report.home, report.area, report.category_id, report.plan, f"修过之后又出现：{report.text}", report.fix,
            report.urgency, report.source, report.reporter_id, report.contact, done + timedelta(days=rng.uniform(1, 20)),
        )  # fmt: skip
        story = tell_past(world, rng, again)
        if story.changed_at < world.now:
            story.rework_of = first
            yield story


def _order_row(story: Story, rng: Random) -> Row:
    report, times = story.report, story.times
    location: tuple[float | None, float | None] = (None, None)
    if report.building_id is not None:
        block = next(b for b in report.place.blocks if b.id == report.building_id)
        location = (block.latitude, block.longitude)
        if report.source is Source.mini_program:
            location = (round(block.latitude + rng.gauss(0, 1e-4), 6), round(block.longitude + rng.gauss(0, 1e-4), 6))
    return (
        story.id, story.number, report.place.id, report.building_id, report.home.id if report.home else None,
        report.area[0] if report.area else None, report.category_id, report.text, report.urgency, story.status, report.source,
        report.reporter_id, *report.contact, rng.choices(list(Access), (3, 5, 2))[0], *location, report.plan.minutes,
        story.worker.id if story.worker else None,
        story.queue_reason, report.submitted_at if story.queue_reason else None, story.pause_reason,
        report.submitted_at, times.get("assigned"), times.get("accepted"), times.get("started"),
        times.get("completed"), times.get("closed"), story.changed_at, story.respond_due_at, story.complete_due_at, story.paused_seconds,
        times.get("paused"), story.labour_minutes, story.rework_of.id if story.rework_of else None, story.end_reason,
    )  # fmt: skip


def _step_rows(world: World, stories: list[Story], arrivals: list[Row]) -> Iterable[Row]:
    """The steps; what was found at each arrival goes onto `arrivals`."""
    for story in stories:
        for step in sorted(story.steps, key=lambda step: step.at):
            step_id = world.copier.new_id(OrderStep)
            if step.action == "arrive":
                arrivals.append((world.copier.new_id(Arrival), story.id, step.who[0], step_id, *_found(step, step_id), step.at))
            yield (
                step_id, story.id, *step.who, step.action, step.from_status, step.to_status, step.reason, step.note, step.at, None,
            )  # fmt: skip


def _found(step: Step, number: int) -> tuple[str | None, str | None, int | None, int | None]:
    """By which means, with which doubt, how far away and how sure."""
    near, sure = number * 7 % 41, 6 + number * 5 % 38
    if step.reason in set(Means):
        return step.reason, None, *((near, sure) if step.reason == Means.location else (None, None))
    match step.reason:
        case Doubt.inaccurate:
            return Means.location, step.reason, near, 140 + sure * 9
        case Doubt.too_far:
            return Means.location, step.reason, 240 + near * 11, sure
        case Doubt.denied:
            return Means.location, step.reason, None, None
    return None, step.reason, None, None


def _ratings(world: World, rng: Random, stories: list[Story]) -> Iterable[Row]:
    staff = world.accounts["customer_service"]
    for story in stories:
        done, report = story.times.get("completed"), story.report
        if done is None or report.reporter_id == staff or rng.random() >= _RATED:
            continue
        at = done + timedelta(hours=rng.triangular(0.2, 48, 3))
        if at >= world.now or story.worker is None:
            continue
        is_late = done > story.complete_due_at
        mood = 4.75 + 0.12 * story.worker.skill - (0.7 if is_late else 0) - (0.9 if story.rework_of else 0)
        stars = [_stars(rng, mood + extra) for extra in (0.0, 0.1, -0.1)]
        is_low = min(stars) <= LOW_STARS
        words = rng.choice(COMPLAINTS if is_low else PRAISE) if is_low or rng.random() < 0.4 else ""
        reply = rng.choice(REPLIES) if is_low or rng.random() < _REPLIED else ""
        who = (report.reporter_id, world.account_names[report.reporter_id])
        _note_rating(story, who, at)
        reasons = "{" + rng.choice(LOW_REASONS[:4]) + "}" if is_low else "{}"
        replied_at = min(at + timedelta(hours=rng.uniform(1, 20)), world.now) if reply else None
        yield (world.copier.new_id(Rating), story.id, report.reporter_id, story.worker.id, *stars, reasons, words, at, reply, replied_at)


def _note_rating(story: Story, who: tuple[int, str], at: datetime) -> None:
    closed = story.times.get("closed")
    state = OrderStatus.closed if closed and closed < at else OrderStatus.completed
    story.steps.append(Step(who, "rate", state, state, at))


def _stars(rng: Random, mood: float) -> int:
    return max(1, min(5, round(rng.gauss(mood, 0.55))))


def _materials(world: World, rng: Random, stories: list[Story]) -> Iterable[Row]:
    for story in stories:
        done = story.times.get("completed") or (world.now if story.status is OrderStatus.working else None)
        codes = story.report.plan.habit.stock
        if done is None or not codes or story.worker is None or rng.random() >= _WITH_MATERIAL:
            continue
        for code in rng.sample(codes, rng.randint(1, min(2, len(codes)))):
            item_id, name, unit, price = world.stock[code]
            quantity = 1000 * rng.choice((1, 1, 1, 2, 3))
            yield (
                world.copier.new_id(MaterialUse), story.id, item_id, name, unit, quantity, price, quantity * price // 1000, story.worker.id,
                done - timedelta(minutes=5),
            )  # fmt: skip


def _offers(world: World, stories: list[Story]) -> Iterable[Row]:
    """An open offer for whoever has not answered yet, and the accepted ones of the last days."""
    for story in stories:
        for worker, offered_at, answered_at in story.passed:
            lasts = timedelta(minutes=Policy().answer_minutes(story.report.urgency))
            expires_at = max(offered_at + lasts, answered_at)
            yield (
                world.copier.new_id(Offer), story.id, worker.id, offered_at, expires_at, OfferOutcome.declined, answered_at, "busy",
            )  # fmt: skip
        offered, accepted = story.times.get("assigned"), story.times.get("accepted")
        if story.worker is None or offered is None or offered < world.now - timedelta(days=14):
            continue
        lasts = timedelta(minutes=Policy().answer_minutes(story.report.urgency))
        is_open = story.status is OrderStatus.assigned
        expires = world.now + _OPEN_FOR if is_open else max(offered + lasts, accepted or offered)
        outcome = OfferOutcome.open if is_open else OfferOutcome.accepted
        yield (world.copier.new_id(Offer), story.id, story.worker.id, offered, expires, outcome, accepted, "")
