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


def quiet_until(at: datetime) -> datetime | None:
    """When the quiet hours (22:00–8:00 in Shanghai) that hold at an instant end; None outside them."""
    clock = local(at).time()
    if clock < QUIET_UNTIL:
        return at_local(business_date(at), QUIET_UNTIL)
    if clock >= QUIET_FROM:
        return at_local(business_date(at) + timedelta(days=1), QUIET_UNTIL)
    return None


def retry_delay(tries: int, chance: float) -> timedelta:
    """How long to wait after so many tries: doubling from 30 s up to an hour, spread by a quarter either way.

    `chance` in [0, 1) chooses the place within the spread, so that messages that failed together do not return together.
    """
    delay = min(_FIRST_DELAY * (1 << min(tries - 1, 10)), _LONGEST_DELAY)
    return delay * (1 - _JITTER + 2 * _JITTER * chance)
