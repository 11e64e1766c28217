"""One-time codes by SMS: hashed, five minutes, five tries, limited by phone and by address."""

from datetime import timedelta

from sqlalchemy import func, update
from sqlmodel import col, select

from estate_app.access.models import CodePurpose, OneTimeCode
from estate_app.access.rules import (
    CODE_GAP,
    CODE_LIFE,
    CODE_TRIES,
    CODES_PER_ADDRESS_HOUR,
    CODES_PER_PHONE_HOUR,
    normal_phone,
)
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError, TooManyError
from estate_app.kit.crypto import new_code, sign
from estate_app.kit.i18n import msg
from estate_app.notification.service import send_sms
from estate_app.settings import settings


def send_code(uow: UnitOfWork, *, phone: str, purpose: CodePurpose, address: str = "", locale: str = "zh") -> str:
    """Send a code to a phone and return it; only the demo may show it, everybody else drops it.

    Whether the phone is known is not told: that would let a stranger list the residents.
    """
    number = normal_phone(phone)
    _ensure_within_limits(uow, number, address)
    code = new_code()
    row = OneTimeCode(
        phone=number,
        purpose=purpose,
        code_sha=_hash(number, purpose, code),
        created_at=uow.now,
        expires_at=uow.now + CODE_LIFE,
        address=address,
    )
    uow.session.add(row)
    uow.flush()
    body = msg("Your code is {code}. It is valid for {minutes} minutes. Give it to nobody.", code=code, minutes=5)
    send_sms(uow, phone=number, event="code", body=body, dedupe=f"code:{row.id}", locale=locale, urgent=True)
    return code


def use_code(uow: UnitOfWork, *, phone: str, purpose: CodePurpose, code: str) -> bool:
    """Whether the code is the one sent last; a right one is used up, a wrong one costs a try.

    A failed try must be counted although the caller then refuses, so callers commit before they raise: see `failed_try`.
    """
    row = uow.session.scalars(
        select(OneTimeCode)
        .where(
            OneTimeCode.phone == phone,
            OneTimeCode.purpose == purpose,
            col(OneTimeCode.used_at).is_(None),
            OneTimeCode.expires_at > uow.now,
        )
        .order_by(col(OneTimeCode.id).desc())
        .limit(1)
        .with_for_update()
    ).first()
    if row is None or row.tries >= CODE_TRIES:
        return False
    if row.code_sha != _hash(phone, purpose, code.strip()):
        row.tries += 1
        return False
    uow.session.execute(
        update(OneTimeCode)
        .where(col(OneTimeCode.phone) == phone, col(OneTimeCode.purpose) == purpose, col(OneTimeCode.used_at).is_(None))
        .values(used_at=uow.now)
    )
    return True


def wrong_code() -> InvalidError:
    """The refusal of a code that is wrong, used or too old."""
    return InvalidError(msg("The code is wrong or has expired. Check the last message or ask for a new code"), field="code")


def _hash(phone: str, purpose: CodePurpose, code: str) -> str:
    return sign(settings().secret, "code", phone, purpose.value, code)


def _ensure_within_limits(uow: UnitOfWork, phone: str, address: str) -> None:
    since = uow.now - timedelta(hours=1)
    by_phone, newest = uow.session.execute(
        select(func.count(), func.max(OneTimeCode.created_at)).where(OneTimeCode.phone == phone, OneTimeCode.created_at > since)
    ).one()
    if newest is not None and uow.now - newest < CODE_GAP:
        wait = int((CODE_GAP - (uow.now - newest)).total_seconds()) + 1
        raise TooManyError(msg("A code was just sent. Ask again in {seconds} seconds", seconds=wait), retry_after=wait, field="code")
    by_address = 0
    if address:
        by_address = (
            uow.session.scalar(
                select(func.count()).where(OneTimeCode.address == address, OneTimeCode.created_at > since).select_from(OneTimeCode)
            )
            or 0
        )
    if by_phone >= CODES_PER_PHONE_HOUR or by_address >= CODES_PER_ADDRESS_HOUR:
        raise TooManyError(msg("Too many codes were asked for. Try again in an hour"), retry_after=3600, field="code")
