"""Where buildings stand and which public areas there are: changed within the scope, recorded, and offered to who reports."""

import pytest

from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.geo import Point
from estate_app.property import grounds
from estate_app.property.outline import read_outline
from estate_app.property.places import areas_of
from tests.fixtures import make

CORNERS = read_outline("31.2300, 121.4700\n31.2300, 121.4704\n31.2302, 121.4704\n31.2302, 121.4700")


def test_a_building_is_placed_with_its_outline_as_a_closed_ring(uow, cast):
    grounds.set_ground(uow, cast.supervisor, building_id=cast.building.id, centre=Point(31.2301, 121.4702), corners=CORNERS)
    (row,) = grounds.list_buildings(uow.session, cast.supervisor, estate_id=cast.estate.id)
    assert (row.centre, row.corners, row.rooms, row.may_edit) == (Point(31.2301, 121.4702), CORNERS, 1, True)
    assert cast.building.outline[0] == cast.building.outline[-1] == [121.47, 31.23]
    assert len(cast.building.outline) == 5


def test_an_outline_without_a_centre_gives_its_own_and_one_far_away_changes_nothing(uow, cast):
    grounds.set_ground(uow, cast.supervisor, building_id=cast.building.id, centre=None, corners=CORNERS)
    assert (cast.building.latitude, cast.building.longitude) == (pytest.approx(31.2301), pytest.approx(121.4702))
    with pytest.raises(InvalidError, match="lies more than"):
        grounds.set_ground(uow, cast.supervisor, building_id=cast.building.id, centre=Point(30, 120), corners=CORNERS)
    assert cast.building.latitude == pytest.approx(31.2301)


def test_public_areas_are_added_renamed_retired_and_offered_again(uow, cast):
    area = grounds.add_area(uow, cast.supervisor, estate_id=cast.estate.id, building_id=cast.building.id, name="  东  门厅 ")
    assert area.name == "东 门厅"
    with pytest.raises(ConflictError, match="already"):
        grounds.add_area(uow, cast.supervisor, estate_id=cast.estate.id, building_id=None, name="东 门厅")
    grounds.rename_area(uow, cast.supervisor, area_id=area.id, name="东门厅")
    grounds.rename_area(uow, cast.supervisor, area_id=area.id, name="东门厅")
    grounds.retire_area(uow, cast.supervisor, area_id=area.id, is_retired=True)
    assert areas_of(uow.session, {cast.estate.id}) == []
    assert [(a.name, a.building, a.is_retired) for a in grounds.list_areas(uow.session, cast.supervisor, estate_id=cast.estate.id)] == [
        ("东门厅", "3栋", True)
    ]
    grounds.retire_area(uow, cast.supervisor, area_id=area.id, is_retired=False)
    assert [a.name for a in areas_of(uow.session, {cast.estate.id})] == ["东门厅"]


@pytest.mark.parametrize("name", ["", "   ", "厅" * 61])
def test_a_name_that_is_none_is_refused(uow, cast, name):
    with pytest.raises(InvalidError) as refused:
        grounds.add_area(uow, cast.supervisor, estate_id=cast.estate.id, building_id=None, name=name)
    assert refused.value.field == "name"
    assert areas_of(uow.session, {cast.estate.id}) == []


def test_others_change_nothing(uow, cast):
    area = grounds.add_area(uow, cast.supervisor, estate_id=cast.estate.id, building_id=None, name="中庭")
    elsewhere = make.building(uow, cast.other_estate, "9")
    for stranger in (cast.owner, cast.worker, cast.cashier):
        with pytest.raises(ForbiddenError):
            grounds.rename_area(uow, stranger, area_id=area.id, name="x")
        with pytest.raises(ForbiddenError):
            grounds.set_ground(uow, stranger, building_id=cast.building.id, centre=None, corners=())
    with pytest.raises(NotFoundError):
        grounds.set_ground(uow, cast.supervisor, building_id=elsewhere.id, centre=None, corners=CORNERS)
    with pytest.raises(NotFoundError):
        grounds.add_area(uow, cast.supervisor, estate_id=cast.other_estate.id, building_id=None, name="x")
    with pytest.raises(NotFoundError):
        grounds.add_area(uow, cast.supervisor, estate_id=cast.estate.id, building_id=elsewhere.id, name="x")
    assert (area.name, elsewhere.outline) == ("中庭", [])
