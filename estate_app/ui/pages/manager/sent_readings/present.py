"""Readings that residents sent. Pure."""

from dataclasses import dataclass
from datetime import date

from estate_app.billing.rules.values import format_milli
from estate_app.billing.self_readings import SentRow
from estate_app.kit.i18n import msg, translate
from estate_app.ui.pages.manager.meters.present import FLAGS, KINDS, UNITS
from estate_app.ui.view import Badge
from estate_app.ui.when import day_text


@dataclass(frozen=True, slots=True)
class SentLine:
    """One sent reading."""

    id: str
    room: str
    meter: str
    sender: str
    day: str
    value: str
    last: str
    usage: str
    photo: str
    thumbnail: str
    badge: Badge


def sent_line(row: SentRow, *, today: date, locale: str) -> SentLine:
    """One sent reading beside the newest known one."""
    unit = UNITS[row.kind]
    usage, badge = "—", Badge("")
    if row.last_milli is not None:
        usage = f"{format_milli(row.value_milli - row.last_milli)} {unit}"
        if row.value_milli < row.last_milli:
            badge = Badge(translate(msg("The dial passed zero?"), locale), "orange", "soft", "triangle-alert")
        elif row.flag:
            badge = Badge(translate(FLAGS[row.flag], locale), "orange", "soft", "triangle-alert")
    return SentLine(
        id=str(row.id),
        room=row.room,
        meter=f"{translate(KINDS[row.kind], locale)} {row.code}",
        sender=row.sender,
        day=day_text(row.read_on, today=today, locale=locale),
        value=f"{format_milli(row.value_milli)} {unit}",
        last="—" if row.last_milli is None else f"{format_milli(row.last_milli)} {unit}",
        usage=usage,
        photo=row.photo.url if row.photo else "",
        thumbnail=row.photo.thumbnail_url if row.photo else "",
        badge=badge,
    )
