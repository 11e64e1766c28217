"""What the codes in a file of own data are called. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from estate_app.access.models import SessionKind
from estate_app.billing.models import BillStatus
from estate_app.kit.i18n import Message, msg
from estate_app.payment.models import PaymentStatus
from estate_app.property.models import Relation

BILL_STATES: Mapping[BillStatus, Message] = {
    BillStatus.unpaid: msg("Unpaid"),
    BillStatus.partly_paid: msg("Part-paid"),
    BillStatus.paid: msg("Paid"),
    BillStatus.disputed: msg("Disputed"),
    BillStatus.void: msg("Void"),
}
PAYMENT_STATES: Mapping[PaymentStatus, Message] = {
    PaymentStatus.pending: msg("Processing"),
    PaymentStatus.paid: msg("Paid"),
    PaymentStatus.failed: msg("Failed"),
    PaymentStatus.closed: msg("Closed"),
}
RELATIONS: Mapping[Relation, Message] = {
    Relation.owner: msg("Owner"),
    Relation.family: msg("Family"),
    Relation.tenant: msg("Tenant"),
    Relation.payer: msg("Payer only"),
}
DEVICES: Mapping[SessionKind, Message] = {SessionKind.browser: msg("Browser"), SessionKind.mini: msg("WeChat mini-program")}


@dataclass(frozen=True, slots=True)
class Coded:
    """A value that programs read as its code and people in words."""

    code: str | bool
    text: Message


def yes_no(is_so: bool) -> Coded:  # noqa: FBT001 -- the answer itself
    """A yes or no."""
    return Coded(is_so, msg("Yes") if is_so else msg("No"))
