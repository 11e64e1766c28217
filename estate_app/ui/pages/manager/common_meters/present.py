"""Common meters beside the sum of the rooms' own. Pure."""

from dataclasses import dataclass

from estate_app.billing.common import CommonRow
from estate_app.billing.rules.values import format_milli
from estate_app.kit.i18n import msg, translate
from estate_app.ui.pages.manager.meters.present import KINDS, UNITS
from estate_app.ui.view import Badge

_MUCH_BP = 1_000
"""A loss of a tenth is looked into: leaks, thefts, meters that stand still."""


@dataclass(frozen=True, slots=True)
class CommonLine:
    """One common meter in a month."""

    id: str
    code: str
    href: str
    place: str
    kind: str
    main: str
    units: str
    loss: str
    badge: Badge


def common_line(row: CommonRow, *, locale: str) -> CommonLine:
    """One common meter; a loss is told only when every reading is there."""
    unit = UNITS[row.kind]
    loss, main = row.loss_milli, row.main_milli
    text, badge = "—", Badge(translate(msg("{count} unread", count=row.missing), locale), "orange", "soft", "clock")
    if not row.units:
        badge = Badge(translate(msg("Serves shared places only"), locale), "gray", "surface", "lamp")
    elif main is None:
        badge = Badge(translate(msg("Not read this month"), locale), "orange", "soft", "clock")
    elif loss is not None:
        share_bp = loss * 10_000 // main if main else 0
        text = f"{format_milli(loss)} {unit} ({share_bp / 100:.1f}%)"
        badge = Badge(translate(msg("In order"), locale), "green", "soft", "check")
        if loss < 0:
            badge = Badge(translate(msg("Rooms count more"), locale), "red", "soft", "triangle-alert")
        elif share_bp > _MUCH_BP:
            badge = Badge(translate(msg("Large loss"), locale), "red", "soft", "triangle-alert")
    return CommonLine(
        id=str(row.meter_id),
        code=row.code,
        href=f"/manage/meters/{row.meter_id}",
        place=row.building or translate(msg("The whole estate"), locale),
        kind=translate(KINDS[row.kind], locale),
        main="—" if main is None else f"{format_milli(main)} {unit}",
        units=translate(msg("{sum} of {count} meters", sum=f"{format_milli(row.units_milli)} {unit}", count=row.units), locale),
        loss=text,
        badge=badge,
    )
