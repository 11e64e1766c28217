"""Repair orders and their steps, the category tree, technicians and their shifts, offers, materials, ratings."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from estate_app.tables import Word, instant, key, money, one_of, ref, word


class Urgency(StrEnum):
    """How soon it must be looked at."""

    emergency = "emergency"
    high = "high"
    normal = "normal"


class Trade(StrEnum):
    """What a technician can do."""

    plumbing = "plumbing"
    electrical = "electrical"
    masonry = "masonry"
    carpentry = "carpentry"
    lift = "lift"
    hvac = "hvac"
    general = "general"


class OrderStatus(StrEnum):
    """Where an order stands."""

    submitted = "submitted"
    assigned = "assigned"
    accepted = "accepted"
    on_the_way = "on_the_way"
    working = "working"
    paused = "paused"
    completed = "completed"
    closed = "closed"
    cancelled = "cancelled"
    rejected = "rejected"


class Access(StrEnum):
    """Whether the technician may enter."""

    may_enter = "may_enter"
    call_first = "call_first"
    only_at_home = "only_at_home"


class Source(StrEnum):
    """Through which door the report came."""

    web = "web"
    mini_program = "mini_program"
    phone = "phone"
    counter = "counter"
    patrol = "patrol"
    imported = "imported"
    qr = "qr"
    plan = "plan"


class PauseReason(StrEnum):
    """Why work rests; each stops the clock."""

    waiting_for_parts = "waiting_for_parts"
    waiting_for_resident = "waiting_for_resident"
    waiting_for_access = "waiting_for_access"
    bad_weather = "bad_weather"


class QueueReason(StrEnum):
    """Why an order has no technician: what a dispatcher must mend."""

    no_trade = "no_trade"
    no_zone = "no_zone"
    no_shift = "no_shift"
    no_capacity = "no_capacity"
    all_excluded = "all_excluded"
    all_passed = "all_passed"
    open_to_all = "open_to_all"
    by_hand = "by_hand"


class ShiftKind(StrEnum):
    """Ordinary duty, or reachable for emergencies."""

    duty = "duty"
    on_call = "on_call"


class IncidentStatus(StrEnum):
    """Where an incident stands: a proposal, one repair for all, over, or several faults after all."""

    proposed = "proposed"
    open = "open"
    closed = "closed"
    declined = "declined"


class OfferOutcome(StrEnum):
    """What became of an offer."""

    open = "open"
    accepted = "accepted"
    declined = "declined"
    timed_out = "timed_out"
    withdrawn = "withdrawn"


def _json() -> Column[object]:
    return Column(JSONB, nullable=False, server_default="[]")


class RepairCategory(SQLModel, table=True):
    """One node of the category tree; only leaves are reported. Names in both languages, since managers edit them."""

    __tablename__ = "repair_category"
    __table_args__ = (one_of("urgency", Urgency), one_of("trade", Trade), CheckConstraint("minutes > 0", name="minutes_positive"))
    id: int = key()
    parent_id: int | None = ref("repair_category.id", null=True)
    code: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=40)
    name_en: str = Field(max_length=60)
    icon: str = Field(default="wrench", max_length=30)
    is_public: bool = False
    urgency: Urgency = word(Urgency, default=Urgency.normal)
    minutes: int = 60
    trade: Trade = word(Trade, default=Trade.general)
    level: int = 1
    is_paid: bool = False
    respond_minutes: int = 30
    complete_minutes: int = 1440
    is_active: bool = True
    position: int = 0
    # Lines that a technician ticks ({"text", "is_required"}), and yes-or-no questions whose yes is a danger.
    checklist: list[dict[str, object]] = Field(default_factory=list, sa_column=_json())
    questions: list[str] = Field(default_factory=list, sa_column=_json())
    needs_certificate: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})


class Technician(SQLModel, table=True):
    """What an account can do as a technician."""

    __table_args__ = (CheckConstraint("daily_minutes BETWEEN 0 AND 1440", name="daily_minutes_range"),)
    account_id: int = ref("account.id", primary=True)
    daily_minutes: int = 420
    is_active: bool = True
    last_assigned_at: datetime | None = instant(null=True)
    score_milli: int = 4500
    score_count: int = 0


class TechnicianTrade(SQLModel, table=True):
    """A trade with its level, 1 to 5."""

    __tablename__ = "technician_trade"
    __table_args__ = (one_of("trade", Trade), CheckConstraint("level BETWEEN 1 AND 5", name="level_range"))
    technician_id: int = ref("technician.account_id", primary=True)
    trade: Trade = Field(sa_column=Column(Word(Trade), primary_key=True))
    level: int = 3


class TechnicianZone(SQLModel, table=True):
    """Where a technician works: a whole estate, or one building of it as a main zone."""

    __tablename__ = "technician_zone"
    __table_args__ = (UniqueConstraint("technician_id", "estate_id", "building_id", postgresql_nulls_not_distinct=True),)
    id: int = key()
    technician_id: int = ref("technician.account_id")
    estate_id: int = ref("estate.id")
    building_id: int | None = ref("building.id", null=True)


class Shift(SQLModel, table=True):
    """A span in which a technician is on duty or on call."""

    __table_args__ = (one_of("kind", ShiftKind), CheckConstraint("ends_at > starts_at", name="span"))
    id: int = key()
    technician_id: int = ref("technician.account_id")
    kind: ShiftKind = word(ShiftKind, default=ShiftKind.duty)
    starts_at: datetime = instant(index=True)
    ends_at: datetime = instant(index=True)


class Leave(SQLModel, table=True):
    """A span in which a technician is away."""

    __table_args__ = (CheckConstraint("ends_at > starts_at", name="span"),)
    id: int = key()
    technician_id: int = ref("technician.account_id")
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    reason: str = Field(default="", max_length=60)


class Incident(SQLModel, table=True):
    """One trouble that several households of a building have reported; `lead_id` is the order that is worked on."""

    __table_args__ = (
        one_of("status", IncidentStatus),
        Index("uq_incident_live", "building_id", "category_id", unique=True, postgresql_where=text("status IN ('proposed', 'open')")),
    )
    id: int = key()
    estate_id: int = ref("estate.id")
    building_id: int = ref("building.id", index=False)
    category_id: int = ref("repair_category.id")
    # No foreign key: orders refer to incidents, and two tables that refer to each other cannot be made or emptied in order.
    lead_id: int | None = Field(default=None, sa_type=BigInteger)
    status: IncidentStatus = word(IncidentStatus, default=IncidentStatus.proposed)
    proposed_at: datetime = instant()
    decided_at: datetime | None = instant(null=True)
    decided_by: int | None = ref("account.id", null=True)
    reason: str = Field(default="", max_length=200)
    closed_at: datetime | None = instant(null=True)


_DONE = "status IN ('completed', 'closed')"


class RepairOrder(SQLModel, table=True):
    """One reported fault."""

    __tablename__ = "repair_order"
    __table_args__ = (
        one_of("status", OrderStatus),
        one_of("urgency", Urgency),
        CheckConstraint("room_id IS NOT NULL OR public_area_id IS NOT NULL", name="has_place"),
        UniqueConstraint("reporter_id", "client_key"),
        Index("ix_repair_order_queue", "estate_id", "status", "submitted_at"),
        Index("ix_repair_order_technician_open", "technician_id", "status"),
        Index("ix_repair_order_newest", text("submitted_at DESC"), text("id DESC")),
        Index("ix_repair_order_room_newest", "room_id", text("submitted_at DESC"), text("id DESC")),
        Index("ix_repair_order_done_at", "technician_id", "completed_at", postgresql_include=["category_id"], postgresql_where=text(_DONE)),
        Index("ix_repair_order_done_where", "technician_id", "building_id", "room_id", postgresql_where=text(_DONE)),
        Index("ix_repair_order_to_charge", "id", postgresql_where=text("charge_fen IS NOT NULL AND charged_at IS NULL")),
    )
    id: int = key()
    number: str = Field(max_length=30, unique=True)
    estate_id: int = ref("estate.id", index=False)
    building_id: int | None = ref("building.id", null=True)
    room_id: int | None = ref("room.id", null=True, index=False)
    public_area_id: int | None = ref("public_area.id", null=True)
    category_id: int = ref("repair_category.id")
    description: str = Field(max_length=1000)
    urgency: Urgency = word(Urgency)
    status: OrderStatus = word(OrderStatus, default=OrderStatus.submitted)
    source: Source = word(Source, default=Source.web)
    reporter_id: int = ref("account.id")
    contact_name: str = Field(max_length=40)
    contact_phone: str = Field(max_length=20)
    visit_from_at: datetime | None = instant(null=True)
    visit_to_at: datetime | None = instant(null=True)
    access: Access = word(Access, default=Access.call_first)
    latitude: float | None = None
    longitude: float | None = None
    estimate_minutes: int = 60
    technician_id: int | None = ref("technician.account_id", null=True, index=False)
    queue_reason: QueueReason | None = word(QueueReason, null=True)
    queued_at: datetime | None = instant(null=True)
    escalated: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    incident_id: int | None = ref("incident.id", null=True)
    merged_into_id: int | None = ref("repair_order.id", null=True)
    pause_reason: PauseReason | None = word(PauseReason, null=True)
    submitted_at: datetime = instant()
    assigned_at: datetime | None = instant(null=True)
    accepted_at: datetime | None = instant(null=True)
    started_at: datetime | None = instant(null=True)
    completed_at: datetime | None = instant(null=True)
    closed_at: datetime | None = instant(null=True)
    changed_at: datetime = instant(index=True)
    respond_due_at: datetime = instant()
    complete_due_at: datetime = instant()
    paused_seconds: int = 0
    paused_at: datetime | None = instant(null=True)
    warned_percent: int = 0
    labour_minutes: int = 0
    rework_of_id: int | None = ref("repair_order.id", null=True)
    end_reason: str = Field(default="", max_length=200)
    charge_fen: int | None = Field(default=None, sa_type=BigInteger)
    charged_at: datetime | None = instant(null=True)
    client_key: str | None = Field(default=None, max_length=64)
    facility_id: int | None = ref("facility.id", null=True)
    is_out_of_service: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})


class OrderStep(SQLModel, table=True):
    """One step of an order: who moved it, from what, to what, why, and when the phone says it happened."""

    __tablename__ = "order_step"
    id: int = key()
    order_id: int = ref("repair_order.id")
    actor_id: int | None = ref("account.id", null=True)
    actor_name: str = Field(max_length=40)
    action: str = Field(max_length=30)
    from_status: OrderStatus | None = word(OrderStatus, null=True)
    to_status: OrderStatus = word(OrderStatus)
    reason: str = Field(default="", max_length=200)
    note: str = Field(default="", max_length=1000)
    at: datetime = instant()
    client_at: datetime | None = instant(null=True)


class OrderFollower(SQLModel, table=True):
    """A neighbour who has the same trouble and follows an order instead of reporting it again."""

    __tablename__ = "order_follower"
    order_id: int = ref("repair_order.id", primary=True)
    account_id: int = ref("account.id", primary=True)
    at: datetime = instant()


class DispatchDecision(SQLModel, table=True):
    """Why an order went to somebody, or to nobody: every candidate with each factor, and every exclusion."""

    __tablename__ = "dispatch_decision"
    id: int = key()
    order_id: int = ref("repair_order.id")
    technician_id: int | None = ref("technician.account_id", null=True)
    mode: str = Field(max_length=20)
    at: datetime = instant()
    actor_id: int | None = ref("account.id", null=True)
    reason: str = Field(default="", max_length=200)
    candidates: list[dict[str, object]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    exclusions: list[dict[str, object]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))


class Offer(SQLModel, table=True):
    """An order offered to one technician until a time; at most one is open for an order."""

    __table_args__ = (
        one_of("outcome", OfferOutcome),
        Index("uq_offer_open", "order_id", unique=True, postgresql_where=text("outcome = 'open'")),
    )
    id: int = key()
    order_id: int = ref("repair_order.id")
    technician_id: int = ref("technician.account_id")
    offered_at: datetime = instant()
    expires_at: datetime = instant(index=True)
    outcome: OfferOutcome = word(OfferOutcome, default=OfferOutcome.open)
    answered_at: datetime | None = instant(null=True)
    reason: str = Field(default="", max_length=200)


class MaterialUse(SQLModel, table=True):
    """A material used on an order, at the price of that moment."""

    __tablename__ = "material_use"
    __table_args__ = (CheckConstraint("quantity_milli > 0", name="quantity_positive"),)
    id: int = key()
    order_id: int = ref("repair_order.id")
    stock_item_id: int = ref("stock_item.id")
    name: str = Field(max_length=60)
    unit: str = Field(max_length=10)
    quantity_milli: int = Field(sa_type=BigInteger)
    price_fen: int = money()
    amount_fen: int = money()
    added_by: int = ref("account.id")
    at: datetime = instant()


class Rating(SQLModel, table=True):
    """What the resident thought of it, and what the technician answered."""

    __table_args__ = (
        CheckConstraint("quality BETWEEN 1 AND 5 AND attitude BETWEEN 1 AND 5 AND timeliness BETWEEN 1 AND 5", name="stars"),
        UniqueConstraint("order_id"),
    )
    id: int = key()
    order_id: int = ref("repair_order.id")
    account_id: int = ref("account.id")
    technician_id: int = ref("technician.account_id")
    quality: int
    attitude: int
    timeliness: int
    reasons: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(String(40)), nullable=False))
    text: str = Field(default="", max_length=500)
    at: datetime = instant()
    reply: str = Field(default="", max_length=500)
    replied_at: datetime | None = instant(null=True)
