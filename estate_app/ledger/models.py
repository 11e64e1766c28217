"""The double-entry ledger: its accounts, its entries and their lines. Nothing in it is ever changed or deleted."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key, money, one_of, ref, word


class LedgerAccount(StrEnum):
    """The accounts of the ledger.

    `clearing_*`, `cash` and `bank` hold money that came in; `prepaid`, `refund_due` and `suspense` are owed to somebody:
    to a room, to a payer whose refund is on its way, to whom a person finds out. `channel_fee` is what
    the channels keep for themselves. `cash_difference` is what counting found
    too little (debit) or too much (credit), `channel_difference` what a channel settled too little or too much and the company bears.
    """

    receivable = "receivable"
    income = "income"
    clearing_wechat = "clearing_wechat"
    clearing_alipay = "clearing_alipay"
    clearing_unionpay = "clearing_unionpay"
    cash = "cash"
    bank = "bank"
    prepaid = "prepaid"
    refund_due = "refund_due"
    suspense = "suspense"
    cash_difference = "cash_difference"
    channel_fee = "channel_fee"
    channel_difference = "channel_difference"
    opening = "opening"


class JournalKind(StrEnum):
    """What a journal entry records."""

    bill_issued = "bill_issued"
    bill_voided = "bill_voided"
    bill_adjusted = "bill_adjusted"
    payment = "payment"
    refund = "refund"
    suspense = "suspense"
    day_close = "day_close"
    settlement_fee = "settlement_fee"
    adjustment = "adjustment"
    opening = "opening"


class Journal(SQLModel, table=True):
    """One entry of the ledger; its lines sum to zero and nobody may change it."""

    __table_args__ = (one_of("kind", JournalKind), Index("ix_journal_subject", "subject", "subject_id"))
    id: int = key()
    kind: JournalKind = word(JournalKind)
    subject: str = Field(max_length=20)
    subject_id: int
    at: datetime = instant()
    business_on: date = Field(index=True)
    actor_id: int | None = ref("account.id", null=True)
    memo: str = Field(default="", max_length=200)


class LedgerLine(SQLModel, table=True):
    """One side of an entry: debit is positive, credit negative, in fen."""

    __tablename__ = "ledger_line"
    __table_args__ = (one_of("account", LedgerAccount), CheckConstraint("amount_fen <> 0", name="amount_not_zero"))
    id: int = key()
    journal_id: int = ref("journal.id")
    account: LedgerAccount = word(LedgerAccount, index=True)
    estate_id: int = ref("estate.id")
    room_id: int | None = ref("room.id", null=True)
    amount_fen: int = money()
