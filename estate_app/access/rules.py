"""Phones, passwords, and how long a wrong password costs. Pure."""

import re
from datetime import datetime, timedelta

from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg

CODE_LIFE = timedelta(minutes=5)
CODE_TRIES = 5
CODES_PER_PHONE_HOUR = 5
CODES_PER_ADDRESS_HOUR = 20
CODE_GAP = timedelta(seconds=60)
SESSION_LIFE = timedelta(days=30)
TICKET_LIFE = timedelta(minutes=1)
PROOF_LIFE = timedelta(minutes=5)
"""How long one typed code of the second factor opens the money actions of a session."""
FACTOR_TICKET_LIFE = timedelta(minutes=5)
FACTOR_TRIES = 5
FACTOR_LOCK = timedelta(minutes=10)
RECOVERY_CODES = 10
LOCK_AFTER = 8
LOCK_FOR = timedelta(minutes=15)
FREE_FAILURES = 3
MIN_PASSWORD = 8
_MOBILE = re.compile(r"1[3-9]\d{9}")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９＋－", "0123456789+-")


def normal_phone(text: str, *, field: str = "phone") -> str:
    """Read a mainland mobile number as typed: spaces, dashes, +86 and full-width digits are forgiven."""
    plain = re.sub(r"[\s\-()（）]", "", text.translate(_FULL_WIDTH)).removeprefix("+86").removeprefix("0086")
    if not _MOBILE.fullmatch(plain):
        raise InvalidError(msg("Write a mobile number of 11 digits, such as 138 0000 0000"), field=field)
    return plain


def masked_phone(phone: str) -> str:
    """`138 **** 6207`."""
    return f"{phone[:3]} **** {phone[-4:]}" if len(phone) >= 7 else "****"


def ensure_good_password(password: str, *, phone: str, field: str = "password") -> None:
    """Refuse a password that is short, all digits, or the phone itself."""
    if len(password) < MIN_PASSWORD or password.isdigit() or phone in password:
        raise InvalidError(
            msg("Choose a password of at least {count} characters with letters, not your phone number", count=MIN_PASSWORD),
            field=field,
        )
    if len(password) > 128:
        raise InvalidError(msg("Choose a password of at most {count} characters", count=128), field=field)


def ensure_good_name(name: str, *, field: str = "name") -> str:
    """Take a person's name of 1 to 40 characters."""
    plain = " ".join(name.split())
    if not 1 <= len(plain) <= 40:
        raise InvalidError(msg("Write your name, at most {count} characters", count=40), field=field)
    return plain


def lock_until(failures: int, now: datetime) -> datetime | None:
    """How long sign-in rests after so many wrong passwords in a row: first seconds, then a quarter of an hour."""
    if failures <= FREE_FAILURES:
        return None
    if failures >= LOCK_AFTER:
        return now + LOCK_FOR
    return now + timedelta(seconds=2 ** (failures - FREE_FAILURES))
