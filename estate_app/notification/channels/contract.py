"""The contract that every carrier of messages is hidden behind. A channel never touches the database; its calls block."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be sent: `address` is a phone number or an openid; `text` for SMS, `template` with `fields` for subscribe messages.

    `page` is the mini-program page that the message opens.
    """

    address: str
    text: str = ""
    template: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    page: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """The vendor took the message; `external_id` is its name there."""

    external_id: str


class ChannelError(Exception):
    """The message was not taken. `permanent`: trying again cannot help. `code` is the vendor's own, empty without an answer."""

    def __init__(self, reason: str, *, permanent: bool, code: str = "") -> None:
        super().__init__(f"{reason} ({code})" if code else reason)
        self.reason = reason
        self.permanent = permanent
        self.code = code


class Channel(Protocol):
    """One way to carry a message."""

    def send(self, message: Message) -> Sent:
        """Hand the message to the vendor. Raises ChannelError."""
