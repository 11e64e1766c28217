"""The permission table and how far appointments reach."""

import pytest

from estate_app.access.actor import NOBODY, SYSTEM, Actor, Held
from estate_app.access.permission import OF_ROLE, OF_SET, Permission, PermissionSet, Role
from estate_app.errors import ForbiddenError, NotSignedInError

P = Permission


def manager(*held: Held) -> Actor:
    return Actor.of(account_id=1, name="周敏", role=Role.manager, held=held)


class TestTable:
    def test_every_role_and_every_set_has_its_row(self):
        assert set(OF_ROLE) == set(Role)
        assert set(OF_SET) == set(PermissionSet)

    def test_every_permission_is_held_by_somebody(self):
        held = frozenset().union(*OF_ROLE.values(), *OF_SET.values())
        assert held == frozenset(Permission)

    def test_an_auditor_can_change_nothing(self):
        assert {p.value.split(":")[1] for p in OF_SET[PermissionSet.auditor]} <= {"read", "repair", "payment", "behaviour"}

    def test_nobody_but_the_administrator_appoints(self):
        assert [s for s in PermissionSet if P.grants_edit in OF_SET[s]] == [PermissionSet.administrator]


class TestActor:
    def test_a_visitor_is_asked_to_sign_in_and_a_resident_is_refused(self):
        resident = Actor.of(account_id=2, name="林晓", role=Role.resident)
        with pytest.raises(NotSignedInError):
            NOBODY.require(P.repairs_read)
        with pytest.raises(ForbiddenError):
            resident.require(P.repairs_read)

    def test_appointments_of_a_resident_count_for_nothing(self):
        forged = Actor.of(account_id=2, name="林晓", role=Role.resident, held=[Held(PermissionSet.administrator)])
        assert not forged.can(P.system)

    def test_a_permission_reaches_as_far_as_the_appointment_that_gives_it(self):
        actor = manager(Held(PermissionSet.cashier, estate_id=1), Held(PermissionSet.dispatcher, estate_id=2))
        assert actor.scope(P.cashier).covers(estate_id=1)
        assert not actor.scope(P.cashier).covers(estate_id=2)
        assert actor.scope(P.repairs_dispatch).covers(estate_id=2)

    def test_a_buildings_appointment_does_not_cover_its_estate(self):
        actor = manager(Held(PermissionSet.dispatcher, estate_id=1, building_id=7))
        scope = actor.scope(P.repairs_read)
        assert (scope.covers(estate_id=1), scope.covers(estate_id=1, building_id=7)) == (False, True)

    def test_the_system_may_do_everything_everywhere(self):
        assert SYSTEM.scope(P.billing_run).covers(estate_id=99)
        SYSTEM.require(*Permission)
