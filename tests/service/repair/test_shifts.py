"""Shifts never overlap, one by one or by the week, and neither do leaves; the sentence names the one that is there."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlmodel import select

from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.clock import at_local
from estate_app.kit.i18n import translate
from estate_app.repair.models import Leave, Shift, ShiftKind
from estate_app.repair.shifts import MOST_WEEKS, WeekPattern, span_text, spans_of
from estate_app.repair.technicians import add_leave, add_shift, add_week, remove_shift
from tests.service.repair.steps import count

THURSDAY = date(2026, 11, 19)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return at_local(date(2026, 11, day), time(hour, minute))


def shift(uow, cast, start, end, **more):
    return add_shift(uow, cast.dispatcher, technician_id=cast.worker.id, starts_at=start, ends_at=end, **more)


def week(**changes) -> WeekPattern:
    facts = {"first_on": THURSDAY, "last_on": date(2026, 12, 2), "weekdays": frozenset({0, 3}), "starts": time(8), "ends": time(17)}
    return WeekPattern(**(facts | changes))


class TestOneShift:
    @pytest.mark.parametrize(
        ("start", "end"),
        [(at(19, 8), at(19, 17)), (at(19, 7), at(19, 9)), (at(19, 16, 59), at(19, 23)), (at(19, 10), at(19, 11)), (at(18, 22), at(19, 18))],
    )
    def test_one_that_overlaps_is_refused_and_named(self, uow, cast, start, end):
        shift(uow, cast, at(19, 8), at(19, 17))
        before = count(uow, "shift"), count(uow, "audit_entry")
        with pytest.raises(ConflictError) as refused:
            shift(uow, cast, start, end, kind=ShiftKind.on_call)
        said = translate(refused.value.message, "zh")
        assert (refused.value.field, said) == ("ends_at", "与班次 2026-11-19 08:00–17:00 重叠。请先撤下该班次，或另选时间")
        assert (count(uow, "shift"), count(uow, "audit_entry")) == before

    def test_a_time_on_call_is_named_as_such(self, uow, cast):
        shift(uow, cast, at(19, 22), at(20, 8), kind=ShiftKind.on_call)
        with pytest.raises(ConflictError) as refused:
            shift(uow, cast, at(20, 7), at(20, 17))
        assert "2026-11-19 22:00–11-20 08:00" in translate(refused.value.message, "en")
        assert "on call" in translate(refused.value.message, "en")

    def test_shifts_that_touch_stand_beside_each_other_and_another_person_is_free(self, uow, cast):
        shift(uow, cast, at(19, 8), at(19, 17))
        shift(uow, cast, at(19, 17), at(19, 22))
        shift(uow, cast, at(18, 22), at(19, 8), kind=ShiftKind.on_call)
        add_shift(uow, cast.dispatcher, technician_id=cast.mate.id, starts_at=at(19, 8), ends_at=at(19, 17))
        assert count(uow, "shift", f"technician_id = {cast.worker.id}") == 4

    def test_once_it_is_off_the_roster_the_hours_are_free(self, uow, cast):
        made = shift(uow, cast, at(19, 8), at(19, 17))
        remove_shift(uow, cast.dispatcher, shift_id=made.id)
        shift(uow, cast, at(19, 9), at(19, 18))

    def test_of_two_managers_at_once_one_is_refused(self, committed):
        cast = committed.cast()

        def add(uow):
            return add_shift(uow, cast.dispatcher, technician_id=cast.worker.id, starts_at=at(19, 8), ends_at=at(19, 17)).id

        results = committed.at_once([add] * 6)
        assert sorted(isinstance(result, ConflictError) for result in results) == [False] + [True] * 5
        assert committed.run(count, "shift", f"technician_id = {cast.worker.id}") == 2


class TestByTheWeek:
    def test_every_shift_of_the_pattern_stands_on_the_roster(self, uow, cast):
        add_week(uow, cast.dispatcher, technician_id=cast.worker.id, pattern=week())
        known = select(Shift).where(Shift.technician_id == cast.worker.id, Shift.starts_at > uow.now).order_by(Shift.starts_at)
        made = [(s.starts_at, s.ends_at) for s in uow.session.exec(known)]
        days = [date(2026, 11, 19), date(2026, 11, 23), date(2026, 11, 26), date(2026, 11, 30)]
        assert made == [(at_local(day, time(8)), at_local(day, time(17))) for day in days]
        assert count(uow, "audit_entry", "action = 'technician:shift'") == 1

    def test_a_night_shift_ends_on_the_next_day(self):
        spans = spans_of(week(weekdays=frozenset({3}), last_on=THURSDAY, starts=time(22), ends=time(8)))
        assert spans == [(at(19, 22), at(20, 8))]

    def test_when_one_overlaps_none_is_added(self, uow, cast):
        shift(uow, cast, at(26, 12), at(26, 20))
        before = count(uow, "shift")
        with pytest.raises(ConflictError) as refused:
            add_week(uow, cast.dispatcher, technician_id=cast.worker.id, pattern=week())
        assert ("2026-11-26 12:00–20:00" in translate(refused.value.message, "zh"), count(uow, "shift")) == (True, before)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"weekdays": frozenset()}, "weekdays"),
            ({"weekdays": frozenset({7})}, "weekdays"),
            ({"last_on": THURSDAY - timedelta(days=1)}, "last_on"),
            ({"last_on": THURSDAY + timedelta(weeks=MOST_WEEKS, days=1)}, "last_on"),
            ({"last_on": THURSDAY, "weekdays": frozenset({0})}, "weekdays"),
        ],
    )
    def test_a_pattern_that_makes_no_sense_is_refused_by_its_field(self, uow, cast, changes, field):
        before = count(uow, "shift")
        with pytest.raises(InvalidError) as refused:
            add_week(uow, cast.dispatcher, technician_id=cast.worker.id, pattern=week(**changes))
        assert (refused.value.field, count(uow, "shift")) == (field, before)

    def test_strangers_and_readers_change_nothing(self, uow, cast):
        before = count(uow, "shift")
        for who, error in ((cast.foreign_dispatcher, NotFoundError), (cast.auditor, ForbiddenError), (cast.worker, ForbiddenError)):
            with pytest.raises(error):
                add_week(uow, who, technician_id=cast.worker.id, pattern=week())
        assert count(uow, "shift") == before


class TestLeave:
    def leave(self, uow, cast, first: int, last: int):
        start, end = at_local(date(2026, 11, first)), at_local(date(2026, 11, last + 1))
        return add_leave(uow, cast.dispatcher, technician_id=cast.worker.id, starts_at=start, ends_at=end, reason="年假")

    def test_one_that_overlaps_another_is_refused_and_named(self, uow, cast):
        self.leave(uow, cast, 23, 25)
        with pytest.raises(ConflictError) as refused:
            self.leave(uow, cast, 25, 26)
        said = translate(refused.value.message, "zh")
        assert (refused.value.field, said) == ("ends_at", "2026-11-23–11-25 已登记请假。请先取消那一次，或另选日期")
        assert count(uow, "leave") == 1

    def test_the_days_before_and_after_are_free_and_shifts_stay(self, uow, cast):
        shift(uow, cast, at(24, 8), at(24, 17))
        self.leave(uow, cast, 23, 25)
        self.leave(uow, cast, 26, 26)
        self.leave(uow, cast, 22, 22)
        assert [len(uow.session.exec(select(table)).all()) for table in (Leave, Shift)] == [3, 3]

    def test_an_overlap_keeps_the_open_orders_where_they_are(self, committed):
        cast = committed.cast()
        start, end = committed.now - timedelta(hours=1), committed.now + timedelta(hours=8)

        def away(uow):
            return add_leave(uow, cast.dispatcher, technician_id=cast.worker.id, starts_at=start, ends_at=end, reason="病假")

        results = committed.at_once([away] * 4)
        assert sorted(isinstance(result, ConflictError) for result in results) == [False, True, True, True]
        assert committed.run(count, "leave") == 1


def test_a_span_is_written_as_short_as_it_can_be():
    assert [
        span_text(*span) for span in ((at(19, 8), at(19, 17)), (at(19, 22), at(20, 8)), (at(19, 0), at(20, 0)), (at(19, 0), at(22, 0)))
    ] == [
        "2026-11-19 08:00–17:00",
        "2026-11-19 22:00–11-20 08:00",
        "2026-11-19",
        "2026-11-19–11-21",
    ]
