"""Each person decides what leaves the app and when; nothing is lost, and what must reach people does."""

from datetime import UTC, datetime, time

import pytest
from sqlmodel import select

from estate_app.access.models import Account
from estate_app.db import UnitOfWork
from estate_app.errors import ForbiddenError, InvalidError
from estate_app.kit.clock import SHANGHAI
from estate_app.kit.i18n import msg
from estate_app.notification.families import NoticeFamily
from estate_app.notification.models import InboxItem, NoticeChannel, OutboxMessage, SubscribeTopic
from estate_app.notification.preferences import choose, keep_quiet_hours, read_preferences
from estate_app.notification.rules import quiet_until
from estate_app.notification.sender import Outcome, claim_due, settle
from estate_app.notification.service import tell
from estate_app.notification.subscribe import agree

NIGHT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
NEWS = msg("Saved")


def news(uow, actor, event="repair_accepted", **extra) -> None:
    tell(uow, [actor.id], event=event, title=NEWS, body=NEWS, **extra)
    uow.flush()


def queued(uow) -> list[tuple[NoticeChannel, str]]:
    return [(m.channel, m.event) for m in uow.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))]


def at(uow, now) -> UnitOfWork:
    return UnitOfWork(uow.session, now)


class TestFamilies:
    def test_without_a_choice_nothing_is_sent_by_sms_and_the_inbox_has_it(self, uow, cast) -> None:
        news(uow, cast.owner)
        assert (queued(uow), len(uow.session.scalars(select(InboxItem)).all())) == ([], 1)

    def test_who_chooses_sms_gets_one_for_this_family_only(self, uow, cast) -> None:
        choose(uow, cast.owner, family=NoticeFamily.repair, channel=NoticeChannel.sms, is_on=True)
        news(uow, cast.owner)
        news(uow, cast.owner, event="bill_issued")
        assert queued(uow) == [(NoticeChannel.sms, "repair_accepted")]

    def test_sms_stands_in_once_the_last_agreement_is_used(self, uow, cast) -> None:
        uow.session.get(Account, cast.owner.id).openid = "o-owner"
        agree(uow, cast.owner, topics=[SubscribeTopic.repair])
        news(uow, cast.owner)
        news(uow, cast.owner)
        assert queued(uow) == [(NoticeChannel.wechat, "repair_accepted"), (NoticeChannel.sms, "repair_accepted")]

    def test_who_refuses_sms_gets_none_in_place_of_wechat(self, uow, cast) -> None:
        agree(uow, cast.owner, topics=[SubscribeTopic.repair])
        choose(uow, cast.owner, family=NoticeFamily.repair, channel=NoticeChannel.sms, is_on=False)
        news(uow, cast.owner)
        assert queued(uow) == []

    def test_who_refuses_wechat_keeps_the_agreement(self, uow, cast) -> None:
        uow.session.get(Account, cast.owner.id).openid = "o-owner"
        agree(uow, cast.owner, topics=[SubscribeTopic.repair])
        choose(uow, cast.owner, family=NoticeFamily.repair, channel=NoticeChannel.wechat, is_on=False)
        news(uow, cast.owner)
        assert queued(uow) == []
        choose(uow, cast.owner, family=NoticeFamily.repair, channel=NoticeChannel.wechat, is_on=True)
        news(uow, cast.owner)
        assert queued(uow) == [(NoticeChannel.wechat, "repair_accepted")]

    @pytest.mark.parametrize("family", [NoticeFamily.account, NoticeFamily.overdue])
    def test_what_is_always_told_cannot_be_refused(self, uow, cast, family) -> None:
        with pytest.raises(InvalidError):
            choose(uow, cast.owner, family=family, channel=NoticeChannel.sms, is_on=False)
        news(uow, cast.owner, event="arrears", sms=True)
        assert queued(uow) == [(NoticeChannel.sms, "arrears")]

    def test_a_technicians_page_has_no_bills_and_no_wechat(self, uow, cast) -> None:
        found = read_preferences(uow.session, cast.worker)
        assert [(one.family, one.wechat, one.sms) for one in found.families] == [(NoticeFamily.repair, None, False)]
        for family, channel in ((NoticeFamily.bill, NoticeChannel.sms), (NoticeFamily.repair, NoticeChannel.wechat)):
            with pytest.raises(InvalidError):
                choose(uow, cast.worker, family=family, channel=channel, is_on=True)

    def test_a_person_without_a_phone_gets_no_sms(self, uow, cast) -> None:
        choose(uow, cast.owner, family=NoticeFamily.repair, channel=NoticeChannel.sms, is_on=True)
        uow.session.get(Account, cast.owner.id).phone = None
        uow.flush()
        news(uow, cast.owner)
        assert queued(uow) == []


class TestQuietHours:
    @pytest.mark.parametrize(
        ("event", "urgent", "goes"), [("repair_accepted", False, False), ("repair_accepted", True, True), ("paid", False, True), ("security", False, True), ("arrears", False, False)]
    )  # fmt: skip
    def test_at_night_only_what_may_not_wait_goes(self, uow, cast, event, urgent, goes) -> None:
        news(at(uow, NIGHT), cast.owner, event=event, sms=True, urgent=urgent)
        assert bool(claim_due(at(uow, NIGHT))) is goes
        assert len(claim_due(at(uow, datetime(2026, 11, 19, 0, 0, tzinfo=UTC)))) == 1

    def test_ones_own_hours_hold_a_message_until_their_end(self, uow, cast) -> None:
        keep_quiet_hours(uow, cast.owner, is_on=True, starts_at=time(12), ends_at=time(14, 30))
        noon = datetime(2026, 11, 18, 12, 0, tzinfo=SHANGHAI)
        for person in (cast.owner, cast.tenant):
            news(at(uow, noon), person, event="arrears", sms=True)
        (others,) = claim_due(at(uow, noon))
        settle(at(uow, noon), others, Outcome(is_sent=True), chance=0)
        assert others.address == "13800000002"
        assert claim_due(at(uow, datetime(2026, 11, 18, 14, 29, tzinfo=SHANGHAI))) == []
        assert [m.address for m in claim_due(at(uow, datetime(2026, 11, 18, 14, 30, tzinfo=SHANGHAI)))] == ["13800000001"]

    def test_without_quiet_hours_the_night_is_as_the_day_and_what_waited_goes(self, uow, cast) -> None:
        night = at(uow, NIGHT)
        news(night, cast.owner, event="arrears", sms=True)
        assert claim_due(night) == []
        keep_quiet_hours(night, cast.owner, is_on=False, starts_at=time(22), ends_at=time(8))
        assert len(claim_due(night)) == 1

    def test_hours_without_length_are_refused(self, uow, cast) -> None:
        with pytest.raises(InvalidError) as refused:
            keep_quiet_hours(uow, cast.owner, is_on=True, starts_at=time(9), ends_at=time(9, 0, 30))
        assert refused.value.field == "ends_at"
        assert read_preferences(uow.session, cast.owner).starts_at == time(22)

    def test_nobody_keeps_hours_without_signing_in(self, uow, cast) -> None:
        from estate_app.access.actor import Actor

        with pytest.raises(ForbiddenError):
            keep_quiet_hours(uow, Actor(1, "x", None), is_on=False, starts_at=time(22), ends_at=time(8))

    @pytest.mark.parametrize(("hour", "ends"), [(12, None), (13, 15), (14, 15), (15, None)])
    def test_hours_within_a_day(self, hour, ends) -> None:
        found = quiet_until(datetime(2026, 11, 18, hour, 0, tzinfo=SHANGHAI), time(13), time(15))
        assert found == (datetime(2026, 11, 18, ends, 0, tzinfo=SHANGHAI) if ends else None)
