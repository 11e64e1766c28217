"""Arrears of an own room."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response, status

from estate_app.access.actor import Actor
from estate_app.billing.arrears_detail import OwnArrears, own_arrears
from estate_app.billing.arrears_letter import letter_pdf
from estate_app.billing.arrears_promise_queries import PlanRow
from estate_app.billing.arrears_promises import make_promise
from estate_app.billing.late_fee_text import line_step
from estate_app.billing.late_fees import LateFeePreview
from estate_app.db import UnitOfWork
from estate_app.kit.clock import business_date
from miniprogram_api.deps import Caller, IfNoneMatch, SignedIn
from miniprogram_api.errors import problems
from miniprogram_api.paging import tagged
from miniprogram_api.schemas.arrears import ArrearsOut, LateFeeOut, LetterOut, PartOut, PlanOut, PromiseOut, PromiseWish
from miniprogram_api.schemas.common import Id

router = APIRouter(tags=["arrears"])
RoomId = Annotated[Id, Path(description="The room.", examples=[12])]
LetterId = Annotated[Id, Path(description="The notice.", examples=[11])]
_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}, "description": "The notice as PDF."}
}


@router.get("/rooms/{room_id}/arrears", response_model=ArrearsOut, responses=problems(401, 403, 404))
def read_arrears(room_id: RoomId, caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """Read what is overdue in an own room, what it costs so far and how, and what was agreed."""
    return tagged(_arrears(caller.run(_own, room_id), caller), if_none_match)


@router.post("/rooms/{room_id}/promises", status_code=status.HTTP_201_CREATED, responses=problems(401, 403, 404, 409))
def promise(room_id: RoomId, body: PromiseWish, caller: SignedIn) -> ArrearsOut:
    """Promise to pay overdue bills of an own room by a day; until then no reminder comes."""
    caller.run(_promise, room_id, body.amount_fen, body.due_on)
    return _arrears(caller.run(_own, room_id), caller)


@router.get("/letters/{letter_id}", response_class=Response, responses=problems(401, 403, 404) | _PDF)
def read_letter(letter_id: LetterId, caller: SignedIn) -> Response:
    """Read a formal notice to an own room as PDF; it always says what it said."""
    name, content = caller.run(_letter, letter_id, caller.locale)
    headers = {"content-disposition": f'inline; filename="{name}"', "cache-control": "private, max-age=3600"}
    return Response(content, media_type="application/pdf", headers=headers)


def _own(uow: UnitOfWork, actor: Actor, room_id: int) -> OwnArrears:
    return own_arrears(uow.session, actor, room_id=room_id, on=business_date(uow.now))


def _promise(uow: UnitOfWork, actor: Actor, room_id: int, amount_fen: int, due_on: date) -> None:
    make_promise(uow, actor, room_id=room_id, amount_fen=amount_fen, due_on=due_on)


def _letter(uow: UnitOfWork, actor: Actor, step_id: int, locale: str) -> tuple[str, bytes]:
    return letter_pdf(uow.session, actor, step_id=step_id, on=business_date(uow.now), locale=locale)


def _arrears(found: OwnArrears, caller: Caller) -> ArrearsOut:
    return ArrearsOut(
        late_fees=[_late_fee(fee, caller) for fee in found.late_fees],
        promises=[
            PromiseOut(id=one.id, amount_fen=one.amount_fen, paid_fen=one.paid_fen, due_on=one.due_on, status=one.status.value)
            for one in found.promises
        ],
        plans=[_plan(plan) for plan in found.plans],
        letters=[LetterOut(id=step.id, number=step.number, written_on=business_date(step.at)) for step in found.letters],
    )


def _late_fee(fee: LateFeePreview, caller: Caller) -> LateFeeOut:
    return LateFeeOut(
        bill_id=fee.bill_id,
        bill_number=fee.bill_number,
        days_late=fee.days_late,
        amount_fen=fee.fee.amount_fen,
        charged_fen=fee.charged_fen,
        due_fen=fee.due_fen,
        formula=" · ".join(caller.say(line_step(line)) for line in fee.fee.lines),
    )


def _plan(plan: PlanRow) -> PlanOut:
    parts = [
        PartOut(position=part.position, due_on=part.due_on, amount_fen=part.amount_fen, paid_fen=part.paid_fen, is_late=part.is_late)
        for part in plan.parts
    ]
    return PlanOut(id=plan.id, total_fen=plan.total_fen, paid_fen=plan.paid_fen, status=plan.status.value, parts=parts)
