"""Starts a payment for a page: written and committed first, the vendor asked afterwards, outside any transaction."""

import asyncio
from collections.abc import Collection

import structlog

from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import ConflictError, UnavailableError
from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.gateway_registry import channels, merchant
from estate_app.payment.opening import open_payment
from estate_app.payment.service import start_payment

log = structlog.get_logger(__name__)


def qr_channels() -> tuple[Channel, ...]:
    """The online channels that are paid by scanning a code."""
    return tuple(channel for channel in channels() if PayWay.native in merchant(channel).gateway.ways)


async def begin_payment(actor: Actor, bill_ids: Collection[int], *, channel: Channel, key: str) -> int:
    """Start paying bills and open the vendor's cashier; return the payment's id.

    A vendor that does not answer leaves the payment pending: its page says so and asks again. The same key gives the same payment.
    """
    payment_id = await in_uow(_start, actor, bill_ids, channel, key)
    try:
        await asyncio.to_thread(open_payment, payment_id)
    except (UnavailableError, ConflictError) as error:
        log.info("payment_page_without_cashier", payment_id=payment_id, reason=str(error.message))
    return payment_id


def _start(uow: UnitOfWork, actor: Actor, bill_ids: Collection[int], channel: Channel, key: str) -> int:
    return start_payment(uow, actor, bill_ids=bill_ids, channel=channel, method=PayWay.native, idempotency_key=key).id
