"""A technician's day as cards. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg, translate
from estate_app.repair.grab import GrabCard
from estate_app.repair.models import OrderStatus
from estate_app.repair.queries import JobCard, OrderRow, TechnicianJobs
from estate_app.repair.roster import Span
from estate_app.ui.pages.common import repair as shared
from estate_app.ui.pages.technician.jobs.route import Stop
from estate_app.ui.states import priority_badge, repair_badge
from estate_app.ui.view import Badge
from estate_app.ui.when import clock_text, day_text, weekday_text


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
    seconds_left: int
    stop: str = ""
    leg: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """The job that is going on, as the band on top."""

    id: str = ""
    title: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Today:
    """The line under the title, and what is agreed for later today."""

    line: str = ""
    visits: str = ""
    next_visit: str = ""


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
        seconds_left=max(0, int((expires_at - now).total_seconds())) if expires_at else 0,
    )


def _job(job: JobCard, now: datetime, locale: str) -> Card:
    return card(job.order, expires_at=job.offer_expires_at, now=now, locale=locale)


def grabs(cards: Sequence[GrabCard], *, now: datetime, locale: str) -> list[Card]:
    """What is open to everybody who qualifies."""
    return [card(one.order, expires_at=one.expires_at, now=now, locale=locale) for one in cards]


def lists(jobs: TechnicianJobs, active: Sequence[Stop], *, now: datetime, locale: str) -> tuple[list[Card], list[Card], list[Card]]:
    """What is offered, what is going on in the order asked for, and what was finished today."""
    return (
        [_job(job, now, locale) for job in jobs.offered],
        [replace(_job(one.job, now, locale), stop=str(one.number), leg=one.leg) for one in active],
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


def today(name: str, spans: Sequence[Span], visits: Sequence[OrderRow], *, now: datetime, locale: str) -> Today:
    """The day, the name and whether one is on duty; and the agreed visits that are still to come."""
    on = business_date(now)
    day = f"{day_text(on, today=on, locale=locale)} {weekday_text(on, locale=locale)}"
    line = msg("{day} · {name} · {duty}", day=day, name=name, duty=_duty(spans, now))
    coming = [row for row in visits if row.visit_from_at is not None and row.visit_from_at > now]
    if not coming or coming[0].visit_from_at is None:
        return Today(translate(line, locale))
    first = coming[0]
    place, what = shared.place_of(first, locale), shared.named(first.category, first.category_en, locale)
    return Today(
        translate(line, locale),
        translate(msg("{count} agreed visits later today", count=len(coming)), locale),
        f"{clock_text(coming[0].visit_from_at)} {place} · {what}",
    )


def _duty(spans: Sequence[Span], now: datetime) -> Message:
    current = {span.kind: span for span in spans if span.starts_at <= now < span.ends_at}
    if "leave" in current:
        return msg("On leave")
    if "duty" in current:
        return msg("on duty until {time}", time=clock_text(current["duty"].ends_at))
    return msg("On call") if "on_call" in current else msg("off duty")
