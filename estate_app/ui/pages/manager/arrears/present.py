"""Arrears in the managers' list, its figures and its filter. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from urllib.parse import urlencode

from estate_app.billing.arrears_models import Stage
from estate_app.billing.arrears_queries import ArrearsFilter, ArrearsRow, ArrearsTotals, Band, Hold
from estate_app.errors import InvalidError
from estate_app.export import read_filter
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.property.models import Building
from estate_app.ui.view import Badge, Kpi, Option
from estate_app.ui.when import day_text

STAGES: Mapping[Stage, tuple[Message, str, str]] = {
    Stage.reminder: (msg("Reminded in the app"), "gray", "bell"),
    Stage.sms: (msg("Reminded by SMS"), "orange", "send"),
    Stage.letter: (msg("Formal notice"), "red", "file-text"),
    Stage.case: (msg("Case opened"), "red", "landmark"),
}
BANDS: Mapping[Band, Message] = {
    Band.to_30: msg("0–30 days late"),
    Band.to_60: msg("31–60 days late"),
    Band.to_90: msg("61–90 days late"),
    Band.over_90: msg("Over 90 days late"),
}
HOLDS: Mapping[Hold, Message] = {
    Hold.promise: msg("Promise to pay"),
    Hold.plan: msg("Instalments"),
    Hold.dispute: msg("In dispute"),
}
NAMES = tuple(f.name for f in fields(ArrearsFilter) if f.name != "estate_id")
LEAST = (10_000, 50_000, 100_000, 500_000)


@dataclass(frozen=True, slots=True)
class DebtLine:
    """One household."""

    id: int
    href: str
    place: str
    owner: str
    owed: str
    bands: list[str]
    days: str
    tone: str
    badge: Badge
    holds: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to, as the address says it."""

    text: str = ""
    building_id: str = ""
    band: str = ""
    stage: str = ""
    hold: str = ""
    least_fen: str = ""
    sort: str = ""
    is_narrowed: bool = False
    export: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer."""

    buildings: list[Option] = field(default_factory=list)
    bands: list[Option] = field(default_factory=list)
    stages: list[Option] = field(default_factory=list)
    holds: list[Option] = field(default_factory=list)
    least: list[Option] = field(default_factory=list)


def read_url(query: Mapping[str, str], estate_id: int) -> tuple[ArrearsFilter, Filters]:
    """The filter of an address, in the estate in view; a value that cannot be read narrows nothing."""
    kept: dict[str, str] = {}
    for name in NAMES:
        if value := query.get(name, ""):
            try:
                read_filter(ArrearsFilter, {name: value})
            except InvalidError:
                continue
            kept[name] = value
    wanted = replace(read_filter(ArrearsFilter, kept), estate_id=estate_id or None)
    sort = query.get("sort", "")
    export = urlencode(kept | ({"estate_id": str(estate_id)} if estate_id else {}) | ({"sort": sort} if sort else {}))
    return wanted, Filters(**kept, sort=sort, is_narrowed=bool(kept), export=export)


def choices(buildings: Iterable[Building], *, estate_id: int, locale: str) -> Choices:
    """What the filters offer in an estate."""
    none = Option("none", translate(msg("Nothing done yet"), locale))
    return Choices(
        buildings=[Option(str(b.id), b.name) for b in buildings if not estate_id or b.estate_id == estate_id],
        bands=[Option(band.value, translate(name, locale)) for band, name in BANDS.items()],
        stages=[none, *(Option(stage.value, translate(look[0], locale)) for stage, look in STAGES.items())],
        holds=[Option(hold.value, translate(name, locale)) for hold, name in HOLDS.items()],
        least=[Option(str(fen), translate(msg("From ¥{amount}", amount=f"{fen // 100:,}"), locale)) for fen in LEAST],
    )


def debt_line(row: ArrearsRow, *, on: date, locale: str) -> DebtLine:
    """One line of the list."""
    return DebtLine(
        id=row.room_id,
        href=f"/manage/arrears/{row.room_id}",
        place=row.place,
        owner=row.owner or "—",
        owed=format_yuan(row.owed_fen),
        bands=[format_yuan(fen) if fen else "—" for fen in row.bands_fen],
        days=str(row.days),
        tone="red" if row.days > 60 else "orange" if row.days > 30 else "gray",
        badge=stage_badge(row.stage, row.stage_on, on=on, locale=locale),
        holds=hold_text(row, locale=locale),
    )


def stage_badge(stage: Stage | None, since: date | None, *, on: date, locale: str) -> Badge:
    """How far the ladder is, and since when."""
    if stage is None:
        return Badge(translate(msg("Nothing done yet"), locale), "gray", "surface", "circle")
    label, tone, icon = STAGES[stage]
    said = translate(label, locale)
    day = f" {day_text(since, today=on, locale=locale)}" if since else ""
    return Badge(f"{said}{day}", tone, "soft", icon)


def hold_text(row: ArrearsRow, *, locale: str) -> str:
    """Why the ladder waits, in words."""
    holds = ((row.has_promise, Hold.promise), (row.has_plan, Hold.plan), (row.disputed_fen > 0, Hold.dispute))
    return " · ".join(translate(HOLDS[hold], locale) for is_held, hold in holds if is_held)


def figures(totals: ArrearsTotals, *, locale: str) -> list[Kpi]:
    """The whole and its four bands; each band leads to its households."""
    whole = Kpi(
        label=translate(msg("Overdue in all"), locale),
        value=format_yuan(totals.owed_fen, sign=True),
        note=translate(msg("{count} households", count=f"{totals.households:,}"), locale),
        href="/manage/arrears",
    )
    bands = [
        Kpi(
            label=translate(BANDS[band], locale),
            value=format_yuan(fen, sign=True),
            note=translate(
                msg(
                    "{percent}% of the sum · {count} households",
                    percent=fen * 100 // totals.owed_fen if totals.owed_fen else 0,
                    count=f"{households:,}",
                ),
                locale,
            ),
            href=f"/manage/arrears?band={band.value.replace('+', '%2B')}",
        )
        for band, fen, households in zip(Band, totals.bands_fen, totals.households_by_band, strict=True)
    ]
    return [whole, *bands]
