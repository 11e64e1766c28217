"""One's own meters. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from estate_app.billing.models import SelfReadingStatus
from estate_app.billing.rules.values import format_milli
from estate_app.billing.self_readings import OwnMeter
from estate_app.kit.i18n import Message, msg, translate
from estate_app.ui.pages.manager.meters.present import KINDS, UNITS
from estate_app.ui.view import Badge
from estate_app.ui.when import day_text

_LOOK: Mapping[SelfReadingStatus, tuple[Message, str, str]] = {
    SelfReadingStatus.waiting: (msg("Being checked by the staff"), "indigo", "clock"),
    SelfReadingStatus.approved: (msg("Taken over"), "green", "check"),
    SelfReadingStatus.rejected: (msg("Please read again"), "orange", "triangle-alert"),
}


@dataclass(frozen=True, slots=True)
class MeterCard:
    """One own meter."""

    id: str
    title: str
    room: str
    unit: str
    last: str
    sent: str
    reason: str
    badge: Badge
    opens: str
    can_send: bool


def meter_card(meter: OwnMeter, *, today: date, locale: str) -> MeterCard:
    """One own meter with what it showed last and what was sent."""
    unit = UNITS[meter.kind]
    last = translate(msg("No reading yet"), locale)
    if meter.value_milli is not None and meter.read_on is not None:
        day = day_text(meter.read_on, today=today, locale=locale)
        last = translate(msg("Last reading {value} on {day}", value=f"{format_milli(meter.value_milli)} {unit}", day=day), locale)
    sent, badge, reason = "", Badge(""), ""
    if meter.sent_status is not None and meter.sent_milli is not None and meter.sent_on is not None:
        word, tone, icon = _LOOK[meter.sent_status]
        badge = Badge(translate(word, locale), tone, "soft", icon)
        day = day_text(meter.sent_on, today=today, locale=locale)
        sent = translate(msg("Sent {value} on {day}", value=f"{format_milli(meter.sent_milli)} {unit}", day=day), locale)
        reason = meter.sent_reason if meter.sent_status is SelfReadingStatus.rejected else ""
    return MeterCard(
        id=str(meter.id),
        title=f"{translate(KINDS[meter.kind], locale)} {meter.code}",
        room=meter.room,
        unit=unit,
        last=last,
        sent=sent,
        reason=reason,
        badge=badge,
        opens=translate(meter.opens, locale),
        can_send=meter.is_open and meter.sent_status is not SelfReadingStatus.waiting,
    )
