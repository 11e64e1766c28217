"""A new password and a new phone, for who is signed in."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from estate_app.access import codes, service, sessions
from estate_app.access.actor import NOBODY
from estate_app.access.models import Account, AuditEntry, CodePurpose, LoginSession, SessionKind
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, EstateError, InvalidError, NotSignedInError, TooManyError
from estate_app.notification.models import OutboxMessage
from estate_app.property import registration
from estate_app.property.models import RoomMember
from tests.fixtures import make

OLD, NEW, PHONE = "lake-garden-1501", "spruce-lane-2002", "13900009999"


@pytest.fixture
def person(uow, cast):
    """The owner, with a password and three sessions, acting in the first."""
    account = uow.session.get_one(Account, cast.owner.id)
    account.password_hash = service.hash_password(OLD)
    tokens = [sessions.open_session(uow, account, kind=SessionKind.browser) for _ in range(3)]
    uow.flush()
    return sessions.actor_of_token(uow, tokens[0])


def live(uow, actor):
    return [s.id for s in sessions.list_sessions(uow, actor)]


def test_a_new_password_is_taken_and_every_other_session_ends(uow, person):
    result = service.change_password(uow, person, old_password=OLD, password=NEW)
    assert isinstance(result, Account)
    assert live(uow, person) == [person.session_id]
    assert isinstance(service.sign_in_by_password(uow, phone="13800000001", password=NEW), Account)
    assert isinstance(service.sign_in_by_password(uow, phone="13800000001", password=OLD), EstateError)
    assert uow.session.scalars(select(AuditEntry.action).where(AuditEntry.entity_id == person.id)).all() == ["account:change_password"]


def test_a_wrong_old_password_changes_nothing_and_is_counted(uow, person):
    refusal = service.change_password(uow, person, old_password="guess", password=NEW)
    account = uow.session.get_one(Account, person.id)
    assert (type(refusal), refusal.field, account.failed_logins) == (InvalidError, "old_password", 1)
    assert len(live(uow, person)) == 3
    assert isinstance(service.sign_in_by_password(uow, phone="13800000001", password=OLD), Account)


def test_guessing_the_old_password_locks_even_for_the_right_one(uow, person):
    for n in range(8):
        service.change_password(UnitOfWork(uow.session, uow.now + timedelta(minutes=n)), person, old_password="guess", password=NEW)
    refusal = service.change_password(UnitOfWork(uow.session, uow.now + timedelta(minutes=8)), person, old_password=OLD, password=NEW)
    assert (type(refusal), refusal.field) == (TooManyError, "old_password")
    assert len(live(uow, person)) == 3


def test_a_weak_new_password_is_refused_at_its_field(uow, person):
    with pytest.raises(InvalidError) as caught:
        service.change_password(uow, person, old_password=OLD, password="12345678")
    assert caught.value.field == "password"
    assert len(live(uow, person)) == 3


def test_an_account_without_a_password_takes_its_first(uow, cast):
    assert isinstance(service.change_password(uow, cast.tenant, old_password="", password=NEW), Account)
    assert isinstance(service.sign_in_by_password(uow, phone="13800000002", password=NEW), Account)


def test_nobody_changes_nothing(uow):
    with pytest.raises(NotSignedInError):
        service.change_password(uow, NOBODY, old_password=OLD, password=NEW)


class TestPhone:
    def test_the_account_moves_with_its_contact_lists_and_the_old_phone_is_told(self, uow, person, cast):
        other = make.room(uow, cast.building, "3-2-1502")
        uow.session.add(RoomMember(room_id=other.id, name="林晓", phone=PHONE, relation="tenant", from_on=uow.now.date()))
        code = codes.send_code(uow, phone=PHONE, purpose=CodePurpose.bind)
        result = registration.change_phone(uow, person, phone="139 0000 9999", code=code)
        assert isinstance(result, Account)
        uow.session.expire_all()
        assert uow.session.get_one(Account, person.id).phone == PHONE
        members = uow.session.scalars(select(RoomMember).where(RoomMember.account_id == person.id).order_by(col(RoomMember.id)))
        assert [(m.room_id, m.phone) for m in members] == [(cast.home.id, PHONE), (other.id, PHONE)]
        told = uow.session.scalars(select(OutboxMessage).where(OutboxMessage.event == "security")).one()
        assert told.address == "13800000001"

    def test_a_wrong_code_moves_nothing(self, uow, person):
        codes.send_code(uow, phone=PHONE, purpose=CodePurpose.bind)
        refusal = registration.change_phone(uow, person, phone=PHONE, code="000000x")
        assert (type(refusal), refusal.field) == (InvalidError, "code")
        assert uow.session.get_one(Account, person.id).phone == "13800000001"

    def test_a_code_for_signing_in_does_not_move_the_phone(self, uow, person):
        code = codes.send_code(uow, phone=PHONE, purpose=CodePurpose.login)
        assert isinstance(registration.change_phone(uow, person, phone=PHONE, code=code), InvalidError)

    def test_somebody_elses_phone_is_refused_although_the_code_is_right(self, uow, person):
        code = codes.send_code(uow, phone="13800000002", purpose=CodePurpose.bind)
        with pytest.raises(ConflictError) as caught:
            registration.change_phone(uow, person, phone="13800000002", code=code)
        assert caught.value.field == "phone"
        assert uow.session.get_one(Account, person.id).phone == "13800000001"

    def test_ones_own_phone_is_no_change(self, uow, person):
        with pytest.raises(InvalidError):
            registration.change_phone(uow, person, phone="13800000001", code="123456")

    def test_sessions_stay(self, uow, person):
        code = codes.send_code(uow, phone=PHONE, purpose=CodePurpose.bind)
        registration.change_phone(uow, person, phone=PHONE, code=code)
        assert len(uow.session.scalars(select(LoginSession).where(col(LoginSession.revoked_at).is_(None))).all()) == 3
