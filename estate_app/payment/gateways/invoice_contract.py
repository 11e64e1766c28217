"""The contract behind which an issuer of electronic invoices (数电票) is hidden.

An issuer speaks to one vendor for one taxpayer; it never touches the database. Amounts are integer fen, tax included. Our
number names a request for ever: asked again with it, the vendor makes no second invoice. `InvoiceUnknownError`: nobody knows
what the vendor did, ask again; what the vendor refuses is an answer with `rejected`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class InvoiceUnknownError(Exception):
    """The outcome is unknown: no answer, or a broken one."""


class InvoiceState(StrEnum):
    """What the vendor says of a request. `missing`: it has never got it."""

    accepted = "accepted"
    issued = "issued"
    rejected = "rejected"
    missing = "missing"


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line: what was paid for, in fen."""

    name: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class InvoiceOrder:
    """An invoice to issue; `reverses_number` makes it the red letter of the vendor's invoice of that number."""

    number: str
    seller: str
    title: str
    tax_number: str
    email: str
    amount_fen: int
    lines: tuple[InvoiceLine, ...]
    reverses_number: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceAnswer:
    """What became of a request; the PDF comes with an issued invoice."""

    state: InvoiceState
    invoice_number: str = ""
    file: bytes = b""
    reason: str = ""


class InvoiceIssuer(Protocol):
    """One vendor of electronic invoices."""

    def issue(self, order: InvoiceOrder) -> InvoiceAnswer:
        """Ask for an invoice or a red letter; asked again under the same number, answer how the first one stands."""

    def query(self, number: str) -> InvoiceAnswer:
        """Ask how a request stands."""
