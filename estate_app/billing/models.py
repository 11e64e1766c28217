"""Fee items with their price versions, meters and readings, bill runs, bills and their lines."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key, money, one_of, ref, word


class FeeKind(StrEnum):
    """How an item's amount comes about."""

    area = "area"
    fixed = "fixed"
    metered = "metered"
    shared = "shared"
    parking = "parking"
    one_off = "one_off"
    repair = "repair"
    late_fee = "late_fee"


class MeterKind(StrEnum):
    """What a meter measures."""

    water = "water"
    electricity = "electricity"
    gas = "gas"
    heat = "heat"


class ReadingKind(StrEnum):
    """How a reading came about."""

    actual = "actual"
    estimated = "estimated"
    imported = "imported"
    corrected = "corrected"
    resident = "resident"


class SelfReadingStatus(StrEnum):
    """Where a reading that a resident sent stands."""

    waiting = "waiting"
    approved = "approved"
    rejected = "rejected"


class RunStatus(StrEnum):
    """Where a bill run stands."""

    draft = "draft"
    issuing = "issuing"
    issued = "issued"
    discarded = "discarded"


class BillStatus(StrEnum):
    """Where a bill stands; overdue follows from the due date and is not stored."""

    unpaid = "unpaid"
    partly_paid = "partly_paid"
    paid = "paid"
    disputed = "disputed"
    void = "void"

    @property
    def is_open(self) -> bool:
        """Whether the bill asks to be paid."""
        return self in OPEN_STATUSES


OPEN_STATUSES = frozenset({BillStatus.unpaid, BillStatus.partly_paid})


class SkipReason(StrEnum):
    """Why a room gets no bill for an item; a missing input never becomes a zero bill."""

    no_reading = "no_reading"
    no_meter = "no_meter"
    no_price = "no_price"
    already_billed = "already_billed"
    reading_falls = "reading_falls"
    nothing_used = "nothing_used"
    not_attached = "not_attached"
    no_area = "no_area"
    no_pool = "no_pool"


class FeeItem(SQLModel, table=True):
    """Something that residents are charged for; an automatic item is billed by itself on the first of each month."""

    __tablename__ = "fee_item"
    __table_args__ = (one_of("kind", FeeKind), UniqueConstraint("estate_id", "code"))
    id: int = key()
    estate_id: int = ref("estate.id")
    code: str = Field(max_length=30)
    name: str = Field(max_length=40)
    name_en: str = Field(max_length=60)
    kind: FeeKind = word(FeeKind)
    meter_kind: MeterKind | None = word(MeterKind, null=True)
    due_days: int = 30
    is_active: bool = True
    is_automatic: bool = False


class PriceVersion(SQLModel, table=True):
    """What an item costs from a date on; `rule` is checked by `billing.rules` before it is stored."""

    __tablename__ = "price_version"
    __table_args__ = (UniqueConstraint("fee_item_id", "starts_on"),)
    id: int = key()
    fee_item_id: int = ref("fee_item.id")
    starts_on: date
    rule: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    note: str = Field(default="", max_length=200)


class RoomFee(SQLModel, table=True):
    """An item attached to a room, from a day to a day."""

    __tablename__ = "room_fee"
    __table_args__ = (UniqueConstraint("fee_item_id", "room_id", "starts_on"),)
    id: int = key()
    fee_item_id: int = ref("fee_item.id")
    room_id: int = ref("room.id")
    starts_on: date
    ends_on: date | None = None


class Meter(SQLModel, table=True):
    """A meter of a room, or without a room the common meter of a building or of the whole estate.

    `digits` before the point tell where its dial rolls over; `band` names the hours that it counts (peak, valley) where
    electricity is priced by them; `multiplier_milli` is the ratio of its transformer in thousandths.
    """

    __table_args__ = (
        one_of("kind", MeterKind),
        UniqueConstraint("estate_id", "code"),
        CheckConstraint("multiplier_milli > 0", name="multiplier_positive"),
    )
    id: int = key()
    estate_id: int = ref("estate.id")
    room_id: int | None = ref("room.id", null=True)
    building_id: int | None = ref("building.id", null=True)
    kind: MeterKind = word(MeterKind)
    code: str = Field(max_length=40)
    band: str = Field(default="", max_length=20)
    multiplier_milli: int = Field(default=1_000, sa_type=BigInteger)
    digits: int = 6
    installed_on: date
    removed_on: date | None = None


class Reading(SQLModel, table=True):
    """What a meter showed on a day, in thousandths of its unit."""

    __table_args__ = (
        UniqueConstraint("meter_id", "read_on"),
        CheckConstraint("value_milli >= 0", name="value_not_negative"),
        one_of("kind", ReadingKind),
    )
    id: int = key()
    meter_id: int = ref("meter.id")
    read_on: date
    value_milli: int = Field(sa_type=BigInteger)
    kind: ReadingKind = word(ReadingKind, default=ReadingKind.actual)
    is_rollover: bool = False
    photo_id: str | None = Field(default=None, max_length=32)
    read_by: int | None = ref("account.id", null=True)
    created_at: datetime = instant()


class SelfReading(SQLModel, table=True):
    """What a resident read on a meter of the own room; it becomes a reading when somebody of the staff approves it."""

    __tablename__ = "self_reading"
    __table_args__ = (
        one_of("status", SelfReadingStatus),
        CheckConstraint("value_milli >= 0", name="value_not_negative"),
        Index("uq_self_reading_waiting", "meter_id", unique=True, postgresql_where=text("status = 'waiting'")),
    )
    id: int = key()
    meter_id: int = ref("meter.id")
    account_id: int = ref("account.id")
    read_on: date
    value_milli: int = Field(sa_type=BigInteger)
    photo_id: str = Field(max_length=32)
    status: SelfReadingStatus = word(SelfReadingStatus, default=SelfReadingStatus.waiting)
    reason: str = Field(default="", max_length=200)
    decided_by: int | None = ref("account.id", null=True)
    created_at: datetime = instant()


class SharedPool(SQLModel, table=True):
    """The amount of a shared cost for a month, as somebody entered it from the supplier's bill."""

    __tablename__ = "shared_pool"
    __table_args__ = (UniqueConstraint("fee_item_id", "period"), CheckConstraint("amount_fen > 0", name="amount_positive"))
    id: int = key()
    fee_item_id: int = ref("fee_item.id")
    period: date
    amount_fen: int = money()
    note: str = Field(default="", max_length=200)


class BillRun(SQLModel, table=True):
    """One bill run: an estate, some items and a month. Its preview is kept, so that what was seen is what is issued.

    `issued_upto` is the last draft that the issue has met: drafts are issued in the order of their ids, and a kill goes on after it.
    """

    __tablename__ = "bill_run"
    __table_args__ = (one_of("status", RunStatus),)
    id: int = key()
    number: str = Field(max_length=30, unique=True)
    estate_id: int = ref("estate.id")
    period: date
    item_ids: list[int] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    status: RunStatus = word(RunStatus, default=RunStatus.draft)
    due_on: date
    created_by: int | None = ref("account.id", null=True)
    created_at: datetime = instant()
    issued_at: datetime | None = instant(null=True)
    room_count: int = 0
    bill_count: int = 0
    total_fen: int = money(default=0)
    issued_count: int = 0
    issued_upto: int = Field(default=0, sa_type=BigInteger)
    skips: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))


class Bill(SQLModel, table=True):
    """One item of one room for one period. Issued bills are never edited: they are voided and replaced.

    `charge_key` names what a single charge is for: it is charged once, whatever becomes of the bill. A late fee is a bill of its
    own: `for_bill_id` is the bill that was late, `charged_until` the last day that is charged.
    """

    __table_args__ = (
        one_of("status", BillStatus),
        CheckConstraint("amount_fen >= 0", name="amount_not_negative"),
        CheckConstraint("paid_fen BETWEEN 0 AND amount_fen", name="paid_within"),
        Index(
            "uq_bill_once",
            "fee_item_id",
            "room_id",
            "period",
            unique=True,
            postgresql_where=text("status <> 'void' AND run_id IS NOT NULL"),
        ),
        Index("ix_bill_opening", "fee_item_id", "room_id", postgresql_where=text("starts_with(charge_key, 'opening:')")),
        Index("ix_bill_room_open", "room_id", "status"),
        Index("ix_bill_estate_period", "estate_id", "period"),
        Index("ix_bill_late", "due_on", postgresql_where=text("status IN ('unpaid', 'partly_paid', 'disputed')")),
    )
    id: int = key()
    number: str = Field(max_length=30, unique=True)
    estate_id: int = ref("estate.id", index=False)
    room_id: int = ref("room.id", index=False)
    fee_item_id: int = ref("fee_item.id")
    run_id: int | None = ref("bill_run.id", null=True)
    period: date
    due_on: date
    status: BillStatus = word(BillStatus, default=BillStatus.unpaid)
    amount_fen: int = money()
    paid_fen: int = money(default=0)
    issued_at: datetime = instant(index=True)
    paid_at: datetime | None = instant(null=True)
    first_seen_at: datetime | None = instant(null=True)
    void_reason: str = Field(default="", max_length=200)
    replaces_id: int | None = ref("bill.id", null=True)
    charge_key: str | None = Field(default=None, max_length=60, unique=True)
    for_bill_id: int | None = ref("bill.id", null=True)
    charged_until: date | None = None


class BillLine(SQLModel, table=True):
    """One line of a bill, with the inputs that made it; prices in ten-thousandths of a yuan per unit."""

    __tablename__ = "bill_line"
    __table_args__ = (UniqueConstraint("bill_id", "position"),)
    id: int = key()
    bill_id: int = ref("bill.id", index=False)
    position: int
    label: str = Field(max_length=80)
    quantity_milli: int = Field(sa_type=BigInteger)
    unit: str = Field(default="", max_length=10)
    price_e4: int = Field(sa_type=BigInteger)
    amount_fen: int = money()
    inputs: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))


class BillDraft(SQLModel, table=True):
    """What a run will bill one room for one item, or why it will not; kept with what it was compared with.

    `flag` is a word of `rules.meter.ReadingFlag`: the use looks odd against the room's own past. `lines` hold the columns of the
    bill's lines to be.
    """

    __tablename__ = "bill_draft"
    __table_args__ = (
        UniqueConstraint("run_id", "fee_item_id", "room_id"),
        Index("ix_bill_draft_run_id_id", "run_id", "id"),
    )
    id: int = key()
    run_id: int = ref("bill_run.id", index=False)
    fee_item_id: int = ref("fee_item.id", index=False)
    room_id: int = ref("room.id", index=False)
    skip: SkipReason | None = word(SkipReason, null=True)
    flag: str = Field(default="", max_length=20)
    amount_fen: int = money(default=0)
    last_fen: int | None = Field(default=None, sa_type=BigInteger)
    quantity_milli: int = Field(default=0, sa_type=BigInteger)
    lines: list[dict[str, object]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    readings: list[dict[str, int]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))


class BillReading(SQLModel, table=True):
    """Up to which reading of a meter a bill charges, from which, and how much that is: the next bill goes on from here."""

    __tablename__ = "bill_reading"
    bill_id: int = ref("bill.id", primary=True)
    reading_id: int = ref("reading.id", primary=True)
    from_reading_id: int = ref("reading.id", index=False)
    usage_milli: int = Field(sa_type=BigInteger)


class BillAdjustment(SQLModel, table=True):
    """What a corrected reading changes of an issued bill: charged by a bill of its own (`settled_bill_id`), or credited to the room."""

    __tablename__ = "bill_adjustment"
    id: int = key()
    bill_id: int = ref("bill.id")
    reading_id: int = ref("reading.id")
    settled_bill_id: int | None = ref("bill.id", null=True)
    amount_fen: int = money()
    usage_milli: int = Field(sa_type=BigInteger)
    lines: list[dict[str, object]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    reason: str = Field(default="", max_length=200)
    created_by: int | None = ref("account.id", null=True)
    created_at: datetime = instant()
