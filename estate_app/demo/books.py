"""What the months of bills are written from: items, meters, and how each household pays."""

from dataclasses import dataclass, field
from datetime import date, datetime

from estate_app.billing.charges import DatedPrice
from estate_app.billing.models import FeeKind
from estate_app.demo.copying import NULL
from estate_app.demo.habits import Payer
from estate_app.demo.world import Home
from estate_app.kit.clock import business_date


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A fee item of an estate."""

    id: int
    name: str
    kind: FeeKind
    prices: tuple[DatedPrice, ...]


@dataclass(slots=True)
class Due:
    """A household's bills of one month and how they are paid: `at` is None while nobody has.

    `bills` holds, for what is paid, the bill's id, the amount in fen, the item's name and the bill's number.
    """

    home: Home
    payer: Payer
    issued_at: datetime
    at: datetime | None
    paid_at: str = NULL
    paid_on: str = NULL
    bills: list[tuple[int, int, str, str]] = field(default_factory=list)
    payment_id: int = 0

    def __post_init__(self) -> None:
        """Write the instant down once for all bills that are paid at it."""
        if self.at is not None:
            self.paid_at, self.paid_on = self.at.isoformat(), business_date(self.at).isoformat()


@dataclass(slots=True)
class Water:
    """A room's water meter with the reading that the last bill ended with."""

    meter_id: int
    code: str
    reading_id: int
    value_m3: int
    read_on: date


@dataclass(slots=True)
class Books:
    """What the months are written from."""

    items: dict[int, dict[str, Item]] = field(default_factory=dict)
    payers: dict[int, Payer] = field(default_factory=dict)
    water: dict[int, Water] = field(default_factory=dict)
    dues: list[Due] = field(default_factory=list)
