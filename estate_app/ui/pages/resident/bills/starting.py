"""Starts a payment for a page: written and committed first, the vendor asked afterwards, outside any transaction."""

import asyncio
from collections.abc import Collection

import structlog

from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import ConflictError, UnavailableError
from estate_app.kit.geo import Device, device_of
from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.counter import pay_from_balance
from estate_app.payment.gateway_registry import merchant
from estate_app.payment.opening import open_payment
from estate_app.payment.service import start_payment

log = structlog.get_logger(__name__)
_AT_A_DESK = {Channel.wechat: PayWay.native, Channel.alipay: PayWay.page, Channel.unionpay: PayWay.gateway}
_ON_A_PHONE = {Channel.wechat: PayWay.h5, Channel.alipay: PayWay.wap, Channel.unionpay: PayWay.wap}
_IN_WECHAT = "micromessenger"


def is_phone(user_agent: str) -> bool:
    """Whether the vendor's app is on the very device whose browser this is."""
    return device_of(user_agent) is not Device.desktop


def way_for(channel: Channel, user_agent: str) -> PayWay:
    """How a browser reaches a channel's cashier: a code to scan at a desk, the vendor's page or app on a phone.

    WeChat's own browser refuses H5 payments, so that a code is shown there; so it is where the vendor has no other way.
    """
    wishes = _ON_A_PHONE if is_phone(user_agent) else _AT_A_DESK
    wish = wishes[channel]
    if channel is Channel.wechat and _IN_WECHAT in user_agent.lower():
        wish = PayWay.native
    return wish if wish in merchant(channel).gateway.ways else PayWay.native


async def begin_payment(
    actor: Actor, bill_ids: Collection[int], *, channel: Channel, key: str, user_agent: str = "", amount_fen: int | None = None
) -> int:
    """Start paying bills, or a part of them, and open the vendor's cashier; return the payment's id.

    A vendor that does not answer leaves the payment pending: its page says so and asks again. The same key gives the same payment.
    What the room's balance pays is paid at once.
    """
    if channel is Channel.balance:
        return await in_uow(_from_balance, actor, bill_ids, key, amount_fen)
    payment_id = await in_uow(_start, actor, bill_ids, channel, way_for(channel, user_agent), key, amount_fen)
    try:
        await asyncio.to_thread(open_payment, payment_id)
    except (UnavailableError, ConflictError) as error:
        log.info("payment_page_without_cashier", payment_id=payment_id, reason=str(error.message))
    return payment_id


def _start(
    uow: UnitOfWork, actor: Actor, bill_ids: Collection[int], channel: Channel, method: PayWay, key: str, amount_fen: int | None
) -> int:
    payment = start_payment(uow, actor, bill_ids=bill_ids, channel=channel, method=method, idempotency_key=key, amount_fen=amount_fen)
    return payment.id or 0


def _from_balance(uow: UnitOfWork, actor: Actor, bill_ids: Collection[int], key: str, amount_fen: int | None) -> int:
    return pay_from_balance(uow, actor, bill_ids=bill_ids, idempotency_key=key, amount_fen=amount_fen).id or 0
