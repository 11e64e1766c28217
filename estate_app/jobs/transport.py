"""Carries a claimed message to its channel and turns the vendor's refusals into an outcome."""

from estate_app.kit.i18n import translate
from estate_app.notification.channels.contract import ChannelError, Message
from estate_app.notification.models import NoticeChannel
from estate_app.notification.sender import Outcome, Outgoing
from estate_app.vendors import sms_channel


def carry(outgoing: Outgoing) -> Outcome:
    """Send one message by its channel; what a vendor says becomes the outcome."""
    if outgoing.channel is not NoticeChannel.sms:
        return Outcome(is_sent=False, detail="no such channel is set up", is_permanent=True)
    try:
        sent = sms_channel().send(Message(outgoing.address, text=translate(outgoing.body, outgoing.locale)))
    except ChannelError as error:
        return Outcome(is_sent=False, detail=str(error), is_permanent=error.permanent)
    return Outcome(is_sent=True, external_id=sent.external_id)
