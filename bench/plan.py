"""How long and how much is measured. `BENCH_QUICK=1` shortens everything: it shows that a measure works, not what it measures."""

import os
import sys

IS_QUICK = os.environ.get("BENCH_QUICK") == "1"
SECONDS = 1.0 if IS_QUICK else 5.0
CLIENTS = (1, 16, 64)
ORDERS = 5_000 if IS_QUICK else 100_000
CALLBACKS_PER_RUN = 300 if IS_QUICK else 2_500
LIVE_ORDERS = 4 if IS_QUICK else 12
"""Each takes three clicks; the first order warms up and does not count."""
BARE_CLICKS = 10 if IS_QUICK else 36
DISPATCHES = 20 if IS_QUICK else 200
BOARDS = 10 if IS_QUICK else 100
STARTS = 1 if IS_QUICK else 3
BILL_LINES = (2_000, 10_000) if IS_QUICK else (10_000, 100_000, 1_000_000)


def say(text: str) -> None:
    """Tell whoever waits, apart from the figures."""
    print(text, file=sys.stderr, flush=True)


def ratio(ours: float, limit: float) -> float | None:
    """How many times the limit ours is; None where there is nothing to divide by."""
    return round(ours / limit, 3) if limit else None
