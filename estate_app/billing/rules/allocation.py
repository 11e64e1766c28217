"""How one payment is spread over bills: oldest due date first, and within a bill by the written order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg


class AllocationOrder(StrEnum):
    """What is met first within each bill."""

    principal_first = "principal_first"
    late_fee_first = "late_fee_first"


@dataclass(frozen=True, slots=True)
class Owed:
    """What a bill still asks for."""

    bill_id: str
    due_on: date
    principal_fen: int
    late_fee_fen: int = 0


@dataclass(frozen=True, slots=True)
class AllocationPart:
    """What one bill receives."""

    bill_id: str
    principal_fen: int
    late_fee_fen: int

    @property
    def amount_fen(self) -> int:
        """Principal and late fee together."""
        return self.principal_fen + self.late_fee_fen


@dataclass(frozen=True, slots=True)
class Allocation:
    """The parts in the order in which they were met, and what is left for the prepaid balance."""

    parts: tuple[AllocationPart, ...]
    surplus_fen: int


def allocate(amount_fen: int, bills: Sequence[Owed], order: AllocationOrder = AllocationOrder.principal_first) -> Allocation:
    """Spread a payment over bills, oldest due date first, then by id; parts and surplus sum to the amount."""
    if amount_fen < 0:
        raise InvalidError(msg("A payment cannot be negative"), field="amount")
    left = amount_fen
    parts: list[AllocationPart] = []
    for bill in sorted(bills, key=lambda owed: (owed.due_on, owed.bill_id)):
        if bill.principal_fen < 0 or bill.late_fee_fen < 0:
            raise ValueError(f"bill {bill.bill_id} owes a negative amount")
        if order is AllocationOrder.principal_first:
            principal = min(left, bill.principal_fen)
            late = min(left - principal, bill.late_fee_fen)
        else:
            late = min(left, bill.late_fee_fen)
            principal = min(left - late, bill.principal_fen)
        if principal or late:
            parts.append(AllocationPart(bill.bill_id, principal, late))
            left -= principal + late
    return Allocation(tuple(parts), left)
