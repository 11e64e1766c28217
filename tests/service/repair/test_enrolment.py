"""Enrolling a technician: by phone, with trades, zone and the first shifts; refused by its field, and once at a time."""

from dataclasses import replace
from datetime import date, time

import pytest
from sqlmodel import select

from estate_app.access.models import Account
from estate_app.access.permission import Role
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.repair.enrolment import EnrolFacts, enrol
from estate_app.repair.models import OrderStatus, Shift, Technician, TechnicianTrade, TechnicianZone, Trade
from estate_app.repair.shifts import WeekPattern
from estate_app.repair.technicians import leave_estate, save_active, save_zones
from tests.fixtures import make
from tests.service.repair.steps import count, drive, reload

WEEK = WeekPattern(date(2026, 11, 18), date(2026, 11, 24), frozenset({2, 3, 4}), time(8), time(17))


def facts(cast, **changes) -> EnrolFacts:
    given = {"phone": "139 1234 5678", "name": "何师傅", "estate_id": cast.estate.id, "levels": {Trade.electrical: 3, Trade.hvac: 1}}
    return EnrolFacts(**(given | changes))


def nothing(uow) -> tuple[int, ...]:
    return tuple(count(uow, table) for table in ("account", "technician", "technician_trade", "technician_zone", "shift", "audit_entry"))


def test_an_unknown_phone_gets_an_account_and_stands_on_the_list(uow, cast):
    made = enrol(uow, cast.dispatcher, facts(cast, building_ids=(cast.building.id,), daily_minutes=360, week=WEEK))
    account = uow.session.get_one(Account, made.account_id)
    assert (account.phone, account.name, account.role, account.password_hash) == ("13912345678", "何师傅", Role.technician, None)
    trades = uow.session.exec(select(TechnicianTrade).where(TechnicianTrade.technician_id == account.id))
    zones = uow.session.exec(select(TechnicianZone).where(TechnicianZone.technician_id == account.id))
    assert {t.trade: t.level for t in trades} == {Trade.electrical: 3, Trade.hvac: 1}
    assert [(z.estate_id, z.building_id) for z in zones] == [(cast.estate.id, cast.building.id)]
    assert (made.daily_minutes, made.is_active, len(uow.session.exec(select(Shift).where(Shift.technician_id == account.id)).all())) == (
        360,
        True,
        3,
    )
    assert count(uow, "audit_entry", "action IN ('account:open', 'technician:enrol')") == 2


def test_a_technicians_account_is_taken_as_it_is(uow, cast):
    known = make.account(uow, "刘洋", "13912345678", Role.technician)
    made = enrol(uow, cast.dispatcher, facts(cast, name=""))
    assert (made.account_id, uow.session.get_one(Account, known.id).name) == (known.id, "刘洋")
    zones = uow.session.exec(select(TechnicianZone.building_id).where(TechnicianZone.technician_id == known.id)).all()
    assert zones == [None]


def test_whoever_is_on_the_list_is_not_enrolled_again(uow, cast):
    before = nothing(uow)
    with pytest.raises(ConflictError) as refused:
        enrol(uow, cast.dispatcher, facts(cast, phone="13800000011"))
    assert (refused.value.field, nothing(uow)) == ("phone", before)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone": "1391234"}, "phone"),
        ({"phone": "13800000001"}, "phone"),  # a resident's
        ({"phone": "13800000021"}, "phone"),  # a manager's
        ({"name": "  "}, "name"),
        ({"levels": {}}, "levels"),
        ({"levels": {Trade.lift: 6}}, "levels"),
        ({"daily_minutes": 721}, "daily_minutes"),
        ({"daily_minutes": -1}, "daily_minutes"),
        ({"week": replace(WEEK, weekdays=frozenset())}, "weekdays"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(uow, cast, changes, field):
    before = nothing(uow)
    with pytest.raises(InvalidError) as refused:
        enrol(uow, cast.dispatcher, facts(cast, **changes))
    assert (refused.value.field, nothing(uow)) == (field, before)


def test_another_estate_and_its_buildings_are_out_of_reach(uow, cast):
    theirs = make.building(uow, cast.other_estate, "9")
    before = nothing(uow)
    for who, changes, error in (
        (cast.foreign_dispatcher, {}, NotFoundError),
        (cast.dispatcher, {"building_ids": (theirs.id,)}, NotFoundError),
        (cast.admin, {"estate_id": 999_999}, NotFoundError),
        (cast.auditor, {}, ForbiddenError),
        (cast.service, {}, ForbiddenError),
        (cast.worker, {}, ForbiddenError),
    ):
        with pytest.raises(error):
            enrol(uow, who, facts(cast, **changes))
    with pytest.raises(NotFoundError):
        save_zones(uow, cast.dispatcher, technician_id=cast.worker.id, estate_id=cast.estate.id, building_ids=[theirs.id])
    assert nothing(uow) == before


def test_of_four_managers_at_once_one_enrols(committed):
    cast = committed.cast()
    results = committed.at_once([lambda uow: enrol(uow, cast.dispatcher, facts(cast)).account_id] * 4)
    assert sorted(isinstance(result, ConflictError) for result in results) == [False, True, True, True]
    assert committed.run(count, "account", "phone = '13912345678'") == 1


def test_who_leaves_frees_the_open_orders_to_others(uow, cast):
    order = drive(uow, cast, OrderStatus.accepted)
    assert save_active(uow, cast.dispatcher, technician_id=cast.worker.id, is_active=False) == 1
    assert (reload(uow, order).technician_id, order.status) == (cast.mate.id, OrderStatus.assigned)


class TestLeavingOneEstate:
    @staticmethod
    def zones(uow, person) -> set[int]:
        return set(uow.session.exec(select(TechnicianZone.estate_id).where(TechnicianZone.technician_id == person.id)))

    def test_the_open_orders_there_go_to_others_and_the_other_estate_keeps_its_own(self, uow, cast):
        here, there = drive(uow, cast, OrderStatus.accepted), drive(uow, cast, OrderStatus.submitted)
        there.technician_id, there.status = cast.worker.id, OrderStatus.accepted
        save_zones(uow, cast.admin, technician_id=cast.worker.id, estate_id=cast.other_estate.id)
        there.estate_id = cast.other_estate.id
        uow.flush()
        assert leave_estate(uow, cast.dispatcher, technician_id=cast.worker.id, estate_id=cast.estate.id) == 1
        assert (reload(uow, here).technician_id, here.status) == (cast.mate.id, OrderStatus.assigned)
        assert (reload(uow, there).technician_id, there.status) == (cast.worker.id, OrderStatus.accepted)
        assert self.zones(uow, cast.worker) == {cast.other_estate.id}
        assert count(uow, "audit_entry", "action = 'technician:leave_estate'") == 1
        assert uow.session.get_one(Technician, cast.worker.id).is_active

    def test_dispatch_no_longer_looks_there(self, uow, cast):
        save_zones(uow, cast.admin, technician_id=cast.mate.id, estate_id=cast.other_estate.id)
        leave_estate(uow, cast.dispatcher, technician_id=cast.mate.id, estate_id=cast.estate.id)
        save_active(uow, cast.dispatcher, technician_id=cast.worker.id, is_active=False)
        order = drive(uow, cast, OrderStatus.submitted)
        assert (order.technician_id, order.queue_reason is not None) == (None, True)

    def test_the_only_estate_a_foreign_one_and_strangers_are_refused(self, uow, cast):
        order = drive(uow, cast, OrderStatus.accepted)
        before = nothing(uow)
        for who, estate, error in (
            (cast.dispatcher, cast.estate, ConflictError),  # the only one
            (cast.admin, cast.other_estate, ConflictError),  # does not work there
            (cast.dispatcher, cast.other_estate, NotFoundError),
            (cast.foreign_dispatcher, cast.estate, NotFoundError),
            (cast.auditor, cast.estate, ForbiddenError),
            (cast.worker, cast.estate, ForbiddenError),
        ):
            with pytest.raises(error):
                leave_estate(uow, who, technician_id=cast.worker.id, estate_id=estate.id)
        assert (nothing(uow), reload(uow, order).technician_id, self.zones(uow, cast.worker)) == (before, cast.worker.id, {cast.estate.id})
