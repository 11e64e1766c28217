"""The tips of a home from real rows: own repairs, readings and facilities; the opt-out; and that strangers learn nothing."""

from datetime import date, timedelta

import pytest

from estate_app.advice.queries import tips_for, wants_tips
from estate_app.advice.service import choose_tips
from estate_app.billing.models import Meter, MeterKind, Reading, ReadingKind
from estate_app.billing.use import use_of_room
from estate_app.errors import ForbiddenError, NotFoundError
from estate_app.repair.models import OrderStatus
from tests.fixtures.facility import facility
from tests.service.repair.steps import drive


def codes(uow, actor, room) -> list[str]:
    return [tip.code for tip in tips_for(uow.session, actor, room_id=room.id, now=uow.now)]


def meter(uow, cast, *values, kind=ReadingKind.actual, last=date(2026, 11, 1)) -> Meter:
    """A water meter read each month, the last time on a day."""
    made = Meter(estate_id=cast.estate.id, room_id=cast.home.id, kind=MeterKind.water, code="W-1", installed_on=date(2020, 1, 1))
    uow.session.add(made)
    uow.flush()
    for back, value in enumerate(reversed(values)):
        how = kind if back == 0 else ReadingKind.actual
        uow.session.add(
            Reading(meter_id=made.id, read_on=last - timedelta(days=30 * back), value_milli=value, kind=how, created_at=uow.now)
        )
    uow.flush()
    return made


def test_own_repairs_the_building_and_the_season_speak_and_a_payer_and_strangers_hear_nothing(uow, cast):
    for _ in range(2):
        drive(uow, cast, OrderStatus.completed)
    facility(uow, cast, installed_on=date(2008, 1, 1), life_years=20)
    assert codes(uow, cast.owner, cast.home) == [f"again_{cast.category.id}", "thing_1 号客梯", "season_hvac"]
    for actor in (cast.payer, cast.stranger):
        with pytest.raises(NotFoundError):
            codes(uow, actor, cast.home)
    with pytest.raises(ForbiddenError):
        codes(uow, cast.worker, cast.home)


def test_the_newest_month_is_compared_with_those_before(uow, cast):
    meter(uow, cast, 0, 8_000, 16_000, 24_000, 32_000, 52_000)
    assert use_of_room(uow.session, cast.home.id, on=date(2026, 11, 18)) == [("water", 20_000, 8_000, date(2026, 11, 1))]
    assert codes(uow, cast.owner, cast.home)[0] == "use_water"


@pytest.mark.parametrize(
    ("values", "how", "last"),
    [
        ((0, 8_000, 16_000, 40_000), ReadingKind.actual, date(2026, 11, 1)),
        ((0, 8_000, 16_000, 24_000, 32_000, 52_000), ReadingKind.estimated, date(2026, 11, 1)),
        ((0, 8_000, 16_000, 24_000, 32_000, 52_000), ReadingKind.actual, date(2026, 9, 1)),
        ((0, 8_000, 16_000, 24_000, 4_000, 52_000), ReadingKind.actual, date(2026, 11, 1)),
    ],
    ids=["too few", "estimated", "old", "turned over"],
)
def test_what_is_not_sure_is_left_out(uow, cast, values, how, last):
    meter(uow, cast, *values, kind=how, last=last)
    assert use_of_room(uow.session, cast.home.id, on=date(2026, 11, 18)) == []


def test_they_are_switched_off_and_on_for_oneself_alone(uow, cast):
    for is_on, count in ((False, 0), (False, 0), (True, 1), (True, 1)):
        choose_tips(uow, cast.owner, is_on=is_on)
        assert (wants_tips(uow.session, cast.owner), len(codes(uow, cast.owner, cast.home))) == (is_on, count)
        assert len(codes(uow, cast.tenant, cast.home)) == 1
