"""Puts the material of finished repairs onto bills of the rooms: repairs know what was signed, billing how a room is charged."""

import structlog

from estate_app.access.actor import SYSTEM
from estate_app.billing.corrections import charge_once
from estate_app.billing.tariff_queries import repair_items
from estate_app.db import UnitOfWork, run_in_uow
from estate_app.errors import EstateError
from estate_app.kit.i18n import msg
from estate_app.repair.materials import count_uncharged, hold_uncharged, note_charged

log = structlog.get_logger(__name__)


def charge_repairs() -> tuple[int, int]:
    """Charge every finished order that still waits for it, each in a transaction of its own; answers how many, and how many cannot be.

    What cannot be charged lies in an estate without a fee item for repairs, or was refused by billing; neither holds up the others.
    """
    charged = refused = last = 0
    while True:
        try:
            found = run_in_uow(charge_next, after_id=last)
        except _RefusedError as error:
            log.warning("repair_not_charged", order_id=error.order_id, reason=str(error.__cause__))
            refused, last = refused + 1, error.order_id
            continue
        if found == 0:
            return charged, refused + run_in_uow(_without_item)
        charged, last = charged + 1, found


def charge_next(uow: UnitOfWork, *, after_id: int = 0) -> int:
    """Bill the room of the next waiting order, and note it on the order, both or neither; answers its id, 0 when none waits."""
    items = repair_items(uow.session, SYSTEM)
    order = hold_uncharged(uow, items.keys(), after_id=after_id)
    if order is None or order.id is None:
        return 0
    label = msg("Material of repair {number}", number=order.number)
    try:
        bill = charge_once(
            uow,
            SYSTEM,
            item_id=items[order.estate_id],
            room_id=order.room_id or 0,
            amount_fen=order.charge_fen or 0,
            label=label,
            charge_key=f"repair:{order.id}",
        )
    except EstateError as error:
        raise _RefusedError(order.id) from error
    note_charged(uow, SYSTEM, order, bill_number=bill.number)
    return order.id


def _without_item(uow: UnitOfWork) -> int:
    return count_uncharged(uow, repair_items(uow.session, SYSTEM).keys())


class _RefusedError(Exception):
    """Billing has refused an order."""

    def __init__(self, order_id: int) -> None:
        super().__init__(order_id)
        self.order_id = order_id
