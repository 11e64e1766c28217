"""The register: who may read and change it, and that a membership is never doubled nor ends before it begins."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from estate_app.access.models import AuditEntry
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.pagination import PageRequest
from estate_app.property.members import add_member, end_member
from estate_app.property.models import Relation, RoomMember, RoomState
from estate_app.property.queries import own_rooms
from estate_app.property.register import RoomFilter, list_rooms, room_detail
from tests.fixtures import make

FIRST = date(2026, 11, 18)
NEW = {"name": " 王  小明 ", "phone": "139 0000 8888", "relation": Relation.family, "from_on": FIRST}


def entries(uow, room):
    return uow.session.scalars(select(RoomMember).where(RoomMember.room_id == room.id)).all()


def audits(uow):
    return [(a.action, a.entity, a.after) for a in uow.session.scalars(select(AuditEntry).where(AuditEntry.entity == "room_member"))]


def found(uow, actor, **narrowed):
    return list_rooms(uow.session, actor, filter=RoomFilter(**narrowed), page=PageRequest(), on=business_date(uow.now))


class TestReading:
    def test_rooms_within_the_scope_with_their_people(self, uow, cast):
        rows = found(uow, cast.service).rows
        assert [(r.label, r.code, r.owner, r.people, r.area_milli_m2) for r in rows] == [("3栋2单元1501", "3-2-1501", "林晓", 3, 89_000)]
        assert found(uow, cast.auditor).total == 2

    @pytest.mark.parametrize(
        ("narrowed", "total"),
        [
            ({"text": "林晓"}, 1), ({"text": "13800000001"}, 1), ({"text": "1380000000"}, 0), ({"text": "3栋2单元1501"}, 1), ({"text": "100%"}, 0),
            ({"state": RoomState.vacant}, 0), ({"state": RoomState.occupied}, 1),
        ],
    )  # fmt: skip
    def test_rooms_are_found_by_code_label_name_or_a_whole_phone(self, uow, cast, narrowed, total):
        assert found(uow, cast.service, **narrowed).total == total

    def test_phones_are_masked_for_who_may_not_read_them(self, uow, cast):
        seen = {
            name: room_detail(uow.session, getattr(cast, name), room_id=cast.home.id, on=FIRST).members[0].phone
            for name in ("service", "auditor")
        }
        assert seen["service"].startswith("1380000")
        assert seen["auditor"].startswith("138 **** ")

    def test_a_room_elsewhere_does_not_exist(self, uow, cast):
        with pytest.raises(NotFoundError):
            room_detail(uow.session, cast.service, room_id=cast.other_home.id, on=FIRST)

    @pytest.mark.parametrize("name", ["owner", "worker", "cashier"])
    def test_others_read_nothing(self, uow, cast, name):
        with pytest.raises(ForbiddenError):
            found(uow, getattr(cast, name))


class TestAdding:
    def test_a_registered_person_sees_the_room_at_once(self, uow, cast):
        member = add_member(uow, cast.service, room_id=cast.home.id, **NEW | {"phone": "13800000004"})
        assert (member.name, member.account_id, member.to_on) == ("王 小明", cast.stranger.id, None)
        assert cast.home.id in [room.id for room in own_rooms(uow.session, cast.stranger, FIRST)]
        after = {"room": "3-2-1501", "name": "王 小明", "phone": "138 **** 0004", "relation": "family", "from_on": "2026-11-18"}
        assert audits(uow) == [("property:add_member", "room_member", after)]

    def test_an_unknown_phone_waits_for_its_account(self, uow, cast):
        member = add_member(uow, cast.service, room_id=cast.home.id, **NEW)
        assert (member.phone, member.account_id) == ("13900008888", None)

    @pytest.mark.parametrize(
        ("change", "error", "field"),
        [
            ({"name": "  "}, InvalidError, "name"),
            ({"name": "王" * 41}, InvalidError, "name"),
            ({"phone": "123"}, InvalidError, "phone"),
            ({"phone": "13800000001"}, ConflictError, "phone"),
            ({"from_on": FIRST + timedelta(days=400)}, InvalidError, "from_on"),
        ],
    )
    def test_what_cannot_be_is_refused_and_nothing_is_written(self, uow, cast, change, error, field):
        with pytest.raises(error) as refused:
            add_member(uow, cast.service, room_id=cast.home.id, **NEW | change)
        assert (refused.value.field, len(entries(uow, cast.home)), audits(uow)) == (field, 3, [])

    @pytest.mark.parametrize(("name", "error"), [("auditor", ForbiddenError), ("finance", ForbiddenError), ("owner", ForbiddenError)])
    def test_only_who_edits_the_register(self, uow, cast, name, error):
        with pytest.raises(error):
            add_member(uow, getattr(cast, name), room_id=cast.home.id, **NEW)
        assert len(entries(uow, cast.home)) == 3

    def test_not_in_another_estate(self, uow, cast):
        with pytest.raises(NotFoundError):
            add_member(uow, cast.service, room_id=cast.other_home.id, **NEW)
        assert len(entries(uow, cast.other_home)) == 1

    def test_somebody_who_left_may_come_back(self, uow, cast):
        person = make.account(uow, "旧租", "13900001111")
        make.member(uow, cast.home, person, Relation.tenant, from_on=date(2025, 1, 1), to_on=date(2025, 12, 31))
        add_member(uow, cast.service, room_id=cast.home.id, **NEW | {"phone": "13900001111"})
        assert len([m for m in entries(uow, cast.home) if m.phone == "13900001111"]) == 2


class TestEnding:
    def tenant(self, uow, cast):
        return next(m for m in entries(uow, cast.home) if m.relation is Relation.tenant)

    def test_the_last_day_is_the_last(self, uow, cast):
        end_member(uow, cast.service, member_id=self.tenant(uow, cast).id, last_on=FIRST)
        uow.flush()
        assert [room.id for room in own_rooms(uow.session, cast.tenant, FIRST)] == [cast.home.id]
        assert own_rooms(uow.session, cast.tenant, FIRST + timedelta(days=1)) == []
        assert audits(uow) == [("property:end_member", "room_member", {"to_on": "2026-11-18"})]

    def test_neither_before_it_began_nor_twice(self, uow, cast):
        tenant = self.tenant(uow, cast)
        with pytest.raises(InvalidError) as early:
            end_member(uow, cast.service, member_id=tenant.id, last_on=tenant.from_on - timedelta(days=1))
        assert (early.value.field, tenant.to_on) == ("last_on", None)
        end_member(uow, cast.service, member_id=tenant.id, last_on=FIRST - timedelta(days=1))
        with pytest.raises(ConflictError):
            end_member(uow, cast.service, member_id=tenant.id, last_on=FIRST)
        assert tenant.to_on == FIRST - timedelta(days=1)

    @pytest.mark.parametrize(("name", "error"), [("auditor", ForbiddenError), ("tenant", ForbiddenError)])
    def test_only_who_edits_the_register(self, uow, cast, name, error):
        tenant = self.tenant(uow, cast)
        with pytest.raises(error):
            end_member(uow, getattr(cast, name), member_id=tenant.id, last_on=FIRST)
        assert tenant.to_on is None

    def test_nobody_of_another_estate(self, uow, cast):
        stranger = entries(uow, cast.other_home)[0]
        for member_id in (stranger.id, 10**9):
            with pytest.raises(NotFoundError):
                end_member(uow, cast.service, member_id=member_id, last_on=FIRST)
        assert stranger.to_on is None
