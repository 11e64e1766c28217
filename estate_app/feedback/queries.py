"""Reads of feedback: an author's own, what the estate sees of it, and how the estate does."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.directory import people
from estate_app.access.permission import Permission
from estate_app.errors import NotFoundError
from estate_app.feedback.models import Feedback, FeedbackKind, FeedbackReply, FeedbackStatus
from estate_app.feedback.service import ENTITY
from estate_app.kit.clock import add_months, business_date, month_start
from estate_app.kit.pagination import Page, PageRequest
from estate_app.media.queries import MediaRow, files_of
from estate_app.property.queries import in_scope, place_labels

_MONTHS = 6


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """One feedback as a list shows it. To the estate, `author` and `room` of an unnamed one are empty."""

    id: int
    number: str
    kind: FeedbackKind
    status: FeedbackStatus
    text: str
    is_anonymous: bool
    author: str
    room: str
    estate_id: int
    order_id: int | None
    bill_id: int | None
    created_at: datetime
    due_at: datetime
    answered_at: datetime | None
    is_late: bool
    satisfaction: int | None


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """One message of a thread; `name` is empty for an author who stays unnamed."""

    is_staff: bool
    name: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Thread:
    """A feedback with everything below it."""

    row: FeedbackRow
    photos: tuple[MediaRow, ...]
    replies: tuple[ReplyRow, ...]


@dataclass(frozen=True, slots=True)
class FeedbackFilter:
    """What the estate's list is narrowed to."""

    q: str = ""
    kind: FeedbackKind | None = None
    status: FeedbackStatus | None = None
    estate_id: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class FeedbackFigures:
    """How the estate does: since half a year by kind and month, and what waits now. Hours are the median to the first answer."""

    by_kind: tuple[tuple[FeedbackKind, int, float | None], ...]
    by_month: tuple[tuple[date, int], ...]
    waiting: int
    late: int
    hours_to_answer: float | None
    satisfaction: float | None


def own_feedback(session: Session, actor: Actor, *, now: datetime, page: PageRequest) -> Page[FeedbackRow]:
    """One page of what the actor has told the estate, the newest first."""
    actor.require(Permission.own_bills)
    return _page(session, [col(Feedback.author_id) == actor.id], page, now, (col(Feedback.id).desc(),), is_own=True)


def list_feedback(session: Session, actor: Actor, *, filter: FeedbackFilter, now: datetime, page: PageRequest) -> Page[FeedbackRow]:
    """One page of what residents told the actor's estates: what waits first, by its limit, then the newest."""
    actor.require(Permission.feedback)
    where = [_in_reach(actor)]
    if filter.estate_id is not None:
        where.append(col(Feedback.estate_id) == filter.estate_id)
    if filter.kind is not None:
        where.append(col(Feedback.kind) == filter.kind)
    if filter.status is not None:
        where.append(col(Feedback.status) == filter.status)
    if filter.late:
        where.append(_late(now))
    if filter.q:
        where.append(col(Feedback.text).icontains(filter.q, autoescape=True) | col(Feedback.number).icontains(filter.q, autoescape=True))
    waits = col(Feedback.status) == FeedbackStatus.open
    order = (waits.desc(), case((waits, col(Feedback.due_at))), col(Feedback.id).desc())
    return _page(session, where, page, now, order, is_own=False)


def feedback_about(
    session: Session, actor: Actor, *, now: datetime, order_id: int | None = None, bill_id: int | None = None
) -> list[FeedbackRow]:
    """What was told of an order or a bill, the newest first: one's own, or what the actor's estates see; others see nothing."""
    about = col(Feedback.order_id) == order_id if order_id is not None else col(Feedback.bill_id) == bill_id
    if actor.can(Permission.feedback):
        reach, is_own = _in_reach(actor), False
    else:
        reach, is_own = col(Feedback.author_id) == actor.id, True
    found = session.exec(select(Feedback).where(about, reach).order_by(col(Feedback.id).desc()).limit(20)).all()
    return _rows(session, list(found), now, is_own=is_own)


def read_feedback(session: Session, actor: Actor, feedback_id: int, *, now: datetime) -> Thread:
    """One thread, of the author or of the estate; a stranger gets a 404."""
    actor.require(Permission.own_bills, Permission.feedback)
    row = session.get(Feedback, feedback_id)
    is_own = row is not None and row.author_id == actor.id
    if row is None or not (is_own or actor.scope(Permission.feedback).covers(estate_id=row.estate_id)):
        raise NotFoundError
    replies = session.exec(select(FeedbackReply).where(FeedbackReply.feedback_id == row.id).order_by(col(FeedbackReply.id))).all()
    names = people(session, [one.author_id for one in replies if is_own or one.is_staff or not row.is_anonymous])
    said = tuple(ReplyRow(r.is_staff, names[r.author_id].name if r.author_id in names else "", r.text, r.created_at) for r in replies)
    photos = files_of(session, ENTITY, [row.id], now=now).get(row.id, ())
    return Thread(_rows(session, [row], now, is_own=is_own)[0], photos, said)


def count_waiting(session: Session, actor: Actor) -> int:
    """How much waits for an answer of the actor."""
    actor.require(Permission.feedback)
    return session.scalar(select(func.count()).select_from(Feedback).where(_in_reach(actor), Feedback.status == FeedbackStatus.open)) or 0


def feedback_figures(session: Session, actor: Actor, *, now: datetime, estate_id: int | None = None) -> FeedbackFigures:
    """Figures of the last six months in the actor's estates, or in one of them."""
    actor.require(Permission.feedback)
    where = [_in_reach(actor)]
    if estate_id is not None:
        where.append(col(Feedback.estate_id) == estate_id)
    months = [add_months(month_start(business_date(now)), -back) for back in range(_MONTHS - 1, -1, -1)]
    month: Any = func.date(func.date_trunc("month", func.timezone("Asia/Shanghai", col(Feedback.created_at))))
    recent = [*where, month >= months[0]]
    hours = func.percentile_cont(0.5).within_group(func.extract("epoch", col(Feedback.answered_at) - col(Feedback.created_at)) / 3600)
    kinds = {k: (n, h) for k, n, h in session.execute(select(Feedback.kind, func.count(), hours).where(*recent).group_by(Feedback.kind))}
    per_month = {one: n for one, n in session.execute(select(month, func.count()).where(*recent).group_by(month))}  # noqa: C416 -- rows are no pairs to mypy
    all_hours, stars = session.execute(select(hours, func.avg(Feedback.satisfaction)).where(*recent)).one()
    waiting, late = session.execute(
        select(func.count().filter(col(Feedback.status) == FeedbackStatus.open), func.count().filter(_late(now))).where(*where)
    ).one()
    return FeedbackFigures(
        by_kind=tuple((kind, *_number(kinds.get(kind))) for kind in FeedbackKind),
        by_month=tuple((one, int(per_month.get(one, 0))) for one in months),
        waiting=waiting,
        late=late,
        hours_to_answer=None if all_hours is None else float(all_hours),
        satisfaction=None if stars is None else float(stars),
    )


def _number(found: tuple[int, Any] | None) -> tuple[int, float | None]:
    return (0, None) if found is None else (found[0], None if found[1] is None else float(found[1]))


def _in_reach(actor: Actor) -> ColumnElement[bool]:
    return in_scope(actor, Permission.feedback, estate=col(Feedback.estate_id))


def _late(now: datetime) -> ColumnElement[bool]:
    return (col(Feedback.status) == FeedbackStatus.open) & (col(Feedback.due_at) < now)


def _page(
    session: Session, where: list[ColumnElement[bool]], page: PageRequest, now: datetime, order: tuple[Any, ...], *, is_own: bool
) -> Page[FeedbackRow]:
    total = session.scalar(select(func.count()).select_from(Feedback).where(*where)) or 0
    found = list(session.exec(select(Feedback).where(*where).order_by(*order).offset(page.offset).limit(page.size)))
    return Page(tuple(_rows(session, found, now, is_own=is_own)), total, page)


def _rows(session: Session, found: list[Feedback], now: datetime, *, is_own: bool) -> list[FeedbackRow]:
    """The one place that decides who is named: the estate reads neither name nor room of an unnamed author."""
    named = [row for row in found if is_own or not row.is_anonymous]
    names = people(session, [row.author_id for row in named])
    rooms, _ = place_labels(session, [row.room_id for row in named if row.room_id is not None])
    shown = {row.id for row in named}
    return [
        FeedbackRow(
            id=row.id,
            number=row.number,
            kind=row.kind,
            status=row.status,
            text=row.text,
            is_anonymous=row.is_anonymous,
            author=names[row.author_id].name if row.id in shown and row.author_id in names else "",
            room=rooms[row.room_id].place if row.id in shown and row.room_id in rooms else "",
            estate_id=row.estate_id,
            order_id=row.order_id,
            bill_id=row.bill_id,
            created_at=row.created_at,
            due_at=row.due_at,
            answered_at=row.answered_at,
            is_late=row.status is FeedbackStatus.open and row.due_at < now,
            satisfaction=row.satisfaction,
        )
        for row in found
    ]
