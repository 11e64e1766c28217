"""One difference in view: both sides fact by fact, what can be done about it, or what was done. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.payment.receipts import channel_name
from estate_app.payment.reconciliation.models import Action, Difference, ItemState
from estate_app.payment.reconciliation.rows import ItemRow
from estate_app.ui.pages.manager.reconciliation.present import NO_BADGE, NONE, badge, channel_state, short, state, yuan
from estate_app.ui.view import Badge, Option
from estate_app.ui.when import exact_text

ACTIONS: Mapping[Action, Message] = {
    Action.book: msg("Book it"),
    Action.refund: msg("Refund at the channel"),
    Action.suspend: msg("Hold for inquiry"),
    Action.accept_fee: msg("Accept the fee"),
    Action.reverse: msg("Reverse the payment"),
    Action.absorb: msg("Charge to the company"),
    Action.credit: msg("Credit to the room"),
    Action.note: msg("Note only"),
    Action.approve: msg("Approve"),
    Action.reject: msg("Reject"),
}


_HINTS: Mapping[Action, Message] = {
    Action.refund: msg("¥{amount} is booked and goes back once a second person approves"),
    Action.suspend: msg("¥{amount} waits at the ledger until its owner is found"),
    Action.accept_fee: msg("¥{amount} is booked as the channel's fee"),
    Action.reverse: msg("A second person approves; then the bills ask for ¥{amount} again and the receipt is reversed"),
    Action.absorb: msg("A second person approves; then the company bears or keeps ¥{amount}"),
    Action.credit: msg("A second person approves; then the room's balance grows by ¥{amount}"),
    Action.note: msg("Nothing is booked; the reason stays with the difference"),
    Action.reject: msg("Nothing moves; the difference is open again"),
}


_APPROVED: Mapping[Action, Message] = {
    Action.reverse: msg("The bills ask for ¥{amount} again, and the receipt is reversed"),
    Action.absorb: msg("The company bears or keeps ¥{amount}"),
    Action.credit: msg("The room's balance grows by ¥{amount}"),
}


_OUTCOMES: Mapping[str, Message] = {
    "booked": msg("booked"),
    "already": msg("was booked already"),
    "refunding": msg("booked; what was paid twice goes back"),
    "held": msg("held until its owner is found"),
    "refund_proposed": msg("refund proposed"),
    "posted": msg("fee booked"),
    "noted": msg("noted"),
    "adjusted": msg("books adjusted"),
    "done": msg("refund finished"),
    "failed": msg("refund failed"),
}


_WHY: Mapping[Difference, Message] = {
    Difference.channel_only: msg("The channel has taken the money and our books have not: its callback was probably lost"),
    Difference.platform_only: msg("Our books hold the money and the channel's statement does not"),
    Difference.amount: msg("Both sides know the payment, with different amounts"),
    Difference.status: msg("Both sides know it, but not in the same state"),
    Difference.refund: msg("The refund is not the same on both sides"),
    Difference.fee: msg("The channel kept another fee than its contract allows"),
    Difference.matched: msg("Both sides agree"),
}


_UNKNOWN = msg("The channel has taken money for an order that we do not know")


_CARRIED = msg("It came in just before the statement ended; the statement of the next day decides")


@dataclass(frozen=True, slots=True)
class Side:
    """One fact on both sides; it is tinted where they differ."""

    label: str
    ours: str
    theirs: str
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One difference in view, with what can be done about it."""

    id: int = 0
    why: str = ""
    position: str = ""
    channel: str = ""
    badge: Badge = NO_BADGE
    amount: str = ""
    done: str = ""
    sides: list[Side] = field(default_factory=list)
    actions: list[Option] = field(default_factory=list)
    is_decision: bool = False


def case(row: ItemRow, *, number: int, total: int, locale: str) -> Case:
    """A difference with both sides and its actions."""
    why = _WHY[row.kind]
    if row.state is ItemState.carried:
        why = _CARRIED
    elif row.kind is Difference.channel_only and row.payment_id is None:
        why = _UNKNOWN
    elif row.state is ItemState.proposed and row.action is not None:
        what = translate(ACTIONS[row.action], locale)
        why = msg("{name} proposes: {what}, ¥{amount}. {reason}", name=row.proposed_by, what=what, amount=_off(row), reason=row.note)
    return Case(
        id=row.id,
        why=translate(why, locale),
        position=f"{number} / {total}" if number else "",
        channel=translate(channel_name(row.channel.value), locale),
        badge=badge(row, locale=locale),
        amount=format_yuan(abs(row.channel_fen or row.local_fen or 0), sign=True),
        done=_done(row, locale),
        sides=_sides(row, locale),
        actions=[_option(row, action, locale) for action in row.actions],
        is_decision=row.state is ItemState.proposed,
    )


def _off(row: ItemRow) -> str:
    return format_yuan(abs(row.off_fen))


def _sides(row: ItemRow, locale: str) -> list[Side]:
    def say(message: Message) -> str:
        return translate(message, locale)

    ours, theirs = row.payment_id is not None or row.local_fen is not None, row.channel_fen is not None
    mine, told = state(row.local_state, locale), channel_state(row, locale)
    sides = [
        Side(say(msg("State")), mine, told, mine != told),
        Side(say(msg("Amount (yuan)")), yuan(row.local_fen), yuan(row.channel_fen), row.local_fen != row.channel_fen),
    ]
    if theirs:
        is_off = row.kind is Difference.fee
        sides.append(Side(say(msg("Fee (yuan)")), yuan(row.expected_fee_fen), yuan(row.channel_fee_fen), is_off))
    number = say(msg("Refund number")) if row.is_refund else say(msg("Our number"))
    sides.append(Side(number, short(row.number) if ours else NONE, short(row.number) if theirs else NONE, ours != theirs))
    mine, told = short(row.local_reference) or NONE, short(row.reference) if theirs else NONE
    is_off = bool(row.local_reference) and theirs and row.local_reference != row.reference
    sides.append(Side(say(msg("Channel's number")), mine, told, is_off))
    sides.append(Side(say(msg("Room and payer")), " ".join(part for part in (row.place, row.payer) if part) or NONE, NONE))
    sides.append(Side(say(msg("Time")), _time(row.local_at), _time(row.channel_at)))
    return sides


def _time(at: datetime | None) -> str:
    return exact_text(at)[5:] if at else NONE


def _option(row: ItemRow, action: Action, locale: str) -> Option:
    amount = format_yuan(abs(row.channel_fee_fen or 0) if action is Action.accept_fee else abs(row.channel_fen or 0))
    if action in {Action.reverse, Action.absorb, Action.credit}:
        hint = Message(_HINTS[action].id, (("amount", _off(row)),))
    elif action is Action.approve:
        hint = Message(_APPROVED[row.action or Action.absorb].id, (("amount", _off(row)),))
    elif action is not Action.book:
        hint = Message(_HINTS[action].id, (("amount", amount),))
    elif row.is_refund:
        hint = msg("The refund of ¥{amount} is finished in our books", amount=amount)
    elif row.payment_id is None:
        hint = msg("¥{amount} is held as money whose owner is to be found", amount=amount)
    else:
        hint = msg("Pays the bills of {place} with ¥{amount} and issues the receipt", place=row.place, amount=amount)
    return Option(action.value, translate(ACTIONS[action], locale), translate(hint, locale))


def _done(row: ItemRow, locale: str) -> str:
    if row.resolved_at is None or row.action is None:
        return ""
    what = translate(ACTIONS[row.action], locale)
    outcome = translate(_OUTCOMES.get(row.outcome, msg("noted")), locale)
    return f"{row.resolved_by} · {exact_text(row.resolved_at)[5:16]} · {what} · {outcome} · {row.note}"
