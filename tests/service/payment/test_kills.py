"""Processes that die by SIGKILL at every boundary of paying and refunding: nothing is lost, nothing happens twice.

For each step, a fresh payment is brought up to it, the step runs in a process that is killed at its first boundary, then another
payment and its second one, and so on until the step lives to its end. After each death people and jobs do what they do after a
restart; then the vendors' money is the ledger's is the bills', receipts have no gap, and nothing is held.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest
from sqlmodel import func, select

from estate_app import db
from estate_app.billing.models import Bill
from estate_app.ledger.models import LedgerAccount
from estate_app.payment.channel import Channel
from estate_app.payment.models import Payment, PaymentStatus, Receipt, Refund, RefundStatus, Suspense
from tests.fixtures.lives import FEN, PART, PAYING, REFUNDING, Case, Life
from tests.fixtures.money import balances
from tests.fixtures.mortal import Mortals, mortals
from tests.fixtures.wires import run_wires

ONLINE = (Channel.wechat, Channel.alipay, Channel.unionpay)
CLEARING = {
    Channel.wechat: LedgerAccount.clearing_wechat,
    Channel.alipay: LedgerAccount.clearing_alipay,
    Channel.unionpay: LedgerAccount.clearing_unionpay,
}


@pytest.fixture
def wires(tmp_path, monkeypatch, committed):
    with run_wires(tmp_path / "sandbox", committed, monkeypatch.setattr, refund_seconds=0.0) as running:
        yield running


@pytest.fixture
def dying(tmp_path, wires):
    environment = {
        "ESTATE_DATABASE_URL": db.database_url(),
        "ESTATE_VAR_DIR": str(tmp_path),
        "ESTATE_SANDBOX_PORT": wires.sandbox.url.rsplit(":", 1)[1],
        "ESTATE_PUBLIC_URL": wires.merchant.url,
    }
    with mortals(environment) as running:
        yield running


def deaths(
    dying: Mortals, new_life: Callable[[], Life], case: Case, check: Callable[[Life], None], *, spares_statements: bool
) -> list[str]:
    """Kill a step at each of its boundaries in turn, mend, and check; the boundaries."""
    prepare, step, mend = case
    found = []
    for boundary in count(1):
        life = prepare(new_life())
        death = dying.run(replace(step(life), spares_statements=spares_statements), die_at=boundary)
        if life.payment_id == 0:
            life.committed.run(lambda uow, life=life: nothing_is_half_done(uow, life))
        mend(life)
        check(life)
        if death is None:
            return found
        found.append(death.boundary)
    raise AssertionError("a step without an end")


def nothing_is_half_done(uow, life: Life) -> None:
    """A payment that a killed start has left is whole or not there."""
    payment = uow.session.exec(select(Payment).where(Payment.idempotency_key == f"k-{life.bill_id}")).one_or_none()
    assert payment is None or (payment.amount_fen, payment.status) == (FEN, PaymentStatus.pending)


def agrees(committed, wires) -> tuple[int, int]:
    """Compare the vendors' money, the ledger, the bills and the receipts; answers what is paid and what is given back, in fen."""
    found = committed.run(balances)
    at_vendor = dict.fromkeys(ONLINE, 0)
    for order in wires.sandbox.orders():
        at_vendor[Channel(order["channel"])] += order["amount_fen"] if order["state"] == "paid" else 0
    given_back = {channel: sum(r["amount_fen"] for r in wires.sandbox.refunds() if r["channel"] == channel.value) for channel in ONLINE}
    assert {channel: found.get(CLEARING[channel], 0) for channel in ONLINE} == {c: at_vendor[c] - given_back[c] for c in ONLINE}
    on_bills, serials, held, refunds = committed.run(_facts)
    assert (found.get(LedgerAccount.receivable, 0), found.get(LedgerAccount.refund_due, 0), sum(found.values())) == (-on_bills, 0, 0)
    assert on_bills == sum(at_vendor.values()) - sum(given_back.values())
    assert (serials, held) == (list(range(1, len(serials) + 1)), 0)
    assert set(refunds) <= {RefundStatus.done}
    return sum(at_vendor.values()), sum(given_back.values())


def _facts(uow):
    return (
        int(uow.session.exec(select(func.coalesce(func.sum(Bill.paid_fen), 0))).one()),
        sorted(uow.session.exec(select(Receipt.serial))),
        uow.session.exec(select(func.count()).select_from(Suspense)).one(),
        set(uow.session.exec(select(Refund.status))),
    )


def of_life(committed, life: Life) -> tuple[PaymentStatus, int, int]:
    """The payment's state, its receipts, and how much is on its bill."""
    return committed.run(
        lambda uow: (
            uow.session.get(Payment, life.payment_id).status,
            uow.session.exec(select(func.count()).where(Receipt.payment_id == life.payment_id, Receipt.reverses_id.is_(None))).one(),
            uow.session.get(Bill, life.bill_id).paid_fen,
        )
    )


CHANNELS = [Channel.wechat, *(pytest.param(channel, marks=pytest.mark.long) for channel in ONLINE[1:])]
"""Each death takes a second: `make test` dies on one channel, `make test-long` on all."""
LONG = ((Channel.alipay, PART), (Channel.unionpay, PART), (Channel.unionpay, FEN))
EVERYWHERE = pytest.param(False, id="every-statement", marks=[pytest.mark.long, pytest.mark.timeout(1_200)])
OUTSIDE = pytest.param(True, id="commits-and-calls")


@pytest.mark.parametrize("spares_statements", [OUTSIDE, EVERYWHERE])
@pytest.mark.parametrize("step", PAYING)
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_death_anywhere_between_create_and_receipt_leaves_one_payment_and_one_receipt(
    committed, wires, dying, channel, step, spares_statements
):
    cast = committed.cast()
    lives = []

    def check(life: Life) -> None:
        lives.append(life)
        assert of_life(committed, life) == (PaymentStatus.paid, 1, FEN)
        assert agrees(committed, wires) == (FEN * len(lives), 0)

    found = deaths(dying, lambda: Life(committed, wires, cast, channel), PAYING[step], check, spares_statements=spares_statements)
    assert {"before Connection.commit", "after Connection.commit"} <= set(found)
    assert any(boundary.startswith("before INSERT") for boundary in found) is (not spares_statements and step != "open")


@pytest.mark.parametrize("spares_statements", [OUTSIDE, EVERYWHERE])
@pytest.mark.parametrize("step", REFUNDING)
@pytest.mark.parametrize(("channel", "amount"), [(Channel.wechat, PART), *(pytest.param(*given, marks=pytest.mark.long) for given in LONG)])
def test_a_death_anywhere_between_request_and_refund_gives_the_money_back_once(
    committed, wires, dying, channel, amount, step, spares_statements
):
    cast = committed.cast()
    lives = []

    def check(life: Life) -> None:
        lives.append(life)
        assert of_life(committed, life) == (PaymentStatus.paid, 1, FEN - amount)
        assert agrees(committed, wires) == (FEN * len(lives), amount * len(lives))

    new_life = lambda: Life(committed, wires, cast, channel, amount)  # noqa: E731 -- a fresh one for each death
    found = deaths(dying, new_life, REFUNDING[step], check, spares_statements=spares_statements)
    assert {"before Connection.commit", "after Connection.commit"} <= set(found)
