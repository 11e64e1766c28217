"""Waivers and discounts: two persons, a line of its own, and a ledger as if it had been right at first."""

from datetime import date

import pytest
from sqlmodel import select

from estate_app.access.permission import PermissionSet
from estate_app.billing.arrears_models import Decision, DiscountKind, Waiver
from estate_app.billing.corrections import replace_bill
from estate_app.billing.detail import bill_detail
from estate_app.billing.discounts import approve_discount, end_discount, list_discounts, reject_discount, request_discount
from estate_app.billing.late_fees import post_late_fees
from estate_app.billing.models import Bill, BillStatus
from estate_app.billing.waivers import approve_waiver, list_waivers, reject_waiver, request_waiver
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.pagination import PageRequest
from estate_app.ledger.models import LedgerAccount
from tests.fixtures import make
from tests.fixtures.money import area_item, balances, home_bill, issue
from tests.service.billing.test_late_fees import at, fees, owed, pay, policy

TODAY = date(2026, 11, 18)


def late(uow, cast):
    """A bill of 249.20 and its late fee of 30 days, 249.20 × 0.05% × 30 = 3.738 → 3.74."""
    policy(uow, cast)
    bill = home_bill(uow, cast)
    at(uow, date(2026, 12, 30))
    (fee_id,) = post_late_fees(uow, cast.owner, [bill.id], date.max)
    return bill, uow.session.get_one(Bill, fee_id)


def test_a_waived_part_is_a_negative_line_of_a_new_bill_and_is_not_charged_again(uow, cast):
    bill, fee = late(uow, cast)
    waiver = request_waiver(uow, cast.service, bill_id=fee.id, amount_fen=174, reason="首次逾期")
    assert (fees(uow), waiver.status) == (374, Decision.requested)
    approve_waiver(uow, cast.finance, waiver_id=waiver.id)
    new = uow.session.get_one(Bill, waiver.new_bill_id)
    detail = bill_detail(uow.session, cast.owner, bill_id=new.id, on=TODAY)
    assert [line.amount_fen for line in detail.lines] == [374, -174]
    assert (fee.status, new.amount_fen, new.for_bill_id, fees(uow)) == (BillStatus.void, 200, bill.id, 200)
    at(uow, date(2027, 1, 9))
    post_late_fees(uow, cast.owner, [bill.id], date.max)
    # 40 days: 249.20 × 0.05% × 40 = 4.984 → 4.98, of which 1.74 is waived
    assert fees(uow) == 498 - 174
    assert balances(uow)[LedgerAccount.receivable] == owed(uow) == 24_920 + 324
    replace_bill(uow, cast.finance, bill_id=bill.id, reason="重算")
    assert balances(uow) == {LedgerAccount.receivable: 24_920, LedgerAccount.income: -24_920}


def test_a_late_fee_waived_as_a_whole_leaves_no_bill(uow, cast):
    _, fee = late(uow, cast)
    waiver = request_waiver(uow, cast.service, bill_id=fee.id, amount_fen=374, reason="系统故障")
    approve_waiver(uow, cast.finance, waiver_id=waiver.id)
    assert (waiver.new_bill_id, fees(uow), balances(uow)[LedgerAccount.receivable]) == (None, 0, 24_920)


def test_waiving_a_part_of_the_principal_keeps_its_money_and_lowers_its_late_fee(uow, cast):
    bill, _ = late(uow, cast)
    pay(uow, bill, 10_000)
    waiver = request_waiver(uow, cast.service, bill_id=bill.id, amount_fen=4_920, reason="漏水赔偿")
    approve_waiver(uow, cast.finance, waiver_id=waiver.id)
    new = uow.session.get_one(Bill, waiver.new_bill_id)
    assert (new.amount_fen, new.paid_fen, new.status, new.due_on) == (20_000, 10_000, BillStatus.partly_paid, bill.due_on)
    at(uow, date(2027, 1, 9))
    post_late_fees(uow, cast.owner, [new.id], date.max)
    # As if it had been 200.00 from the start: 30 days on 200.00 = 3.00, then 10 days on 100.00 = 0.50
    assert fees(uow) == 350
    assert balances(uow)[LedgerAccount.receivable] == owed(uow) == 10_350


def test_nobody_decides_about_an_own_request_and_a_refusal_moves_nothing(uow, cast):
    _, fee = late(uow, cast)
    waiver = request_waiver(uow, cast.finance, bill_id=fee.id, amount_fen=100, reason="首次逾期")
    with pytest.raises(ForbiddenError):
        approve_waiver(uow, cast.finance, waiver_id=waiver.id)
    with pytest.raises(ConflictError, match="waits"):
        request_waiver(uow, cast.service, bill_id=fee.id, amount_fen=1, reason="再来")
    with pytest.raises(ForbiddenError):
        approve_waiver(uow, cast.service, waiver_id=waiver.id)
    with pytest.raises(InvalidError, match="reason"):
        reject_waiver(uow, cast.supervisor, waiver_id=waiver.id, answer=" ")
    reject_waiver(uow, cast.supervisor, waiver_id=waiver.id, answer="不符合减免规定")
    with pytest.raises(ConflictError, match="decided"):
        approve_waiver(uow, cast.supervisor, waiver_id=waiver.id)
    assert (fees(uow), fee.status) == (374, BillStatus.unpaid)
    with pytest.raises(InvalidError, match="can be waived"):
        request_waiver(uow, cast.service, bill_id=fee.id, amount_fen=375, reason="多了")
    (row,) = list_waivers(uow.session, cast.finance, page=PageRequest(), on=TODAY).rows
    assert (row.status, row.requester, row.decider, row.is_late_fee) == (Decision.rejected, "finance", "supervisor", True)


def test_strangers_neither_see_nor_decide(uow, cast):
    bill, fee = late(uow, cast)
    waiver = request_waiver(uow, cast.service, bill_id=fee.id, amount_fen=100, reason="首次逾期")
    foreign = make.manager(uow, "外部财务", "13800000041", PermissionSet.finance, cast.other_estate)
    discount = request_discount(
        uow, cast.service, room_id=cast.home.id, kind=DiscountKind.vacancy, percent_bp=3_000, starts_on=date(2026, 12, 1),
        ends_on=date(2027, 5, 31), reason="空置",
    )  # fmt: skip
    for call in (
        lambda: request_waiver(uow, foreign, bill_id=bill.id, amount_fen=1, reason="x"),
        lambda: approve_waiver(uow, foreign, waiver_id=waiver.id),
        lambda: reject_waiver(uow, foreign, waiver_id=waiver.id, answer="x"),
        lambda: approve_discount(uow, foreign, discount_id=discount.id),
        lambda: reject_discount(uow, foreign, discount_id=discount.id, answer="x"),
        lambda: end_discount(uow, foreign, discount_id=discount.id),
    ):
        with pytest.raises(NotFoundError):
            call()
    assert list_waivers(uow.session, foreign, page=PageRequest(), on=TODAY).total == 0
    assert list_discounts(uow.session, foreign, page=PageRequest()).total == 0
    for call in (
        lambda: request_waiver(uow, cast.owner, bill_id=fee.id, amount_fen=1, reason="x"),
        lambda: list_waivers(uow.session, cast.owner, page=PageRequest(), on=TODAY),
        lambda: list_discounts(uow.session, cast.worker, page=PageRequest()),
    ):
        with pytest.raises(ForbiddenError):
            call()
    assert uow.session.exec(select(Waiver.status)).all() == [Decision.requested]


def test_a_run_applies_an_approved_discount_to_its_days_as_a_line_of_its_own(uow, cast):
    item = area_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    fields = {"room_id": cast.home.id, "kind": DiscountKind.vacancy, "percent_bp": 3_000, "reason": "空置备案"}
    discount = request_discount(uow, cast.service, starts_on=date(2026, 11, 11), ends_on=date(2026, 11, 30), **fields)
    with pytest.raises(ForbiddenError):
        approve_discount(uow, cast.service, discount_id=discount.id)
    approve_discount(uow, cast.finance, discount_id=discount.id)
    run = issue(uow, cast.finance, cast.estate.id, [item])
    bill = uow.session.exec(select(Bill).where(Bill.run_id == run.id)).one()
    detail = bill_detail(uow.session, cast.owner, bill_id=bill.id, on=TODAY)
    # 89 m² × 2.80 = 249.20; 30% of 20 of 30 days: 249.20 × 0.3 × 20 / 30 = 49.84
    assert [line.amount_fen for line in detail.lines] == [24_920, -4_984]
    assert (bill.amount_fen, run.total_fen, balances(uow)[LedgerAccount.receivable]) == (19_936, 19_936, 19_936)
    new = replace_bill(uow, cast.finance, bill_id=bill.id, reason="重算")
    assert new.amount_fen == 19_936


def test_a_discount_that_waits_or_was_rejected_changes_no_bill_and_bad_input_is_named(uow, cast):
    fields = {"room_id": cast.home.id, "kind": DiscountKind.discount, "percent_bp": 5_000, "reason": "员工"}
    waits = request_discount(uow, cast.service, starts_on=date(2026, 11, 1), ends_on=date(2026, 12, 31), **fields)
    rejected = request_discount(uow, cast.service, starts_on=date(2026, 11, 1), ends_on=date(2026, 12, 31), **fields)
    reject_discount(uow, cast.finance, discount_id=rejected.id, answer="不符合")
    assert home_bill(uow, cast).amount_fen == 24_920
    with pytest.raises(InvalidError, match="this month"):
        request_discount(uow, cast.service, starts_on=date(2026, 10, 31), ends_on=date(2026, 12, 31), **fields)
    with pytest.raises(InvalidError, match="detach the item"):
        request_discount(uow, cast.service, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31), **(fields | {"percent_bp": 10_000}))
    approve_discount(uow, cast.finance, discount_id=waits.id)
    assert end_discount(uow, cast.finance, discount_id=waits.id).ends_on == TODAY
    assert [row.status for row in list_discounts(uow.session, cast.finance, page=PageRequest()).rows] == ["rejected", "approved"]
