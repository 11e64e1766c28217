"""Subscribe messages: one agreement carries one message, to the person who gave it and about what it was given for."""

from sqlmodel import select

from estate_app.access.models import Account
from estate_app.jobs import transport
from estate_app.kit.i18n import msg
from estate_app.notification.channels.contract import ChannelError, Message, Sent
from estate_app.notification.models import NoticeChannel, OutboxMessage, SubscribeGrant, SubscribeTopic
from estate_app.notification.sender import Outcome, Outgoing
from estate_app.notification.service import tell
from estate_app.notification.subscribe import MOST_LEFT, agree
from estate_app.vendors import SubscribeTemplate
from tests.fixtures.cast import make_cast

BODY = msg("{name} has accepted it and will come to you", name="王建国")


def queued(uow) -> list[OutboxMessage]:
    return list(uow.session.scalars(select(OutboxMessage).where(OutboxMessage.channel == NoticeChannel.wechat)))


def news(uow, *people, event="repair_accepted", dedupe="") -> None:
    tell(uow, [person.id for person in people], event=event, title=BODY, body=BODY, dedupe=dedupe)
    uow.flush()


class TestAgreement:
    def test_one_agreement_carries_one_message_and_none_carries_none(self, uow) -> None:
        cast = make_cast(uow)
        uow.session.get(Account, cast.owner.id).openid = "o-owner"
        uow.session.get(Account, cast.tenant.id).openid = "o-tenant"
        agree(uow, cast.owner, topics=[SubscribeTopic.repair])
        news(uow, cast.owner, cast.tenant)
        news(uow, cast.owner, cast.tenant)
        assert [(m.account_id, m.address, m.event) for m in queued(uow)] == [(cast.owner.id, "o-owner", "repair_accepted")]
        assert uow.session.scalars(select(SubscribeGrant.left_count)).all() == [0]

    def test_an_agreement_about_money_carries_no_repair(self, uow) -> None:
        cast = make_cast(uow)
        uow.session.get(Account, cast.owner.id).openid = "o-owner"
        agree(uow, cast.owner, topics=[SubscribeTopic.money])
        news(uow, cast.owner)
        news(uow, cast.owner, event="security")
        assert queued(uow) == []
        news(uow, cast.owner, event="paid", dedupe="paid:1")
        news(uow, cast.owner, event="paid", dedupe="paid:1")
        assert len(queued(uow)) == 1

    def test_agreements_add_up_to_a_limit(self, uow) -> None:
        cast = make_cast(uow)
        for _ in range(MOST_LEFT + 5):
            agree(uow, cast.owner, topics=[SubscribeTopic.repair, SubscribeTopic.repair])
        assert uow.session.scalars(select(SubscribeGrant.left_count)).all() == [MOST_LEFT]


class FakeChannel:
    """Takes a message, or refuses as WeChat does when nobody has agreed."""

    def __init__(self) -> None:
        self.taken: list[Message] = []

    def send(self, message: Message) -> Sent:
        if message.address == "o-refused":
            raise ChannelError("user refuse to accept the msg", permanent=True, code="43101")
        self.taken.append(message)
        return Sent("17")


def outgoing(address: str, event: str = "repair_accepted") -> Outgoing:
    return Outgoing(1, NoticeChannel.wechat, address, event, BODY, "zh", "k", 1)


def test_the_template_is_filled_and_a_refusal_is_final(monkeypatch) -> None:
    channel = FakeChannel()
    monkeypatch.setattr(transport, "subscribe_channel", lambda: channel)
    monkeypatch.setattr(transport, "subscribe_template", lambda topic: SubscribeTemplate(f"t-{topic.value}", ("thing1", "time2")))
    assert transport.carry(outgoing("o-owner")) == Outcome(is_sent=True, external_id="17")
    (sent,) = channel.taken
    assert (sent.template, sent.page, sent.fields["thing1"]) == ("t-repair", "pages/inbox/inbox", "王建国师傅已接单，将为您上门")
    assert len(sent.fields["time2"]) == len("2026-11-18 10:58")
    refused = transport.carry(outgoing("o-refused"))
    assert (refused.is_sent, refused.is_permanent) == (False, True)
    assert transport.carry(outgoing("o-owner", event="security")).is_permanent is True
