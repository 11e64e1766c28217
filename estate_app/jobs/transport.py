"""Carries a claimed message to its channel and turns the vendor's refusals into an outcome."""

from estate_app.kit.clock import local, utc_now
from estate_app.kit.i18n import translate
from estate_app.notification.channels.contract import ChannelError, Message, Sent
from estate_app.notification.models import NoticeChannel
from estate_app.notification.rules import sms_parts
from estate_app.notification.sender import Outcome, Outgoing
from estate_app.notification.subscribe import topic_of
from estate_app.notification.wordings import reword
from estate_app.vendors import SubscribeTemplate, sms_channel, subscribe_channel, subscribe_template

_PAGE = "pages/inbox/inbox"


def carry(outgoing: Outgoing) -> Outcome:
    """Send one message by its channel; what a vendor says becomes the outcome."""
    try:
        sent = _send(outgoing)
    except ChannelError as error:
        return Outcome(is_sent=False, detail=str(error), is_permanent=error.permanent)
    parts = sms_parts(_text(outgoing)) if outgoing.channel is NoticeChannel.sms else 1
    return Outcome(is_sent=True, external_id=sent.external_id, parts=parts)


def _text(outgoing: Outgoing) -> str:
    return reword(outgoing.wording, outgoing.body, outgoing.locale) if outgoing.wording else translate(outgoing.body, outgoing.locale)


def _send(outgoing: Outgoing) -> Sent:
    text = _text(outgoing)
    if outgoing.channel is NoticeChannel.sms:
        return sms_channel().send(Message(outgoing.address, text=text))
    topic = topic_of(outgoing.event)
    template = subscribe_template(topic) if topic else None
    if template is None:
        raise ChannelError("no template is set up for it", permanent=True)
    return subscribe_channel().send(Message(outgoing.address, template=template.id, fields=_fields(template, text), page=_PAGE))


def _fields(template: SubscribeTemplate, text: str) -> dict[str, str]:
    """Fill the template: its times with the hour of sending, everything else with what is to be said."""
    at = f"{local(utc_now()):%Y-%m-%d %H:%M}"
    return {name: at if name.startswith(("time", "date")) else text for name in template.fields}
