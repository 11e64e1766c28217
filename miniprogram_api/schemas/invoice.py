"""Electronic invoices of a payment."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from miniprogram_api.schemas.common import Given, Sent, Text

_WHEN = "2026-11-18T02:58:00Z"


class InvoiceRequest(Sent):
    """Ask for the invoice of a paid payment."""

    title_kind: Literal["person", "company"] = Field(description="Whom it is made out to.", examples=["company"])
    title: Text = Field(min_length=2, max_length=100, description="The name.", examples=["武汉翠湖科技有限公司"])
    tax_number: Text = Field(
        default="", max_length=24, description="The company's tax number; empty for a person.", examples=["91350100M000100Y43"]
    )
    email: Text = Field(default="", max_length=120, description="Where a copy goes, if wished.", examples=[""])


class InvoiceOut(Given):
    """An invoice, or the red letter that takes one back; amounts in fen."""

    id: int = Field(description="The invoice.", examples=[7])
    title: str = Field(description="Whom it is made out to.", examples=["武汉翠湖科技有限公司"])
    tax_number: str = Field(description="The tax number.", examples=["91350100M000100Y43"])
    amount_fen: int = Field(description="How much; positive for a red letter too.", examples=[25_088])
    status: str = Field(description="requested, sent, issued, failed or cancelled.", examples=["issued"])
    invoice_number: str = Field(description="The issuer's number, once issued.", examples=["26422000000000000001"])
    fail_reason: str = Field(description="Why the issuer refused it.", examples=[""])
    is_red: bool = Field(description="Whether it takes another back.", examples=[False])
    reverses_number: str = Field(description="The invoice that it takes back.", examples=[""])
    has_file: bool = Field(description="Whether its PDF can be read.", examples=[True])
    created_at: datetime = Field(description="When it was asked for.", examples=[_WHEN])
    issued_at: datetime | None = Field(description="When it was issued.", examples=[_WHEN])


class InvoicesOut(Given):
    """The invoices of a payment, newest first."""

    items: list[InvoiceOut] = Field(description="The invoices.")
    open_fen: int = Field(description="What can be invoiced now; 0 when there is an invoice or nothing to invoice.", examples=[0])
