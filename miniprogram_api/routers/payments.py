"""Paying own bills with WeChat Pay."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response, status

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.access.service import own_account
from estate_app.db import UnitOfWork
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import translate
from estate_app.kit.pagination import Page, PageRequest
from estate_app.payment.asking import Asked, asked
from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.counter import pay_from_balance
from estate_app.payment.filters import PaymentFilter
from estate_app.payment.models import PaymentStatus
from estate_app.payment.opening import cancel_payment, open_payment, own_payment, refresh_payment
from estate_app.payment.queries import PaymentRow, PaymentView, list_payments, payment_view
from estate_app.payment.receipts import channel_name, receipt_pdf
from estate_app.payment.service import start_payment
from estate_app.payment.stops import open_channels
from estate_app.property.queries import own_rooms
from miniprogram_api.deps import Caller, CursorText, IdempotencyKey, IfNoneMatch, Limit, SignedIn
from miniprogram_api.errors import problems
from miniprogram_api.paging import next_page, page_of, tagged
from miniprogram_api.routers.bill_views import bill_out
from miniprogram_api.schemas.common import Id, Listing
from miniprogram_api.schemas.payment import (
    JsapiOut,
    PaidBillOut,
    PaymentAsked,
    PaymentChannelOut,
    PaymentDetailOut,
    PaymentOut,
    PaymentQuoteOut,
    PaymentStart,
)

router = APIRouter(tags=["payments"])
StatusQuery = Annotated[PaymentStatus | None, Query(description="Only those that stand so.", examples=["paid"])]
PaymentId = Annotated[Id, Path(description="The payment.", examples=[88])]
_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}, "description": "The receipt as PDF."}
}


@router.get("/payments", response_model=Listing[PaymentOut], responses=problems(401, 403))
def list_own_payments(
    caller: SignedIn, state: StatusQuery = None, cursor: CursorText = "", limit: Limit = 20, if_none_match: IfNoneMatch = ""
) -> Response:
    """List the payments of the own rooms, the newest first."""
    page = caller.run(_payments, state, page_of(cursor, limit))
    return tagged(Listing[PaymentOut](items=[_payment(row) for row in page.rows], next_cursor=next_page(page)), if_none_match)


@router.get("/payment-channels", responses=problems(401, 403))
def list_payment_channels(caller: SignedIn) -> list[PaymentChannelOut]:
    """List the ways to pay that are set up and not stopped in the estates of the own rooms."""
    return [
        PaymentChannelOut(
            channel=channel.value, name=translate(channel_name(channel.value), caller.locale), is_here=channel is Channel.wechat
        )
        for channel in caller.run(_channels)
    ]


@router.post("/payments/quote", responses=problems(401, 403, 404))
def quote(body: PaymentAsked, caller: SignedIn) -> PaymentQuoteOut:
    """Say what some own bills ask for today, late fees included, before anything is started; it changes nothing."""
    return _quote(caller.run(_asked, body.bill_ids), caller)


@router.post("/payments", status_code=status.HTTP_201_CREATED, responses=problems(401, 403, 404, 409, 503))
def start(body: PaymentStart, caller: SignedIn, idempotency_key: IdempotencyKey) -> PaymentDetailOut:
    """Start paying some bills; answers with what `wx.requestPayment` needs. The same key gives back the same payment.

    Whether it is paid is known only from this server: ask for the payment afterwards.
    """
    payment_id = caller.run(_start, body.bill_ids, body.amount_fen, idempotency_key)
    open_payment(payment_id)
    return detail_out(caller.run(payment_of, payment_id), caller)


@router.post("/payments/from-balance", status_code=status.HTTP_201_CREATED, responses=problems(401, 403, 404, 409))
def pay_from_the_balance(body: PaymentStart, caller: SignedIn, idempotency_key: IdempotencyKey) -> PaymentDetailOut:
    """Pay bills of one own room from its prepaid balance; it is paid at once, or refused when the balance does not cover it."""
    payment_id = caller.run(_from_balance, body.bill_ids, body.amount_fen, idempotency_key)
    return detail_out(caller.run(payment_of, payment_id), caller)


@router.get("/payments/{payment_id}", response_model=PaymentDetailOut, responses=problems(401, 403, 404))
def read_payment(payment_id: PaymentId, caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """Read how a payment stands."""
    return tagged(detail_out(caller.run(payment_of, payment_id), caller), if_none_match)


@router.post("/payments/{payment_id}/check", responses=problems(401, 403, 404, 503))
def check_payment(payment_id: PaymentId, caller: SignedIn) -> PaymentDetailOut:
    """Ask WeChat now what became of an own pending payment; an unknown outcome stays pending."""
    caller.run(_ensure_own, payment_id)
    refresh_payment(payment_id)
    return detail_out(caller.run(payment_of, payment_id), caller)


@router.post("/payments/{payment_id}/cancel", responses=problems(401, 403, 404, 409, 503))
def cancel(payment_id: PaymentId, caller: SignedIn) -> PaymentDetailOut:
    """Give up an own pending payment; if the money has come meanwhile, it is booked instead."""
    cancel_payment(caller.run(_actor), payment_id)
    return detail_out(caller.run(payment_of, payment_id), caller)


@router.get("/payments/{payment_id}/receipt", response_class=Response, responses=problems(401, 403, 404) | _PDF)
def read_receipt(payment_id: PaymentId, caller: SignedIn) -> Response:
    """Read the receipt of a paid payment as PDF; the same receipt always gives the same bytes."""
    name, content = caller.run(_receipt, payment_id, caller.locale)
    headers = {"content-disposition": f'inline; filename="{name}"', "cache-control": "private, max-age=3600"}
    return Response(content, media_type="application/pdf", headers=headers)


def _channels(uow: UnitOfWork, actor: Actor) -> tuple[Channel, ...]:
    actor.require(Permission.own_bills)
    return open_channels(uow.session, {room.estate_id for room in own_rooms(uow.session, actor, business_date(uow.now))})


def _payments(uow: UnitOfWork, actor: Actor, state: PaymentStatus | None, page: PageRequest) -> Page[PaymentRow]:
    return list_payments(uow.session, actor, filter=PaymentFilter(status=state), page=page, on=business_date(uow.now))


def _asked(uow: UnitOfWork, actor: Actor, bill_ids: list[int]) -> Asked:
    actor.require(Permission.own_bills)
    found = asked(uow, actor, bill_ids)
    if not set(bill_ids) <= {row.id for row in found.rows}:
        raise NotFoundError
    return found


def _quote(found: Asked, caller: Caller) -> PaymentQuoteOut:
    return PaymentQuoteOut(
        bills=[bill_out(row, caller) for row in found.rows],
        accrued_fen=found.accrued_fen,
        total_fen=found.accrued_fen + sum(row.owed_fen for row in found.rows if row.status.is_open and row.id not in found.paying),
        paying_ids=sorted(set(found.paying.values())),
        balance_fen=found.balance_fen,
    )


def _start(uow: UnitOfWork, actor: Actor, bill_ids: list[int], amount_fen: int | None, key: str) -> int:
    payment = start_payment(
        uow, actor, bill_ids=bill_ids, channel=Channel.wechat, method=PayWay.jsapi, idempotency_key=key,
        openid=own_account(uow, actor).openid, amount_fen=amount_fen,
    )  # fmt: skip
    return payment.id or 0


def _from_balance(uow: UnitOfWork, actor: Actor, bill_ids: list[int], amount_fen: int | None, key: str) -> int:
    actor.require(Permission.own_bills)
    return pay_from_balance(uow, actor, bill_ids=bill_ids, idempotency_key=key, amount_fen=amount_fen).id or 0


def payment_of(uow: UnitOfWork, actor: Actor, payment_id: int) -> PaymentView:
    """One payment for its answer; a stranger gets a 404."""
    return payment_view(uow.session, actor, payment_id=payment_id, on=business_date(uow.now))


def _ensure_own(uow: UnitOfWork, actor: Actor, payment_id: int) -> None:
    own_payment(uow.session, actor, payment_id)


def _actor(uow: UnitOfWork, actor: Actor) -> Actor:  # noqa: ARG001 -- for a service that runs outside any transaction
    return actor


def _receipt(uow: UnitOfWork, actor: Actor, payment_id: int, locale: str) -> tuple[str, bytes]:
    on = business_date(uow.now)
    receipt_id = payment_view(uow.session, actor, payment_id=payment_id, on=on).row.receipt_id
    if receipt_id is None:
        raise NotFoundError
    return receipt_pdf(uow.session, actor, receipt_id=receipt_id, on=on, locale=locale)


def _payment(row: PaymentRow) -> PaymentOut:
    return PaymentOut(
        id=row.id,
        number=row.number,
        place=row.place,
        channel=row.channel.value,
        status=row.status.value,
        amount_fen=row.amount_fen,
        prepaid_fen=row.prepaid_fen,
        refunded_fen=row.refunded_fen,
        created_at=row.created_at,
        paid_at=row.paid_at,
        receipt_number=row.receipt_number,
    )


def detail_out(view: PaymentView, caller: Caller) -> PaymentDetailOut:
    """Write one payment whole."""
    return PaymentDetailOut(
        payment=_payment(view.row),
        expires_at=view.expires_at,
        is_held=view.is_held,
        jsapi=JsapiOut.model_validate(view.jsapi) if view.jsapi else None,
        bills=[PaidBillOut(bill=bill_out(bill, caller), amount_fen=fen) for bill, fen in view.items],
        fail_reason=view.fail_reason,
    )
