"""Prices every case of a tariff file (`python -m estate_app quote`) with the functions that price real bills.

The file holds `tariffs` and `cases`; prices and quantities are decimal text, money is fen. A case that cannot be priced
gives a sentence instead of a number, and never stops the others.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from estate_app.billing.quote_tariff import (
    BANDS,
    FileTariff,
    count_of,
    decimal_of,
    milli_of,
    month_of,
    read_tariffs,
    refuse_unknown,
    text_of,
)
from estate_app.billing.rules import late_fee, meter, metered, periodic, shared, values
from estate_app.billing.rules.tariff import Cycle
from estate_app.errors import InvalidError
from estate_app.kit.i18n import Message, msg, translate

ONE_DAY = timedelta(days=1)
_CASE_FIELDS = frozenset(
    {
        "id", "kind", "tariff_id", "city", "utility", "period", "note", "origin", "arithmetic", "expected", "source", "usage",
        "prior_usage", "persons", "tou", "tariff_class",
    }
)  # fmt: skip
Case = Mapping[str, Any]
Quote = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Book:
    """The tariffs of a file by id, or the reason why one cannot be used."""

    tariffs: Mapping[str, Sequence[FileTariff] | InvalidError]


def quote_text(text: str, *, locale: str = "en") -> list[Quote]:
    """Price every case of a file's text.

    Raises:
        InvalidError: the text is not JSON or holds no list of cases.
    """
    try:
        content = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise InvalidError(msg("The file is not valid JSON: {reason}", reason=str(error)), field="file") from error
    if not isinstance(content, dict) or not isinstance(content.get("cases"), list):
        raise InvalidError(msg("The file needs a list named cases"), field="file")
    return quote_cases(content, locale=locale)


def quote_cases(content: Mapping[str, Any], *, locale: str = "en") -> list[Quote]:
    """Price every case of a file already read; one result for each case, in order."""
    book = _Book(read_tariffs(content.get("tariffs", [])))
    results = []
    for case in content["cases"]:
        try:
            results.append(_quote_case(book, case))
        except InvalidError as error:
            results.append(_refused(case, error.message, locale))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            results.append(_refused(case, msg("The case cannot be read: {reason}", reason=str(error)), locale))
    return results


def _refused(case: object, message: Message, locale: str) -> Quote:
    return {"id": case.get("id") if isinstance(case, Mapping) else None, "error": translate(message, locale)}


def _quote_case(book: _Book, case: object) -> Quote:
    if not isinstance(case, Mapping):
        raise InvalidError(msg("A case must be an object"))
    match case.get("kind", "tiered"):
        case "tiered":
            return _tiered(book, case)
        case "statement":
            return _statement(case)
        case "property_fee":
            return _property_fee(case)
        case "late_fee":
            return _late_fee(case)
        case "share_by_area":
            return _share_by_area(case)
        case "meter":
            return _meter(case)
        case kind:
            raise InvalidError(msg("The kind of case {kind} is unknown", kind=str(kind)), field="kind")


def _tiered(book: _Book, case: Case) -> Quote:
    versions = book.tariffs.get(str(case.get("tariff_id")))
    if versions is None:
        raise InvalidError(msg("The tariff {id} is not in the file", id=str(case.get("tariff_id"))), field="tariff_id")
    if isinstance(versions, InvalidError):
        raise versions
    first, last = month_of(case)
    _ensure_known(case, versions)
    chosen = [v.for_class(case.get("tariff_class")) for v in versions if v.holds_between(first, last)]
    if not chosen:
        raise InvalidError(msg("No tariff holds on {day}", day=last.isoformat()), field="period")
    _ensure_whole(chosen, first, last)
    dated = [metered.TariffVersion(max(v.from_on, first) if v.from_on else first, v.tariff) for v in chosen]
    explanation = metered.price_use_over(dated, _use(case, chosen, first.month), from_on=first, to_on=last)
    texts = {price: text for version in chosen for price, text in version.price_texts}
    return _with_lines(case, [_line_out(line, texts) for line in explanation.lines])


def _ensure_known(case: Case, versions: Sequence[FileTariff]) -> None:
    """A figure of the case that nothing here reads would be left out of the price: it is refused."""
    bands = {name for v in versions if v.tariff.time_of_use for name, _ in v.tariff.time_of_use.band_prices_e4}
    refuse_unknown(case, _CASE_FIELDS | bands | set(BANDS), "case")


def _ensure_whole(chosen: Sequence[FileTariff], first: date, last: date) -> None:
    """Every day of the period must have exactly one version: neither a gap nor two prices at once."""
    ordered = sorted(chosen, key=lambda version: version.from_on or first)
    until = first - ONE_DAY
    for index, version in enumerate(ordered):
        begins = max(version.from_on or first, first)
        if begins > until + ONE_DAY:
            raise InvalidError(msg("No tariff holds on {day}", day=(until + ONE_DAY).isoformat()), field="period")
        if index and begins == max(ordered[index - 1].from_on or first, first):
            raise InvalidError(msg("Two versions of the tariff hold on {day}", day=begins.isoformat()), field="tariff_id")
        until = min(version.to_on or last, last)
    if until < last:
        raise InvalidError(msg("No tariff holds on {day}", day=(until + ONE_DAY).isoformat()), field="period")


def _use(case: Case, chosen: Sequence[FileTariff], month: int) -> metered.Use:
    priced = {name for v in chosen if v.tariff.time_of_use for name, _ in v.tariff.time_of_use.band_prices_e4}
    names = [*BANDS, *sorted(priced - set(BANDS))]
    bands = tuple((name, milli_of(case, name)) for name in names if case.get(name) is not None)
    by_bands = sum(milli for _, milli in bands)
    if case.get("usage") is None and not bands:
        raise InvalidError(msg("The case gives no use"), field="usage")
    is_banded = case.get("tou")
    if is_banded not in (None, True, False):
        raise InvalidError(msg("Write tou as true or false"), field="tou")
    if is_banded is None and bands and priced:
        raise InvalidError(msg("Say with tou whether the bands have prices of their own"), field="tou")
    total = milli_of(case, "usage") if case.get("usage") is not None else by_bands
    if is_banded and bands and not priced:
        raise InvalidError(msg("The tariff has no time-of-use prices"), field="tou")
    if is_banded and (not bands or priced - {name for name, _ in bands}):
        raise InvalidError(msg("Time-of-use needs the use of each band"), field="peak")
    if bands and total != by_bands:
        raise InvalidError(msg("The bands do not add up to the use"), field="usage")
    persons = count_of(case, "persons") if case.get("persons") is not None else 1
    return metered.Use(total, _prior(case, chosen, month), persons, bands if is_banded else ())


def _prior(case: Case, chosen: Sequence[FileTariff], month: int) -> int:
    """What the cycle counted before; a yearly tariff with tiers cannot do without it, except in January."""
    if case.get("prior_usage") is not None:
        return milli_of(case, "prior_usage")
    if month != 1 and any(version.tariff.cycle is Cycle.year and version.is_tiered() for version in chosen):
        raise InvalidError(msg("Tiers by the year need prior_usage, what the year counted before"), field="prior_usage")
    return 0


def _statement(case: Case) -> Quote:
    """Add up a statement whose rows give label, quantity and price; a row named like a reading takes its use from there."""
    rows = case.get("items") or (case.get("expected") or {}).get("lines") or []
    readings = case.get("readings") or {}
    out = []
    for row in rows:
        name = str(row.get("label", ""))
        pair = next((pair for label, pair in readings.items() if name in (label, f"{label}费")), None)
        if pair is None:
            quantity = milli_of(row, "quantity")
        else:
            previous, current = (values.parse_milli(text_of(value), field=name) for value in pair)
            quantity = meter.meter_use(previous_milli=previous, current_milli=current).usage_milli
        price = values.parse_price(text_of(row.get("price")), field="price")
        line = values.priced_line(msg("{name}", name=name), quantity, price)
        out.append(_line_out(line, {price: text_of(row["price"])}))
    if not out:
        raise InvalidError(msg("A statement needs rows with quantity and price"), field="items")
    return _with_lines(case, out)


def _property_fee(case: Case) -> Quote:
    price = values.parse_price(text_of(case.get("rate")), field="rate")
    months = count_of(case, "months") if case.get("months") is not None else 1
    explanation = periodic.area_fee(area_milli_m2=milli_of(case, "area_m2"), price_e4=price, months=months)
    return _with_lines(case, [_line_out(line, {price: text_of(case["rate"])}) for line in explanation.lines])


def _late_fee(case: Case) -> Quote:
    principal, days = count_of(case, "principal_fen"), count_of(case, "days")
    per_year = case.get("rate_per") == "year"
    year = (count_of(case, "days_in_year") if case.get("days_in_year") is not None else 365) if per_year else None
    if case.get("rate_per") not in ("day", "year"):
        raise InvalidError(msg("A rate is per day or per year"), field="rate_per")
    rate = decimal_of(case, "rate") * late_fee.PPB
    if rate != rate.to_integral_value():
        raise InvalidError(msg("A rate has at most nine decimals"), field="rate")
    policy = late_fee.LateFeePolicy(int(rate), year, cap_fen=_cap_fen(case, principal))
    late_fee.check_policy(policy)
    raw = late_fee.simple_fee(policy, principal, days)
    amount = late_fee.capped(policy, principal, raw)
    line = {"label": "Late fee", "quantity": str(days), "price": text_of(case["rate"]), "amount_fen": amount}
    return {**_with_lines(case, [line]), "amount_fen": amount, "capped": amount < raw}


def _cap_fen(case: Case, principal_fen: int) -> int | None:
    """A cap is fen (a whole number), the word `principal`, or decimal text: a multiple of the principal."""
    cap = case.get("cap")
    if cap is None:
        return None
    if cap == "principal":
        return principal_fen
    if isinstance(cap, int) and not isinstance(cap, bool):
        return cap
    return values.amount_fen(principal_fen * 10, values.parse_price(text_of(cap), field="cap"))


def _share_by_area(case: Case) -> Quote:
    sharers = [
        shared.Sharer(str(index), values.parse_milli(text_of(area), field="areas_m2"))
        for index, area in enumerate(case.get("areas_m2") or [])
    ]
    if any(sharer.area_milli_m2 == 0 for sharer in sharers):
        raise InvalidError(msg("An area must be above zero"), field="areas_m2")
    shares = shared.share_cost(count_of(case, "total_fen"), sharers)
    lines: list[Quote] = [
        {"quantity": values.format_milli(share.weight), "price": None, "amount_fen": share.amount_fen} for share in shares
    ]
    return {**_with_lines(case, lines), "parts_fen": [share.amount_fen for share in shares]}


def _meter(case: Case) -> Quote:
    digits = count_of(case, "digits") if case.get("digits") is not None else None
    multiplier = milli_of(case, "multiplier") if case.get("multiplier") is not None else values.MILLI
    previous, current = milli_of(case, "previous"), milli_of(case, "current")
    # Nobody is there to confirm a rollover; one that means more than half the dial is rather a wrong reading.
    is_likely = digits is not None and previous - current > 10**digits * values.MILLI // 2
    use = meter.meter_use(
        previous_milli=previous,
        current_milli=current,
        digits=digits,
        multiplier_milli=multiplier,
        is_rollover_confirmed=bool(case.get("rollover_confirmed", is_likely)),
    )
    return {**_with_lines(case, []), "usage": values.format_milli(use.usage_milli)}


def _line_out(line: values.Line, price_texts: Mapping[int, str]) -> Quote:
    return {
        "label": translate(line.label, "en"),
        "quantity": values.format_milli(line.quantity_milli),
        "price": price_texts.get(line.price_e4) or values.format_price(line.price_e4),
        "amount_fen": line.amount_fen,
    }


def _with_lines(case: Case, lines: list[Quote]) -> Quote:
    return {"id": case.get("id"), "lines": lines, "total_fen": sum(line["amount_fen"] for line in lines)}
