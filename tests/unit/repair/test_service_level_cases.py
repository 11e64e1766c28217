"""Worked cases of the service levels, each with its arithmetic beside it.

A workday runs from 8:00 to 20:00, that is 720 minutes; emergencies run day and night. Rest days and make-up workdays are those of
the State Council's notices: in 2025 rest on Jan 28 – Feb 4 and Oct 1–8, work on Jan 26, Feb 8, Apr 27, Sep 28, Oct 11;
in 2026 rest on Jan 1–3, Feb 15–23, May 1–5, Sep 25–27 and Oct 1–7, work on Jan 4, Feb 14, Feb 28, May 9, Sep 20, Oct 10.
"""

from datetime import date, datetime, timedelta

import pytest

from estate_app.kit.clock import SHANGHAI
from estate_app.repair.calendar import add_working, clock_percent, is_workday, working_between
from estate_app.repair.models import Access, OrderStatus, PauseReason, RepairCategory, RepairOrder, Source, Trade, Urgency
from estate_app.repair.promise import due_at, promise, settle_pause

N, H, E = Urgency.normal, Urgency.high, Urgency.emergency


def at(text: str) -> datetime:
    """An instant by Shanghai's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


# begun, minutes, urgency, due, arithmetic
DUE = [
    # Days and nights of an ordinary week.
    ("2026-11-18 10:58", 30, N, "2026-11-18 11:28", "Wed 10:58 + 30"),
    ("2026-11-18 19:45", 30, N, "2026-11-19 08:15", "Wed 19:45–20:00 = 15; 30 − 15 = 15 from Thu 8:00"),
    ("2026-11-18 20:00", 30, N, "2026-11-19 08:30", "closing time leaves 0; 30 from Thu 8:00"),
    ("2026-11-18 23:10", 120, N, "2026-11-19 10:00", "after closing 0; 120 from Thu 8:00"),
    ("2026-11-19 00:30", 30, N, "2026-11-19 08:30", "before opening 0; 30 from Thu 8:00, the same morning"),
    ("2026-11-19 07:59", 1, N, "2026-11-19 08:01", "before opening 0; 1 from Thu 8:00"),
    ("2026-11-18 08:00", 720, N, "2026-11-18 20:00", "Wed 8:00–20:00 = 720, all of it; not the next opening"),
    ("2026-11-18 08:01", 720, N, "2026-11-19 08:01", "Wed 8:01–20:00 = 719; 1 from Thu 8:00"),
    ("2026-11-18 10:00", 1440, N, "2026-11-20 10:00", "Wed 600 + Thu 720 = 1320; 120 from Fri 8:00"),
    ("2026-11-18 19:59:30", 1, N, "2026-11-19 08:00:30", "Wed 30 s; 30 s from Thu 8:00"),
    ("2026-11-18 19:50", 30, H, "2026-11-19 08:20", "a high urgency keeps the hours: Wed 10; 20 from Thu 8:00"),
    # Weekends.
    ("2026-11-20 19:00", 120, N, "2026-11-23 09:00", "Fri 60; Sat, Sun 0; 60 from Mon 8:00"),
    ("2026-11-21 12:00", 30, N, "2026-11-23 08:30", "Sat, Sun 0; 30 from Mon 8:00"),
    ("2026-11-22 23:59", 30, N, "2026-11-23 08:30", "Sun 0; 30 from Mon 8:00"),
    ("2026-11-20 18:00", 480, N, "2026-11-23 14:00", "Fri 120; 360 from Mon 8:00"),
    ("2026-11-20 10:00", 1440, N, "2026-11-24 10:00", "Fri 600 + Mon 720 = 1320; 120 from Tue 8:00"),
    # National Day and Mid-Autumn 2026.
    ("2026-09-30 19:30", 60, N, "2026-10-08 08:30", "Wed 30; Oct 1–7 0; 30 from Thu Oct 8, 8:00"),
    ("2026-10-03 12:00", 30, N, "2026-10-08 08:30", "Oct 3–7 0; 30 from Thu Oct 8, 8:00"),
    ("2026-09-30 10:00", 1440, N, "2026-10-09 10:00", "Wed 600 + Oct 8 720 = 1320; 120 from Fri Oct 9, 8:00"),
    ("2026-10-09 19:30", 60, N, "2026-10-10 08:30", "Fri 30; Sat Oct 10 is worked: 30 from 8:00"),
    ("2026-10-10 19:30", 60, N, "2026-10-12 08:30", "make-up Sat 30; Sun 0; 30 from Mon 8:00"),
    ("2026-09-19 12:00", 30, N, "2026-09-20 08:30", "Sat 0; Sun Sep 20 is worked: 30 from 8:00"),
    ("2026-09-24 19:00", 120, N, "2026-09-28 09:00", "Thu 60; Sep 25–27 0; 60 from Mon 8:00"),
    ("2026-09-24 12:00", 2880, N, "2026-10-08 12:00", "Thu 480 + Sep 28, 29, 30 3 × 720 = 2640; Oct 1–7 0; 240 from Oct 8, 8:00"),
    # National Day 2025.
    ("2025-09-30 19:50", 30, N, "2025-10-09 08:20", "Tue 10; Oct 1–8 0; 20 from Thu Oct 9, 8:00"),
    ("2025-09-27 15:00", 60, N, "2025-09-28 09:00", "Sat 0; Sun Sep 28 is worked: 60 from 8:00"),
    ("2025-10-10 18:00", 240, N, "2025-10-11 10:00", "Fri 120; Sat Oct 11 is worked: 120 from 8:00"),
    ("2025-10-11 20:30", 30, N, "2025-10-13 08:30", "make-up Sat after closing 0; Sun 0; 30 from Mon 8:00"),
    ("2025-09-28 08:00", 2880, N, "2025-10-09 20:00", "Sun 28, Mon 29, Tue 30 3 × 720 = 2160; 720 are all of Oct 9"),
    # Spring Festival 2026 and 2025.
    ("2026-02-14 19:00", 120, N, "2026-02-24 09:00", "make-up Sat 60; Feb 15–23 0; 60 from Tue Feb 24, 8:00"),
    ("2026-02-17 09:00", 480, N, "2026-02-24 16:00", "Feb 17–23 0; 480 from Feb 24, 8:00"),
    ("2026-02-13 19:30", 60, N, "2026-02-14 08:30", "Fri 30; Sat Feb 14 is worked: 30 from 8:00"),
    ("2026-02-27 19:30", 60, N, "2026-02-28 08:30", "Fri 30; Sat Feb 28 is worked: 30 from 8:00"),
    ("2026-02-28 19:30", 60, N, "2026-03-02 08:30", "make-up Sat 30; Sun 0; 30 from Mon 8:00"),
    ("2025-01-25 10:00", 30, N, "2025-01-26 08:30", "Sat 0; Sun Jan 26 is worked: 30 from 8:00"),
    ("2025-01-27 19:00", 1440, N, "2025-02-06 19:00", "Mon 60 + Feb 5 720 = 780; 660 from Feb 6, 8:00"),
    ("2025-02-07 19:30", 60, N, "2025-02-08 08:30", "Fri 30; Sat Feb 8 is worked: 30 from 8:00"),
    # Other holidays, and a year that nobody has announced.
    ("2026-04-30 19:00", 120, N, "2026-05-06 09:00", "Thu 60; May 1–5 0; 60 from Wed May 6, 8:00"),
    ("2026-05-08 19:00", 120, N, "2026-05-09 09:00", "Fri 60; Sat May 9 is worked: 60 from 8:00"),
    ("2025-12-31 19:00", 120, N, "2026-01-04 09:00", "Wed 60; Jan 1–3 0; Sun Jan 4 is worked: 60 from 8:00"),
    ("2031-10-01 10:00", 30, N, "2031-10-01 10:30", "no notice yet: a Wednesday counts"),
    # Emergencies run day and night.
    ("2026-11-18 23:50", 15, E, "2026-11-19 00:05", "Wed 23:50 + 15, past midnight"),
    ("2026-11-21 19:59", 15, E, "2026-11-21 20:14", "Sat 19:59 + 15, past closing"),
    ("2026-10-01 03:00", 240, E, "2026-10-01 07:00", "National Day 3:00 + 240"),
    ("2026-02-16 22:00", 240, E, "2026-02-17 02:00", "New Year's Eve 22:00 + 240"),
    ("2026-12-31 23:50", 15, E, "2027-01-01 00:05", "23:50 + 15, into the next year"),
]


@pytest.mark.parametrize(("begun", "span", "urgency", "due", "why"), DUE, ids=[case[4] for case in DUE])
def test_when_it_is_due(begun, span, urgency, due, why):
    assert add_working(at(begun), minutes(span), urgency=urgency) == at(due)
    assert working_between(at(begun), at(due), urgency=urgency) == minutes(span)


# from, to, urgency, working minutes, arithmetic
BETWEEN = [
    ("2026-11-18 19:00", "2026-11-19 09:00", N, 120, "Wed 60 + Thu 60"),
    ("2026-11-18 20:00", "2026-11-19 08:00", N, 0, "closing to opening"),
    ("2026-11-20 12:00", "2026-11-23 12:00", N, 720, "Fri 480 + Mon 240"),
    ("2026-11-21 10:00", "2026-11-22 18:00", N, 0, "Sat, Sun"),
    ("2026-11-21 10:00", "2026-11-22 10:00", E, 1440, "an emergency's Saturday and Sunday: 24 × 60"),
    ("2026-09-30 18:00", "2026-10-08 10:00", N, 240, "Wed 120 + Oct 8 120"),
    ("2026-10-09 12:00", "2026-10-12 12:00", N, 1440, "Fri 480 + make-up Sat 720 + Mon 240"),
    ("2026-02-13 12:00", "2026-02-24 12:00", N, 1440, "Fri 480 + make-up Sat 720 + Feb 24 240"),
    ("2025-09-27 00:00", "2025-10-09 08:00", N, 2160, "make-up Sun, Mon, Tue 3 × 720"),
]


@pytest.mark.parametrize(("begun", "ended", "urgency", "count", "why"), BETWEEN, ids=[case[4] for case in BETWEEN])
def test_how_much_working_time_passed(begun, ended, urgency, count, why):
    assert working_between(at(begun), at(ended), urgency=urgency) == minutes(count)


def order(due: str, urgency: Urgency) -> RepairOrder:
    return RepairOrder(
        number="WX-1", estate_id=1, category_id=1, description="x", urgency=urgency, status=OrderStatus.paused, source=Source.web,
        reporter_id=1, contact_name="x", contact_phone="x", access=Access.call_first, submitted_at=at(due), changed_at=at(due),
        respond_due_at=at(due), complete_due_at=at(due),
    )  # fmt: skip


# promised end, pauses, urgency, promised end afterwards, arithmetic
PAUSED = [
    ("2026-11-18 18:00", [("2026-11-18 10:00", "2026-11-18 12:00")], N, "2026-11-18 20:00", "rest 120; 18:00 + 120"),
    ("2026-11-19 10:00", [("2026-11-18 19:00", "2026-11-19 09:00")], N, "2026-11-19 12:00", "rest Wed 60 + Thu 60 = 120; 10:00 + 120"),
    ("2026-11-19 10:00", [("2026-11-18 20:30", "2026-11-19 07:30")], N, "2026-11-19 10:00", "rest after closing 0"),
    ("2026-11-23 10:00", [("2026-11-21 09:00", "2026-11-22 18:00")], N, "2026-11-23 10:00", "rest on a weekend 0"),
    ("2026-11-20 12:00", [("2026-11-20 10:00", "2026-11-23 10:00")], N, "2026-11-23 12:00", "rest Fri 600 + Mon 120 = 720; Fri 480, 240 from Mon 8:00"),
    ("2026-09-30 18:00", [("2026-09-30 16:00", "2026-10-08 10:00")], N, "2026-10-08 12:00", "rest Wed 240 + Oct 8 120 = 360; Wed 120, 240 from Oct 8, 8:00"),
    ("2026-10-09 19:00", [("2026-10-09 18:00", "2026-10-10 10:00")], N, "2026-10-10 11:00", "rest Fri 120 + make-up Sat 120 = 240; Fri 60, 180 from Sat 8:00"),
    ("2026-02-14 19:00", [("2026-02-14 18:00", "2026-02-24 09:00")], N, "2026-02-24 10:00", "rest Sat 120 + Feb 24 60 = 180; Sat 60, 120 from Feb 24, 8:00"),
    ("2026-11-18 23:00", [("2026-11-18 22:00", "2026-11-19 01:00")], E, "2026-11-19 02:00", "an emergency's rest counts by night: 180; 23:00 + 180"),
    (
        "2026-11-18 18:00",
        [("2026-11-18 10:00", "2026-11-18 11:00"), ("2026-11-18 19:00", "2026-11-19 08:30")],
        N,
        "2026-11-19 08:30",
        "rest 60: due 19:00; rest Wed 60 + Thu 30 = 90: Wed 60, 30 from Thu 8:00",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("due", "pauses", "urgency", "moved", "why"), PAUSED, ids=[case[4] for case in PAUSED])
def test_how_a_pause_moves_the_promise(due, pauses, urgency, moved, why):
    made = order(due, urgency)
    rested = timedelta()
    for begun, ended in pauses:
        made.paused_at, made.pause_reason = at(begun), PauseReason.waiting_for_parts
        assert due_at(made, at(ended)) >= made.complete_due_at
        settle_pause(made, at(ended))
        rested += working_between(at(begun), at(ended), urgency=urgency)
    assert (made.complete_due_at, due_at(made, at(moved))) == (at(moved), at(moved))
    assert (made.paused_seconds, made.paused_at, made.pause_reason) == (int(rested.total_seconds()), None, None)


# reported, kind's urgency and minutes (answer, repair), order's urgency, agreed visit, answer due, repair due, arithmetic
PROMISED = [
    ("2026-11-20 19:00", (N, 120, 1440), N, None, "2026-11-23 09:00", "2026-11-24 19:00", "Fri 60, 60 from Mon; Fri 60 + Mon 720 = 780, 660 from Tue 8:00"),
    ("2026-11-20 19:00", (N, 120, 1440), H, None, "2026-11-20 19:30", "2026-11-24 19:00", "raised to high: min(120, 30) = 30 from 19:00"),
    ("2026-11-21 22:00", (N, 120, 1440), E, None, "2026-11-21 22:15", "2026-11-22 22:00", "raised to emergency on a Saturday night: 15; 1440 round the clock"),
    ("2026-10-03 03:00", (E, 15, 240), E, None, "2026-10-03 03:15", "2026-10-03 07:00", "an emergency in the National holiday: 15; 240"),
    ("2026-11-18 10:00", (N, 120, 1440), N, "2026-11-22 12:00", "2026-11-18 12:00", "2026-11-22 13:00", "visit agreed for Sunday 12:00 + the 60 of the work"),
    ("2026-11-18 10:00", (N, 120, 1440), N, "2026-11-19 12:00", "2026-11-18 12:00", "2026-11-20 10:00", "visit on Thursday ends before Wed 600 + Thu 720 + Fri 120"),
    ("2026-09-30 19:00", (H, 30, 480), H, None, "2026-09-30 19:30", "2026-10-08 15:00", "30 from 19:00; Wed 60, 420 from Oct 8, 8:00"),
]  # fmt: skip


@pytest.mark.parametrize(("reported", "kind", "urgency", "visit", "answer", "repair", "why"), PROMISED, ids=[case[6] for case in PROMISED])
def test_what_is_promised(reported, kind, urgency, visit, answer, repair, why):
    category = RepairCategory(
        code="x",
        name="x",
        name_en="x",
        urgency=kind[0],
        minutes=60,
        trade=Trade.plumbing,
        respond_minutes=kind[1],
        complete_minutes=kind[2],
    )
    made = promise(category, urgency, at(reported), at(visit) if visit else None)
    assert (made.respond_due_at, made.complete_due_at) == (at(answer), at(repair))


# begun, due, urgency, looked at, percent, arithmetic
SPENT = [
    ("2026-11-20 19:00", "2026-11-23 09:00", N, "2026-11-21 12:00", 50, "Fri 60 of 120; Saturday adds 0"),
    ("2026-11-20 19:00", "2026-11-23 09:00", N, "2026-11-23 08:36", 80, "Fri 60 + Mon 36 = 96 of 120"),
    ("2026-09-30 19:30", "2026-10-08 08:30", N, "2026-10-05 12:00", 50, "Wed 30 of 60; the holiday adds 0"),
    ("2026-09-30 19:30", "2026-10-08 08:30", N, "2026-10-08 08:30", 100, "Wed 30 + Oct 8 30 = 60 of 60"),
    ("2026-09-30 19:30", "2026-10-08 08:30", N, "2026-10-08 09:00", 150, "Wed 30 + Oct 8 60 = 90 of 60"),
    ("2026-11-18 22:00", "2026-11-19 02:00", E, "2026-11-19 00:00", 50, "an emergency: 120 of 240, by night"),
]


@pytest.mark.parametrize(("begun", "due", "urgency", "seen", "percent", "why"), SPENT, ids=[case[5] for case in SPENT])
def test_how_much_of_a_promise_is_spent(begun, due, urgency, seen, percent, why):
    assert clock_percent(at(begun), at(due), at(seen), urgency=urgency) == percent


def test_the_calendar_is_the_one_of_the_notices():
    """The days that the cases rest on, as the notices list them."""
    rests = [
        "2025-01-28",
        "2025-02-04",
        "2025-10-01",
        "2025-10-08",
        "2026-01-02",
        "2026-02-16",
        "2026-02-23",
        "2026-05-05",
        "2026-09-25",
        "2026-10-07",
    ]
    works = ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11", "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]  # fmt: skip
    assert [day for day in rests if is_workday(date.fromisoformat(day))] == []
    assert [day for day in works if not is_workday(date.fromisoformat(day))] == []


def test_there_are_at_least_forty_cases_and_none_twice():
    cases = [tuple(map(str, case[:4])) for case in DUE + BETWEEN + PAUSED + PROMISED + SPENT]
    assert len(set(cases)) == len(cases) >= 40
