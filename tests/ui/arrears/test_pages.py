"""The pages of arrears, waivers and late fees, each as the person who works with it; and what strangers and residents meet there."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from estate_app.access.actor import SYSTEM
from estate_app.billing.arrears_models import ArrearsStep, Decision, Discount, LadderPolicy, LateFeePolicy, PaymentPromise, Stage, Waiver
from estate_app.billing.late_fee_policies import add_policy
from estate_app.ui.pages.manager.arrears.household_page import household_page
from estate_app.ui.pages.manager.arrears.household_state import HouseholdState
from estate_app.ui.pages.manager.arrears.page import arrears_page
from estate_app.ui.pages.manager.arrears.state import ArrearsState
from estate_app.ui.pages.manager.late_fees.page import late_fees_page
from estate_app.ui.pages.manager.late_fees.state import LateFeesState
from estate_app.ui.pages.manager.waivers.page import waivers_page
from estate_app.ui.pages.manager.waivers.state import WaiversState
from estate_app.ui.pages.resident.arrears.page import own_arrears_page
from estate_app.ui.pages.resident.arrears.state import OwnArrearsState
from estate_app.ui.pages.resident.bills.bill_state import BillState
from tests.fixtures import make
from tests.ui.seen import markup, toast

TODAY = date(2026, 11, 18)


@pytest.fixture
def late(uow, cast):
    """The owner's home owes 250.88, eighteen days late, at 0.05% a day since 1 November."""
    add_policy(uow, SYSTEM, estate_id=cast.estate.id, starts_on=date(2026, 11, 1), rate_ppb=500_000)
    return make.bill(uow, cast.home, make.fee_item(uow, cast.estate), 25_088, period=date(2026, 10, 1), due_on=TODAY - timedelta(days=18))


class TestArrears:
    URL = "/manage/arrears"

    def test_the_list_shows_ages_and_reminds_what_is_chosen(self, act, uow, cast, opened, late):
        page = opened(cast.service, ArrearsState, self.URL)
        (row,) = page.rows
        assert (row.place, row.owed, row.bands, row.days, row.badge.label) == (
            "3栋2单元1501", "250.88", ["250.88", "—", "—", "—"], "18", "未催缴",
        )  # fmt: skip
        assert [(kpi.value, kpi.note) for kpi in page.kpis[:2]] == [("¥250.88", "1 户"), ("¥250.88", "占 100% · 1 户")]
        act.run(page.ask("reminder"))
        assert page.asked == ""
        act.run(page.toggle(row.id))
        act.run(page.ask("case"))
        assert page.asked == ""
        act.run(page.ask("reminder"))
        assert "1 户" in toast(act.run(page.chase({})))
        assert uow.session.exec(select(ArrearsStep.stage)).all() == [Stage.reminder]
        assert (page.rows[0].badge.label.split()[0], page.chosen_ids) == ("已站内提醒", [])

    def test_the_address_narrows_and_what_it_cannot_read_narrows_nothing(self, cast, opened, late):
        assert opened(cast.finance, ArrearsState, f"{self.URL}?band=90%2B").rows == []
        page = opened(cast.finance, ArrearsState, f"{self.URL}?band=old&least_fen=x&stage=none")
        assert ([row.id for row in page.rows], page.filters.stage, page.filters.band) == ([cast.home.id], "none", "")

    def test_an_auditor_reads_and_reminds_nobody(self, act, uow, cast, opened, late):
        page = opened(cast.auditor, ArrearsState, self.URL)
        assert (len(page.rows), page.may_chase) == (1, False)
        assert "权限" in toast(act.run(page.chase({})))
        assert uow.session.exec(select(ArrearsStep)).all() == []

    def test_the_pages_draw(self):
        for page, marks in (
            (arrears_page(), ("debt-row", "bulk-sms", "letter-dialog")),
            (household_page(), ("debts", "plan-dialog", "note-delivery", "waiver-dialog")),
            (late_fees_page(), ("ladder-row", "policy-dialog")),
            (waivers_page(), ("request-row", "approve-dialog", "request-dialog")),
            (own_arrears_page(), ("own-late", "begin-promise")),
        ):
            drawn = markup(page)
            for mark in marks:
                assert mark in drawn


class TestHousehold:
    def test_a_promise_a_notice_with_its_delivery_and_a_waiver(self, act, uow, cast, opened, late):
        page = opened(cast.service, HouseholdState, f"/manage/arrears/{cast.home.id}")
        (debt,) = page.debts
        # 250.88 × 0.05% × 18 = 2.25792
        assert (debt.late, debt.formula) == (
            "逾期 18 天，滞纳金 ¥2.26（每日 0.05%）", "2026-11-01 至 2026-11-18：¥250.88 × 0.05%/日 × 18 天",
        )  # fmt: skip
        act.run(page.ask("letter", 0))
        act.run(page.act({}))
        assert (page.steps[0].title, page.steps[0].needs_delivery) == ("催告函 CG202611-0001", True)
        act.run(page.ask("delivery", page.steps[0].id))
        act.run(page.act({"delivery": "handed", "delivered_on": "2026-11-18", "proof": ""}))
        assert (list(page.field_errors), page.dialog) == (["proof"], "delivery")
        act.run(page.act({"delivery": "handed", "delivered_on": "2026-11-18", "proof": "林晓签收"}))
        assert ("林晓签收" in page.steps[0].proof, page.steps[0].needs_delivery) == (True, False)
        act.run(page.ask("promise", 0))
        act.run(page.act({"amount": "100", "due_on": "2026-11-30"}))
        assert uow.session.exec(select(PaymentPromise.amount_fen)).all() == [10_000]
        act.run(page.ask_waiver(debt.id))
        assert "另一人" in toast(act.run(page.waive({"amount": "50.88", "reason": "漏水赔偿"})))
        assert uow.session.exec(select(Waiver.amount_fen)).all() == [5_088]

    def test_instalments_show_their_parts(self, act, cast, opened, late):
        page = opened(cast.service, HouseholdState, f"/manage/arrears/{cast.home.id}")
        act.run(page.ask("plan", 0))
        act.run(page.act({"count": "1", "first_due_on": "2026-11-30"}))
        assert list(page.field_errors) == ["count"]
        act.run(page.act({"count": "2", "first_due_on": "2026-11-30"}))
        # 250.88 + 2.26 = 253.14 in two parts
        assert (page.agreed[0].title, [part.value for part in page.agreed[0].parts]) == (
            "¥253.14 分 2 期", ["¥126.57 · 待缴", "¥126.57 · 待缴"],
        )  # fmt: skip


class TestWaivers:
    def test_another_person_decides_in_the_list(self, act, uow, cast, opened, late):
        mine = opened(cast.service, HouseholdState, f"/manage/arrears/{cast.home.id}")
        act.run(mine.ask_waiver(late.id))
        act.run(mine.waive({"amount": "50.88", "reason": "漏水赔偿"}))
        assert [row.may_decide for row in opened(cast.service, WaiversState, "/manage/waivers").rows] == [False]
        page = opened(cast.finance, WaiversState, "/manage/waivers")
        act.run(page.ask("approve", "waiver", page.rows[0].id))
        act.run(page.decide({}))
        assert (page.dialog, page.rows[0].badge.label) == ("", "已同意")
        assert uow.session.exec(select(Waiver.status)).all() == [Decision.approved]

    def test_a_discount_names_one_room(self, act, uow, cast, opened):
        page = opened(cast.service, WaiversState, "/manage/waivers?show=discounts")
        form = {"kind": "vacancy", "percent": "30", "starts_on": "2026-12-01", "ends_on": "2027-05-31", "reason": "空置备案"}
        act.run(page.begin())
        act.run(page.propose(form | {"room": "没有"}))
        assert (list(page.field_errors), uow.session.exec(select(Discount)).all()) == (["room"], [])
        act.run(page.propose(form | {"room": "3-2-1501"}))
        assert (page.rows[0].amount, page.rows[0].place) == ("优惠 30%", "3栋2单元1501")


class TestLateFees:
    def test_a_version_and_a_ladder_are_kept(self, act, uow, cast, opened):
        page = opened(cast.finance, LateFeesState, "/manage/late-fees")
        estate_id = cast.estate.id
        act.run(page.ask("policy", estate_id))
        act.run(page.save_policy({"starts_on": "2026-12-01", "rate": "5", "grace_days": "3", "cap": "30"}))
        assert list(page.field_errors) == ["rate"]
        act.run(page.save_policy({"starts_on": "2026-12-01", "rate": "0.05", "grace_days": "3", "cap": "30", "pauses_for_plans": "true"}))
        kept = uow.session.exec(select(LateFeePolicy)).one()
        assert (kept.rate_ppb, kept.grace_days, kept.cap_bp, kept.pauses_for_plans) == (500_000, 3, 3_000, True)
        assert (page.policies[0].rate, page.policies[0].cap, page.policies[0].badge.label) == ("0.05%", "30%", "待生效")
        act.run(page.ask("ladder", estate_id))
        act.run(page.save_ladder({"reminder": "3", "sms": "10", "letter": "30", "case": "0"}))
        assert uow.session.get_one(LadderPolicy, estate_id).letter_days == 30

    def test_a_cashier_reads_and_changes_nothing(self, act, uow, cast, opened):
        page = opened(cast.cashier, LateFeesState, "/manage/late-fees")
        assert page.may_edit is False
        assert "权限" in toast(act.run(page.save_ladder({})))
        assert uow.session.exec(select(LadderPolicy)).all() == []


class TestResident:
    def test_the_bill_says_what_being_late_costs(self, cast, opened, late):
        page = opened(cast.owner, BillState, f"/bills/{late.id}")
        assert page.bill.late == "逾期 18 天，滞纳金 ¥2.26（每日 0.05%）"

    def test_a_resident_promises_a_day(self, act, uow, cast, opened, late):
        page = opened(cast.owner, OwnArrearsState, "/arrears")
        assert ([one.sentence for one in page.late], page.may_promise) == (["逾期 18 天，滞纳金 ¥2.26（每日 0.05%）"], True)
        act.run(page.begin())
        act.run(page.promise({"amount": "999", "due_on": "2026-11-30"}))
        assert (list(page.field_errors), page.dialog) == (["amount"], "promise")
        act.run(page.promise({"amount": "250.88", "due_on": "2026-11-30"}))
        assert (page.may_promise, page.agreed[0].badge.label) == (False, "进行中")
        assert uow.session.exec(select(PaymentPromise.created_by)).all() == [cast.owner.account_id]

    def test_a_stranger_sees_an_own_empty_page(self, cast, opened, late):
        page = opened(cast.stranger, OwnArrearsState, "/arrears")
        assert (page.late, page.agreed, page.may_promise) == ([], [], False)
