"""Reads of an estate's public income: residents see what is published of their estates, managers the drafts, too."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, cast, func
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.directory import people
from estate_app.access.permission import Permission, Role
from estate_app.errors import NotFoundError
from estate_app.feedback.disclosure_models import Disclosure, DisclosureLine, DisclosureStatus, Side
from estate_app.feedback.disclosures import ENTITY
from estate_app.kit.clock import business_date
from estate_app.kit.pagination import Page, PageRequest
from estate_app.media.queries import MediaRow, files_of
from estate_app.property.models import Estate
from estate_app.property.queries import in_scope, own_rooms

_SEE = (Permission.announce, Permission.notices_read)


@dataclass(frozen=True, slots=True)
class DisclosureRow:
    """One version of one quarter; the totals in fen are the sums of its lines."""

    id: int
    estate_id: int
    estate: str
    quarter_on: date
    version: int
    status: DisclosureStatus
    income_fen: int
    spending_fen: int
    lines: int
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class DisclosureItem:
    """One item, in fen."""

    side: Side
    name: str
    amount_fen: int
    note: str


@dataclass(frozen=True, slots=True)
class DisclosureView:
    """A version with its items. `before_fen` is what the quarters before have left; `drafter` and `publisher` are for managers."""

    row: DisclosureRow
    note: str
    items: tuple[DisclosureItem, ...]
    before_fen: int
    photos: tuple[MediaRow, ...]
    drafter: str
    drafted_by: int
    publisher: str
    versions: tuple[DisclosureRow, ...]


def list_disclosures(
    session: Session, actor: Actor, *, page: PageRequest, now: datetime, estate_id: int | None = None, published_only: bool = False
) -> Page[DisclosureRow]:
    """One page, the newest quarter first: for residents what holds, for managers every version unless only that is asked for."""
    where = [_visible(session, actor, now)]
    if estate_id is not None:
        where.append(col(Disclosure.estate_id) == estate_id)
    if published_only or actor.role is Role.resident:
        where.append(col(Disclosure.status) == DisclosureStatus.published)
    total = session.scalar(select(func.count()).select_from(Disclosure).where(*where)) or 0
    order = (col(Disclosure.quarter_on).desc(), col(Disclosure.estate_id), col(Disclosure.version).desc())
    found = session.execute(_rows().where(*where).order_by(*order).offset(page.offset).limit(page.size))
    return Page(tuple(DisclosureRow(*row) for row in found), int(total), page)


def read_disclosure(session: Session, actor: Actor, disclosure_id: int, *, now: datetime, published_only: bool = False) -> DisclosureView:
    """One version with its items, photos and other versions; a stranger gets a 404, and so does a resident with a draft."""
    visible = _visible(session, actor, now)
    if published_only:
        visible &= col(Disclosure.status) != DisclosureStatus.draft
    row = session.exec(select(Disclosure).where(col(Disclosure.id) == disclosure_id, visible)).first()
    if row is None:
        raise NotFoundError
    of_quarter = (col(Disclosure.estate_id) == row.estate_id, col(Disclosure.quarter_on) == row.quarter_on)
    versions = [
        DisclosureRow(*one) for one in session.execute(_rows().where(visible, *of_quarter).order_by(col(Disclosure.version).desc()))
    ]
    lines = select(DisclosureLine).where(DisclosureLine.disclosure_id == row.id).order_by(col(DisclosureLine.position))
    is_staff = actor.role is not Role.resident
    names = people(session, [row.drafted_by, row.published_by]) if is_staff else {}
    return DisclosureView(
        row=next(one for one in versions if one.id == row.id),
        note=row.note,
        items=tuple(DisclosureItem(one.side, one.name, one.amount_fen, one.note) for one in session.exec(lines)),
        before_fen=_left_before(session, row),
        photos=files_of(session, ENTITY, [row.id], now=now).get(row.id, ()),
        drafter=names[row.drafted_by].name if is_staff else "",
        drafted_by=row.drafted_by if is_staff else 0,
        publisher=names[row.published_by].name if is_staff and row.published_by else "",
        versions=tuple(versions),
    )


def _visible(session: Session, actor: Actor, now: datetime) -> ColumnElement[bool]:
    if actor.role is Role.resident:
        actor.require(Permission.own_account)
        estates = {room.estate_id for room in own_rooms(session, actor, business_date(now))}
        return col(Disclosure.estate_id).in_(estates) & (col(Disclosure.status) != DisclosureStatus.draft)
    actor.require(*_SEE)
    return in_scope(actor, *_SEE, estate=col(Disclosure.estate_id))


def _rows() -> Any:
    income, spending = (_sum(side) for side in Side)
    count = select(func.count()).where(col(DisclosureLine.disclosure_id) == col(Disclosure.id)).correlate(Disclosure).scalar_subquery()
    return select(  # type: ignore[call-overload]
        Disclosure.id, Disclosure.estate_id, Estate.name, Disclosure.quarter_on, Disclosure.version, Disclosure.status, income, spending,
        count, Disclosure.published_at,
    ).join(Estate, col(Estate.id) == col(Disclosure.estate_id))  # fmt: skip


def _sum(side: Side) -> Any:
    of_side = (col(DisclosureLine.disclosure_id) == col(Disclosure.id), col(DisclosureLine.side) == side)
    total = cast(func.coalesce(func.sum(DisclosureLine.amount_fen), 0), BigInteger)
    return select(total).where(*of_side).correlate(Disclosure).scalar_subquery()


def _left_before(session: Session, row: Disclosure) -> int:
    signed = case((col(DisclosureLine.side) == Side.income, col(DisclosureLine.amount_fen)), else_=-col(DisclosureLine.amount_fen))
    statement = (
        select(func.coalesce(func.sum(signed), 0))
        .join(Disclosure, col(Disclosure.id) == col(DisclosureLine.disclosure_id))
        .where(
            col(Disclosure.estate_id) == row.estate_id,
            col(Disclosure.status) == DisclosureStatus.published,
            col(Disclosure.quarter_on) < row.quarter_on,
        )
    )
    return int(session.scalar(statement) or 0)
