"""Waivers and discounts as they are asked for and decided. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from estate_app.billing.arrears_models import Decision
from estate_app.billing.discounts import LABELS, DiscountRow
from estate_app.billing.rules.values import format_milli
from estate_app.billing.waivers import WaiverRow
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.ui.pages.common.repair import named
from estate_app.ui.view import Badge, Fact
from estate_app.ui.when import moment_text

LOOKS: Mapping[Decision, tuple[Message, str, str]] = {
    Decision.requested: (msg("To approve"), "orange", "clock"),
    Decision.approved: (msg("Approved"), "green", "check"),
    Decision.rejected: (msg("Rejected"), "gray", "ban"),
}
NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request for a waiver or a discount; `may_decide` is false for one's own, `may_end` true for a running discount."""

    id: int = 0
    kind: str = ""
    place: str = ""
    what: str = ""
    href: str = ""
    amount: str = ""
    span: str = ""
    reason: str = ""
    requester: str = ""
    time: str = ""
    decided: str = ""
    badge: Badge = NO_BADGE
    is_waiting: bool = False
    may_decide: bool = False
    may_end: bool = False


def waiver_line(row: WaiverRow, *, my_id: int, may_approve: bool, now: datetime, locale: str) -> RequestLine:
    """A waiver of the list."""
    waits = row.status is Decision.requested
    return RequestLine(
        id=row.id,
        kind="waiver",
        place=row.place,
        what=f"{named(row.item_name, row.item_name_en, locale)} {row.bill_number}",
        href=f"/manage/bills/{row.bill_id}",
        amount=translate(msg("¥{part} of ¥{whole}", part=format_yuan(row.amount_fen), whole=format_yuan(row.bill_fen)), locale),
        reason=row.reason,
        requester=row.requester,
        time=moment_text(row.requested_at, now=now, locale=locale),
        decided=_decided(row.decider, row.answer),
        badge=_badge(row.status, locale),
        is_waiting=waits,
        may_decide=waits and may_approve and row.requested_by != my_id,
    )


def discount_line(row: DiscountRow, *, my_id: int, may_approve: bool, now: datetime, locale: str) -> RequestLine:
    """A discount of the list."""
    waits = row.status is Decision.requested
    item = named(row.item_name, row.item_name_en, locale) if row.item_name else translate(msg("All items without a meter"), locale)
    return RequestLine(
        id=row.id,
        kind="discount",
        place=row.place,
        what=f"{translate(LABELS[row.kind], locale)} · {item}",
        amount=translate(msg("{percent}% off", percent=format_milli(row.percent_bp * 10)), locale),
        span=f"{row.starts_on.isoformat()} – {row.ends_on.isoformat()}",
        reason=row.reason,
        requester=row.requester,
        time=moment_text(row.requested_at, now=now, locale=locale),
        decided=_decided(row.decider, row.answer),
        badge=_badge(row.status, locale),
        is_waiting=waits,
        may_decide=waits and may_approve and row.requested_by != my_id,
        may_end=may_approve and row.status is Decision.approved and row.ends_on > business_date(now),
    )


def facts(line: RequestLine, *, locale: str) -> list[Fact]:
    """What is decided about."""
    pairs = (
        (msg("Room"), line.place),
        (msg("For what"), line.what),
        (msg("Amount"), line.amount),
        (msg("Period"), line.span),
        (msg("Requested by"), line.requester),
        (msg("Reason"), line.reason),
    )
    return [Fact(translate(label, locale), value) for label, value in pairs if value]


def _decided(decider: str, answer: str) -> str:
    return " · ".join(part for part in (decider, answer) if part)


def _badge(status: Decision, locale: str) -> Badge:
    label, tone, icon = LOOKS[status]
    return Badge(translate(label, locale), tone, "soft", icon)
