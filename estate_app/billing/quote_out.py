"""What a quote file is answered with, and the fields that every kind of case may have."""

from collections.abc import Mapping
from typing import Any

from estate_app.billing.rules import values
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import MAX_FEN

Case = Mapping[str, Any]
Quote = dict[str, Any]
CASE_FIELDS = frozenset(
    {"id", "kind", "tariff_id", "city", "utility", "period", "note", "notes", "origin", "arithmetic", "expected", "source"}
)


def line_out(line: values.Line, price_texts: Mapping[int, str]) -> Quote:
    """A priced line as the answer shows it, the price as its notice prints it."""
    return {
        "label": translate(line.label, "en"),
        "quantity": values.format_milli(line.quantity_milli),
        "price": price_texts.get(line.price_e4) or values.format_price(line.price_e4),
        "amount_fen": line.amount_fen,
    }


def with_lines(case: Case, lines: list[Quote]) -> Quote:
    """The answer to a case: its lines and their sum."""
    total = sum(line["amount_fen"] for line in lines)
    if total > MAX_FEN:
        raise InvalidError(msg("A figure is too large or too fine to be priced"))
    return {"id": case.get("id"), "lines": lines, "total_fen": total}
