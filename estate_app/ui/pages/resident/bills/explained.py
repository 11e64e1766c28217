"""One bill explained: its lines with their formula, tiers, readings, steps, and the months before. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from estate_app.billing.detail import BillDetail, LineRow, ReadingRow
from estate_app.billing.late_fees import LateFeePreview
from estate_app.billing.models import BillStatus, MeterKind
from estate_app.billing.rules.values import format_milli, format_price
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.ui.pages.common.late import fee_formula, late_words
from estate_app.ui.pages.common.repair import named
from estate_app.ui.pages.resident.bills.present import bill_title, is_payable, place_text, status_badge
from estate_app.ui.view import Badge, Bar
from estate_app.ui.when import day_text, full_day, month_text

NO_BADGE = Badge("")
_TIERS_SHOWN = 3
_UNITS = {MeterKind.water: "m³", MeterKind.electricity: "kWh", MeterKind.gas: "m³", MeterKind.heat: "kWh"}
_METERS = {
    MeterKind.water: msg("Water meter"),
    MeterKind.electricity: msg("Electricity meter"),
    MeterKind.gas: msg("Gas meter"),
    MeterKind.heat: msg("Heat meter"),
}


@dataclass(frozen=True, slots=True)
class BillView:
    """The bill in view; texts that do not apply are empty."""

    id: int = 0
    title: str = ""
    number: str = ""
    about: str = ""
    badge: Badge = NO_BADGE
    total: str = ""
    paid: str = ""
    owed: str = ""
    is_payable: bool = False
    pay_href: str = ""
    price: str = ""
    change: str = ""
    change_tone: str = ""
    usage: str = ""
    void: str = ""
    replaces: str = ""
    replaced_by: str = ""
    replaced_href: str = ""
    room_code: str = ""
    late: str = ""
    late_formula: str = ""


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of the bill; `formula` is its arithmetic in figures."""

    id: str
    label: str
    span: str
    quantity: str
    price: str
    amount: str
    formula: str
    note: str
    is_tier: bool


@dataclass(frozen=True, slots=True)
class MeterView:
    """From which reading to which a meter was charged."""

    id: str
    name: str
    span: str
    days: str
    usage: str
    estimated: str


@dataclass(frozen=True, slots=True)
class PastView:
    """A month beside the bill's own; `percent` is the height of its bar."""

    id: str
    month: str
    said: str
    percent: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything on the page of a bill."""

    bill: BillView
    lines: list[LineView]
    tiers: list[Bar]
    meters: list[MeterView]
    steps: list[str]
    past: list[PastView]


def explain(detail: BillDetail, *, payment_id: int | None, on: date, locale: str, late: LateFeePreview | None = None) -> Explained:
    """Turn a bill into its page; `payment_id` is the payment that is paying it, `late` what it costs to be late."""
    head = _head(detail, payment_id, on, locale)
    if detail.bill.is_overdue:
        words = late_words((on - detail.bill.due_on).days, late, locale=locale)
        head = replace(head, late=words, late_formula=fee_formula(late, locale=locale))
    return Explained(
        bill=head,
        lines=[_line(line, number, detail, locale) for number, line in enumerate(detail.lines)],
        tiers=_tiers(detail.lines, locale),
        meters=[_meter(reading, on, locale) for reading in detail.readings],
        steps=[translate(step, locale) for step in detail.steps],
        past=_past(detail, locale),
    )


def _head(detail: BillDetail, payment_id: int | None, on: date, locale: str) -> BillView:
    row = detail.bill
    about = msg(
        "{place} · issued {issued} · due {due}",
        place=place_text(row, locale),
        issued=day_text(row.issued_on, today=on, locale=locale),
        due=day_text(row.due_on, today=on, locale=locale),
    )
    change, tone = _change(detail, locale)
    return BillView(
        id=row.id,
        title=bill_title(row, locale=locale),
        number=row.number,
        room_code=translate(msg("Code for adding this room: {code}", code=detail.room_code), locale) if detail.room_code else "",
        about=translate(about, locale),
        badge=status_badge(row, is_paying=payment_id is not None, locale=locale),
        total=format_yuan(row.amount_fen),
        paid=format_yuan(row.paid_fen) if 0 < row.paid_fen < row.amount_fen else "",
        owed=format_yuan(row.owed_fen),
        is_payable=is_payable(row, payment_id),
        pay_href=f"/pay/{payment_id}" if payment_id else "",
        price=_say(msg("Price in force since {day}", day=full_day(detail.price_from_on, locale=locale)), locale)
        if detail.price_from_on
        else "",
        change=change,
        change_tone=tone,
        usage=_usage(detail),
        void=_void(detail, locale),
        replaces=_say(msg("This bill replaces {number}", number=detail.replaces), locale) if detail.replaces else "",
        replaced_by=_say(msg("Replaced by {number}", number=detail.replaced_by), locale) if detail.replaced_by else "",
        replaced_href=f"/bills/{detail.replaced_by_id}" if detail.replaced_by_id else "",
    )


def _say(message: Message, locale: str) -> str:
    return translate(message, locale)


def _void(detail: BillDetail, locale: str) -> str:
    if detail.bill.status is not BillStatus.void:
        return ""
    return _say(msg("This bill was withdrawn and need not be paid: {reason}", reason=detail.void_reason or "—"), locale)


def _change(detail: BillDetail, locale: str) -> tuple[str, str]:
    fen = detail.change_fen
    if fen is None:
        return "", ""
    if fen == 0:
        return _say(msg("The same as last month"), locale), "gray"
    if fen > 0:
        return _say(msg("{amount} more than last month", amount=format_yuan(fen, sign=True)), locale), "orange"
    return _say(msg("{amount} less than last month", amount=format_yuan(-fen, sign=True)), locale), "green"


def _usage(detail: BillDetail) -> str:
    total = sum(reading.usage_milli for reading in detail.readings)
    return f"{format_milli(total)} {_UNITS[detail.readings[0].kind]}" if detail.readings else ""


def _line(line: LineRow, number: int, detail: BillDetail, locale: str) -> LineView:
    label = translate(line.label, locale)
    # A line that is called after the fee item was stored with its Chinese name.
    label = named(detail.bill.item_name, detail.bill.item_name_en, locale) if label == detail.bill.item_name else label
    first, last = line.from_on, line.to_on
    span = f"{first:%m-%d}–{last:%m-%d}" if first and last else month_text(detail.bill.period, locale=locale)
    return LineView(
        id=str(number),
        label=label,
        span=span,
        quantity=f"{format_milli(line.quantity_milli)} {line.unit}".strip(),
        price=format_price(line.price_e4) if line.price_e4 else "—",
        amount=format_yuan(line.amount_fen),
        formula=line.formula,
        note=translate(line.note, locale) if line.note else "",
        is_tier=line.tier is not None,
    )


def _tiers(lines: Sequence[LineRow], locale: str) -> list[Bar]:
    tiers = [line for line in lines if line.tier is not None and line.quantity_milli > 0]
    total = sum(line.quantity_milli for line in tiers)
    return [
        Bar(
            translate(line.label, locale),
            line.quantity_milli * 100 // total,
            f"{format_milli(line.quantity_milli)} {line.unit}",
            str(min(line.tier or 1, _TIERS_SHOWN)),
        )
        for line in tiers
    ]


def _meter(reading: ReadingRow, on: date, locale: str) -> MeterView:
    days = (day_text(day, today=on, locale=locale) for day in (reading.from_on, reading.to_on))
    return MeterView(
        id=reading.meter_code,
        name=f"{translate(_METERS[reading.kind], locale)} {reading.meter_code}",
        span=f"{format_milli(reading.from_milli)} → {format_milli(reading.to_milli)}",
        days=" – ".join(days),
        usage=f"{format_milli(reading.usage_milli)} {_UNITS[reading.kind]}",
        estimated=_say(msg("Estimated, corrected at the next reading"), locale) if reading.is_estimated else "",
    )


def _past(detail: BillDetail, locale: str) -> list[PastView]:
    if not detail.past:
        return []
    is_metered = bool(detail.readings) and all(month.usage_milli is not None for month in detail.past)
    unit = _UNITS[detail.readings[0].kind] if is_metered else ""
    own = sum(reading.usage_milli for reading in detail.readings) if is_metered else detail.bill.amount_fen
    values = [(month.period, month.usage_milli if is_metered else month.amount_fen) for month in reversed(detail.past)]
    values.append((detail.bill.period, own))
    top = max(value or 0 for _, value in values) or 1
    return [
        PastView(
            id=f"{month:%Y-%m}-{number}",
            month=str(month.month),
            said=f"{month_text(month, locale=locale)}: "
            + (f"{format_milli(value or 0)} {unit}" if is_metered else format_yuan(value or 0, sign=True)),
            percent=(value or 0) * 100 // top,
            is_current=number == len(values) - 1,
        )
        for number, (month, value) in enumerate(values)
    ]
