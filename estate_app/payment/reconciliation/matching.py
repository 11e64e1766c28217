"""Compares a channel's statement with our own books, set against set. Pure: frames in, one frame of lines out.

The first key is our own number (of the payment, or of the refund), the second the vendor's. Each side is used once. Refunds
count as negative amounts on both sides. A line of our own that the statement lacks is a difference only when it belongs to
this statement's day (`is_expected`); what came so late that the next statement may hold it (`is_edge`) is carried.
"""

from collections.abc import Sequence

import polars as pl

from estate_app.payment.gateways.contract import StatementKind, StatementRow
from estate_app.payment.reconciliation.models import Difference, ItemState

CHANNEL_SCHEMA = pl.Schema(
    {
        "is_refund": pl.Boolean(),
        "order_number": pl.String(),
        "number": pl.String(),
        "reference": pl.String(),
        "channel_fen": pl.Int64(),
        "channel_fee_fen": pl.Int64(),
        "channel_state": pl.String(),
        "channel_at": pl.Datetime("us", "UTC"),
    }
)
LOCAL_SCHEMA = pl.Schema(
    {
        "is_refund": pl.Boolean(),
        "payment_id": pl.Int64(),
        "refund_id": pl.Int64(),
        "order_number": pl.String(),
        "number": pl.String(),
        "reference": pl.String(),
        "local_fen": pl.Int64(),
        "local_state": pl.String(),
        "local_at": pl.Datetime("us", "UTC"),
        "is_expected": pl.Boolean(),
        "is_edge": pl.Boolean(),
    }
)
BOOKED = ("paid", "done")
"""Our states in which money has moved."""
UNDER_WAY = ("pending", "requested", "processing")
DONE, WORKING, FAILED = "done", "processing", "failed"
_STATES = {"PROCESSING": WORKING, "FAIL": FAILED, "CHANGE": FAILED, "CLOSED": FAILED, "ABNORMAL": FAILED, "REVOKED": FAILED}
"""What a vendor's own word about a line means; any other word stands for money that has moved (WeChat Pay, 退款状态)."""
FEE_TOLERANCE_FEN = 1
"""Vendors round each fee in their own way; one fen is no difference."""
_OUT = ("item_key", "kind", "state", "is_refund", "payment_id", "refund_id", "order_number", "number", "reference")
_SIDES = (
    "local_fen", "channel_fen", "expected_fee_fen", "channel_fee_fen", "local_state", "channel_state", "local_at", "channel_at",
    "local_reference",
)  # fmt: skip
COLUMNS = (*_OUT, *_SIDES)


def channel_frame(rows: Sequence[StatementRow]) -> pl.DataFrame:
    """A statement's lines as a frame."""
    refund = StatementKind.refund
    signs = [-1 if row.kind is refund else 1 for row in rows]
    return pl.DataFrame(
        {
            "is_refund": [row.kind is refund for row in rows],
            "order_number": [row.order_no for row in rows],
            "number": [row.refund_no if row.kind is refund else row.order_no for row in rows],
            "reference": [row.refund_id if row.kind is refund else row.transaction_id for row in rows],
            "channel_fen": [sign * row.amount_fen for sign, row in zip(signs, rows, strict=True)],
            "channel_fee_fen": [row.fee_fen for row in rows],
            "channel_state": [_STATES.get(row.state.upper(), DONE) for row in rows],
            "channel_at": [row.traded_at for row in rows],
        },
        schema=CHANNEL_SCHEMA,
    )


def local_frame(rows: Sequence[Sequence[object]]) -> pl.DataFrame:
    """Our own lines as a frame: the columns of LOCAL_SCHEMA in their order, amounts positive as they are kept."""
    columns = zip(*rows, strict=True) if rows else [() for _ in LOCAL_SCHEMA]
    frame = pl.DataFrame({name: list(values) for name, values in zip(LOCAL_SCHEMA, columns, strict=True)}, schema=LOCAL_SCHEMA)
    return frame.with_columns(local_fen=pl.when("is_refund").then(-pl.col("local_fen")).otherwise("local_fen"))


def match(channel: pl.DataFrame, local: pl.DataFrame, *, fee_bp: int) -> pl.DataFrame:
    """Compare both sides; every line of the statement and every expected line of ours comes out once.

    `fee_bp` is what the channel's contract allows it to keep, in hundredths of a percent.
    """
    channel, local = channel.with_row_index("c"), local.with_row_index("l")
    first = _pair(channel, local, "number")
    second = _pair(channel.join(first, on="c", how="anti"), local.join(first, on="l", how="anti"), "reference")
    pairs = pl.concat([first, second])
    ours = local.rename({name: f"our_{name}" for name in ("is_refund", "order_number", "number", "reference")})
    both = channel.join(pairs, on="c", how="left").join(ours, on="l", how="left")
    alone = ours.filter("is_expected").join(pairs, on="l", how="anti")
    lines = pl.concat([both, alone], how="diagonal")
    lines = lines.with_columns(
        local_reference=pl.col("our_reference").fill_null(""),
        **{name: pl.coalesce(_filled(name), f"our_{name}", name) for name in ("order_number", "number", "reference")},
        is_refund=pl.coalesce("is_refund", "our_is_refund"),
        expected_fee_fen=_expected_fee(fee_bp),
    )
    lines = lines.with_columns(kind=_kind()).with_columns(state=_state(), item_key=_key())
    # Money that we have not booked is no amount of ours.
    booked = pl.col("local_state").is_in(BOOKED) | pl.col("is_refund")
    lines = lines.with_columns(local_fen=pl.when(booked).then("local_fen"))
    texts = [pl.col(name).fill_null("") for name in ("local_state", "channel_state", "order_number", "number", "reference")]
    return lines.with_columns(*texts).select(COLUMNS)


def _pair(channel: pl.DataFrame, local: pl.DataFrame, key: str) -> pl.DataFrame:
    """Pairs of row numbers that share a key; with several lines for one of ours, the one with the same vendor's number wins."""
    has_key = pl.col(key).fill_null("") != ""
    found = channel.filter(has_key).join(local.filter(has_key), on=["is_refund", key], how="inner", suffix="_ours")
    if key == "number":
        found = found.with_columns(same=pl.col("reference") == pl.col("reference_ours"))
        found = found.sort("same", "c", descending=[True, False], nulls_last=True)
    return found.unique("l", keep="first", maintain_order=True).unique("c", keep="first", maintain_order=True).select("c", "l")


def _filled(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != "").then(pl.col(name))


def _expected_fee(fee_bp: int) -> pl.Expr:
    """The contract's fee of the channel's amount, rounded half up; a refund gives it back."""
    size = (pl.col("channel_fen").abs() * fee_bp + 5_000) // 10_000
    return pl.when("is_refund").then(-size).otherwise(size)


def _is_fee_off() -> pl.Expr:
    """Whether the fee is not the contract's. Not every channel gives the fee of a refund back, so none is as good."""
    off = (pl.col("channel_fee_fen") - pl.col("expected_fee_fen")).abs() > FEE_TOLERANCE_FEN
    return off & ~(pl.col("is_refund") & (pl.col("channel_fee_fen") == 0))


def _kind() -> pl.Expr:
    ours, theirs = pl.col("local_fen").is_not_null(), pl.col("channel_fen").is_not_null()
    refund, moved = pl.col("is_refund"), pl.col("channel_state") == DONE
    booked = pl.col("local_state").is_in(BOOKED)
    under_way = pl.col("local_state").is_in(UNDER_WAY)
    agrees = (moved & booked) | ((pl.col("channel_state") == WORKING) & under_way) | ((pl.col("channel_state") == FAILED) & ~booked)
    one_sided = pl.when(refund).then(pl.lit(Difference.refund.value))
    differs = pl.col("local_fen") != pl.col("channel_fen")
    return (
        pl.when(~ours)
        .then(one_sided.otherwise(pl.lit(Difference.channel_only.value)))
        .when(~theirs)
        .then(one_sided.otherwise(pl.lit(Difference.platform_only.value)))
        .when(~refund & moved & under_way)
        .then(pl.lit(Difference.channel_only.value))
        .when(~agrees)
        .then(pl.lit(Difference.status.value))
        .when(differs)
        .then(pl.when(refund).then(pl.lit(Difference.refund.value)).otherwise(pl.lit(Difference.amount.value)))
        .when(moved & _is_fee_off())
        .then(pl.lit(Difference.fee.value))
        .otherwise(pl.lit(Difference.matched.value))
    )


def _state() -> pl.Expr:
    waits = pl.col("channel_fen").is_null() & pl.col("is_edge").fill_null(value=False)
    return (
        pl.when(pl.col("kind") == Difference.matched.value)
        .then(pl.lit(ItemState.matched.value))
        .when(waits)
        .then(pl.lit(ItemState.carried.value))
        .otherwise(pl.lit(ItemState.open.value))
    )


def _key() -> pl.Expr:
    """What a line is called from run to run; the same line twice in one file gets a number behind it."""
    plain = pl.concat_str(
        pl.when("is_refund").then(pl.lit("r:")).otherwise(pl.lit("p:")),
        pl.col("number").fill_null(""),
        pl.lit(":"),
        pl.col("reference").fill_null(""),
    )
    place = pl.int_range(pl.len()).over(plain)
    return pl.when(place > 0).then(plain + "#" + place.cast(pl.String)).otherwise(plain)
