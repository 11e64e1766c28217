"""A technician's day as cards. Pure."""

from dataclasses import dataclass
from datetime import datetime

from estate_app.kit.i18n import msg, translate
from estate_app.repair.models import OrderStatus
from estate_app.repair.queries import JobCard, OrderRow, TechnicianJobs
from estate_app.ui.pages.common import repair as shared
from estate_app.ui.states import priority_badge, repair_badge
from estate_app.ui.view import Badge
from estate_app.ui.when import clock_text


@dataclass(frozen=True, slots=True)
class Card:
    """One job in the list."""

    id: str
    number: str
    title: str
    place: str
    category: str
    icon: str
    is_urgent: bool
    priority: Badge
    badge: Badge
    clock: str
    tone: str
    visit: str
    photos: int
    answer_by: str


@dataclass(frozen=True, slots=True)
class Running:
    """The job that is going on, as the band on top."""

    id: str = ""
    title: str = ""
    note: str = ""


def card(row: OrderRow, *, expires_at: datetime | None, now: datetime, locale: str) -> Card:
    """One job."""
    clock, tone = shared.clock_words(row.clock, locale)
    over = row.status in {OrderStatus.completed, OrderStatus.closed}
    answer = translate(msg("answer by {time}", time=clock_text(expires_at)), locale) if expires_at else ""
    return Card(
        id=str(row.id),
        number=row.number,
        title=row.description,
        place=shared.place_of(row, locale),
        category=shared.named(row.category, row.category_en, locale),
        icon=row.icon,
        is_urgent=row.urgency.value != "normal",
        priority=priority_badge(row.urgency, locale=locale),
        badge=repair_badge("rated" if row.is_rated else row.status.value, locale=locale),
        clock="" if over else clock,
        tone=tone,
        visit=shared.visit_text(row.visit_from_at, row.visit_to_at, now=now, locale=locale),
        photos=row.photo_count,
        answer_by=answer,
    )


def _job(job: JobCard, now: datetime, locale: str) -> Card:
    return card(job.order, expires_at=job.offer_expires_at, now=now, locale=locale)


def lists(jobs: TechnicianJobs, *, now: datetime, locale: str) -> tuple[list[Card], list[Card], list[Card]]:
    """What is offered, what is going on, and what was finished today."""
    return (
        [_job(job, now, locale) for job in jobs.offered],
        [_job(job, now, locale) for job in jobs.active],
        [card(row, expires_at=None, now=now, locale=locale) for row in jobs.finished_today],
    )


def running(jobs: TechnicianJobs, *, locale: str) -> Running:
    """The job in hand, if any."""
    job = next((j for j in jobs.active if j.order.status is OrderStatus.working), None)
    if job is None:
        return Running()
    clock, _ = shared.clock_words(job.order.clock, locale)
    title = msg("In repair · {place}", place=shared.place_of(job.order, locale))
    late = job.order.clock.minutes_left < 0
    return Running(str(job.order.id), translate(title, locale), clock if late else translate(msg("{span} left", span=clock), locale))
