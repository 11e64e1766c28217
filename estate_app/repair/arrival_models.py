"""That a technician was at the door: by which means, how sure, or why it is not proven. The coordinates themselves are not kept."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key, one_of, ref, word


class Means(StrEnum):
    """By what an arrival is shown: the label at the door was scanned, or the phone is at the building."""

    label = "label"
    location = "location"


class Doubt(StrEnum):
    """Why an arrival is not proven; none of them stops the work."""

    denied = "denied"
    unavailable = "unavailable"
    inaccurate = "inaccurate"
    too_far = "too_far"
    other_label = "other_label"
    unknown_place = "unknown_place"
    not_given = "not_given"


class Arrival(SQLModel, table=True):
    """What was found when a technician said to be at the door, beside the step that says so. Metres throughout."""

    __table_args__ = (
        one_of("means", Means),
        one_of("doubt", Doubt),
        UniqueConstraint("step_id"),
        CheckConstraint("means IS NOT NULL OR doubt IS NOT NULL", name="says_something"),
    )
    id: int = key()
    order_id: int = ref("repair_order.id")
    technician_id: int = ref("technician.account_id", index=False)
    step_id: int = ref("order_step.id", index=False)
    means: Means | None = word(Means, null=True)
    doubt: Doubt | None = word(Doubt, null=True)
    distance_m: int | None = Field(default=None)
    accuracy_m: int | None = Field(default=None)
    at: datetime = instant()

    @property
    def is_proven(self) -> bool:
        """Whether nothing speaks against it."""
        return self.doubt is None
