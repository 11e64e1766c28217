"""Opening arrears as bills: what was owed before this system, for days of its own that no run bills again."""

from datetime import date, timedelta

from sqlalchemy import text
from sqlmodel import Session

from estate_app.billing.run_meters import Key, Span
from estate_app.kit.clock import add_months
from estate_app.prepared import Prepared

OPENING = "opening:"
_OF_MONTH = Prepared(
    text(
        "SELECT fee_item_id, room_id FROM bill WHERE starts_with(charge_key, 'opening:')"
        " AND fee_item_id = ANY(CAST(:items AS bigint[])) AND room_id BETWEEN :first AND :last AND status <> 'void'"
        " AND CAST(split_part(charge_key, ':', 4) AS date) <= CAST(:until AS date)"
        " AND CAST(coalesce(nullif(split_part(charge_key, ':', 5), ''), split_part(charge_key, ':', 4)) AS date) >= CAST(:month AS date)"
    )
)
"""The index `ix_bill_opening` holds these bills alone, however many others there are."""


def opening_key(room_id: int, item_id: int, from_on: date, to_on: date | None) -> str:
    """What a bill of opening arrears is charged for; without an end it is for one day."""
    return f"{OPENING}{room_id}:{item_id}:{from_on}:{to_on or ''}"


def opening_days(charge_key: str) -> tuple[date, date]:
    """The first and the last day of such a bill."""
    first, last = charge_key.split(":")[3:]
    return date.fromisoformat(first), date.fromisoformat(last or first)


def opened_in(session: Session, item_ids: list[int], month: date, span: Span) -> set[Key]:
    """The items and rooms of which opening arrears claim days of a month already."""
    until = add_months(month, 1) - timedelta(days=1)
    rows = _OF_MONTH.rows(session, items=item_ids, first=span[0], last=span[1], month=month, until=until)
    return {(item_id, room_id) for item_id, room_id in rows}
