"""What the house knows of a person as a person: read for the one who asks, and given up when an account is deleted."""

from collections.abc import Sequence

from sqlalchemy import delete, or_
from sqlmodel import Session, col, select

from estate_app.access.models import Account, AuditEntry, LoginSession, LoginTicket, OneTimeCode, RecoveryCode
from estate_app.blotting import Forgotten, blot
from estate_app.db import UnitOfWork

ALIAS = "已注销用户"
"""What stands wherever the name stood."""


def known_words(session: Session, account_id: int) -> Forgotten:
    """The name, the numbers and the WeChat identity of an account, former phones included."""
    account = session.get_one(Account, account_id)
    moved = select(AuditEntry.before, AuditEntry.after).where(
        AuditEntry.entity == "account", AuditEntry.entity_id == account_id, AuditEntry.action == "account:change_phone"
    )
    phones = {str(side.get("phone", "")) for entry in session.exec(moved) for side in entry}
    numbers = {account.phone or "", account.openid or "", *(one for one in phones if one.isdigit())} - {""}
    return Forgotten(account_id, ALIAS, (account.name,), tuple(sorted(numbers)))


def forget(uow: UnitOfWork, who: Forgotten) -> None:
    """Give the account up: no name, no way in, no devices; what the audit trail says of it is kept without the person."""
    session, own = uow.session, who.account_id
    account = session.get_one(Account, own, with_for_update=True)
    phone = account.phone
    account.name, account.phone, account.openid, account.password_hash, account.is_active = who.alias, None, None, None, False
    account.failed_logins, account.locked_until, account.allows_behaviour = 0, None, False
    session.flush()
    session.execute(delete(LoginSession).where(col(LoginSession.account_id) == own))
    session.execute(delete(LoginTicket).where(col(LoginTicket.account_id) == own))
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == own))
    session.execute(delete(OneTimeCode).where(col(OneTimeCode.phone).in_([phone or "", *who.numbers])))
    about = or_(col(AuditEntry.actor_id) == own, (col(AuditEntry.entity) == "account") & (col(AuditEntry.entity_id) == own))
    addresses = session.exec(select(AuditEntry.address).where(AuditEntry.actor_id == own).distinct()).all()
    blot(session, AuditEntry, ("actor_name", "before", "after"), who.words, about)
    blot(session, AuditEntry, ("address",), {one: "" for one in addresses if one}, col(AuditEntry.actor_id) == own)


def forget_in_trail(session: Session, who: Forgotten, *, entity: str, ids: Sequence[int]) -> None:
    """Take the person's words out of what the audit trail says of some things, whoever did it."""
    of_them = (col(AuditEntry.entity) == entity) & col(AuditEntry.entity_id).in_(ids)
    blot(session, AuditEntry, ("before", "after"), who.words, of_them)
