"""Amounts and times as vendors write them: exactly what they may look like, and nothing that a lenient parser would take."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from estate_app.payment.gateways.contract import CallbackEvent, CallbackKind, ChannelState
from estate_app.payment.gateways.wire import checked_event, fee_fen_from_yuan, fen_from_yuan, is_base64, vendor_time, yuan_from_fen


@pytest.mark.parametrize(("text", "fen"), [("1073.45", 107_345), ("0.1", 10), ("-0.01", -1), ("¥6.00", 600), (" 5 ", 500), ("5.000", 500)])
def test_an_amount_is_read_to_the_fen(text: str, fen: int):
    assert fen_from_yuan(text) == fen


@pytest.mark.parametrize(
    "text", ["", "NaN", "Infinity", "1e3", "1_000", "１００", "1,073.45", "0.001", "--1", "0x10", "9" * 40, "1.", ".5"]
)
def test_what_is_no_amount_is_refused(text: str):
    with pytest.raises(ValueError):
        fen_from_yuan(text)


def test_fen_are_written_without_rounding_and_fees_rounded_half_up():
    assert [yuan_from_fen(fen) for fen in (0, 5, 107_345, -1)] == ["0.00", "0.05", "1073.45", "-0.01"]
    assert [fee_fen_from_yuan(text) for text in ("", "0.64407", "0.64500", "-0.00500")] == [0, 64, 65, -1]


def test_a_vendors_time_is_shanghais_and_one_before_all_years_is_refused():
    assert vendor_time("2026-11-18 10:58:26") == datetime(2026, 11, 18, 2, 58, 26, tzinfo=UTC)
    for text in ("0001-01-01 00:00:00", "2026-02-30 00:00:00", "2026-11-18T10:58:26", ""):
        with pytest.raises(ValueError):
            vendor_time(text)


@pytest.mark.parametrize(
    ("text", "is_exact"), [("QUJD", True), ("QUJDRA==", True), ("", False), ("QUJD1", False), ("QU JD", False), ("é", False)]
)
def test_only_exact_base64_is_a_signature(text: str, is_exact: bool):
    assert is_base64(text) is is_exact


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_fen": 0},
        {"amount_fen": -1},
        {"amount_fen": 10**14},
        {"order_no": "x" * 41},
        {"transaction_id": "a\x00b"},
        {"external_id": ""},
    ],
)
def test_an_event_that_no_table_could_keep_is_refused(changes: dict[str, object]):
    event = CallbackEvent(CallbackKind.payment, "EV", "P1", "T1", 1, "CNY", "M", "A", ChannelState.paid)
    assert checked_event(event) is event
    with pytest.raises(ValueError):
        checked_event(replace(event, **changes))
