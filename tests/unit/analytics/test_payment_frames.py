"""Money, counted by hand."""

from datetime import date

import pytest

from estate_app.analytics.frames import payments as frames
from estate_app.analytics.schema import empty
from tests.unit.analytics.rows import extract, rows_of, utc

ON = date(2026, 7, 1)


class TestCollection:
    BILLS = extract(
        "bills",
        [
            {"room_id": "r1", "total_fen": 10_000, "paid_fen": 10_000, "status": "paid"},
            {"room_id": "r2", "total_fen": 30_000, "paid_fen": 5_000, "status": "partly_paid"},
            {"room_id": "r2", "period": "2026-07", "total_fen": 0},
            {"room_id": "r3", "total_fen": 99_999, "status": "void"},
            {"room_id": "r4", "building": "2栋", "total_fen": 10_000, "paid_fen": 12_000, "status": "paid"},
        ],
    )

    def test_by_period(self):
        assert rows_of(frames.collection(self.BILLS)) == [
            ("2026-06", 3, 3, 50_000, 25_000, 25_000, 0.5),
            ("2026-07", 1, 1, 0, 0, 0, None),
        ]

    def test_by_period_and_building(self):
        found = rows_of(frames.collection(self.BILLS, ["period", "building"]), "period", "building", "rate")
        assert found == [("2026-06", "1栋", 0.375), ("2026-06", "2栋", 1.0), ("2026-07", "1栋", None)]


class TestArrears:
    BILLS = extract(
        "bills",
        [
            {"room_id": "r1", "due_on": date(2026, 7, 1), "total_fen": 100},
            {"room_id": "r1", "due_on": date(2026, 6, 30), "total_fen": 200},
            {"room_id": "r2", "due_on": date(2026, 6, 1), "total_fen": 400, "reminders": 2},
            {"room_id": "r2", "due_on": date(2026, 5, 31), "total_fen": 20_000, "reminders": 1, "is_disputed": True},
            {"room_id": "r3", "due_on": date(2026, 4, 1), "total_fen": 1_600, "paid_fen": 600},
            {"room_id": "r3", "due_on": date(2026, 4, 1), "total_fen": 1_000, "paid_fen": 1_000, "status": "paid"},
        ],
    )

    def test_ageing_counts_the_day_after_the_due_date_as_one(self):
        assert rows_of(frames.ageing(self.BILLS, on=ON)) == [
            ("not_due", 1, 100),
            ("0-30", 2, 600),
            ("31-60", 1, 20_000),
            ("61-90", 0, 0),
            ("90+", 1, 1_000),
        ]

    def test_distribution_is_of_households(self):
        assert rows_of(frames.arrears_distribution(self.BILLS, on=ON)) == [
            ("<200", 2, 1_200),
            ("200-500", 1, 20_400),
            ("500-1000", 0, 0),
            ("1000-2000", 0, 0),
            ("2000+", 0, 0),
        ]

    def test_the_list_begins_with_the_most_owed(self):
        found = rows_of(frames.arrears_list(self.BILLS, on=ON), "room_id", "owed_fen", "oldest_days", "bills", "reminders", "is_disputed")
        assert found == [("r2", 20_400, 31, 2, 2, True), ("r3", 1_000, 91, 1, 0, False), ("r1", 200, 1, 1, 0, False)]

    def test_nobody_owes(self):
        assert rows_of(frames.ageing(empty("bills"), on=ON), "owed_fen") == [(0,)] * 5
        assert rows_of(frames.arrears_list(empty("bills"), on=ON)) == []


def test_channel_share_is_net_of_refunds():
    payments = extract(
        "payments",
        [
            {"payment_id": "p1", "amount_fen": 600},
            {"payment_id": "p1", "amount_fen": 300},
            {"payment_id": "p2", "amount_fen": -100, "is_refund": True},
            {"payment_id": "p3", "channel": "alipay", "amount_fen": 200},
        ],
    )
    assert rows_of(frames.channel_share(payments)) == [("wechat", 1, 800, 0.8), ("alipay", 1, 200, 0.2)]


class TestDaysToPay:
    def test_a_bill_counts_for_the_days_it_has_lived(self):
        """Day 0: 1 of 4 paid. The bill of one day leaves after day 1. Day 2: 1 of 2 left is paid: 1 − ¾ × ½ = 0.625."""
        bills = extract(
            "bills",
            [
                {"issued_at": utc(6, 1), "paid_at": utc(6, 1, 2)},
                {"issued_at": utc(6, 1), "paid_at": utc(6, 3)},
                {"issued_at": utc(6, 1)},
                {"issued_at": utc(6, 3)},
                {"issued_at": utc(6, 1), "paid_at": utc(6, 1, 2), "status": "void"},
                {"issued_at": utc(6, 1), "total_fen": 0},
            ],
        )
        found = rows_of(frames.days_to_pay(bills, on=date(2026, 6, 4), horizon=3))
        assert found == [
            (0, 4, 1, 0.25),
            (1, 3, 0, 0.25),
            (2, 2, 1, pytest.approx(0.625)),
            (3, 1, 0, pytest.approx(0.625)),
        ]

    def test_a_payment_after_the_day_of_looking_is_not_known(self):
        bills = extract("bills", [{"issued_at": utc(6, 1), "paid_at": utc(6, 20)}])
        assert rows_of(frames.days_to_pay(bills, on=date(2026, 6, 4), horizon=30), "share")[-1] == (0.0,)

    def test_no_bills_give_no_share(self):
        assert rows_of(frames.days_to_pay(empty("bills"), on=ON, horizon=1)) == [(0, 0, 0, None), (1, 0, 0, None)]
