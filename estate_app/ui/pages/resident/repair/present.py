"""A repair as its resident sees it. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan
from estate_app.repair.detail import OrderDetail, RatingCard, TechnicianCard
from estate_app.repair.models import OrderStatus, Trade
from estate_app.repair.rules import TRADE_NAMES
from estate_app.ui.pages.common import repair as shared
from estate_app.ui.states import repair_badge
from estate_app.ui.view import Badge, Photo, Step, TimelineEntry
from estate_app.ui.when import ago_text, moment_text

_ENDED = {OrderStatus.cancelled: msg("You withdrew this report"), OrderStatus.rejected: msg("This report was not accepted")}
NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class Head:
    """What the page is about."""

    number: str = ""
    title: str = ""
    place: str = ""
    icon: str = "wrench"
    badge: Badge = NO_BADGE
    ended: str = ""
    why: str = ""
    visit: str = ""
    access: str = ""
    material: str = ""
    material_note: str = ""
    rework_of: str = ""
    incident: int = 0


@dataclass(frozen=True, slots=True)
class Worker:
    """Who comes."""

    name: str = ""
    trade: str = ""
    score: str = ""
    phone: str = ""
    says: str = ""
    promise: str = ""
    took: str = ""


@dataclass(frozen=True, slots=True)
class Rated:
    """What the resident thought of it, and the answer."""

    quality: int = 0
    attitude: int = 0
    timeliness: int = 0
    text: str = ""
    time: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True)
class May:
    """Which buttons there are."""

    cancel: bool = False
    urge: bool = False
    reopen: bool = False
    rate: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """Everything on the page."""

    head: Head = Head()
    worker: Worker = Worker()
    steps: list[Step] = field(default_factory=list)
    timeline: list[TimelineEntry] = field(default_factory=list)
    videos: list[Photo] = field(default_factory=list)
    materials: list[shared.MaterialLine] = field(default_factory=list)
    rated: Rated = Rated()
    may: May = May()


def view(detail: OrderDetail, *, now: datetime, locale: str) -> View:
    """Turn an order into the page."""
    allowed = detail.allowed
    return View(
        head=_head(detail, now, locale),
        worker=_worker(detail, now, locale) if detail.technician else Worker(),
        steps=shared.steps(detail, now=now, locale=locale),
        timeline=shared.timeline(detail.steps, now=now, locale=locale, files=detail.photos),
        videos=shared.videos(detail.photos, locale=locale),
        materials=shared.material_lines(detail.materials),
        rated=_rated(detail.rating, now, locale) if detail.rating else Rated(),
        may=May(allowed.cancel, allowed.urge, allowed.reopen, allowed.rate),
    )


def _head(detail: OrderDetail, now: datetime, locale: str) -> Head:
    order = detail.order
    status = "rated" if order.is_rated and order.status is OrderStatus.completed else order.status.value
    sent = msg("{place} · reported {time}", place=shared.place_of(order, locale), time=ago_text(order.submitted_at, now=now, locale=locale))
    charged = msg("goes onto your next bill") if detail.is_charged else msg("free of charge")
    return Head(
        number=order.number,
        title=order.description,
        place=translate(sent, locale),
        icon=order.icon,
        badge=repair_badge(status, locale=locale, for_resident=True),
        ended=_ended(detail, locale),
        why=translate(detail.why, locale) if detail.why else "",
        visit=shared.visit_text(order.visit_from_at, order.visit_to_at, now=now, locale=locale),
        access=translate(shared.ACCESS_NAMES[detail.access], locale),
        material=format_yuan(detail.material_fen, sign=True) if detail.material_fen else "",
        material_note=translate(charged, locale) if detail.material_fen else "",
        rework_of=detail.rework_number,
        incident=detail.incident.count if detail.incident else 0,
    )


def _ended(detail: OrderDetail, locale: str) -> str:
    text = _ENDED.get(detail.order.status)
    if text is None:
        return ""
    reason = detail.order.end_reason
    return translate(msg("{what}: {reason}", what=text, reason=reason) if reason else text, locale)


def _worker(detail: OrderDetail, now: datetime, locale: str) -> Worker:
    who, order = detail.technician, detail.order
    assert who is not None  # noqa: S101 -- the caller has looked
    doing = {
        OrderStatus.assigned: msg("{name} has been asked and will answer soon", name=who.name),
        OrderStatus.accepted: msg("{name} has accepted and will come", name=who.name),
        OrderStatus.on_the_way: msg("{name} is on the way to you", name=who.name),
        OrderStatus.working: msg("{name} is on it", name=who.name),
        OrderStatus.paused: msg("{name} had to pause", name=who.name),
    }.get(order.status)
    promise = msg("promised by {time}", time=moment_text(order.clock.due_at, now=now, locale=locale))
    return Worker(
        name=who.name,
        trade=_trade(who, locale),
        score=_score(who, locale),
        phone=who.phone,
        says=translate(doing, locale) if doing else "",
        promise=translate(promise, locale) if doing else "",
        took=_took(detail, locale),
    )


def _took(detail: OrderDetail, locale: str) -> str:
    """How long it took until somebody accepted, and the repair itself; said above the stars."""
    done, order = detail.order.completed_at, detail.order
    if done is None or detail.accepted_at is None or detail.started_at is None:
        return ""
    answered, worked = detail.accepted_at - order.submitted_at, done - detail.started_at
    spans = [shared.span_text(int(span.total_seconds() // 60), locale) for span in (answered, worked)]
    return translate(msg("taken after {answered} · repaired in {worked}", answered=spans[0], worked=spans[1]), locale)


def _trade(who: TechnicianCard, locale: str) -> str:
    return translate(TRADE_NAMES[Trade(who.trades[0][0])], locale) if who.trades else ""


def _score(who: TechnicianCard, locale: str) -> str:
    tenths = (who.score_milli + 50) // 100
    return translate(msg("{score} · {count} ratings", score=f"{tenths // 10}.{tenths % 10}", count=f"{who.score_count:,}"), locale)


def _rated(rating: RatingCard, now: datetime, locale: str) -> Rated:
    time = ago_text(rating.at, now=now, locale=locale)
    return Rated(rating.quality, rating.attitude, rating.timeliness, rating.text, time, rating.reply)
