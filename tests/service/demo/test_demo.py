"""The small demo company, built in a transaction that is rolled back: its books balance and every state is there."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlmodel import col, select

from estate_app.access.actor import SYSTEM
from estate_app.access.models import Account
from estate_app.access.service import sign_in_by_password
from estate_app.billing.models import Bill, BillStatus, FeeItem
from estate_app.billing.run import preview_run
from estate_app.db import UnitOfWork, sqlalchemy_url
from estate_app.demo.accounts import ACCOUNTS, PASSWORD
from estate_app.demo.build import DemoReport, build_demo
from estate_app.demo.checks import check_at_once, defer_checks
from estate_app.demo.world import SMALL, Scale
from estate_app.errors import ConflictError
from estate_app.kit.clock import add_months, business_date, month_start
from estate_app.payment.models import Receipt
from estate_app.payment.receipts import document
from estate_app.property.models import Estate
from estate_app.repair.intake import new_number
from estate_app.repair.models import OrderStatus, OrderStep, RepairOrder
from estate_app.repair.rules import MOVES
from estate_app.session import EstateSession
from tests.conftest import NOW, Databases

TINY = Scale(estates=1, buildings=3, floors=15, months=2, orders=40, technicians=6)


@pytest.fixture(scope="module")
def built(databases: Databases) -> Iterator[tuple[UnitOfWork, DemoReport]]:
    """The small demo, once for all tests of this file, in a database of its own: to make it locks every table."""
    url = databases.new()
    engine = create_engine(sqlalchemy_url(url), connect_args={"options": "-c timezone=UTC"})
    with engine.connect() as connection:
        outer = connection.begin()
        with EstateSession(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            uow = UnitOfWork(session, NOW)
            yield uow, build_demo(uow, SYSTEM, scale=SMALL)
        outer.rollback()
    engine.dispose()
    databases.drop(url)


@pytest.fixture
def demo(built: tuple[UnitOfWork, DemoReport]) -> Iterator[UnitOfWork]:
    """The demo, with what a test does to it undone."""
    uow, _ = built
    nested = uow.session.begin_nested()
    yield uow
    nested.rollback()
    uow.session.expire_all()


def count(uow: UnitOfWork, statement: str) -> int:
    return int(uow.session.execute(text(statement)).scalar_one())


def test_every_entry_of_the_ledger_balances(demo):
    assert count(demo, "SELECT count(*) FROM (SELECT 1 FROM ledger_line GROUP BY journal_id HAVING sum(amount_fen) <> 0) x") == 0
    assert count(demo, "SELECT sum(amount_fen) FROM ledger_line") == 0


def test_what_the_ledger_says_is_owed_is_what_the_bills_ask_for(demo):
    receivable = count(demo, "SELECT sum(amount_fen) FROM ledger_line WHERE account = 'receivable'")
    assert receivable == count(demo, "SELECT sum(amount_fen - paid_fen) FROM bill") > 0


def test_every_bill_is_the_sum_of_its_lines(demo):
    wrong = """SELECT count(*) FROM bill b
    WHERE amount_fen <> (SELECT coalesce(sum(amount_fen), -1) FROM bill_line WHERE bill_id = b.id)"""
    assert count(demo, wrong) == 0


def test_every_bill_holds_what_was_paid_for_it_and_its_state_says_so(demo):
    wrong = """SELECT count(*) FROM bill b LEFT JOIN (
        SELECT i.bill_id, sum(i.amount_fen) AS fen FROM payment_item i JOIN payment p ON p.id = i.payment_id AND p.status = 'paid' GROUP BY 1
    ) paid ON paid.bill_id = b.id LEFT JOIN (
        SELECT i.bill_id, sum(i.amount_fen) AS fen FROM refund_item i JOIN refund r ON r.id = i.refund_id
        AND r.status IN ('requested', 'processing', 'done') GROUP BY 1
    ) back ON back.bill_id = b.id WHERE b.paid_fen <> coalesce(paid.fen, 0) - coalesce(back.fen, 0)
    OR b.status <> CASE WHEN b.paid_fen = b.amount_fen THEN 'paid' WHEN b.paid_fen > 0 THEN 'partly_paid' ELSE 'unpaid' END
    OR (b.status = 'paid') <> (b.paid_at IS NOT NULL)"""
    assert count(demo, wrong) == 0
    assert count(demo, "SELECT count(*) FROM bill WHERE status = 'unpaid'") > 0


def test_payments_are_the_sum_of_their_items_and_have_their_entry_and_receipt(demo):
    items = "SELECT coalesce(sum(amount_fen), 0) FROM payment_item WHERE payment_id = p.id"
    assert count(demo, f"SELECT count(*) FROM payment p WHERE amount_fen - prepaid_fen <> ({items})") == 0
    paid = count(demo, "SELECT count(*) FROM payment WHERE status = 'paid'")
    assert paid == count(demo, "SELECT count(*) FROM receipt") == count(demo, "SELECT count(*) FROM journal WHERE kind = 'payment'")


def test_receipts_are_numbered_without_gaps_and_can_be_printed_again(demo):
    gaps = "SELECT count(*) FROM (SELECT 1 FROM receipt GROUP BY series HAVING max(serial) <> count(*) OR min(serial) <> 1) x"
    assert count(demo, gaps) == 0
    receipt = demo.session.scalars(select(Receipt).order_by(col(Receipt.id)).limit(1)).one()
    doc = document(receipt)
    assert sum(line.amount_fen for line in doc.lines) == doc.total_fen
    assert (doc.number, doc.check_code) == (receipt.number, receipt.check_code)


def test_most_of_the_newest_bills_are_paid_and_none_of_them_is_due(demo):
    newest = month_start(business_date(NOW - timedelta(days=17)))
    paid, billed, due = demo.session.execute(
        text("SELECT sum(paid_fen), sum(amount_fen), min(due_on) FROM bill WHERE period = :month"), {"month": newest}
    ).one()
    assert 0.6 < paid / billed < 0.85
    assert due > business_date(NOW)


def test_orders_stand_in_every_state_and_some_are_late(demo):
    states = set(demo.session.scalars(select(RepairOrder.status).distinct()))
    assert states == set(OrderStatus)
    assert count(demo, f"SELECT count(*) FROM repair_order WHERE status = 'accepted' AND complete_due_at < '{NOW.isoformat()}'") > 0
    reasons = set(demo.session.scalars(select(RepairOrder.pause_reason).where(RepairOrder.status == OrderStatus.paused)))
    assert len(reasons) >= 4


def test_every_step_is_a_move_that_the_rules_allow_and_ends_in_the_order_s_state(demo):
    orders = {order.id: order.status for order in demo.session.scalars(select(RepairOrder))}
    last: dict[int, OrderStatus | None] = dict.fromkeys(orders)
    for step in demo.session.scalars(select(OrderStep).order_by(col(OrderStep.at), col(OrderStep.id))):
        assert step.at <= NOW
        assert step.from_status == last[step.order_id], step
        assert step.from_status in {None, step.to_status} or step.to_status in MOVES[step.from_status], step
        last[step.order_id] = step.to_status
    assert last == orders


def test_at_any_hour_somebody_is_on_duty_or_on_call_in_every_estate(demo):
    first, last = NOW - timedelta(days=13), NOW + timedelta(days=13)
    uncovered = """SELECT count(*) FROM estate e CROSS JOIN generate_series(:first ::timestamptz, :last ::timestamptz, interval '1 hour') h
    WHERE NOT EXISTS (SELECT 1 FROM shift s JOIN technician_zone z ON z.technician_id = s.technician_id
    WHERE z.estate_id = e.id AND s.starts_at <= h AND s.ends_at > h)"""
    assert demo.session.execute(text(uncovered), {"first": first, "last": last}).scalar_one() == 0


def test_every_demo_account_can_sign_in(demo):
    for account in ACCOUNTS:
        signed_in = sign_in_by_password(demo, phone=account.phone, password=PASSWORD)
        assert isinstance(signed_in, Account)
        assert (signed_in.name, signed_in.role) == (account.name, account.role)


def test_the_resident_owes_an_overdue_bill_and_current_ones_and_watches_a_repair(demo):
    home = demo.session.execute(
        text("SELECT r.id FROM room r JOIN room_member m ON m.room_id = r.id WHERE m.phone = :phone"), {"phone": ACCOUNTS[0].phone}
    ).scalar_one()
    unpaid = select(Bill).where(Bill.room_id == home, Bill.status == BillStatus.unpaid, col(Bill.for_bill_id).is_(None))
    bills = demo.session.scalars(unpaid).all()
    today = business_date(NOW)
    assert [b.due_on < today for b in sorted(bills, key=lambda b: b.due_on)] == [True, False, False, False]
    working = demo.session.scalars(
        select(RepairOrder).where(RepairOrder.room_id == home, RepairOrder.status == OrderStatus.working)
    ).all()  # fmt: skip
    assert len(working) == 1
    assert demo.session.get_one(Account, working[0].technician_id).name == "王建国"


def test_the_services_go_on_where_the_demo_ends(demo):
    number = new_number(demo)
    assert demo.session.scalar(select(RepairOrder.id).where(RepairOrder.number == number)) is None
    estate = demo.session.scalars(select(Estate)).one()
    items = demo.session.scalars(select(FeeItem.id).where(FeeItem.code.in_(["property", "parking"]))).all()
    run = preview_run(demo, SYSTEM, estate_id=estate.id, period=add_months(month_start(business_date(NOW)), 1), item_ids=items)
    assert run.bill_count > 180
    assert run.skips == {}


def test_the_demo_is_refused_where_there_is_data(demo):
    before = count(demo, "SELECT count(*) FROM account")
    with pytest.raises(ConflictError):
        build_demo(demo, SYSTEM, scale=TINY)
    assert count(demo, "SELECT count(*) FROM account") == before


def test_every_index_that_rested_is_there_again(demo, uow):
    there = """SELECT x.relname, i.indisunique, i.indkey::text, i.indoption::text, i.indexprs IS NULL, i.indpred IS NULL
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
    WHERE x.relnamespace = 'public'::regnamespace AND i.indisvalid ORDER BY 1"""
    made = demo.session.execute(text(there)).all()
    assert made == uow.session.execute(text(there)).all()
    assert len(made) > 200


def test_the_same_seed_gives_the_same_rows(databases):
    assert digests(databases, seed=7) == digests(databases, seed=7) != digests(databases, seed=8)


def digests(databases, *, seed: int) -> list[str]:
    """Build a tiny demo in a database of its own (the one of this file is locked) and digest what it holds."""
    whole = ("room_member", "repair_order", "order_step", "bill", "bill_line", "dispatch_decision", "activity")
    # What is taken at the desk goes through the services, which give each payment a number that nobody can guess.
    tables = dict.fromkeys(whole, "x::text") | {
        "payment": "(room_id, channel, amount_fen, status)::text",
        "receipt": "(series, serial)::text",
    }
    url = databases.new()
    engine = create_engine(sqlalchemy_url(url), connect_args={"options": "-c timezone=UTC"})
    with EstateSession(engine) as session:
        build_demo(UnitOfWork(session, NOW), SYSTEM, seed=seed, scale=TINY)
        found = [
            session.execute(text(f"SELECT md5(string_agg({row}, '|' ORDER BY {row})) FROM {table} x")).scalar_one()
            for table, row in tables.items()
        ]
    engine.dispose()
    databases.drop(url)
    return found


def test_a_broken_reference_or_entry_is_found_at_once(uow):
    assert defer_checks(uow.session)
    insert = "INSERT INTO technician_zone (technician_id, estate_id) VALUES (999999, 999999)"
    uow.session.execute(text(insert))
    with pytest.raises(ValueError, match="technician_zone"):
        check_at_once(uow.session)
    uow.session.execute(text("DELETE FROM technician_zone"))
    check_at_once(uow.session)
    assert uow.session.scalar(text("SHOW session_replication_role")) == "origin"


def test_arrears_stand_at_every_rung_with_what_holds_them_and_the_bills_are_what_is_receivable(demo):
    stages = demo.session.execute(text("SELECT stage, count(*) FROM arrears_step GROUP BY stage")).all()
    assert {stage for stage, _ in stages} == {"reminder", "sms", "letter", "case"}
    assert count(demo, "SELECT count(*) FROM bill WHERE for_bill_id IS NOT NULL AND amount_fen > 0") > 0
    assert count(demo, "SELECT count(*) FROM waiver WHERE status = 'requested'") == 1
    assert count(demo, "SELECT count(*) FROM discount WHERE status = 'approved'") == 1
    assert count(demo, "SELECT count(*) FROM instalment_plan WHERE status = 'running'") == 1
    owed = "SELECT coalesce(sum(amount_fen - paid_fen), 0) FROM bill WHERE status <> 'void'"
    assert count(demo, "SELECT sum(amount_fen) FROM ledger_line WHERE account = 'receivable'") == count(demo, owed)
    assert count(demo, "SELECT sum(amount_fen) FROM bill_money") == count(demo, "SELECT sum(paid_fen) FROM bill")
    assert count(demo, "SELECT count(*) FROM outbox_message WHERE event = 'arrears' AND state <> 'sent'") == 0


def test_what_is_on_hand_is_the_sum_of_the_moves_and_some_of_it_is_low(demo):
    sums = "SELECT coalesce(sum(quantity_milli), 0) FROM stock_movement m WHERE m.stock_item_id = i.id"
    assert count(demo, f"SELECT count(*) FROM stock_item i WHERE on_hand_milli <> ({sums})") == 0
    running = "SELECT balance_milli - sum(quantity_milli) OVER (PARTITION BY stock_item_id ORDER BY id) AS off FROM stock_movement"
    assert count(demo, f"SELECT count(*) FROM ({running}) x WHERE off <> 0") == 0
    issued = "SELECT count(*) FROM stock_movement WHERE kind = 'issue'"
    assert count(demo, issued) == count(demo, "SELECT count(*) FROM material_use") > 0
    assert 1 <= count(demo, "SELECT count(*) FROM stock_item WHERE on_hand_milli <= low_milli") <= 3
    latest = demo.session.execute(text("SELECT max(at) FROM stock_movement")).scalar_one()
    assert latest <= NOW


def test_low_ratings_were_called_back_but_for_the_newest(demo):
    low = "SELECT count(*) FROM rating r WHERE least(quality, attitude, timeliness) <= 2"
    called = f"{low} AND EXISTS (SELECT 1 FROM rating_call c WHERE c.rating_id = r.id)"
    assert 0 < count(demo, called) < count(demo, low)
