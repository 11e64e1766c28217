"""Shared cost (公摊): a whole split so that the shares sum to it to the fen.

Civil Code art. 283: as agreed, otherwise by each owner's floor area. The odd fen go to the largest remainders, earlier
room first; no law says how, so the rule is printed on the bill.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from estate_app.billing.rules.values import format_milli
from estate_app.errors import InvalidError
from estate_app.kit.i18n import Message, msg
from estate_app.kit.money import format_yuan, split_largest_remainder


class ShareBy(StrEnum):
    """What a shared cost is split by; `household` counts occupied rooms only, `equal` every room."""

    area = "area"
    household = "household"
    equal = "equal"


@dataclass(frozen=True, slots=True)
class Sharer:
    """A room that takes part in a shared cost."""

    key: str
    area_milli_m2: int
    is_occupied: bool = True


@dataclass(frozen=True, slots=True)
class Share:
    """What falls on one room, with the inputs that give it."""

    key: str
    weight: int
    whole_weight: int
    whole_fen: int
    amount_fen: int
    step: Message


def share_cost(total_fen: int, sharers: Sequence[Sharer], by: ShareBy = ShareBy.area) -> tuple[Share, ...]:
    """Split a cost over rooms; the shares sum exactly to `total_fen`."""
    if total_fen < 0:
        raise InvalidError(msg("A shared cost cannot be negative"), field="total")
    weights = [_weight(sharer, by) for sharer in sharers]
    if not weights or min(weights) < 0 or sum(weights) == 0:
        raise InvalidError(msg("Nobody takes part in this shared cost"), field="rooms")
    whole = sum(weights)
    parts = split_largest_remainder(total_fen, weights)
    return tuple(
        Share(sharer.key, weight, whole, total_fen, part, _share_step(total_fen, weight, whole, by))
        for sharer, weight, part in zip(sharers, weights, parts, strict=True)
    )


def _weight(sharer: Sharer, by: ShareBy) -> int:
    match by:
        case ShareBy.area:
            return sharer.area_milli_m2
        case ShareBy.household:
            return int(sharer.is_occupied)
        case ShareBy.equal:
            return 1


def _share_step(total_fen: int, weight: int, whole: int, by: ShareBy) -> Message:
    total = format_yuan(total_fen)
    if by is ShareBy.area:
        return msg(
            "¥{total} × {area} m² of {whole} m², odd fen to the largest remainders",
            total=total,
            area=format_milli(weight),
            whole=format_milli(whole),
        )
    return msg("¥{total} over {count} households, odd fen to the largest remainders", total=total, count=whole)
