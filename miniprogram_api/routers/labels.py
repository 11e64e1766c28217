"""QR labels on facilities and public areas: what one stands for, and the report that whoever scans it makes there."""

from typing import Annotated

from fastapi import APIRouter, Path, status

from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork, run_in_uow
from estate_app.errors import NotFoundError
from estate_app.repair.detail import OrderDetail, order_detail
from estate_app.repair.facility_rules import MAX_CODE
from estate_app.repair.models import Source
from estate_app.repair.spots import Spot, SpotReport, find_spot, report_at
from miniprogram_api.deps import IdempotencyKey, SignedIn, Visitor
from miniprogram_api.errors import problems
from miniprogram_api.routers.repair_views import detail_out
from miniprogram_api.schemas.label import LabelOut, LabelReport
from miniprogram_api.schemas.repair import OrderDetailOut

router = APIRouter(tags=["repairs"])
LabelCode = Annotated[
    str, Path(max_length=MAX_CODE, description="The code in the QR, the last part of its address.", examples=["7KQ2M4XWPA"])
]


@router.get("/labels/{code}", responses=problems(404))
def read_label(code: LabelCode, caller: Visitor) -> LabelOut:  # noqa: ARG001 -- anybody; it hangs on the wall
    """Read what a label stands for, to fill in the report."""
    spot = run_in_uow(_spot, code)
    return LabelOut(
        code=spot.code,
        estate=spot.estate,
        place=spot.place.label,
        facility=spot.facility or None,
        number=spot.number or None,
        category_id=spot.category_id,
        is_active=spot.is_active,
    )


@router.post("/labels/{code}/reports", status_code=status.HTTP_201_CREATED, responses=problems(401, 403, 404, 409))
def report_at_label(code: LabelCode, body: LabelReport, caller: SignedIn, idempotency_key: IdempotencyKey) -> OrderDetailOut:
    """Report a fault at a label, wherever one lives; the same key gives back the same order."""
    return detail_out(caller.run(_report, code, body, idempotency_key), caller)


def _spot(uow: UnitOfWork, code: str) -> Spot:
    return find_spot(uow.session, code)


def _report(uow: UnitOfWork, actor: Actor, code: str, body: LabelReport, key: str) -> OrderDetail:
    form = SpotReport(
        category_id=body.category_id,
        description=body.description,
        is_out_of_service=body.is_out_of_service,
        has_danger=body.has_danger,
        photo_ids=body.photo_ids,
        client_key=key,
        source=Source.mini_program,
    )
    order = report_at(uow, actor, code=code, form=form)
    # This is the edge: what the answer says is read when the locks of dispatch are free again.
    uow.commit()
    if order.id is None:
        raise NotFoundError
    return order_detail(uow.session, actor, order.id, now=uow.now)
