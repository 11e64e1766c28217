"""What residents did, counted by hand."""

from datetime import date

from estate_app.analytics.frames import behaviour as frames
from estate_app.analytics.schema import empty
from tests.unit.analytics.rows import extract, rows_of, utc


def test_a_resident_is_active_once_a_day():
    events = extract(
        "events",
        [
            {"user_id": "u1", "at": utc(6, 1, 1)},
            {"user_id": "u1", "at": utc(6, 1, 2)},
            {"user_id": "u2", "at": utc(6, 1, 2)},
            {"user_id": "m1", "at": utc(6, 1, 2), "role": "manager"},
        ],
    )
    assert rows_of(frames.active(events, from_on=date(2026, 6, 1), to_on=date(2026, 6, 2))) == [
        (date(2026, 6, 1), 2),
        (date(2026, 6, 2), 0),
    ]


def test_logins_fall_into_168_cells_of_shanghais_week():
    """2026-06-07 16:30 UTC is Monday the 8th, 00:30 in Shanghai."""
    events = extract("events", [{"name": "login", "at": utc(6, 7, 16, 30)}, {"name": "bill_seen", "at": utc(6, 7, 16, 30)}])
    found = rows_of(frames.logins_by_hour(events))
    assert len(found) == 168
    assert [row for row in found if row[2]] == [(1, 0, 1)]


def test_frequency():
    events = extract("events", [{"name": "bill_paid", "user_id": u} for u in ("u1", "u1", "u2", "u3")])
    assert rows_of(frames.frequency(events, name="bill_paid")) == [(1, 2), (2, 1)]


class TestFunnel:
    def test_a_stage_needs_all_stages_before_it_in_order(self):
        events = extract(
            "events",
            [
                {"name": "bill_seen", "subject_id": "b1", "at": utc(6, 1)},
                {"name": "bill_opened", "subject_id": "b1", "at": utc(6, 2)},
                {"name": "payment_started", "subject_id": "b1", "at": utc(6, 2)},
                {"name": "bill_paid", "subject_id": "b1", "at": utc(6, 3)},
                {"name": "bill_seen", "subject_id": "b2", "at": utc(6, 2)},
                {"name": "bill_opened", "subject_id": "b2", "at": utc(6, 1)},
                {"name": "bill_seen", "subject_id": "b3", "at": utc(6, 1)},
                {"name": "bill_paid", "subject_id": "b3", "at": utc(6, 3)},
                {"name": "bill_paid", "subject_id": "b4", "at": utc(6, 3)},
                {"name": "bill_seen", "subject_id": "b3", "at": utc(6, 9)},
            ],
        )
        third = 1 / 3
        assert rows_of(frames.funnel(events)) == [
            ("bill_seen", 3, 1.0, None),
            ("bill_opened", 1, third, third),
            ("payment_started", 1, third, 1.0),
            ("bill_paid", 1, third, 1.0),
        ]

    def test_nobody_gives_zeros_without_shares(self):
        assert rows_of(frames.funnel(empty("events"), frames.REPAIR_FUNNEL)) == [
            ("repair_reported", 0, None, None),
            ("repair_rated", 0, None, None),
        ]


def test_cohorts_by_month_of_the_first_event():
    events = extract(
        "events",
        [
            {"user_id": "u1", "at": utc(5, 3)},
            {"user_id": "u1", "at": utc(7, 3)},
            {"user_id": "u1", "at": utc(7, 4)},
            {"user_id": "u2", "at": utc(5, 31, 15)},
            {"user_id": "u3", "at": utc(5, 31, 16)},
        ],
    )
    assert rows_of(frames.cohorts(events)) == [
        (date(2026, 5, 1), 2, 0, 2, 1.0),
        (date(2026, 5, 1), 2, 2, 1, 0.5),
        (date(2026, 6, 1), 1, 0, 1, 1.0),
    ]
