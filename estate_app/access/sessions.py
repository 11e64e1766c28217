"""Sessions: a random token in the browser's cookie or the phone; the database keeps its digest."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, update
from sqlmodel import col, select

from estate_app.access.actor import NOBODY, Actor, Held
from estate_app.access.models import Account, Grant, LoginSession, LoginTicket, SessionKind
from estate_app.access.permission import Role
from estate_app.access.rules import FACTOR_TICKET_LIFE, SESSION_LIFE, TICKET_LIFE
from estate_app.db import UnitOfWork
from estate_app.errors import NotFoundError
from estate_app.kit.crypto import digest, new_token
from estate_app.prepared import Prepared, columns

_SEEN_GAP = timedelta(minutes=5)
_HOLDER = Prepared(
    columns(LoginSession.id, LoginSession.last_seen_at, Account.id, Account.name, Account.role, Account.locale)
    .join(Account, col(Account.id) == LoginSession.account_id)
    .where(
        col(LoginSession.token_sha) == bindparam("token_sha"),
        col(LoginSession.revoked_at).is_(None),
        col(LoginSession.expires_at) > bindparam("now"),
        col(Account.is_active).is_(True),
    )
)


def open_session(
    uow: UnitOfWork, account: Account, *, kind: SessionKind, address: str = "", agent: str = "", proved_at: datetime | None = None
) -> str:
    """Open a session and return its token, which is shown this once; `proved_at` is when the second factor was typed."""
    token = new_token()
    uow.session.add(
        LoginSession(
            account_id=account.id,
            kind=kind,
            token_sha=digest(token),
            created_at=uow.now,
            expires_at=uow.now + SESSION_LIFE,
            last_seen_at=uow.now,
            address=address[:64],
            agent=agent[:200],
            proved_at=proved_at,
        )
    )
    return token


def issue_ticket(uow: UnitOfWork, account: Account, *, asks_factor: bool = False) -> str:
    """Make the single-use ticket with which a socket's handler sends the browser to fetch its cookie.

    A ticket that asks for the second factor opens nothing before a code has passed it.
    """
    ticket = new_token()
    life = FACTOR_TICKET_LIFE if asks_factor else TICKET_LIFE
    uow.session.add(LoginTicket(account_id=account.id, ticket_sha=digest(ticket), expires_at=uow.now + life, asks_factor=asks_factor))
    return ticket


def redeem_ticket(uow: UnitOfWork, *, ticket: str, address: str = "", agent: str = "") -> str | None:
    """Turn a ticket into a session's token, once; None when it is used, old or unknown."""
    statement = (
        update(LoginTicket)
        .where(
            col(LoginTicket.ticket_sha) == digest(ticket),
            col(LoginTicket.used_at).is_(None),
            col(LoginTicket.expires_at) > uow.now,
            or_(~col(LoginTicket.asks_factor), col(LoginTicket.proved_at).is_not(None)),
        )
        .values(used_at=uow.now)
        .returning(col(LoginTicket.account_id), col(LoginTicket.proved_at))
    )
    found = uow.session.execute(statement).first()
    account = uow.session.get(Account, found[0]) if found else None
    if found is None or account is None or not account.is_active:
        return None
    return open_session(uow, account, kind=SessionKind.browser, address=address, agent=agent, proved_at=found[1])


def actor_of_token(uow: UnitOfWork, token: str | None, *, address: str = "") -> Actor:
    """Who holds this token; nobody, when it is unknown, expired or revoked or the account is switched off."""
    if not token:
        return NOBODY
    found = _HOLDER.first(uow.session, token_sha=digest(token), now=uow.now)
    if found is None:
        return NOBODY
    session_id, last_seen_at, account_id, name, role, locale = found
    if uow.now - last_seen_at > _SEEN_GAP:
        uow.session.execute(update(LoginSession).where(col(LoginSession.id) == session_id).values(last_seen_at=uow.now))
    return _actor(uow, account_id, name, Role(role), locale, session_id, address)


def actor_of_account(uow: UnitOfWork, account: Account, *, session_id: int | None = None, address: str = "") -> Actor:
    """The actor of an account with its appointments."""
    return _actor(uow, account.id or 0, account.name, account.role, account.locale, session_id, address)


def _actor(uow: UnitOfWork, account_id: int, name: str, role: Role, locale: str | None, session_id: int | None, address: str) -> Actor:
    grants = uow.session.scalars(select(Grant).where(Grant.account_id == account_id)).all() if role is Role.manager else ()
    return Actor.of(
        account_id=account_id,
        name=name,
        role=role,
        held=(Held(g.permission_set, g.estate_id, g.building_id) for g in grants),
        locale=locale or "zh",
        session_id=session_id,
        address=address,
    )


def list_sessions(uow: UnitOfWork, actor: Actor) -> list[LoginSession]:
    """The actor's own live sessions, the newest first."""
    return list(
        uow.session.scalars(
            select(LoginSession)
            .where(LoginSession.account_id == actor.id, col(LoginSession.revoked_at).is_(None), LoginSession.expires_at > uow.now)
            .order_by(col(LoginSession.last_seen_at).desc(), col(LoginSession.id).desc())
            .limit(50)
        )
    )


def end_session(uow: UnitOfWork, actor: Actor, *, session_id: int) -> None:
    """Sign one of the actor's own sessions out."""
    if _revoke(uow, col(LoginSession.id) == session_id, col(LoginSession.account_id) == actor.id) == 0:
        raise NotFoundError


def end_all_sessions(uow: UnitOfWork, actor: Actor, *, but_this: bool = False) -> int:
    """Sign the actor out everywhere, or everywhere else; returns how many sessions ended."""
    others = [col(LoginSession.id) != actor.session_id] if but_this and actor.session_id else []
    return _revoke(uow, col(LoginSession.account_id) == actor.id, *others)


def revoke_account(uow: UnitOfWork, account_id: int) -> int:
    """End every session of an account, after a new password or when it is switched off."""
    return _revoke(uow, col(LoginSession.account_id) == account_id)


def _revoke(uow: UnitOfWork, *where: object) -> int:
    statement = update(LoginSession).where(col(LoginSession.revoked_at).is_(None), *where).values(revoked_at=uow.now)  # type: ignore[arg-type]
    return uow.session.execute(statement).rowcount  # type: ignore[no-any-return, attr-defined]
