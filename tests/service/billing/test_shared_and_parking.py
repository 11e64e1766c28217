"""Shared costs and parking through real bill runs: shares sum to the cost to the fen, spaces are charged on their days."""

from datetime import date

import pytest
from sqlmodel import select

from estate_app.billing.common import list_common
from estate_app.billing.corrections import replace_bill
from estate_app.billing.meters import add_common_meter, record_reading
from estate_app.billing.models import Bill, BillDraft, BillLine, FeeKind, MeterKind, SkipReason
from estate_app.billing.pools import set_pool
from estate_app.billing.run import preview_run
from estate_app.billing.tariffs import add_item, add_price, attach
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.property.models import RoomState
from estate_app.property.parking import add_space, end_space, give_space
from tests.fixtures import make
from tests.fixtures.money import NOVEMBER, OCTOBER, issue, water_meter

TODAY = date(2026, 11, 18)


@pytest.fixture
def flats(uow, cast):
    """Three flats of 94.56, 88.20 and 120.35 m²."""
    areas = (94_560, 88_200, 120_350)
    return [make.room(uow, cast.building, f"3-1-10{n}", area_milli_m2=area) for n, area in enumerate(areas, start=1)]


def shared_item(uow, cast, rooms, rule):
    item = add_item(uow, cast.finance, estate_id=cast.estate.id, code="lift", name="电梯用电公摊", name_en="Lift", kind=FeeKind.shared)
    add_price(uow, cast.finance, item_id=item.id, starts_on=date(2020, 1, 1), rule=rule)
    attach(uow, cast.finance, item_id=item.id, room_ids=[room.id for room in rooms], starts_on=date(2020, 1, 1))
    return item


def amounts(uow):
    return uow.session.exec(select(Bill.amount_fen).order_by(Bill.room_id)).all()


@pytest.mark.parametrize(
    ("by", "shares"), [("area", [31_197, 29_098, 39_705]), ("equal", [33_334, 33_333, 33_333]), ("household", [50_000, 50_000])]
)
def test_the_shares_of_a_cost_sum_to_it_to_the_fen(uow, cast, flats, by, shares):
    item = shared_item(uow, cast, flats, {"by": by})
    if by == "household":
        flats[0].state = RoomState.vacant
    set_pool(uow, cast.finance, item_id=item.id, period=date(2026, 11, 9), amount_fen=100_000, note="供电局 11 月账单")
    issue(uow, cast.finance, cast.estate.id, [item])
    assert (amounts(uow), sum(amounts(uow))) == (shares, 100_000)
    steps = uow.session.exec(select(BillLine.inputs)).first()["steps"]
    assert next(step["params"].get("note") for step in steps) == "供电局 11 月账单"


def test_a_cost_that_nobody_entered_is_a_skip_and_a_replaced_share_is_still_of_the_whole(uow, cast, flats):
    item = shared_item(uow, cast, flats, {"by": "area"})
    run = preview_run(uow, cast.finance, estate_id=cast.estate.id, period=NOVEMBER, item_ids=[item.id])
    assert (run.skips, run.bill_count) == ({"no_pool": 3}, 0)
    set_pool(uow, cast.finance, item_id=item.id, period=NOVEMBER, amount_fen=100_000)
    issue(uow, cast.finance, cast.estate.id, [item])
    bill = uow.session.exec(select(Bill).where(Bill.room_id == flats[0].id)).one()
    assert replace_bill(uow, cast.finance, bill_id=bill.id, reason="重开").amount_fen == 31_197


def test_a_common_meter_less_the_units_is_what_is_shared(uow, cast, flats):
    main = add_common_meter(
        uow, cast.finance, estate_id=cast.estate.id, building_id=cast.building.id, kind=MeterKind.water, code="ZB-3", digits=5,
        installed_on=OCTOBER, first_milli=1_000_000,
    )  # fmt: skip
    for room, used in zip(flats, (10_000, 12_000, 8_000), strict=True):
        water_meter(uow, cast.finance, room, {OCTOBER: 0, date(2026, 10, 31): 5_000, TODAY: 5_000 + used})
    record_reading(uow, cast.finance, meter_id=main.id, read_on=date(2026, 10, 31), value_milli=1_015_000)
    record_reading(uow, cast.finance, meter_id=main.id, read_on=TODAY, value_milli=1_050_000)
    [row] = list_common(uow.session, cast.finance, estate_id=cast.estate.id, month=NOVEMBER)
    assert (row.main_milli, row.units_milli, row.loss_milli, row.units, row.missing) == (35_000, 30_000, 5_000, 3, 0)
    item = shared_item(uow, cast, flats, {"by": "equal", "meter_id": main.id, "price_e4": 35_000, "less_units": True})
    issue(uow, cast.finance, cast.estate.id, [item])
    # 5 m³ × 3.50 = 17.50 over three flats.
    assert amounts(uow) == [584, 583, 583]


def test_the_loss_is_unknown_while_a_unit_is_unread(uow, cast, flats):
    main = add_common_meter(
        uow, cast.finance, estate_id=cast.estate.id, building_id=None, kind=MeterKind.water, code="ZB", digits=5, installed_on=OCTOBER
    )
    record_reading(uow, cast.finance, meter_id=main.id, read_on=TODAY, value_milli=40_000)
    water_meter(uow, cast.finance, flats[0], {OCTOBER: 0})
    [row] = list_common(uow.session, cast.finance, estate_id=cast.estate.id, month=NOVEMBER)
    assert (row.main_milli, row.loss_milli, row.missing) == (40_000, None, 1)
    item = shared_item(uow, cast, flats, {"meter_id": main.id, "price_e4": 35_000, "less_units": True})
    run = preview_run(uow, cast.finance, estate_id=cast.estate.id, period=NOVEMBER, item_ids=[item.id])
    assert run.skips == {"no_reading": 3}
    for stranger in (cast.owner, cast.worker):
        with pytest.raises(ForbiddenError):
            list_common(uow.session, stranger, estate_id=cast.estate.id, month=NOVEMBER)


def parking_item(uow, cast, price):
    item = add_item(uow, cast.finance, estate_id=cast.estate.id, code="parking", name="车位费", name_en="Parking", kind=FeeKind.parking)
    add_price(uow, cast.finance, item_id=item.id, starts_on=date(2020, 1, 1), rule=price)
    return item


def test_each_space_is_charged_on_its_days_to_the_room_that_holds_it(uow, cast, flats):
    first, second, third = (
        add_space(uow, cast.service, estate_id=cast.estate.id, code=code, kind=kind)
        for code, kind in (("B1-001", "underground"), ("B1-002", "underground"), ("G-01", "ground"))
    )
    give_space(uow, cast.service, space_id=first.id, room_id=flats[0].id, starts_on=date(2026, 1, 1), plate="鄂A12345")
    held = give_space(uow, cast.service, space_id=second.id, room_id=flats[0].id, starts_on=date(2026, 1, 1))
    end_space(uow, cast.service, use_id=held.id, last_on=date(2026, 11, 10))
    give_space(uow, cast.service, space_id=second.id, room_id=flats[1].id, starts_on=date(2026, 11, 11))
    give_space(uow, cast.service, space_id=third.id, room_id=flats[2].id, starts_on=date(2026, 1, 1))
    item = parking_item(uow, cast, {"price_e4": 1_500_000, "spaces": "underground"})
    issue(uow, cast.finance, cast.estate.id, [item])
    # 150.00 + 150.00 × 10/30; 150.00 × 20/30; a space on the ground is none of this item's.
    assert amounts(uow) == [20_000, 10_000]
    skipped = uow.session.exec(select(BillDraft.room_id).where(BillDraft.skip == SkipReason.not_attached)).all()
    assert skipped == [flats[2].id]


def test_a_space_is_held_by_one_room_at_a_time_and_strangers_reach_nothing(uow, cast, flats):
    space = add_space(uow, cast.service, estate_id=cast.estate.id, code="B1-001", kind="underground")
    give_space(uow, cast.service, space_id=space.id, room_id=flats[0].id, starts_on=date(2026, 1, 1))
    with pytest.raises(InvalidError) as caught:
        give_space(uow, cast.service, space_id=space.id, room_id=flats[1].id, starts_on=date(2026, 5, 1))
    assert caught.value.field == "starts_on"
    with pytest.raises(InvalidError):
        add_space(uow, cast.service, estate_id=cast.estate.id, code="B1-001", kind="ground")
    with pytest.raises(NotFoundError):
        give_space(uow, cast.service, space_id=space.id, room_id=cast.other_home.id, starts_on=date(2027, 5, 1))
    with pytest.raises(ForbiddenError):
        add_space(uow, cast.owner, estate_id=cast.estate.id, code="X", kind="ground")
    with pytest.raises(NotFoundError):
        add_space(uow, cast.service, estate_id=cast.other_estate.id, code="X", kind="ground")


def test_an_entered_cost_is_changed_until_its_bills_are_out(uow, cast, flats):
    item = shared_item(uow, cast, flats, {"by": "area"})
    set_pool(uow, cast.finance, item_id=item.id, period=NOVEMBER, amount_fen=90_000)
    set_pool(uow, cast.finance, item_id=item.id, period=NOVEMBER, amount_fen=100_000)
    issue(uow, cast.finance, cast.estate.id, [item])
    with pytest.raises(ConflictError):
        set_pool(uow, cast.finance, item_id=item.id, period=NOVEMBER, amount_fen=1)
    with pytest.raises(InvalidError):
        set_pool(uow, cast.finance, item_id=item.id, period=date(2026, 12, 1), amount_fen=0)
    with pytest.raises(ForbiddenError):
        set_pool(uow, cast.owner, item_id=item.id, period=NOVEMBER, amount_fen=1)
    assert sum(amounts(uow)) == 100_000
