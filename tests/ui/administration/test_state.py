"""The administrators' pages: permissions, audit log, message log, announcements."""

from datetime import timedelta

import pytest
from sqlmodel import select

from estate_app.access.audit import record
from estate_app.access.models import Account, AuditEntry, Grant
from estate_app.access.permission import PermissionSet
from estate_app.feedback.announcements import Draft, publish_announcement
from estate_app.feedback.models import Announcement
from estate_app.kit.i18n import msg
from estate_app.notification.models import InboxItem, OutboxMessage, OutboxState, SendAttempt
from estate_app.notification.service import SENDER_TOPIC, send_sms
from estate_app.ui.pages.manager.announcements.page import announcements_page
from estate_app.ui.pages.manager.announcements.state import AnnouncementsState
from estate_app.ui.pages.manager.audit.page import audit_page
from estate_app.ui.pages.manager.audit.state import AuditState
from estate_app.ui.pages.manager.messages.page import messages_page
from estate_app.ui.pages.manager.messages.state import MessagesState
from estate_app.ui.pages.manager.permissions.page import permissions_page
from estate_app.ui.pages.manager.permissions.state import PermissionsState
from tests.ui.seen import markup, toast


def opened(act, actor, state, url, locale="zh"):
    page = act(actor, state, url=url, locale=locale)
    act.run(page.load())
    return page


def grants(uow):
    return uow.session.scalars(select(Grant)).all()


class TestPermissions:
    URL = "/manage/permissions"

    def test_who_holds_what_and_where(self, act, cast):
        page = opened(act, cast.admin, PermissionsState, f"{self.URL}?set=dispatcher")
        assert [(g.name, g.title, g.place) for g in page.rows] == [("dispatcher", "调度员", "翠湖花园"), ("foreign", "调度员", "云杉里")]
        assert (page.chosen_set, page.pager.total) == ("dispatcher", 2)
        assert [p.label for p in page.places] == ["全部小区", "翠湖花园", "云杉里", "翠湖花园 3栋", "云杉里 1栋"]

    def test_appoint(self, act, uow, cast):
        page = opened(act, cast.admin, PermissionsState, self.URL)
        act.run(page.show_form(True))
        form = {"phone": "13900007777", "name": "孙新", "permission_set": "cashier", "place": f"building:{cast.building.id}"}
        assert "已授予" in toast(act.run(page.appoint(form)))
        account = uow.session.scalars(select(Account).where(Account.phone == "13900007777")).one()
        grant = uow.session.scalars(select(Grant).where(Grant.account_id == account.id)).one()
        assert (grant.permission_set, grant.estate_id, grant.building_id) == (PermissionSet.cashier, None, cast.building.id)
        assert (page.is_open, page.is_saving, page.pager.total) == (False, False, 9)
        assert next(row.place for row in page.rows if row.name == "孙新") == "翠湖花园 3栋"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"place": ""}, "place"),
            ({"place": "estate:x"}, "place"),
            ({"permission_set": "king"}, "permission_set"),
            ({"phone": "1"}, "phone"),
        ],
    )
    def test_what_is_wrong_stands_under_its_field_and_nothing_changes(self, act, uow, cast, change, field):
        page, before = opened(act, cast.admin, PermissionsState, self.URL), len(grants(uow))
        act.run(page.show_form(True))
        act.run(page.appoint({"phone": "13900007777", "name": "孙新", "permission_set": "cashier", "place": "all"} | change))
        assert (list(page.field_errors), page.is_open, page.is_saving, len(grants(uow))) == ([field], True, False, before)

    def test_take_back_after_asking(self, act, uow, cast):
        page = opened(act, cast.admin, PermissionsState, f"{self.URL}?set=cashier", locale="en")
        act.run(page.ask_revoke(page.rows[0].id))
        assert [(f.label, f.value) for f in page.facts] == [
            ("Person", "cashier 13800000022"),
            ("Appointed as", "Cashier clerk"),
            ("Holds in", "翠湖花园"),
        ]
        assert "no longer holds" in toast(act.run(page.revoke()))
        assert (page.rows, page.asked) == ([], 0)
        assert [g for g in grants(uow) if g.account_id == cast.cashier.id] == []

    def test_ones_own_administration_stays(self, act, uow, cast):
        page = opened(act, cast.admin, PermissionsState, f"{self.URL}?set=administrator")
        before = len(grants(uow))
        act.run(page.ask_revoke(page.rows[0].id))
        assert "不能收回自己" in toast(act.run(page.revoke()))
        assert (len(grants(uow)), page.asked, page.is_saving) == (before, 0, False)

    @pytest.mark.parametrize("name", ["supervisor", "auditor", "owner", "worker"])
    def test_others_change_nothing(self, act, uow, cast, name):
        page, before = act(getattr(cast, name), PermissionsState), len(grants(uow))
        for call in (
            page.load(),
            page.appoint({"phone": "13900007777", "name": "x", "permission_set": "administrator", "place": "all"}),
            page.revoke(),
        ):
            assert "权限" in toast(act.run(call))
        assert (len(grants(uow)), page.rows) == (before, [])


class TestAudit:
    URL = "/manage/audit"

    @pytest.fixture(autouse=True)
    def trail(self, uow, cast):
        record(uow, cast.finance, "bill:void", "bill", 7, before={"status": "unpaid"}, after={"status": "void", "reason": "重复"})
        record(uow, cast.dispatcher, "repair:assign", "repair_order", 9)
        uow.flush()

    def test_filters_come_from_the_url(self, act, cast):
        page = opened(act, cast.auditor, AuditState, f"{self.URL}?area=bill&since=2026-11-18&until=2026-11-18")
        assert [(e.actor, e.area, e.action, e.thing, e.summary, e.time) for e in page.rows] == [
            ("finance", "账单", "作废", "账单 #7", "状态 待缴 → 已作废 · 原因 重复", "11-18 10:58")
        ]
        assert (page.area, page.since, [a.label for a in page.areas]) == ("bill", "2026-11-18", ["账单", "报修"])

    def test_a_day_without_entries(self, act, cast):
        assert opened(act, cast.auditor, AuditState, f"{self.URL}?until=2026-11-17").rows == []

    def test_odd_parameters_are_no_filter(self, act, cast):
        page = opened(act, cast.auditor, AuditState, f"{self.URL}?since=x&entity_id=9e9&page=-1")
        assert (len(page.rows), page.since) == (2, "")

    def test_one_entry_with_before_and_after(self, act, cast):
        page = opened(act, cast.auditor, AuditState, f"{self.URL}?q=7")
        act.run(page.open_entry(page.rows[0].id))
        assert [(c.name, c.before, c.after) for c in page.changes] == [("状态", "待缴", "已作废"), ("原因", "—", "重复")]
        act.run(page.close_entry())
        assert page.opened is None

    def test_others_read_nothing(self, act, cast):
        page = act(cast.supervisor, AuditState, url=self.URL)
        assert "权限" in toast(act.run(page.load()))
        assert page.rows == []


class TestMessages:
    URL = "/manage/messages"

    @pytest.fixture(autouse=True)
    def failed(self, uow, cast):
        send_sms(uow, phone="13800000001", event="bill", body=msg("Welcome"))
        send_sms(uow, phone="13800000001", event="code", body=msg("Welcome"))
        uow.flush()
        for message in uow.session.scalars(select(OutboxMessage)):
            message.state, message.tries, message.error = OutboxState.failed, 8, "30003"
            uow.session.add(SendAttempt(message_id=message.id, at=uow.now, is_sent=False, detail="30003 unreachable"))
        uow.flush()

    def test_the_log_offers_another_try_but_never_for_a_code(self, act, cast):
        page = opened(act, cast.service, MessagesState, f"{self.URL}?state=failed")
        assert [(m.event, m.address, m.state.label, m.tries, m.can_retry) for m in page.rows] == [
            ("验证码", "13800000001", "未送达", 8, False),
            ("bill", "13800000001", "未送达", 8, True),
        ]

    def test_who_only_reads_sees_masked_numbers_and_no_button(self, act, uow, cast):
        page = opened(act, cast.auditor, MessagesState, self.URL)
        assert {(m.address, m.can_retry) for m in page.rows} == {("138 **** 0001", False)}
        assert "权限" in toast(act.run(page.retry(page.rows[1].id)))
        assert set(uow.session.scalars(select(OutboxMessage.state))) == {OutboxState.failed}

    def test_again(self, act, uow, cast):
        page = opened(act, cast.service, MessagesState, f"{self.URL}?state=failed")
        message_id = page.rows[1].id
        assert "已重新发送" in toast(act.run(page.retry(message_id)))
        assert (uow.session.get_one(OutboxMessage, message_id).state, page.retrying) == (OutboxState.waiting, 0)
        assert SENDER_TOPIC in act.topics
        assert [m.event for m in page.rows] == ["验证码"]

    def test_a_code_is_not_repeated(self, act, uow, cast):
        page = opened(act, cast.service, MessagesState, self.URL)
        assert toast(act.run(page.retry(page.rows[0].id))) != ""
        assert set(uow.session.scalars(select(OutboxMessage.state))) == {OutboxState.failed}

    def test_every_attempt(self, act, cast):
        page = opened(act, cast.auditor, MessagesState, self.URL, locale="en")
        act.run(page.open_attempts(page.rows[0].id))
        assert [(a.time, a.result.label, a.detail) for a in page.attempts] == [
            ("2026-11-18 10:58:00", "Not delivered", "30003 unreachable")
        ]


class TestAnnouncements:
    URL = "/manage/announcements"

    def form(self, cast, **change):
        return {"tag": "water", "estate": str(cast.estate.id), "title": "周六停水", "body": "请储水", "happens": "", "ends": ""} | change

    def test_publish(self, act, uow, cast):
        page = opened(act, cast.service, AnnouncementsState, self.URL)
        assert [e.label for e in page.estates] == ["翠湖花园"]
        act.run(page.show_form(True))
        form = self.form(cast, happens="2026-11-21T09:00", ends="2026-11-21T11:30", pinned="on")
        assert "已发布" in toast(act.run(page.publish(form)))
        row = uow.session.scalars(select(Announcement)).one()
        assert (row.happens_at.hour, row.is_pinned, page.is_open) == (1, True, False)
        assert [(a.title, a.tag, a.span, a.is_pinned) for a in page.rows] == [("周六停水", "停水", "11-21 09:00–11:30", True)]
        readers = set(uow.session.scalars(select(InboxItem.account_id).where(InboxItem.event == "announcement")))
        assert readers == {cast.owner.id, cast.tenant.id}

    @pytest.mark.parametrize(
        ("change", "field"),
        [({"estate": ""}, "estate"), ({"estate": "all"}, "estate"), ({"title": ""}, "title"), ({"happens": "soon"}, "happens")],
    )
    def test_what_is_wrong_stands_under_its_field_and_nothing_is_told(self, act, uow, cast, change, field):
        page = opened(act, cast.service, AnnouncementsState, self.URL)
        act.run(page.publish(self.form(cast, **change)))
        assert (list(page.field_errors), page.is_saving) == ([field], False)
        assert uow.session.scalars(select(Announcement)).all() == []

    def test_pin_and_withdraw(self, act, uow, cast):
        row = publish_announcement(uow, cast.service, Draft("题目", "内容", estate_id=cast.estate.id))
        page = opened(act, cast.service, AnnouncementsState, self.URL)
        act.run(page.pin(row.id, True))
        assert page.rows[0].is_pinned
        act.run(page.ask_withdraw(row.id))
        act.run(page.withdraw())
        assert (page.rows, page.asked) == ([], 0)
        actions = uow.session.scalars(select(AuditEntry.action).where(AuditEntry.entity == "announcement").order_by(AuditEntry.id))
        assert list(actions) == ["announcement:publish", "announcement:pin", "announcement:withdraw"]

    def test_who_may_not_announces_nothing(self, act, uow, cast):
        page = act(cast.dispatcher, AnnouncementsState)
        assert "权限" in toast(act.run(page.publish(self.form(cast))))
        assert uow.session.scalars(select(Announcement)).all() == []

    def test_an_administrator_may_speak_to_all(self, act, cast):
        page = opened(act, cast.admin, AnnouncementsState, self.URL, locale="en")
        assert page.estates[0].label == "All estates"


@pytest.mark.parametrize(
    ("page", "marks"),
    [
        (permissions_page, ("appoint", "revoke", "matrix", "filter-set", "revoke-dialog")),
        (audit_page, ("filter-area", "since", "until", "open-entry", "page-size")),
        (messages_page, ("retry-message", "open-attempts", "filter-state", "filter-channel")),
        (announcements_page, ("new-announcement", "publish", "pin", "withdraw", "withdraw-dialog")),
    ],
)
def test_the_pages_hold_what_a_person_acts_on(page, marks):
    text = markup(page())
    assert [mark for mark in marks if mark not in text] == []


def test_a_span_over_midnight_names_both_days(act, uow, cast):
    draft = Draft("夜间施工", "内容", happens_at=uow.now, ends_at=uow.now + timedelta(hours=20), estate_id=cast.estate.id)
    publish_announcement(uow, cast.service, draft)
    page = opened(act, cast.service, AnnouncementsState, "/manage/announcements")
    assert page.rows[0].span == "11-18 10:58–11-19 06:58"
