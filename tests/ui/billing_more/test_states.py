"""The pages that complete billing: rooms of an item, meters, parking, what residents send and ask for, imports."""

from datetime import date

import pytest
from sqlmodel import select

from estate_app.access.actor import SYSTEM
from estate_app.billing.models import FeeKind, Meter, Reading, RoomFee, SharedPool
from estate_app.billing.room_code import code_of
from estate_app.billing.self_readings import set_window
from estate_app.billing.tariffs import add_item
from estate_app.importing.report import ImportKind
from estate_app.importing.uploads import take_file
from estate_app.media.models import MediaFile, MediaKind
from estate_app.property.claims import request_room
from estate_app.property.models import ParkingUse, Relation, RoomClaim
from estate_app.ui.pages.manager.claims.page import claims_page
from estate_app.ui.pages.manager.claims.state import ClaimsState
from estate_app.ui.pages.manager.common_meters.page import common_meters_page
from estate_app.ui.pages.manager.common_meters.state import CommonMetersState
from estate_app.ui.pages.manager.imports.job_state import ImportState
from estate_app.ui.pages.manager.imports.list_state import ImportsState
from estate_app.ui.pages.manager.imports.page import import_page, imports_page
from estate_app.ui.pages.manager.item_rooms.page import item_rooms_page
from estate_app.ui.pages.manager.item_rooms.state import ItemRoomsState
from estate_app.ui.pages.manager.meter.page import meter_page
from estate_app.ui.pages.manager.meter.state import MeterState
from estate_app.ui.pages.manager.parking.page import parking_page
from estate_app.ui.pages.manager.parking.state import ParkingState
from estate_app.ui.pages.manager.sent_readings.page import sent_readings_page
from estate_app.ui.pages.manager.sent_readings.state import SentReadingsState
from estate_app.ui.pages.resident.claim.page import claim_page
from estate_app.ui.pages.resident.claim.state import ClaimState
from estate_app.ui.pages.resident.meters.page import own_meters_page
from estate_app.ui.pages.resident.meters.state import OwnMetersState
from tests.fixtures.money import NOVEMBER, OCTOBER, area_item, home_bill, water_meter
from tests.ui.seen import markup


def test_an_item_is_attached_to_rooms_by_code_and_ended_again(act, uow, cast, opened):
    item = area_item(uow, SYSTEM, cast.estate.id, [])
    page = opened(cast.finance, ItemRoomsState, f"/manage/tariffs/{item.id}")
    act.run(page.ask("attach"))
    act.run(page.attach({"codes": "3-2-1501, 9-9-9", "starts_on": "2026-11-01"}))
    assert (list(page.field_errors), page.rows) == (["codes"], [])
    act.run(page.attach({"codes": "3-2-1501", "starts_on": "2026-11-01"}))
    assert [(row.starts, row.ends, row.badge.label) for row in page.rows] == [("2026-11-01", "—", "收费中")]
    act.run(page.detach({"ends_on": "2026-11-10"}))
    assert uow.session.exec(select(RoomFee.ends_on)).one() == date(2026, 11, 10)


def test_a_months_shared_cost_is_entered(act, uow, cast, opened):
    item = add_item(uow, SYSTEM, estate_id=cast.estate.id, code="lift", name="公摊", name_en="Lift", kind=FeeKind.shared)
    page = opened(cast.finance, ItemRoomsState, f"/manage/tariffs/{item.id}")
    act.run(page.enter_pool({"month": "2026-11", "amount": "1000.00", "note": "供电局"}))
    assert [(line.amount, line.note) for line in page.pools] == [("1,000.00", "供电局")]
    assert uow.session.exec(select(SharedPool.amount_fen)).one() == 100_000


def test_a_meter_is_installed_replaced_and_corrected(act, uow, cast, opened):
    page = opened(cast.finance, CommonMetersState, "/manage/meters/common?add=1")
    assert page.dialog == "add"
    form = {"room": "3-2-1501", "kind": "water", "code": "S-9", "digits": "5", "installed_on": "2026-10-01", "first": "10"}
    act.run(page.add(form | {"room": "1-1-1"}))
    assert list(page.field_errors) == ["room"]
    act.run(page.add(form))
    meter = uow.session.exec(select(Meter)).one()
    one = opened(cast.finance, MeterState, f"/manage/meters/{meter.id}")
    assert [(row.day, row.value) for row in one.rows] == [("2026-10-01", "10")]
    act.run(one.replace({"on": "2026-11-01", "value": "9", "code": "S-10", "digits": "5", "first": "0"}))
    assert list(one.field_errors) == ["value"]
    act.run(one.replace({"on": "2026-11-01", "value": "30", "code": "S-10", "digits": "5", "first": "0"}))
    assert (one.view.is_removed, len(uow.session.exec(select(Meter)).all())) == (True, 2)
    act.run(one.ask_correct(one.rows[0].id))
    act.run(one.correct({"value": "31", "reason": "看错"}))
    assert uow.session.exec(select(Reading.value_milli).where(Reading.meter_id == meter.id, Reading.read_on == NOVEMBER)).one() == 31_000


def test_a_parking_space_is_added_and_given_to_a_room(act, uow, cast, opened):
    page = opened(cast.service, ParkingState, "/manage/parking")
    act.run(page.add({"code": "B1-001", "kind": "underground"}))
    assert [(row.code, row.badge.label) for row in page.rows] == [("B1-001", "空闲")]
    act.run(page.ask("give", page.rows[0].id))
    act.run(page.give({"room": "3-2-1501", "starts_on": "2026-11-01", "plate": "鄂A12345"}))
    assert [(row.plate, row.badge.label) for row in page.rows] == [("鄂A12345", "使用中")]
    act.run(page.ask("end", page.rows[0].id))
    act.run(page.end({"last_on": "2026-11-18"}))
    assert uow.session.exec(select(ParkingUse.ends_on)).one() == date(2026, 11, 18)


def test_a_sent_reading_is_seen_by_its_sender_and_taken_over_by_the_staff(act, uow, cast, opened):
    meter = water_meter(uow, SYSTEM, cast.home, {OCTOBER: 10_000})
    set_window(uow, SYSTEM, estate_id=cast.estate.id, from_day=1, to_day=28)
    uow.session.add(
        MediaFile(id="p1", account_id=cast.owner.id, kind=MediaKind.photo, mime="image/jpeg", size_bytes=1, sha256="x", created_at=uow.now)
    )
    uow.flush()
    own = opened(cast.owner, OwnMetersState, "/meters")
    act.run(own.ask(str(meter.id)))
    act.run(own.send({"value": "9", "photo_ids": "p1"}))
    assert list(own.field_errors) == ["value"]
    act.run(own.send({"value": "22.5", "photo_ids": "p1"}))
    assert [(row.badge.label, row.can_send) for row in own.rows] == [("物业审核中", False)]
    staff = opened(cast.finance, SentReadingsState, "/manage/meters/sent")
    assert [(row.value, row.usage) for row in staff.rows] == [("22.5 m³", "12.5 m³")]
    act.run(staff.approve(staff.rows[0].id))
    assert (staff.rows, uow.session.exec(select(Reading.value_milli).order_by(Reading.read_on.desc())).first()) == ([], 22_500)


def test_a_room_is_gained_by_code_or_asked_for(act, uow, cast, opened):
    bill = home_bill(uow, cast)
    page = opened(cast.stranger, ClaimState, "/me/rooms/add")
    act.run(page.by_code({"bill_number": bill.number, "code": "WRONG", "relation": "family"}))
    assert list(page.field_errors) == ["code"]
    act.run(page.by_code({"bill_number": bill.number, "code": code_of(bill.number), "relation": "family"}))
    assert page.field_errors == {}
    act.run(page.ask_estate({"estate": str(cast.estate.id), "room": "3-2-1501", "relation": "owner", "from_on": "2026-11-18"}))
    assert uow.session.exec(select(RoomClaim)).all() == []  # the room is the own one already


def test_managers_refuse_a_request_with_a_reason(act, uow, cast, opened):
    request_room(uow, cast.stranger, estate_id=cast.estate.id, code="3-2-1501", relation=Relation.owner, from_on=date(2026, 11, 18))
    page = opened(cast.service, ClaimsState, "/manage/claims")
    act.run(page.ask_refuse(page.rows[0].id))
    act.run(page.refuse({"reason": " "}))
    assert (list(page.field_errors), len(page.rows)) == (["reason"], 1)
    act.run(page.refuse({"reason": "请到服务中心"}))
    assert (page.rows, uow.session.exec(select(RoomClaim.reason)).one()) == ([], "请到服务中心")


def test_an_import_is_listed_and_its_columns_are_offered(uow, cast, opened, monkeypatch):
    monkeypatch.setattr("estate_app.ui.pages.manager.imports.job_state.run_beside", lambda job_id: None)
    content = "楼号,单元,房间,建筑面积\n6,1,101,80\n".encode("gbk")
    job = take_file(uow, cast.supervisor, kind=ImportKind.rooms, estate_id=cast.estate.id, name="房间.csv", content=content)
    page = opened(cast.supervisor, ImportsState, "/manage/imports")
    assert [(row.file, row.kind, row.badge.label) for row in page.rows] == [("房间.csv", "房屋与业主", "待检查")]
    one = opened(cast.supervisor, ImportState, f"/manage/imports/{job.id}")
    assert ({c.name: c.chosen for c in one.columns}["area"], one.view.is_busy) == ("建筑面积", True)


@pytest.mark.parametrize(
    "page",
    [
        item_rooms_page, common_meters_page, meter_page, parking_page, sent_readings_page, claims_page, imports_page, import_page,
        own_meters_page, claim_page,
    ],
    ids=lambda page: page.__name__,
)  # fmt: skip
def test_every_page_can_be_drawn(page):
    assert markup(page())
