"""Electronic invoices (数电票): what was asked for, what the issuer made of it, and the red letter that takes it back."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key, money, one_of, ref, word


class InvoiceStatus(StrEnum):
    """Where an invoice stands. `sent`: the issuer has it and has not answered yet; `cancelled`: it was never sent."""

    requested = "requested"
    sent = "sent"
    issued = "issued"
    failed = "failed"
    cancelled = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether the issuer is still to be asked."""
        return self in {InvoiceStatus.requested, InvoiceStatus.sent}


class TitleKind(StrEnum):
    """Whom the invoice is made out to."""

    person = "person"
    company = "company"


class EInvoice(SQLModel, table=True):
    """One invoice, or the red letter (`reverses_id`) that a refund has made of a part or all of one. Amounts are positive."""

    __tablename__ = "e_invoice"
    __table_args__ = (
        one_of("status", InvoiceStatus),
        one_of("title_kind", TitleKind),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index(
            "uq_e_invoice_live",
            "payment_id",
            unique=True,
            postgresql_where=text("reverses_id IS NULL AND status NOT IN ('failed', 'cancelled')"),
        ),
        Index("ix_e_invoice_due", "next_try_at", postgresql_where=text("next_try_at IS NOT NULL")),
    )
    id: int = key()
    number: str = Field(max_length=32, unique=True)
    payment_id: int = ref("payment.id")
    estate_id: int = ref("estate.id")
    reverses_id: int | None = ref("e_invoice.id", null=True)
    refund_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, ForeignKey("refund.id", ondelete="RESTRICT"), nullable=True, unique=True)
    )
    requested_by: int | None = ref("account.id", null=True, index=False)
    title_kind: TitleKind = word(TitleKind)
    title: str = Field(max_length=100)
    tax_number: str = Field(default="", max_length=20)
    email: str = Field(default="", max_length=120)
    amount_fen: int = money()
    status: InvoiceStatus = word(InvoiceStatus, default=InvoiceStatus.requested)
    invoice_number: str = Field(default="", max_length=30)
    fail_reason: str = Field(default="", max_length=200)
    file: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    created_at: datetime = instant()
    issued_at: datetime | None = instant(null=True)
    next_try_at: datetime | None = instant(null=True)
    tries: int = 0
