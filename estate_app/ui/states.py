"""The badge of every state, one table per kind: same word, same colour, same icon everywhere (ui.md, section 6). Pure."""

from collections.abc import Mapping

from estate_app.kit.i18n import Message, msg, translate
from estate_app.ui.view import Badge

Look = tuple[Message, str, str, str]

_OVER = "surface"
REPAIR: Mapping[str, Look] = {
    "submitted": (msg("Submitted"), "gray", "soft", "send"),
    "assigned": (msg("Awaiting"), "orange", "soft", "clock"),
    "accepted": (msg("Accepted"), "indigo", "soft", "check-check"),
    "on_the_way": (msg("On the way"), "indigo", "soft", "footprints"),
    "working": (msg("In progress"), "indigo", "soft", "wrench"),
    "paused": (msg("Paused"), "orange", "soft", "pause"),
    "completed": (msg("Done"), "green", "soft", "check"),
    "rated": (msg("Rated"), "gray", _OVER, "star"),
    "closed": (msg("Closed"), "gray", _OVER, "archive"),
    "declined": (msg("Declined"), "orange", "soft", "corner-up-left"),
    "returned": (msg("Returned"), "orange", "soft", "corner-up-left"),
    "transferred": (msg("Transferred"), "orange", "soft", "corner-up-left"),
    "cancelled": (msg("Cancelled"), "gray", _OVER, "ban"),
    "rejected": (msg("Rejected"), "gray", _OVER, "ban"),
    "reopened": (msg("Rework"), "orange", "soft", "rotate-ccw"),
}
# What residents read where it differs: five words only.
REPAIR_FOR_RESIDENTS: Mapping[str, Look] = {
    "accepted": (msg("In progress"), "indigo", "soft", "wrench"),
    "on_the_way": (msg("In progress"), "indigo", "soft", "wrench"),
    "paused": (msg("In progress"), "indigo", "soft", "wrench"),
    "declined": (msg("Awaiting"), "orange", "soft", "clock"),
    "returned": (msg("Awaiting"), "orange", "soft", "clock"),
    "transferred": (msg("Awaiting"), "orange", "soft", "clock"),
    "reopened": (msg("Being redone"), "orange", "soft", "rotate-ccw"),
}
BILL: Mapping[str, Look] = {
    "unpaid": (msg("Unpaid"), "orange", "soft", "circle"),
    "overdue": (msg("Overdue"), "red", "soft", "alarm-clock"),
    "partly_paid": (msg("Part-paid"), "orange", _OVER, "circle-dashed"),
    "paying": (msg("Processing"), "indigo", "soft", "loader-circle"),
    "unknown": (msg("Processing"), "indigo", "soft", "loader-circle"),
    "pending": (msg("Processing"), "indigo", "soft", "loader-circle"),
    "paid": (msg("Paid"), "green", "soft", "check"),
    "failed": (msg("Failed"), "red", "soft", "x"),
    "closed": (msg("Closed"), "gray", _OVER, "ban"),
    "refunding": (msg("Refunding"), "indigo", "soft", "undo-2"),
    "refunded": (msg("Refunded"), "gray", _OVER, "undo-2"),
    "disputed": (msg("In review"), "orange", "soft", "scale"),
    "void": (msg("Void"), "gray", _OVER, "file-x"),
}
DIFFERENCE: Mapping[str, Look] = {
    "matched": (msg("Matched"), "green", "soft", "check"),
    "channel_only": (msg("Channel only"), "orange", "soft", "x"),
    "platform_only": (msg("Platform only"), "red", "soft", "x"),
    "amount": (msg("Amount differs"), "orange", "soft", "x"),
    "status": (msg("Status differs"), "gray", "soft", "x"),
    "refund": (msg("Refund differs"), "orange", "soft", "x"),
    "fee": (msg("Fee differs"), "orange", "soft", "x"),
}
PRIORITY: Mapping[str, Look] = {
    "emergency": (msg("Urgent"), "red", "soft", ""),
    "urgent": (msg("Urgent"), "red", "soft", ""),
    "high": (msg("High"), "orange", "soft", ""),
    "normal": (msg("Normal"), "gray", "soft", ""),
}


def repair_badge(status: str, *, locale: str, for_resident: bool = False) -> Badge:
    """The badge of a repair's state, in the reader's words."""
    look = REPAIR_FOR_RESIDENTS.get(status, REPAIR[status]) if for_resident else REPAIR[status]
    return _badge(look, locale)


def bill_badge(status: str, *, locale: str) -> Badge:
    """The badge of a bill's or a payment's state."""
    return _badge(BILL[status], locale)


def difference_badge(kind: str, *, locale: str) -> Badge:
    """The badge of a reconciliation's item."""
    return _badge(DIFFERENCE[kind], locale)


def priority_badge(urgency: str, *, locale: str) -> Badge:
    """The square tag of a priority; draw it with `tag(row.priority.label, tone=row.priority.tone)`."""
    return _badge(PRIORITY[urgency], locale)


def overdue_badge(*, locale: str) -> Badge:
    """已超时, beside any unfinished state whose service level is spent."""
    return Badge(translate(msg("Over time"), locale), "red", "soft", "alarm-clock")


def _badge(look: Look, locale: str) -> Badge:
    label, tone, variant, icon = look
    return Badge(label=translate(label, locale), tone=tone, variant=variant, icon=icon)
