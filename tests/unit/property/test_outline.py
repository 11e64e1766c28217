"""Outlines as they are typed: read, refused with the line that is wrong, measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estate_app.errors import InvalidError
from estate_app.kit.geo import Point
from estate_app.property.outline import area_m2, check_reach, from_ring, read_outline, read_point, to_ring, write_outline

# A rectangle of 0.0002 by 0.0004 degrees on the equator: 22.24 m × 44.48 m.
SQUARE = "0, 0\n0, 0.0004\n0.0002, 0.0004\n0.0002, 0"


def refusal(text: str) -> str:
    with pytest.raises(InvalidError) as refused:
        read_outline(text)
    assert refused.value.field == "outline"
    return str(refused.value.message)


def test_corners_are_read_one_a_line_and_an_end_that_repeats_the_start_is_no_corner():
    corners = read_outline(f"{SQUARE}\n\n0, 0")
    assert corners == (Point(0, 0), Point(0, 0.0004), Point(0.0002, 0.0004), Point(0.0002, 0))
    assert area_m2(corners) == pytest.approx(22.239 * 44.478, rel=1e-4)
    assert read_outline(" \n") == ()


def test_full_width_digits_and_commas_are_read_as_they_are_meant():
    assert read_outline("３１．２３０４１，１２１．４７３７\n31.2305 121.4737\n31.2305，121.4740")[0] == Point(31.23041, 121.4737)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0, 0\nnorth\n1, 1", "Line 2 is no pair"),
        ("0, 0\n0, 1, 2\n1, 1", "Line 2 is no pair"),
        ("121.47, 31.23\n0, 1\n1, 1", "latitude comes first"),
        ("0, 0\n0, 1", "An outline has 3 to 100 corners"),
        ("0, 0\n0.0002, 0.0004\n0, 0.0004\n0.0002, 0", "The sides after corners 1 and 3 cross"),
        ("0, 0\n0, 0.0001\n0, 0.0002", "enclose no area"),
    ],
)
def test_what_is_wrong_is_named(text, words):
    assert words in refusal(text)


def test_a_corner_far_from_the_building_is_a_slip():
    with pytest.raises(InvalidError) as refused:
        check_reach(Point(31.23, 121.47), (Point(31.23, 121.47), Point(31.33, 121.47)))
    assert str(refused.value.message) == "Corner 2 lies more than 1000 m from the building; check its figures"


def test_a_centre_has_both_degrees_or_none():
    assert read_point("", " ") is None
    assert read_point("31.2", "121.4") == Point(31.2, 121.4)
    for latitude, longitude, field in (
        ("31.2", "", "longitude"),
        ("x", "121", "latitude"),
        ("91", "0", "latitude"),
        ("nan", "0", "latitude"),
    ):
        with pytest.raises(InvalidError) as refused:
            read_point(latitude, longitude)
        assert refused.value.field == field


@given(
    st.lists(st.tuples(st.integers(-89_000_000, 89_000_000), st.integers(-179_000_000, 179_000_000)), min_size=3, max_size=3, unique=True)
)
def test_what_is_written_is_read_again(spots):
    corners = tuple(Point(latitude / 1e6, longitude / 1e6) for latitude, longitude in spots)
    if area_m2(corners) >= 1:
        assert read_outline(write_outline(corners)) == corners
    assert from_ring(to_ring(corners)) == corners
