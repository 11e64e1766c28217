"""The cases of a quote file that need no tariff: statements, property fees, late fees, shares and meters."""

from collections.abc import Callable, Mapping

from estate_app.billing.quote_figures import count_of, decimal_of, list_of, milli_of, object_of, objects_of, refuse_unknown, text_of
from estate_app.billing.quote_out import CASE_FIELDS, Case, Quote, line_out, with_lines
from estate_app.billing.rules import late_fee, meter, periodic, shared, values
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg

MOST_MONTHS, MOST_DAYS, MOST_TIMES = 1_200, 36_600, 10
_ROW_FIELDS = frozenset({"label", "quantity", "price", "amount_fen"})


def _known(case: Case, *own: str) -> None:
    refuse_unknown(case, CASE_FIELDS | set(own), "case")


def _statement(case: Case) -> Quote:
    """Add up a statement whose rows give label, quantity and price; a row named like a reading takes its use from there."""
    _known(case, "items", "readings")
    rows = objects_of(case, "items") or objects_of(object_of(case, "expected"), "lines")
    if not rows:
        raise InvalidError(msg("A statement needs rows with quantity and price"), field="items")
    readings = object_of(case, "readings")
    out, met = [], set()
    for row in rows:
        refuse_unknown(row, _ROW_FIELDS, "case")
        name = str(row.get("label", ""))
        reading = next((label for label in readings if name in (label, f"{label}费")), None)
        met.add(reading)
        quantity = milli_of(row, "quantity") if reading is None else _read(readings, reading)
        price = values.parse_price(text_of(row.get("price"), "price"), field="price")
        line = values.priced_line(msg("{name}", name=name), quantity, price)
        out.append(line_out(line, {price: text_of(row["price"], "price").strip()}))
    unmet = [label for label in readings if label not in met]
    if unmet:
        raise InvalidError(msg("The reading {name} belongs to no row of the statement", name=unmet[0]), field="readings")
    return with_lines(case, out)


def _read(readings: Mapping[str, object], name: str) -> int:
    pair = list_of(readings, name)
    if len(pair) != 2:
        raise InvalidError(msg("A reading is a list of two figures, before and after"), field="readings")
    previous, current = (values.parse_milli(text_of(value, name), field=name) for value in pair)
    return meter.meter_use(previous_milli=previous, current_milli=current).usage_milli


def _property_fee(case: Case) -> Quote:
    _known(case, "area_m2", "rate", "rate_per", "months")
    if case.get("rate_per", "month") != "month":
        raise InvalidError(msg("The rate of a property fee is per month"), field="rate_per")
    if case.get("months") is None and case.get("period") is None:
        raise InvalidError(msg("The case does not say for how many months"), field="months")
    price = values.parse_price(text_of(case.get("rate"), "rate"), field="rate")
    months = count_of(case, "months", most=MOST_MONTHS) if case.get("months") is not None else 1
    explanation = periodic.area_fee(area_milli_m2=milli_of(case, "area_m2"), price_e4=price, months=months)
    return with_lines(case, [line_out(line, {price: text_of(case["rate"], "rate").strip()}) for line in explanation.lines])


def _late_fee(case: Case) -> Quote:
    _known(case, "principal_fen", "rate", "rate_per", "days", "days_in_year", "cap")
    principal, days = count_of(case, "principal_fen"), count_of(case, "days", most=MOST_DAYS)
    if case.get("rate_per") not in ("day", "year"):
        raise InvalidError(msg("A rate is per day or per year"), field="rate_per")
    per_year = case["rate_per"] == "year"
    if per_year and case.get("days_in_year") is None:
        raise InvalidError(msg("A rate per year needs days_in_year: 360, 365 or 366"), field="days_in_year")
    rate = decimal_of(case, "rate") * late_fee.PPB
    if rate != rate.to_integral_value():
        raise InvalidError(msg("A rate has at most nine decimals"), field="rate")
    policy = late_fee.LateFeePolicy(int(rate), count_of(case, "days_in_year") if per_year else None, cap_fen=_cap_fen(case, principal))
    late_fee.check_policy(policy)
    raw = late_fee.simple_fee(policy, principal, days)
    amount = late_fee.capped(policy, principal, raw)
    line = {"label": "Late fee", "quantity": str(days), "price": text_of(case["rate"], "rate").strip(), "amount_fen": amount}
    return {**with_lines(case, [line]), "amount_fen": amount, "capped": amount < raw}


def _cap_fen(case: Case, principal_fen: int) -> int | None:
    """A cap is fen (a whole number), the word `principal`, or decimal text: a multiple of the principal."""
    cap = case.get("cap")
    if cap is None:
        return None
    if cap == "principal":
        return principal_fen
    if isinstance(cap, int) and not isinstance(cap, bool):
        return cap
    times_e4 = values.parse_price(text_of(cap, "cap"), field="cap")
    if times_e4 > MOST_TIMES * values.E4:
        raise InvalidError(msg("Write a cap as whole fen, as principal, or as a multiple of it such as 0.5"), field="cap")
    return values.amount_fen(principal_fen * 10, times_e4)


def _share_by_area(case: Case) -> Quote:
    _known(case, "total_fen", "areas_m2")
    sharers = [
        shared.Sharer(str(index), values.parse_milli(text_of(area, "areas_m2"), field="areas_m2"))
        for index, area in enumerate(list_of(case, "areas_m2"))
    ]
    if any(sharer.area_milli_m2 == 0 for sharer in sharers):
        raise InvalidError(msg("An area must be above zero"), field="areas_m2")
    shares = shared.share_cost(count_of(case, "total_fen"), sharers)
    lines: list[Quote] = [
        {"quantity": values.format_milli(share.weight), "price": None, "amount_fen": share.amount_fen} for share in shares
    ]
    return {**with_lines(case, lines), "parts_fen": [share.amount_fen for share in shares]}


def _meter(case: Case) -> Quote:
    _known(case, "previous", "current", "digits", "multiplier", "rollover_confirmed")
    digits = count_of(case, "digits", most=meter.MAX_DIGITS) if case.get("digits") is not None else None
    multiplier = milli_of(case, "multiplier") if case.get("multiplier") is not None else values.MILLI
    previous, current = milli_of(case, "previous"), milli_of(case, "current")
    # Nobody is there to confirm a rollover; one that means more than half the dial is rather a wrong reading.
    confirmed = case.get("rollover_confirmed", digits is not None and previous - current > 10**digits * values.MILLI // 2)
    if not isinstance(confirmed, bool):
        raise InvalidError(msg("Write rollover_confirmed as true or false"), field="rollover_confirmed")
    use = meter.meter_use(
        previous_milli=previous,
        current_milli=current,
        digits=digits,
        multiplier_milli=multiplier,
        is_rollover_confirmed=confirmed,
    )
    return {**with_lines(case, []), "usage": values.format_milli(use.usage_milli)}


OTHER_KINDS: Mapping[str, Callable[[Case], Quote]] = {
    "statement": _statement,
    "property_fee": _property_fee,
    "late_fee": _late_fee,
    "share_by_area": _share_by_area,
    "meter": _meter,
}
