"""One job as its technician sees it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from estate_app.kit.geo import Device, Point, navigation_links
from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan
from estate_app.repair.catalogue import StockRow
from estate_app.repair.detail import OrderDetail
from estate_app.repair.models import OrderStatus
from estate_app.ui.pages.common import repair as shared
from estate_app.ui.states import priority_badge, repair_badge
from estate_app.ui.view import Badge, Option, Photo, Step, TimelineEntry
from estate_app.ui.when import clock_text, moment_text

NO_BADGE = Badge("")
_WORDS = (msg("Accepted"), msg("Set out"), msg("In repair"), msg("Done"))


@dataclass(frozen=True, slots=True)
class Head:
    """What the job is and where."""

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


@dataclass(frozen=True, slots=True)
class Rated:
    """What the resident thought."""

    stars: str = ""
    text: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """Everything on the page."""

    head: Head
    steps: list[Step]
    timeline: list[TimelineEntry]
    photos: list[Photo]
    materials: list[shared.MaterialLine]
    links: list[Option]
    stock: list[Option]
    rated: Rated
    may: May


def view(detail: OrderDetail, stock: list[StockRow], *, device: Device, now: datetime, locale: str) -> View:
    """Turn an order into the page."""
    allowed, order = detail.allowed, detail.order
    can_note = order.status in {OrderStatus.accepted, OrderStatus.on_the_way, OrderStatus.working, OrderStatus.paused}
    return View(
        head=_head(detail, now, locale),
        steps=_steps(detail, now, locale),
        timeline=shared.timeline(detail.steps, now=now, locale=locale),
        photos=shared.photos(detail.photos, locale=locale),
        materials=shared.material_lines(detail.materials),
        links=_links(detail, device, locale),
        stock=[_stock(row, locale) for row in stock if row.on_hand_milli > 0],
        rated=_rated(detail, locale),
        may=May(
            allowed.accept,
            allowed.set_out,
            allowed.start,
            allowed.pause,
            allowed.resume,
            allowed.complete,
            allowed.give_back,
            allowed.reply,
            can_note and allowed.give_back,
        ),
    )


def _head(detail: OrderDetail, now: datetime, locale: str) -> Head:
    order = detail.order
    clock, tone = shared.clock_words(order.clock, locale)
    offer = msg("Answer by {time}, or the next technician is asked", time=clock_text(detail.offer_expires_at or now))
    return Head(
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
        material=format_yuan(detail.material_fen, sign=True),
        is_charged=detail.is_charged,
        promise=translate(msg("promised by {time}", time=moment_text(order.clock.due_at, now=now, locale=locale)), locale),
    )


def _steps(detail: OrderDetail, now: datetime, locale: str) -> list[Step]:
    status = detail.order.status
    place = {OrderStatus.assigned: -1, OrderStatus.accepted: 0, OrderStatus.on_the_way: 1, OrderStatus.working: 2, OrderStatus.paused: 2}
    current = place.get(status, 3)
    times = (detail.accepted_at, None, detail.started_at, detail.order.completed_at)
    icons = ("check-check", "footprints", "wrench", "check")
    return [
        Step(
            translate(word, locale),
            "done" if index < current or current == 3 else "current" if index == current else "todo",
            clock_text(at) if (at := times[index]) else "",
            icons[index],
        )
        for index, word in enumerate(_WORDS)
    ]


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


def _rated(detail: OrderDetail, locale: str) -> Rated:
    rating = detail.rating
    if rating is None:
        return Rated()
    stars = msg("Quality {quality}, attitude {attitude}, timeliness {timeliness}", quality=rating.quality, attitude=rating.attitude,
                timeliness=rating.timeliness)  # fmt: skip
    return Rated(translate(stars, locale), rating.text, rating.reply)
