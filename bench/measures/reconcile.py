"""Seconds to reconcile each channel's day of 100,000 rows, beside Polars alone reading the very same file."""

import io
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl
from sqlalchemy import text

from bench.plan import IS_QUICK, ratio, say
from bench.process import forget_peak, peak_mb
from bench.world import small, world
from estate_app import db
from estate_app.access.actor import Actor
from estate_app.kit.clock import at_local, business_date, utc_now
from estate_app.payment.channel import Channel
from estate_app.payment.gateway_registry import channels
from estate_app.payment.reconciliation.service import Upload, reconcile
from estate_app.sandbox.alipay_bill import write_alipay_bill
from estate_app.sandbox.book import Order, OrderBook, Refund
from estate_app.sandbox.unionpay_bill import write_settlement_zip
from estate_app.sandbox.wechat_bill import write_trade_bill

ROWS = 5_000 if IS_QUICK else 100_000
_FEN = 20_000
_SKIPPED = 100
"""Every hundredth payment is missing on one side, so that differences are found among the matched."""
_FILL = """
INSERT INTO payment (number, payer_id, estate_id, room_id, channel, method, amount_fen, prepaid_fen, status, created_at, expires_at,
    paid_at, transaction_id, code_url, cashier, merchant_id, openid, fail_reason, idempotency_key, request_sha, query_count)
SELECT CAST(:prefix AS text) || lpad(n::text, 20, '0'),
    p.payer_id, p.estate_id, p.room_id, :channel, :method, :fen, 0, 'paid', :at, :at, :at,
    '4' || lpad(n::text, 20, '0'), '', '{}', '', '', '', 'bench-' || CAST(:prefix AS text) || n, repeat('0', 64), 0
FROM generate_series(1, :rows) n, (SELECT payer_id, estate_id, room_id FROM payment ORDER BY id LIMIT 1) p
"""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a channel's payments are made, what writes its statement in its real format, and what its file is called."""

    prefix: str
    method: str
    write: Callable[[OrderBook, date], bytes | None]
    name: str


_KINDS = {
    Channel.wechat: _Kind("ZW", "native", write_trade_bill, "bill.csv"),
    Channel.alipay: _Kind("ZA", "page", write_alipay_bill, "bill.zip"),
    Channel.unionpay: _Kind("ZU", "gateway", write_settlement_zip, "bill.zip"),
}


class _Day(OrderBook):
    """One day of a channel as the vendor keeps it: every hundredth payment left out, and as many that nobody here knows put in."""

    def __init__(self, channel: Channel, day: date, at: datetime) -> None:
        self._of, self._day, self._at, self._prefix = channel.value, day, at.astimezone(UTC).isoformat(), _KINDS[channel].prefix

    def paid_on(self, channel: str, day: date) -> list[Order]:
        return [self._order(n) for n in range(1, ROWS + 1)] if (channel, day) == (self._of, self._day) else []

    def refunded_on(self, channel: str, day: date) -> list[Refund]:  # noqa: ARG002 -- the day has none
        return []

    def _order(self, n: int) -> Order:
        is_ours = n % _SKIPPED != 0
        return Order(
            channel=self._of,
            order_no=f"{self._prefix if is_ours else 'ZX'}{n:020d}",
            amount_fen=_FEN,
            description="物业费",
            way="native",
            notify_url="",
            created_at=self._at,
            token="",
            state="paid",
            transaction_id=f"{4 if is_ours else 5}{n:020d}",
            paid_at=self._at,
            payer="payer",
        )


def measure() -> dict[str, object]:
    """Fill a day of every channel, write its statement, and compare; then once more, as a rerun does."""
    now = utc_now()
    day = business_date(now) - timedelta(days=1)
    at = at_local(day) + timedelta(hours=12)
    with world(small(), now=now) as site:
        say("  filling a day")
        with db.engine().begin() as connection:
            for channel, kind in _KINDS.items():
                values = {"prefix": kind.prefix, "channel": channel.value, "method": kind.method, "fen": _FEN, "rows": ROWS, "at": at}
                connection.execute(text(_FILL), values)
            connection.execute(text("ANALYZE"))
        actor = site.actor("finance")
        channels()  # the sandbox's keys are made once, and are no part of what is measured
        found = {channel.value: _channel(actor, channel, day, at, now) for channel in _KINDS}
        return {"rows": ROWS, "channels": found, **site.durability}


def _channel(actor: Actor, channel: Channel, day: date, at: datetime, now: datetime) -> dict[str, object]:
    say(f"  {channel.value}")
    content = _KINDS[channel].write(_Day(channel, day, at), day) or b""
    upload = Upload(_KINDS[channel].name, content)
    forget_peak()
    seconds = []
    for _ in range(2):
        started = time.perf_counter()
        result = reconcile(actor, channel, day, upload=upload, now=now)
        seconds.append(time.perf_counter() - started)
    peak = peak_mb()
    if result.open < ROWS // _SKIPPED:
        raise ValueError(f"{channel} found {result.open} differences")
    plain = _plain(content)
    started = time.perf_counter()
    bare = pl.read_csv(io.BytesIO(plain), truncate_ragged_lines=True, infer_schema=False, quote_char=None).height
    bare_s = time.perf_counter() - started
    return {
        "file_mb": round(len(plain) / 1e6, 1),
        "lines": result.lines,
        "differences": result.open,
        "reconcile_s": round(seconds[0], 2),
        "rerun_s": round(seconds[1], 2),
        "rows_per_second": round(ROWS / seconds[0]),
        "peak_mb": peak,
        "bare_read_s": round(bare_s, 3),
        "bare_rows": bare,
        "ratio": ratio(seconds[0], bare_s),
    }


def _plain(content: bytes) -> bytes:
    """The statement's own text in UTF-8: what Polars alone can read."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(archive.infolist()[0]).decode("gbk").encode()
