"""An issuer of electronic invoices over a small JSON API, signed with HMAC-SHA256 over method, path, time and body."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import asdict

import httpx

from estate_app.payment.gateways.invoice_contract import InvoiceAnswer, InvoiceOrder, InvoiceState, InvoiceUnknownError

PATH = "/einvoice/v1/invoices"
SCHEME = "EINV-HMAC-SHA256"


def signature(secret: str, method: str, path: str, timestamp: str, body: bytes) -> str:
    """Sign a request; the vendor computes the same."""
    text = f"{method}\n{path}\n{timestamp}\n{hashlib.sha256(body).hexdigest()}\n"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


class HttpInvoiceIssuer:
    """The JSON API; safe to share between threads. Calls block."""

    def __init__(self, base_url: str, key_id: str, secret: str, *, timeout: float = 8.0, clock: Callable[[], float] = time.time) -> None:
        """Prepare the client; addresses of this machine must not go through a proxy of the environment."""
        is_own = httpx.URL(base_url).host in {"127.0.0.1", "localhost", "::1"}
        self._client = httpx.Client(base_url=base_url.rstrip("/"), timeout=timeout, trust_env=not is_own)
        self._key_id, self._secret, self._clock = key_id, secret, clock

    def issue(self, order: InvoiceOrder) -> InvoiceAnswer:
        """Ask for an invoice; a repetition answers how the first one stands."""
        return self._ask("POST", PATH, json.dumps(asdict(order), ensure_ascii=False).encode())

    def query(self, number: str) -> InvoiceAnswer:
        """Ask how a request stands."""
        return self._ask("GET", f"{PATH}/{number}", b"")

    def _ask(self, method: str, path: str, body: bytes) -> InvoiceAnswer:
        timestamp = str(int(self._clock()))
        signed = signature(self._secret, method, path, timestamp, body)
        headers = {
            "authorization": f'{SCHEME} key="{self._key_id}",timestamp="{timestamp}",signature="{signed}"',
            "content-type": "application/json; charset=utf-8",
        }
        try:
            answer = self._client.request(method, path, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise InvoiceUnknownError("no answer") from error
        return _read(answer)


def _read(answer: httpx.Response) -> InvoiceAnswer:
    if answer.status_code == httpx.codes.NOT_FOUND:
        return InvoiceAnswer(InvoiceState.missing)
    try:
        said = answer.json()
        state = InvoiceState(said["state"])
        file = base64.b64decode(said.get("pdf_base64") or "", validate=True)
        found = InvoiceAnswer(state, str(said.get("invoice_number") or ""), file, str(said.get("reason") or ""))
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise InvoiceUnknownError(f"answer {answer.status_code} cannot be read") from error
    is_whole = found.state is not InvoiceState.issued or (found.invoice_number and found.file.startswith(b"%PDF-"))
    if answer.status_code not in {200, 201, 202, 422} or not is_whole:
        raise InvoiceUnknownError(f"answer {answer.status_code} is not whole")
    return found
