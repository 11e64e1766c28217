"""What people leave behind: activity, inboxes, announcements, and the audit trail of the last weeks."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random

from estate_app.access.models import Activity, ActivityKind, AuditEntry, Serial
from estate_app.demo.books import Books
from estate_app.demo.catalogue import ANNOUNCEMENTS
from estate_app.demo.copying import Row
from estate_app.demo.disclosures import build_disclosures
from estate_app.demo.feedback import build_feedback
from estate_app.demo.stories import Story
from estate_app.demo.world import World
from estate_app.feedback.models import Announcement
from estate_app.kit.clock import at_local
from estate_app.kit.i18n import Message, msg
from estate_app.notification.models import InboxItem
from estate_app.notification.text import pack
from estate_app.payment.channel import Channel
from estate_app.repair.models import OrderStatus, Source

_ACTIVE_DAYS = 180
_AUDIT_DAYS = 14
_K = ActivityKind
Event = tuple[int, int | None, ActivityKind, int | None, datetime]


def build_traces(world: World, books: Books, stories: list[Story]) -> None:
    """Write the traces; the oldest activity is half a year old."""
    rng = world.rng("traces")
    since = world.now - timedelta(days=_ACTIVE_DAYS)
    events = [*_bill_events(rng, books, since), *_repair_events(stories, since)]
    events += list(_logins(rng, events))
    events.sort(key=lambda event: event[4])
    rows = ((world.copier.new_id(Activity), *event) for event in events if event[4] < world.now)
    world.copier.write(Activity, "id account_id estate_id kind subject_id at", rows)
    _announcements(world)
    build_feedback(world)
    build_disclosures(world)
    _inboxes(world, stories)
    _audit(world, stories)


def write_serials(world: World) -> None:
    """Let the services' counters go on after the last number dealt."""
    world.copier.write(Serial, "name value", sorted(world.serials.items()))


def _bill_events(rng: Random, books: Books, since: datetime) -> Iterator[Event]:
    for due in books.dues:
        if due.issued_at < since or not due.home.resident_ids:
            continue
        person, estate = due.home.resident_ids[0], due.home.estate.id
        seen = due.issued_at + timedelta(hours=rng.expovariate(1 / 40))
        if due.at is not None:
            seen = min(seen, due.at - timedelta(minutes=3))
        elif rng.random() < 0.45:
            continue
        yield (person, estate, _K.bills_seen, None, seen)
        for bill_id, *_ in due.bills:
            if rng.random() < 0.62:
                yield (person, estate, _K.bill_opened, bill_id, seen + timedelta(seconds=rng.randrange(8, 170)))
        if due.at is not None and due.payment_id and due.payer.channel is not Channel.counter:
            yield (person, estate, _K.paid, due.payment_id, due.at)


def _repair_events(stories: list[Story], since: datetime) -> Iterator[Event]:
    for story in stories:
        report = story.report
        if report.submitted_at < since or report.source not in {Source.web, Source.mini_program}:
            continue
        yield (report.reporter_id, report.place.id, _K.repair_reported, story.id, report.submitted_at)
        rated = next((step.at for step in story.steps if step.action == "rate"), None)
        if rated:
            yield (report.reporter_id, report.place.id, _K.repair_rated, story.id, rated)


def _logins(rng: Random, events: list[Event]) -> Iterator[Event]:
    """A visit begins with a login more often than with a session that still lives; some only look around."""
    for person, estate, kind, _, at in events:
        if kind in {_K.bills_seen, _K.repair_reported}:
            if rng.random() < 0.7:
                yield (person, estate, _K.login, None, at - timedelta(seconds=rng.randrange(5, 200)))
            if rng.random() < 0.35:
                yield (person, estate, _K.login, None, at + timedelta(days=rng.uniform(1, 20)))


def _announcements(world: World) -> None:
    rows: list[Row] = []
    for place in world.places:
        for number, (tag, title, body, days, hour, hours) in enumerate(ANNOUNCEMENTS):
            happens = at_local(world.today + timedelta(days=days)) + timedelta(hours=hour)
            rows.append(
                (
                    world.copier.new_id(Announcement), place.id, tag, title, body, happens, happens + timedelta(hours=hours), number == 0,
                    world.now - timedelta(days=1, hours=number * 7),
                )
            )  # fmt: skip
    published = world.now - timedelta(days=6)
    rows.append(
        (
            world.copier.new_id(Announcement),
            None,
            "safety",
            "冬季用水用电安全提示",
            "外出请关闭总水阀，电暖设备勿长时间无人看管。",
            None,
            None,
            False,
            published,
        )
    )
    world.copier.write(Announcement, "id estate_id tag title body happens_at ends_at is_pinned published_at", rows)


def _inboxes(world: World, stories: list[Story]) -> None:
    newest = f"{world.months[-1]:%Y-%m}"
    issued_at = world.now - world.issue_age
    rows: list[Row] = []
    title = msg("Your bills for {month} are ready", month=newest)
    body = msg("Please pay by {day}. Open a bill to see how it was computed.", day=f"{(world.today + timedelta(days=12)).isoformat()}")
    for home in world.homes:
        rows += [
            _item(world, person, "bill_issued", title, body, "/bills", issued_at, is_read=person % 3 != 0) for person in home.resident_ids
        ]
    for story in stories:
        if story.report.submitted_at < world.now - timedelta(days=7) or story.report.source is Source.patrol:
            continue
        for step in story.steps:
            if step.action == "complete":
                done = msg("Repair {number} is done", number=story.number)
                please = msg("Please tell us how it went.")
                link = f"/repairs/{story.id}"
                rows.append(
                    _item(world, story.report.reporter_id, "repair_completed", done, please, link, step.at, is_read=story.id % 2 == 0)
                )
        if story.worker and story.status is OrderStatus.assigned:
            offered = msg("New order {number}", number=story.number)
            rows.append(
                _item(
                    world,
                    story.worker.id,
                    "repair_offered",
                    offered,
                    msg("{name}", name=story.report.text),
                    f"/tech/jobs/{story.id}",
                    story.changed_at,
                    is_read=False,
                )
            )
    world.copier.write(InboxItem, "id account_id event title body link created_at read_at", sorted(rows, key=_when))


def _when(row: Row) -> str:
    return str(row[6])


def _item(world: World, person: int, event: str, title: Message, body: Message, link: str, at: datetime, *, is_read: bool) -> Row:
    read_at = min(at + timedelta(hours=2), world.now) if is_read else None
    return (world.copier.new_id(InboxItem), person, event, pack(title), pack(body), link, at, read_at)


def _audit(world: World, stories: Iterable[Story]) -> None:
    """The audit entries of the last two weeks' steps, as `repair.step` writes them."""
    since = world.now - timedelta(days=_AUDIT_DAYS)
    steps = sorted(((step, story) for story in stories for step in story.steps if step.at >= since), key=lambda pair: pair[0].at)
    rows = (
        (
            world.copier.new_id(AuditEntry), step.at, *step.who, f"repair:{step.action}", "repair_order", story.id,
            {"status": step.from_status} if step.from_status else {}, {"status": step.to_status}, "",
        )
        for step, story in steps
    )  # fmt: skip
    world.copier.write(AuditEntry, "id at actor_id actor_name action entity entity_id before after address", rows)
