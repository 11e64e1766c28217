"""The counter and the balances of the last days, made by the services themselves: closed days, a refund to hand out, an invoice."""

from datetime import time, timedelta

from sqlalchemy import select
from sqlmodel import col

from estate_app.access.actor import Actor, Held
from estate_app.access.permission import PermissionSet, Role
from estate_app.db import UnitOfWork
from estate_app.demo.world import World
from estate_app.kit.clock import at_local
from estate_app.payment.channel import Channel, Means
from estate_app.payment.counter import Handover, top_up_at_counter
from estate_app.payment.day_close import approve_close, close_day, day_figures
from estate_app.payment.invoice_models import TitleKind
from estate_app.payment.invoices import request_invoice
from estate_app.payment.models import Payment, PaymentStatus
from estate_app.payment.refunds import approve_refund, propose_refund

_TOP_UPS = (20_000, 50_000, 30_000)
_CLOSED_DAYS = ((3, 0, ""), (2, -500, "找零多付一笔"), (1, 200, "多收零钱，待核"))
"""Days ago, what was counted beyond the ledger in fen, and why."""


def build_desk(uow: UnitOfWork, world: World) -> None:
    """Write balances, closed days with their differences, a refund that waits at the counter, and a request for an invoice."""
    estate_id = world.places[0].id
    cashier, finance = _staff(world, "cashier"), _staff(world, "finance")
    _fill(uow, world, cashier)
    for days_ago, difference, reason in _CLOSED_DAYS:
        evening = UnitOfWork(uow.session, at_local(world.today - timedelta(days=days_ago), time(18)))
        day = world.today - timedelta(days=days_ago)
        expected = day_figures(uow.session, cashier_id=cashier.id, estate_id=estate_id, on=day).expected_fen
        counted = max(0, expected + difference)
        closed = close_day(evening, cashier, estate_id=estate_id, business_on=day, counted_fen=counted, reason=reason)
        if closed.difference_fen and days_ago > 1:
            approve_close(UnitOfWork(uow.session, evening.now + timedelta(hours=1)), finance, close_id=closed.id or 0)
    _refund(uow, world, estate_id)
    _invoice(uow, world)


def _fill(uow: UnitOfWork, world: World, cashier: Actor) -> None:
    """Some homes of the first estate pay in advance, the fixed owner's among them."""
    others = [home.id for home in world.places[0].homes if home.id != world.home.id][: len(_TOP_UPS) - 1]
    for number, (room_id, fen) in enumerate(zip((world.home.id, *others), _TOP_UPS, strict=False)):
        morning = UnitOfWork(uow.session, at_local(world.today - timedelta(days=2), time(9, 10 * number)))
        paid = Handover(Means.cash, tendered_fen=fen)
        top_up_at_counter(morning, cashier, room_id=room_id, amount_fen=fen, paid=paid, idempotency_key=f"demo-balance-{room_id}")


def _refund(uow: UnitOfWork, world: World, estate_id: int) -> None:
    """The latest payment in cash was too much: finance has proposed, the supervisor approved, the counter hands it out."""
    wanted = select(col(Payment.id)).where(
        col(Payment.estate_id) == estate_id, col(Payment.channel) == Channel.counter, col(Payment.method) == Means.cash.value,
        col(Payment.status) == PaymentStatus.paid, col(Payment.prepaid_fen) == 0, col(Payment.amount_fen) > 5_000,
    )  # fmt: skip
    payment_id = uow.session.scalar(wanted.order_by(col(Payment.paid_at).desc()).limit(1))
    if payment_id is None:
        return
    refund = propose_refund(uow, _staff(world, "finance"), payment_id=payment_id, amount_fen=2_000, reason="停车费重复收取")
    approve_refund(uow, _staff(world, "supervisor"), refund_id=refund.id or 0)


def _invoice(uow: UnitOfWork, world: World) -> None:
    """The fixed owner asks for the invoice of the latest payment; the job sends it once the demo runs."""
    wanted = select(col(Payment.id)).where(
        col(Payment.room_id) == world.home.id, col(Payment.status) == PaymentStatus.paid, col(Payment.prepaid_fen) == 0
    )
    payment_id = uow.session.scalar(wanted.order_by(col(Payment.paid_at).desc()).limit(1))
    account_id = world.accounts["owner"]
    owner = Actor.of(account_id=account_id, name=world.account_names[account_id], role=Role.resident)
    if payment_id is not None:
        request_invoice(uow, owner, payment_id=payment_id, title_kind=TitleKind.person, title=owner.name)


def _staff(world: World, key: str) -> Actor:
    account_id = world.accounts[key]
    return Actor.of(account_id=account_id, name=world.account_names[account_id], role=Role.manager, held=(Held(PermissionSet(key)),))
