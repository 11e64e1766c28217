"""The company's own wordings hold from the next message on and keep their places; what was sent is counted as the carrier counts."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from estate_app.access.models import AuditEntry
from estate_app.db import UnitOfWork
from estate_app.errors import ForbiddenError, InvalidError, NotFoundError
from estate_app.jobs import transport
from estate_app.kit.i18n import msg
from estate_app.notification.channels.contract import Sent
from estate_app.notification.costs import cost_fen, month_costs
from estate_app.notification.models import NoticeChannel, Wording
from estate_app.notification.rules import sms_parts
from estate_app.notification.sender import claim_due, settle
from estate_app.notification.service import send_sms
from estate_app.notification.wordings import list_wordings, write_wording

BODY = msg("Your code is {code}. It is valid for {minutes} minutes. Give it to nobody.", code="048213", minutes=5)
OWN = "【翠湖】{code}，{minutes} 分钟内有效"


class Taker:
    def __init__(self) -> None:
        self.texts: list[str] = []

    def send(self, message):
        self.texts.append(message.text)
        return Sent("SM1")


@pytest.fixture
def taker(monkeypatch):
    chosen = Taker()
    monkeypatch.setattr(transport, "sms_channel", lambda: chosen)
    return chosen


def send(uow, locale="zh", body=BODY) -> None:
    send_sms(uow, phone="13900000000", event="security", body=body, locale=locale)
    uow.flush()
    for outgoing in claim_due(uow):
        settle(uow, outgoing, transport.carry(outgoing), chance=0)
    uow.flush()


class TestWordings:
    def test_a_wording_holds_from_the_next_message_on_in_its_language_alone(self, uow, cast, taker) -> None:
        send(uow)
        write_wording(uow, cast.admin, message_id=BODY.id, locale="zh", text=OWN)
        send(uow)
        send(uow, locale="en")
        assert taker.texts[1:] == [
            "【翠湖】048213，5 分钟内有效", "Your code is 048213. It is valid for 5 minutes. Give it to nobody.",
        ]  # fmt: skip
        assert taker.texts[0].startswith("验证码") or "048213" in taker.texts[0]

    def test_an_empty_one_goes_back_and_every_version_is_kept(self, uow, cast, taker) -> None:
        send(uow)
        for text in (OWN, "", OWN + "。"):
            write_wording(uow, cast.admin, message_id=BODY.id, locale="zh", text=text)
        assert [(row.version, row.text) for row in uow.session.exec(select(Wording).order_by(Wording.version))] == [
            (1, OWN), (2, ""), (3, OWN + "。"),
        ]  # fmt: skip
        said = {row.locale: row for row in list_wordings(uow.session, cast.admin, now=uow.now)}
        assert (said["zh"].version, said["zh"].preview, said["en"].text) == (3, "【翠湖】048213，5 分钟内有效。", "")
        assert len(uow.session.exec(select(AuditEntry).where(AuditEntry.action == "notice:wording")).all()) == 3

    @pytest.mark.parametrize(
        "text", ["验证码 {code}", "{code} {minutes} {name}", "{code} {minutes} {", "{code!r:>9999} {minutes}", "x" * 301]
    )
    def test_a_place_that_is_missing_unknown_or_broken_is_refused(self, uow, cast, taker, text) -> None:
        send(uow)
        with pytest.raises(InvalidError) as refused:
            write_wording(uow, cast.admin, message_id=BODY.id, locale="zh", text=text)
        assert (refused.value.field, uow.session.exec(select(Wording)).all()) == ("text", [])

    def test_only_who_announces_everywhere_writes_and_only_what_was_ever_sent(self, uow, cast, taker) -> None:
        send(uow)
        for actor, error in ((cast.owner, ForbiddenError), (cast.auditor, ForbiddenError), (cast.service, NotFoundError)):
            with pytest.raises(error):
                write_wording(uow, actor, message_id=BODY.id, locale="zh", text=OWN)
        with pytest.raises(NotFoundError):
            write_wording(uow, cast.admin, message_id="Saved", locale="zh", text="好")
        with pytest.raises(ForbiddenError):
            list_wordings(uow.session, cast.cashier, now=uow.now)

    def test_the_list_shows_samples_and_never_what_a_person_was_told(self, uow, cast, taker) -> None:
        send(uow, body=msg("{name} is on the way to you", name="林晓"))
        shown = list_wordings(uow.session, cast.auditor, now=uow.now)
        assert len(shown) == 2
        assert "林晓" not in "".join(row.preview for row in shown)


class TestCosts:
    @pytest.mark.parametrize(
        ("text", "parts"), [("字" * 70, 1), ("字" * 71, 2), ("字" * 134, 2), ("字" * 135, 3), ("a" * 160, 1), ("a" * 161, 2)]
    )
    def test_parts_are_counted_as_the_carrier_counts(self, text, parts) -> None:
        assert sms_parts(text) == parts

    def test_months_and_channels_are_apart_and_only_what_was_sent_costs(self, uow, cast, taker) -> None:
        long = msg("{text}", text="字" * 100)
        send(uow, body=long)
        send(UnitOfWork(uow.session, uow.now - timedelta(days=31)))
        assert [(one.month, one.channel, one.messages, one.parts, one.cost_fen) for one in month_costs(uow.session, cast.auditor, now=uow.now)] == [
            (date(2026, 11, 1), NoticeChannel.sms, 1, 2, 9), (date(2026, 10, 1), NoticeChannel.sms, 1, 1, 5),
        ]  # fmt: skip
        with pytest.raises(ForbiddenError):
            month_costs(uow.session, cast.cashier, now=uow.now)

    def test_wechat_costs_nothing(self) -> None:
        assert (cost_fen(NoticeChannel.wechat, 100), cost_fen(NoticeChannel.sms, 1000)) == (0, 4_500)
