"""When a message may go out, and when to try again. Pure."""

from datetime import datetime, time, timedelta

from estate_app.kit.clock import at_local, business_date, local

QUIET_FROM = time(22)
QUIET_UNTIL = time(8)
LEASE = timedelta(minutes=5)
"""How long a claimed message is left to the process that claimed it; after that it is anybody's again."""
MAX_TRIES = 8
SECRET_EVENTS = frozenset({"code"})
"""Events whose text is forgotten as soon as it is sent or given up, and never sent twice."""
_FIRST_DELAY = timedelta(seconds=30)
_LONGEST_DELAY = timedelta(hours=1)
_JITTER = 0.25


def quiet_until(at: datetime, starts_at: time = QUIET_FROM, ends_at: time = QUIET_UNTIL) -> datetime | None:
    """When the quiet hours (in Shanghai, 22:00–8:00 unless a person has chosen others) that hold at an instant end; None outside them.

    Hours that end before they start reach into the next day. The start belongs to them, the end does not.
    """
    clock, today = local(at).time(), business_date(at)
    if starts_at < ends_at:
        return at_local(today, ends_at) if starts_at <= clock < ends_at else None
    if clock < ends_at:
        return at_local(today, ends_at)
    return at_local(today + timedelta(days=1), ends_at) if clock >= starts_at else None


def sms_parts(text: str) -> int:
    """How many parts a carrier counts and charges: 70 characters in one, 67 in each of several; plain ASCII 160 and 153."""
    whole, part = (160, 153) if text.isascii() else (70, 67)
    return 1 if len(text) <= whole else -(-len(text) // part)


def retry_delay(tries: int, chance: float) -> timedelta:
    """How long to wait after so many tries: doubling from 30 s up to an hour, spread by a quarter either way.

    `chance` in [0, 1) chooses the place within the spread, so that messages that failed together do not return together.
    """
    delay = min(_FIRST_DELAY * (1 << min(tries - 1, 10)), _LONGEST_DELAY)
    return delay * (1 - _JITTER + 2 * _JITTER * chance)
