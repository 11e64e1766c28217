"""What was corrected of a bill, in words: which reading, by how much, and where the difference went. Pure."""

from dataclasses import dataclass, field

from estate_app.billing.corrected import CorrectedLine, Correction
from estate_app.billing.detail import BillDetail
from estate_app.billing.rules.values import format_milli, format_price
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.ui.when import full_day


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """One correction: a head, the sentences, its arithmetic line by line, and the bill that charges it."""

    id: str
    title: str
    reason: str
    said: str
    figures: list[str] = field(default_factory=list)
    number: str = ""
    href: str = ""


def correction_views(detail: BillDetail, *, base: str, locale: str) -> list[CorrectionView]:
    """Say the corrections of a bill, and of which bill it is itself the correction; `base` is the address of bills."""
    found = [_correction(one, number, base, locale) for number, one in enumerate(detail.corrections)]
    of = detail.corrects
    if of is None:
        return found
    said = translate(msg("It charges only the difference; bill {number} stays as it was issued", number=of.number), locale)
    title = translate(msg("This bill corrects bill {number} of {month}", number=of.number, month=f"{of.period:%Y-%m}"), locale)
    return [CorrectionView("of", title, "", said, [], of.number, f"{base}/{of.bill_id}"), *found]


def _correction(one: Correction, number: int, base: str, locale: str) -> CorrectionView:
    title = msg("Corrected on {day}", day=full_day(one.on, locale=locale))
    return CorrectionView(
        id=str(number),
        title=translate(title, locale),
        reason=one.reason,
        said=" ".join(translate(sentence, locale) for sentence in _sentences(one, locale)),
        figures=[translate(_figure(line), locale) for line in one.lines],
        number=one.number,
        href=f"{base}/{one.bill_id}" if one.bill_id else "",
    )


def _sentences(one: Correction, locale: str) -> tuple[Message, ...]:
    reading = msg(
        "The reading of meter {meter} on {day} is {reading}.",
        meter=one.meter_code,
        day=full_day(one.read_on, locale=locale),
        reading=format_milli(one.reading_milli),
    )
    use = msg("The use of this bill does not change.")
    if one.usage_milli > 0:
        use = msg("That is {quantity} more than was charged.", quantity=format_milli(one.usage_milli))
    elif one.usage_milli < 0:
        use = msg("That is {quantity} less than was charged.", quantity=format_milli(-one.usage_milli))
    money = msg("No money moves.")
    if one.amount_fen > 0:
        money = msg("{amount} more is charged by a bill of its own.", amount=format_yuan(one.amount_fen, sign=True))
    elif one.amount_fen < 0:
        money = msg("{amount} was credited to the room's balance.", amount=format_yuan(-one.amount_fen, sign=True))
    return reading, use, money


def _figure(line: CorrectedLine) -> Message:
    return msg(
        "{label}: {quantity} × {price} = {amount}",
        label=line.label,
        quantity=format_milli(line.quantity_milli),
        price=format_price(line.price_e4),
        amount=format_yuan(line.amount_fen),
    )
