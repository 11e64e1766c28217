"""Notifications, own data, deletions and public income in the pages: each switch holds at once, each refusal stands at its place."""

import pytest
from sqlmodel import select

from estate_app.feedback.disclosure_models import Disclosure, DisclosureLine, DisclosureStatus
from estate_app.feedback.disclosures import open_draft, publish_disclosure
from estate_app.feedback.models import FeedbackKind
from estate_app.feedback.service import give_feedback
from estate_app.notification.models import NoticeChannel
from estate_app.notification.preference_models import NoticeChoice, QuietHours
from estate_app.personal.models import DataExport, Erasure, ErasureStatus, ExportStatus
from estate_app.ui.pages.account.data.state import OwnDataState
from estate_app.ui.pages.account.notifications.state import NotificationsState
from estate_app.ui.pages.common.feedback_beside import FeedbackBesideState
from estate_app.ui.pages.manager.disclosures.list_state import DisclosuresState
from estate_app.ui.pages.manager.disclosures.state import DisclosureState
from estate_app.ui.pages.manager.erasures.state import ErasuresState
from estate_app.ui.pages.resident.disclosures.state import IncomeReportState, IncomeState
from tests.fixtures.money import home_bill
from tests.service.repair.steps import new_order
from tests.ui.seen import goes_to, toast


def opened(act, actor, state, url, **params):
    page = act(actor, state, url=url, params=params)
    act.run(page.load())
    return page


class TestNotifications:
    def test_a_switch_holds_at_once_and_is_said(self, act, uow, cast):
        page = opened(act, cast.owner, NotificationsState, "/me/notifications")
        assert [(line.key, line.has_wechat, line.sms) for line in page.lines][:2] == [("repair", True, False), ("bill", True, False)]
        events = act.run(page.toggle("repair", "sms"))
        assert page.lines[0].sms is True
        assert "已保存" in toast(events)
        rows = uow.session.exec(select(NoticeChoice)).all()
        assert [(row.family.value, row.channel, row.is_on) for row in rows] == [("repair", NoticeChannel.sms, True)]

    @pytest.mark.parametrize(("family", "channel"), [("account", "sms"), ("nothing", "sms"), ("repair", "pigeon")])
    def test_what_is_no_switch_changes_nothing(self, act, uow, cast, family, channel):
        page = opened(act, cast.owner, NotificationsState, "/me/notifications")
        act.run(page.toggle(family, channel))
        assert uow.session.exec(select(NoticeChoice)).all() == []

    def test_quiet_hours_are_kept_and_bad_times_stand_under_their_field(self, act, uow, cast):
        page = opened(act, cast.worker, NotificationsState, "/me/notifications")
        act.run(page.keep_hours({"starts_at": "23:00", "ends_at": "06:30"}))
        assert (page.hours.starts, page.hours.ends) == ("23:00", "06:30")
        act.run(page.keep_hours({"starts_at": "late", "ends_at": "06:30"}))
        assert list(page.field_errors) == ["starts_at"]
        act.run(page.keep_hours({"starts_at": "07:00", "ends_at": "07:00"}))
        assert list(page.field_errors) == ["ends_at"]
        act.run(page.toggle_quiet())
        (row,) = uow.session.exec(select(QuietHours)).all()
        assert (row.is_on, f"{row.starts_at:%H:%M}", page.hours.is_on) == (False, "23:00", False)


class TestOwnData:
    def test_a_file_is_asked_for_and_its_progress_is_shown(self, act, uow, cast):
        page = opened(act, cast.owner, OwnDataState, "/me/data")
        act.run(page.make())
        assert (page.export.is_running, page.export.link, page.busy) == (True, "", "")
        assert uow.session.exec(select(DataExport.status)).all() == [ExportStatus.waiting]

    def test_a_deletion_needs_the_code_and_can_be_taken_back(self, act, uow, cast):
        page = opened(act, cast.owner, OwnDataState, "/me/data")
        assert (page.erasure.can_ask, page.ways) == (True, [])
        act.run(page.open_form(True))
        act.run(page.send_code())
        act.run(page.erase({"code": "nope"}))
        assert (list(page.field_errors), page.is_asking, page.erasure.is_cooling) == (["code"], True, False)
        act.run(page.erase({"code": page.shown_code}))
        assert (page.is_asking, page.erasure.is_cooling) == (False, True)
        act.run(page.keep())
        assert (page.erasure.is_cooling, uow.session.exec(select(Erasure.status)).all()) == (False, [ErasureStatus.cancelled])

    def test_what_is_in_the_way_is_shown_with_its_page(self, act, uow, cast):
        home_bill(uow, cast)
        page = opened(act, cast.owner, OwnDataState, "/me/data")
        assert [(way.text, way.href) for way in page.ways] == [("请先缴清您房屋的 1 笔账单：¥249.20", "/bills")]

    def test_staff_is_offered_no_deletion(self, act, cast):
        page = opened(act, cast.worker, OwnDataState, "/me/data")
        assert page.erasure.can_ask is False

    def test_managers_see_what_is_coming(self, act, uow, cast):
        own = opened(act, cast.owner, OwnDataState, "/me/data")
        act.run(own.send_code())
        act.run(own.erase({"code": own.shown_code}))
        page = opened(act, cast.service, ErasuresState, "/manage/erasures")
        assert [(line.name, line.badge.label) for line in page.rows] == [("林晓", "可撤回")]


class TestPublicIncome:
    def test_written_by_one_published_by_another_and_read_by_the_resident(self, act, uow, cast):
        listing = opened(act, cast.service, DisclosuresState, "/manage/income")
        events = act.run(listing.begin({"estate": str(cast.estate.id), "quarter": "2026-07-01"}))
        row = uow.session.exec(select(Disclosure)).one()
        assert goes_to(events) == f"/manage/income/{row.id}"
        page = opened(act, cast.service, DisclosureState, f"/manage/income/{row.id}", income_id=str(row.id))
        act.run(page.open_form("line", 0))
        act.run(page.save_line({"side": "income", "name": "电梯广告", "amount": "26,400.00", "note": ""}))
        assert ([line.yuan for line in page.lines], page.opened, page.duties.can_publish) == (["¥26,400.00"], "", False)
        other = opened(act, cast.supervisor, DisclosureState, f"/manage/income/{row.id}", income_id=str(row.id))
        assert other.duties.can_publish is True
        act.run(other.publish())
        assert row.status is DisclosureStatus.published
        own = opened(act, cast.owner, IncomeState, "/income")
        assert [(one.quarter, one.income) for one in own.rows] == [("2026 年第 3 季度", "¥26,400.00")]
        shown = opened(act, cast.owner, IncomeReportState, f"/income/{row.id}", income_id=str(row.id))
        assert ([one.amount for one in shown.shown.income], shown.is_missing) == (["¥26,400.00"], False)
        lost = opened(act, cast.stranger, IncomeReportState, f"/income/{row.id}", income_id=str(row.id))
        assert lost.is_missing is True

    @pytest.mark.parametrize(
        ("form", "field"),
        [({"side": "", "name": "x", "amount": "1"}, "side"), ({"side": "income", "name": "", "amount": "1"}, "name"),
         ({"side": "income", "name": "x", "amount": "many"}, "amount"), ({"side": "income", "name": "x", "amount": "0"}, "amount")],
    )  # fmt: skip
    def test_a_bad_item_stands_under_its_field_and_the_form_stays_open(self, act, uow, cast, form, field):
        row = open_draft(uow, cast.service, estate_id=cast.estate.id, quarter_on=uow.now.date())
        page = opened(act, cast.service, DisclosureState, f"/manage/income/{row.id}", income_id=str(row.id))
        act.run(page.open_form("line", 0))
        act.run(page.save_line(form))
        assert (list(page.field_errors), page.opened, uow.session.exec(select(DisclosureLine)).all()) == ([field], "line", [])

    def test_the_writer_cannot_publish_by_a_forged_message(self, act, uow, cast):
        row = open_draft(uow, cast.service, estate_id=cast.estate.id, quarter_on=uow.now.date())
        page = opened(act, cast.service, DisclosureState, f"/manage/income/{row.id}", income_id=str(row.id))
        act.run(page.save_line({"side": "income", "name": "x", "amount": "1"}))
        act.run(page.publish())
        assert row.status is DisclosureStatus.draft
        publish_disclosure(uow, cast.supervisor, disclosure_id=row.id)
        act.run(page.discard())
        assert uow.session.exec(select(Disclosure.status)).all() == [DisclosureStatus.published]


class TestBeside:
    def test_feedback_of_an_order_stands_beside_it_for_the_author_and_the_estate_only(self, act, uow, cast):
        order = new_order(uow, cast)
        told = give_feedback(uow, cast.owner, room_id=cast.home.id, kind=FeedbackKind.complaint, text="师傅迟到了一小时", order_id=order.id)
        own = opened(act, cast.owner, FeedbackBesideState, f"/repairs/{order.id}", order_id=str(order.id))
        assert ([card.id for card in own.cards], own.base, own.ask_href) == ([told.id], "/feedback/", f"/feedback?order={order.id}")
        staff = opened(act, cast.service, FeedbackBesideState, f"/manage/repairs/{order.id}", order_id=str(order.id))
        assert ([card.id for card in staff.cards], staff.base) == ([told.id], "/manage/feedback/")
        for actor in (cast.tenant, cast.dispatcher):
            assert opened(act, actor, FeedbackBesideState, f"/repairs/{order.id}", order_id=str(order.id)).cards == []

    def test_a_bill_is_named_in_the_form_and_the_list_of_bills_offers_none(self, act, uow, cast):
        bill = home_bill(uow, cast)
        page = opened(act, cast.owner, FeedbackBesideState, f"/bills/{bill.id}", bill_id=str(bill.id))
        assert (page.cards, page.ask_href) == ([], f"/feedback?bill={bill.id}")
        assert opened(act, cast.owner, FeedbackBesideState, "/bills").ask_href == ""
