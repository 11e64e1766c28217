"""A technician's own results: each figure apart, by Shanghai's months, and nobody else's."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from estate_app.access.actor import NOBODY
from estate_app.access.models import Account
from estate_app.access.permission import Role
from estate_app.errors import EstateError, NotFoundError
from estate_app.kit.clock import at_local
from estate_app.repair import ratings, resident, work
from estate_app.repair.models import OrderStatus, PauseReason
from estate_app.repair.performance import MonthFigures, own_performance
from estate_app.repair.queries import planned_visits
from estate_app.repair.technicians import add_leave
from tests.fixtures import make
from tests.service.repair.steps import drive, new_order

DAY = timedelta(days=1)


def mine(uow, actor):
    return own_performance(uow.session, actor, now=uow.now)


def test_without_work_every_figure_is_zero(uow, cast):
    found = mine(uow, cast.worker)
    assert (found.score_milli, found.score_count) == (4500, 0)
    assert [(m.month_on.isoformat(), m.done, m.ratings) for m in (found.this_month, found.last_month)] == [
        ("2026-11-01", 0, 0),
        ("2026-10-01", 0, 0),
    ]


def test_a_finished_and_rated_order_counts_once_in_its_month(uow, cast):
    order = drive(uow, cast, OrderStatus.completed)
    order.labour_minutes = 45
    ratings.rate(uow, cast.owner, order_id=order.id, quality=5, attitude=4, timeliness=3)
    found = mine(uow, cast.worker).this_month
    assert (found.done, found.on_time, found.first_visit, found.redone, found.minutes) == (1, 1, 1, 0, 45)
    assert (found.ratings, found.quality, found.attitude, found.timeliness) == (1, 5, 4, 3)
    assert mine(uow, cast.worker).score_count == 1


def test_late_is_not_on_time(uow, cast):
    order = drive(uow, cast, OrderStatus.completed)
    order.complete_due_at = order.completed_at - timedelta(seconds=1)
    uow.flush()
    assert (mine(uow, cast.worker).this_month.done, mine(uow, cast.worker).this_month.on_time) == (1, 0)


def test_exactly_at_the_promise_is_on_time(uow, cast):
    order = drive(uow, cast, OrderStatus.completed)
    order.complete_due_at = order.completed_at
    uow.flush()
    assert mine(uow, cast.worker).this_month.on_time == 1


def test_a_paused_repair_is_no_first_visit(uow, cast):
    order = drive(uow, cast, OrderStatus.working)
    work.pause(uow, cast.worker, order_id=order.id, reason=PauseReason.waiting_for_parts)
    work.resume(uow, cast.worker, order_id=order.id)
    work.complete(uow, cast.worker, order_id=order.id, note="已更换")
    found = mine(uow, cast.worker).this_month
    assert (found.done, found.first_visit, found.redone) == (1, 0, 0)


def test_rework_counts_for_the_order_that_it_redoes(uow, cast):
    order = drive(uow, cast, OrderStatus.completed)
    add_leave(uow, cast.supervisor, technician_id=cast.worker.id, starts_at=uow.now, ends_at=uow.now + DAY, reason="病假")
    again = resident.reopen(uow, cast.owner, order_id=order.id, reason="还在漏")
    assert again.technician_id == cast.mate.id
    work.accept(uow, cast.mate, order_id=again.id)
    work.start(uow, cast.mate, order_id=again.id)
    work.complete(uow, cast.mate, order_id=again.id, note="已重做")
    first, second = mine(uow, cast.worker).this_month, mine(uow, cast.mate).this_month
    assert (first.done, first.first_visit, first.redone) == (1, 0, 1)
    assert (second.done, second.first_visit, second.redone) == (1, 1, 0)


@pytest.mark.parametrize(
    ("day", "hour", "this", "last"),
    [((2026, 11, 1), 0, 1, 0), ((2026, 10, 31), 23, 0, 1), ((2026, 10, 1), 0, 0, 1), ((2026, 9, 30), 23, 0, 0)],
)
def test_months_are_shanghais(uow, cast, day, hour, this, last):
    order = drive(uow, cast, OrderStatus.completed)
    order.completed_at = at_local(uow.now.date().replace(year=day[0], month=day[1], day=day[2])) + timedelta(hours=hour)
    uow.flush()
    found = mine(uow, cast.worker)
    assert (found.this_month.done, found.last_month.done) == (this, last)


def test_an_unfinished_order_and_a_colleagues_do_not_count(uow, cast):
    drive(uow, cast, OrderStatus.completed)
    drive_mate = mine(uow, cast.mate)
    assert drive_mate.this_month == MonthFigures(drive_mate.this_month.month_on)


def test_many_orders_take_as_many_queries_as_one(uow, cast):
    drive(uow, cast, OrderStatus.completed)
    ran = []
    listen = uow.session.get_bind(), "before_cursor_execute", lambda *args: ran.append(args[2])
    event.listen(*listen)
    mine(uow, cast.worker)
    event.remove(*listen)
    assert len(ran) <= 3


@pytest.mark.parametrize("who", ["owner", "dispatcher", "admin"])
def test_who_repairs_nothing_has_no_results(uow, cast, who):
    with pytest.raises(EstateError):
        mine(uow, getattr(cast, who))
    with pytest.raises(EstateError):
        planned_visits(uow.session, getattr(cast, who), from_on=uow.now.date(), to_on=uow.now.date(), now=uow.now)


def test_nobody_is_asked_to_sign_in_and_who_left_the_roster_finds_nothing(uow, cast):
    with pytest.raises(EstateError):
        mine(uow, NOBODY)
    newcomer = make.actor(make.account(uow, "新人", "13800000099", Role.technician))
    with pytest.raises(NotFoundError):
        mine(uow, newcomer)


class TestPlannedVisits:
    def visits(self, uow, actor, days=7):
        on = uow.now.date()
        return planned_visits(uow.session, actor, from_on=on, to_on=on + (days - 1) * DAY, now=uow.now)

    def test_agreed_visits_by_time_and_only_ones_own(self, uow, cast):
        late = new_order(uow, cast, visit_from_at=uow.now + 2 * DAY, visit_to_at=uow.now + 2 * DAY + timedelta(hours=2))
        room = make.room(uow, cast.building, "3-1-301")
        make.member(uow, room, uow.session.get_one(Account, cast.owner.id))
        soon = new_order(uow, cast, room_id=room.id, visit_from_at=uow.now + DAY, visit_to_at=uow.now + DAY + timedelta(hours=2))
        for order in (late, soon):
            order.technician_id, order.status = cast.worker.id, OrderStatus.accepted
        uow.flush()
        assert [v.id for v in self.visits(uow, cast.worker)] == [soon.id, late.id]
        assert [v.id for v in self.visits(uow, cast.worker, days=2)] == [soon.id]
        assert self.visits(uow, cast.mate) == []

    def test_as_soon_as_possible_and_finished_ones_are_not_planned(self, uow, cast):
        order = drive(uow, cast, OrderStatus.accepted)
        assert self.visits(uow, cast.worker) == []
        order.visit_from_at, order.visit_to_at = uow.now + DAY, uow.now + DAY + timedelta(hours=1)
        uow.flush()
        assert [v.id for v in self.visits(uow, cast.worker)] == [order.id]
        work.start(uow, cast.worker, order_id=order.id)
        work.complete(uow, cast.worker, order_id=order.id, note="已更换")
        assert self.visits(uow, cast.worker) == []
