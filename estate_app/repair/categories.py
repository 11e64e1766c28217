"""The category tree as people choose from it."""

from dataclasses import dataclass, field

from sqlalchemy import bindparam
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from estate_app.kit.i18n import Message
from estate_app.prepared import Asked, Prepared, answered, columns
from estate_app.repair.catalogue import DANGERS
from estate_app.repair.models import RepairCategory, Trade, Urgency


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """A group with its kinds of fault, or one kind; only what has no children is reported.

    `danger` is what to do first; a yes to one of the `questions` is a danger.
    """

    id: int
    code: str
    name: str
    name_en: str
    icon: str
    is_public: bool
    is_paid: bool
    urgency: Urgency
    estimate_minutes: int
    respond_minutes: int
    danger: Message | None = None
    questions: tuple[str, ...] = ()
    children: tuple["CategoryNode", ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Kind:
    """What a report must know of a category, times in minutes."""

    urgency: Urgency
    minutes: int
    respond_minutes: int
    complete_minutes: int
    is_public: bool
    questions: tuple[str, ...]
    trade: Trade
    name: str
    name_en: str
    icon: str


def reported_kind(session: Session, category_id: int) -> Kind | None:
    """A kind of fault that can be reported: active, and no group of others."""
    found = answered(session, asked_kind(category_id))
    if not found:
        return None
    urgency, minutes, respond, complete, is_public, questions, trade, *shown = found[0]
    return Kind(Urgency(urgency), minutes, respond, complete, is_public, tuple(questions), Trade(trade), *shown)


def asked_kind(category_id: int) -> Asked:
    """What `reported_kind` asks."""
    return _KIND.asked(category_id=category_id)


_child = aliased(RepairCategory)
_KIND = Prepared(
    columns(
        RepairCategory.urgency,
        RepairCategory.minutes,
        RepairCategory.respond_minutes,
        RepairCategory.complete_minutes,
        RepairCategory.is_public,
        RepairCategory.questions,
        RepairCategory.trade,
        RepairCategory.name,
        RepairCategory.name_en,
        RepairCategory.icon,
    ).where(
        col(RepairCategory.id) == bindparam("category_id"),
        col(RepairCategory.is_active),
        ~select(_child.id).where(_child.parent_id == RepairCategory.id).exists(),
    )
)


def category_tree(session: Session) -> tuple[CategoryNode, ...]:
    """The active categories, groups first, each level in its own order; one query."""
    rows = session.exec(
        select(RepairCategory).where(col(RepairCategory.is_active)).order_by(col(RepairCategory.position), col(RepairCategory.id))
    ).all()
    below: dict[int | None, list[RepairCategory]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    return _nodes(below, None)


def _nodes(below: dict[int | None, list[RepairCategory]], parent_id: int | None) -> tuple[CategoryNode, ...]:
    return tuple(
        CategoryNode(
            id=row.id or 0,
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            icon=row.icon,
            is_public=row.is_public,
            is_paid=row.is_paid,
            urgency=row.urgency,
            estimate_minutes=row.minutes,
            respond_minutes=row.respond_minutes,
            danger=DANGERS.get(row.code),
            questions=tuple(row.questions),
            children=_nodes(below, row.id),
        )
        for row in below.get(parent_id, ())
    )
