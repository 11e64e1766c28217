"""Reports at a QR label: by whoever is signed in, and by a phone that a code proves."""

import pytest
from sqlmodel import select

from estate_app.access.actor import NOBODY
from estate_app.access.codes import send_code
from estate_app.access.models import Account, CodePurpose
from estate_app.access.permission import Role
from estate_app.errors import ConflictError, EstateError, InvalidError, NotFoundError, NotSignedInError, TooManyError
from estate_app.property.models import Relation, RoomMember
from estate_app.repair import facilities, spots
from estate_app.repair.facility_rules import area_code
from estate_app.repair.models import Source, Urgency
from estate_app.repair.reach import read_order
from estate_app.repair.spots import REPORTS_PER_HOUR, SpotReport
from tests.fixtures import make
from tests.fixtures.facility import facility
from tests.service.repair.steps import count

WORDS = "电梯停在一楼，按键没有反应"
PHONE = "13912345678"


def code_for(uow, phone=PHONE) -> str:
    return send_code(uow, phone=phone, purpose=CodePurpose.report)


def test_a_label_leads_to_its_facility_or_its_area(uow, cast):
    lift = facility(uow, cast)
    spot = spots.find_spot(uow.session, lift.code.lower())
    assert (spot.facility, spot.place.label, spot.estate, spot.is_active) == ("1 号客梯", "3栋电梯厅", "翠湖花园", True)
    area = spots.find_spot(uow.session, area_code(lift.public_area_id))
    assert (area.facility_id, area.place.label) == (None, "3栋电梯厅")
    for code in ("", "A-999999", "A-", "A-1x", "ZZZZZZZZZZ", "x" * 200, "A\x00"):
        with pytest.raises(NotFoundError):
            spots.find_spot(uow.session, code)


def test_whoever_stands_there_may_report_even_from_another_estate(uow, cast):
    lift = facility(uow, cast)
    order = spots.report_at(uow, cast.stranger, code=lift.code, form=SpotReport(cast.category.id, WORDS, True, client_key="k1"))
    assert (order.facility_id, order.public_area_id, order.source, order.is_out_of_service) == (
        lift.id, lift.public_area_id, Source.qr, True,
    )  # fmt: skip
    assert (order.contact_phone, order.reporter_id, order.estate_id) == ("13800000004", cast.stranger.id, cast.estate.id)
    again = spots.report_at(uow, cast.stranger, code=lift.code, form=SpotReport(cast.category.id, WORDS, client_key="k1"))
    assert (again.id, count(uow, "repair_order")) == (order.id, 1)
    assert read_order(uow.session, cast.stranger, order.id, uow.now.date()).id == order.id
    with pytest.raises(NotSignedInError):
        spots.report_at(uow, NOBODY, code=lift.code, form=SpotReport(cast.category.id, WORDS))


def test_a_phone_with_its_code_reports_and_gets_an_account_with_its_rooms(uow, cast):
    lift = facility(uow, cast)
    uow.session.add(RoomMember(room_id=cast.home.id, name="新住户", phone=PHONE, relation=Relation.family, from_on=uow.now.date()))
    code = code_for(uow)
    account, order = spots.report_with_code(
        uow, label=lift.code, form=SpotReport(cast.category.id, WORDS), phone=PHONE, code=code, name="新住户"
    )  # fmt: skip
    assert (account.role, account.name, account.password_hash) == (Role.resident, "新住户", None)
    assert (order.reporter_id, order.contact_phone, order.facility_id) == (account.id, PHONE, lift.id)
    member = uow.session.exec(select(RoomMember).where(RoomMember.phone == PHONE)).one()
    uow.session.refresh(member)
    assert member.account_id == account.id
    second = spots.report_with_code(uow, label=lift.code, form=SpotReport(cast.category.id, WORDS), phone=PHONE, code=code)
    assert isinstance(second, InvalidError)


def test_a_known_phone_reports_as_itself(uow, cast):
    lift = facility(uow, cast)
    before = count(uow, "account")
    done = spots.report_with_code(
        uow, label=lift.code, form=SpotReport(cast.category.id, WORDS), phone="138 0000 0001", code=code_for(uow, "13800000001")
    )  # fmt: skip
    assert (done[0].id, count(uow, "account")) == (cast.owner.id, before)


def test_a_wrong_code_costs_a_try_and_makes_nothing(uow, cast):
    lift = facility(uow, cast)
    code_for(uow)
    refused = spots.report_with_code(uow, label=lift.code, form=SpotReport(cast.category.id, WORDS), phone=PHONE, code="000")
    assert (isinstance(refused, EstateError), refused.field) == (True, "code")
    assert (count(uow, "repair_order"), count(uow, "account", f"phone = '{PHONE}'"), count(uow, "one_time_code", "tries = 1")) == (0, 0, 1)
    login = send_code(uow, phone="13912345679", purpose=CodePurpose.login)
    other = spots.report_with_code(uow, label=lift.code, form=SpotReport(cast.category.id, WORDS), phone="13912345679", code=login)
    assert isinstance(other, EstateError)


def test_what_is_wrong_is_said_before_the_code_is_used_up(uow, cast):
    lift = facility(uow, cast)
    code = code_for(uow)
    for form, field in ((SpotReport(cast.category.id, "坏了"), "description"), (SpotReport(10**9, WORDS), "category_id")):
        with pytest.raises(InvalidError) as refused:
            spots.report_with_code(uow, label=lift.code, form=form, phone=PHONE, code=code)
        assert refused.value.field == field
    with pytest.raises(NotFoundError):
        spots.report_with_code(uow, label="NOPE", form=SpotReport(cast.category.id, WORDS), phone=PHONE, code=code)
    assert count(uow, "one_time_code", "used_at IS NULL") == 1
    assert uow.session.exec(select(Account).where(Account.phone == PHONE)).first() is None


def test_a_facility_out_of_use_takes_no_report_and_a_crowd_of_reports_is_slowed(uow, cast):
    lift = facility(uow, cast)
    for number in range(REPORTS_PER_HOUR):
        spots.report_at(uow, cast.owner, code=lift.code, form=SpotReport(cast.category.id, WORDS, client_key=f"k{number}"))
    with pytest.raises(TooManyError):
        spots.report_at(uow, cast.owner, code=lift.code, form=SpotReport(cast.category.id, WORDS))
    facilities.switch_facility(uow, cast.supervisor, facility_id=lift.id, is_active=False)
    with pytest.raises(ConflictError, match="no longer in use"):
        spots.report_at(uow, cast.tenant, code=lift.code, form=SpotReport(cast.category.id, WORDS))
    assert count(uow, "repair_order") == REPORTS_PER_HOUR


def test_a_danger_makes_an_emergency_only_where_the_category_asks(uow, cast):
    lift = facility(uow, cast)
    calm = spots.report_at(uow, cast.owner, code=lift.code, form=SpotReport(cast.category.id, WORDS, has_danger=True))
    risky = make.category(uow, "lift_fault", questions=["有人被困吗？"])
    loud = spots.report_at(uow, cast.owner, code=lift.code, form=SpotReport(risky.id, WORDS, has_danger=True))
    assert (calm.urgency, loud.urgency) == (Urgency.normal, Urgency.emergency)
