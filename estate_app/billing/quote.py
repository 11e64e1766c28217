"""Prices every case of a tariff file (`python -m estate_app quote`) with the functions that price real bills.

The file holds `tariffs` and `cases`; prices and quantities are decimal text, money is fen. A case that cannot be priced
gives a sentence instead of a number, and never stops the others.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from estate_app.billing.quote_bands import BANDS
from estate_app.billing.quote_figures import count_of, milli_of, month_of, number_of, refuse_unknown, whole_of
from estate_app.billing.quote_other import OTHER_KINDS
from estate_app.billing.quote_out import CASE_FIELDS, Case, Quote, line_out, with_lines
from estate_app.billing.quote_tariff import FileTariff, read_tariffs
from estate_app.billing.rules import metered
from estate_app.billing.rules.tariff import Cycle
from estate_app.errors import InvalidError
from estate_app.kit.i18n import Message, msg, translate

ONE_DAY = timedelta(days=1)
_TIERED_FIELDS = CASE_FIELDS | {"usage", "prior_usage", "persons", "tou", "tariff_class", *BANDS}


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
        content = json.loads(text.removeprefix("\ufeff"), parse_float=number_of, parse_int=whole_of, parse_constant=number_of)
    except (ValueError, RecursionError) as error:
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
        except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
            results.append(_refused(case, msg("The case cannot be read: {reason}", reason=str(error)), locale))
    return results


def _refused(case: object, message: Message, locale: str) -> Quote:
    return {"id": case.get("id") if isinstance(case, Mapping) else None, "error": translate(message, locale)}


def _quote_case(book: _Book, case: object) -> Quote:
    if not isinstance(case, Mapping):
        raise InvalidError(msg("A case must be an object"))
    kind = case.get("kind", "tiered")
    if kind == "tiered":
        return _tiered(book, case)
    price = OTHER_KINDS.get(str(kind))
    if price is None:
        raise InvalidError(msg("The kind of case {kind} is unknown", kind=str(kind)), field="kind")
    return price(case)


def _tiered(book: _Book, case: Case) -> Quote:
    if case.get("tariff_id") is None:
        raise InvalidError(msg("The case does not name its tariff with tariff_id"), field="tariff_id")
    versions = book.tariffs.get(str(case["tariff_id"]))
    if versions is None:
        raise InvalidError(msg("The tariff {id} is not in the file", id=str(case["tariff_id"])), field="tariff_id")
    if isinstance(versions, InvalidError):
        raise versions
    first, last = month_of(case)
    _ensure_known(case, versions)
    chosen = [v.for_class(case.get("tariff_class")) for v in versions if v.holds_between(first, last)]
    if not chosen:
        raise InvalidError(msg("No tariff holds on {day}", day=last.isoformat()), field="period")
    _ensure_whole(chosen, first, last)
    use = _use(case, chosen, first.month)
    dated = [metered.TariffVersion(max(v.from_on, first) if v.from_on else first, v.for_use(use, first.month)) for v in chosen]
    explanation = metered.price_use_over(dated, use, from_on=first, to_on=last)
    texts = {price: text for version in chosen for price, text in version.price_texts}
    return with_lines(case, [line_out(line, texts) for line in explanation.lines])


def _ensure_known(case: Case, versions: Sequence[FileTariff]) -> None:
    """A figure of the case that nothing here reads would be left out of the price: it is refused."""
    bands = frozenset[str]().union(*(version.band_names() for version in versions))
    refuse_unknown(case, _TIERED_FIELDS | bands, "case")


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
    priced = frozenset[str]().union(*(version.band_names() for version in chosen))
    names = [*BANDS, *sorted(priced.difference(BANDS))]
    bands = tuple((name, milli_of(case, name)) for name in names if case.get(name) is not None)
    # A band that the tariff does not price may be written as zero.
    bands = tuple((name, milli) for name, milli in bands if milli or not priced or name in priced)
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
    is_partial = bool(priced - {name for name, _ in bands})
    if (is_banded and (not bands or is_partial)) or (bands and is_partial and case.get("usage") is None):
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
