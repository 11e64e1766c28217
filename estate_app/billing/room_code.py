"""The code on a bill that gives its reader the room: whoever has the paper bill belongs to the household."""

import base64
import hashlib
import hmac
from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.directory import people
from estate_app.access.permission import Permission
from estate_app.billing.models import Bill, BillStatus
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.property.claims import ensure_claim
from estate_app.property.members import add_self
from estate_app.property.models import Relation, RoomMember
from estate_app.settings import settings

LIFE = timedelta(days=90)
LENGTH = 8


def code_of(bill_number: str) -> str:
    """The code of a bill: eight letters and digits, the same whenever it is printed."""
    mac = hmac.new(settings().secret.encode(), f"room-code:{bill_number}".encode(), hashlib.sha256).digest()
    return base64.b32encode(mac).decode()[:LENGTH]


def claim_by_code(
    uow: UnitOfWork,
    actor: Actor,
    *,
    bill_number: str,
    code: str,
    relation: Relation,
    from_on: date | None = None,
    to_on: date | None = None,
) -> RoomMember:
    """Gain the room of a bill by its number and code, as family, tenant or payer.

    Raises:
        InvalidError: number and code do not belong together, the bill is older than 90 days or void, or an owner asks this way.
    """
    actor.require(Permission.own_account)
    today = business_date(uow.now)
    bill = uow.session.scalar(select(Bill).where(col(Bill.number) == bill_number.strip().upper(), col(Bill.status) != BillStatus.void))
    typed = code.replace("-", "").replace(" ", "").upper()
    is_right = bill is not None and hmac.compare_digest(code_of(bill.number).encode(), typed.encode())
    if bill is None or not is_right or bill.issued_at < uow.now - LIFE:
        raise InvalidError(msg("The number and the code do not fit, or the bill is older than 90 days"), field="code")
    if relation is Relation.owner:
        raise InvalidError(msg("An owner is entered by the estate; send a request instead"), field="relation")
    begins = from_on or today
    ensure_claim(uow, actor, room_id=bill.room_id, relation=relation, from_on=begins, to_on=to_on)
    account = people(uow.session, [actor.id])[actor.id]
    member = add_self(uow, actor, account, room_id=bill.room_id, relation=relation, from_on=begins, to_on=to_on)
    record(uow, actor, "property:code", "room", bill.room_id, after={"bill": bill.number, "relation": relation.value})
    return member
