"""A day of a channel compared with its statement, line by line; the statement files; what has arrived at the bank."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from estate_app.payment.channel import Channel
from estate_app.tables import instant, key, money, one_of, ref, word


class RunStatus(StrEnum):
    """Where a day of a channel stands: the statement is not there yet, was refused, or is compared."""

    waiting = "waiting"
    refused = "refused"
    done = "done"


class Difference(StrEnum):
    """What a line comes to."""

    matched = "matched"
    channel_only = "channel_only"
    platform_only = "platform_only"
    amount = "amount"
    status = "status"
    refund = "refund"
    fee = "fee"


class ItemState(StrEnum):
    """What is still to be done about a line; `carried` waits for the statement of the next day, `proposed` for a second person."""

    matched = "matched"
    open = "open"
    carried = "carried"
    proposed = "proposed"
    resolved = "resolved"


class Action(StrEnum):
    """How a difference is resolved.

    `reverse`, `absorb` and `credit` adjust the books to the channel: the bills ask again, the company bears it, the room has it.
    One person proposes them; `approve` and `reject` are the second one's.
    """

    book = "book"
    refund = "refund"
    suspend = "suspend"
    accept_fee = "accept_fee"
    reverse = "reverse"
    absorb = "absorb"
    credit = "credit"
    note = "note"
    approve = "approve"
    reject = "reject"


class ArrivalState(StrEnum):
    """What is known of money at the bank: nothing yet, whose it is, or that it is none of ours to book."""

    open = "open"
    confirmed = "confirmed"
    rejected = "rejected"


class StatementFile(SQLModel, table=True):
    """A statement as it came, packed by zlib; a file that was refused is kept as well, with the reason."""

    __tablename__ = "statement_file"
    __table_args__ = (one_of("channel", Channel), Index("ix_statement_file_day", "channel", "business_on"))
    id: int = key()
    channel: Channel = word(Channel)
    business_on: date
    is_upload: bool = False
    file_name: str = Field(default="", max_length=120)
    sha256: str = Field(default="", max_length=64)
    size: int = Field(default=0, sa_type=BigInteger)
    content: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    at: datetime = instant()
    by_id: int | None = ref("account.id", null=True)
    problem: str = Field(default="", max_length=40)
    detail: str = Field(default="", max_length=300)


class ReconciliationRun(SQLModel, table=True):
    """One channel on one business day; run again it is the same row. Amounts in fen; `local_*` are our own sums."""

    __tablename__ = "reconciliation_run"
    __table_args__ = (UniqueConstraint("channel", "business_on"), one_of("channel", Channel), one_of("status", RunStatus))
    id: int = key()
    channel: Channel = word(Channel)
    business_on: date = Field(index=True)
    status: RunStatus = word(RunStatus, default=RunStatus.waiting)
    file_id: int | None = ref("statement_file.id", null=True)
    run_count: int = 0
    tried_at: datetime = instant()
    done_at: datetime | None = instant(null=True)
    problem: str = Field(default="", max_length=40)
    channel_count: int = 0
    channel_paid_fen: int = money(default=0)
    channel_refunded_fen: int = money(default=0)
    channel_fee_fen: int = money(default=0)
    local_count: int = 0
    local_paid_fen: int = money(default=0)
    local_refunded_fen: int = money(default=0)
    closed_at: datetime | None = instant(null=True)
    closed_by: int | None = ref("account.id", null=True)


class ReconciliationItem(SQLModel, table=True):
    """One line: both sides beside each other, refunds negative. A side that is missing is null."""

    __tablename__ = "reconciliation_item"
    __table_args__ = (
        UniqueConstraint("run_id", "item_key"),
        one_of("kind", Difference),
        one_of("state", ItemState),
        CheckConstraint("(state = 'resolved') = (resolved_at IS NOT NULL)", name="resolved_at_with_state"),
        Index("ix_reconciliation_item_open", "run_id", postgresql_where="state IN ('open', 'carried')"),
    )
    id: int = key()
    run_id: int = ref("reconciliation_run.id", index=False)
    item_key: str = Field(max_length=120)
    kind: Difference = word(Difference)
    state: ItemState = word(ItemState)
    is_refund: bool = False
    payment_id: int | None = ref("payment.id", null=True)
    refund_id: int | None = ref("refund.id", null=True)
    order_number: str = Field(default="", max_length=64)
    number: str = Field(default="", max_length=64)
    reference: str = Field(default="", max_length=64)
    local_fen: int | None = Field(default=None, sa_type=BigInteger)
    channel_fen: int | None = Field(default=None, sa_type=BigInteger)
    expected_fee_fen: int | None = Field(default=None, sa_type=BigInteger)
    channel_fee_fen: int | None = Field(default=None, sa_type=BigInteger)
    local_state: str = Field(default="", max_length=20)
    channel_state: str = Field(default="", max_length=20)
    local_at: datetime | None = instant(null=True)
    channel_at: datetime | None = instant(null=True)
    local_reference: str = Field(default="", max_length=64)
    action: Action | None = word(Action, null=True)
    outcome: str = Field(default="", max_length=40)
    note: str = Field(default="", max_length=200)
    proposed_at: datetime | None = instant(null=True)
    proposed_by: int | None = ref("account.id", null=True)
    resolved_at: datetime | None = instant(null=True)
    resolved_by: int | None = ref("account.id", null=True)


class BankArrival(SQLModel, table=True):
    """Money that the bank says has come; `serial` is the bank's own number, so that a file may be imported again."""

    __tablename__ = "bank_arrival"
    __table_args__ = (
        UniqueConstraint("estate_id", "serial"),
        one_of("state", ArrivalState),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )
    id: int = key()
    estate_id: int = ref("estate.id", index=False)
    serial: str = Field(max_length=60)
    arrived_at: datetime = instant(index=True)
    amount_fen: int = money()
    payer_name: str = Field(default="", max_length=80)
    payer_account: str = Field(default="", max_length=40)
    remark: str = Field(default="", max_length=200)
    state: ArrivalState = word(ArrivalState, default=ArrivalState.open)
    payment_id: int | None = ref("payment.id", null=True)
    suspense_id: int | None = ref("suspense.id", null=True)
    reasons: list[dict[str, object]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    note: str = Field(default="", max_length=200)
    decided_at: datetime | None = instant(null=True)
    decided_by: int | None = ref("account.id", null=True)
