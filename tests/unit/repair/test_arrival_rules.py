"""What proves that somebody is at the door, to the metre; and the sentence that a manager reads."""

import pytest

from estate_app.kit.geo import Point
from estate_app.kit.i18n import translate
from estate_app.repair.arrival_models import Doubt, Means
from estate_app.repair.arrival_rules import NOT_GIVEN, Fence, Finding, by_label, by_location, label_code, refused, sentence

# A building of about 48 m by 16 m; a thousandth of a degree of latitude is 111.2 m.
RING = [[114.0, 30.5], [114.0005, 30.5], [114.0005, 30.50015], [114.0, 30.50015], [114.0, 30.5]]
FENCE = Fence(outlines=[RING], metres=60)


@pytest.mark.parametrize(
    ("latitude", "accuracy", "expected"),
    [
        (30.5001, 8.4, Finding(Means.location, None, 0, 8)),
        (30.4995, 20, Finding(Means.location, None, 56, 20)),
        (30.4994, 20, Finding(Means.location, Doubt.too_far, 67, 20)),
        (30.5001, 100.4, Finding(Means.location, None, 0, 100)),
        (30.5001, 101, Finding(Means.location, Doubt.inaccurate, 0, 101)),
        (30.5001, -3, Finding(Means.location, None, 0, 0)),
        (0.0, 1e300, Finding(Means.location, Doubt.inaccurate, 3391466, 20_000_000)),
    ],
)
def test_inside_near_far_and_vague(latitude, accuracy, expected):
    found = by_location(Point(latitude, 114.0002), accuracy, FENCE)
    assert (found.means, found.doubt, found.accuracy_m) == (expected.means, expected.doubt, expected.accuracy_m)
    assert found.distance_m == pytest.approx(expected.distance_m, rel=0.01)


def test_the_nearest_of_several_counts_and_without_any_nothing_is_known():
    many = Fence(outlines=[RING], points=[Point(30.51, 114.01)], metres=60)
    assert by_location(Point(30.5101, 114.01), 10, many) == Finding(Means.location, None, 11, 10)
    assert by_location(Point(30.5, 114.0), 10, Fence()) == Finding(Means.location, Doubt.unknown_place, None, 10)


def test_a_label_fits_or_not_and_a_phone_says_why_it_gives_nothing():
    assert (by_label(fits=True).is_proven, by_label(fits=False).doubt) == (True, Doubt.other_label)
    assert [refused(word).doubt for word in ("denied", "unavailable", "unsupported", "")] == [
        Doubt.denied, Doubt.unavailable, Doubt.unavailable, Doubt.unavailable,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (Finding(Means.label), "已扫门口二维码证明"),
        (Finding(Means.location, None, 0, 12), "定位已证明：在楼栋范围内，精度 12 米"),
        (Finding(Means.location, None, 38, 12), "定位已证明：距楼栋 38 米，精度 12 米"),
        (Finding(Means.location, Doubt.too_far, 340, 20), "未证明：距楼栋太远（相距 340 米，精度 20 米）"),
        (refused("denied"), "未证明：手机未授权定位"),
        (NOT_GIVEN, "未证明：没有签到"),
    ],
)
def test_the_sentence(finding, words):
    assert translate(sentence(finding), "zh") == words


@pytest.mark.parametrize(
    ("scanned", "code"),
    [
        ("https://estate.example/report/7KQ2M4XWPA", "7KQ2M4XWPA"), (" r-0a1b2c3d4e5f ", "R-0A1B2C3D4E5F"), ("https://x/report/A-12/", "A-12"),
        ("\x00" * 3, ""), ("X" * 400, "X" * 16),
    ],
)  # fmt: skip
def test_the_code_of_what_was_scanned(scanned, code):
    assert label_code(scanned) == code
