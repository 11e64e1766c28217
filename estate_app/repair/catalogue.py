"""What can be reported and what is in stock: the category tree with its promises, and the price list."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.kit.i18n import Message, msg
from estate_app.repair.models import RepairCategory, Trade, Urgency
from estate_app.repair.stock_models import StockItem

DANGERS: Mapping[str, Message] = {
    "gas_leak": msg("Gas: open the windows, touch no switch, leave the flat and call 119 and the gas company now"),
    "live_wire": msg("Bare or sparking wires: keep away and call the emergency number now"),
    "lift_trapped": msg("Trapped in a lift: press the alarm, do not force the doors, and call the emergency number now"),
    "fire_alarm": msg("Fire: leave by the stairs and call 119 now"),
}


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One thing that can be reported, with its defaults, what to do first where it is dangerous, and questions whose yes is a danger.

    Times in working minutes.
    """

    id: int
    code: str
    name: str
    name_en: str
    icon: str
    is_public: bool
    urgency: Urgency
    trade: Trade
    level: int
    minutes: int
    respond_minutes: int
    complete_minutes: int
    is_paid: bool
    danger: Message | None
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CategoryGroup:
    """A group of the tree with its leaves."""

    id: int
    code: str
    name: str
    name_en: str
    icon: str
    is_public: bool
    leaves: tuple[CategoryRow, ...]


@dataclass(frozen=True, slots=True)
class StockRow:
    """A material on the price list; quantity in thousandths of its unit."""

    id: int
    code: str
    name: str
    name_en: str
    unit: str
    price_fen: int
    on_hand_milli: int


def category_tree(session: Session, *, is_public: bool | None = None) -> tuple[CategoryGroup, ...]:
    """The active tree: groups in their order with their leaves; with `is_public` only what is reported there.

    A top category without children is a group of itself. In a public area everything may be reported, in a home all but the public.
    """
    found = session.exec(
        select(RepairCategory).where(RepairCategory.is_active).order_by(col(RepairCategory.position), col(RepairCategory.id))
    )
    rows = list(found)
    children: dict[int, list[RepairCategory]] = {}
    for row in rows:
        if row.parent_id is not None:
            children.setdefault(row.parent_id, []).append(row)
    groups = []
    for top in rows:
        if top.parent_id is not None:
            continue
        leaves = [leaf for leaf in children.get(top.id or 0, [top]) if is_public is not False or not leaf.is_public]
        if leaves:
            groups.append(
                CategoryGroup(top.id or 0, top.code, top.name, top.name_en, top.icon, top.is_public, tuple(_row(leaf) for leaf in leaves))
            )
    return tuple(groups)


def stock_list(session: Session, actor: Actor, *, text: str = "") -> list[StockRow]:
    """The active materials by name, those with some left first."""
    actor.require(Permission.work_orders, Permission.repairs_read)
    statement = select(StockItem).where(StockItem.is_active)
    if words := text.replace("\x00", "").strip():
        like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        statement = statement.where(col(StockItem.name).ilike(like) | col(StockItem.name_en).ilike(like) | col(StockItem.code).ilike(like))
    found = session.exec(statement.order_by((col(StockItem.on_hand_milli) > 0).desc(), col(StockItem.name), col(StockItem.id)).limit(100))
    return [StockRow(i.id or 0, i.code, i.name, i.name_en, i.unit, i.price_fen, i.on_hand_milli) for i in found]


def _row(row: RepairCategory) -> CategoryRow:
    return CategoryRow(
        id=row.id or 0,
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        icon=row.icon,
        is_public=row.is_public,
        urgency=row.urgency,
        trade=row.trade,
        level=row.level,
        minutes=row.minutes,
        respond_minutes=row.respond_minutes,
        complete_minutes=row.complete_minutes,
        is_paid=row.is_paid,
        danger=DANGERS.get(row.code),
        questions=tuple(row.questions),
    )
