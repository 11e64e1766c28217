"""Coordinates: WGS-84 (GPS, Tianditu) against GCJ-02 (AMap, Tencent, WeChat, Apple in China), distances, navigation links.

Points are kept in WGS-84 and converted at the edge. A mix-up of the two moves a point by 300 to 700 m.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, pi, radians, sin, sqrt
from typing import TypeVar
from urllib.parse import quote

from estate_app.kit.i18n import Message, msg

T = TypeVar("T")

# The Krasovsky ellipsoid of GCJ-02, as googollee/eviltransform (MIT) gives it.
_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_2 = 0.00669342162296594323
_MEAN_RADIUS_M = 6371008.8
_CHINA_LATITUDE = (0.8293, 55.8271)
_CHINA_LONGITUDE = (72.004, 137.8347)
_INVERSE_STEP = 1e-10
_INVERSE_TRIES = 40


@dataclass(frozen=True, slots=True)
class Point:
    """A place in degrees; WGS-84 unless a name says otherwise."""

    latitude: float
    longitude: float


def is_in_china_box(point: Point) -> bool:
    """Whether GCJ-02 shifts a point: the rough box that every converter uses, wider than China itself."""
    return _CHINA_LATITUDE[0] <= point.latitude <= _CHINA_LATITUDE[1] and _CHINA_LONGITUDE[0] <= point.longitude <= _CHINA_LONGITUDE[1]


def wgs84_to_gcj02(point: Point) -> Point:
    """Shift a GPS point to Chinese maps; outside the box it stays where it is."""
    if not is_in_china_box(point):
        return point
    x, y = point.longitude - 105.0, point.latitude - 35.0
    latitude = radians(point.latitude)
    magic = 1 - _ECCENTRICITY_2 * sin(latitude) ** 2
    metres_per_radian_north = _SEMI_MAJOR_M * (1 - _ECCENTRICITY_2) / (magic * sqrt(magic))
    metres_per_radian_east = _SEMI_MAJOR_M / sqrt(magic) * cos(latitude)
    return Point(
        point.latitude + _shift_north(x, y) * 180.0 / (metres_per_radian_north * pi),
        point.longitude + _shift_east(x, y) * 180.0 / (metres_per_radian_east * pi),
    )


def gcj02_to_wgs84(point: Point) -> Point:
    """Invert the shift by iteration, to well under 1e-9 degrees (0.1 mm); outside the box it stays where it is."""
    if not is_in_china_box(point):
        return point
    guess = point
    for _ in range(_INVERSE_TRIES):
        shifted = wgs84_to_gcj02(guess)
        north, east = shifted.latitude - point.latitude, shifted.longitude - point.longitude
        guess = Point(guess.latitude - north, guess.longitude - east)
        if abs(north) < _INVERSE_STEP and abs(east) < _INVERSE_STEP:
            break
    return guess


def _shift_north(x: float, y: float) -> float:
    metres = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    metres += (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    metres += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    return metres + (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0


def _shift_east(x: float, y: float) -> float:
    metres = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    metres += (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    metres += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    return metres + (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in metres, right to 0.5 %; both points in the same system."""
    north, east = radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)
    half = sin(north / 2) ** 2 + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(east / 2) ** 2
    return 2 * _MEAN_RADIUS_M * asin(min(1.0, sqrt(half)))


def distance_to_outline_m(point: Point, ring: Sequence[Sequence[float]]) -> float:
    """Distance in metres from a point to a closed ring of [longitude, latitude]; 0 inside it. For rings of a building's size.

    The neighbourhood is laid flat around the point, which over a kilometre is wrong by less than a metre.
    """
    east_m, north_m = cos(radians(point.latitude)) * radians(1) * _MEAN_RADIUS_M, radians(1) * _MEAN_RADIUS_M
    corners = [((lng - point.longitude) * east_m, (lat - point.latitude) * north_m) for lng, lat in ring]
    edges = list(zip(corners, corners[1:] + corners[:1], strict=True))
    if sum(_is_crossed(a, b) for a, b in edges) % 2:
        return 0.0
    return min(_edge_distance(a, b) for a, b in edges)


def _is_crossed(a: tuple[float, float], b: tuple[float, float]) -> bool:
    """Whether the ray from the origin to the east crosses an edge."""
    if (a[1] > 0) == (b[1] > 0):
        return False
    return a[0] + (b[0] - a[0]) * -a[1] / (b[1] - a[1]) > 0


def _edge_distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance from the origin to an edge."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, -(a[0] * dx + a[1] * dy) / length))
    return sqrt((a[0] + along * dx) ** 2 + (a[1] + along * dy) ** 2)


def nearest(
    here: Point, places: Iterable[T], point_of: Callable[[T], Point | None], *, within_m: float | None = None
) -> tuple[T, float] | None:
    """Find the nearest place and its distance in metres; places without a point are passed over, ties go to the earlier."""
    best: tuple[T, float] | None = None
    for place in places:
        point = point_of(place)
        if point is None:
            continue
        metres = distance_m(here, point)
        if (within_m is None or metres <= within_m) and (best is None or metres < best[1]):
            best = (place, metres)
    return best


def visiting_order(start: int, points: Sequence[Point | None]) -> list[int]:
    """In which order to go around: from a place to the nearest that is left, ties to the earlier; places without a point come last.

    Nobody is promised the shortest way, only a short one that a person can follow on the map.
    """
    left = [index for index, point in enumerate(points) if point is not None and index != start]
    order, here = [start], points[start]
    while left:
        if here is None:
            chosen = left[0]
        else:
            at = here
            chosen = min(left, key=lambda index: (distance_m(at, points[index] or at), index))
        left.remove(chosen)
        order.append(chosen)
        here = points[chosen]
    return order + [index for index, point in enumerate(points) if point is None and index != start]


class Device(StrEnum):
    """What a navigation link will be opened on."""

    ios = "ios"
    android = "android"
    desktop = "desktop"


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """A link that opens a map application with the way to a place."""

    app: str
    label: Message
    url: str


def device_of(user_agent: str) -> Device:
    """Tell the device from a browser's User-Agent; HarmonyOS opens the same links as Android."""
    text = user_agent.lower()
    if any(word in text for word in ("iphone", "ipad", "ipod")):
        return Device.ios
    if any(word in text for word in ("android", "harmony", "openharmony")):
        return Device.android
    return Device.desktop


def navigation_links(point: Point, name: str, device: Device) -> tuple[NavigationLink, ...]:
    """Links to a WGS-84 point, the most useful first for the device. None needs a key."""
    gcj = wgs84_to_gcj02(point)
    lat, lng, label = f"{gcj.latitude:.6f}", f"{gcj.longitude:.6f}", quote(name, safe="")
    native = "0" if device is Device.desktop else "1"
    amap = NavigationLink(
        "amap",
        msg("AMap"),
        f"https://uri.amap.com/navigation?to={lng},{lat},{label}&mode=car&coordinate=gaode&src=estate&callnative={native}",
    )
    tencent = NavigationLink(
        "tencent",
        msg("Tencent Maps"),
        f"https://apis.map.qq.com/uri/v1/routeplan?type=drive&to={label}&tocoord={lat},{lng}&referer=estate",
    )
    apple = NavigationLink("apple", msg("Apple Maps"), f"https://maps.apple.com/?daddr={lat},{lng}&q={label}&dirflg=d")
    # Google draws Chinese roads in GCJ-02, so a raw GPS point would land in the wrong street.
    google = NavigationLink("google", msg("Google Maps"), f"https://www.google.com/maps/dir/?api=1&destination={lat},{lng}")
    match device:
        case Device.ios:
            return (amap, apple, tencent, google)
        case Device.android:
            return (amap, tencent, google)
        case Device.desktop:
            return (amap, tencent, apple, google)
