"""The managers' second factor: TOTP from an authenticator, recovery codes, and the proof that money actions ask for."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.models import Account, LoginSession, LoginTicket, RecoveryCode, SecondFactor
from estate_app.access.permission import Permission, Role
from estate_app.access.rules import FACTOR_LOCK, FACTOR_TRIES, PROOF_LIFE, RECOVERY_CODES, TICKET_LIFE
from estate_app.access.sessions import actor_of_account
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, EstateError, ForbiddenError, InvalidError, NotFoundError, SecondFactorError, TooManyError
from estate_app.kit.crypto import digest, seal, sign, unseal
from estate_app.kit.i18n import msg
from estate_app.notification.service import tell
from estate_app.settings import settings

_PURPOSE = "second_factor"
_STEP = 30
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
Refusal = EstateError


@dataclass(frozen=True, slots=True)
class FactorStatus:
    """Whether a second factor is set up, since when, and how many recovery codes are left."""

    since: datetime | None
    codes_left: int


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator is given: the address for its QR code, and the key for typing."""

    uri: str
    key: str


def ensure_fresh(uow: UnitOfWork, actor: Actor) -> None:
    """Raise unless the actor's session typed the second factor within the last five minutes.

    Without a factor the act goes on where the deployment asks for none, and is refused with the way to set one up where it does.
    """
    if actor.is_system:
        return
    if not has_factor(uow.session, actor.id):
        if settings().asks_second_factor:
            raise ForbiddenError(msg("Set up the second factor under Sign-in and security first; money actions ask for it"))
        return
    proved_at = uow.session.scalar(
        select(col(LoginSession.proved_at)).where(LoginSession.id == actor.session_id, LoginSession.account_id == actor.id)
    )
    if proved_at is None or uow.now - proved_at > PROOF_LIFE:
        raise SecondFactorError


def has_factor(session: Session, account_id: int) -> bool:
    """Whether an account has a confirmed second factor."""
    found = session.scalar(
        select(SecondFactor.account_id).where(SecondFactor.account_id == account_id, col(SecondFactor.confirmed_at).is_not(None))
    )
    return found is not None


def read_status(session: Session, actor: Actor) -> FactorStatus:
    """How the actor's own second factor stands."""
    _ensure_manager(actor)
    factor = session.get(SecondFactor, actor.id)
    left = session.scalar(
        select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == actor.id, col(RecoveryCode.used_at).is_(None))
    )
    return FactorStatus(factor.confirmed_at if factor else None, left or 0)


def begin(uow: UnitOfWork, actor: Actor) -> Enrolment:
    """Make a new secret for an authenticator; it counts once a code confirms it."""
    _ensure_manager(actor)
    account = uow.session.get_one(Account, actor.id, with_for_update=True)
    factor = uow.session.get(SecondFactor, actor.id, with_for_update=True)
    if factor is not None and factor.confirmed_at is not None:
        raise ConflictError(msg("The second factor is set up already. Remove it first to use another authenticator"))
    secret = pyotp.random_base32()
    if factor is None:
        factor = SecondFactor(account_id=actor.id, secret="", created_at=uow.now)
        uow.session.add(factor)
    factor.secret = seal(settings().secret, _PURPOSE, secret)
    uow.flush()
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.phone or account.name, issuer_name=settings().company)
    return Enrolment(uri, " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)))


def confirm(uow: UnitOfWork, actor: Actor, *, code: str) -> tuple[str, ...] | Refusal:
    """Turn the second factor on with a code that the authenticator shows; returns the recovery codes, shown this once.

    A refused code is returned, not raised, so that the try it cost is committed.
    """
    _ensure_manager(actor)
    factor = uow.session.get(SecondFactor, actor.id, with_for_update=True)
    if factor is None or factor.confirmed_at is not None:
        raise ConflictError(msg("Begin with the QR code first"))
    if (refusal := _check(uow, factor, code)) is not None:
        return refusal
    factor.confirmed_at = uow.now
    _prove(uow, actor)
    record(uow, actor, "second_factor:set_up", "account", actor.id)
    _tell(uow, actor.id, on=True)
    return _new_codes(uow, actor.id)


def renew_codes(uow: UnitOfWork, actor: Actor, *, code: str) -> tuple[str, ...] | Refusal:
    """Replace the recovery codes; the old ones are void. A refused code is returned."""
    if (refusal := prove(uow, actor, code=code)) is not None:
        return refusal
    record(uow, actor, "second_factor:renew_codes", "account", actor.id)
    return _new_codes(uow, actor.id)


def remove(uow: UnitOfWork, actor: Actor, *, code: str) -> Refusal | None:
    """Take the second factor off with one of its codes. A refused code is returned."""
    if (refusal := prove(uow, actor, code=code)) is not None:
        return refusal
    _delete(uow, actor.id)
    record(uow, actor, "second_factor:remove", "account", actor.id)
    _tell(uow, actor.id, on=False)
    return None


def reset(uow: UnitOfWork, actor: Actor, *, phone: str) -> None:
    """Take off the second factor of who lost authenticator and recovery codes; only the machine's administrator may (command line)."""
    if not actor.is_system:
        raise ForbiddenError
    account = uow.session.scalars(select(Account).where(Account.phone == phone).with_for_update()).first()
    if account is None or not has_factor(uow.session, account.id):
        raise NotFoundError(msg("No account with a second factor has this phone"))
    _delete(uow, account.id)
    record(uow, actor, "second_factor:reset", "account", account.id)
    _tell(uow, account.id, on=False)


def prove(uow: UnitOfWork, actor: Actor, *, code: str) -> Refusal | None:
    """Take a code for the actor's session: money actions are open for five minutes. A refused code is returned."""
    _ensure_manager(actor)
    factor = uow.session.get(SecondFactor, actor.id, with_for_update=True)
    if factor is None or factor.confirmed_at is None:
        raise ConflictError(msg("No second factor is set up"))
    if (refusal := _check(uow, factor, code)) is not None:
        return refusal
    _prove(uow, actor)
    return None


def pass_ticket(uow: UnitOfWork, *, ticket: str, code: str) -> Role | Refusal:
    """Open a sign-in ticket with a code of the second factor; returns as what the person signs in. A refused code is returned."""
    row = uow.session.scalars(
        select(LoginTicket).where(
            LoginTicket.ticket_sha == digest(ticket),
            col(LoginTicket.asks_factor),
            col(LoginTicket.used_at).is_(None),
            LoginTicket.expires_at > uow.now,
        )
    ).first()
    factor = uow.session.get(SecondFactor, row.account_id, with_for_update=True) if row else None
    if row is None or factor is None:
        return InvalidError(msg("This took too long. Sign in again"), field="code")
    if (refusal := _check(uow, factor, code)) is not None:
        return refusal
    row.proved_at, row.expires_at = uow.now, uow.now + TICKET_LIFE
    return uow.session.get_one(Account, row.account_id).role


def _ensure_manager(actor: Actor) -> None:
    actor.require(Permission.own_account)
    if actor.role is not Role.manager:
        raise ForbiddenError


def _check(uow: UnitOfWork, factor: SecondFactor, code: str) -> Refusal | None:
    """Take a code once: each time step only after the last one used (RFC 6238, 5.2), each recovery code a single time."""
    if factor.locked_until is not None and factor.locked_until > uow.now:
        return _locked(factor.locked_until, uow.now)
    typed = "".join(code.split()).replace("-", "").lower()
    step = _step_of(factor, typed, uow.now)
    if step is not None:
        factor.last_step = step
    elif not (factor.confirmed_at is not None and _use_recovery(uow, factor.account_id, typed)):
        return _count_failure(uow, factor)
    factor.failures, factor.locked_until = 0, None
    return None


def _step_of(factor: SecondFactor, typed: str, now: datetime) -> int | None:
    totp = pyotp.TOTP(unseal(settings().secret, _PURPOSE, factor.secret))
    current = int(now.timestamp()) // _STEP
    steps = (current, current - 1, current + 1)
    return (
        next((s for s in steps if s > factor.last_step and hmac.compare_digest(totp.generate_otp(s), typed)), None)
        if typed.isascii()
        else None
    )


def _use_recovery(uow: UnitOfWork, account_id: int, typed: str) -> bool:
    statement = (
        update(RecoveryCode)
        .where(
            col(RecoveryCode.account_id) == account_id,
            col(RecoveryCode.code_sha) == _hash(account_id, typed),
            col(RecoveryCode.used_at).is_(None),
        )
        .values(used_at=uow.now)
    )
    return bool(uow.session.execute(statement).rowcount)  # type: ignore[attr-defined]


def _count_failure(uow: UnitOfWork, factor: SecondFactor) -> Refusal:
    factor.failures += 1
    if factor.failures < FACTOR_TRIES:
        return InvalidError(msg("This code is wrong or was used already. Wait for the next one"), field="code")
    factor.failures, factor.locked_until = 0, uow.now + FACTOR_LOCK
    account = uow.session.get_one(Account, factor.account_id)
    record(uow, actor_of_account(uow, account), "second_factor:lock", "account", account.id)
    tell(
        uow,
        [account.id],
        event="security",
        title=msg("The second factor rests for 10 minutes"),
        body=msg("Somebody typed {count} wrong codes. If it was not you, change your password", count=FACTOR_TRIES),
        link="/me/security",
        sms=True,
        urgent=True,
    )
    return _locked(factor.locked_until, uow.now)


def _locked(until: datetime, now: datetime) -> TooManyError:
    minutes = -(-int((until - now).total_seconds()) // 60)
    text = msg("Too many wrong codes. Try again in {minutes} minutes", minutes=minutes)
    return TooManyError(text, retry_after=int((until - now) / timedelta(seconds=1)) + 1, field="code")


def _prove(uow: UnitOfWork, actor: Actor) -> None:
    uow.session.execute(
        update(LoginSession)
        .where(col(LoginSession.id) == actor.session_id, col(LoginSession.account_id) == actor.id)
        .values(proved_at=uow.now)
    )


def _new_codes(uow: UnitOfWork, account_id: int) -> tuple[str, ...]:
    uow.session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
    codes = tuple("".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES))
    uow.session.add_all(RecoveryCode(account_id=account_id, code_sha=_hash(account_id, code)) for code in codes)
    uow.flush()
    return tuple(f"{code[:5]}-{code[5:]}" for code in codes)


def _delete(uow: UnitOfWork, account_id: int) -> None:
    uow.session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
    uow.session.execute(delete(SecondFactor).where(col(SecondFactor.account_id) == account_id))


def _hash(account_id: int, code: str) -> str:
    return sign(settings().secret, "recovery", account_id, code)


def _tell(uow: UnitOfWork, account_id: int, *, on: bool) -> None:
    title = msg("The second factor is on") if on else msg("The second factor was removed")
    body = msg("If it was not you, change your password and tell the administrator")
    tell(uow, [account_id], event="security", title=title, body=body, link="/me/security", sms=True, urgent=True)
