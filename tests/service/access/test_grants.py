"""Appointments: given and taken back by administrators, who cannot lock themselves out."""

import pytest
from sqlmodel import select

from estate_app.access import sessions
from estate_app.access.grants import GrantFilter, appoint, get_grant, list_grants, revoke
from estate_app.access.models import Account, AuditEntry, Grant
from estate_app.access.permission import Permission, PermissionSet, Role
from estate_app.errors import ConflictError, EstateError, ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.pagination import PageRequest
from tests.fixtures import make

PHONE = "13900007777"


def grant_of(uow, actor) -> Grant:
    return uow.session.scalars(select(Grant).where(Grant.account_id == actor.id)).one()


def count(uow) -> int:
    return len(uow.session.scalars(select(Grant)).all())


def test_a_new_manager_gets_an_account_and_may_at_once_what_the_appointment_says(uow, cast):
    grant = appoint(uow, cast.admin, phone="139 0000 7777", name="孙新", permission_set=PermissionSet.cashier, estate_id=cast.estate.id)
    account = uow.session.get_one(Account, grant.account_id)
    actor = sessions.actor_of_account(uow, account)
    assert (account.name, account.phone, account.role, account.password_hash) == ("孙新", PHONE, Role.manager, None)
    assert actor.can(Permission.cashier)
    assert not actor.scope(Permission.cashier).covers(estate_id=cast.other_estate.id)
    entry = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "grant:add")).one()
    assert (entry.actor_id, entry.entity_id) == (cast.admin.id, grant.id)
    assert entry.after == {"person": "孙新", "permission_set": "cashier", "estate_id": cast.estate.id, "building_id": None}


def test_a_second_appointment_adds_to_the_first(uow, cast):
    appoint(uow, cast.admin, phone="13800000021", name="", permission_set=PermissionSet.finance)
    actor = sessions.actor_of_account(uow, uow.session.get_one(Account, cast.dispatcher.id))
    assert {h.permission_set for h in actor.held} == {PermissionSet.dispatcher, PermissionSet.finance}


def test_the_same_appointment_twice_is_a_conflict(uow, cast):
    before = count(uow)
    with pytest.raises(ConflictError):
        appoint(uow, cast.admin, phone="13800000021", name="", permission_set=PermissionSet.dispatcher, estate_id=cast.estate.id)
    assert count(uow) == before


@pytest.mark.parametrize("phone", ["13800000001", "13800000011"])
def test_residents_and_technicians_are_not_appointed(uow, cast, phone):
    before = count(uow)
    with pytest.raises(InvalidError) as caught:
        appoint(uow, cast.admin, phone=phone, name="x", permission_set=PermissionSet.finance)
    assert (caught.value.field, count(uow)) == ("phone", before)


def test_an_estate_that_is_not_there_is_refused_at_its_field(uow, cast):
    before = count(uow)
    with pytest.raises(InvalidError) as caught:
        appoint(uow, cast.admin, phone=PHONE, name="孙新", permission_set=PermissionSet.cashier, estate_id=10**9)
    assert (caught.value.field, count(uow)) == ("place", before)


@pytest.mark.parametrize("name", ["owner", "worker", "supervisor", "dispatcher", "cashier", "finance", "service", "auditor"])
def test_only_administrators_touch_appointments(uow, cast, name):
    actor, before = getattr(cast, name), count(uow)
    target = grant_of(uow, cast.cashier)
    for call in (
        lambda: appoint(uow, actor, phone=PHONE, name="x", permission_set=PermissionSet.administrator),
        lambda: revoke(uow, actor, grant_id=target.id),
        lambda: list_grants(uow.session, actor, filter=GrantFilter(), page=PageRequest()),
    ):
        with pytest.raises(ForbiddenError):
            call()
    assert count(uow) == before


def test_an_administrator_of_one_estate_stays_within_it(uow, cast):
    local = make.manager(uow, "本地", "13800000040", PermissionSet.administrator, cast.estate)
    foreign, before = grant_of(uow, cast.foreign_dispatcher), count(uow)
    for call in (
        lambda: appoint(uow, local, phone=PHONE, name="x", permission_set=PermissionSet.finance),
        lambda: appoint(uow, local, phone=PHONE, name="x", permission_set=PermissionSet.finance, estate_id=cast.other_estate.id),
        lambda: revoke(uow, local, grant_id=foreign.id),
        lambda: get_grant(uow.session, local, foreign.id),
    ):
        with pytest.raises(NotFoundError):
            call()
    assert count(uow) == before
    seen = list_grants(uow.session, local, filter=GrantFilter(), page=PageRequest(size=100)).rows
    assert {row.estate_id for row in seen} == {cast.estate.id}


class TestRevoke:
    def test_what_was_given_is_gone_at_once(self, uow, cast):
        revoke(uow, cast.admin, grant_id=grant_of(uow, cast.cashier).id)
        actor = sessions.actor_of_account(uow, uow.session.get_one(Account, cast.cashier.id))
        assert not actor.can(Permission.cashier)
        entry = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "grant:revoke")).one()
        assert entry.before["permission_set"] == "cashier"

    def test_nobody_takes_his_own_administration_away(self, uow, cast):
        make.manager(uow, "第二", "13800000041", PermissionSet.administrator, None)
        own, before = grant_of(uow, cast.admin), count(uow)
        with pytest.raises(ConflictError):
            revoke(uow, cast.admin, grant_id=own.id)
        assert count(uow) == before

    def test_another_administrator_may(self, uow, cast):
        second = make.manager(uow, "第二", "13800000041", PermissionSet.administrator, None)
        revoke(uow, second, grant_id=grant_of(uow, cast.admin).id)
        assert uow.session.scalars(select(Grant).where(Grant.account_id == cast.admin.id)).all() == []

    def test_a_missing_appointment_is_not_found(self, uow, cast):
        with pytest.raises(NotFoundError):
            revoke(uow, cast.admin, grant_id=10**9)


def test_two_administrators_cannot_take_each_other_away_at_once(committed):
    cast = committed.cast()
    second = committed.run(make.manager, "第二", "13800000041", PermissionSet.administrator, None)
    first_id, second_id = committed.run(lambda uow: (grant_of(uow, cast.admin).id, grant_of(uow, second).id))
    results = committed.at_once(
        [lambda uow: revoke(uow, cast.admin, grant_id=second_id), lambda uow: revoke(uow, second, grant_id=first_id)]
    )
    assert sorted(isinstance(r, EstateError) for r in results) == [False, True]
    left = committed.run(lambda uow: uow.session.scalars(select(Grant).where(Grant.permission_set == PermissionSet.administrator)).all())
    assert len(left) == 1


class TestList:
    def test_by_name_with_filter_and_search(self, uow, cast):
        rows = list_grants(uow.session, cast.admin, filter=GrantFilter(permission_set=PermissionSet.dispatcher), page=PageRequest()).rows
        assert [(r.name, r.estate_id) for r in rows] == [("dispatcher", cast.estate.id), ("foreign", cast.other_estate.id)]
        found = list_grants(uow.session, cast.admin, filter=GrantFilter(q="13800000022"), page=PageRequest())
        assert [(r.name, r.phone) for r in found.rows] == [("cashier", "13800000022")]

    def test_a_search_for_a_wildcard_finds_nothing(self, uow, cast):
        assert list_grants(uow.session, cast.admin, filter=GrantFilter(q="%"), page=PageRequest()).total == 0

    def test_pages(self, uow, cast):
        page = list_grants(uow.session, cast.admin, filter=GrantFilter(), page=PageRequest(number=2, size=3))
        assert (page.total, len(page.rows), page.pages) == (8, 3, 3)
