"""The log of messages as it is read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from estate_app.kit.i18n import Message, msg, translate
from estate_app.notification.models import NoticeChannel, OutboxState
from estate_app.notification.queries import AttemptRow, OutboxRow
from estate_app.notification.rules import SECRET_EVENTS
from estate_app.ui.view import Badge, Option
from estate_app.ui.when import exact_text, moment_text

STATES: Mapping[OutboxState, tuple[Message, str, str, str]] = {
    OutboxState.waiting: (msg("Waiting to be sent"), "indigo", "soft", "clock"),
    OutboxState.sent: (msg("Sent"), "green", "soft", "check"),
    OutboxState.failed: (msg("Not delivered"), "red", "soft", "circle-x"),
}
CHANNELS: Mapping[NoticeChannel, Message] = {NoticeChannel.sms: msg("SMS"), NoticeChannel.wechat: msg("WeChat")}

EVENTS: Mapping[str, Message] = {
    "announcement": msg("Announcement"),
    "arrears": msg("Reminder of arrears"),
    "bill_due": msg("Bill falls due"),
    "adjustment": msg("Adjustment to approve"),
    "balance": msg("Room's balance moved"),
    "balance_order": msg("Order about a room's balance"),
    "bill_issued": msg("Bill issued to a room"),
    "bill_waived": msg("Bill reduced or waived"),
    "cash_difference": msg("Cash difference at day close"),
    "certificate_ends": msg("Certificate ends"),
    "code": msg("One-time code"),
    "feedback_answered": msg("Feedback answered"),
    "disclosure": msg("Public income published"),
    "erasure": msg("Deletion of an account"),
    "export_ready": msg("Export of own data"),
    "feedback_due": msg("Limit of feedback"),
    "feedback_closed": msg("Feedback closed"),
    "feedback_waits": msg("Feedback waits"),
    "invoice_failed": msg("E-invoice failed"),
    "invoice_issued": msg("E-invoice issued"),
    "message_held": msg("Vendor's message held"),
    "paid": msg("Payment received"),
    "reading_decided": msg("Reading decided"),
    "reconciliation": msg("Differences with a channel"),
    "refund_failed": msg("Refund failed"),
    "refunded": msg("Refund done"),
    "refunding": msg("Refund under way"),
    "repair_clock": msg("Promise of a repair at risk"),
    "repair_escalated": msg("Repair escalated"),
    "repair_grab": msg("Repair open to all technicians"),
    "repair_incident": msg("Incident told"),
    "room_claimed": msg("Room asked for"),
    "room_decided": msg("Request for a room decided"),
    "security": msg("Account security"),
    "suspense": msg("Money held"),
    "welcome": msg("Welcome message"),
}


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message: to whom, how, where it stands; its text stays with the receiver."""

    id: int
    created: str
    channel: str
    event: str
    address: str
    state: Badge
    tries: int
    when: str
    error: str
    can_retry: bool


@dataclass(frozen=True, slots=True)
class AttemptCard:
    """One attempt, and what the vendor said."""

    time: str
    result: Badge
    detail: str


def present_message(row: OutboxRow, *, now: datetime, locale: str, may_retry: bool) -> MessageRow:
    """Say a message of the log."""
    when = row.sent_at if row.state is OutboxState.sent else row.next_try_at if row.state is OutboxState.waiting else None
    return MessageRow(
        id=row.id,
        created=moment_text(row.created_at, now=now, locale=locale),
        channel=translate(CHANNELS[row.channel], locale),
        event=event_word(row.event, locale=locale),
        address=row.address,
        state=_badge(row.state, locale),
        tries=row.tries,
        when=moment_text(when, now=now, locale=locale) if when else "—",
        error=row.error,
        can_retry=may_retry and row.state is OutboxState.failed and row.event not in SECRET_EVENTS,
    )


def event_word(event: str, *, locale: str) -> str:
    """What a message is about; the many steps of a repair share a word."""
    if event in EVENTS:
        return translate(EVENTS[event], locale)
    return translate(msg("News of a repair"), locale) if event.startswith("repair_") else event


def present_attempt(row: AttemptRow, *, locale: str) -> AttemptCard:
    """Say one attempt."""
    return AttemptCard(exact_text(row.at), _badge(OutboxState.sent if row.is_sent else OutboxState.failed, locale), row.detail)


def state_options(*, locale: str) -> list[Option]:
    """The states, for the filter."""
    return [Option(state.value, translate(look[0], locale)) for state, look in STATES.items()]


def channel_options(*, locale: str) -> list[Option]:
    """The channels, for the filter."""
    return [Option(channel.value, translate(word, locale)) for channel, word in CHANNELS.items()]


def _badge(state: OutboxState, locale: str) -> Badge:
    label, tone, variant, icon = STATES[state]
    return Badge(translate(label, locale), tone, variant, icon)
