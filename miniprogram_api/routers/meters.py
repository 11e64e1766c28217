"""Own meters and the readings that a resident sends; gaining a room by a bill's code or by a request."""

from typing import Annotated

from fastapi import APIRouter, Path, Response, status

from estate_app.access.actor import Actor
from estate_app.billing.room_code import claim_by_code
from estate_app.billing.self_readings import OwnMeter, own_meters, send_reading
from estate_app.db import UnitOfWork
from estate_app.kit.clock import business_date
from estate_app.property.claims import ClaimRow, own_claims, request_room
from estate_app.property.models import Relation
from miniprogram_api.deps import Caller, IfNoneMatch, SignedIn
from miniprogram_api.errors import problems
from miniprogram_api.paging import tagged
from miniprogram_api.schemas.common import Id
from miniprogram_api.schemas.meter import (
    OwnMeterOut,
    OwnMetersOut,
    ReadingSent,
    RoomCodeSent,
    RoomRequestOut,
    RoomRequestSent,
    RoomRequestsOut,
)

router = APIRouter()
MeterId = Annotated[Id, Path(description="The meter.", examples=[41])]


@router.get("/meters", response_model=OwnMetersOut, responses=problems(401, 403), tags=["meters"])
def list_own_meters(caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """List the meters of the own rooms, with what was read and sent last."""
    return tagged(OwnMetersOut(items=[_meter(meter, caller) for meter in caller.run(_meters)]), if_none_match)


@router.post("/meters/{meter_id}/readings", status_code=status.HTTP_201_CREATED, responses=problems(401, 403, 404, 409), tags=["meters"])
def send_own_reading(meter_id: MeterId, body: ReadingSent, caller: SignedIn) -> OwnMetersOut:
    """Send what an own meter shows today, with a photo; the staff takes it over or sends it back."""
    caller.run(_send, meter_id, body.value_milli, body.photo_id)
    return OwnMetersOut(items=[_meter(meter, caller) for meter in caller.run(_meters) if meter.id == meter_id])


@router.post("/rooms/by-code", status_code=status.HTTP_204_NO_CONTENT, responses=problems(401, 403, 404, 409), tags=["rooms"])
def gain_room_by_code(body: RoomCodeSent, caller: SignedIn) -> None:
    """Gain the room of a bill at once, as family, tenant or payer."""
    caller.run(_by_code, body)


@router.get("/rooms/requests", response_model=RoomRequestsOut, responses=problems(401), tags=["rooms"])
def list_room_requests(caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """List one's newest requests for rooms."""
    return tagged(RoomRequestsOut(items=[_request(row) for row in caller.run(_claims)]), if_none_match)


@router.post("/rooms/requests", status_code=status.HTTP_201_CREATED, responses=problems(401, 403, 404, 409), tags=["rooms"])
def ask_for_room(body: RoomRequestSent, caller: SignedIn) -> RoomRequestsOut:
    """Ask the estate for a room; a manager decides."""
    caller.run(_ask, body)
    return RoomRequestsOut(items=[_request(row) for row in caller.run(_claims)])


def _meters(uow: UnitOfWork, actor: Actor) -> list[OwnMeter]:
    return own_meters(uow.session, actor, on=business_date(uow.now))


def _send(uow: UnitOfWork, actor: Actor, meter_id: int, value_milli: int, photo_id: str) -> None:
    send_reading(uow, actor, meter_id=meter_id, value_milli=value_milli, photo_id=photo_id)


def _by_code(uow: UnitOfWork, actor: Actor, body: RoomCodeSent) -> None:
    claim_by_code(uow, actor, bill_number=body.bill_number, code=body.code, relation=Relation(body.relation), to_on=body.to_on)


def _ask(uow: UnitOfWork, actor: Actor, body: RoomRequestSent) -> None:
    request_room(
        uow,
        actor,
        estate_id=body.estate_id,
        code=body.room_code,
        relation=Relation(body.relation),
        from_on=body.from_on,
        to_on=body.to_on,
        note=body.note,
    )


def _claims(uow: UnitOfWork, actor: Actor) -> list[ClaimRow]:
    return own_claims(uow.session, actor)


def _request(row: ClaimRow) -> RoomRequestOut:
    return RoomRequestOut(
        id=row.id, room=row.room, estate=row.estate, relation=row.relation.value, status=row.status.value, reason=row.reason
    )


def _meter(meter: OwnMeter, caller: Caller) -> OwnMeterOut:
    return OwnMeterOut(
        id=meter.id,
        room=meter.room,
        code=meter.code,
        kind=meter.kind.value,
        digits=meter.digits,
        read_on=meter.read_on,
        value_milli=meter.value_milli,
        sent_on=meter.sent_on,
        sent_milli=meter.sent_milli,
        sent_status=meter.sent_status.value if meter.sent_status else "",
        sent_reason=meter.sent_reason,
        is_open=meter.is_open,
        opens=caller.say(meter.opens),
    )
