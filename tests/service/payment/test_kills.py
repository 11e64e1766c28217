"""A process that dies by SIGKILL at the worst moments of paying and refunding: nothing is lost, nothing happens twice."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from estate_app import db
from estate_app.billing.models import Bill, BillStatus
from estate_app.ledger.models import LedgerAccount
from estate_app.payment.channel import Channel
from estate_app.payment.models import Payment, PaymentStatus, Receipt, Refund, RefundStatus, Suspense, VendorMessage
from estate_app.payment.opening import open_payment
from estate_app.payment.recovery import query_pending, run_refunds
from estate_app.payment.refunds import approve_refund, propose_refund
from estate_app.payment.service import start_payment
from tests.fixtures.money import balances, home_bill
from tests.fixtures.wires import WAYS, run_wires

# Where the process dies, and what it was doing.
KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
import estate_app.schema

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

now = datetime.fromisoformat(sys.argv[2])
match sys.argv[1]:
    case "before-keeping-the-cashier":
        from estate_app.payment import opening
        opening._keep = die
        opening.open_payment(int(sys.argv[3]), now=now)
    case "before-the-receipt":
        from estate_app.payment import booking, callbacks
        from estate_app.payment.channel import Channel
        booking.issue_receipt = die
        headers = dict(line.split(": ", 1) for line in Path(sys.argv[4]).read_text().splitlines())
        callbacks.handle_callback(Channel(sys.argv[3]), headers, Path(sys.argv[5]).read_bytes(), now=now)
    case "after-the-vendor-refunded":
        from estate_app.payment import recovery
        recovery.apply_refund = die
        recovery.run_refunds(now)
"""


@pytest.fixture
def wires(tmp_path, monkeypatch, committed):
    with run_wires(tmp_path / "sandbox", committed, monkeypatch.setattr, refund_seconds=0.0) as running:
        yield running


def killed(wires, tmp_path: Path, *arguments: object) -> None:
    """Run a process with the same database and sandbox until it is killed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ESTATE_")} | {
        "ESTATE_DATABASE_URL": db.database_url(),
        "ESTATE_VAR_DIR": str(tmp_path),
        "ESTATE_SANDBOX_PORT": wires.sandbox.url.rsplit(":", 1)[1],
        "ESTATE_PUBLIC_URL": wires.merchant.url,
    }
    done = subprocess.run(
        [sys.executable, "-c", KILLED, *map(str, arguments)],
        env=environment,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]


def rows(committed, table):
    return committed.run(lambda uow: list(uow.session.exec(select(table))))


@pytest.mark.parametrize("channel", [Channel.wechat, Channel.alipay])
def test_a_kill_between_create_and_receipt_leaves_one_payment_one_receipt_and_no_suspense(tmp_path, committed, wires, channel):
    cast = committed.cast()
    bill = committed.run(home_bill, cast)
    payment = committed.run(
        start_payment, cast.owner, bill_ids=[bill.id], channel=channel, method=WAYS[channel], idempotency_key="k", now=wires.now
    )
    killed(wires, tmp_path, "before-keeping-the-cashier", wires.now.isoformat(), payment.id)
    (row,) = rows(committed, Payment)
    assert (row.status, row.opened_at) == (PaymentStatus.pending, None)
    # The payer's page asks again: the vendor knows the number and gives the same order.
    opened = open_payment(payment.id, now=wires.now)
    wires.browse(opened)
    received = wires.pay(opened)

    (tmp_path / "headers").write_text("\n".join(f"{name}: {value}" for name, value in received.headers.items()))
    (tmp_path / "body").write_bytes(received.body)
    killed(wires, tmp_path, "before-the-receipt", wires.now.isoformat(), channel.value, tmp_path / "headers", tmp_path / "body")
    assert (rows(committed, VendorMessage), rows(committed, Receipt)) == ([], [])
    assert rows(committed, Payment)[0].status is PaymentStatus.pending

    assert query_pending(wires.now + timedelta(minutes=2)) == 1
    wires.hear(received)
    (receipt,), (row,) = rows(committed, Receipt), rows(committed, Payment)
    assert (receipt.number, row.status) == ("SJ2026-000001", PaymentStatus.paid)
    assert committed.run(lambda uow: uow.session.get(Bill, bill.id).status) is BillStatus.paid
    assert sorted(committed.run(balances).values()) == [-24_920, 24_920]
    assert rows(committed, Suspense) == []


def test_a_kill_between_the_vendors_refund_and_ours_refunds_once(tmp_path, committed, wires):
    cast = committed.cast()
    bill = committed.run(home_bill, cast)
    payment = wires.start(cast.owner, bill, channel=Channel.unionpay)
    wires.hear(wires.pay(payment))
    refund = committed.run(propose_refund, cast.finance, payment_id=payment.id, amount_fen=4_920, reason="多收", now=wires.now)
    committed.run(approve_refund, cast.supervisor, refund_id=refund.id, now=wires.now)
    killed(wires, tmp_path, "after-the-vendor-refunded", wires.now.isoformat())
    assert [row.status for row in rows(committed, Refund)] == [RefundStatus.requested]
    for minutes in (1, 4, 12):
        run_refunds(wires.now + timedelta(minutes=minutes))
    assert [row.status for row in rows(committed, Refund)] == [RefundStatus.done]
    given_back = [row["amount_fen"] for row in wires.sandbox.refunds()]
    assert given_back == [4_920]
    assert committed.run(balances)[LedgerAccount.clearing_unionpay] == 20_000
