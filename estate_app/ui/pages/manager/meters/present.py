"""Meters as rows of the reading sheet: what each showed last, what is typed, and what came of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from estate_app.billing.meters import Recorded
from estate_app.billing.models import MeterKind, ReadingKind
from estate_app.billing.rules.meter import ReadingFlag
from estate_app.billing.rules.values import format_milli
from estate_app.billing.tariff_queries import MeterFilter, MeterRow
from estate_app.kit.i18n import Message, msg, translate
from estate_app.ui.when import day_text

KINDS: Mapping[MeterKind, Message] = {
    MeterKind.water: msg("Water"),
    MeterKind.electricity: msg("Electricity"),
    MeterKind.gas: msg("Gas"),
    MeterKind.heat: msg("Heat"),
}
FLAGS: Mapping[ReadingFlag, Message] = {
    ReadingFlag.zero: msg("No use at all"),
    ReadingFlag.negative: msg("Negative use"),
    ReadingFlag.spike: msg("Use jumped"),
    ReadingFlag.drop: msg("Use dropped"),
}
HOW: Mapping[ReadingKind, Message] = {
    ReadingKind.actual: msg("read"),
    ReadingKind.estimated: msg("estimated"),
    ReadingKind.imported: msg("imported"),
    ReadingKind.corrected: msg("corrected"),
    ReadingKind.resident: msg("read by the resident"),
}
UNITS = {MeterKind.water: "m³", MeterKind.electricity: "kWh", MeterKind.gas: "m³", MeterKind.heat: "kWh"}


@dataclass(frozen=True, slots=True)
class MeterLine:
    """One meter. `state` is empty, saved or wrong; `typed` is what the cell holds, kept whatever happens."""

    id: int
    code: str
    place: str
    kind: str
    unit: str
    last: str
    last_day: str
    typed: str = ""
    state: str = ""
    note: str = ""
    tone: str = "gray"
    may_roll: bool = False
    reading_id: int = 0


@dataclass(frozen=True, slots=True)
class Filters:
    """What the sheet is narrowed to, as the address says it; `on` is the day of reading."""

    text: str = ""
    kind: str = ""
    building_id: str = ""
    unread: str = ""
    on: str = ""
    is_narrowed: bool = False


def read_url(query: Mapping[str, str], today: date) -> tuple[MeterFilter, Filters, date]:
    """The filter and the day of reading of an address; what cannot be read narrows nothing."""
    on = _day(query.get("on", "")) or today
    kind, building = query.get("kind", ""), query.get("building_id", "")
    is_unread = query.get("unread") == "1"
    wanted = MeterFilter(
        kind=MeterKind(kind) if kind in set(MeterKind) else None,
        building_id=int(building) if building.isascii() and building.isdigit() and len(building) < 19 else None,
        unread_since=on.replace(day=1) if is_unread else None,
        text=query.get("text", "").replace("\x00", "")[:40],
    )
    shown = Filters(
        text=wanted.text,
        kind=wanted.kind.value if wanted.kind else "",
        building_id=building if wanted.building_id is not None else "",
        unread="1" if is_unread else "",
        on=on.isoformat(),
        is_narrowed=bool(wanted.text or wanted.kind or wanted.building_id is not None or is_unread),
    )
    return wanted, shown, on


def meter_line(row: MeterRow, before: MeterLine | None, *, today: date, locale: str) -> MeterLine:
    """One meter; what is typed or was just saved in the cell stays."""
    last = "—" if row.value_milli is None else format_milli(row.value_milli)
    day = ""
    if row.read_on is not None:
        how = translate(HOW[row.reading_kind or ReadingKind.actual], locale)
        day = f"{day_text(row.read_on, today=today, locale=locale)} {how}"
    line = MeterLine(
        id=row.id,
        code=row.code,
        place=row.place if locale == "zh" else row.room_code,
        kind=translate(KINDS[row.kind], locale),
        unit=UNITS[row.kind],
        last=last,
        last_day=day,
    )
    if before is None:
        return line
    kept = replace(
        line, typed=before.typed, state=before.state, note=before.note, tone=before.tone, may_roll=before.may_roll,
        reading_id=before.reading_id,
    )  # fmt: skip
    # Beside a saved reading stands the one before it, by which the use was counted.
    return replace(kept, last=before.last, last_day=before.last_day) if before.state == "saved" else kept


def saved(line: MeterLine, typed: str, recorded: Recorded, *, locale: str) -> MeterLine:
    """The row after its reading was taken: the use, and why it should be looked at."""
    parts = []
    if recorded.usage_milli is not None:
        used = msg("used {quantity} {unit}", quantity=format_milli(recorded.usage_milli), unit=line.unit)
        parts.append(translate(used, locale))
    if recorded.flag is not None:
        parts.append(translate(FLAGS[recorded.flag], locale))
    note = " · ".join(parts) or translate(msg("first reading"), locale)
    tone = "orange" if recorded.flag is not None else "green"
    return replace(line, typed=typed, state="saved", note=note, tone=tone, may_roll=False, reading_id=recorded.reading.id)


def wrong(line: MeterLine, typed: str, reason: str, *, may_roll: bool) -> MeterLine:
    """The row whose reading was refused: what is typed stays, with the sentence."""
    return replace(line, typed=typed, state="wrong", note=reason, tone="red", may_roll=may_roll, reading_id=0)


def blank(line: MeterLine) -> MeterLine:
    """The row with an empty cell."""
    return replace(line, typed="", state="", note="", tone="gray", may_roll=False, reading_id=0)


def progress_text(lines: list[MeterLine], *, locale: str) -> str:
    """How far the page in view is."""
    done = sum(line.state == "saved" for line in lines)
    return translate(msg("{done} of {count} on this page entered", done=done, count=len(lines)), locale)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
