"""The way in: registration, sign-in by password or code, reset, and a person's own settings."""

from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlmodel import col, select

from estate_app.access import codes, sessions
from estate_app.access.activity import note
from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.models import Account, ActivityKind, CodePurpose
from estate_app.access.permission import Permission, Role
from estate_app.access.rules import ensure_good_name, ensure_good_password, lock_until, masked_phone, normal_phone
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, EstateError, InvalidError, NotSignedInError, TooManyError
from estate_app.kit.i18n import LOCALES, msg
from estate_app.notification.service import tell

_hasher = PasswordHasher()


# Verified against when the phone is unknown, so that the answer takes as long and tells a stranger nothing.
@cache
def _no_account() -> str:
    return _hasher.hash("no such account")


Refusal = EstateError


def hash_password(password: str) -> str:
    """Hash a password with Argon2id."""
    return _hasher.hash(password)


def register(uow: UnitOfWork, *, phone: str, code: str, name: str, password: str, locale: str | None = None) -> Account | Refusal:
    """Open a resident's account for a phone that the code proves.

    A refused code is returned, not raised, so that the try it cost is committed.
    """
    number, name = normal_phone(phone), ensure_good_name(name)
    ensure_good_password(password, phone=number)
    if not codes.use_code(uow, phone=number, purpose=CodePurpose.register, code=code):
        return codes.wrong_code()
    if uow.session.scalar(select(Account.id).where(Account.phone == number)):
        raise ConflictError(msg("This phone already has an account. Sign in, or reset the password"), field="phone")
    account = Account(phone=number, name=name, role=Role.resident, password_hash=hash_password(password), locale=locale, created_at=uow.now)
    uow.session.add(account)
    uow.flush()
    _welcome(uow, account)
    record(uow, sessions.actor_of_account(uow, account), "account:register", "account", account.id or 0)
    return account


def sign_in_by_password(uow: UnitOfWork, *, phone: str, password: str, address: str = "") -> Account | Refusal:
    """Sign in; each wrong password in a row costs more time, then locks and tells the owner.

    The refusal is returned, not raised, so that the count is committed.
    """
    number = normal_phone(phone)
    account = uow.session.scalars(select(Account).where(Account.phone == number).with_for_update()).first()
    if account is None or account.password_hash is None or not account.is_active:
        _is_right(_no_account(), password)
        return _wrong_password()
    if account.locked_until and account.locked_until > uow.now:
        return _locked(account.locked_until, uow.now)
    if not _is_right(account.password_hash, password):
        return _count_failure(uow, account, address)
    account.failed_logins, account.locked_until = 0, None
    if _hasher.check_needs_rehash(account.password_hash):
        account.password_hash = hash_password(password)
    _note_login(uow, account)
    return account


def sign_in_by_code(uow: UnitOfWork, *, phone: str, code: str) -> Account | Refusal:
    """Sign in with a one-time code; it also lifts a lock, since it proves the phone."""
    number = normal_phone(phone)
    if not codes.use_code(uow, phone=number, purpose=CodePurpose.login, code=code):
        return codes.wrong_code()
    account = uow.session.scalars(select(Account).where(Account.phone == number).with_for_update()).first()
    if account is None or not account.is_active:
        return InvalidError(msg("This phone has no account yet. Register first"), field="phone")
    account.failed_logins, account.locked_until = 0, None
    _note_login(uow, account)
    return account


def reset_password(uow: UnitOfWork, *, phone: str, code: str, password: str) -> Account | Refusal:
    """Set a new password for a phone that the code proves, and sign out everywhere."""
    number = normal_phone(phone)
    ensure_good_password(password, phone=number)
    if not codes.use_code(uow, phone=number, purpose=CodePurpose.reset, code=code):
        return codes.wrong_code()
    account = uow.session.scalars(select(Account).where(Account.phone == number).with_for_update()).first()
    if account is None or not account.is_active:
        return InvalidError(msg("This phone has no account yet. Register first"), field="phone")
    account.password_hash, account.failed_logins, account.locked_until = hash_password(password), 0, None
    sessions.revoke_account(uow, account.id or 0)
    record(uow, sessions.actor_of_account(uow, account), "account:reset_password", "account", account.id or 0)
    return account


def change_password(uow: UnitOfWork, actor: Actor, *, old_password: str, password: str) -> Account | Refusal:
    """Take a new password from who knows the old one (none is asked of an account without), and end every other session.

    The refusal of a wrong old password is returned, not raised, so that the count is committed.
    """
    actor.require(Permission.own_account)
    account = uow.session.get_one(Account, actor.id, with_for_update=True)
    ensure_good_password(password, phone=account.phone or "")
    if account.locked_until and account.locked_until > uow.now:
        return _of_old_password(_locked(account.locked_until, uow.now))
    if account.password_hash is not None and not _is_right(account.password_hash, old_password):
        return _of_old_password(_count_failure(uow, account, actor.address))
    account.password_hash, account.failed_logins, account.locked_until = hash_password(password), 0, None
    sessions.end_all_sessions(uow, actor, but_this=True)
    record(uow, actor, "account:change_password", "account", actor.id)
    return account


def change_phone(uow: UnitOfWork, actor: Actor, *, phone: str, code: str) -> Account | Refusal:
    """Move an account to a phone that the code proves, and tell the old one by SMS.

    A refused code is returned, not raised, so that the try it cost is committed.
    """
    actor.require(Permission.own_account)
    number = normal_phone(phone)
    account = uow.session.get_one(Account, actor.id, with_for_update=True)
    if number == account.phone:
        raise InvalidError(msg("This is already your phone number"), field="phone")
    if not codes.use_code(uow, phone=number, purpose=CodePurpose.bind, code=code):
        return codes.wrong_code()
    if uow.session.scalar(select(Account.id).where(Account.phone == number)):
        raise ConflictError(msg("This phone already has an account"), field="phone")
    before = account.phone or ""
    _tell_of_new_phone(uow, actor.id, number)
    account.phone = number
    record(
        uow,
        actor,
        "account:change_phone",
        "account",
        actor.id,
        before={"phone": masked_phone(before)},
        after={"phone": masked_phone(number)},
    )
    return account


def account_of_phone(uow: UnitOfWork, *, phone: str, name: str = "", locale: str | None = None) -> Account:
    """The account of a phone that was proved, locked; a resident's without a password is opened when there is none."""
    number = normal_phone(phone)
    account = uow.session.scalars(select(Account).where(Account.phone == number).with_for_update()).first()
    if account is None:
        fallback = "住户" + number[-4:]
        account = Account(
            phone=number, name=" ".join(name.split())[:40] or fallback, role=Role.resident, locale=locale, created_at=uow.now
        )  # fmt: skip
        uow.session.add(account)
        uow.flush()
        _welcome(uow, account)
        record(uow, sessions.actor_of_account(uow, account), "account:register", "account", account.id or 0)
    return account


def bind_openid(uow: UnitOfWork, *, phone: str, openid: str, name: str = "") -> Account:
    """Tie a WeChat identity to the account of a proved phone, making the account when there is none."""
    account = account_of_phone(uow, phone=phone, name=name)
    other = uow.session.scalars(select(Account).where(Account.openid == openid, col(Account.id) != account.id)).first()
    if other is not None:
        other.openid = None
        uow.flush()
    account.openid = openid
    record(uow, sessions.actor_of_account(uow, account), "account:bind", "account", account.id or 0)
    _note_login(uow, account)
    return account


def account_of_openid(uow: UnitOfWork, *, openid: str) -> Account | None:
    """The account tied to a WeChat identity."""
    account = uow.session.scalars(select(Account).where(Account.openid == openid, col(Account.is_active).is_(True))).first()
    if account is not None:
        _note_login(uow, account)
    return account


def own_account(uow: UnitOfWork, actor: Actor) -> Account:
    """The actor's own account."""
    account = uow.session.get(Account, actor.id)
    if account is None:
        raise NotSignedInError
    return account


def save_preferences(
    uow: UnitOfWork, actor: Actor, *, locale: str | None = None, is_elder: bool | None = None, allows_behaviour: bool | None = None
) -> None:
    """Keep the language, the large type and the consent to statistics; None leaves a preference as it is."""
    actor.require(Permission.own_account)
    account = own_account(uow, actor)
    if locale in LOCALES:
        account.locale = locale
    if is_elder is not None:
        account.is_elder = is_elder
    if allows_behaviour is not None:
        account.allows_behaviour = allows_behaviour


def _is_right(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _wrong_password() -> InvalidError:
    return InvalidError(msg("The phone or the password is wrong"), field="password")


def _of_old_password(refusal: Refusal) -> Refusal:
    """Say a refusal of the old password under its own field; how long it rests stays as it is."""
    if isinstance(refusal, TooManyError):
        refusal.field = "old_password"
        return refusal
    return InvalidError(msg("The old password is wrong"), field="old_password")


def _tell_of_new_phone(uow: UnitOfWork, account_id: int, phone: str) -> None:
    """Said before the change, so that the SMS reaches the old phone."""
    tell(
        uow,
        [account_id],
        event="security",
        title=msg("Your phone number was changed"),
        body=msg("You now sign in with {phone}. If it was not you, call the estate at once", phone=masked_phone(phone)),
        link="/me/security",
        sms=True,
        urgent=True,
    )


def _locked(until: datetime, now: datetime) -> TooManyError:
    seconds = int((until - now).total_seconds()) + 1
    if seconds < 60:
        text = msg("Too many wrong passwords. Try again in {seconds} seconds", seconds=seconds)
    else:
        text = msg("Too many wrong passwords. Try again in {minutes} minutes, or sign in with a code", minutes=-(-seconds // 60))
    return TooManyError(text, retry_after=seconds, field="password")


def _count_failure(uow: UnitOfWork, account: Account, address: str) -> Refusal:
    account.failed_logins += 1
    account.locked_until = lock_until(account.failed_logins, uow.now)
    if account.locked_until is None:
        return _wrong_password()
    refusal = _locked(account.locked_until, uow.now)
    if refusal.retry_after >= 600 and account.id:
        tell(
            uow,
            [account.id],
            event="security",
            title=msg("Sign-in is locked for 15 minutes"),
            body=msg("Somebody typed a wrong password {count} times. If it was not you, change your password", count=account.failed_logins),
            link="/me/security",
            sms=True,
            urgent=True,
            dedupe=f"lock:{account.id}:{account.locked_until:%Y%m%d%H%M}",
        )
        actor = sessions.actor_of_account(uow, account, address=address)
        record(uow, actor, "account:lock", "account", account.id, after={"failures": account.failed_logins})
    return refusal


def _note_login(uow: UnitOfWork, account: Account) -> None:
    note(uow, sessions.actor_of_account(uow, account), ActivityKind.login)


def _welcome(uow: UnitOfWork, account: Account) -> None:
    tell(
        uow,
        [account.id or 0],
        event="welcome",
        title=msg("Welcome"),
        body=msg("Report repairs, see your bills and pay them here"),
        link="/",
    )
