"""Turns what the bill queries give into what goes over the wire."""

from estate_app.billing.queries import BillRow
from miniprogram_api.deps import Caller
from miniprogram_api.schemas.bill import BillOut


def item_name(name: str, name_en: str, caller: Caller) -> str:
    """The name of a fee item in the caller's language."""
    return name_en if caller.locale == "en" and name_en else name


def bill_out(row: BillRow, caller: Caller) -> BillOut:
    """One bill of a list."""
    return BillOut(
        id=row.id,
        number=row.number,
        room_id=row.room_id,
        place=row.place,
        item=item_name(row.item_name, row.item_name_en, caller),
        kind=row.kind.value,
        period=row.period,
        due_on=row.due_on,
        status=row.status.value,
        is_overdue=row.is_overdue,
        amount_fen=row.amount_fen,
        paid_fen=row.paid_fen,
        owed_fen=row.owed_fen,
    )
