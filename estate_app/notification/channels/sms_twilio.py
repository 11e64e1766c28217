"""Text messages through Twilio."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from estate_app.notification.channels.contract import ChannelError, Message, Sent

TWILIO_BASE_URL = "https://api.twilio.com"
MAINLAND_MOBILE = re.compile(r"1\d{10}")
E164 = re.compile(r"\+[1-9]\d{6,14}")
BAD_REQUEST = 400
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class SmsCallbackRejectedError(Exception):
    """A status callback is not Twilio's."""


@dataclass(frozen=True, slots=True)
class SmsStatus:
    """What Twilio says of a message sent earlier: `queued`, `sent`, `delivered`, `undelivered` or `failed`."""

    external_id: str
    status: str
    error_code: str


class TwilioSms:
    """Twilio's Messages resource; safe to share between threads."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        sender: str,
        *,
        base_url: str = TWILIO_BASE_URL,
        status_callback_url: str = "",
        timeout: float = 5.0,
    ) -> None:
        """Prepare the client; `sender` is an E.164 number, or a messaging service when it begins with `MG`."""
        transport = TwilioHttpClient(timeout=timeout, max_retries=0)
        # This machine's own addresses must not go through a proxy from the environment.
        transport.session.trust_env = urlsplit(base_url).hostname not in LOOPBACK_HOSTS
        self._client = Client(account_sid, auth_token, http_client=transport)
        self._client.api.base_url = base_url.rstrip("/")
        self._validator = RequestValidator(auth_token)
        self._sender = {"messaging_service_sid": sender} if sender.startswith("MG") else {"from_": sender}
        self._status_callback_url = status_callback_url

    def send(self, message: Message) -> Sent:
        """Send a text; a mainland mobile number may come without its +86."""
        to = e164(message.address)
        options = dict(self._sender)
        if self._status_callback_url:
            options["status_callback"] = self._status_callback_url
        try:
            resource = self._client.messages.create(to=to, body=message.text, **options)
        except TwilioRestException as error:
            # Twilio answers 400 to what is wrong with this message or number; all else (rate, credentials, outage) may pass.
            raise ChannelError(error.msg, permanent=error.status == BAD_REQUEST, code=str(error.code or error.status)) from error
        except (requests.RequestException, TwilioException) as error:
            raise ChannelError("no answer from Twilio", permanent=False) from error
        return Sent(str(resource.sid))

    def read_status(self, url: str, form: Mapping[str, str], signature: str) -> SmsStatus:
        """Check and read a status callback; `url` is the public address as Twilio was given it. Raises SmsCallbackRejectedError."""
        if not self._validator.validate(url, dict(form), signature):
            raise SmsCallbackRejectedError("signature")
        if not form.get("MessageSid") or not form.get("MessageStatus"):
            raise SmsCallbackRejectedError("content")
        return SmsStatus(form["MessageSid"], form["MessageStatus"], form.get("ErrorCode", ""))


def e164(number: str) -> str:
    """Return the number in E.164, taking a bare mainland mobile number as +86. Raises a permanent ChannelError for anything else."""
    plain = re.sub(r"[\s-]", "", number)
    if MAINLAND_MOBILE.fullmatch(plain):
        return f"+86{plain}"
    if not E164.fullmatch(plain):
        raise ChannelError("not a phone number", permanent=True, code="bad_number")
    return plain
