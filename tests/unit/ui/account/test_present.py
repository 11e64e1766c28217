"""One's own pages as they are read, in both languages."""

from datetime import UTC, datetime, timedelta

import pytest

from estate_app.access.actor import Actor, Held
from estate_app.access.device import device_name
from estate_app.access.models import LoginSession, SessionKind
from estate_app.access.permission import PermissionSet, Role
from estate_app.demo.accounts import ACCOUNTS
from estate_app.kit.i18n import msg
from estate_app.notification.queries import InboxRow
from estate_app.property.models import Relation
from estate_app.property.queries import OwnRoom
from estate_app.ui.components.icon import SPRITE
from estate_app.ui.pages.account.inbox.present import _ICONS, NoticeCard, icon_of, present_notice
from estate_app.ui.pages.account.me.present import MeCard, present_me
from estate_app.ui.pages.account.security.present import SessionCard, present_session
from estate_app.ui.pages.public.login.present import DemoRow, present_demo
from estate_app.ui.pages.resident.rooms.present import RoomCard, present_room

NOW = datetime(2026, 11, 18, 2, 58, tzinfo=UTC)
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
EDGE = CHROME + " Edg/131.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"
WECHAT = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36 MicroMessenger/8.0"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (CHROME, "Chrome · Windows"),
        (EDGE, "Edge · Windows"),
        (IPHONE, "Safari · iPhone"),
        (WECHAT, "WeChat · Android"),
        ("curl/8", "Unknown device"),
    ],
)
def test_a_device_by_its_agent(agent, name):
    assert device_name(agent, SessionKind.browser, locale="en") == name


def test_a_session():
    session = LoginSession(
        id=7, account_id=1, kind=SessionKind.browser, token_sha="", created_at=NOW, expires_at=NOW,
        last_seen_at=NOW - timedelta(minutes=12), address="10.0.0.2", agent=IPHONE,
    )  # fmt: skip
    card = SessionCard(7, "Safari · iPhone", "10.0.0.2 · 最近使用：12 分钟前", "2026-11-18 10:46:00", "smartphone", True)
    assert present_session(session, current_id=7, now=NOW, locale="zh") == card
    assert present_session(session, current_id=8, now=NOW, locale="en").detail == "10.0.0.2 · Last seen 12 min ago"


def test_a_notice_in_both_languages():
    row = InboxRow(3, "security", msg("Your phone number was changed"), msg("{text}", text="{x}"), "/me/security", NOW, is_read=False)
    zh = NoticeCard(3, "您的手机号已更换", "{x}", "/me/security", "shield", "刚刚", "2026-11-18 10:58:00", False)
    assert present_notice(row, now=NOW, locale="zh") == zh
    assert present_notice(row, now=NOW, locale="en").title == "Your phone number was changed"


def test_every_icon_of_a_notice_is_drawn():
    assert {*_ICONS.values(), icon_of("no such event"), "monitor", "smartphone"} <= SPRITE


def test_who_somebody_is():
    held = (Held(PermissionSet.finance, 1), Held(PermissionSet.cashier, None, 9), Held(PermissionSet.auditor))
    actor = Actor.of(account_id=1, name="周敏", role=Role.manager, held=held)
    card = present_me(actor, phone="13800000004", rooms=[], estates={1: "翠湖花园"}, locale="zh")
    assert card == MeCard("周敏", "138 **** 0004", "财务 · 翠湖花园、收银员、审计 · 全部小区")
    resident = Actor.of(account_id=2, name="林晓", role=Role.resident)
    assert present_me(resident, phone="", rooms=["A 1", "B 2"], estates={}, locale="en") == MeCard("林晓", "", "A 1, B 2")
    assert present_me(resident, phone="", rooms=[], estates={}, locale="zh").titles == "住户"


def test_a_room():
    room = OwnRoom(5, 1, 2, "翠湖花园", "3栋", "2", "3-2-1501", "3栋2单元1501", Relation.owner, 89_055, None, None)
    assert present_room(room, locale="zh") == RoomCard("5", "3栋2单元1501", "翠湖花园", "业主", "89.05 ㎡", "/me/rooms/5")
    assert present_room(room, locale="en") == RoomCard("5", "3-2-1501", "翠湖花园", "Owner", "89.05 m²", "/me/rooms/5")


def test_a_demo_account():
    assert present_demo(ACCOUNTS[0], locale="zh") == DemoRow(
        "owner", ACCOUNTS[0].name, "住户（业主）：有待缴账单和进行中的报修", ACCOUNTS[0].phone
    )
