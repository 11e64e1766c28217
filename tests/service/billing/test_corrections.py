"""Issued bills are voided, replaced, charged singly and disputed; the ledger stays equal to what the bills say."""

from datetime import date

import pytest
from sqlmodel import func, select

from estate_app.access.activity import ActivityKind
from estate_app.access.actor import SYSTEM
from estate_app.access.models import Activity
from estate_app.billing.corrections import charge_once, dispute_bill, replace_bill, settle_dispute, void_bill
from estate_app.billing.detail import bill_detail, open_bill
from estate_app.billing.filters import BillFilter, BillState
from estate_app.billing.models import Bill, BillStatus, FeeKind
from estate_app.billing.queries import amount_due, collection_progress, count_bills, export_bills, list_bills
from estate_app.billing.tariffs import add_item, add_price
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.i18n import translate
from estate_app.kit.pagination import PageRequest
from estate_app.ledger.models import LedgerAccount
from estate_app.ledger.queries import room_prepaid, trial_balance
from estate_app.payment.counter import Means, collect_at_counter
from tests.fixtures import make
from tests.fixtures.money import NOVEMBER, OCTOBER, area_item, balances, home_bill, issue, water_item, water_meter

TODAY = date(2026, 11, 18)


def owed(uow):
    """What the bills themselves say is receivable."""
    statement = select(func.coalesce(func.sum(Bill.amount_fen - Bill.paid_fen), 0)).where(Bill.status != BillStatus.void)
    return int(uow.session.exec(statement).one())


def test_void_and_replace_leave_one_bill_and_a_ledger_that_equals_it(uow, cast):
    bill = home_bill(uow, cast)
    cast.home.area_milli_m2 = 90_000
    uow.session.add(cast.home)
    uow.flush()
    new = replace_bill(uow, cast.finance, bill_id=bill.id, reason="面积更正")
    assert (bill.status, bill.void_reason, new.amount_fen, new.replaces_id, new.run_id) == (
        BillStatus.void, "面积更正", 25_200, bill.id, bill.run_id,
    )  # fmt: skip
    assert balances(uow) == {LedgerAccount.receivable: 25_200, LedgerAccount.income: -25_200}
    assert owed(uow) == 25_200
    detail = bill_detail(uow.session, cast.finance, bill_id=bill.id, on=TODAY)
    assert (detail.replaced_by, detail.replaced_by_id) == (new.number, new.id)
    shown = list_bills(uow.session, cast.owner, filter=BillFilter(), page=PageRequest(), on=TODAY)
    assert [row.number for row in shown.rows] == [new.number]


def test_voiding_a_paid_bill_turns_its_money_into_the_rooms_balance(uow, cast):
    bill = home_bill(uow, cast)
    collect_at_counter(uow, cast.cashier, bill_ids=[bill.id], means=Means.cash, tendered_fen=25_000, idempotency_key="c-1")
    void_bill(uow, cast.finance, bill_id=bill.id, reason="重复出账")
    assert (room_prepaid(uow.session, cast.home.id), owed(uow)) == (24_920, 0)
    assert balances(uow) == {LedgerAccount.cash: 24_920, LedgerAccount.prepaid: -24_920}
    trial = trial_balance(uow.session, cast.finance, estate_id=cast.estate.id, until=TODAY)
    assert trial.debit_fen == trial.credit_fen == 24_920 * 3


def test_only_finance_voids_and_only_once_and_with_a_reason(uow, cast):
    bill = home_bill(uow, cast)
    for actor in (cast.owner, cast.cashier, cast.worker, cast.dispatcher):
        with pytest.raises(ForbiddenError):
            void_bill(uow, actor, bill_id=bill.id, reason="x")
        with pytest.raises(ForbiddenError):
            replace_bill(uow, actor, bill_id=bill.id, reason="x")
    with pytest.raises(InvalidError, match="Give a reason"):
        void_bill(uow, cast.finance, bill_id=bill.id, reason="  ")
    assert bill.status is BillStatus.unpaid
    void_bill(uow, cast.finance, bill_id=bill.id, reason="x")
    with pytest.raises(ConflictError):
        void_bill(uow, cast.finance, bill_id=bill.id, reason="x")


def test_a_bill_is_replaced_only_when_there_is_something_to_charge_and_nothing_changes_otherwise(uow, cast):
    item = water_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    meter = water_meter(uow, cast.finance, cast.home, {OCTOBER: 0, NOVEMBER: 21_000})
    run = issue(uow, cast.finance, cast.estate.id, [item])
    bill = uow.session.exec(select(Bill).where(Bill.run_id == run.id)).one()
    again = replace_bill(uow, cast.finance, bill_id=bill.id, reason="核对")
    assert (again.amount_fen, meter.room_id) == (7_875, cast.home.id)
    single = charge_once(
        uow, cast.finance, item_id=add_item(
            uow, cast.finance, estate_id=cast.estate.id, code="repair", name="维修费", name_en="Repair", kind=FeeKind.repair
        ).id, room_id=cast.home.id, amount_fen=12_050, label="更换水龙头",
    )  # fmt: skip
    assert (single.amount_fen, single.run_id, single.due_on) == (12_050, None, date(2026, 12, 18))
    detail = bill_detail(uow.session, cast.owner, bill_id=single.id, on=TODAY)
    assert [(translate(line.label, "en"), line.amount_fen) for line in detail.lines] == [("更换水龙头", 12_050)]
    assert owed(uow) == balances(uow)[LedgerAccount.receivable] == 7_875 + 12_050


def test_a_dispute_stops_payment_until_it_is_settled(uow, cast):
    bill = home_bill(uow, cast)
    with pytest.raises(NotFoundError):
        dispute_bill(uow, cast.stranger, bill_id=bill.id, reason="不是我的")
    dispute_bill(uow, cast.owner, bill_id=bill.id, reason="面积不对")
    assert bill.status is BillStatus.disputed
    assert amount_due(uow.session, cast.owner, on=TODAY).total_fen == 0
    with pytest.raises(ForbiddenError):
        settle_dispute(uow, cast.owner, bill_id=bill.id, answer="x")
    settle_dispute(uow, cast.finance, bill_id=bill.id, answer="已复核，面积无误")
    assert bill.status is BillStatus.unpaid


def test_a_bill_explains_itself_and_its_lines_sum_to_it(uow, cast):
    item = water_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    water_meter(uow, cast.finance, cast.home, {date(2026, 9, 30): 1_265_000, date(2026, 10, 31): 1_284_000, date(2026, 11, 15): 1_305_000})
    issue(uow, cast.finance, cast.estate.id, [item], period=OCTOBER)
    run = issue(uow, cast.finance, cast.estate.id, [item])
    bill = uow.session.exec(select(Bill).where(Bill.run_id == run.id)).one()
    detail = open_bill(uow, cast.tenant, bill_id=bill.id)
    assert [(line.tier, line.quantity_milli, line.price_e4, line.amount_fen, line.formula) for line in detail.lines] == [
        (1, 18_000, 35_000, 6_300, "18 × 3.50"),
        (2, 3_000, 52_500, 1_575, "3 × 5.25"),
    ]
    assert sum(line.amount_fen for line in detail.lines) == detail.bill.amount_fen
    (reading,) = detail.readings
    assert (reading.from_milli, reading.to_milli, reading.usage_milli) == (1_284_000, 1_305_000, 21_000)
    assert translate(detail.steps[0], "en") == "Reading 1284 → 1305"
    assert [(past.period, past.amount_fen, past.usage_milli) for past in detail.past] == [(OCTOBER, 6_825, 19_000)]
    assert detail.change_fen == 7_875 - 6_825
    noted = uow.session.exec(select(Activity).where(Activity.kind == ActivityKind.bill_opened)).one()
    assert (noted.account_id, noted.subject_id, bill.first_seen_at) == (cast.tenant.id, bill.id, uow.now)


def test_a_stranger_finds_no_bill_in_any_way(uow, cast):
    bill = home_bill(uow, cast)
    page = list_bills(uow.session, cast.stranger, filter=BillFilter(), page=PageRequest(), on=TODAY)
    assert (page.rows, page.total) == ((), 0)
    assert amount_due(uow.session, cast.stranger, on=TODAY).count == 0
    for read in (
        lambda: bill_detail(uow.session, cast.stranger, bill_id=bill.id, on=TODAY),
        lambda: open_bill(uow, cast.stranger, bill_id=bill.id),
    ):
        with pytest.raises(NotFoundError):
            read()
    with pytest.raises(ForbiddenError):
        list_bills(uow.session, cast.worker, filter=BillFilter(), page=PageRequest(), on=TODAY)
    with pytest.raises(ForbiddenError):
        list_bills(uow.session, cast.foreign_dispatcher, filter=BillFilter(), page=PageRequest(), on=TODAY)


def test_one_filter_serves_list_count_and_export(uow, cast):
    other = make.room(uow, cast.building, "3-1-302")
    item = area_item(uow, cast.finance, cast.estate.id, [cast.home.id, other.id])
    issue(uow, cast.finance, cast.estate.id, [item], period=OCTOBER)
    issue(uow, cast.finance, cast.estate.id, [item])
    overdue = uow.session.exec(select(Bill).where(Bill.period == OCTOBER, Bill.room_id == other.id)).one()
    overdue.due_on = date(2026, 11, 17)
    uow.flush()
    for filter, expected in (
        (BillFilter(), 4),
        (BillFilter(period=date(2026, 11, 30)), 2),
        (BillFilter(room_id=other.id), 2),
        (BillFilter(state=BillState.overdue), 1),
        (BillFilter(text="3-1-302"), 2),
        (BillFilter(text=overdue.number.lower()), 1),
        (BillFilter(building_id=cast.building.id, state=BillState.paid), 0),
        (BillFilter(estate_id=cast.other_estate.id), 0),
    ):
        page = list_bills(uow.session, cast.finance, filter=filter, page=PageRequest(size=1, sort="-amount"), on=TODAY)
        exported = list(export_bills(uow.session, cast.finance, filter=filter, on=TODAY))
        count, amount, open_fen = count_bills(uow.session, cast.finance, filter=filter, on=TODAY)
        assert (page.total, len(exported), count) == (expected,) * 3
        assert amount == open_fen == sum(row.amount_fen for row in exported)
    (row,) = list_bills(uow.session, cast.finance, filter=BillFilter(state=BillState.overdue), page=PageRequest(), on=TODAY).rows
    assert (row.place, row.is_overdue, row.owed_fen, row.item_name_en) == ("3栋1单元302", True, 24_920, "Property fee")


def test_the_home_page_sums_what_is_due_by_item(uow, cast):
    home_bill(uow, cast)
    late = home_bill(uow, cast, code="garbage", price={"price_e4": 100})
    late.due_on = date(2026, 11, 1)
    uow.flush()
    due = amount_due(uow.session, cast.payer, on=TODAY)
    assert (due.total_fen, due.overdue_fen, due.count, due.overdue_count, due.next_due_on) == (25_009, 89, 2, 1, date(2026, 11, 30))
    assert [(item.amount_fen, item.count) for item in due.items] == [(89, 1), (24_920, 1)]


def test_collection_progress_counts_what_is_paid(uow, cast):
    bill = home_bill(uow, cast)
    home_bill(uow, cast, code="other", price={"price_e4": 28_000})
    collect_at_counter(uow, cast.cashier, bill_ids=[bill.id], means=Means.cash, tendered_fen=24_920, idempotency_key="c")
    progress = collection_progress(uow.session, cast.finance, estate_id=cast.estate.id, period=NOVEMBER)
    assert (progress.whole.billed_fen, progress.whole.paid_fen, progress.whole.paid_count, progress.whole.rate_bp) == (
        49_840,
        24_920,
        1,
        5_000,
    )
    later = collection_progress(uow.session, cast.finance, estate_id=cast.estate.id, period=date(2027, 2, 3))
    assert later == progress
    assert later.period == NOVEMBER
    window = add_item(uow, cast.finance, estate_id=cast.estate.id, code="glass", name="玻璃", name_en="Glass", kind=FeeKind.one_off)
    single = charge_once(uow, cast.finance, item_id=window.id, room_id=cast.home.id, amount_fen=500, label="换玻璃")
    single.period = date(2027, 2, 1)
    uow.flush()
    assert collection_progress(uow.session, cast.finance, estate_id=cast.estate.id, period=date(2027, 2, 3)) == progress
    with pytest.raises(NotFoundError):
        collection_progress(uow.session, cast.finance, estate_id=cast.other_estate.id, period=NOVEMBER)


def test_a_price_may_not_reach_back_into_billed_months_nor_be_nonsense(uow, cast):
    item = area_item(uow, SYSTEM, cast.estate.id, [cast.home.id])
    issue(uow, cast.finance, cast.estate.id, [item])
    with pytest.raises(ConflictError, match="went out at the old price"):
        add_price(uow, cast.finance, item_id=item.id, starts_on=date(2026, 11, 20), rule={"price_e4": 30_000})
    add_price(uow, cast.finance, item_id=item.id, starts_on=date(2026, 12, 1), rule={"price_e4": 30_000})
    for rule in ({}, {"price_e4": 0}, {"price_e4": "many"}):
        with pytest.raises(InvalidError):
            add_price(uow, cast.finance, item_id=item.id, starts_on=date(2027, 1, 1), rule=rule)
