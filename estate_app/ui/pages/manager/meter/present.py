"""One meter and its readings. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from estate_app.billing.meter_queries import MeterDetail, ReadingLine
from estate_app.billing.models import ReadingKind
from estate_app.billing.rules.values import format_milli
from estate_app.kit.i18n import Message, msg, translate
from estate_app.ui.pages.manager.meters.present import HOW, KINDS, UNITS
from estate_app.ui.view import Badge, Fact, Option
from estate_app.ui.when import full_day

BANDS: Mapping[str, Message] = {
    "": msg("All hours"),
    "sharp": msg("Sharp peak"),
    "peak": msg("Peak hours"),
    "flat": msg("Flat hours"),
    "valley": msg("Valley hours"),
    "deep_valley": msg("Deep valley"),
}
_TONES = {ReadingKind.estimated: "orange", ReadingKind.corrected: "indigo"}


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One reading of the list."""

    id: str
    day: str
    value: str
    usage: str
    how: Badge
    photo: str
    is_billed: bool


@dataclass(frozen=True, slots=True)
class MeterView:
    """The meter in view."""

    title: str = ""
    place: str = ""
    unit: str = ""
    code: str = ""
    digits: str = ""
    last: str = ""
    is_removed: bool = False
    facts: list[Fact] = field(default_factory=list)


def meter_view(meter: MeterDetail, *, locale: str) -> MeterView:
    """The meter in view."""
    kind = translate(KINDS[meter.kind], locale)
    place = meter.place or translate(msg("The whole estate"), locale)
    facts = [
        Fact(translate(msg("Kind"), locale), kind),
        Fact(translate(msg("Place"), locale), place),
        Fact(translate(msg("Digits of the dial"), locale), str(meter.digits)),
        Fact(translate(msg("Installed on"), locale), full_day(meter.installed_on, locale=locale)),
    ]
    if meter.removed_on:
        facts.append(Fact(translate(msg("Removed on"), locale), full_day(meter.removed_on, locale=locale)))
    if meter.multiplier_milli != 1_000:
        facts.append(Fact(translate(msg("Multiplier"), locale), format_milli(meter.multiplier_milli)))
    if meter.band:
        facts.append(
            Fact(translate(msg("Hours that it counts"), locale), translate(BANDS.get(meter.band, msg("{name}", name=meter.band)), locale))
        )
    newest = meter.readings.rows[0].value_milli if meter.readings.rows else 0
    return MeterView(
        title=f"{kind} {meter.code}",
        place=place,
        unit=UNITS[meter.kind],
        code=meter.code,
        digits=str(meter.digits),
        last=format_milli(newest),
        is_removed=meter.removed_on is not None,
        facts=facts,
    )


def reading_row(line: ReadingLine, *, locale: str) -> ReadingRow:
    """One reading."""
    how = Badge(translate(HOW[line.kind], locale), _TONES.get(line.kind, "gray"), "soft", "")
    usage = "—" if line.usage_milli is None else format_milli(line.usage_milli)
    photo = line.photo.url if line.photo else ""
    return ReadingRow(
        str(line.id), full_day(line.read_on, locale=locale), format_milli(line.value_milli), usage, how, photo, line.is_billed
    )


def options(words: Mapping[str, Message], locale: str) -> list[Option]:
    """Words as choices."""
    return [Option(str(key), translate(word, locale)) for key, word in words.items()]


def today_text(on: date) -> str:
    """A day as a form begins with it."""
    return on.isoformat()
