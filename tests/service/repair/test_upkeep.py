"""Preventive plans: refused where they make no sense, turned into one order for each due, moved on by what becomes of it."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlmodel import select

from estate_app.errors import ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.clock import at_local, business_date
from estate_app.repair import facilities, manage, upkeep
from estate_app.repair.facility_models import FacilityVisit
from estate_app.repair.models import OrderStatus, RepairOrder, Shift, Source
from estate_app.repair.upkeep import PlanFacts
from estate_app.repair.work import accept, complete, start
from tests.fixtures.facility import facility
from tests.service.repair.steps import count

TODAY = date(2026, 11, 18)


def plan(uow, cast, machine=None, **changes):
    machine = machine or facility(uow, cast)
    facts = {
        "name": "半月保养",
        "category_id": cast.category.id,
        "unit": "day",
        "every": 15,
        "lead": 3,
        "due_on": TODAY + timedelta(days=3),
    }
    return upkeep.add_plan(uow, cast.supervisor, facility_id=machine.id, facts=PlanFacts(**(facts | changes)))


def made(uow) -> RepairOrder:
    return uow.session.exec(select(RepairOrder).order_by(RepairOrder.id.desc()).limit(1)).one()


def finish(uow, cast, order) -> None:
    who = cast.worker if order.technician_id == cast.worker.id else cast.mate
    accept(uow, who, order_id=order.id)
    start(uow, who, order_id=order.id)
    complete(uow, who, order_id=order.id, note="已保养")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"every": 0}, "every"),
        ({"every": -1}, "every"),
        ({"lead": 15}, "lead"),
        ({"lead": -1}, "lead"),
        ({"unit": "week"}, "unit"),
        ({"unit": "meter", "due_value": 100}, "unit"),
        ({"due_on": None}, "due_on"),
        ({"name": " "}, "name"),
        ({"category_id": None}, "category_id"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_by_its_field(uow, cast, changes, field):
    with pytest.raises(InvalidError) as refused:
        plan(uow, cast, **changes)
    assert (refused.value.field, count(uow, "facility_plan")) == (field, 0)


def test_an_order_is_made_ahead_of_its_day_once(uow, cast):
    monthly = plan(uow, cast)
    plan(uow, cast, machine=facility(uow, cast, number="DT-02"), due_on=TODAY + timedelta(days=4))
    assert upkeep.make_due_orders(uow) == 1
    order = made(uow)
    assert (order.source, order.facility_id, order.reporter_id, order.description) == (
        Source.plan, monthly.facility_id, cast.supervisor.id, "1 号客梯（DT-01）：半月保养",
    )  # fmt: skip
    assert (order.status, order.technician_id) == (OrderStatus.assigned, cast.worker.id)
    assert [upkeep.make_due_orders(uow) for _ in range(3)] == [0, 0, 0]
    assert count(uow, "repair_order") == 1


def test_completion_moves_the_plan_on_from_the_plan_or_from_the_work(uow, cast):
    planned = plan(uow, cast)
    done = plan(uow, cast, machine=facility(uow, cast, number="DT-02"), counts_from="done")
    assert upkeep.make_due_orders(uow) == 2
    for order in uow.session.exec(select(RepairOrder)).all():
        finish(uow, cast, order)
    assert (planned.due_on, done.due_on) == (TODAY + timedelta(days=18), TODAY + timedelta(days=15))
    assert [v.is_done for v in uow.session.exec(select(FacilityVisit))] == [True, True]
    uow.now += timedelta(days=13)
    assert upkeep.make_due_orders(uow) == 1
    assert made(uow).facility_id == done.facility_id


def test_a_monthly_plan_of_the_31st_comes_back_to_it_after_february(uow, cast):
    monthly = plan(uow, cast, unit="month", every=1, lead=0, due_on=date(2026, 12, 31))
    seen = []
    for _ in range(4):
        uow.now = at_local(monthly.due_on, time(10))
        uow.session.add(Shift(technician_id=cast.worker.id, starts_at=uow.now, ends_at=uow.now + timedelta(hours=9)))
        uow.flush()
        assert upkeep.make_due_orders(uow) == 1
        finish(uow, cast, made(uow))
        seen.append((f"{monthly.due_on:%m-%d}", monthly.due_day))
    assert seen == [("01-31", 31), ("02-28", 31), ("03-31", 31), ("04-30", 31)]


def test_an_edit_of_the_name_keeps_the_day_that_february_cut_short(uow, cast):
    monthly = plan(uow, cast, unit="month", every=1, lead=0, due_on=date(2026, 12, 31))
    monthly.due_on = date(2027, 2, 28)
    uow.flush()
    facts = PlanFacts("月保养", cast.category.id, "month", 1, due_on=date(2027, 2, 28))
    upkeep.edit_plan(uow, cast.supervisor, plan_id=monthly.id, facts=facts)
    assert (monthly.name, monthly.due_day) == ("月保养", 31)
    upkeep.edit_plan(uow, cast.supervisor, plan_id=monthly.id, facts=replace(facts, due_on=date(2027, 3, 15)))
    assert (monthly.due_on, monthly.due_day) == (date(2027, 3, 15), 15)
    upkeep.edit_plan(uow, cast.supervisor, plan_id=monthly.id, facts=replace(facts, unit="day"))
    assert monthly.due_day is None


def test_work_that_a_phone_tells_of_late_counts_from_when_it_was_done(uow, cast):
    done = plan(uow, cast, counts_from="done")
    upkeep.make_due_orders(uow)
    order, who = made(uow), cast.worker
    accept(uow, who, order_id=order.id)
    start(uow, who, order_id=order.id)
    finished_at = uow.now + timedelta(hours=2)
    uow.now += timedelta(hours=22)
    complete(uow, who, order_id=order.id, note="已保养", client_at=finished_at)
    assert (business_date(uow.now), done.due_on) == (TODAY + timedelta(days=1), TODAY + timedelta(days=15))


def test_an_order_that_is_called_off_is_left_out_this_time(uow, cast):
    monthly = plan(uow, cast)
    upkeep.make_due_orders(uow)
    manage.reject(uow, cast.dispatcher, order_id=made(uow).id, reason="电梯停用检修")
    assert (monthly.due_on, upkeep.make_due_orders(uow)) == (TODAY + timedelta(days=18), 0)
    assert [v.is_done for v in uow.session.exec(select(FacilityVisit))] == [False]


def test_a_counter_makes_its_order_by_what_was_read(uow, cast):
    pump = facility(uow, cast, kind="pump", counter_unit="小时")
    hours = plan(uow, cast, machine=pump, unit="meter", every=500, lead=20, due_on=None, due_value=1000)
    assert upkeep.make_due_orders(uow) == 0
    facilities.add_reading(uow, cast.dispatcher, facility_id=pump.id, value=979)
    assert upkeep.make_due_orders(uow) == 0
    facilities.add_reading(uow, cast.dispatcher, facility_id=pump.id, value=1010)
    assert upkeep.make_due_orders(uow) == 1
    finish(uow, cast, made(uow))
    assert hours.due_value == 1500


def test_what_rests_makes_no_orders(uow, cast):
    resting, gone = plan(uow, cast), plan(uow, cast, machine=facility(uow, cast, number="DT-02"))
    upkeep.switch_plan(uow, cast.dispatcher, plan_id=resting.id, is_active=False)
    facilities.switch_facility(uow, cast.dispatcher, facility_id=gone.facility_id, is_active=False)
    assert upkeep.make_due_orders(uow) == 0
    upkeep.switch_plan(uow, cast.dispatcher, plan_id=resting.id, is_active=True)
    assert upkeep.make_due_orders(uow) == 1


def test_two_schedulers_at_once_make_one_order(committed):
    cast = committed.cast()
    committed.run(plan, cast)
    results = committed.at_once([upkeep.make_due_orders] * 4)
    assert (sorted(results), committed.run(count, "repair_order")) == ([0, 0, 0, 1], 1)


def test_strangers_find_no_plan_and_readers_change_none(uow, cast):
    monthly = plan(uow, cast)
    facts = PlanFacts("x", cast.category.id, "day", 1, due_on=TODAY)
    for call in (
        lambda who: upkeep.add_plan(uow, who, facility_id=monthly.facility_id, facts=facts),
        lambda who: upkeep.edit_plan(uow, who, plan_id=monthly.id, facts=facts),
        lambda who: upkeep.switch_plan(uow, who, plan_id=monthly.id, is_active=False),
    ):
        with pytest.raises(NotFoundError):
            call(cast.foreign_dispatcher)
        for reader in (cast.auditor, cast.owner, cast.worker):
            with pytest.raises(ForbiddenError):
                call(reader)
    assert (monthly.name, monthly.is_active, count(uow, "facility_plan")) == ("半月保养", True, 1)
