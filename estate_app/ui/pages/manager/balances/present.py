"""Orders about rooms' balances as managers and cashiers read them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.payment.balance_orders import BalanceOrderRow
from estate_app.payment.desk_models import BalanceOrderKind, OrderStatus
from estate_app.ui.view import Badge, Fact
from estate_app.ui.when import moment_text

KINDS: Mapping[BalanceOrderKind, Message] = {
    BalanceOrderKind.payout: msg("Pay out at the counter"),
    BalanceOrderKind.opening: msg("Bring forward"),
}
LOOKS: Mapping[OrderStatus, tuple[Message, str, str, str]] = {
    OrderStatus.proposed: (msg("To approve"), "orange", "soft", "clock"),
    OrderStatus.approved: (msg("To hand out at the counter"), "orange", "soft", "banknote"),
    OrderStatus.done: (msg("Done"), "green", "soft", "check"),
    OrderStatus.rejected: (msg("Rejected"), "gray", "surface", "ban"),
}
NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order of the list, with what may be done about it."""

    id: int = 0
    number: str = ""
    kind: str = ""
    place: str = ""
    amount: str = ""
    reason: str = ""
    people: str = ""
    time: str = ""
    badge: Badge = NO_BADGE
    is_proposed: bool = False
    may_decide: bool = False
    may_hand_out: bool = False


def order_line(row: BalanceOrderRow, *, now: datetime, locale: str) -> OrderLine:
    """One order."""
    label, tone, variant, icon = LOOKS[row.status]
    return OrderLine(
        id=row.id,
        number=row.number,
        kind=translate(KINDS[row.kind], locale),
        place=row.place,
        amount=format_yuan(row.amount_fen),
        reason=row.reason,
        people=" → ".join(name for name in (row.proposer, row.decider) if name),
        time=moment_text(row.proposed_at, now=now, locale=locale),
        badge=Badge(translate(label, locale), tone, variant, icon),
        is_proposed=row.status is OrderStatus.proposed,
        may_decide=row.may_decide,
        may_hand_out=row.may_hand_out,
    )


def facts(line: OrderLine, *, locale: str) -> list[Fact]:
    """What is decided about, or handed out."""
    told = ((msg("What"), line.kind), (msg("Room"), line.place), (msg("Amount"), f"¥{line.amount}"), (msg("Reason"), line.reason))
    return [Fact(translate(label, locale), text) for label, text in told]
