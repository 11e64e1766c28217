"""Seconds to reconcile one channel's day of 100,000 rows, beside Polars alone reading the very same file."""

import io
import time
from datetime import timedelta

import polars as pl
from sqlalchemy import text

from bench.plan import IS_QUICK, ratio, say
from bench.world import small, world
from estate_app import db
from estate_app.kit.clock import at_local, business_date, utc_now
from estate_app.payment.channel import Channel
from estate_app.payment.gateway_registry import channels
from estate_app.payment.reconciliation.service import Upload, reconcile
from estate_app.sandbox.config import MERCHANT_ID

ROWS = 5_000 if IS_QUICK else 100_000
_SKIPPED = 100
"""Every hundredth payment is missing on one side, so that differences are found among the matched."""
_HEAD = "交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易状态,订单金额,手续费"
_FOOT = "总交易单数,订单总金额,申请退款总金额,手续费总金额"
_FILL = """
INSERT INTO payment (number, payer_id, estate_id, room_id, channel, method, amount_fen, prepaid_fen, status, created_at, expires_at,
    paid_at, transaction_id, code_url, cashier, merchant_id, openid, fail_reason, idempotency_key, request_sha, query_count)
SELECT 'ZF' || lpad(n::text, 20, '0'), p.payer_id, p.estate_id, p.room_id, 'wechat', 'native', 20000, 0, 'paid', :at, :at, :at,
    '42' || lpad(n::text, 20, '0'), '', '{}', '', '', '', 'bench-' || n, repeat('0', 64), 0
FROM generate_series(1, :rows) n, (SELECT payer_id, estate_id, room_id FROM payment ORDER BY id LIMIT 1) p
"""


def measure() -> dict[str, object]:
    """Fill a day, write its statement, and compare; then once more, as a rerun does."""
    now = utc_now()
    day = business_date(now) - timedelta(days=1)
    with world(small(), now=now) as site:
        say("  filling a day")
        with db.engine().begin() as connection:
            connection.execute(text(_FILL), {"rows": ROWS, "at": at_local(day) + timedelta(hours=12)})
            connection.execute(text("ANALYZE"))
        content = _bill(day.isoformat())
        actor = site.actor("finance")
        channels()  # the sandbox's keys are made once, and are no part of what is measured
        seconds = []
        for _ in range(2):
            started = time.perf_counter()
            result = reconcile(actor, Channel.wechat, day, upload=Upload("bill.csv", content), now=now)
            seconds.append(time.perf_counter() - started)
        started = time.perf_counter()
        bare = pl.read_csv(io.BytesIO(content), truncate_ragged_lines=True, infer_schema=False).height
        bare_s = time.perf_counter() - started
        return {
            "rows": ROWS,
            "file_mb": round(len(content) / 1e6, 1),
            "lines": result.lines,
            "differences": result.open,
            "reconcile_s": round(seconds[0], 2),
            "rerun_s": round(seconds[1], 2),
            "rows_per_second": round(ROWS / seconds[0]),
            "bare_read_s": round(bare_s, 3),
            "bare_rows": bare,
            "ratio": ratio(seconds[0], bare_s),
            **site.durability,
        }


def _bill(day: str) -> bytes:
    """A trade bill of WeChat Pay: every hundredth payment left out, and as many that nobody here knows put in."""
    rows = []
    for n in range(1, ROWS + 1):
        number = str(n).rjust(20, "0")
        prefix = "ZX" if n % _SKIPPED == 0 else "ZF"
        other = "43" if n % _SKIPPED == 0 else "42"
        rows.append(f"`{day} 12:00:00,`wx1,`{MERCHANT_ID},`{other}{number},`{prefix}{number},`SUCCESS,`200.00,`1.20")
    total = ROWS * 200
    return ("\ufeff" + "\r\n".join([_HEAD, *rows, _FOOT, f"`{ROWS},`{total}.00,`0.00,`{ROWS * 1.2:.2f}"]) + "\r\n").encode()
