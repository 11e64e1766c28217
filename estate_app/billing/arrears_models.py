"""What follows from bills not paid in time: late fee policies, disputes, waivers, discounts, steps of the ladder, promises, plans."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key, money, one_of, ref, word


class Decision(StrEnum):
    """Where a request stands that one person makes and another decides."""

    requested = "requested"
    approved = "approved"
    rejected = "rejected"


class DiscountKind(StrEnum):
    """Why a room pays less for a while."""

    vacancy = "vacancy"
    discount = "discount"


class Stage(StrEnum):
    """The rungs of the ladder, in their order."""

    reminder = "reminder"
    sms = "sms"
    letter = "letter"
    case = "case"


class Delivery(StrEnum):
    """How a letter reached the household."""

    handed = "handed"
    left = "left"
    post = "post"


class PromiseStatus(StrEnum):
    """Where a promise to pay or a plan of instalments stands."""

    running = "running"
    kept = "kept"
    broken = "broken"
    cancelled = "cancelled"


class LateFeePolicy(SQLModel, table=True):
    """From which day which late fee holds in an estate, for one fee item or (without one) for all that have none of their own.

    `rate_ppb` is billionths a day; nought means that none is charged from then on.
    """

    __tablename__ = "late_fee_policy"
    __table_args__ = (
        UniqueConstraint("estate_id", "fee_item_id", "starts_on", postgresql_nulls_not_distinct=True),
        CheckConstraint("rate_ppb >= 0 AND grace_days >= 0 AND cap_bp >= 0", name="not_negative"),
    )
    id: int = key()
    estate_id: int = ref("estate.id", index=False)
    fee_item_id: int | None = ref("fee_item.id", null=True)
    starts_on: date
    rate_ppb: int
    grace_days: int = 0
    cap_bp: int | None = None
    pauses_for_plans: bool = True
    note: str = Field(default="", max_length=200)
    created_by: int | None = ref("account.id", null=True)
    created_at: datetime = instant()


class LadderPolicy(SQLModel, table=True):
    """After how many days overdue an estate climbs to each rung; nought leaves a rung to people."""

    __tablename__ = "ladder_policy"
    estate_id: int = ref("estate.id", primary=True)
    reminder_days: int = 3
    sms_days: int = 10
    letter_days: int = 30
    case_days: int = 0


class BillMoney(SQLModel, table=True):
    """Money that came onto a bill on a day (or, negative, left it): what was unpaid on which day follows from these."""

    __tablename__ = "bill_money"
    __table_args__ = (CheckConstraint("amount_fen <> 0", name="amount_not_zero"),)
    id: int = key()
    bill_id: int = ref("bill.id")
    paid_on: date = Field(index=True)
    amount_fen: int = money()
    cause: str = Field(default="", max_length=60)


class BillDispute(SQLModel, table=True):
    """A resident questions a bill from a day until it is settled; both days count."""

    __tablename__ = "bill_dispute"
    __table_args__ = (Index("uq_bill_dispute_open", "bill_id", unique=True, postgresql_where=text("to_on IS NULL")),)
    id: int = key()
    bill_id: int = ref("bill.id")
    from_on: date
    to_on: date | None = None
    reason: str = Field(default="", max_length=200)
    answer: str = Field(default="", max_length=200)
    opened_by: int | None = ref("account.id", null=True)
    closed_by: int | None = ref("account.id", null=True)


class Waiver(SQLModel, table=True):
    """A part of a bill that is let go: asked for by one person, decided by another; the bill is then replaced by a smaller one."""

    __tablename__ = "waiver"
    __table_args__ = (
        one_of("status", Decision),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index("uq_waiver_requested", "bill_id", unique=True, postgresql_where=text("status = 'requested'")),
    )
    id: int = key()
    estate_id: int = ref("estate.id")
    bill_id: int = ref("bill.id")
    for_bill_id: int | None = ref("bill.id", null=True)
    new_bill_id: int | None = ref("bill.id", null=True)
    amount_fen: int = money()
    reason: str = Field(max_length=200)
    status: Decision = word(Decision, default=Decision.requested)
    requested_by: int | None = ref("account.id", null=True)
    requested_at: datetime = instant()
    decided_by: int | None = ref("account.id", null=True)
    decided_at: datetime | None = instant(null=True)
    answer: str = Field(default="", max_length=200)


class Discount(SQLModel, table=True):
    """A room pays less for one item (or all) from a day to a day, once a second person has agreed."""

    __tablename__ = "discount"
    __table_args__ = (
        one_of("status", Decision),
        one_of("kind", DiscountKind),
        CheckConstraint("percent_bp BETWEEN 1 AND 9999", name="percent_within"),
    )
    id: int = key()
    estate_id: int = ref("estate.id")
    room_id: int = ref("room.id")
    fee_item_id: int | None = ref("fee_item.id", null=True)
    kind: DiscountKind = word(DiscountKind)
    percent_bp: int
    starts_on: date
    ends_on: date
    reason: str = Field(max_length=200)
    status: Decision = word(Decision, default=Decision.requested)
    requested_by: int | None = ref("account.id", null=True)
    requested_at: datetime = instant()
    decided_by: int | None = ref("account.id", null=True)
    decided_at: datetime | None = instant(null=True)
    answer: str = Field(default="", max_length=200)


class ArrearsStep(SQLModel, table=True):
    """One step of the ladder towards a household: which rung, by whom, for which bills, and how it reached them.

    `told` are the accounts that were written to; `content` is what a letter says, kept as it was said.
    """

    __tablename__ = "arrears_step"
    __table_args__ = (one_of("stage", Stage), one_of("delivery", Delivery), Index("ix_arrears_step_room", "room_id", "id"))
    id: int = key()
    estate_id: int = ref("estate.id")
    room_id: int = ref("room.id", index=False)
    stage: Stage = word(Stage)
    number: str | None = Field(default=None, max_length=30, unique=True)
    bill_ids: list[int] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    told: list[int] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    content: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    owed_fen: int = money()
    at: datetime = instant()
    actor_id: int | None = ref("account.id", null=True)
    note: str = Field(default="", max_length=200)
    delivery: Delivery | None = word(Delivery, null=True)
    delivered_on: date | None = None
    delivered_by: int | None = ref("account.id", null=True)
    proof: str = Field(default="", max_length=200)


class PaymentPromise(SQLModel, table=True):
    """A household that owed `owed_fen` on these bills has promised to pay an amount of it by a day."""

    __tablename__ = "payment_promise"
    __table_args__ = (
        one_of("status", PromiseStatus),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index("uq_payment_promise_running", "room_id", unique=True, postgresql_where=text("status = 'running'")),
    )
    id: int = key()
    estate_id: int = ref("estate.id")
    room_id: int = ref("room.id")
    bill_ids: list[int] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    owed_fen: int = money()
    amount_fen: int = money()
    from_on: date
    due_on: date
    status: PromiseStatus = word(PromiseStatus, default=PromiseStatus.running)
    note: str = Field(default="", max_length=200)
    created_by: int | None = ref("account.id", null=True)
    created_at: datetime = instant()
    ended_on: date | None = None


class InstalmentPlan(SQLModel, table=True):
    """A household pays its overdue bills in parts; broken when one is late."""

    __tablename__ = "instalment_plan"
    __table_args__ = (
        one_of("status", PromiseStatus),
        Index("uq_instalment_plan_running", "room_id", unique=True, postgresql_where=text("status = 'running'")),
    )
    id: int = key()
    estate_id: int = ref("estate.id")
    room_id: int = ref("room.id")
    bill_ids: list[int] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    total_fen: int = money()
    from_on: date
    status: PromiseStatus = word(PromiseStatus, default=PromiseStatus.running)
    note: str = Field(default="", max_length=200)
    created_by: int | None = ref("account.id", null=True)
    created_at: datetime = instant()
    ended_on: date | None = None


class InstalmentPart(SQLModel, table=True):
    """One part of a plan, with its own due date."""

    __tablename__ = "instalment_part"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount_positive"),)
    plan_id: int = ref("instalment_plan.id", primary=True)
    position: int = Field(primary_key=True)
    due_on: date
    amount_fen: int = money()
