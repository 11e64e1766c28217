"""How an estate dispatches: its weights and clocks, the mode of a category, orders that are open to all, and batch plans."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key, one_of, ref, word

_FACTORS = "skill + zone + load + travel + rating + familiarity"
_NONE_BELOW = "least(skill, zone, load, travel, rating, familiarity)"


class DispatchMode(StrEnum):
    """How an order of a category finds its technician: the best is asked, whoever is first takes it, or it goes in turn."""

    offer = "offer"
    grab = "grab"
    round_robin = "round_robin"


class PlanStatus(StrEnum):
    """Whether a plan is still a proposal."""

    draft = "draft"
    applied = "applied"


class DispatchRule(SQLModel, table=True):
    """What an estate has changed of the rules of dispatch; an estate without a row keeps the defaults."""

    __tablename__ = "dispatch_rule"
    __table_args__ = (
        CheckConstraint(f"{_FACTORS} = 100 AND {_NONE_BELOW} >= 0", name="weights_sum"),
        CheckConstraint("auto_points BETWEEN 0 AND 100", name="auto_points_range"),
    )
    estate_id: int = ref("estate.id", primary=True)
    skill: int = 35
    zone: int = 20
    load: int = 15
    travel: int = 10
    rating: int = 10
    familiarity: int = 10
    is_auto: bool = True
    auto_points: int = 0
    offer_minutes: int = 15
    emergency_minutes: int = 5
    grab_minutes: int = 20
    escalate_minutes: int = 30
    incident_reports: int = 3
    incident_minutes: int = 120
    arrival_metres: int = Field(default=60, sa_column_kwargs={"server_default": "60"})
    asks_arrival: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    changed_at: datetime = instant()


class CategoryMode(SQLModel, table=True):
    """The mode of one category in one estate; without a row the best is asked."""

    __tablename__ = "category_mode"
    __table_args__ = (one_of("mode", DispatchMode),)
    estate_id: int = ref("estate.id", primary=True)
    category_id: int = ref("repair_category.id", primary=True)
    mode: DispatchMode = word(DispatchMode)


class GrabOffer(SQLModel, table=True):
    """An order that is open to a technician until a time; whoever is first takes it."""

    __tablename__ = "grab_offer"
    order_id: int = ref("repair_order.id", primary=True)
    technician_id: int = ref("technician.account_id", primary=True)
    opened_at: datetime = instant()
    expires_at: datetime = instant(index=True)


class BatchPlan(SQLModel, table=True):
    """A proposal for the waiting orders of an estate, as it was computed, and what became of it."""

    __tablename__ = "batch_plan"
    __table_args__ = (one_of("status", PlanStatus),)
    id: int = key()
    estate_id: int = ref("estate.id")
    status: PlanStatus = word(PlanStatus, default=PlanStatus.draft)
    made_at: datetime = instant()
    made_by: int = ref("account.id")
    applied_at: datetime | None = instant(null=True)
    applied_by: int | None = ref("account.id", null=True)
    solve_ms: int = 0
    visits: list[dict[str, object]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    left_over: list[dict[str, object]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
