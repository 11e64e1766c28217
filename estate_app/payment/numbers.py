"""Our numbers at the vendors: letters and digits only, one per attempt, never used again."""

import secrets
from datetime import datetime

from estate_app.kit.clock import local


def new_number(prefix: str, now: datetime) -> str:
    """`ZF20261118105800` and eight random digits: no counter that every payment would have to wait for."""
    return f"{prefix}{local(now):%Y%m%d%H%M%S}{secrets.randbelow(10**8):08d}"
