"""One's own pages: inbox, security, preferences, rooms, notices."""

import pytest
from sqlmodel import col, select

from estate_app.access import service as access
from estate_app.access import sessions
from estate_app.access.models import Account, SessionKind
from estate_app.feedback.announcements import Draft, publish_announcement
from estate_app.kit.i18n import msg
from estate_app.notification.models import InboxItem
from estate_app.notification.service import tell
from estate_app.ui.locale import Locale
from estate_app.ui.pages.account.inbox.page import inbox_page
from estate_app.ui.pages.account.inbox.state import InboxState
from estate_app.ui.pages.account.me.page import manager_me_page, resident_me_page, technician_me_page
from estate_app.ui.pages.account.me.present import MeCard
from estate_app.ui.pages.account.me.state import MeState
from estate_app.ui.pages.account.preferences.page import preferences_page
from estate_app.ui.pages.account.preferences.state import PreferencesState
from estate_app.ui.pages.account.security.page import security_page
from estate_app.ui.pages.account.security.state import SecurityState
from estate_app.ui.pages.resident.notices.page import notices_page
from estate_app.ui.pages.resident.notices.state import NoticesState
from estate_app.ui.pages.resident.rooms.page import rooms_page
from estate_app.ui.pages.resident.rooms.present import RoomCard
from estate_app.ui.pages.resident.rooms.state import RoomsState
from estate_app.ui.session import Session
from estate_app.ui.stage import FAILED, READY
from tests.ui.seen import goes_to, markup, said, toast

OLD, NEW = "lake-garden-1501", "spruce-lane-2002"


def told(uow, actor, count=3):
    for n in range(count):
        tell(uow, [actor.id], event="repair", title=msg("{text}", text=f"第 {n}"), body=msg("Welcome"), link="/repairs/1")
    uow.flush()


def unread(uow, actor) -> int:
    return len(uow.session.scalars(select(InboxItem).where(InboxItem.account_id == actor.id, col(InboxItem.read_at).is_(None))).all())


class TestInbox:
    def test_newest_first_a_page_at_a_time(self, act, uow, cast):
        told(uow, cast.owner, 23)
        page = act(cast.owner, InboxState, url="/inbox?page=2")
        act.run(page.load())
        assert ([row.title for row in page.rows], page.pager.total, page.pager.page) == (["第 2", "第 1", "第 0"], 23, 2)
        assert (page.rows[0].body, page.rows[0].icon, page.rows[0].time) == ("欢迎使用", "wrench", "刚刚")

    def test_one_is_read_and_the_bell_is_told(self, act, uow, cast):
        told(uow, cast.owner)
        page = act(cast.owner, InboxState, url="/inbox")
        act.run(page.load())
        act.run(page.read(page.rows[0].id))
        assert (unread(uow, cast.owner), page.rows[0].is_read, page.has_unread) == (2, True, True)
        assert f"inbox:{cast.owner.id}" in act.topics

    def test_all_are_read(self, act, uow, cast):
        told(uow, cast.owner)
        told(uow, cast.tenant)
        page = act(cast.owner, InboxState, url="/inbox")
        act.run(page.load())
        assert "3 条消息已标为已读" in toast(act.run(page.read_all()))
        assert (unread(uow, cast.owner), unread(uow, cast.tenant), page.has_unread) == (0, 3, False)

    def test_only_the_unread(self, act, uow, cast):
        told(uow, cast.owner)
        page = act(cast.owner, InboxState, url="/inbox?view=unread")
        act.run(page.load())
        act.run(page.read(page.rows[1].id))
        assert ([row.title for row in page.rows], page.view) == (["第 2", "第 0"], "unread")
        assert goes_to(act.run(page.choose_view("all"))) == "/inbox"

    def test_somebody_elses_notice_stays_unread(self, act, uow, cast):
        told(uow, cast.tenant)
        item = uow.session.scalars(select(InboxItem.id).where(InboxItem.account_id == cast.tenant.id)).first()
        page = act(cast.owner, InboxState, url="/inbox")
        assert toast(act.run(page.read(item))) != ""
        assert unread(uow, cast.tenant) == 3

    def test_a_new_notice_arrives_by_itself(self, act, uow, cast):
        page = act(cast.worker, InboxState, url="/inbox")
        act.run(page.load())
        assert page.rows == []
        told(uow, cast.worker, 1)
        act.run_value(page._refresh(cast.worker))
        assert [row.title for row in page.rows] == ["第 0"]


class TestMe:
    def test_a_resident_by_rooms_and_a_manager_by_appointments(self, act, cast):
        resident, manager, admin = (act(actor, MeState) for actor in (cast.owner, cast.dispatcher, cast.admin))
        for page in (resident, manager, admin):
            act.run(page.load())
        assert resident.person == MeCard("林晓", "138 **** 0001", "翠湖花园 3栋2单元1501")
        assert manager.person == MeCard("dispatcher", "138 **** 0021", "调度员 · 翠湖花园")
        assert admin.person.titles == "系统管理员 · 全部小区"

    def test_a_technician_by_the_role(self, act, cast):
        page = act(cast.worker, MeState, locale="en")
        act.run(page.load())
        assert page.person == MeCard("王建国", "138 **** 0011", "Technician")


@pytest.fixture
def person(uow, cast):
    account = uow.session.get_one(Account, cast.owner.id)
    account.password_hash = access.hash_password(OLD)
    sessions.open_session(uow, account, kind=SessionKind.mini, address="10.0.0.2")
    uow.flush()
    return cast.owner


class TestSecurity:
    def opened(self, act, person, locale="zh"):
        page = act(person, SecurityState, url="/me/security", locale=locale)
        act.run(page.load())
        return page

    def test_the_sessions_with_this_device_among_them(self, act, person):
        page = self.opened(act, person)
        assert [(s.device, s.detail, s.is_this, s.icon) for s in page.sessions] == [
            ("Chrome", "10.0.0.9 · 最近使用：刚刚", True, "monitor"),
            ("微信小程序", "10.0.0.2 · 最近使用：刚刚", False, "smartphone"),
        ]
        assert (page.own_phone, page.has_password) == ("138 **** 0001", True)

    def test_another_device_is_signed_out(self, act, person):
        page = self.opened(act, person)
        assert "该设备已退出登录" in toast(act.run(page.end_session(page.sessions[1].id)))
        assert [s.is_this for s in page.sessions] == [True]

    def test_this_device_leaves_through_the_door(self, act, person):
        page = self.opened(act, person)
        assert "/session/end" in said(act.run(page.end_session(page.sessions[0].id))[0])

    def test_somebody_elses_session_stays(self, act, uow, cast, person):
        stranger = act(cast.stranger, SecurityState)
        act.run(stranger.load())
        page = self.opened(act, person)
        assert toast(act.run(page.end_session(stranger.sessions[0].id))) != ""
        act.run(stranger.load())
        assert len(stranger.sessions) == 1

    def test_everywhere(self, act, uow, person):
        page = self.opened(act, person)
        assert "/session/end" in said(act.run(page.end_everywhere())[-1])
        assert sessions.list_sessions(uow, person) == []

    def test_a_new_password(self, act, uow, person):
        page = self.opened(act, person)
        act.run(page.open_form("password"))
        events = act.run(page.change_password({"old_password": OLD, "password": NEW}))
        assert "密码已修改" in toast(events)
        assert (page.opened, page.busy, [s.is_this for s in page.sessions]) == ("", "", [True])
        assert isinstance(access.sign_in_by_password(uow, phone="13800000001", password=NEW), Account)

    def test_a_wrong_old_password_stands_under_its_field_and_is_counted(self, act, uow, person):
        page = self.opened(act, person)
        act.run(page.open_form("password"))
        act.run(page.change_password({"old_password": "guess", "password": NEW}))
        assert (page.field_errors, page.opened, page.busy) == ({"old_password": "原密码不正确，请检查"}, "password", "")
        assert uow.session.get_one(Account, person.id).failed_logins == 1
        assert len(sessions.list_sessions(uow, person)) == 2

    def test_a_new_phone_by_code(self, act, uow, person):
        page = self.opened(act, person)
        act.run(page.open_form("phone"))
        act.run(page.note_phone("13900009999"))
        act.run(page.send_code())
        act.run(page.change_phone({"phone": "13900009999", "code": page.shown_code}))
        assert (page.own_phone, page.opened) == ("139 **** 9999", "")
        assert uow.session.get_one(Account, person.id).phone == "13900009999"

    def test_nobody_is_sent_to_the_sign_in_page(self, act):
        page = act(None, SecurityState, url="/me/security")
        assert goes_to(act.run(page.load())) == "/login?next=/me/security"


class TestPreferences:
    def test_each_is_kept_at_once(self, act, uow, cast):
        page = act(cast.owner, PreferencesState, url="/me/preferences")
        act.run(page.load())
        assert (page.is_elder, page.allows_statistics) == (False, True)
        act.run(page.toggle_elder())
        act.run(page.toggle_statistics())
        account = uow.session.get_one(Account, cast.owner.id)
        assert (account.is_elder, account.allows_behaviour, page.is_elder, page.allows_statistics) == (True, False, True, False)
        assert act.other(page, Session).is_elder

    def test_the_language_is_kept_and_spoken(self, act, uow, cast):
        page = act(cast.owner, PreferencesState)
        events = act.run(page.choose_language("en"))
        assert uow.session.get_one(Account, cast.owner.id).locale == "en"
        assert [event.handler.fn.__qualname__ for event in events] == [Locale.switch.fn.__qualname__]


class TestResident:
    def test_rooms(self, act, cast):
        zh, en = act(cast.payer, RoomsState), act(cast.payer, RoomsState, locale="en")
        for page in (zh, en):
            act.run(page.load())
        key = str(cast.home.id)
        assert zh.rows == [RoomCard(key, "3栋2单元1501", "翠湖花园", "代缴人", "89.00 ㎡", "")]
        assert en.rows == [RoomCard(key, "3-2-1501", "翠湖花园", "Payer only", "89.00 m²", "")]

    def test_notices_of_ones_own_estates(self, act, uow, cast):
        publish_announcement(uow, cast.service, Draft("周六停水", "请储水", "water", cast.estate.id))
        mine, other = act(cast.owner, NoticesState, url="/notices"), act(cast.stranger, NoticesState, url="/notices")
        for page in (mine, other):
            act.run(page.load())
        assert [(n.title, n.tag, n.estate, n.time) for n in mine.rows] == [("周六停水", "停水", "翠湖花园", "刚刚")]
        assert (other.rows, other.stage) == ([], READY)


@pytest.mark.parametrize(
    ("page", "marks"),
    [
        (inbox_page, ("read-all", "notice", "inbox-view-unread")),
        (resident_me_page, ("to-rooms", "to-inbox", "to-security", "to-preferences", "sign-out", "to-payments")),
        (technician_me_page, ("to-inbox", "to-security", "sign-out")),
        (manager_me_page, ("to-inbox", "to-security", "sign-out")),
        (security_page, ("change-password", "change-phone", "everywhere", "end-session", "save-password", "save-phone")),
        (preferences_page, ("language-zh", "appearance-dark", "elder", "statistics")),
        (rooms_page, ("choose-room", "call")),
        (notices_page, ("announcement",)),
    ],
)
def test_the_pages_hold_what_a_person_acts_on(page, marks):
    text = markup(page())
    assert [mark for mark in marks if mark not in text] == []


def test_a_page_whose_first_load_fails_says_so_and_loads_on_the_next_try(act, cast, monkeypatch):
    page = act(cast.owner, InboxState, url="/inbox")
    with monkeypatch.context() as broken:
        broken.setattr("estate_app.notification.queries.list_inbox", lambda *_, **__: 1 / 0)
        assert "系统出了点问题" in toast(act.run(page.load()))
    assert page.stage == FAILED
    act.run(page.load())
    assert page.stage == READY


def test_a_later_failure_leaves_what_is_in_view(act, uow, cast, monkeypatch):
    told(uow, cast.owner)
    page = act(cast.owner, InboxState, url="/inbox")
    act.run(page.load())
    monkeypatch.setattr("estate_app.notification.queries.list_inbox", lambda *_, **__: 1 / 0)
    act.run(page.load())
    assert (page.stage, len(page.rows)) == (READY, 3)
