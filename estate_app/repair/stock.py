"""The stock of materials: what comes in, goes out to orders and is counted. Every change is a movement; nothing is taken back.

Whoever moves a quantity holds the lock on its material, and `book` alone writes what is on hand: it is the sum of the movements.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlmodel import col, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.people import managers_anywhere
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.notification.service import tell
from estate_app.repair.step import checked_reason
from estate_app.repair.stock_models import MovementKind, StockItem, StockMovement

EDIT = Permission.stock_edit
MAX_MILLI = 100_000_000
MAX_PRICE_FEN = 10_000_000
_ENTITY = "stock_item"
TOPIC = "stock"


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What is known of a material; price in fen a unit, `low_milli` is where it should be ordered again (0: never said)."""

    code: str
    name: str
    name_en: str
    unit: str
    price_fen: int
    low_milli: int = 0


def quantity_words(quantity_milli: int) -> str:
    """`2.5` or `40`: thousandths as a person writes them."""
    return f"{Decimal(quantity_milli) / 1000:f}"


def lock_item(uow: UnitOfWork, stock_item_id: int) -> StockItem | None:
    """A material, locked for a move."""
    return uow.session.get(StockItem, stock_item_id, with_for_update=True, populate_existing=True)


def book(
    uow: UnitOfWork,
    actor: Actor,
    item: StockItem,
    kind: MovementKind,
    quantity_milli: int,
    *,
    order_id: int | None = None,
    reason: str = "",
    reference: str = "",
) -> StockMovement:
    """Write one move of a locked material; a negative quantity goes out.

    Raises:
        ConflictError: less is on hand than goes out; the sentence says how much there is.
    """
    balance = item.on_hand_milli + quantity_milli
    if balance < 0:
        left = f"{quantity_words(item.on_hand_milli)} {item.unit}"
        raise ConflictError(msg("Only {left} of this material are left", left=left), field="quantity_milli")
    item.on_hand_milli = balance
    made = StockMovement(
        stock_item_id=item.id, kind=kind, quantity_milli=quantity_milli, balance_milli=balance, order_id=order_id, reason=reason,
        reference=reference, actor_id=actor.account_id, at=uow.now,
    )  # fmt: skip
    uow.session.add(made)
    uow.flush()
    if made.balance_milli <= item.low_milli < made.balance_milli - quantity_milli:
        _tell_low(uow, item)
    uow.notify(TOPIC)
    return made


def add_item(uow: UnitOfWork, actor: Actor, *, facts: ItemFacts, on_hand_milli: int = 0) -> StockItem:
    """Put a material on the list, with what is there of it."""
    actor.require(EDIT)
    values = _checked(uow, facts, None)
    if not 0 <= on_hand_milli <= MAX_MILLI:
        raise InvalidError(msg("Give a quantity from 0 to {limit}", limit=f"{MAX_MILLI // 1000:,}"), field="on_hand")
    item = StockItem(**values)
    uow.session.add(item)
    uow.flush()
    if on_hand_milli:
        book(uow, actor, item, MovementKind.opening, on_hand_milli)
    record(uow, actor, "stock:add", _ENTITY, item.id, after=_written(item))
    return item


def edit_item(uow: UnitOfWork, actor: Actor, *, stock_item_id: int, facts: ItemFacts) -> StockItem:
    """Change what is known of a material; what was used keeps its price."""
    item = _managed(uow, actor, stock_item_id)
    before = _written(item)
    for name, value in _checked(uow, facts, item).items():
        setattr(item, name, value)
    uow.flush()
    record(uow, actor, "stock:edit", _ENTITY, item.id, before=before, after=_written(item))
    uow.notify(TOPIC)
    return item


def switch_item(uow: UnitOfWork, actor: Actor, *, stock_item_id: int, is_active: bool) -> StockItem:
    """Take a material off the technicians' list, or bring it back."""
    item = _managed(uow, actor, stock_item_id)
    before: dict[str, object] = {"is_active": item.is_active}
    item.is_active = is_active
    uow.flush()
    record(uow, actor, "stock:active", _ENTITY, item.id, before=before, after={"is_active": is_active})
    uow.notify(TOPIC)
    return item


def receive(uow: UnitOfWork, actor: Actor, *, stock_item_id: int, quantity_milli: int, reference: str = "") -> StockMovement:
    """Book what was delivered; a delivery note is booked once for a material.

    Raises:
        ConflictError: this delivery note is booked already.
    """
    item = _managed(uow, actor, stock_item_id)
    _ensure_quantity(quantity_milli)
    number = reference.replace("\x00", "").strip()
    if len(number) > 60:
        raise InvalidError(msg("Write at most {count} characters", count=60), field="reference")
    if number and _is_booked(uow, item.id, number):
        raise ConflictError(msg("The delivery note {number} is booked for this material already", number=number), field="reference")
    made = book(uow, actor, item, MovementKind.receipt, quantity_milli, reference=number)
    record(uow, actor, "stock:receipt", _ENTITY, item.id, before=_before(made), after={**_after(made), "reference": number})
    return made


def correct(
    uow: UnitOfWork, actor: Actor, *, stock_item_id: int, counted_milli: int, reason: str, seen_milli: int | None = None
) -> StockMovement:
    """Book the difference between what was counted and what should be there, with its reason.

    `seen_milli` is what the person saw on hand while counting: when something moved meanwhile, the count is of yesterday.

    Raises:
        ConflictError: it moved meanwhile, or the count agrees and there is nothing to correct.
    """
    item = _managed(uow, actor, stock_item_id)
    why = checked_reason(reason)
    if not 0 <= counted_milli <= MAX_MILLI:
        raise InvalidError(msg("Give a quantity from 0 to {limit}", limit=f"{MAX_MILLI // 1000:,}"), field="counted")
    now = f"{quantity_words(item.on_hand_milli)} {item.unit}"
    if seen_milli is not None and seen_milli != item.on_hand_milli:
        moved = msg("The stock moved while you counted; {quantity} should be there now. Count again", quantity=now)
        raise ConflictError(moved, field="counted")
    if counted_milli == item.on_hand_milli:
        raise ConflictError(msg("The books say {quantity} too; there is nothing to correct", quantity=now), field="counted")
    made = book(uow, actor, item, MovementKind.correction, counted_milli - item.on_hand_milli, reason=why)
    record(uow, actor, "stock:correction", _ENTITY, item.id, before=_before(made), after={**_after(made), "reason": why})
    return made


def _tell_low(uow: UnitOfWork, item: StockItem) -> None:
    """Tell those who keep the stock, once for each fall to the mark; what sinks further or stays low says nothing more."""
    if not item.is_active:
        return
    left = f"{quantity_words(item.on_hand_milli)} {item.unit}"
    if item.on_hand_milli:
        title = msg("{name} is running low", name=item.name)
        mark = f"{quantity_words(item.low_milli)} {item.unit}"
        body = msg("{name} ({code}): {left} left; order it again at {mark}", name=item.name, code=item.code, left=left, mark=mark)
    else:
        title = msg("{name} is used up", name=item.name)
        body = msg("{name} ({code}) is used up; order it again", name=item.name, code=item.code)
    tell(uow, managers_anywhere(uow.session, EDIT), event="repair_stock", title=title, body=body, link=f"/manage/stock/{item.id}")


def _managed(uow: UnitOfWork, actor: Actor, stock_item_id: int) -> StockItem:
    actor.require(EDIT)
    item = lock_item(uow, stock_item_id)
    if item is None:
        raise NotFoundError
    return item


def _is_booked(uow: UnitOfWork, stock_item_id: int, reference: str) -> bool:
    known = select(StockMovement.id).where(
        StockMovement.stock_item_id == stock_item_id, StockMovement.kind == MovementKind.receipt, StockMovement.reference == reference
    )
    return uow.session.exec(known).first() is not None


def _ensure_quantity(quantity_milli: int) -> None:
    if not 0 < quantity_milli <= MAX_MILLI:
        raise InvalidError(msg("Give a quantity above zero and at most {limit}", limit=f"{MAX_MILLI // 1000:,}"), field="quantity")


def _checked(uow: UnitOfWork, facts: ItemFacts, item: StockItem | None) -> dict[str, Any]:
    texts = {name: getattr(facts, name).replace("\x00", "").strip() for name in ("code", "name", "name_en", "unit")}
    texts["name_en"] = texts["name_en"] or texts["name"]
    for name, limit in (("code", 30), ("name", 60), ("name_en", 60), ("unit", 10)):
        if not 1 <= len(texts[name]) <= limit:
            raise InvalidError(msg("Write 1 to {count} characters", count=limit), field=name)
    if not 0 <= facts.price_fen <= MAX_PRICE_FEN:
        raise InvalidError(msg("Give a price from 0 to {limit} yuan", limit=f"{MAX_PRICE_FEN // 100:,}"), field="price")
    if not 0 <= facts.low_milli <= MAX_MILLI:
        raise InvalidError(msg("Give a quantity from 0 to {limit}", limit=f"{MAX_MILLI // 1000:,}"), field="low")
    same = select(StockItem.id).where(StockItem.code == texts["code"], col(StockItem.id).is_distinct_from(item.id if item else None))
    if uow.session.exec(same).first() is not None:
        raise ConflictError(msg("This code belongs to another material"), field="code")
    return {**texts, "price_fen": facts.price_fen, "low_milli": facts.low_milli}


def _written(item: StockItem) -> dict[str, object]:
    return item.model_dump(mode="json", include={"code", "name", "unit", "price_fen", "low_milli"})


def _before(made: StockMovement) -> dict[str, object]:
    return {"on_hand_milli": made.balance_milli - made.quantity_milli}


def _after(made: StockMovement) -> dict[str, object]:
    return {"on_hand_milli": made.balance_milli}
