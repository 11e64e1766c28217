"""Payments, the vendors' messages, receipts, refunds and money that waits for an owner."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from estate_app.payment.channel import Channel
from estate_app.tables import instant, key, money, one_of, ref, word


class PaymentStatus(StrEnum):
    """Where a payment stands; `pending` also means that nobody knows yet."""

    pending = "pending"
    paid = "paid"
    failed = "failed"
    closed = "closed"


class RefundStatus(StrEnum):
    """Where a refund stands. A person's proposal waits for another's approval; what is requested is asked of the vendor."""

    proposed = "proposed"
    rejected = "rejected"
    requested = "requested"
    processing = "processing"
    done = "done"
    failed = "failed"


class MessageVerdict(StrEnum):
    """What became of a vendor's message."""

    received = "received"
    handled = "handled"
    ignored = "ignored"
    held = "held"


class Payment(SQLModel, table=True):
    """One attempt to pay some bills through one channel; its number is never used twice.

    `payer_id` is who started it: at the counter, the cashier. `cashier` is what the payer's device needs to reach the
    vendor's cashier. At the counter `transaction_id` is the voucher number of a transfer, and `tendered_fen` the cash given.
    `prepaid_fen` is the part that goes to the room's balance; the items are the rest.
    """

    __table_args__ = (
        one_of("status", PaymentStatus),
        one_of("channel", Channel),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("prepaid_fen BETWEEN 0 AND amount_fen", name="prepaid_within"),
        UniqueConstraint("payer_id", "idempotency_key"),
        Index("uq_payment_transaction", "channel", "transaction_id", unique=True, postgresql_where=text("transaction_id IS NOT NULL")),
        Index("ix_payment_pending", "next_query_at", postgresql_where=text("status = 'pending'")),
    )
    id: int = key()
    number: str = Field(max_length=32, unique=True)
    payer_id: int = ref("account.id")
    estate_id: int = ref("estate.id")
    room_id: int = ref("room.id")
    channel: Channel = word(Channel)
    method: str = Field(default="native", max_length=20)
    amount_fen: int = money()
    prepaid_fen: int = money(default=0)
    status: PaymentStatus = word(PaymentStatus, default=PaymentStatus.pending)
    created_at: datetime = instant(index=True)
    expires_at: datetime = instant()
    paid_at: datetime | None = instant(null=True)
    closed_at: datetime | None = instant(null=True)
    transaction_id: str | None = Field(default=None, max_length=64)
    code_url: str = Field(default="", max_length=512)
    cashier: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    opened_at: datetime | None = instant(null=True)
    merchant_id: str = Field(default="", max_length=64)
    openid: str = Field(default="", max_length=64)
    tendered_fen: int | None = Field(default=None, sa_type=BigInteger)
    fail_reason: str = Field(default="", max_length=200)
    idempotency_key: str = Field(max_length=80)
    request_sha: str = Field(max_length=64)
    next_query_at: datetime | None = instant(null=True)
    query_count: int = 0


class PaymentItem(SQLModel, table=True):
    """Which bill a payment pays, and how much of it."""

    __tablename__ = "payment_item"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount_positive"),)
    payment_id: int = ref("payment.id", primary=True)
    bill_id: int = ref("bill.id", primary=True)
    amount_fen: int = money()


class VendorMessage(SQLModel, table=True):
    """A message from outside, stored before it is acted on; the pair of source and external id happens once."""

    __tablename__ = "vendor_message"
    __table_args__ = (UniqueConstraint("source", "external_id"), one_of("verdict", MessageVerdict))
    id: int = key()
    source: str = Field(max_length=20)
    external_id: str = Field(max_length=80)
    order_number: str = Field(default="", max_length=40, index=True)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    received_at: datetime = instant(index=True)
    handled_at: datetime | None = instant(null=True)
    verdict: MessageVerdict = word(MessageVerdict, default=MessageVerdict.received)
    reason: str = Field(default="", max_length=200)


class Receipt(SQLModel, table=True):
    """A numbered receipt; what it says is kept as it was said. A reversing one names what it reverses and the refund that did it."""

    __table_args__ = (
        UniqueConstraint("series", "serial"),
        Index("uq_receipt_payment", "payment_id", unique=True, postgresql_where=text("reverses_id IS NULL")),
        CheckConstraint("(reverses_id IS NULL) = (refund_id IS NULL)", name="reverses_by_refund"),
    )
    id: int = key()
    series: str = Field(max_length=20)
    serial: int
    number: str = Field(max_length=30, unique=True)
    check_code: str = Field(max_length=40, unique=True)
    payment_id: int = ref("payment.id", index=False)
    reverses_id: int | None = ref("receipt.id", null=True)
    refund_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, ForeignKey("refund.id", ondelete="RESTRICT"), nullable=True, unique=True)
    )
    issued_at: datetime = instant()
    content: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))


class Suspense(SQLModel, table=True):
    """Money or a claim of money that does not fit: held, with an alarm, until a person resolves it."""

    __table_args__ = (UniqueConstraint("order_number", "transaction_id", "amount_fen"),)
    id: int = key()
    source: str = Field(max_length=20)
    message_id: int | None = ref("vendor_message.id", null=True)
    payment_id: int | None = ref("payment.id", null=True)
    order_number: str = Field(default="", max_length=40)
    transaction_id: str = Field(default="", max_length=64)
    amount_fen: int = money()
    is_booked: bool = False
    reason: str = Field(max_length=200)
    at: datetime = instant()
    resolved_at: datetime | None = instant(null=True)
    resolved_by: int | None = ref("account.id", null=True)
    resolution: str = Field(default="", max_length=200)


class Refund(SQLModel, table=True):
    """Money on its way back; the number is fixed, so that every retry is the same refund.

    `prepaid_fen` is what it takes from the room's balance. What was paid at the counter is handed out there: `voucher` is
    the number of the transfer back. `is_outside`: an online payment's money did not go back through its channel, so that no
    statement will hold it.
    """

    __table_args__ = (one_of("status", RefundStatus), CheckConstraint("amount_fen > 0", name="amount_positive"))
    id: int = key()
    number: str = Field(max_length=32, unique=True)
    payment_id: int = ref("payment.id")
    amount_fen: int = money()
    prepaid_fen: int = money(default=0)
    status: RefundStatus = word(RefundStatus, default=RefundStatus.requested)
    reason: str = Field(max_length=200)
    is_automatic: bool = False
    is_outside: bool = False
    proposed_by: int | None = ref("account.id", null=True)
    decided_by: int | None = ref("account.id", null=True)
    refund_id: str | None = Field(default=None, max_length=64)
    voucher: str = Field(default="", max_length=60)
    created_at: datetime = instant()
    requested_at: datetime | None = instant(null=True)
    done_at: datetime | None = instant(null=True)
    next_try_at: datetime | None = instant(null=True)
    tries: int = Field(default=0, sa_type=BigInteger)


class RefundItem(SQLModel, table=True):
    """Which bill's share of a payment a refund gives back, and how much of it."""

    __tablename__ = "refund_item"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount_positive"),)
    refund_id: int = ref("refund.id", primary=True)
    bill_id: int = ref("bill.id", primary=True)
    amount_fen: int = money()


class PaymentStop(SQLModel, table=True):
    """Paying stopped by a manager: of an estate, of a fee item, through a channel, or where all that is named meets."""

    __tablename__ = "payment_stop"
    __table_args__ = (
        one_of("channel", Channel),
        CheckConstraint("estate_id IS NOT NULL OR fee_item_id IS NOT NULL OR channel IS NOT NULL", name="names_something"),
        Index("ix_payment_stop_open", "id", postgresql_where=text("ended_at IS NULL")),
    )
    id: int = key()
    estate_id: int | None = ref("estate.id", null=True)
    fee_item_id: int | None = ref("fee_item.id", null=True)
    channel: Channel | None = word(Channel, null=True)
    reason: str = Field(max_length=200)
    started_at: datetime = instant()
    started_by: int = ref("account.id")
    ended_at: datetime | None = instant(null=True)
    ended_by: int | None = ref("account.id", null=True)
