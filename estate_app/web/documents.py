"""Documents behind the cookie: receipts, invoices and day reports as PDF, and lists as CSV or XLSX."""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from estate_app.access.actor import Actor
from estate_app.billing.arrears_letter import letter_pdf
from estate_app.db import UnitOfWork, run_in_uow
from estate_app.errors import NotFoundError
from estate_app.export import export_file, find_export
from estate_app.kit.clock import business_date
from estate_app.payment.day_report import close_pdf
from estate_app.payment.invoices import invoice_file
from estate_app.payment.receipts import receipt_pdf
from estate_app.personal.export import open_link
from estate_app.repair.labels import door_sheet, label_sheet
from estate_app.web.client import cookie_actor, locale_of

XLSX_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MIME = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX_MIME}
_MAX_ID = 2**63 - 1


async def receipt(request: Request) -> Response:
    """Give out the receipt of a payment that the person behind the cookie may see."""
    name, content = await run_in_threadpool(run_in_uow, _receipt, request)
    return _file(name, "application/pdf", content, disposition="inline")


async def invoice(request: Request) -> Response:
    """Give out an electronic invoice of a payment that the person behind the cookie may see."""
    name, content = await run_in_threadpool(run_in_uow, _invoice, request)
    return _file(name, "application/pdf", content, disposition="inline")


async def day_report(request: Request) -> Response:
    """Give out the report of a closed day at the counter."""
    name, content = await run_in_threadpool(run_in_uow, _day_report, request)
    return _file(name, "application/pdf", content, disposition="inline")


async def letter(request: Request) -> Response:
    """Give out a formal notice to whoever may see its household."""
    name, content = await run_in_threadpool(run_in_uow, _letter, request)
    return _file(name, "application/pdf", content, disposition="inline")


async def own_data(request: Request) -> Response:
    """Give out the file of somebody's own data to whoever holds its link, which is that person for an hour."""
    name, content = await run_in_threadpool(run_in_uow, _own_data, request)
    return _file(name, "application/zip", content, disposition="attachment")


def _own_data(uow: UnitOfWork, request: Request) -> tuple[str, bytes]:
    number, query = request.path_params["id"], request.query_params
    if not (number.isascii() and number.isdigit() and int(number) <= _MAX_ID):
        raise NotFoundError
    return open_link(uow.session, export_id=int(number), expires=query.get("e", ""), signature=query.get("s", ""), now=uow.now)


async def export(request: Request) -> Response:
    """Give out a list with the filter of its page, in the language of the page."""
    kind = request.path_params["kind"]
    if kind not in _MIME:
        raise NotFoundError
    name, content = await run_in_threadpool(run_in_uow, _export, request, kind)
    return _file(f"{name}.{kind}", _MIME[kind], content, disposition="attachment")


async def labels(request: Request) -> Response:
    """Give out a sheet of QR labels to cut out, of facilities, public areas or doors that the person may see."""
    name, content = await run_in_threadpool(run_in_uow, _labels, request)
    return _file(name, "application/pdf", content, disposition="inline")


def _labels(uow: UnitOfWork, request: Request) -> tuple[str, bytes]:
    chosen = {name: _numbers(request.query_params.get(name, "")) for name in ("facilities", "areas", "building", "room")}
    actor = cookie_actor(uow, request)
    for name in ("building", "room"):
        if chosen[name]:
            return door_sheet(uow.session, actor, **{f"{name}_id": chosen[name][0]}, locale=locale_of(request))
    return label_sheet(uow.session, actor, facility_ids=chosen["facilities"], area_ids=chosen["areas"], locale=locale_of(request))


def _numbers(text: str) -> list[int]:
    """Ids apart by commas; what is no id is left out."""
    return [int(part) for part in text.split(",") if part.isascii() and part.isdigit() and int(part) <= _MAX_ID]


def _receipt(uow: UnitOfWork, request: Request) -> tuple[str, bytes]:
    actor, number = _asked(uow, request)
    return receipt_pdf(uow.session, actor, receipt_id=number, on=business_date(uow.now), locale=locale_of(request))


def _invoice(uow: UnitOfWork, request: Request) -> tuple[str, bytes]:
    actor, number = _asked(uow, request)
    return invoice_file(uow.session, actor, invoice_id=number, on=business_date(uow.now))


def _day_report(uow: UnitOfWork, request: Request) -> tuple[str, bytes]:
    actor, number = _asked(uow, request)
    return close_pdf(uow.session, actor, close_id=number, locale=locale_of(request))


def _asked(uow: UnitOfWork, request: Request) -> tuple[Actor, int]:
    """Who asks, and for which number; anything odd is a 404."""
    actor = cookie_actor(uow, request)
    actor.id  # noqa: B018 -- raises when nobody is signed in
    number = request.path_params["id"]
    if not (number.isascii() and number.isdigit() and int(number) <= _MAX_ID):
        raise NotFoundError
    return actor, int(number)


def _letter(uow: UnitOfWork, request: Request) -> tuple[str, bytes]:
    actor, number = _asked(uow, request)
    return letter_pdf(uow.session, actor, step_id=number, on=business_date(uow.now), locale=locale_of(request))


def _export(uow: UnitOfWork, request: Request, kind: str) -> tuple[str, bytes]:
    chosen = find_export(request.path_params["name"])
    actor = cookie_actor(uow, request)
    return export_file(uow, actor, chosen, dict(request.query_params), kind=kind, locale=locale_of(request))


def as_file(name: str, mime: str, content: bytes) -> Response:
    """A file that the browser saves."""
    return _file(name, mime, content, disposition="attachment")


def _file(name: str, mime: str, content: bytes, *, disposition: str) -> Response:
    headers = {
        "content-disposition": f"{disposition}; filename*=UTF-8''{quote(name)}",
        "cache-control": "private, no-store",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type=mime, headers=headers)
