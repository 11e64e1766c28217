"""The contract that every payment vendor is hidden behind.

A gateway speaks to one vendor for one merchant. It never touches the database and never decides that a bill is paid: it
translates. Rules that every gateway keeps:

- Amounts are integer fen of CNY. Instants are aware UTC datetimes. Order and refund numbers are ours, `[0-9A-Za-z]{8,32}`,
  one per attempt, never used again with another amount.
- No call is made inside a database transaction. A call repeated with the same numbers means the same order or refund.
- `GatewayTechnicalError`: nobody knows what the vendor did; ask again later, never call it failed.
  `GatewayLogicalError`: the vendor understood and refused; repeating cannot help.
- A callback is believed only when `read_callback` returns. Its amount, currency, merchant and order are still the vendor's word about
  some order: the service compares them with its own row before it books.
- Calls block (they use synchronous HTTP with a timeout): from async code run them in a thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from estate_app.payment.channel import Channel, PayWay


class GatewayError(Exception):
    """A vendor's call did not bring the answer that was asked for; `code` is the vendor's own."""

    def __init__(self, reason: str, *, code: str = "") -> None:
        super().__init__(f"{reason} ({code})" if code else reason)
        self.reason = reason
        self.code = code


class GatewayTechnicalError(GatewayError):
    """The outcome is unknown: no answer, an unsigned or broken one, or the vendor is busy. Query or retry later."""


class GatewayLogicalError(GatewayError):
    """The vendor refused for a reason that a repetition does not change."""


class CallbackRejectedError(Exception):
    """An inbound message is refused; `reason` is a short snake-case word for the log, never shown to the sender.

    `is_genuine`: the vendor did sign it, but it says something that nobody expected. Such a message is kept, with an alarm;
    of all others (not the vendor's, not fresh, not readable) only a line in the log remains.
    """

    def __init__(self, reason: str, *, is_genuine: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_genuine = is_genuine


class StatementError(ValueError):
    """A file is not the whole statement of the day that was asked for; `reason` is a short snake-case word.

    not_a_statement, wrong_charset, wrong_day, truncated (also: its own footer counts other lines or sums), unreadable_line,
    hash_mismatch. Nothing of such a file may be used.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class ChannelState(StrEnum):
    """What the vendor says of an order. `missing`: the vendor has no such order; `unknown`: it cannot tell yet, so ask again."""

    awaiting = "awaiting"
    paid = "paid"
    refunded = "refunded"
    closed = "closed"
    failed = "failed"
    missing = "missing"
    unknown = "unknown"

    @property
    def has_money(self) -> bool:
        """Tell whether the payer's money has reached the merchant (and may have gone back since)."""
        return self in {ChannelState.paid, ChannelState.refunded}


class RefundState(StrEnum):
    """What the vendor says of a refund. `abnormal`: the payer's account cannot take it, a person must act."""

    processing = "processing"
    success = "success"
    abnormal = "abnormal"
    closed = "closed"
    missing = "missing"
    unknown = "unknown"


class CallbackKind(StrEnum):
    """What an inbound message speaks of."""

    payment = "payment"
    refund = "refund"


@dataclass(frozen=True, slots=True)
class OrderRef:
    """Names an order at any vendor; UnionPay needs the time of opening (to the second) besides the number."""

    order_no: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class RefundRef:
    """Names a refund at any vendor: Alipay needs the order as well, UnionPay the time of the request."""

    refund_no: str
    order_no: str
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """An order to open. `openid` is needed by `PayWay.jsapi`, `client_ip` by `PayWay.h5`; `return_url` is where the payer comes back to."""

    order_no: str
    opened_at: datetime
    amount_fen: int
    description: str
    way: PayWay
    notify_url: str
    expires_at: datetime
    return_url: str = ""
    openid: str = ""
    client_ip: str = ""

    @property
    def ref(self) -> OrderRef:
        """Return the reference by which the order is queried and closed."""
        return OrderRef(self.order_no, self.opened_at)


@dataclass(frozen=True, slots=True)
class Created:
    """What the payer's device needs; exactly one of the three is filled.

    `code_url` is shown as a QR code. `jsapi_parameters` go to `wx.requestPayment` as they are. `redirect_url` is opened in the
    payer's browser: by GET, or, when `form_fields` is not empty, as a form POST of these fields.
    """

    code_url: str = ""
    jsapi_parameters: Mapping[str, str] = field(default_factory=dict)
    redirect_url: str = ""
    form_fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChannelPayment:
    """The vendor's answer about an order; a field that the vendor did not mention is None or empty."""

    order_no: str
    state: ChannelState
    transaction_id: str = ""
    amount_fen: int | None = None
    currency: str = ""
    merchant_id: str = ""
    app_id: str = ""
    success_at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """A refund of `amount_fen` out of a payment of `total_fen`; keep the same `refund_no` and `requested_at` on every retry.

    `paid_at` is when the payment came in: some vendors undo a whole payment of the same day in another way than they refund.
    """

    refund_no: str
    requested_at: datetime
    order_no: str
    transaction_id: str
    amount_fen: int
    total_fen: int
    reason: str
    notify_url: str
    paid_at: datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether all of the payment goes back at once."""
        return self.amount_fen == self.total_fen

    @property
    def ref(self) -> RefundRef:
        """Return the reference by which the refund is queried."""
        return RefundRef(self.refund_no, self.order_no, self.requested_at)


@dataclass(frozen=True, slots=True)
class ChannelRefund:
    """The vendor's answer about a refund."""

    refund_no: str
    state: RefundState
    refund_id: str = ""
    amount_fen: int | None = None
    success_at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CallbackEvent:
    """A verified inbound message.

    `external_id` is the same for every resend of one event and never for two events: store it under a unique key before acting.
    `state` speaks of the payment, `refund_state` (only for refunds) of the refund. `amount_fen` is the amount paid or refunded.
    `app_id` is empty where the vendor does not send it, and so is the `order_no` of a UnionPay refund: find it by `refund_no`.
    """

    kind: CallbackKind
    external_id: str
    order_no: str
    transaction_id: str
    amount_fen: int
    currency: str
    merchant_id: str
    app_id: str
    state: ChannelState
    success_at: datetime | None = None
    refund_no: str = ""
    refund_id: str = ""
    refund_state: RefundState | None = None


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What to reply to the vendor; anything but an accepting answer makes the vendor send again."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class StatementKind(StrEnum):
    """Which way the money of a statement line went."""

    payment = "payment"
    refund = "refund"


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One line of a vendor's statement. Amounts are positive; `fee_fen` is what the vendor kept (negative: gave back)."""

    kind: StatementKind
    order_no: str
    transaction_id: str
    amount_fen: int
    fee_fen: int
    traded_at: datetime
    state: str
    refund_no: str = ""
    refund_id: str = ""
    merchant_id: str = ""
    app_id: str = ""


@dataclass(frozen=True, slots=True)
class StatementTotals:
    """The vendor's own sums from the footer of its file."""

    count: int
    paid_fen: int
    refunded_fen: int
    fee_fen: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A day's statement; `raw` is the decompressed file for the archive, `totals` None where the file has no footer."""

    channel: Channel
    day: date
    rows: tuple[StatementRow, ...]
    raw: bytes = b""
    totals: StatementTotals | None = None


class Gateway(Protocol):
    """One vendor, one merchant."""

    channel: Channel
    ways: frozenset[PayWay]

    def create(self, request: PaymentRequest) -> Created:
        """Open the order; called again with the same number it must give the same order."""

    def query(self, order: OrderRef) -> ChannelPayment:
        """Ask what became of the order; `ChannelState.missing` when the vendor has none.

        At Alipay's pages and at UnionPay an order exists only once the payer has opened the cashier, so that `missing` before
        `expires_at` means no more than `awaiting`.
        """

    def close(self, order: OrderRef) -> None:
        """Stop the order from being paid. Raises GatewayLogicalError with code `order_paid` when the money has already come."""

    def refund(self, request: RefundRequest) -> ChannelRefund:
        """Ask for the money to go back."""

    def query_refund(self, refund: RefundRef) -> ChannelRefund:
        """Ask what became of the refund."""

    def read_callback(self, headers: Mapping[str, str], raw_body: bytes, now: datetime) -> CallbackEvent:
        """Verify and translate an inbound message, or raise CallbackRejectedError. Makes no network call. `raw_body` is as received."""

    def answer(self, *, ok: bool) -> CallbackAnswer:
        """Return the reply that tells the vendor that the message was stored (ok) or shall be sent again."""

    def download_statement(self, day: date) -> Statement:
        """Fetch the statement of a business day (Asia/Shanghai; at UnionPay 23:00 to 23:00); empty when nothing was traded.

        All or nothing: a file of another day, cut short, in another character set or with another hash than announced raises
        GatewayTechnicalError with the reason of StatementError as its code.
        """
