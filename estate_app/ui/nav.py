"""Where each role can go: the manager's sidebar with its permissions, the tabs of residents and technicians."""

from dataclasses import dataclass

from estate_app.access.permission import Permission
from estate_app.kit.i18n import Message, msg


@dataclass(frozen=True, slots=True)
class Entry:
    """One way to a page. An entry whose permission is not held is absent; `counter` names the count at its right."""

    label: Message
    href: str
    icon: str
    permission: Permission | None = None
    counter: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading."""

    label: Message | None
    entries: tuple[Entry, ...]


MANAGER: tuple[Group, ...] = (
    Group(None, (Entry(msg("Overview"), "/manage", "layout-dashboard"),)),
    Group(
        msg("Repairs"),
        (
            Entry(msg("Dispatch"), "/manage/dispatch", "route", Permission.repairs_dispatch, "dispatch"),
            Entry(msg("Work orders"), "/manage/repairs", "clipboard-list", Permission.repairs_read),
            Entry(msg("Technicians"), "/manage/technicians", "hard-hat", Permission.technicians_read),
            Entry(msg("Facilities"), "/manage/facilities", "settings", Permission.technicians_read),
            Entry(msg("Materials"), "/manage/stock", "package", Permission.repairs_read),
            Entry(msg("Repair categories"), "/manage/categories", "list-tree", Permission.technicians_read),
            Entry(msg("Performance"), "/manage/performance", "award", Permission.technicians_read),
        ),
    ),
    Group(
        msg("Charges"),
        (
            Entry(msg("Bill runs"), "/manage/billing", "file-plus", Permission.billing_read),
            Entry(msg("Bills"), "/manage/bills", "receipt-text", Permission.bills_read),
            Entry(msg("Arrears"), "/manage/arrears", "alarm-clock", Permission.bills_read),
            Entry(msg("Waivers and discounts"), "/manage/waivers", "file-check", Permission.waivers_request, "waivers"),
            Entry(msg("Meters"), "/manage/meters", "gauge", Permission.bills_read),
            Entry(msg("Cashier"), "/manage/cashier", "banknote", Permission.payments_read),
            Entry(msg("Payments"), "/manage/payments", "credit-card", Permission.payments_read),
            Entry(msg("Reconciliation"), "/manage/reconciliation", "scale", Permission.ledger_read, "differences"),
            Entry(msg("Refunds"), "/manage/refunds", "undo-2", Permission.refunds_request, "refunds"),
            Entry(msg("Room balances"), "/manage/balances", "wallet", Permission.payments_read),
            Entry(msg("E-invoices"), "/manage/invoices", "file-text", Permission.payments_read),
            Entry(msg("Ways to pay"), "/manage/channels", "credit-card", Permission.payments_read),
            Entry(msg("Ledger"), "/manage/ledger", "landmark", Permission.ledger_read, "held"),
            Entry(msg("Tariffs"), "/manage/tariffs", "calculator", Permission.tariffs_read),
        ),
    ),
    Group(
        msg("Analytics"),
        (
            Entry(msg("Repair analytics"), "/manage/analytics/repairs", "chart-column", Permission.repair_analytics),
            Entry(msg("Payment analytics"), "/manage/analytics/payments", "chart-line", Permission.payment_analytics),
            Entry(msg("Behaviour analytics"), "/manage/analytics/behaviour", "chart-pie", Permission.behaviour_analytics),
        ),
    ),
    Group(
        msg("Administration"),
        (
            Entry(msg("Property and residents"), "/manage/property", "building-2", Permission.property_read),
            Entry(msg("Parking"), "/manage/parking", "square-parking", Permission.property_read),
            Entry(msg("Imports"), "/manage/imports", "file-up", Permission.property_edit),
            Entry(msg("Feedback"), "/manage/feedback", "message-square", Permission.feedback, "feedback"),
            Entry(msg("Announcements"), "/manage/announcements", "megaphone", Permission.announce),
            Entry(msg("Public income"), "/manage/income", "landmark", Permission.notices_read),
            Entry(msg("Message log"), "/manage/messages", "send", Permission.notices_read),
            Entry(msg("Deletions of accounts"), "/manage/erasures", "user-x", Permission.property_edit),
            Entry(msg("Permissions"), "/manage/permissions", "shield", Permission.grants_edit),
            Entry(msg("Audit log"), "/manage/audit", "history", Permission.audit_read),
            Entry(msg("Backups"), "/manage/backups", "database-backup", Permission.system),
        ),
    ),
)

RESIDENT: tuple[Entry, ...] = (
    Entry(msg("Home"), "/", "house"),
    Entry(msg("Repairs"), "/repairs", "wrench"),
    Entry(msg("Bills"), "/bills", "receipt-text", counter="bills"),
    Entry(msg("Me"), "/me", "user"),
)
# On desktops the notices stand in the top bar, and 我的 is the avatar.
RESIDENT_DESKTOP: tuple[Entry, ...] = (*RESIDENT[:3], Entry(msg("Notices"), "/notices", "megaphone"))

TECHNICIAN: tuple[Entry, ...] = (
    Entry(msg("Jobs"), "/tech", "clipboard-list", counter="jobs"),
    Entry(msg("Schedule"), "/tech/schedule", "calendar-days"),
    Entry(msg("Results"), "/tech/stats", "chart-column"),
    Entry(msg("Me"), "/tech/me", "user"),
)
