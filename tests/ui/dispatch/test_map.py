"""The board's filters and its map: what is left, what is drawn where, and who was last in which building."""

import pytest

from estate_app.errors import NotFoundError
from estate_app.repair.board_filter import BoardFilter
from estate_app.repair.board_map import board_map
from estate_app.repair.models import OrderStatus, TechnicianZone, Trade
from estate_app.ui.pages.manager.dispatch import map_present
from estate_app.ui.pages.manager.dispatch.map_state import BoardMapState
from estate_app.ui.pages.manager.dispatch.page import dispatch_page
from estate_app.ui.pages.manager.dispatch.state import DispatchState
from estate_app.ui.stage import READY
from tests.fixtures import make
from tests.service.repair.steps import all_away, all_back, drive, new_order
from tests.ui.seen import goes_to, markup

URL = "/manage/dispatch"


def opened(act, actor, state, url=URL):
    page = act(actor, state, url=url)
    act.run(page.load())
    return page


def map_of(act, actor, url=URL):
    return act.other(opened(act, actor, DispatchState, url), BoardMapState)


def waiting_elsewhere(uow, cast):
    """An order of another trade in another building of the estate."""
    other = make.building(uow, cast.estate, "7")
    power = make.category(uow, "power_out", name="跳闸断电", name_en="Power is out", trade=Trade.electrical)
    area = make.public_area(uow, other, "7栋大堂")
    all_away(uow, cast)
    order = new_order(
        uow, cast, cast.dispatcher, public_area_id=area.id, category_id=power.id, contact_name="门岗", contact_phone="13800000099"
    )
    all_back(uow)
    return other, order


class TestFilter:
    def test_a_building_and_a_trade_narrow_queue_and_lanes(self, act, uow, cast):
        here = drive(uow, cast, OrderStatus.submitted)
        other, there = waiting_elsewhere(uow, cast)
        uow.session.add(TechnicianZone(technician_id=cast.mate.id, estate_id=cast.estate.id, building_id=other.id))
        uow.flush()

        def seen(query):
            page = opened(act, cast.dispatcher, DispatchState, URL + query)
            assert page.stage == READY
            return [card.id for card in page.queue], [lane.name for lane in page.lanes]

        both = [str(order.id) for order in (here, there)]
        everybody = ["李志强", "王建国"]
        assert (sorted(seen("")[0]), seen("")[1]) == (sorted(both), everybody)
        assert seen(f"?building={other.id}") == ([str(there.id)], everybody)
        assert seen(f"?building={cast.building.id}") == ([str(here.id)], ["王建国"])
        assert seen("?trade=electrical") == ([str(there.id)], [])
        assert seen(f"?trade=plumbing&building={other.id}") == ([], everybody)
        assert (sorted(seen("?building=99999&trade=king")[0]), seen("?building=99999&trade=king")[1]) == (sorted(both), everybody)

    def test_the_filters_stand_in_the_url(self, act, uow, cast):
        page = map_of(act, cast.dispatcher, f"{URL}?view=map&trade=lift&order=7")
        assert (page.filters.view, page.filters.trade, page.filters.is_narrowed) == ("map", "lift", True)
        assert [option.label for option in page.buildings] == ["3栋"]
        assert goes_to(act.run(page.widen())) == f"{URL}?view=map&order=7"
        assert goes_to(act.run(page.look("lanes"))) == f"{URL}?trade=lift&order=7"
        assert goes_to(act.run(page.choose(str(cast.building.id)))) == f"{URL}?view=map&trade=lift&order=7&building={cast.building.id}"


class TestMap:
    def test_orders_and_technicians_stand_in_their_buildings(self, act, uow, cast):
        drive(uow, cast, OrderStatus.working)
        drive(uow, cast, OrderStatus.submitted)
        other, _ = waiting_elsewhere(uow, cast)
        page = map_of(act, cast.dispatcher, f"{URL}?view=map")
        found = {
            shape.name: (shape.waiting, shape.held, shape.tone, [(p.name, p.is_working) for p in shape.people])
            for shape in page.plan.shapes
        }
        assert found == {"3栋": (1, 1, "orange", [("王建国", True)]), "7栋": (1, 0, "orange", [])}
        assert page.plan.note == ""
        page = map_of(act, cast.dispatcher, f"{URL}?view=map&building={other.id}")
        assert {shape.name: (shape.waiting, shape.held) for shape in page.plan.shapes} == {"3栋": (0, 0), "7栋": (1, 0)}

    def test_who_has_finished_was_last_there_and_who_has_not_set_out_is_nowhere(self, uow, cast):
        drive(uow, cast, OrderStatus.completed)

        def seen():
            return [
                (p.name, p.is_working)
                for p in board_map(uow.session, cast.dispatcher, cast.estate.id, now=uow.now, filter=BoardFilter()).technicians
            ]

        assert seen() == [("王建国", False)]
        drive(uow, cast, OrderStatus.accepted)
        assert seen() == [("王建国", False)]
        all_away(uow, cast)
        assert seen() == []

    def test_the_lanes_need_no_map(self, act, uow, cast):
        drive(uow, cast, OrderStatus.submitted)
        assert map_of(act, cast.dispatcher).plan.shapes == []

    def test_strangers_see_nothing(self, act, uow, cast):
        drive(uow, cast, OrderStatus.submitted)
        with pytest.raises(NotFoundError):
            board_map(uow.session, cast.foreign_dispatcher, cast.estate.id, now=uow.now, filter=BoardFilter())
        page = map_of(act, cast.foreign_dispatcher, f"{URL}?view=map")
        assert [shape.name for shape in page.plan.shapes] == ["1栋"]

    def test_a_building_without_coordinates_is_named_below(self, act, uow, cast):
        nowhere = make.building(uow, cast.estate, "9")
        nowhere.latitude = nowhere.longitude = None
        uow.flush()
        page = map_of(act, cast.dispatcher, f"{URL}?view=map")
        assert ([shape.name for shape in page.plan.shapes], page.plan.note) == (["3栋"], "缺少坐标，未标在地图上：9栋")


def test_an_outline_is_drawn_to_scale_with_north_above(uow, cast):
    """30 m north of each other, 48 m wide: the plane is metres, so that the drawn width is what it is on the ground."""
    metre = 1 / 111_320
    for number, code in enumerate(("A", "B")):
        building = make.building(uow, cast.other_estate, code)
        south, west = 30 + 30 * number * metre, 114.0
        building.outline = [[west, south], [west + 48 * metre / 0.8660254, south], [west + 48 * metre / 0.8660254, south + 10 * metre]]
    cast_building = uow.session.get(type(building), building.id)
    assert cast_building is not None
    uow.flush()
    found = board_map(uow.session, cast.foreign_dispatcher, cast.other_estate.id, now=uow.now, filter=BoardFilter())
    shapes = {s.name: s for s in map_present.plan_of(type(found)(found.buildings[-2:], (), 0), now=uow.now, locale="zh").shapes}
    (ax, ay), (bx, _), _ = (tuple(map(float, point.split(","))) for point in shapes["A栋"].points.split())
    (_, by), *_ = (tuple(map(float, point.split(","))) for point in shapes["B栋"].points.split())
    assert (round(bx - ax), round(ay - by)) == (48, 30)


def test_a_pin_stands_in_the_middle_of_a_closed_ring(uow, cast):
    ring = [[114.0, 30.0], [114.0005, 30.0], [114.0005, 30.0001], [114.0, 30.0001], [114.0, 30.0]]
    cast.building.outline = ring
    found = board_map(uow.session, cast.dispatcher, cast.estate.id, now=uow.now, filter=BoardFilter())
    (shape,) = map_present.plan_of(found, now=uow.now, locale="zh").shapes
    assert (shape.left, shape.top) == ("50.00%", "50.00%")


def test_the_page():
    drawn = markup(dispatch_page())
    for testid in ("filter-building", "filter-trade", "view-map", "view-lanes", "board-map", "map-building", "map-person"):
        assert testid in drawn
