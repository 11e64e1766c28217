"""Facilities (设备设施) with their meter readings, preventive plans, and the orders that plans have made."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key, one_of, ref, word


class FacilityKind(StrEnum):
    """What a facility is."""

    lift = "lift"
    pump = "pump"
    fire = "fire"
    lighting = "lighting"
    gate = "gate"
    power = "power"
    ventilation = "ventilation"
    other = "other"


class PlanUnit(StrEnum):
    """By what a plan counts: days, months, or units of the facility's own counter."""

    day = "day"
    month = "month"
    meter = "meter"


class CountsFrom(StrEnum):
    """From where the next date is counted: when it was planned, or when it was done."""

    planned = "planned"
    done = "done"


class Facility(SQLModel, table=True):
    """One thing that is looked after; `code` stands in the QR on its label. The counter's unit is empty where it has none."""

    __table_args__ = (
        one_of("kind", FacilityKind),
        UniqueConstraint("estate_id", "number"),
        CheckConstraint("life_years > 0", name="life_positive"),
        CheckConstraint("cost_fen >= 0", name="cost_not_negative"),
    )
    id: int = key()
    estate_id: int = ref("estate.id", index=False)
    public_area_id: int = ref("public_area.id")
    category_id: int | None = ref("repair_category.id", null=True)
    code: str = Field(max_length=16, unique=True)
    number: str = Field(max_length=30)
    name: str = Field(max_length=60)
    kind: FacilityKind = word(FacilityKind)
    maker: str = Field(default="", max_length=60)
    model: str = Field(default="", max_length=60)
    installed_on: date | None = None
    warranty_ends_on: date | None = None
    life_years: int | None = None
    cost_fen: int | None = Field(default=None, sa_type=BigInteger)
    counter_unit: str = Field(default="", max_length=20)
    note: str = Field(default="", max_length=500)
    is_active: bool = True


class FacilityReading(SQLModel, table=True):
    """What a facility's counter showed; it never runs backwards."""

    __tablename__ = "facility_reading"
    __table_args__ = (CheckConstraint("value >= 0", name="value_not_negative"), Index("ix_facility_reading_newest", "facility_id", "id"))
    id: int = key()
    facility_id: int = ref("facility.id", index=False)
    value: int
    at: datetime = instant()
    read_by: int | None = ref("account.id", null=True)


class FacilityPlan(SQLModel, table=True):
    """Something that must be done again and again; `lead` is how many days (or units) before it is due its order is made."""

    __tablename__ = "facility_plan"
    __table_args__ = (
        one_of("unit", PlanUnit),
        one_of("counts_from", CountsFrom),
        CheckConstraint("every > 0", name="every_positive"),
        CheckConstraint("lead >= 0", name="lead_not_negative"),
        CheckConstraint("(unit = 'meter') = (due_value IS NOT NULL) AND (unit = 'meter') = (due_on IS NULL)", name="due_fits"),
        CheckConstraint("(unit = 'month') = (due_day IS NOT NULL) AND due_day BETWEEN 1 AND 31", name="due_day_fits"),
    )
    id: int = key()
    facility_id: int = ref("facility.id")
    category_id: int = ref("repair_category.id")
    name: str = Field(max_length=60)
    unit: PlanUnit = word(PlanUnit)
    every: int
    lead: int = 0
    counts_from: CountsFrom = word(CountsFrom, default=CountsFrom.planned)
    due_on: date | None = None
    # The day of the month that a plan by months aims at: one of the 31st is due on the last of February, and on the 31st again in March.
    due_day: int | None = None
    due_value: int | None = None
    is_active: bool = True


class FacilityVisit(SQLModel, table=True):
    """An order that a plan has made for one due; never two for the same, and one open at a time."""

    __tablename__ = "facility_visit"
    __table_args__ = (
        UniqueConstraint("plan_id", "due"),
        UniqueConstraint("order_id"),
        Index("uq_facility_visit_open", "plan_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )
    id: int = key()
    plan_id: int = ref("facility_plan.id", index=False)
    order_id: int = ref("repair_order.id", index=False)
    due: str = Field(max_length=20)
    made_at: datetime = instant()
    ended_at: datetime | None = instant(null=True)
    is_done: bool = False
