"""The category tree as managers administer it: what can be reported, how fast it is answered, what is asked and what is ticked."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, update
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.i18n import Message, msg
from estate_app.repair.models import RepairCategory, RepairOrder, Trade, Urgency
from estate_app.repair.rules import MAX_LEVEL, OPEN

_READ, _EDIT = (Permission.technicians_read, Permission.technicians_edit), Permission.technicians_edit
_ENTITY = "repair_category"
_DAY, _MONTH = 24 * 60, 31 * 24 * 60
_MAX_LINES, _MAX_QUESTIONS, _MAX_LINE = 20, 5, 100
_REQUIRED = ("*", "＊")


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """What is written down of a category. `checklist` and `questions` are lines; a line of the checklist with `*` must be ticked."""

    name: str
    name_en: str
    parent_id: int | None = None
    icon: str = "wrench"
    is_public: bool = False
    urgency: str = Urgency.normal
    minutes: int = 60
    trade: str = Trade.general
    level: int = 1
    is_paid: bool = False
    respond_minutes: int = 120
    complete_minutes: int = 1440
    needs_certificate: bool = False
    checklist: str = ""
    questions: str = ""


@dataclass(frozen=True, slots=True)
class AdminRow:
    """A category as a line of the tree: how deep it stands, its open orders, and whether it has kinds below it."""

    category: RepairCategory
    depth: int
    open_count: int
    is_group: bool


def admin_tree(session: Session, actor: Actor) -> list[AdminRow]:
    """Every category, those that are switched off too, each below its group."""
    actor.require(*_READ)
    rows = session.exec(select(RepairCategory).order_by(col(RepairCategory.position), col(RepairCategory.id)))
    counted = session.execute(
        select(RepairOrder.category_id, func.count()).where(col(RepairOrder.status).in_(OPEN)).group_by(col(RepairOrder.category_id))
    )
    counts = {row[0]: row[1] for row in counted}
    below: dict[int | None, list[RepairCategory]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    return list(_walk(below, counts, None, 0))


def _walk(
    below: Mapping[int | None, list[RepairCategory]], counts: Mapping[int, int], parent: int | None, depth: int
) -> Iterator[AdminRow]:
    for row in below.get(parent, ()):
        yield AdminRow(row, depth, counts.get(row.id, 0), row.id in below)
        yield from _walk(below, counts, row.id, depth + 1)


def may_edit(actor: Actor) -> bool:
    """Whether somebody may change the tree, which holds in every estate alike."""
    return actor.can(_EDIT) and actor.scope(_EDIT).is_everywhere


def add_category(uow: UnitOfWork, actor: Actor, *, facts: CategoryFacts) -> RepairCategory:
    """Add a kind of fault, or a group; it stands last among its like."""
    _require(actor)
    values = _checked(uow, facts, None)
    last = uow.session.scalar(select(func.max(RepairCategory.position)).where(col(RepairCategory.parent_id) == values["parent_id"]))
    category = RepairCategory(code=f"own_{secrets.token_hex(6)}", position=(last or 0) + 1, **values)
    uow.session.add(category)
    uow.flush()
    record(uow, actor, "category:add", _ENTITY, category.id, after=_written(category))
    return category


def edit_category(uow: UnitOfWork, actor: Actor, *, category_id: int, facts: CategoryFacts) -> RepairCategory:
    """Change a category; orders that are there keep their promises."""
    _require(actor)
    category = _lock(uow, category_id)
    before = _written(category)
    for name, value in _checked(uow, facts, category).items():
        setattr(category, name, value)
    uow.flush()
    record(uow, actor, "category:edit", _ENTITY, category_id, before=before, after=_written(category))
    return category


def switch_category(uow: UnitOfWork, actor: Actor, *, category_id: int, is_active: bool) -> RepairCategory:
    """Take a category out of the report form, a group with all its kinds, or bring it back; open orders go on."""
    _require(actor)
    category = _lock(uow, category_id)
    if is_active and category.parent_id is not None and not uow.session.get_one(RepairCategory, category.parent_id).is_active:
        raise InvalidError(msg("Its group is switched off; switch that on first"))
    before: dict[str, object] = {"is_active": category.is_active}
    category.is_active = is_active
    if not is_active:
        kinds = select(RepairCategory.id).where(RepairCategory.parent_id == category_id)
        below = or_(col(RepairCategory.parent_id) == category_id, col(RepairCategory.parent_id).in_(kinds))
        uow.session.execute(update(RepairCategory).where(below).values(is_active=False))
    record(uow, actor, "category:active", _ENTITY, category_id, before=before, after={"is_active": is_active})
    uow.flush()
    return category


def read_checklist_lines(text: str) -> list[dict[str, object]]:
    """The lines of a checklist as typed; raises InvalidError on too many or endless ones."""
    lines = _lines(text, _MAX_LINES, "checklist")
    items: list[dict[str, object]] = [
        {"text": line.lstrip("*＊ ").strip(), "is_required": line.startswith(_REQUIRED)} for line in lines if line.strip("*＊ ")
    ]
    if len({str(item["text"]) for item in items}) < len(items):
        raise InvalidError(msg("A line stands twice on the checklist"), field="checklist")
    return items


def checklist_text(category: RepairCategory) -> str:
    """The checklist as it is typed."""
    return "\n".join(("* " if item["is_required"] else "") + str(item["text"]) for item in category.checklist)


def _require(actor: Actor) -> None:
    actor.require(_EDIT)
    if not may_edit(actor):
        raise ForbiddenError(msg("Categories hold in every estate; only managers of all estates may change them"))


def _lock(uow: UnitOfWork, category_id: int) -> RepairCategory:
    category = uow.session.get(RepairCategory, category_id, with_for_update=True)
    if category is None:
        raise NotFoundError
    return category


def _checked(uow: UnitOfWork, facts: CategoryFacts, own: RepairCategory | None) -> dict[str, Any]:
    for field, value, limit in (("name", facts.name, 40), ("name_en", facts.name_en, 60)):
        if not 1 <= len(value.strip()) <= limit:
            raise InvalidError(msg("Write a name of at most {count} characters", count=limit), field=field)
    if facts.urgency not in set(Urgency):
        raise InvalidError(msg("Choose the urgency from the list"), field="urgency")
    if facts.trade not in set(Trade):
        raise InvalidError(msg("Choose the trade from the list"), field="trade")
    for field, number, most, say in (
        ("minutes", facts.minutes, _DAY, msg("Give the minutes of work, from 1 to {count}", count=_DAY)),
        ("level", facts.level, MAX_LEVEL, msg("Give a level from 1 to {count}", count=MAX_LEVEL)),
        ("respond_minutes", facts.respond_minutes, _MONTH, msg("Give the minutes until an answer, from 1 to {count}", count=_MONTH)),
        ("complete_minutes", facts.complete_minutes, _MONTH, msg("Give the minutes until the repair, from 1 to {count}", count=_MONTH)),
    ):
        _ensure_between(number, most, field, say)
    if facts.complete_minutes < facts.respond_minutes:
        raise InvalidError(msg("The repair may not be promised before the answer"), field="complete_minutes")
    return {
        "parent_id": _parent(uow, facts.parent_id, own), "name": facts.name.strip(), "name_en": facts.name_en.strip(),
        "icon": facts.icon.strip()[:30] or "wrench", "is_public": facts.is_public, "urgency": Urgency(facts.urgency),
        "minutes": facts.minutes, "trade": Trade(facts.trade), "level": facts.level, "is_paid": facts.is_paid,
        "respond_minutes": facts.respond_minutes, "complete_minutes": facts.complete_minutes,
        "needs_certificate": facts.needs_certificate, "checklist": read_checklist_lines(facts.checklist),
        "questions": _lines(facts.questions, _MAX_QUESTIONS, "questions"),
    }  # fmt: skip


def _ensure_between(number: int, most: int, field: str, say: Message) -> None:
    if not 1 <= number <= most:
        raise InvalidError(say, field=field)


def _parent(uow: UnitOfWork, parent_id: int | None, own: RepairCategory | None) -> int | None:
    """A group to stand in; groups have no groups above them, and nothing stands in itself."""
    if parent_id is None or (own is not None and parent_id == own.parent_id):
        return parent_id
    parent = uow.session.get(RepairCategory, parent_id)
    if parent is None or parent.parent_id is not None or (own is not None and parent_id == own.id):
        raise InvalidError(msg("Choose a group from the list"), field="parent_id")
    if own is not None and uow.session.scalar(select(RepairCategory.id).where(RepairCategory.parent_id == own.id).limit(1)):
        raise InvalidError(msg("A group with kinds in it cannot stand in another"), field="parent_id")
    return parent_id


def _lines(text: str, most: int, field: str) -> list[str]:
    lines = [line.strip() for line in text.replace("\x00", "").splitlines() if line.strip()]
    if len(lines) > most or any(len(line) > _MAX_LINE for line in lines):
        raise InvalidError(msg("Write at most {lines} lines of at most {count} characters", lines=most, count=_MAX_LINE), field=field)
    return lines


def _written(category: RepairCategory) -> dict[str, object]:
    return category.model_dump(mode="json", exclude={"id", "code", "position", "is_active"})
