"""The register of facilities: what is refused, who may read and write, what the history adds up to."""

from datetime import date, timedelta

import pytest

from estate_app.errors import ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.pagination import PageRequest
from estate_app.property.models import PublicArea
from estate_app.repair import facilities, spots
from estate_app.repair.facilities import FacilityFacts
from estate_app.repair.facility_queries import FacilityFilter, facility_detail, list_facilities
from estate_app.repair.materials import add_material
from estate_app.repair.spots import SpotReport
from estate_app.repair.work import accept, complete, start
from tests.fixtures.facility import facility
from tests.service.repair.steps import count, stock

TODAY = date(2026, 11, 18)
WORDS = "电梯停在一楼，按键没有反应"


def listed(uow, who, **narrowed):
    return list_facilities(
        uow.session, who, estate_id=None, filter=FacilityFilter(**narrowed), page=PageRequest(), now=uow.now, today=TODAY
    ).rows  # fmt: skip


def test_a_facility_gets_a_place_and_a_code_of_its_own(uow, cast):
    lift = facility(uow, cast)
    area = uow.session.get(PublicArea, lift.public_area_id)
    assert (area.name, area.building_id, len(lift.code)) == ("3栋电梯厅", cast.building.id, 10)
    second = facility(uow, cast, number="DT-02")
    assert (second.public_area_id, second.code == lift.code) == (area.id, False)
    assert [row.facility.number for row in listed(uow, cast.auditor)] == ["DT-01", "DT-02"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": " "}, "number"),
        ({"name": "x" * 61}, "name"),
        ({"kind": "rocket"}, "kind"),
        ({"place": ""}, "place"),
        ({"life_years": 0}, "life_years"),
        ({"cost_fen": -1}, "cost"),
        ({"installed_on": date(2026, 1, 2), "warranty_ends_on": date(2026, 1, 1)}, "warranty_ends_on"),
        ({"category_id": 10**9}, "category_id"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(uow, cast, changes, field):
    with pytest.raises(InvalidError) as refused:
        facility(uow, cast, **changes)
    assert (refused.value.field, count(uow, "facility"), count(uow, "public_area")) == (field, 0, 0)


def test_a_number_is_taken_once_in_an_estate_and_an_edit_keeps_the_code(uow, cast):
    lift = facility(uow, cast)
    code = lift.code
    with pytest.raises(InvalidError, match="already"):
        facility(uow, cast)
    facts = FacilityFacts(number="DT-01", name="1 号货梯", kind="lift", place="3栋电梯厅", maker="通力")
    edited = facilities.edit_facility(uow, cast.dispatcher, facility_id=lift.id, facts=facts)
    assert (edited.name, edited.maker, edited.code) == ("1 号货梯", "通力", code)


def test_the_counter_never_runs_backwards(uow, cast):
    pump = facility(uow, cast, kind="pump", counter_unit="小时")
    facilities.add_reading(uow, cast.dispatcher, facility_id=pump.id, value=1200)
    with pytest.raises(InvalidError, match="backwards"):
        facilities.add_reading(uow, cast.dispatcher, facility_id=pump.id, value=1199)
    with pytest.raises(InvalidError, match="no counter"):
        facilities.add_reading(uow, cast.dispatcher, facility_id=facility(uow, cast, number="DT-02").id, value=1)
    assert facilities.newest_values(uow, [pump.id]) == {pump.id: 1200}
    assert count(uow, "facility_reading") == 1


def test_strangers_find_nothing_and_readers_change_nothing(uow, cast):
    lift = facility(uow, cast, counter_unit="次")
    facts = FacilityFacts(number="X", name="X", kind="lift", place="X")
    for call in (
        lambda who: facilities.edit_facility(uow, who, facility_id=lift.id, facts=facts),
        lambda who: facilities.switch_facility(uow, who, facility_id=lift.id, is_active=False),
        lambda who: facilities.add_reading(uow, who, facility_id=lift.id, value=1),
        lambda who: facilities.add_facility(uow, who, estate_id=cast.estate.id, facts=facts),
    ):
        with pytest.raises(NotFoundError):
            call(cast.foreign_dispatcher)
        for reader in (cast.auditor, cast.owner, cast.worker, cast.cashier):
            with pytest.raises(ForbiddenError):
                call(reader)
    with pytest.raises(NotFoundError):
        facility_detail(uow.session, cast.foreign_dispatcher, facility_id=lift.id, now=uow.now)
    with pytest.raises(ForbiddenError):
        facility_detail(uow.session, cast.owner, facility_id=lift.id, now=uow.now)
    assert listed(uow, cast.foreign_dispatcher) == ()
    assert (lift.name, lift.is_active, count(uow, "facility"), count(uow, "facility_reading")) == ("1 号客梯", True, 1, 0)


def test_history_cost_and_standstill_add_up(uow, cast):
    lift = facility(uow, cast)
    form = SpotReport(cast.category.id, WORDS, is_out_of_service=True)
    order = spots.report_at(uow, cast.owner, code=lift.code, form=form)
    valve = stock(uow)
    accept(uow, cast.worker, order_id=order.id)
    start(uow, cast.worker, order_id=order.id)
    add_material(uow, cast.worker, order_id=order.id, stock_item_id=valve.id, quantity_milli=2000)
    uow.now += timedelta(hours=3)
    complete(uow, cast.worker, order_id=order.id, note="更换接触器", labour_minutes=45)
    uow.now += timedelta(days=1)
    found = facility_detail(uow.session, cast.auditor, facility_id=lift.id, now=uow.now)
    assert (found.material_fen, found.labour_minutes, found.faults, found.standstill) == (5600, 45, 1, timedelta(hours=3))
    assert [(h.number, h.material_fen, h.is_planned, h.is_out_of_service) for h in found.history] == [(order.number, 5600, False, True)]
    assert (found.row.repairs, found.row.open_count, found.may_edit) == (1, 0, False)


def test_the_list_is_narrowed_by_kind_warranty_use_and_words(uow, cast):
    facility(uow, cast, warranty_ends_on=date(2026, 11, 17), maker="通力")
    old = facility(uow, cast, number="SB-01", kind="pump", place="地下泵房", warranty_ends_on=TODAY)
    facilities.switch_facility(uow, cast.supervisor, facility_id=facility(uow, cast, number="X").id, is_active=False)
    numbers = {
        name: [row.facility.number for row in listed(uow, cast.supervisor, **narrowed)]
        for name, narrowed in {
            "kind": {"kind": old.kind}, "ended": {"is_ended": True}, "off": {"is_active": False}, "maker": {"text": "通力"},
            "place": {"text": "泵房"}, "percent": {"text": "%"},
        }.items()
    }  # fmt: skip
    assert numbers == {"kind": ["SB-01"], "ended": ["DT-01"], "off": ["X"], "maker": ["DT-01"], "place": ["SB-01"], "percent": []}
