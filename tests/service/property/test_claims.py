"""How a resident gains a room: by a bill's code at once, or by a manager's approval; a departed tenant keeps nothing."""

from datetime import date

import pytest
from sqlmodel import select

from estate_app.billing.room_code import claim_by_code, code_of
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.pagination import PageRequest
from estate_app.property.claims import decide_claim, list_claims, own_claims, request_room
from estate_app.property.models import ClaimStatus, Relation, RoomMember
from estate_app.property.queries import own_rooms
from tests.fixtures.money import home_bill

TODAY = date(2026, 11, 18)


def rooms(uow, actor, on=TODAY):
    return [room.code for room in own_rooms(uow.session, actor, on)]


def test_the_code_of_a_bill_gives_its_room_to_a_tenant_until_the_last_day(uow, cast):
    bill = home_bill(uow, cast)
    code = code_of(bill.number)
    member = claim_by_code(
        uow,
        cast.stranger,
        bill_number=bill.number,
        code=f" {code[:4]}-{code[4:].lower()}",
        relation=Relation.tenant,
        to_on=date(2027, 5, 31),
    )
    assert (member.account_id, member.relation, member.from_on, member.to_on) == (
        cast.stranger.id,
        Relation.tenant,
        TODAY,
        date(2027, 5, 31),
    )
    assert "3-2-1501" in rooms(uow, cast.stranger)
    assert "3-2-1501" not in rooms(uow, cast.stranger, date(2027, 6, 1))
    with pytest.raises(ConflictError):
        claim_by_code(uow, cast.stranger, bill_number=bill.number, code=code, relation=Relation.payer)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "AAAAAAAA"}, "code"),
        ({"bill_number": "ZD202611-99999"}, "code"),
        ({"relation": Relation.owner}, "relation"),
        ({"relation": Relation.tenant}, "to_on"),
        ({"to_on": date(2026, 11, 1)}, "to_on"),
    ],
)
def test_a_wrong_code_an_owner_and_an_endless_tenancy_are_refused(uow, cast, change, field):
    bill = home_bill(uow, cast)
    wish = {"bill_number": bill.number, "code": code_of(bill.number), "relation": Relation.family} | change
    with pytest.raises(InvalidError) as caught:
        claim_by_code(uow, cast.stranger, **wish)
    assert caught.value.field == field
    assert rooms(uow, cast.stranger) == ["1-1-101"]


def test_a_request_waits_for_a_manager_who_gives_the_room_or_refuses_with_a_reason(uow, cast):
    wish = {"estate_id": cast.estate.id, "code": "3-2-1501", "relation": Relation.owner, "from_on": TODAY}
    claim = request_room(uow, cast.stranger, **wish, note="我是业主")
    with pytest.raises(ConflictError):
        request_room(uow, cast.stranger, **wish)
    page = list_claims(uow.session, cast.service, status=ClaimStatus.waiting, page=PageRequest(1, 10))
    assert [(row.name, row.room, row.relation) for row in page.rows] == [("赵外", "3栋2单元1501", Relation.owner)]
    with pytest.raises(InvalidError):
        decide_claim(uow, cast.service, claim_id=claim.id, approve=False)
    decide_claim(uow, cast.service, claim_id=claim.id, approve=False, reason="请带房产证到服务中心")
    assert [(row.status, row.reason) for row in own_claims(uow.session, cast.stranger)] == [(ClaimStatus.rejected, "请带房产证到服务中心")]
    second = request_room(uow, cast.stranger, **wish)
    decide_claim(uow, cast.service, claim_id=second.id, approve=True)
    assert "3-2-1501" in rooms(uow, cast.stranger)
    with pytest.raises(ConflictError):
        decide_claim(uow, cast.service, claim_id=second.id, approve=True)


def test_a_payer_pays_without_seeing_repairs_and_strangers_decide_nothing(uow, cast):
    claim = request_room(uow, cast.stranger, estate_id=cast.estate.id, code="3-2-1501", relation=Relation.payer, from_on=TODAY)
    for actor, error in ((cast.owner, ForbiddenError), (cast.finance, ForbiddenError), (cast.foreign_dispatcher, ForbiddenError)):
        with pytest.raises(error):
            decide_claim(uow, actor, claim_id=claim.id, approve=True)
        with pytest.raises(error):
            list_claims(uow.session, actor, status=ClaimStatus.waiting, page=PageRequest(1, 10))
    with pytest.raises(NotFoundError):
        decide_claim(uow, cast.service, claim_id=10**9, approve=True)
    with pytest.raises(InvalidError):
        request_room(uow, cast.stranger, estate_id=cast.estate.id, code="9-9-9", relation=Relation.family, from_on=TODAY)
    decide_claim(uow, cast.service, claim_id=claim.id, approve=True)
    assert (
        uow.session.exec(
            select(RoomMember.relation).where(RoomMember.account_id == cast.stranger.id, RoomMember.room_id == cast.home.id)
        ).one()
        is Relation.payer
    )
