"""Bills of the own rooms."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from estate_app.access.actor import Actor
from estate_app.billing.corrected import Correction, Corrects
from estate_app.billing.corrections import dispute_bill
from estate_app.billing.detail import BillDetail, LineRow, open_bill
from estate_app.billing.filters import BillFilter, BillState
from estate_app.billing.queries import AmountDue, BillRow, amount_due, list_bills
from estate_app.db import UnitOfWork
from estate_app.kit.clock import business_date
from estate_app.kit.pagination import Page, PageRequest
from miniprogram_api.deps import Caller, CursorText, IfNoneMatch, Limit, SignedIn
from miniprogram_api.errors import problems
from miniprogram_api.paging import next_page, page_of, tagged
from miniprogram_api.routers.bill_views import bill_out, item_name
from miniprogram_api.schemas.bill import (
    BillDetailOut,
    BillDoubt,
    BillOut,
    CorrectedLineOut,
    CorrectionOut,
    CorrectsOut,
    DueItemOut,
    DueOut,
    LineOut,
    PastOut,
    ReadingOut,
)
from miniprogram_api.schemas.common import Id, Listing

router = APIRouter(tags=["bills"])
BillId = Annotated[Id, Path(description="The bill.", examples=[305])]
RoomQuery = Annotated[Id | None, Query(description="Only this own room.", examples=[12])]


@router.get("/bills", response_model=Listing[BillOut], responses=problems(401, 403))
def list_own_bills(
    caller: SignedIn,
    state: Annotated[BillState | None, Query(description="Only these.", examples=["open"])] = None,
    room_id: RoomQuery = None,
    cursor: CursorText = "",
    limit: Limit = 20,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """List the bills of the own rooms, the newest month first."""
    page = caller.run(_bills, BillFilter(room_id=room_id, state=state), page_of(cursor, limit))
    return tagged(Listing[BillOut](items=[bill_out(row, caller) for row in page.rows], next_cursor=next_page(page)), if_none_match)


@router.get("/bills/due", response_model=DueOut, responses=problems(401, 403))
def read_due(caller: SignedIn, room_id: RoomQuery = None, if_none_match: IfNoneMatch = "") -> Response:
    """Read what is owed today, and which bills that are."""
    return tagged(_due(caller.run(_amount_due, room_id), caller), if_none_match)


@router.get("/bills/{bill_id}", response_model=BillDetailOut, responses=problems(401, 403, 404))
def read_bill(bill_id: BillId, caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """Read one bill with its lines, readings, tiers and the months before."""
    return tagged(_detail(caller.run(open_bill, bill_id=bill_id), caller), if_none_match)


@router.post("/bills/{bill_id}/dispute", responses=problems(401, 403, 404, 409))
def dispute(bill_id: BillId, body: BillDoubt, caller: SignedIn) -> BillDetailOut:
    """Doubt an own bill that asks to be paid: reminders and late fees rest, and it cannot be paid, until the estate has answered."""
    caller.run(dispute_bill, bill_id=bill_id, reason=body.reason)
    return _detail(caller.run(open_bill, bill_id=bill_id), caller)


def _bills(uow: UnitOfWork, actor: Actor, filter: BillFilter, page: PageRequest) -> Page[BillRow]:
    return list_bills(uow.session, actor, filter=filter, page=page, on=business_date(uow.now))


def _amount_due(uow: UnitOfWork, actor: Actor, room_id: int | None) -> AmountDue:
    return amount_due(uow.session, actor, on=business_date(uow.now), room_id=room_id)


def _due(due: AmountDue, caller: Caller) -> DueOut:
    return DueOut(
        total_fen=due.total_fen,
        overdue_fen=due.overdue_fen,
        count=due.count,
        next_due_on=due.next_due_on,
        items=[
            DueItemOut(
                item=item_name(one.item_name, one.item_name_en, caller), kind=one.kind.value, amount_fen=one.amount_fen, count=one.count
            )
            for one in due.items
        ],
        bill_ids=list(due.bill_ids),
    )


def _detail(detail: BillDetail, caller: Caller) -> BillDetailOut:
    return BillDetailOut(
        bill=bill_out(detail.bill, caller),
        lines=[_line(line, caller) for line in detail.lines],
        steps=[caller.say(step) for step in detail.steps],
        readings=[
            ReadingOut(
                meter_code=reading.meter_code,
                kind=reading.kind.value,
                from_on=reading.from_on,
                from_milli=reading.from_milli,
                to_on=reading.to_on,
                to_milli=reading.to_milli,
                usage_milli=reading.usage_milli,
                is_estimated=reading.is_estimated,
            )
            for reading in detail.readings
        ],
        past=[PastOut(period=month.period, amount_fen=month.amount_fen, usage_milli=month.usage_milli) for month in detail.past],
        change_fen=detail.change_fen,
        void_reason=detail.void_reason,
        replaced_by_id=detail.replaced_by_id,
        corrections=[_correction(one, caller) for one in detail.corrections],
        corrects=_corrects(detail.corrects) if detail.corrects else None,
    )


def _correction(one: Correction, caller: Caller) -> CorrectionOut:
    return CorrectionOut(
        on=one.on,
        meter_code=one.meter_code,
        read_on=one.read_on,
        reading_milli=one.reading_milli,
        usage_milli=one.usage_milli,
        amount_fen=one.amount_fen,
        reason=one.reason,
        bill_id=one.bill_id,
        number=one.number,
        lines=[
            CorrectedLineOut(
                label=caller.say(line.label), quantity_milli=line.quantity_milli, price_e4=line.price_e4, amount_fen=line.amount_fen
            )
            for line in one.lines
        ],
    )


def _corrects(one: Corrects) -> CorrectsOut:
    return CorrectsOut(bill_id=one.bill_id, number=one.number, period=one.period)


def _line(line: LineRow, caller: Caller) -> LineOut:
    return LineOut(
        label=caller.say(line.label),
        formula=line.formula,
        quantity_milli=line.quantity_milli,
        unit=line.unit,
        price_e4=line.price_e4,
        amount_fen=line.amount_fen,
        note=caller.say(line.note) if line.note else "",
    )
