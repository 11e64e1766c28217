"""The prepaid balance of an own room."""

from typing import Annotated

from fastapi import APIRouter, Path, Response, status

from estate_app.access.actor import Actor
from estate_app.access.service import own_account
from estate_app.db import UnitOfWork
from estate_app.kit.clock import business_date
from estate_app.kit.pagination import Page, PageRequest
from estate_app.ledger.queries import Movement
from estate_app.payment.balance import BalanceView, balance_movements, balance_view, set_automatic, start_top_up
from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.opening import open_payment
from miniprogram_api.deps import CursorText, IdempotencyKey, IfNoneMatch, Limit, SignedIn
from miniprogram_api.errors import problems
from miniprogram_api.paging import next_page, page_of, tagged
from miniprogram_api.routers.payments import detail_out, payment_of
from miniprogram_api.schemas.balance import AutomaticWish, BalanceOut, MovementOut, TopUpStart
from miniprogram_api.schemas.common import Id, Listing
from miniprogram_api.schemas.payment import PaymentDetailOut

router = APIRouter(tags=["balance"])
RoomId = Annotated[Id, Path(description="The room.", examples=[12])]


@router.get("/rooms/{room_id}/balance", response_model=BalanceOut, responses=problems(401, 403, 404))
def read_balance(room_id: RoomId, caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """Read what an own room has paid in advance."""
    return tagged(_balance(caller.run(_view, room_id)), if_none_match)


@router.get("/rooms/{room_id}/balance/movements", response_model=Listing[MovementOut], responses=problems(401, 403, 404))
def list_movements(
    room_id: RoomId, caller: SignedIn, cursor: CursorText = "", limit: Limit = 20, if_none_match: IfNoneMatch = ""
) -> Response:
    """List what came onto the balance and left it, the newest first."""
    page = caller.run(_movements, room_id, page_of(cursor, limit))
    return tagged(Listing[MovementOut](items=[_movement(row) for row in page.rows], next_cursor=next_page(page)), if_none_match)


@router.post("/rooms/{room_id}/balance/top-ups", status_code=status.HTTP_201_CREATED, responses=problems(401, 403, 404, 409, 503))
def start_a_top_up(room_id: RoomId, body: TopUpStart, caller: SignedIn, idempotency_key: IdempotencyKey) -> PaymentDetailOut:
    """Start paying money in advance; answers as for bills, with what `wx.requestPayment` needs."""
    payment_id = caller.run(_top_up, room_id, body.amount_fen, idempotency_key)
    open_payment(payment_id)
    return detail_out(caller.run(payment_of, payment_id), caller)


@router.put("/rooms/{room_id}/balance/automatic", responses=problems(401, 403, 404, 409))
def wish_automatic(room_id: RoomId, body: AutomaticWish, caller: SignedIn) -> BalanceOut:
    """Let the balance pay the room's bills by itself, or stop it; switched on, it pays at once what it can."""
    caller.run(_wish, room_id, body.is_on)
    return _balance(caller.run(_view, room_id))


def _view(uow: UnitOfWork, actor: Actor, room_id: int) -> BalanceView:
    return balance_view(uow.session, actor, room_id=room_id, on=business_date(uow.now))


def _movements(uow: UnitOfWork, actor: Actor, room_id: int, page: PageRequest) -> Page[Movement]:
    return balance_movements(uow.session, actor, room_id=room_id, on=business_date(uow.now), page=page)


def _top_up(uow: UnitOfWork, actor: Actor, room_id: int, amount_fen: int, key: str) -> int:
    payment = start_top_up(
        uow, actor, room_id=room_id, amount_fen=amount_fen, channel=Channel.wechat, method=PayWay.jsapi, idempotency_key=key,
        openid=own_account(uow, actor).openid,
    )  # fmt: skip
    return payment.id or 0


def _wish(uow: UnitOfWork, actor: Actor, room_id: int, is_on: bool) -> None:  # noqa: FBT001 -- the body's only field
    set_automatic(uow, actor, room_id=room_id, is_on=is_on)


def _balance(view: BalanceView) -> BalanceOut:
    return BalanceOut(
        room_id=view.room_id, amount_fen=view.amount_fen, is_automatic=view.is_automatic, by_name=view.by_name, since=view.since
    )


def _movement(row: Movement) -> MovementOut:
    return MovementOut(id=row.id, kind=row.kind.value, memo=row.memo, at=row.at, amount_fen=row.amount_fen, balance_fen=row.balance_fen)
