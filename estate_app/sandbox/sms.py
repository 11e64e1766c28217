"""Twilio's Messages resource (2010-04-01): basic authentication, its error codes, signed status callbacks."""

import hmac
import re
import secrets
from base64 import b64encode
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from estate_app.sandbox.courier import Delivery, Notice, Tamper
from estate_app.sandbox.runtime import Sandbox

CHANNEL = "sms"
E164 = re.compile(r"\+[1-9]\d{6,14}")
BODY_CHARACTERS = 1600
SUCCESSES = range(200, 300)
STATUSES = ("sent", "delivered")
# Twilio's own magic number for a number that cannot exist; it is also what tests of the product can use.
INVALID_NUMBER = "+15005550001"


class TwilioError(Exception):
    """An error answer."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class Twilio:
    """The vendor's side of text messages."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def send(self, account: str, authorization: str, form: dict[str, str]) -> dict[str, Any]:
        """Take a message and plan its status callbacks."""
        keys = self._sandbox.keys
        expected = "Basic " + b64encode(f"{keys.twilio_account_sid}:{keys.twilio_auth_token}".encode()).decode()
        if account != keys.twilio_account_sid or not secrets.compare_digest(authorization.encode(), expected.encode()):
            raise TwilioError(401, 20003, "Authenticate")
        to, body = form.get("To", ""), form.get("Body", "")
        if not E164.fullmatch(to) or to == INVALID_NUMBER:
            raise TwilioError(400, 21211, f"The 'To' number {to} is not a valid phone number.")
        if not form.get("From") and not form.get("MessagingServiceSid"):
            raise TwilioError(400, 21603, "A 'From' phone number is required.")
        if not body:
            raise TwilioError(400, 21602, "Message body is required.")
        if len(body) > BODY_CHARACTERS:
            raise TwilioError(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
        message = {
            "kind": "sms",
            "sid": f"SM{secrets.token_hex(16)}",
            "to": to,
            "from": form.get("From", ""),
            "service": form.get("MessagingServiceSid", ""),
            "body": body,
            "status": "queued",
            "received_at": self._sandbox.config.now().isoformat(),
            "callback": form.get("StatusCallback", ""),
        }
        self._sandbox.store.put("message", message["sid"], message)
        self._report(message)
        return self._resource(message)

    def _report(self, message: dict[str, Any]) -> None:
        for status in STATUSES if message["callback"] else ():
            self._sandbox.courier.hand_over(
                Delivery(
                    channel=CHANNEL,
                    order_no=message["sid"],
                    build=partial(self._status_notice, message, status),
                    schedule=(15, 60),
                    accepted=_is_success,
                    acknowledge=partial(self._note_status, message["sid"], status),
                )
            )

    def _note_status(self, sid: str, status: str, outcome: str) -> None:
        message = self._sandbox.store.get("message", sid)
        if message is not None and outcome == "sent":
            self._sandbox.store.put("message", sid, {**message, "status": status})

    def _status_notice(self, message: dict[str, Any], status: str, tamper: Tamper) -> Notice:
        account = self._sandbox.keys.twilio_account_sid
        fields = {
            "AccountSid": account,
            "ApiVersion": "2010-04-01",
            "From": message["from"],
            "MessageSid": message["sid"],
            "MessageStatus": status,
            "SmsSid": message["sid"],
            "SmsStatus": status,
            "To": message["to"],
        }
        # Twilio, Validating Signatures: HMAC-SHA1 over the address and the sorted names with their values.
        text = message["callback"] + "".join(f"{name}{value}" for name, value in sorted(fields.items()))
        signature = b64encode(hmac.digest(self._sandbox.keys.twilio_auth_token.encode(), text.encode(), "sha1")).decode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": signature[::-1] if tamper.bad_signature else signature,
        }
        return Notice(message["callback"], headers, urlencode(fields).encode())

    def _resource(self, message: dict[str, Any]) -> dict[str, Any]:
        account, sid = self._sandbox.keys.twilio_account_sid, message["sid"]
        created = format_datetime(datetime.fromisoformat(message["received_at"]))
        uri = f"/2010-04-01/Accounts/{account}/Messages/{sid}"
        return {
            "account_sid": account,
            "api_version": "2010-04-01",
            "body": message["body"],
            "date_created": created,
            "date_sent": None,
            "date_updated": created,
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": message["from"] or None,
            "messaging_service_sid": message["service"] or None,
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "sid": sid,
            "status": "queued",
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": message["to"],
            "uri": f"{uri}.json",
        }


def _is_success(status: int, body: bytes) -> bool:  # noqa: ARG001
    return status in SUCCESSES


def twilio_router(vendor: Twilio) -> APIRouter:
    """Return the route of the Messages resource."""
    router = APIRouter(include_in_schema=False)

    @router.post("/2010-04-01/Accounts/{account}/Messages.json")
    async def send(account: str, request: Request) -> JSONResponse:
        form = {name: str(value) for name, value in (await request.form()).items()}
        try:
            return JSONResponse(vendor.send(account, request.headers.get("authorization", ""), form), 201)
        except TwilioError as error:
            link = f"https://www.twilio.com/docs/errors/{error.code}"
            content = {"code": error.code, "message": error.message, "more_info": link, "status": error.status}
            return JSONResponse(content, error.status)

    return router
