"""What stands in the way of deleting an account: each with a sentence that says what to do first, and where."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from estate_app.access.actor import Actor
from estate_app.billing.forget import debts
from estate_app.kit.i18n import Message, msg
from estate_app.kit.money import format_yuan
from estate_app.ledger.queries import room_prepaid
from estate_app.payment.forget import money_under_way
from estate_app.property.models import Relation
from estate_app.property.queries import own_rooms
from estate_app.repair.forget import open_orders

_ANSWERABLE = (Relation.owner, Relation.tenant)
"""Who answers for a room's bills; a family member or somebody who only pays for it owes nothing of his own."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing to do first, and the page on which to do it."""

    text: Message
    link: str


def blockers(session: Session, actor: Actor, on: date) -> list[Blocker]:
    """Everything that a person has to settle before the account can go."""
    rooms = [room for room in own_rooms(session, actor, on) if room.relation in _ANSWERABLE]
    found: list[Blocker] = []
    count, fen = debts(session, [room.id for room in rooms])
    if count:
        found.append(Blocker(msg("Pay the {count} open bills of your rooms first: ¥{yuan}", count=count, yuan=format_yuan(fen)), "/bills"))
    for room in rooms:
        prepaid = room_prepaid(session, room.id)
        if prepaid > 0:
            text = msg("Use up or withdraw the balance of {room} first: ¥{yuan}", room=room.label, yuan=format_yuan(prepaid))
            found.append(Blocker(text, "/balance"))
    orders = open_orders(session, actor.id)
    if orders:
        found.append(Blocker(msg("Wait until your {count} open repairs are finished, or cancel them", count=orders), "/repairs"))
    pending, refunds, held = money_under_way(session, actor.id)
    if pending:
        found.append(Blocker(msg("Finish or wait for the {count} payments that are under way", count=pending), "/payments"))
    if refunds:
        found.append(Blocker(msg("Wait until the {count} refunds to you have arrived", count=refunds), "/payments"))
    if held:
        found.append(
            Blocker(msg("The estate still looks into {count} of your payments; wait until that is settled", count=held), "/payments")
        )
    return found
