"""Sheets of labels: a PDF with a QR for each, only of what the person manages."""

import re

import pytest

from estate_app.errors import ForbiddenError, InvalidError, NotFoundError
from estate_app.property.register import doors_of
from estate_app.repair.labels import door_sheet, label_sheet, label_url, labels_of
from tests.fixtures import make
from tests.fixtures.facility import facility


def test_the_sheet_holds_facilities_and_areas_in_the_order_asked_for(uow, cast):
    lift, pump = facility(uow, cast), facility(uow, cast, number="SB-01", name="水泵", kind="pump")
    found = labels_of(uow.session, cast.auditor, facility_ids=[pump.id, lift.id, pump.id], area_ids=[lift.public_area_id])
    assert [(label.code, label.name) for label in found] == [
        (pump.code, "水泵"), (lift.code, "1 号客梯"), (f"A-{lift.public_area_id}", "3栋电梯厅"),
    ]  # fmt: skip
    name, content = label_sheet(uow.session, cast.auditor, facility_ids=[lift.id], area_ids=[])
    assert (name, content[:5], label_url(lift.code).endswith(f"/report/{lift.code}")) == ("labels.pdf", b"%PDF-", True)
    assert content == label_sheet(uow.session, cast.auditor, facility_ids=[lift.id], area_ids=[])[1]


def test_a_sheet_of_doors_is_a_label_for_each_room_in_the_order_of_the_stairs(uow, cast):
    for code in ("3-2-101", "3-2-1001"):
        make.room(uow, cast.building, code)
    doors = doors_of(uow.session, cast.auditor, building_id=cast.building.id, room_id=None, most=10)
    assert [door.label for door in doors] == ["3栋2单元101", "3栋2单元1001", "3栋2单元1501"]
    assert len({door.label_code for door in doors}) == 3
    assert all(re.fullmatch("R-[0-9A-F]{12}", door.label_code) for door in doors)
    name, content = door_sheet(uow.session, cast.auditor, building_id=cast.building.id)
    assert (name, content[:5]) == ("doors.pdf", b"%PDF-")
    assert door_sheet(uow.session, cast.auditor, room_id=cast.home.id)[1] != content


def test_doors_of_another_estate_are_not_printed(uow, cast):
    with pytest.raises(NotFoundError):
        door_sheet(uow.session, cast.foreign_dispatcher, building_id=cast.building.id)
    for who in (cast.owner, cast.worker):
        with pytest.raises(ForbiddenError):
            door_sheet(uow.session, who, room_id=cast.home.id)


def test_strangers_get_none_and_an_empty_choice_is_refused(uow, cast):
    lift = facility(uow, cast)
    for ids in ({"facility_ids": [lift.id], "area_ids": []}, {"facility_ids": [], "area_ids": [lift.public_area_id]}):
        with pytest.raises(NotFoundError):
            labels_of(uow.session, cast.foreign_dispatcher, **ids)
        with pytest.raises(ForbiddenError):
            labels_of(uow.session, cast.owner, **ids)
    with pytest.raises(InvalidError):
        labels_of(uow.session, cast.supervisor, facility_ids=[], area_ids=[])
