"""Whatever is paid, paid in part, topped up, deducted, refunded and withdrawn, in whatever order: the books agree to the fen."""

from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import func, select

from estate_app.billing.corrections import void_bill
from estate_app.billing.models import Bill, BillStatus
from estate_app.errors import EstateError
from estate_app.ledger.models import LedgerAccount, LedgerLine
from estate_app.ledger.queries import room_prepaid
from estate_app.payment.balance import deduct_room, set_automatic, start_top_up
from estate_app.payment.callbacks import receive
from estate_app.payment.channel import Channel, Means, PayWay
from estate_app.payment.counter import Handover, collect_at_counter, pay_from_balance, top_up_at_counter
from estate_app.payment.models import Payment, PaymentItem, PaymentStatus, Receipt, Refund, RefundItem, RefundStatus
from estate_app.payment.recovery import _claim_refunds
from estate_app.payment.refund_outcome import apply_refund
from estate_app.payment.refunds import approve_refund, hand_out, propose_refund
from estate_app.payment.service import start_payment
from tests.fixtures.money import event_of, home_bill, vendor

MONEY = (LedgerAccount.cash, LedgerAccount.bank, LedgerAccount.clearing_wechat)
AMOUNTS = st.one_of(st.none(), st.integers(1, 60_000))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["counter", "online", "top_up", "online_top_up", "balance", "deduct", "refund", "void", "bill"]),
        st.integers(0, 5),
        AMOUNTS,
    ),
    min_size=3,
    max_size=14,
)
_keys = count(1)


class Life:
    """One room and what happens to its money."""

    def __init__(self, uow, cast, gateway):
        self.uow, self.cast, self.gateway = uow, cast, gateway
        self.bills = [home_bill(uow, cast, code=f"b{next(_keys)}") for _ in range(2)]
        set_automatic(uow, cast.owner, room_id=cast.home.id, is_on=True)

    def step(self, kind, pick, amount):
        nested = self.uow.session.begin_nested()
        try:
            getattr(self, kind)(pick, amount)
            nested.commit()
        except EstateError:
            nested.rollback()
            self.uow.session.expire_all()

    def chosen(self, pick):
        return [self.bills[index % len(self.bills)].id for index in range(pick % 3 + 1)]

    def bill(self, pick, amount):
        self.bills.append(home_bill(self.uow, self.cast, code=f"b{next(_keys)}"))

    def counter(self, pick, amount):
        collect_at_counter(
            self.uow, self.cast.cashier, bill_ids=self.chosen(pick), means=Means.cash, tendered_fen=10**7, amount_fen=amount,
            idempotency_key=f"k{next(_keys)}",
        )  # fmt: skip

    def online(self, pick, amount):
        payment = start_payment(
            self.uow, self.cast.owner, bill_ids=self.chosen(pick), channel=Channel.wechat, method=PayWay.native,
            idempotency_key=f"k{next(_keys)}", amount_fen=amount,
        )  # fmt: skip
        if pick % 2:  # the money comes after somebody else has paid
            payment.status = PaymentStatus.closed
            self.uow.flush()
            self.step("counter", pick, None)
        receive(self.uow, Channel.wechat, event_of(payment, external_id=f"EV-{next(_keys)}"), b"{}")

    def top_up(self, pick, amount):
        paid = Handover(Means.transfer, voucher=f"V{next(_keys)}")
        top_up_at_counter(
            self.uow, self.cast.cashier, room_id=self.cast.home.id, amount_fen=amount or 100, paid=paid, idempotency_key=f"k{next(_keys)}"
        )

    def online_top_up(self, pick, amount):
        payment = start_top_up(
            self.uow, self.cast.owner, room_id=self.cast.home.id, amount_fen=amount or 100, channel=Channel.wechat,
            method=PayWay.native, idempotency_key=f"k{next(_keys)}",
        )  # fmt: skip
        receive(self.uow, Channel.wechat, event_of(payment, external_id=f"EV-{next(_keys)}"), b"{}")

    def balance(self, pick, amount):
        pay_from_balance(self.uow, self.cast.owner, bill_ids=self.chosen(pick), idempotency_key=f"k{next(_keys)}", amount_fen=amount)

    def deduct(self, pick, amount):
        deduct_room(self.uow, self.cast.home.id)

    def refund(self, pick, amount):
        paid = self.uow.session.exec(select(Payment).where(Payment.status == PaymentStatus.paid).order_by(Payment.id)).all()
        if not paid:
            return
        payment = paid[pick % len(paid)]
        amount = min(amount or payment.amount_fen, payment.amount_fen)
        refund = propose_refund(self.uow, self.cast.finance, payment_id=payment.id, amount_fen=amount, reason="x")
        approve_refund(self.uow, self.cast.supervisor, refund_id=refund.id)
        if payment.channel is Channel.counter:
            hand_out(self.uow, self.cast.cashier, refund_id=refund.id, means=Means.cash)

    def void(self, pick, amount):
        void_bill(self.uow, self.cast.finance, bill_id=self.bills[pick % len(self.bills)].id, reason="x")

    def finish(self):
        """The vendor makes every refund that it was asked for."""
        for request, _channel, _asked in _claim_refunds(self.uow):
            apply_refund(self.uow, answer=self.gateway.refund(request))


def total(uow, statement):
    return int(uow.session.exec(statement).one() or 0)


def check(uow, cast):
    """Every rule at once; the message of an assertion names the one that is broken."""
    uow.session.expire_all()
    assert total(uow, select(func.sum(LedgerLine.amount_fen))) == 0, "the ledger"
    assert room_prepaid(uow.session, cast.home.id) >= 0, "a balance"
    put = dict(
        uow.session.exec(
            select(PaymentItem.bill_id, func.sum(PaymentItem.amount_fen))
            .join(Payment, Payment.id == PaymentItem.payment_id)
            .where(Payment.status == PaymentStatus.paid)
            .group_by(PaymentItem.bill_id)
        ).all()
    )
    back = dict(uow.session.exec(select(RefundItem.bill_id, func.sum(RefundItem.amount_fen)).group_by(RefundItem.bill_id)).all())
    receivable = 0
    for bill in uow.session.exec(select(Bill)).all():
        if bill.status is not BillStatus.void:
            assert bill.paid_fen == put.get(bill.id, 0) - back.get(bill.id, 0), "a bill"
            receivable += bill.amount_fen - bill.paid_fen
    assert total(uow, select(func.sum(LedgerLine.amount_fen)).where(LedgerLine.account == LedgerAccount.receivable)) == receivable
    said = sum(
        receipt.content["total_fen"]
        for receipt, payment in uow.session.exec(select(Receipt, Payment).join(Payment, Payment.id == Receipt.payment_id)).all()
        if payment.channel is not Channel.balance
    )
    money = total(uow, select(func.sum(LedgerLine.amount_fen)).where(LedgerLine.account.in_(MONEY)))
    assert said == money, "receipts and money"
    refunds = uow.session.exec(select(Refund).where(Refund.status.in_([RefundStatus.requested, RefundStatus.processing]))).all()
    assert refunds == [], "refunds on their way"
    serials = uow.session.exec(select(Receipt.serial).order_by(Receipt.serial)).all()
    assert serials == list(range(1, len(serials) + 1)), "the series of receipts"


@settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_the_books_agree_after_any_life(uow, cast, steps):
    with vendor() as gateway:
        nested = uow.session.begin_nested()
        life = Life(uow, cast, gateway)
        for step in steps:
            life.step(*step)
        life.finish()
        check(uow, cast)
        nested.rollback()
        uow.session.expire_all()
