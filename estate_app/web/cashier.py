"""The way to a vendor's cashier and back: a browser's plain requests, which no page state can make (a form POST to another origin)."""

import base64
import hashlib
from html import escape
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from estate_app.db import UnitOfWork, run_in_uow
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg, translate
from estate_app.payment.models import PaymentStatus
from estate_app.payment.queries import PaymentView, payment_view
from estate_app.web.client import cookie_actor, locale_of

_MAX_DIGITS = 18
_SUBMIT = "document.forms[0].submit()"
_SUBMIT_HASH = base64.b64encode(hashlib.sha256(_SUBMIT.encode()).digest()).decode()
_TITLE, _BUTTON = msg("Going to the payment company"), msg("Go on to pay")
_PAGE = (
    '<!doctype html><html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
    '<title>{title}</title><body style="font:16px/1.6 system-ui;max-width:28rem;margin:20vh auto;padding:0 1rem">'
    '<form method="post" action="{url}" accept-charset="utf-8"><p>{title}</p>{inputs}'
    '<button style="font:inherit;padding:.75rem 1.5rem">{button}</button></form><script>{script}</script>'
)


async def go(request: Request) -> Response:
    """Send who started a payment to the vendor's cashier; whoever else asks gets a 404, and a payment that has ended its result."""
    found, locale = await run_in_threadpool(run_in_uow, _payment, request), locale_of(request)
    url = found.redirect_url or found.code_url
    is_address = urlsplit(url).scheme in {"http", "https"}
    if found.row.status is not PaymentStatus.pending or not is_address:
        return RedirectResponse(f"/pay/{found.row.id}", 303, {"cache-control": "no-store"})
    if not found.form_fields:
        return RedirectResponse(url, 303, {"cache-control": "no-store", "referrer-policy": "origin"})
    return _posting(url, found.form_fields, locale)


async def come_back(request: Request) -> Response:
    """Take the payer back from the vendor, who sends the browser by GET or POST; what it carries is no proof and is not read."""
    return RedirectResponse(f"/pay/{_number(request)}/result", 303, {"cache-control": "no-store"})


def _payment(uow: UnitOfWork, request: Request) -> PaymentView:
    actor = cookie_actor(uow, request)
    actor.id  # noqa: B018 -- raises when nobody is signed in
    found = payment_view(uow.session, actor, payment_id=_number(request), on=business_date(uow.now))
    if not found.is_own:
        raise NotFoundError
    return found


def _number(request: Request) -> int:
    number = str(request.path_params["id"])
    if not (number.isascii() and number.isdigit() and len(number) <= _MAX_DIGITS):
        raise NotFoundError
    return int(number)


def _posting(url: str, fields: dict[str, str], locale: str) -> Response:
    inputs = "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items())
    page = _PAGE.format(
        lang="zh-Hans" if locale == "zh" else locale,
        title=escape(translate(_TITLE, locale)),
        button=escape(translate(_BUTTON, locale)),
        url=escape(url),
        inputs=inputs,
        script=_SUBMIT,
    )
    # Named by its path, not only its origin: nothing but this one form may leave, and only to there. What it answers may redirect.
    target = urlsplit(url)
    policy = (
        f"default-src 'none'; script-src 'sha256-{_SUBMIT_HASH}'; style-src 'unsafe-inline'; form-action {target.scheme}://{target.netloc}"
    )
    headers = {"cache-control": "no-store", "content-security-policy": policy, "referrer-policy": "origin"}
    return HTMLResponse(page, headers=headers)
