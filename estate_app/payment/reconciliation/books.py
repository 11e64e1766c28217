"""Our own side of a comparison: the payments and refunds that a statement names, and those that it should name."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import polars as pl
from sqlalchemy import text
from sqlmodel import Session

from estate_app.kit.clock import at_local
from estate_app.payment.channel import Channel
from estate_app.payment.reconciliation.matching import local_frame

EDGE = timedelta(minutes=15)
"""What comes so shortly before a statement ends may stand in the next one: clocks differ, and channels post in batches."""
_UNIONPAY_TURN = time(23)
_PAYMENTS = """
SELECT false, p.id, NULL::bigint, p.number, p.number, coalesce(p.transaction_id, ''), p.amount_fen, p.status,
       coalesce(p.paid_at, p.created_at),
       p.status = 'paid' AND p.paid_at >= :starts AND p.paid_at < :ends AND NOT EXISTS (
           SELECT 1 FROM reconciliation_item i
           WHERE i.payment_id = p.id AND i.refund_id IS NULL AND i.channel_fen IS NOT NULL AND i.run_id <> :run),
       coalesce(p.paid_at >= :edge, false)
FROM payment p
WHERE p.channel = :channel AND p.id IN (
    SELECT id FROM payment WHERE channel = :channel AND status = 'paid' AND paid_at >= :starts AND paid_at < :ends
    UNION SELECT id FROM payment WHERE number = ANY(:numbers)
    UNION SELECT id FROM payment WHERE channel = :channel AND transaction_id = ANY(:refs))
"""
_REFUNDS = """
SELECT true, p.id, r.id, p.number, r.number, coalesce(r.refund_id, ''), r.amount_fen, r.status, coalesce(r.done_at, r.created_at),
       r.status = 'done' AND NOT r.is_outside AND r.done_at >= :starts AND r.done_at < :ends AND NOT EXISTS (
           SELECT 1 FROM reconciliation_item i WHERE i.refund_id = r.id AND i.channel_fen IS NOT NULL AND i.run_id <> :run),
       coalesce(r.done_at >= :edge, false)
FROM refund r JOIN payment p ON p.id = r.payment_id
WHERE p.channel = :channel AND r.status NOT IN ('proposed', 'rejected') AND (
    (r.status = 'done' AND r.done_at >= :starts AND r.done_at < :ends) OR r.number = ANY(:numbers) OR r.refund_id = ANY(:refs))
"""


def statement_bounds(channel: Channel, day: date) -> tuple[datetime, datetime]:
    """The instants between which a channel's statement of a day runs; UnionPay's settlement day turns at 23:00."""
    if channel is Channel.unionpay:
        return at_local(day - timedelta(days=1), _UNIONPAY_TURN), at_local(day, _UNIONPAY_TURN)
    return at_local(day), at_local(day + timedelta(days=1))


def our_lines(session: Session, channel: Channel, day: date, run_id: int, statement: pl.DataFrame, *, may_carry: bool) -> pl.DataFrame:
    """What our books hold for a statement; nothing is expected that the statement of another day holds already.

    `may_carry` is false once the next day has been compared: then nothing can wait for it any more.
    """
    starts, ends = statement_bounds(channel, day)
    edge = ends - EDGE if may_carry else ends
    given: dict[str, object] = {"channel": channel.value, "starts": starts, "ends": ends, "edge": edge, "run": run_id}
    refund = pl.col("is_refund")
    payments = _read(session, _PAYMENTS, given, statement.filter(~refund))
    refunds = _read(session, _REFUNDS, given, statement.filter(refund))
    return local_frame([*payments, *refunds])


def _read(session: Session, query: str, given: dict[str, object], lines: pl.DataFrame) -> Sequence[Sequence[object]]:
    refs = lines.filter(pl.col("reference") != "").get_column("reference").to_list()
    return session.execute(text(query), given | {"numbers": lines.get_column("number").to_list(), "refs": refs}).all()
