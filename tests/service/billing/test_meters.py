"""Readings are checked against their neighbours before anything is billed on them."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from estate_app.billing.meters import record_reading, remove_reading, replace_meter
from estate_app.billing.models import Bill, Reading
from estate_app.billing.rules.meter import ReadingFlag
from estate_app.billing.tariff_queries import MeterFilter, list_items, list_meters
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.pagination import PageRequest
from tests.fixtures.money import NOVEMBER, OCTOBER, issue, water_item, water_meter

TODAY = date(2026, 11, 18)


@pytest.fixture
def meter(uow, cast):
    return water_meter(uow, cast.finance, cast.home, {OCTOBER: 99_990_000, NOVEMBER: 99_995_000})


def readings(uow, meter):
    return uow.session.exec(select(Reading.value_milli).where(Reading.meter_id == meter.id).order_by(Reading.read_on)).all()


@pytest.mark.parametrize(
    ("read_on", "value", "field"),
    [
        (TODAY + timedelta(days=1), 99_999_000, "read_on"),
        (OCTOBER - timedelta(days=1), 99_999_000, "read_on"),
        (TODAY, -1, "value"),
        (TODAY, 100_000_000, "value"),
        (TODAY, 5_000, "value"),
        (date(2026, 10, 15), 99_996_000, "value"),
    ],
)
def test_a_wrong_reading_is_refused_with_its_field_and_nothing_is_kept(uow, cast, meter, read_on, value, field):
    with pytest.raises(InvalidError) as caught:
        record_reading(uow, cast.finance, meter_id=meter.id, read_on=read_on, value_milli=value)
    assert caught.value.field == field
    assert readings(uow, meter) == [99_990_000, 99_995_000]


def test_a_second_reading_of_a_day_is_refused(uow, cast, meter):
    with pytest.raises(ConflictError):
        record_reading(uow, cast.finance, meter_id=meter.id, read_on=NOVEMBER, value_milli=99_996_000)


def test_a_confirmed_rollover_is_counted_and_billed_over_the_zero(uow, cast, meter):
    item = water_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    recorded = record_reading(uow, cast.finance, meter_id=meter.id, read_on=TODAY, value_milli=3_000, is_rollover=True)
    assert (recorded.usage_milli, recorded.reading.is_rollover) == (8_000, True)
    issue(uow, cast.finance, cast.estate.id, [item])
    assert uow.session.exec(select(Bill.amount_fen)).one() == 13 * 350


def test_zero_use_is_flagged(uow, cast, meter):
    recorded = record_reading(uow, cast.finance, meter_id=meter.id, read_on=TODAY, value_milli=99_995_000)
    assert (recorded.usage_milli, recorded.flag) == (0, ReadingFlag.zero)


def test_a_replaced_meter_is_billed_with_its_successor(uow, cast, meter):
    item = water_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    new = replace_meter(uow, cast.finance, meter_id=meter.id, on=date(2026, 11, 10), last_milli=99_998_000, code="W-NEW", digits=5)
    record_reading(uow, cast.finance, meter_id=new.id, read_on=TODAY, value_milli=4_000)
    issue(uow, cast.finance, cast.estate.id, [item])
    assert uow.session.exec(select(Bill.amount_fen)).one() == 12 * 350


def test_a_reading_under_a_bill_stands_and_one_under_none_can_be_taken_back(uow, cast, meter):
    item = water_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    issue(uow, cast.finance, cast.estate.id, [item])
    billed = uow.session.exec(select(Reading).where(Reading.read_on == NOVEMBER)).one()
    with pytest.raises(ConflictError):
        remove_reading(uow, cast.finance, reading_id=billed.id, reason="错")
    with pytest.raises(InvalidError, match="is billed"):
        record_reading(uow, cast.finance, meter_id=meter.id, read_on=date(2026, 10, 20), value_milli=99_991_000)
    free = record_reading(uow, cast.finance, meter_id=meter.id, read_on=TODAY, value_milli=99_997_000)
    remove_reading(uow, cast.finance, reading_id=free.reading.id, reason="抄错")
    assert readings(uow, meter) == [99_990_000, 99_995_000]


def test_only_who_may_edit_meters_of_the_estate_records(uow, cast, meter):
    for actor in (cast.owner, cast.cashier, cast.worker):
        with pytest.raises(ForbiddenError):
            record_reading(uow, actor, meter_id=meter.id, read_on=TODAY, value_milli=99_997_000)
    with pytest.raises(NotFoundError):
        record_reading(uow, cast.finance, meter_id=meter.id + 1_000, read_on=TODAY, value_milli=99_997_000)


def test_the_lists_show_meters_to_be_read_and_items_with_their_prices(uow, cast, meter):
    water_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    page = list_meters(uow.session, cast.finance, estate_id=cast.estate.id, filter=MeterFilter(), page=PageRequest())
    assert [(row.code, row.read_on, row.value_milli, row.place) for row in page.rows] == [
        ("W-3-2-1501", NOVEMBER, 99_995_000, "3栋2单元1501")
    ]
    unread = MeterFilter(unread_since=date(2026, 11, 10))
    assert list_meters(uow.session, cast.finance, estate_id=cast.estate.id, filter=unread, page=PageRequest()).total == 1
    record_reading(uow, cast.finance, meter_id=meter.id, read_on=TODAY, value_milli=99_997_000)
    assert list_meters(uow.session, cast.finance, estate_id=cast.estate.id, filter=unread, page=PageRequest()).total == 0
    (item,) = list_items(uow.session, cast.finance, estate_id=cast.estate.id, on=TODAY)
    assert (item.code, item.room_count, len(item.prices)) == ("water", 1, 1)
