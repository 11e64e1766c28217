"""The checklist of an order: what its category asks for, ticked by the technician; every tick is a step."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.repair.models import OrderStatus, OrderStep, RepairCategory, RepairOrder
from estate_app.repair.reach import lock_job, read_order
from estate_app.repair.rules import STATUS_NAMES
from estate_app.repair.step import add_step, key_of

CHECK, UNCHECK = "check", "uncheck"


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One line with whether it is ticked, by whom and when."""

    text: str
    is_required: bool
    is_done: bool
    by: str = ""
    at: datetime | None = None


def read_checklist(session: Session, actor: Actor, order_id: int, *, now: datetime) -> list[CheckItem]:
    """The checklist of an order within the actor's reach; a stranger gets a 404."""
    return _items(session, read_order(session, actor, order_id, business_date(now)))


def tick(
    uow: UnitOfWork, actor: Actor, *, order_id: int, item: str, is_done: bool = True, client_at: datetime | None = None
) -> RepairOrder:
    """Tick a line of one's own job while it is being repaired, or take the tick back; the same again changes nothing.

    Raises:
        ConflictError: the repair has not begun, or is over.
        InvalidError: the checklist has no such line.
    """
    order = lock_job(uow, actor, order_id)
    if order.status not in {OrderStatus.working, OrderStatus.paused}:
        raise ConflictError(msg("The order is {state} now; this is no longer possible", state=STATUS_NAMES[order.status]))
    found = next((line for line in _items(uow.session, order) if line.text == item), None)
    if found is None:
        raise InvalidError(msg("This line is not on the checklist; open the job again"), field="item")
    if found.is_done is not is_done:
        add_step(uow, actor, order, CHECK if is_done else UNCHECK, reason=item, client_at=client_at)
    return order


def ensure_ticked(uow: UnitOfWork, order: RepairOrder) -> None:
    """Refuse to finish while a required line is open; the refusal names the first."""
    missing = next((line.text for line in _items(uow.session, order) if line.is_required and not line.is_done), None)
    if missing is not None:
        raise InvalidError(msg("Tick the checklist first: {item}", item=missing), field="checklist")


def _items(session: Session, order: RepairOrder) -> list[CheckItem]:
    lines = session.get_one(RepairCategory, order.category_id).checklist
    if not lines:
        return []
    newest = (
        select(OrderStep.reason, OrderStep.action, OrderStep.actor_name, OrderStep.at)
        .ext(distinct_on(col(OrderStep.reason)))
        .where(OrderStep.order_id == key_of(order), col(OrderStep.action).in_([CHECK, UNCHECK]))
        .order_by(col(OrderStep.reason), col(OrderStep.id).desc())
    )
    last = {text: (action, by, at) for text, action, by, at in session.execute(newest)}
    return [_item(line, last.get(str(line["text"]))) for line in lines]


def _item(line: dict[str, object], last: tuple[str, str, datetime] | None) -> CheckItem:
    text, is_required = str(line["text"]), bool(line["is_required"])
    if last is None or last[0] != CHECK:
        return CheckItem(text, is_required, False)
    return CheckItem(text, is_required, True, last[1], last[2])
