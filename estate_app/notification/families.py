"""What notices are about, in the few families by which a person chooses how to be told. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from estate_app.access.permission import Role


class NoticeFamily(StrEnum):
    """One row of the page on which a person chooses."""

    repair = "repair"
    bill = "bill"
    payment = "payment"
    overdue = "overdue"
    announcement = "announcement"
    feedback = "feedback"
    account = "account"


_OF_EVENT: Mapping[str, NoticeFamily] = {
    "announcement": NoticeFamily.announcement,
    "disclosure": NoticeFamily.announcement,
    "arrears": NoticeFamily.overdue,
    "bill_due": NoticeFamily.bill,
    "bill_issued": NoticeFamily.bill,
    "bill_waived": NoticeFamily.bill,
    "reading_decided": NoticeFamily.bill,
    "adjustment": NoticeFamily.payment,
    "balance": NoticeFamily.payment,
    "balance_order": NoticeFamily.payment,
    "cash_difference": NoticeFamily.payment,
    "invoice_failed": NoticeFamily.payment,
    "invoice_issued": NoticeFamily.payment,
    "message_held": NoticeFamily.payment,
    "paid": NoticeFamily.payment,
    "reconciliation": NoticeFamily.payment,
    "refund_failed": NoticeFamily.payment,
    "refunded": NoticeFamily.payment,
    "refunding": NoticeFamily.payment,
    "suspense": NoticeFamily.payment,
}
CHOOSABLE: Mapping[Role, tuple[NoticeFamily, ...]] = {
    Role.resident: (
        NoticeFamily.repair,
        NoticeFamily.bill,
        NoticeFamily.payment,
        NoticeFamily.announcement,
        NoticeFamily.feedback,
    ),
    Role.technician: (NoticeFamily.repair,),
    Role.manager: (NoticeFamily.repair, NoticeFamily.payment, NoticeFamily.feedback),
}
"""What each role may switch; what is overdue and what guards the account is always told."""
ALWAYS_TOLD: Mapping[Role, tuple[NoticeFamily, ...]] = {
    Role.resident: (NoticeFamily.overdue, NoticeFamily.account),
    Role.technician: (NoticeFamily.account,),
    Role.manager: (NoticeFamily.account,),
}
_PASSING = frozenset({NoticeFamily.payment, NoticeFamily.account})


def family_of(event: str) -> NoticeFamily:
    """Which family an event belongs to; what is nobody's is the account's own."""
    if event.startswith("repair_"):
        return NoticeFamily.repair
    if event.startswith("feedback_"):
        return NoticeFamily.feedback
    return _OF_EVENT.get(event, NoticeFamily.account)


def is_switchable(family: NoticeFamily) -> bool:
    """Whether a person may refuse a family outside the app."""
    return any(family in families for families in CHOOSABLE.values())


def passes_quiet_hours(event: str) -> bool:
    """Whether an event goes out at any hour: what became of one's money, and what guards the account.

    A reminder to pay is not of these: nobody is reminded at night.
    """
    return family_of(event) in _PASSING
