"""One job as its technician sees it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from estate_app.kit.geo import Device, Point, navigation_links
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.media.models import MediaUse
from estate_app.repair.appeals import AppealCard
from estate_app.repair.catalogue import StockRow
from estate_app.repair.detail import OrderDetail
from estate_app.repair.models import OrderStatus
from estate_app.repair.roster import Presence
from estate_app.repair.rules import UNDER_REPAIR
from estate_app.ui.pages.common import repair as shared
from estate_app.ui.states import priority_badge, repair_badge
from estate_app.ui.view import Badge, Option, Photo, Step, TimelineEntry
from estate_app.ui.when import clock_text, moment_text

NO_BADGE = Badge("")
_WORDS = (msg("Accepted"), msg("Set out"), msg("In repair"), msg("Done"))


@dataclass(frozen=True, slots=True)
class Head:
    """What the job is and where."""

    id: str = ""
    status: str = ""
    number: str = ""
    title: str = ""
    place: str = ""
    category: str = ""
    icon: str = "wrench"
    badge: Badge = NO_BADGE
    priority: Badge = NO_BADGE
    clock: str = ""
    tone: str = "gray"
    contact: str = ""
    phone: str = ""
    visit: str = ""
    access: str = ""
    offer: str = ""
    seconds_left: int = 0
    material: str = ""
    is_charged: bool = False
    promise: str = ""


@dataclass(frozen=True, slots=True)
class May:
    """Which buttons there are."""

    accept: bool = False
    set_out: bool = False
    start: bool = False
    pause: bool = False
    resume: bool = False
    complete: bool = False
    give_back: bool = False
    reply: bool = False
    material: bool = False
    transfer: bool = False


@dataclass(frozen=True, slots=True)
class Rated:
    """What the resident thought."""

    stars: str = ""
    text: str = ""
    reply: str = ""
    appeal: str = ""
    tone: str = "gray"
    may_appeal: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """Everything on the page."""

    head: Head = Head()
    steps: list[Step] = field(default_factory=list)
    timeline: list[TimelineEntry] = field(default_factory=list)
    reported: list[Photo] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    videos: list[Photo] = field(default_factory=list)
    materials: list[shared.MaterialLine] = field(default_factory=list)
    links: list[Option] = field(default_factory=list)
    stock: list[Option] = field(default_factory=list)
    rated: Rated = Rated()
    may: May = May()


def view(detail: OrderDetail, stock: list[StockRow], appeal: AppealCard, *, device: Device, now: datetime, locale: str) -> View:
    """Turn an order into the page."""
    allowed, order = detail.allowed, detail.order
    return View(
        head=_head(detail, now, locale),
        steps=_steps(detail, now, locale),
        timeline=shared.timeline(detail.steps, now=now, locale=locale),
        reported=shared.photos(detail.photos, locale=locale, uses=frozenset({MediaUse.report})),
        photos=shared.photos(detail.photos, locale=locale, uses=frozenset(MediaUse) - {MediaUse.report}),
        videos=shared.videos(detail.photos, locale=locale),
        materials=shared.material_lines(detail.materials),
        links=_links(detail, device, locale),
        stock=[_stock(row, locale) for row in stock if row.on_hand_milli > 0],
        rated=_rated(detail, appeal, locale),
        may=May(
            allowed.accept,
            allowed.set_out,
            allowed.start,
            allowed.pause,
            allowed.resume,
            allowed.complete,
            allowed.give_back,
            allowed.reply,
            material=order.status in UNDER_REPAIR and allowed.give_back,
            transfer=allowed.accept or allowed.give_back,
        ),
    )


def _head(detail: OrderDetail, now: datetime, locale: str) -> Head:
    order = detail.order
    clock, tone = shared.clock_words(order.clock, locale)
    offer = msg("Answer by {time}, or the next technician is asked", time=clock_text(detail.offer_expires_at or now))
    return Head(
        id=str(order.id),
        status=order.status.value,
        number=order.number,
        title=order.description,
        place=shared.place_of(order, locale),
        category=shared.named(order.category, order.category_en, locale),
        icon=order.icon,
        badge=repair_badge("rated" if order.is_rated else order.status.value, locale=locale),
        priority=priority_badge(order.urgency, locale=locale),
        clock="" if order.completed_at else clock,
        tone=tone,
        contact=order.contact_name,
        phone=order.contact_phone if "*" not in order.contact_phone else "",
        visit=shared.visit_text(order.visit_from_at, order.visit_to_at, now=now, locale=locale),
        access=translate(shared.ACCESS_NAMES[detail.access], locale),
        offer=translate(offer, locale) if detail.offer_expires_at else "",
        seconds_left=max(0, int((detail.offer_expires_at - now).total_seconds())) if detail.offer_expires_at else 0,
        material=format_yuan(detail.material_fen, sign=True),
        is_charged=detail.is_charged,
        promise=translate(msg("promised by {time}", time=moment_text(order.clock.due_at, now=now, locale=locale)), locale),
    )


def _steps(detail: OrderDetail, now: datetime, locale: str) -> list[Step]:
    status = detail.order.status
    place = {OrderStatus.assigned: -1, OrderStatus.accepted: 0, OrderStatus.on_the_way: 1, OrderStatus.working: 2, OrderStatus.paused: 2}
    current = place.get(status, 3)
    times = [clock_text(at) if at else "" for at in (detail.accepted_at, _set_out_at(detail), detail.started_at, detail.order.completed_at)]
    if current == 2 and detail.started_at:
        minutes = int((now - detail.started_at).total_seconds() // 60)
        times[2] = translate(msg("{span} so far", span=shared.span_text(minutes, locale)), locale)
    icons = ("check-check", "footprints", "wrench", "check")
    return [
        Step(
            translate(word, locale),
            "done" if index < current or current == 3 else "current" if index == current else "todo",
            times[index],
            icons[index],
        )
        for index, word in enumerate(_WORDS)
    ]


def _set_out_at(detail: OrderDetail) -> datetime | None:
    """When the one who holds it set out for the last time."""
    return next((step.at for step in detail.steps if step.action == "set_out"), None)


def colleagues(found: Sequence[Presence], *, locale: str) -> list[Option]:
    """To whom a job may be handed over."""
    return [Option(str(p.technician_id), translate(msg("{name} · {duty}", name=p.name, duty=_duty(p)), locale)) for p in found]


def _duty(who: Presence) -> Message:
    if who.is_on_leave:
        return msg("On leave")
    return msg("On duty") if who.is_on_duty else msg("On call") if who.is_on_call else msg("off duty")


def _links(detail: OrderDetail, device: Device, locale: str) -> list[Option]:
    if detail.latitude is None or detail.longitude is None:
        return []
    point = Point(detail.latitude, detail.longitude)
    return [Option(link.url, translate(link.label, locale)) for link in navigation_links(point, detail.order.place, device)]


def _stock(row: StockRow, locale: str) -> Option:
    left = shared.quantity_text(row.on_hand_milli)
    text = msg("{name} · ¥{price} · {left} {unit} left", name=row.name if locale == "zh" else row.name_en, price=format_yuan(row.price_fen),
               left=left, unit=row.unit)  # fmt: skip
    return Option(str(row.id), translate(text, locale))


def _rated(detail: OrderDetail, appeal: AppealCard, locale: str) -> Rated:
    rating = detail.rating
    if rating is None:
        return Rated()
    stars = msg("Quality {quality}, attitude {attitude}, timeliness {timeliness}", quality=rating.quality, attitude=rating.attitude,
                timeliness=rating.timeliness)  # fmt: skip
    objected, tone = shared.appeal_words(appeal, locale=locale)
    return Rated(translate(stars, locale), rating.text, rating.reply, objected, tone, appeal.may_appeal)
