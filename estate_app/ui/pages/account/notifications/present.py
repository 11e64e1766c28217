"""How one wants to be told, as it is read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from estate_app.access.permission import Role
from estate_app.kit.i18n import Message, msg, translate
from estate_app.notification.families import NoticeFamily
from estate_app.notification.preferences import FamilyChoice, Preferences

_F = NoticeFamily
_WORDS: Mapping[Role, Mapping[NoticeFamily, tuple[Message, Message]]] = {
    Role.resident: {
        _F.repair: (msg("Progress of repairs"), msg("Accepted, on the way, finished, and what waits for you")),
        _F.bill: (msg("Bills and due dates"), msg("New bills, and reminders 7, 3 and 1 days before they fall due")),
        _F.payment: (msg("Payments and refunds"), msg("Receipts, refunds and e-invoices")),
        _F.announcement: (msg("Announcements of the estate"), msg("Water, power and lifts, safety, public income")),
        _F.feedback: (msg("Answers to your feedback"), msg("When the estate answers or closes it")),
        _F.overdue: (msg("Overdue bills"), msg("Always told, never at night")),
        _F.account: (msg("Security of your account"), msg("Codes, a new phone, emergencies: always told, at any hour")),
    },
    Role.technician: {
        _F.repair: (msg("Your jobs"), msg("Offers, changes and cancelled jobs; emergencies always come by SMS")),
        _F.account: (msg("Security of your account"), msg("Codes, a new phone, emergencies: always told, at any hour")),
    },
    Role.manager: {
        _F.repair: (msg("Work orders and their clocks"), msg("What waits too long or runs past its promise")),
        _F.payment: (msg("Money that needs a look"), msg("Held money, differences, failed refunds and e-invoices")),
        _F.feedback: (msg("Feedback that waits"), msg("New feedback, and limits that draw near")),
        _F.account: (msg("Security of your account"), msg("Codes, a new phone, emergencies: always told, at any hour")),
    },
}


@dataclass(frozen=True, slots=True)
class FamilyLine:
    """One family: what it is, and whether each channel carries it."""

    key: str
    label: str
    hint: str
    has_wechat: bool
    wechat: bool
    sms: bool


@dataclass(frozen=True, slots=True)
class HoursCard:
    """The quiet hours, as the fields show them."""

    is_on: bool = True
    starts: str = "22:00"
    ends: str = "08:00"


def family_lines(found: Preferences, role: Role, *, locale: str) -> list[FamilyLine]:
    """The families that can be switched, then those that are always told."""
    chosen = [_line(one, role, locale) for one in found.families]
    return chosen + [_line(FamilyChoice(family, None, sms=True), role, locale) for family in found.always]


def hours_card(found: Preferences) -> HoursCard:
    """The quiet hours of somebody."""
    return HoursCard(found.is_quiet, f"{found.starts_at:%H:%M}", f"{found.ends_at:%H:%M}")


def _line(one: FamilyChoice, role: Role, locale: str) -> FamilyLine:
    label, hint = _WORDS[role][one.family]
    has_wechat = one.wechat is not None
    return FamilyLine(one.family.value, translate(label, locale), translate(hint, locale), has_wechat, bool(one.wechat), one.sms)
