"""The rule of matching: each kind of difference worked by hand, and any mixture of them found exactly, nothing else."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estate_app.payment.gateways.contract import StatementKind, StatementRow
from estate_app.payment.reconciliation.matching import LOCAL_SCHEMA, channel_frame, local_frame, match

AT = datetime(2026, 11, 17, 4, tzinfo=UTC)
FEE_BP = 60


def paid(n: int, amount: int = 10_000, fee: int | None = None, **changes) -> StatementRow:
    """A line of the statement: payment n."""
    kept = (amount * FEE_BP + 5_000) // 10_000 if fee is None else fee
    row = StatementRow(StatementKind.payment, f"ZF{n:08d}", f"42{n:08d}", amount, kept, AT, "SUCCESS")
    return replace(row, **changes)


def gave_back(n: int, amount: int = 10_000, **changes) -> StatementRow:
    """A line of the statement: refund n."""
    row = StatementRow(StatementKind.refund, f"ZF{n:08d}", f"42{n:08d}", amount, 0, AT, "SUCCESS", f"TK{n:08d}", f"50{n:08d}")
    return replace(row, **changes)


def ours(n: int, amount: int = 10_000, **changes) -> tuple:
    """A payment of our own books, or with `is_refund` a refund."""
    is_refund = changes.get("is_refund", False)
    facts = {
        "is_refund": False,
        "payment_id": n,
        "refund_id": n if is_refund else None,
        "order_number": f"ZF{n:08d}",
        "number": f"TK{n:08d}" if is_refund else f"ZF{n:08d}",
        "reference": f"50{n:08d}" if is_refund else f"42{n:08d}",
        "local_fen": amount,
        "local_state": "done" if is_refund else "paid",
        "local_at": AT,
        "is_expected": True,
        "is_edge": False,
    }
    return tuple((facts | changes)[name] for name in LOCAL_SCHEMA)


def found(channel: list[StatementRow], local: list[tuple]) -> list[tuple]:
    lines = match(channel_frame(channel), local_frame(local), fee_bp=FEE_BP)
    return sorted(lines.select("number", "kind", "state", "local_fen", "channel_fen").iter_rows())


@pytest.mark.parametrize(
    ("channel", "local", "line"),
    [
        pytest.param([paid(1)], [ours(1)], ("ZF00000001", "matched", "matched", 10_000, 10_000), id="both agree"),
        pytest.param([paid(1)], [], ("ZF00000001", "channel_only", "open", None, 10_000), id="we know no such order"),
        pytest.param(
            [paid(1)],
            [ours(1, local_state="pending", is_expected=False)],
            ("ZF00000001", "channel_only", "open", None, 10_000),
            id="the callback was lost",
        ),
        pytest.param(
            [paid(1)],
            [ours(1, local_state="closed", is_expected=False)],
            ("ZF00000001", "status", "open", None, 10_000),
            id="paid after we had closed it",
        ),
        pytest.param([], [ours(1)], ("ZF00000001", "platform_only", "open", 10_000, None), id="the channel knows no such payment"),
        pytest.param(
            [], [ours(1, is_edge=True)], ("ZF00000001", "platform_only", "carried", 10_000, None), id="just before midnight it waits"
        ),
        pytest.param([paid(1, 9_774)], [ours(1)], ("ZF00000001", "amount", "open", 10_000, 9_774), id="the amounts differ"),
        pytest.param([paid(1, fee=62)], [ours(1)], ("ZF00000001", "fee", "open", 10_000, 10_000), id="the fee is two fen too high"),
        pytest.param([paid(1, fee=61)], [ours(1)], ("ZF00000001", "matched", "matched", 10_000, 10_000), id="one fen is rounding"),
        pytest.param(
            [paid(1, order_no="")], [ours(1)], ("ZF00000001", "matched", "matched", 10_000, 10_000), id="by the vendor's number alone"
        ),
        pytest.param(
            [gave_back(1)], [ours(1, is_refund=True)], ("TK00000001", "matched", "matched", -10_000, -10_000), id="a refund by its number"
        ),
        pytest.param([gave_back(1)], [], ("TK00000001", "refund", "open", None, -10_000), id="a refund that is not ours"),
        pytest.param(
            [], [ours(1, is_refund=True)], ("TK00000001", "refund", "open", -10_000, None), id="a refund that the channel has not made"
        ),
        pytest.param(
            [gave_back(1, 9_000)],
            [ours(1, is_refund=True)],
            ("TK00000001", "refund", "open", -10_000, -9_000),
            id="another amount was given back",
        ),
        pytest.param(
            [gave_back(1)],
            [ours(1, is_refund=True, local_state="processing", is_expected=False)],
            ("TK00000001", "status", "open", -10_000, -10_000),
            id="given back there, under way here",
        ),
        pytest.param(
            [gave_back(1, state="PROCESSING")],
            [ours(1, is_refund=True, local_state="processing", is_expected=False)],
            ("TK00000001", "matched", "matched", -10_000, -10_000),
            id="under way on both sides",
        ),
    ],
)
def test_a_case_comes_to_its_kind(channel, local, line):
    assert found(channel, local) == [line]


def test_a_payment_of_another_day_is_matched_but_never_missed():
    assert found([paid(1)], [ours(1, is_expected=False), ours(2, is_expected=False)]) == [
        ("ZF00000001", "matched", "matched", 10_000, 10_000)
    ]


def test_a_second_transaction_for_one_order_stands_alone_and_the_right_one_is_matched():
    wrong, right = paid(1, transaction_id="4299999999"), paid(1)
    lines = match(channel_frame([wrong, right]), local_frame([ours(1)]), fee_bp=FEE_BP)
    assert sorted(lines.select("reference", "kind").iter_rows()) == [("4200000001", "matched"), ("4299999999", "channel_only")]


def test_the_same_line_twice_is_two_lines_of_two_names():
    lines = match(channel_frame([paid(1), paid(1)]), local_frame([ours(1)]), fee_bp=FEE_BP)
    assert sorted(lines.select("item_key", "kind").iter_rows()) == [
        ("p:ZF00000001:4200000001", "matched"),
        ("p:ZF00000001:4200000001#1", "channel_only"),
    ]


def test_empty_sides_give_no_lines():
    assert found([], []) == []


@dataclass(frozen=True)
class Trade:
    """One trade and what was done to it before the comparison."""

    n: int
    amount: int
    is_refund: bool
    injected: str


KINDS = {
    "none": "matched",
    "no_callback": "channel_only",
    "unknown": "channel_only",
    "lost": "platform_only",
    "amount": "amount",
    "closed": "status",
    "fee": "fee",
}
KINDS_OF_REFUNDS = {"none": "matched", "unknown": "refund", "lost": "refund", "amount": "refund", "no_callback": "status"}
TRADES = st.builds(
    lambda amount, is_refund, pick: (amount, is_refund, sorted(KINDS_OF_REFUNDS if is_refund else KINDS)[pick]),
    st.integers(1, 10**8),
    st.booleans(),
    st.integers(0, len(KINDS_OF_REFUNDS) - 1),
) | st.tuples(st.integers(1, 10**8), st.just(value=False), st.sampled_from(sorted(KINDS)))


def sides(trade: Trade) -> tuple[list[StatementRow], list[tuple]]:
    """What each side says of a trade."""
    theirs = gave_back(trade.n, trade.amount) if trade.is_refund else paid(trade.n, trade.amount)
    mine = ours(trade.n, trade.amount, is_refund=trade.is_refund)
    if trade.injected == "unknown":
        return [theirs], []
    if trade.injected == "lost":
        return [], [mine]
    if trade.injected == "amount":
        amount = trade.amount + 1
        return [gave_back(trade.n, amount) if trade.is_refund else paid(trade.n, amount)], [mine]
    if trade.injected == "fee":
        return [replace(theirs, fee_fen=theirs.fee_fen + 2)], [mine]
    if trade.injected in {"no_callback", "closed"}:
        state = "closed" if trade.injected == "closed" else "processing" if trade.is_refund else "pending"
        return [theirs], [ours(trade.n, trade.amount, is_refund=trade.is_refund, local_state=state, is_expected=False)]
    return [theirs], [mine]


@settings(deadline=None, max_examples=60)
@given(st.lists(TRADES, max_size=25), st.randoms(use_true_random=False))
def test_injected_differences_are_found_exactly_and_nothing_else(drawn, rng):
    trades = [Trade(n, *facts) for n, facts in enumerate(drawn)]
    pairs = [sides(trade) for trade in trades]
    channel, local = [row for side, _ in pairs for row in side], [row for _, side in pairs for row in side]
    rng.shuffle(channel)
    rng.shuffle(local)
    wanted = sorted(
        (f"TK{t.n:08d}" if t.is_refund else f"ZF{t.n:08d}", (KINDS_OF_REFUNDS if t.is_refund else KINDS)[t.injected]) for t in trades
    )
    lines = match(channel_frame(channel), local_frame(local), fee_bp=FEE_BP)
    assert sorted(lines.select("number", "kind").iter_rows()) == wanted
