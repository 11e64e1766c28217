"""Payments over three channels while callbacks come late, twice, in disorder, forged, falsified or never: the money is right at the end."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from time import monotonic, sleep

import pytest
from sqlmodel import func, select

from estate_app.billing.models import Bill, BillStatus
from estate_app.errors import UnavailableError
from estate_app.ledger.models import LedgerAccount
from estate_app.payment.channel import Channel
from estate_app.payment.models import Payment, PaymentStatus, Receipt, Refund, RefundStatus, Suspense
from estate_app.payment.opening import open_payment
from estate_app.payment.recovery import query_pending, run_refunds
from estate_app.payment.service import start_payment
from tests.fixtures import make
from tests.fixtures.money import balances
from tests.fixtures.wires import WAYS, run_wires

ONLINE = (Channel.wechat, Channel.alipay, Channel.unionpay)
CLEARING = {
    Channel.wechat: LedgerAccount.clearing_wechat,
    Channel.alipay: LedgerAccount.clearing_alipay,
    Channel.unionpay: LedgerAccount.clearing_unionpay,
}
AT_CALLS = ("http_5xx", "timeout")
FAULTS = ("", "", "", "lost", "late", "duplicate", "out_of_order", "bad_signature", "wrong_amount", "twice", *AT_CALLS)
PATIENCE, HANG = 2.0, 2.5
"""Seconds that the product waits for an answer, and that a timed-out call takes: it is carried out, but nobody hears of it."""


@pytest.fixture
def wires(tmp_path, monkeypatch, committed):
    folder = tmp_path / "sandbox"
    with run_wires(folder, committed, monkeypatch.setattr, is_live=True, patience=PATIENCE, hang_seconds=HANG) as running:
        yield running


@pytest.mark.parametrize(
    "count", [pytest.param(22, id="short"), pytest.param(2_000, marks=[pytest.mark.long, pytest.mark.timeout(3_600)], id="long")]
)
def test_the_vendors_the_ledger_and_the_bills_agree_after_chaos(committed, wires, count):
    cast = committed.cast()
    bills = committed.run(lambda uow: many_bills(uow, cast, count))
    chosen = Random(count)
    plans = [(bill_id, ONLINE[n % 3], ONLINE[(n + 1) % 3], chosen.choice(FAULTS)) for n, bill_id in enumerate(bills)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda plan: live_through(committed, wires, cast, *plan), plans))
    settle_everything(wires, stumbles=max(1, count // 200))
    facts = committed.run(state)
    falsified = [plan for plan in plans if plan[3] == "wrong_amount"]
    twice = [plan for plan in plans if plan[3] == "twice"]

    # Bills: all are paid but those whose notice named another amount, and these are held, each once.
    assert facts["bills"] == {BillStatus.paid: count - len(falsified)} | ({BillStatus.unpaid: len(falsified)} if falsified else {})
    assert facts["held"] == {("wrong_amount", PaymentStatus.pending): len(falsified)} if falsified else facts["held"] == {}
    assert facts["receipts"] == count - len(falsified)
    # What was paid on two channels came back once.
    assert facts["refunds"] == ({RefundStatus.done: len(twice)} if twice else {})
    # The vendors' money is the ledger's, channel by channel; a falsified notice claims one fen that no vendor has.
    at_vendor, claimed = money_at_vendors(wires), dict.fromkeys(ONLINE, 0)
    for _, channel, _, _ in falsified:
        claimed[channel] += 1
    found = committed.run(balances)
    assert {channel: found.get(CLEARING[channel], 0) - claimed[channel] for channel in ONLINE} == at_vendor
    assert found.get(LedgerAccount.receivable, 0) == -facts["paid_fen"]
    assert found.get(LedgerAccount.suspense, 0) == -sum(1_000 + bill_id % 7 + 1 for bill_id, *_ in falsified)
    assert (found.get(LedgerAccount.refund_due, 0), sum(found.values())) == (0, 0)


def many_bills(uow, cast, count):
    item = make.fee_item(uow, cast.estate)
    made = []
    for number in range(count):
        room = make.room(uow, cast.building, f"3-1-{number:05d}")
        make.member(uow, room, _Person(cast.owner))
        bill = make.bill(uow, room, item, 1_000)
        bill.amount_fen = 1_000 + bill.id % 7
        made.append(bill.id)
    uow.flush()
    return made


class _Person:
    """The owner as a member of one more room."""

    def __init__(self, actor):
        self.id, self.name, self.phone = actor.account_id, actor.name, "13800000001"


def live_through(committed, wires, cast, bill_id, channel, other, fault):
    if fault == "twice":
        first = begin(committed, wires, cast, bill_id, other, "first")
        committed.run(give_up, first.id)
        second = begin(committed, wires, cast, bill_id, channel, "second")
        for payment in (first, second):
            wires.sandbox.pay(payment.number, channel=payment.channel.value)
        return
    if fault in AT_CALLS:
        wires.sandbox.plan(fault, channel=channel.value)
    payment = begin(committed, wires, cast, bill_id, channel, "only")
    if fault and fault not in AT_CALLS:
        plan = {"channel": channel.value, "fault": fault, "times": 1, "order_no": payment.number}
        wires.sandbox.http.post("/control/faults", json=plan).raise_for_status()
    wires.sandbox.pay(payment.number, channel=channel.value)


def begin(committed, wires, cast, bill_id, channel, key):
    payment = committed.run(
        start_payment, cast.owner, bill_ids=[bill_id], channel=channel, method=WAYS[channel], idempotency_key=f"{bill_id}-{key}"
    )
    for _ in range(20):
        try:
            opened = open_payment(payment.id, now=wires.now)
            wires.browse(opened)
        except (UnavailableError, AssertionError):
            continue  # The vendor answered 5xx: its page or its call is tried again, as a person would.
        return opened
    raise AssertionError(f"{channel} did not open")


def give_up(uow, payment_id):
    payment = uow.session.get(Payment, payment_id)
    payment.status, payment.closed_at, payment.next_query_at = PaymentStatus.closed, uow.now, None


def settle_everything(wires, *, stumbles):
    """What the jobs do over the next hours, with every waiting callback delivered; the vendors stumble over their questions too."""
    deliver(wires)
    stumble(wires, stumbles)
    for minutes in (2, 6, 12, 22, 29):
        while query_pending(wires.now + timedelta(minutes=minutes)):
            pass
    stumble(wires, stumbles)
    for minutes in (1, 3, 6, 12, 30, 90, 180, 240):
        while run_refunds(wires.now + timedelta(minutes=minutes)):
            pass
    wires.sandbox.http.delete("/control/faults").raise_for_status()
    deliver(wires)


def stumble(wires, times):
    """Let the next calls of every vendor fail, or be carried out without an answer."""
    for channel in ONLINE:
        for fault in AT_CALLS:
            wires.sandbox.plan(fault, channel=channel.value, times=times)


def deliver(wires):
    """Carry every callback that waits: late, held and repeated ones."""
    deadline = monotonic() + 2_400
    while wires.sandbox.http.get("/control/waiting").json()["callbacks"]:
        assert monotonic() < deadline
        wires.sandbox.http.post("/control/deliver").raise_for_status()
        sleep(0.2)


def state(uow):
    def counted(column, *more):
        return {
            key[0] if len(key) == 2 else key[:-1]: key[-1]
            for key in uow.session.execute(select(column, *more, func.count()).group_by(column, *more))
        }

    held = uow.session.execute(
        select(Suspense.reason, Payment.status, func.count())
        .join(Payment, Payment.id == Suspense.payment_id, isouter=True)
        .group_by(Suspense.reason, Payment.status)
    )
    return {
        "bills": counted(Bill.status),
        "refunds": counted(Refund.status),
        "held": {(reason, status): number for reason, status, number in held},
        "receipts": uow.session.scalar(select(func.count()).select_from(Receipt)),
        "paid_fen": uow.session.scalar(select(func.coalesce(func.sum(Bill.paid_fen), 0))),
    }


def money_at_vendors(wires):
    total = dict.fromkeys(ONLINE, 0)
    for order in wires.sandbox.orders():
        total[Channel(order["channel"])] += order["amount_fen"] if order["state"] == "paid" else 0
    for refund in wires.sandbox.refunds():
        total[Channel(refund["channel"])] -= refund["amount_fen"]
    return total
