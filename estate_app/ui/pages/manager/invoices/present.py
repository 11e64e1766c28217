"""Electronic invoices as they are listed, to managers and beside a receipt. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan
from estate_app.payment.invoice_models import InvoiceStatus
from estate_app.payment.invoices import STATUS_NAMES, InvoiceRow
from estate_app.ui.view import Badge
from estate_app.ui.when import moment_text

LOOKS: Mapping[InvoiceStatus, tuple[str, str, str]] = {
    InvoiceStatus.requested: ("orange", "soft", "clock"),
    InvoiceStatus.sent: ("indigo", "soft", "send"),
    InvoiceStatus.issued: ("green", "soft", "check"),
    InvoiceStatus.failed: ("red", "soft", "x"),
    InvoiceStatus.cancelled: ("gray", "surface", "ban"),
}
NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One invoice or red letter; `about` says for whom, or what it takes back."""

    id: int = 0
    number: str = ""
    invoice_number: str = ""
    payment: str = ""
    title: str = ""
    about: str = ""
    amount: str = ""
    time: str = ""
    reason: str = ""
    badge: Badge = NO_BADGE
    file_href: str = ""
    is_red: bool = False


def invoice_line(row: InvoiceRow, *, now: datetime, locale: str) -> InvoiceLine:
    """Present an invoice; the amount of a red letter is negative."""
    tone, variant, icon = LOOKS[row.status]
    about = row.tax_number
    if row.is_red:
        about = translate(msg("Red letter of invoice {number}", number=row.reverses_number or "—"), locale)
    return InvoiceLine(
        id=row.id,
        number=row.number,
        invoice_number=row.invoice_number or "—",
        payment=row.payment_number,
        title=row.title,
        about=about,
        amount=format_yuan(-row.amount_fen if row.is_red else row.amount_fen),
        time=moment_text(row.issued_at or row.created_at, now=now, locale=locale),
        reason=row.fail_reason,
        badge=Badge(translate(STATUS_NAMES[row.status], locale), tone, variant, icon),
        file_href=f"/invoices/{row.id}.pdf" if row.has_file else "",
        is_red=row.is_red,
    )
