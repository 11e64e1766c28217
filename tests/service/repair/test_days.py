"""The counts of the last days: Shanghai's days, the actor's scope, empty days among them."""

from datetime import date, timedelta

import pytest

from estate_app.errors import ForbiddenError
from estate_app.repair.days import DayCount, day_counts
from estate_app.repair.models import OrderStatus
from tests.service.repair.steps import drive, new_order


def test_each_day_counts_what_came_and_what_was_finished(uow, cast):
    done = drive(uow, cast, OrderStatus.completed)
    done.submitted_at -= timedelta(days=1)
    late = new_order(uow, cast)
    # 23:59 in Shanghai belongs to the day before although UTC has it on the same date.
    late.submitted_at = uow.now.replace(hour=15, minute=59) - timedelta(days=1)
    new_order(uow, cast)
    uow.flush()
    found = day_counts(uow.session, cast.dispatcher, now=uow.now, estate_id=cast.estate.id)
    assert (len(found), found[0], found[-2:]) == (
        14,
        DayCount(date(2026, 11, 5), 0, 0),
        [DayCount(date(2026, 11, 17), 2, 0), DayCount(date(2026, 11, 18), 1, 1)],
    )


def test_what_lies_before_the_first_day_or_in_another_estate_does_not_count(uow, cast):
    old = new_order(uow, cast)
    old.submitted_at -= timedelta(days=14)
    uow.flush()
    assert sum(day.new for day in day_counts(uow.session, cast.dispatcher, now=uow.now)) == 0
    old.submitted_at += timedelta(days=1)
    uow.flush()
    assert sum(day.new for day in day_counts(uow.session, cast.dispatcher, now=uow.now)) == 1
    assert sum(day.new for day in day_counts(uow.session, cast.foreign_dispatcher, now=uow.now)) == 0


def test_a_resident_is_refused(uow, cast):
    with pytest.raises(ForbiddenError):
        day_counts(uow.session, cast.owner, now=uow.now)
