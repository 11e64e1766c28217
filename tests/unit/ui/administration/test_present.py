"""Appointments, audit entries, messages and announcements as they are read, in both languages."""

from datetime import UTC, datetime, timedelta

import pytest

from estate_app.access.audit_queries import AuditRow
from estate_app.access.grants import GrantRow
from estate_app.access.permission import OF_SET, Permission, PermissionSet
from estate_app.feedback.announcements import TAGS, AnnouncementRow
from estate_app.notification.models import NoticeChannel, OutboxState
from estate_app.notification.queries import AttemptRow, OutboxRow
from estate_app.ui.components.icon import SPRITE
from estate_app.ui.pages.common.announcement import TAG_ICONS, TAG_WORDS, AnnouncementCard, present_announcement, span_text
from estate_app.ui.pages.common.audit_fields import value_text
from estate_app.ui.pages.manager.audit.present import Change, EntryRow, changes_of, present_entry
from estate_app.ui.pages.manager.messages.present import STATES, present_attempt, present_message
from estate_app.ui.pages.manager.permissions.present import (
    MATRIX_PERMISSIONS,
    GrantCard,
    holds,
    place_key,
    present_grant,
    read_place,
    set_options,
)
from estate_app.ui.view import Badge
from estate_app.ui.words import PERMISSIONS, SETS

NOW = datetime(2026, 11, 18, 2, 58, tzinfo=UTC)


class TestPermissions:
    def test_every_permission_and_set_has_its_word(self):
        assert (set(PERMISSIONS), set(SETS)) == (set(Permission), set(PermissionSet))

    def test_the_matrix_is_the_table(self):
        drawn = {one: {p for p in MATRIX_PERMISSIONS if holds(one, p)} for one in PermissionSet}
        assert drawn == {one: set(OF_SET[one]) - {Permission.own_account} for one in PermissionSet}

    @pytest.mark.parametrize(
        ("estate_id", "building_id", "key"), [(None, None, "all"), (3, None, "estate:3"), (None, 12, "building:12"), (3, 12, "building:12")]
    )
    def test_the_key_of_a_place(self, estate_id, building_id, key):
        assert place_key(estate_id, building_id) == key

    @pytest.mark.parametrize(
        ("key", "place"),
        [("all", (None, None)), ("estate:3", (3, None)), ("building:12", (None, 12))]
        + [(odd, None) for odd in ("", "estate", "estate:", "estate:x", "room:3", "estate:９", "estate:" + "9" * 19)],
    )
    def test_a_key_is_read_or_refused(self, key, place):
        assert read_place(key) == place

    def test_a_grant(self):
        row = GrantRow(1, 2, "吴琳", "138 **** 0006", True, PermissionSet.cashier, 3, None)
        card = GrantCard(1, "吴琳", "138 **** 0006", "收银员", "翠湖花园", True)
        assert present_grant(row, places={"estate:3": "翠湖花园"}, locale="zh") == card

    def test_the_choices(self):
        assert [o.label for o in set_options(locale="zh")] == ["主管", "调度员", "收银员", "财务", "客服", "审计", "系统管理员"]


class TestAudit:
    ROW = AuditRow(
        4, NOW, 9, "郑文博", "bill:void", "bill", 30215, "10.0.0.9",
        {"status": "unpaid", "amount_fen": 82031}, {"status": "void", "amount_fen": 82031, "reason": "x" * 61},
    )  # fmt: skip

    def test_what_changed_stands_first(self):
        expected = [Change("状态", "待缴", "已作废"), Change("原因", "—", "x" * 60 + "…"), Change("金额", "820.31", "820.31")]
        assert changes_of(self.ROW, locale="zh") == expected

    def test_an_entry_in_both_languages(self):
        summary = f"状态 待缴 → 已作废 · 原因 {'x' * 60}… …"
        row = EntryRow(4, "11-18 10:58", "2026-11-18 10:58:00", "郑文博", "账单", "作废", "账单 #30215", summary, "10.0.0.9")
        assert present_entry(self.ROW, now=NOW, locale="zh") == row
        english = present_entry(self.ROW, now=NOW, locale="en")
        assert (english.area, english.time) == ("Bills", "18 Nov 10:58")

    @pytest.mark.parametrize(
        ("name", "value", "text"),
        [
            ("paid_fen", 5, "0.05"), ("value_milli", 1250, "1.25"), ("percent_bp", 1500, "15%"), ("is_active", True, "是"),
            ("starts_at", "2026-11-18T02:58:00+00:00", "2026-11-18 10:58:00"), ("due_on", "2026-11-18", "2026-11-18"),
            ("due_on", "soon", "soon"), ("channel", "wechat", "微信支付"), ("skipped", ["a", "b"], "a、b"),
            ("rule", {"amount_fen": 100}, "金额 1.00"), ("rooms", 0, "0"), ("note", "", "—"), ("made_up", "as it is", "as it is"),
        ],
    )  # fmt: skip
    def test_a_value_is_said_with_its_unit(self, name, value, text):
        assert value_text(name, value, locale="zh") == text

    def test_an_area_without_a_word_is_shown_as_it_is(self):
        row = AuditRow(1, NOW, None, "system", "odd:thing", "x", 1, "")
        assert (present_entry(row, now=NOW, locale="zh").area, present_entry(row, now=NOW, locale="zh").summary) == ("odd", "")


class TestMessages:
    def row(self, state, event="bill"):
        later = NOW + timedelta(minutes=5)
        sent = NOW if state is OutboxState.sent else None
        return OutboxRow(1, event, NoticeChannel.sms, "138 **** 0001", state, 2, NOW, sent, later, "30003")

    @pytest.mark.parametrize(
        ("state", "label", "when", "can_retry"),
        [
            (OutboxState.waiting, "待发送", "11-18 11:03", False),
            (OutboxState.sent, "已发送", "11-18 10:58", False),
            (OutboxState.failed, "未送达", "—", True),
        ],
    )
    def test_where_a_message_stands(self, state, label, when, can_retry):
        row = present_message(self.row(state), now=NOW, locale="zh", may_retry=True)
        assert (row.channel, row.state.label, row.when, row.can_retry) == ("短信", label, when, can_retry)

    def test_a_code_is_never_sent_again_and_neither_without_permission(self):
        failed = OutboxState.failed
        assert not present_message(self.row(failed, "code"), now=NOW, locale="zh", may_retry=True).can_retry
        assert not present_message(self.row(failed), now=NOW, locale="zh", may_retry=False).can_retry

    def test_an_attempt(self):
        card = present_attempt(AttemptRow(NOW, False, "30003"), locale="en")
        assert (card.time, card.result, card.detail) == ("2026-11-18 10:58:00", Badge("Not delivered", "red", "soft", "circle-x"), "30003")

    def test_every_state_has_its_look(self):
        assert set(STATES) == set(OutboxState)
        assert {look[3] for look in STATES.values()} <= SPRITE


class TestAnnouncements:
    def test_every_tag_has_its_word_and_a_drawn_icon(self):
        assert set(TAG_WORDS) == set(TAG_ICONS) == set(TAGS)
        assert set(TAG_ICONS.values()) <= SPRITE

    def test_one_in_both_languages(self):
        row = AnnouncementRow(2, None, "water", "周六停水", "请储水", NOW, NOW + timedelta(hours=2), True, NOW - timedelta(minutes=3))
        card = AnnouncementCard(2, "周六停水", "请储水", "停水", "orange", "droplet", "全部小区", "3 分钟前", "11-18 10:58–12:58", True)
        assert present_announcement(row, estates={}, now=NOW, locale="zh") == card
        english = present_announcement(row, estates={}, now=NOW, locale="en")
        assert (english.tag, english.estate, english.span) == ("Water cut", "All estates", "18 Nov 10:58–12:58")

    def test_a_tag_from_elsewhere_is_shown_as_written(self):
        row = AnnouncementRow(2, 1, "停电", "题目", "", None, None, False, NOW)
        card = present_announcement(row, estates={1: "翠湖花园"}, now=NOW, locale="en")
        assert (card.tag, card.tone, card.icon, card.estate, card.span) == ("停电", "gray", "megaphone", "翠湖花园", "")

    def test_a_span_without_an_end(self):
        assert span_text(NOW, None, now=NOW, locale="zh") == "11-18 10:58"
