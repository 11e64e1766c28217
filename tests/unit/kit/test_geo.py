"""Coordinates against pairs that nobody here computed, and the exact inverse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estate_app.kit.geo import (
    Device,
    Point,
    device_of,
    distance_m,
    distance_to_outline_m,
    gcj02_to_wgs84,
    navigation_links,
    nearest,
    visiting_order,
    wgs84_to_gcj02,
)

# googollee/eviltransform's test data (MIT): Shanghai, Shenzhen, Beijing.
PAIRS = [
    (Point(31.1774276, 121.5272106), Point(31.17530398364597, 121.531541859215)),
    (Point(22.543847, 113.912316), Point(22.540796131694766, 113.9171764808363)),
    (Point(39.911954, 116.377817), Point(39.91334545536069, 116.38404722455657)),
]


class TestConversion:
    @pytest.mark.parametrize(("wgs", "gcj"), PAIRS)
    def test_known_pairs_both_ways(self, wgs, gcj):
        assert distance_m(wgs84_to_gcj02(wgs), gcj) < 0.001
        assert distance_m(gcj02_to_wgs84(gcj), wgs) < 0.001

    @pytest.mark.parametrize("point", [Point(39.7392, -104.9903), Point(35.6895, 139.6917)])
    def test_outside_china_nothing_moves(self, point):
        """Denver and Tokyo."""
        assert wgs84_to_gcj02(point) == point
        assert gcj02_to_wgs84(point) == point

    @given(st.floats(18, 53.5), st.floats(73.6, 135))
    def test_the_inverse_is_exact_to_a_tenth_of_a_millimetre(self, latitude, longitude):
        point = Point(latitude, longitude)
        back = gcj02_to_wgs84(wgs84_to_gcj02(point))
        assert abs(back.latitude - latitude) < 1e-9
        assert abs(back.longitude - longitude) < 1e-9

    @given(st.floats(18, 53.5), st.floats(73.6, 135))
    def test_a_mix_up_moves_a_point_by_at_most_a_kilometre(self, latitude, longitude):
        point = Point(latitude, longitude)
        assert 0 < distance_m(point, wgs84_to_gcj02(point)) < 1_000


class TestDistance:
    def test_a_degree_of_latitude(self):
        assert distance_m(Point(30, 114), Point(31, 114)) == pytest.approx(111_195, abs=1)

    def test_beijing_to_shanghai(self):
        """1,067 km between the two centres."""
        assert distance_m(Point(39.9042, 116.4074), Point(31.2304, 121.4737)) == pytest.approx(1_067_000, rel=0.005)

    def test_a_point_is_no_distance_from_itself_and_the_antipode_is_half_round(self):
        assert distance_m(Point(30, 114), Point(30, 114)) == 0
        assert distance_m(Point(0, 0), Point(0, 180)) == pytest.approx(20_015_115, abs=1)


class TestNearest:
    PLACES = (("far", Point(30.60, 114.30)), ("near", Point(30.501, 114.30)), ("unknown", None))

    def test_the_nearest_with_its_distance(self):
        found = nearest(Point(30.5, 114.3), self.PLACES, lambda place: place[1])
        assert found is not None
        assert (found[0][0], round(found[1])) == ("near", 111)

    def test_nobody_within_reach(self):
        assert nearest(Point(30.5, 114.3), self.PLACES, lambda place: place[1], within_m=100) is None
        assert nearest(Point(30.5, 114.3), (), lambda place: place) is None


class TestNavigation:
    @pytest.mark.parametrize(
        ("agent", "device"),
        [
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", Device.ios),
            ("Mozilla/5.0 (Linux; Android 14; Pixel 8)", Device.android),
            ("Mozilla/5.0 (Phone; OpenHarmony 5.0)", Device.android),
            ("Mozilla/5.0 (X11; Linux x86_64)", Device.desktop),
        ],
    )
    def test_devices(self, agent, device):
        assert device_of(agent) is device

    def test_links_carry_the_shifted_point_and_an_escaped_name(self):
        links = {link.app: link.url for link in navigation_links(PAIRS[0][0], "3栋, 东门&侧", Device.ios)}
        name = "3%E6%A0%8B%2C%20%E4%B8%9C%E9%97%A8%26%E4%BE%A7"
        assert links["amap"] == (
            f"https://uri.amap.com/navigation?to=121.531542,31.175304,{name}&mode=car&coordinate=gaode&src=estate&callnative=1"
        )
        assert links["tencent"] == (
            f"https://apis.map.qq.com/uri/v1/routeplan?type=drive&to={name}&tocoord=31.175304,121.531542&referer=estate"
        )
        assert links["apple"] == f"https://maps.apple.com/?daddr=31.175304,121.531542&q={name}&dirflg=d"
        assert links["google"] == "https://www.google.com/maps/dir/?api=1&destination=31.175304,121.531542"

    def test_each_device_gets_what_it_can_open(self):
        apps = {device: [link.app for link in navigation_links(PAIRS[0][0], "x", device)] for device in Device}
        assert apps == {
            Device.ios: ["amap", "apple", "tencent", "google"],
            Device.android: ["amap", "tencent", "google"],
            Device.desktop: ["amap", "tencent", "apple", "google"],
        }


class TestOutline:
    RING = ([114.0, 30.5], [114.001, 30.5], [114.001, 30.501], [114.0, 30.501], [114.0, 30.5])

    @pytest.mark.parametrize(
        ("latitude", "longitude", "metres"),
        [(30.5005, 114.0005, 0), (30.4995, 114.0005, 55.6), (30.5005, 114.0015, 47.9), (30.502, 114.002, 146.6)],
    )
    def test_inside_beside_and_off_a_corner(self, latitude, longitude, metres):
        """A thousandth of a degree is 111.2 m north, and 95.8 m east at 30.5 degrees."""
        assert distance_to_outline_m(Point(latitude, longitude), self.RING) == pytest.approx(metres, rel=0.005)

    def test_the_bay_of_a_bent_building_lies_outside(self):
        bent = ([0.0, 0.0], [0.003, 0.0], [0.003, 0.003], [0.002, 0.003], [0.002, 0.001], [0.001, 0.001], [0.001, 0.003], [0.0, 0.003])
        assert distance_to_outline_m(Point(0.002, 0.0015), bent) == pytest.approx(55.6, rel=0.005)
        assert distance_to_outline_m(Point(0.002, 0.0005), bent) == 0

    def test_a_ring_without_size_is_a_point(self):
        assert distance_to_outline_m(Point(30.501, 114.0), [[114.0, 30.5]] * 4) == pytest.approx(111.2, rel=0.005)


class TestVisitingOrder:
    def test_from_the_start_to_the_nearest_that_is_left(self):
        line = [Point(30.5, 114.0), Point(30.53, 114.0), Point(30.51, 114.0), None, Point(30.52, 114.0)]
        assert visiting_order(0, line) == [0, 2, 4, 1, 3]
        assert visiting_order(1, line) == [1, 4, 2, 0, 3]

    def test_a_start_without_a_place_goes_on_in_the_given_order(self):
        assert visiting_order(0, [None, Point(30.53, 114.0), Point(30.51, 114.0)]) == [0, 1, 2]
        assert visiting_order(0, [None]) == [0]
