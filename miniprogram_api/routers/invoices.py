"""Electronic invoices of own payments."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response, status

from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork
from estate_app.kit.clock import business_date
from estate_app.payment.invoice_models import TitleKind
from estate_app.payment.invoices import InvoiceRow, PaymentInvoices, invoice_file, invoices_of, request_invoice
from miniprogram_api.deps import IfNoneMatch, SignedIn
from miniprogram_api.errors import problems
from miniprogram_api.paging import tagged
from miniprogram_api.routers.payments import PaymentId
from miniprogram_api.schemas.common import Id
from miniprogram_api.schemas.invoice import InvoiceOut, InvoiceRequest, InvoicesOut

router = APIRouter(tags=["invoices"])
InvoiceId = Annotated[Id, Path(description="The invoice.", examples=[7])]
_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}, "description": "The invoice as PDF."}
}


@router.get("/payments/{payment_id}/invoices", response_model=InvoicesOut, responses=problems(401, 403, 404))
def list_payment_invoices(payment_id: PaymentId, caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """List the invoices of a payment, and what of it can be invoiced now."""
    return tagged(_out(caller.run(_invoices, payment_id)), if_none_match)


@router.post("/payments/{payment_id}/invoices", status_code=status.HTTP_201_CREATED, responses=problems(401, 403, 404, 409))
def ask_for_invoice(payment_id: PaymentId, body: InvoiceRequest, caller: SignedIn) -> InvoicesOut:
    """Ask for the invoice of a paid payment; it is issued within a minute. The same request again gives the one that there is."""
    caller.run(_request, payment_id, body)
    return _out(caller.run(_invoices, payment_id))


@router.get("/invoices/{invoice_id}", response_class=Response, responses=problems(401, 403, 404) | _PDF)
def read_invoice(invoice_id: InvoiceId, caller: SignedIn) -> Response:
    """Read an issued invoice as PDF."""
    name, content = caller.run(_file, invoice_id)
    headers = {"content-disposition": f'inline; filename="{name}"', "cache-control": "private, max-age=3600"}
    return Response(content, media_type="application/pdf", headers=headers)


def _invoices(uow: UnitOfWork, actor: Actor, payment_id: int) -> PaymentInvoices:
    return invoices_of(uow.session, actor, payment_id=payment_id, on=business_date(uow.now))


def _request(uow: UnitOfWork, actor: Actor, payment_id: int, body: InvoiceRequest) -> None:
    kind = TitleKind(body.title_kind)
    request_invoice(uow, actor, payment_id=payment_id, title_kind=kind, title=body.title, tax_number=body.tax_number, email=body.email)


def _file(uow: UnitOfWork, actor: Actor, invoice_id: int) -> tuple[str, bytes]:
    return invoice_file(uow.session, actor, invoice_id=invoice_id, on=business_date(uow.now))


def _out(found: PaymentInvoices) -> InvoicesOut:
    return InvoicesOut(items=[_invoice(row) for row in found.rows], open_fen=found.open_fen)


def _invoice(row: InvoiceRow) -> InvoiceOut:
    return InvoiceOut(
        id=row.id,
        title=row.title,
        tax_number=row.tax_number,
        amount_fen=row.amount_fen,
        status=row.status.value,
        invoice_number=row.invoice_number,
        fail_reason=row.fail_reason,
        is_red=row.is_red,
        reverses_number=row.reverses_number,
        has_file=row.has_file,
        created_at=row.created_at,
        issued_at=row.issued_at,
    )
