"""Lines and readings of a charge as they rest in the database, and back: so that an issued bill explains itself for ever."""

from collections.abc import Mapping
from datetime import date

from estate_app.billing.charges import Charge
from estate_app.billing.rules.values import Line
from estate_app.kit.i18n import Message, translate
from estate_app.notification.text import pack, unpack

LABEL_LENGTH = 80
_OWN_COLUMNS = frozenset({"quantity_milli", "unit", "price_e4", "amount_fen"})


def pack_lines(charge: Charge) -> list[dict[str, object]]:
    """Turn a charge's lines into JSON; the steps of the whole charge go with the first line."""
    packed = [_pack_line(line, charge.unit) for line in charge.lines]
    if packed:
        packed[0]["steps"] = [pack(step) for step in charge.steps]
    return packed


def draft_lines(charge: Charge) -> list[dict[str, object]]:
    """A charge's lines as a draft keeps them: the very columns of the bill's lines to be, so that the database can issue them itself."""
    return [_columns(line) for line in pack_lines(charge)]


def pack_readings(charge: Charge) -> list[dict[str, int]]:
    """Turn the readings that a charge uses up into JSON."""
    return [{"from_reading_id": span.from_reading_id, "reading_id": span.reading_id, "usage_milli": usage} for span, usage in charge.used]


def line_row(bill_id: int, position: int, packed: Mapping[str, object]) -> dict[str, object]:
    """The columns of a `bill_line` from a packed line."""
    return {"bill_id": bill_id, "position": position, **_columns(packed)}


def _columns(packed: Mapping[str, object]) -> dict[str, object]:
    label = packed["label"]
    return {
        "label": translate(unpack(label), "en")[:LABEL_LENGTH] if isinstance(label, dict) else "",
        "quantity_milli": packed["quantity_milli"],
        "unit": packed["unit"],
        "price_e4": packed["price_e4"],
        "amount_fen": packed["amount_fen"],
        "inputs": {name: value for name, value in packed.items() if name not in _OWN_COLUMNS},
    }


def message_of(inputs: Mapping[str, object], name: str) -> Message | None:
    """A message among a line's inputs."""
    stored = inputs.get(name)
    return unpack(stored) if isinstance(stored, dict) and stored.get("id") else None


def steps_of(inputs: Mapping[str, object]) -> tuple[Message, ...]:
    """The steps among a line's inputs."""
    stored = inputs.get("steps")
    return tuple(unpack(step) for step in stored if isinstance(step, dict)) if isinstance(stored, list) else ()


def _pack_line(line: Line, unit: str) -> dict[str, object]:
    return {
        "label": pack(line.label),
        "quantity_milli": line.quantity_milli,
        "unit": unit,
        "price_e4": line.price_e4,
        "amount_fen": line.amount_fen,
        "formula": line.formula,
        "tier": line.tier,
        "note": pack(line.note) if line.note else None,
        "from_on": _day(line.from_on),
        "to_on": _day(line.to_on),
        "days": line.days,
        "of_days": line.of_days,
        "discount_bp": line.discount_bp,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
