"""Residents send readings of their own meters in a window, with a photo; the staff takes them over or sends them back."""

from datetime import date

import pytest
from sqlmodel import select

from estate_app.billing.models import Reading, ReadingKind, SelfReadingStatus
from estate_app.billing.self_readings import decide_reading, list_sent, own_meters, send_reading, set_window
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.pagination import PageRequest
from estate_app.media.models import MediaFile, MediaKind
from tests.fixtures.money import NOVEMBER, OCTOBER, water_meter

TODAY = date(2026, 11, 18)


def photo(uow, actor, key="p1"):
    uow.session.add(
        MediaFile(id=key, account_id=actor.id, kind=MediaKind.photo, mime="image/jpeg", size_bytes=1, sha256="x", created_at=uow.now)
    )
    uow.flush()
    return key


@pytest.fixture
def meter(uow, cast):
    set_window(uow, cast.finance, estate_id=cast.estate.id, from_day=15, to_day=20)
    return water_meter(uow, cast.finance, cast.home, {OCTOBER: 100_000, NOVEMBER: 120_000})


def test_a_sent_reading_counts_once_the_staff_has_taken_it_over(uow, cast, meter):
    [own] = own_meters(uow.session, cast.owner, on=TODAY)
    assert (own.value_milli, own.is_open, own.sent_status) == (120_000, True, None)
    sent = send_reading(uow, cast.owner, meter_id=meter.id, value_milli=131_000, photo_id=photo(uow, cast.owner))
    assert uow.session.exec(select(Reading.value_milli).where(Reading.meter_id == meter.id)).all() == [100_000, 120_000]
    [row] = list_sent(uow, cast.finance, estate_id=cast.estate.id, status=SelfReadingStatus.waiting, page=PageRequest(1, 10)).rows
    assert (row.value_milli, row.last_milli, row.sender, row.photo.id) == (131_000, 120_000, "林晓", "p1")
    decide_reading(uow, cast.finance, sent_id=sent.id, approve=True)
    reading = uow.session.exec(select(Reading).where(Reading.read_on == TODAY)).one()
    assert (reading.value_milli, reading.kind, reading.photo_id) == (131_000, ReadingKind.resident, "p1")
    with pytest.raises(ConflictError):
        decide_reading(uow, cast.finance, sent_id=sent.id, approve=True)


def test_what_cannot_be_right_is_refused_and_a_reading_may_go_back_with_a_reason(uow, cast, meter):
    for value, key, field in ((119_000, "p", "value"), (100_000_000, "p", "value"), (125_000, "", "photo_ids")):
        with pytest.raises(InvalidError) as caught:
            send_reading(uow, cast.owner, meter_id=meter.id, value_milli=value, photo_id=key)
        assert caught.value.field == field
    sent = send_reading(uow, cast.owner, meter_id=meter.id, value_milli=125_000, photo_id=photo(uow, cast.owner))
    with pytest.raises(ConflictError):
        send_reading(uow, cast.tenant, meter_id=meter.id, value_milli=125_000, photo_id=photo(uow, cast.tenant, "p2"))
    decide_reading(uow, cast.finance, sent_id=sent.id, approve=False, reason="照片不清楚")
    [own] = own_meters(uow.session, cast.owner, on=TODAY)
    assert (own.sent_status, own.sent_reason) == (SelfReadingStatus.rejected, "照片不清楚")


def test_outside_of_the_window_nothing_is_taken_and_strangers_reach_nothing(uow, cast, meter):
    with pytest.raises(NotFoundError):
        send_reading(uow, cast.stranger, meter_id=meter.id, value_milli=125_000, photo_id="p")
    assert own_meters(uow.session, cast.stranger, on=TODAY) == []
    for actor in (cast.cashier, cast.owner):
        with pytest.raises(ForbiddenError):
            list_sent(uow, actor, estate_id=cast.estate.id, status=SelfReadingStatus.waiting, page=PageRequest(1, 10))
        with pytest.raises(ForbiddenError):
            set_window(uow, actor, estate_id=cast.estate.id, from_day=1, to_day=31)
    with pytest.raises(InvalidError):
        set_window(uow, cast.finance, estate_id=cast.estate.id, from_day=20, to_day=3)
    set_window(uow, cast.finance, estate_id=cast.estate.id, from_day=1, to_day=10)
    with pytest.raises(ConflictError):
        send_reading(uow, cast.owner, meter_id=meter.id, value_milli=125_000, photo_id="p")
