"""An owner and the own room's list: whom it shows, whom the owner invites and ends, and what a payer sees."""

from datetime import date

import pytest
from sqlmodel import select

from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.property import family
from estate_app.property.models import Relation, RoomMember
from estate_app.property.queries import own_rooms
from tests.fixtures import make

TODAY = date(2026, 11, 18)
TENANT = {"name": "周新", "phone": "13900001111", "relation": Relation.tenant, "from_on": TODAY, "to_on": date(2027, 11, 17)}


def seen(uow, actor, room):
    found = family.own_household(uow.session, actor, room_id=room.id, on=TODAY)
    return [(one.name, one.relation, one.can_end) for one in found.people], found.may_invite


def entries(uow, room):
    return uow.session.exec(select(RoomMember).where(RoomMember.room_id == room.id).order_by(RoomMember.id)).all()


def test_the_owner_sees_everybody_and_may_end_all_but_owners(uow, cast):
    assert seen(uow, cast.owner, cast.home) == (
        [("林晓", Relation.owner, False), ("陈租", Relation.tenant, True), ("林父", Relation.payer, True)],
        True,
    )
    people, may_invite = seen(uow, cast.tenant, cast.home)
    assert ([can_end for *_, can_end in people], may_invite) == ([False] * 3, False)


@pytest.mark.parametrize("who", ["payer", "stranger"])
def test_who_only_pays_and_strangers_see_nobody(uow, cast, who):
    with pytest.raises(NotFoundError):
        family.own_household(uow.session, cast.everybody[who], room_id=cast.home.id, on=TODAY)


def test_who_is_invited_sees_the_room_from_the_first_day_to_the_last(uow, cast):
    account = make.account(uow, "周新", TENANT["phone"])
    member = family.invite(uow, cast.owner, room_id=cast.home.id, **TENANT)
    assert (member.account_id, member.to_on) == (account.id, date(2027, 11, 17))
    tenant = make.actor(account)
    days = (date(2026, 11, 17), TODAY, date(2027, 11, 17), date(2027, 11, 18))
    assert [len(own_rooms(uow.session, tenant, day)) for day in days] == [0, 1, 1, 0]
    family.end_invited(uow, cast.owner, member_id=member.id, last_on=TODAY)
    assert [len(own_rooms(uow.session, tenant, day)) for day in (TODAY, date(2026, 11, 19))] == [1, 0]


def test_an_invited_payer_has_the_rooms_bills_and_none_of_its_repairs(uow, cast):
    account = make.account(uow, "林母", "13900002222")
    family.invite(uow, cast.owner, room_id=cast.home.id, name="林母", phone="13900002222", relation=Relation.payer, from_on=TODAY)
    payer = make.actor(account)
    (room,) = own_rooms(uow.session, payer, TODAY)
    assert (room.id, room.relation) == (cast.home.id, Relation.payer)
    with pytest.raises(NotFoundError):
        family.own_household(uow.session, payer, room_id=cast.home.id, on=TODAY)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"relation": Relation.owner}, "relation"),
        ({"to_on": None}, "to_on"),
        ({"to_on": date(2026, 11, 17)}, "to_on"),
        ({"from_on": date(2026, 11, 17)}, "from_on"),
        ({"from_on": date(2028, 1, 1), "to_on": date(2028, 2, 1)}, "from_on"),
        ({"name": " "}, "name"),
        ({"phone": "123"}, "phone"),
    ],
)
def test_a_wrong_invitation_names_its_field_and_changes_nothing(uow, cast, change, field):
    with pytest.raises(InvalidError) as refused:
        family.invite(uow, cast.owner, room_id=cast.home.id, **TENANT | change)
    assert refused.value.field == field
    assert len(entries(uow, cast.home)) == 3


def test_a_phone_that_is_on_the_list_is_not_listed_twice(uow, cast):
    with pytest.raises(ConflictError, match="on the room's list already"):
        family.invite(uow, cast.owner, room_id=cast.home.id, **TENANT | {"phone": "13800000002"})


def test_only_owners_of_the_very_room_invite_and_end(uow, cast):
    _, tenant, payer = entries(uow, cast.home)
    for other in (cast.tenant, cast.payer, cast.stranger):
        with pytest.raises(NotFoundError):
            family.invite(uow, other, room_id=cast.home.id, **TENANT)
        with pytest.raises(NotFoundError):
            family.end_invited(uow, other, member_id=tenant.id, last_on=TODAY)
    assert (tenant.to_on, payer.to_on, len(entries(uow, cast.home))) == (None, None, 3)


def test_an_owner_is_not_ended_here_and_nobody_twice_or_for_the_past(uow, cast):
    owner, tenant, _ = entries(uow, cast.home)
    with pytest.raises(ConflictError):
        family.end_invited(uow, cast.owner, member_id=owner.id, last_on=TODAY)
    with pytest.raises(InvalidError):
        family.end_invited(uow, cast.owner, member_id=tenant.id, last_on=date(2026, 11, 1))
    tenant.to_on = date(2026, 11, 1)
    with pytest.raises(ConflictError):
        family.end_invited(uow, cast.owner, member_id=tenant.id, last_on=TODAY)
    assert owner.to_on is None


def test_a_list_has_an_end(uow, cast, monkeypatch):
    monkeypatch.setattr(family, "MAX_PEOPLE", 3)
    with pytest.raises(ConflictError, match="A room has at most"):
        family.invite(uow, cast.owner, room_id=cast.home.id, **TENANT)
