"""What the counter and the rooms' balances keep beside the ledger: the estate's policy, automatic deduction, the closed days."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from estate_app.billing.rules.allocation import AllocationOrder
from estate_app.tables import instant, key, money, one_of, ref, word


class CloseStatus(StrEnum):
    """Where a closed day stands: a difference waits for a second person."""

    to_approve = "to_approve"
    closed = "closed"


class BalanceOrderKind(StrEnum):
    """What two persons do to a room's balance: bring it forward from the books before, or pay it out at the counter."""

    opening = "opening"
    payout = "payout"


class OrderStatus(StrEnum):
    """Where an order about a balance stands; an approved payout waits at the counter."""

    proposed = "proposed"
    rejected = "rejected"
    approved = "approved"
    done = "done"


class PaymentPolicy(SQLModel, table=True):
    """How an estate puts part payments on bills; without a row the principal comes first."""

    __tablename__ = "payment_policy"
    __table_args__ = (one_of("allocation_order", AllocationOrder),)
    estate_id: int = ref("estate.id", primary=True)
    allocation_order: AllocationOrder = word(AllocationOrder, default=AllocationOrder.principal_first)
    changed_by: int = ref("account.id", index=False)
    changed_at: datetime = instant()


class RoomBalance(SQLModel, table=True):
    """A room whose prepaid balance has moved or shall pay by itself. The amount is the ledger's; this row is what is locked.

    `account_id` is who switched the automatic deduction on: those payments are made in that person's name.
    """

    __tablename__ = "room_balance"
    room_id: int = Field(sa_column=Column(BigInteger, ForeignKey("room.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False))
    estate_id: int = ref("estate.id")
    is_automatic: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    account_id: int | None = ref("account.id", null=True, index=False)
    changed_at: datetime | None = instant(null=True)


class DayClose(SQLModel, table=True):
    """One cashier's business day in one estate, counted and closed: later money falls on the next day."""

    __tablename__ = "day_close"
    __table_args__ = (
        UniqueConstraint("cashier_id", "estate_id", "business_on"),
        one_of("status", CloseStatus),
        CheckConstraint("counted_fen >= 0", name="counted_not_negative"),
    )
    id: int = key()
    number: str = Field(max_length=32, unique=True)
    cashier_id: int = ref("account.id")
    estate_id: int = ref("estate.id")
    business_on: date
    status: CloseStatus = word(CloseStatus, default=CloseStatus.closed)
    expected_fen: int = money()
    counted_fen: int = money()
    reason: str = Field(default="", max_length=200)
    closed_at: datetime = instant()
    approved_by: int | None = ref("account.id", null=True)
    approved_at: datetime | None = instant(null=True)
    content: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))

    @property
    def difference_fen(self) -> int:
        """What was counted beyond what was expected; negative when cash is missing."""
        return self.counted_fen - self.expected_fen


class BalanceOrder(SQLModel, table=True):
    """What one person proposes to do to a room's balance and another decides; `voucher` is the number of a transfer out."""

    __tablename__ = "balance_order"
    __table_args__ = (
        one_of("kind", BalanceOrderKind),
        one_of("status", OrderStatus),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_persons"),
    )
    id: int = key()
    number: str = Field(max_length=32, unique=True)
    kind: BalanceOrderKind = word(BalanceOrderKind)
    estate_id: int = ref("estate.id")
    room_id: int = ref("room.id")
    amount_fen: int = money()
    reason: str = Field(max_length=200)
    status: OrderStatus = word(OrderStatus, default=OrderStatus.proposed)
    proposed_at: datetime = instant()
    proposed_by: int = ref("account.id")
    decided_at: datetime | None = instant(null=True)
    decided_by: int | None = ref("account.id", null=True)
    done_at: datetime | None = instant(null=True)
    done_by: int | None = ref("account.id", null=True)
    voucher: str = Field(default="", max_length=60)
