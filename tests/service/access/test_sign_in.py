"""The way in: codes, registration, passwords, locks."""

from datetime import timedelta

import pytest
from sqlmodel import select

from estate_app.access import codes, service, sessions
from estate_app.access.models import Account, CodePurpose, LoginSession, OneTimeCode
from estate_app.access.permission import Role
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, TooManyError
from estate_app.kit.clock import business_date
from estate_app.kit.crypto import digest
from estate_app.notification.models import OutboxMessage
from estate_app.property import registration
from estate_app.property.models import RoomMember
from estate_app.property.queries import own_rooms
from tests.fixtures import make

PHONE = "13900001234"
PASSWORD = "lake-garden-1501"


def later(uow: UnitOfWork, **by) -> UnitOfWork:
    return UnitOfWork(uow.session, uow.now + timedelta(**by))


class TestSendCode:
    def test_the_code_goes_to_the_phone_and_only_its_digest_is_kept(self, uow):
        code = codes.send_code(uow, phone="139 0000 1234", purpose=CodePurpose.login)
        row = uow.session.scalars(select(OneTimeCode)).one()
        message = uow.session.scalars(select(OutboxMessage)).one()
        assert (row.phone, message.address, code in str(message.body)) == (PHONE, PHONE, True)
        assert code not in row.code_sha

    def test_a_second_code_within_a_minute_is_refused_with_the_seconds_left(self, uow):
        codes.send_code(uow, phone=PHONE, purpose=CodePurpose.login)
        with pytest.raises(TooManyError) as caught:
            codes.send_code(later(uow, seconds=20), phone=PHONE, purpose=CodePurpose.login)
        assert caught.value.retry_after == 41

    def test_the_sixth_code_within_an_hour_is_refused(self, uow):
        for n in range(5):
            codes.send_code(later(uow, minutes=2 * n), phone=PHONE, purpose=CodePurpose.login)
        with pytest.raises(TooManyError):
            codes.send_code(later(uow, minutes=12), phone=PHONE, purpose=CodePurpose.login)
        codes.send_code(later(uow, minutes=61), phone=PHONE, purpose=CodePurpose.login)

    def test_one_address_cannot_ask_for_codes_of_many_phones(self, uow):
        for n in range(20):
            codes.send_code(uow, phone=f"139000020{n:02d}", purpose=CodePurpose.login, address="10.0.0.1")
        with pytest.raises(TooManyError):
            codes.send_code(uow, phone="13900002099", purpose=CodePurpose.login, address="10.0.0.1")

    @pytest.mark.parametrize("typed", ["", "12345", "1380000000", "23800000000", "abcdefghijk"])
    def test_what_is_no_mobile_number_is_refused_by_field(self, uow, typed):
        with pytest.raises(InvalidError) as caught:
            codes.send_code(uow, phone=typed, purpose=CodePurpose.login)
        assert caught.value.field == "phone"


class TestUseCode:
    def test_a_code_works_once(self, uow):
        code = codes.send_code(uow, phone=PHONE, purpose=CodePurpose.login)
        assert codes.use_code(uow, phone=PHONE, purpose=CodePurpose.login, code=code)
        assert not codes.use_code(uow, phone=PHONE, purpose=CodePurpose.login, code=code)

    def test_a_code_for_one_purpose_is_worthless_for_another(self, uow):
        code = codes.send_code(uow, phone=PHONE, purpose=CodePurpose.login)
        assert not codes.use_code(uow, phone=PHONE, purpose=CodePurpose.reset, code=code)

    def test_a_code_is_worthless_after_five_minutes(self, uow):
        code = codes.send_code(uow, phone=PHONE, purpose=CodePurpose.login)
        assert not codes.use_code(later(uow, minutes=5), phone=PHONE, purpose=CodePurpose.login, code=code)

    def test_after_five_wrong_tries_the_right_code_is_worthless_too(self, uow):
        code = codes.send_code(uow, phone=PHONE, purpose=CodePurpose.login)
        wrong = "000000" if code != "000000" else "111111"
        for _ in range(5):
            assert not codes.use_code(uow, phone=PHONE, purpose=CodePurpose.login, code=wrong)
        assert not codes.use_code(uow, phone=PHONE, purpose=CodePurpose.login, code=code)


class TestRegister:
    def register(self, uow, **change):
        code = codes.send_code(uow, phone=PHONE, purpose=CodePurpose.register)
        fields = {"phone": PHONE, "code": code, "name": "林晓", "password": PASSWORD}
        return registration.register(uow, **(fields | change))

    def test_a_new_resident_has_every_room_whose_contact_list_names_the_phone(self, uow, cast):
        uow.session.add(RoomMember(room_id=cast.home.id, name="林晓", phone=PHONE, relation="owner", from_on=business_date(uow.now)))
        account = self.register(uow)
        actor = sessions.actor_of_account(uow, account)
        assert account.role is Role.resident
        assert [room.label for room in own_rooms(uow.session, actor, business_date(uow.now))] == ["3栋2单元1501"]

    def test_a_wrong_code_is_refused_and_nobody_is_registered(self, uow):
        refusal = self.register(uow, code="nonsense")
        assert (refusal.field, uow.session.scalars(select(Account)).all()) == ("code", [])

    def test_a_phone_registers_once(self, uow, cast):
        code = codes.send_code(uow, phone="13800000001", purpose=CodePurpose.register)
        with pytest.raises(ConflictError) as caught:
            registration.register(uow, phone="13800000001", code=code, name="x", password=PASSWORD)
        assert caught.value.field == "phone"

    @pytest.mark.parametrize(
        ("change", "field"),
        [({"name": "  "}, "name"), ({"name": "x" * 41}, "name"), ({"password": "short1"}, "password"), ({"password": "123456789"}, "password"),
         ({"password": "a13900001234"}, "password"), ({"password": "x" * 129}, "password")],
    )  # fmt: skip
    def test_bad_fields_are_named(self, uow, change, field):
        with pytest.raises(InvalidError) as caught:
            self.register(uow, **change)
        assert caught.value.field == field


class TestSignInByPassword:
    @pytest.fixture
    def account(self, uow):
        return make.account(uow, phone=PHONE, password_hash=service.hash_password(PASSWORD))

    def sign_in(self, uow, password=PASSWORD):
        return service.sign_in_by_password(uow, phone=PHONE, password=password)

    def test_the_right_password_opens(self, uow, account):
        assert self.sign_in(uow) is account

    def test_an_unknown_phone_and_a_wrong_password_are_told_the_same(self, uow, account):
        wrong = self.sign_in(uow, "nonsense-1")
        unknown = service.sign_in_by_password(uow, phone="13911112222", password=PASSWORD)
        assert wrong.message == unknown.message

    def test_after_eight_wrong_passwords_the_right_one_is_refused_for_a_quarter_of_an_hour_and_the_owner_is_told(self, uow, account):
        for n in range(8):
            self.sign_in(later(uow, minutes=n), "nonsense-1")
        refused = self.sign_in(later(uow, minutes=8))
        assert (type(refused), refused.retry_after) == (TooManyError, 14 * 60 + 1)
        assert [m.event for m in uow.session.scalars(select(OutboxMessage))] == ["security"]
        assert self.sign_in(later(uow, minutes=23)) is account

    def test_a_code_lifts_the_lock(self, uow, account):
        for n in range(8):
            self.sign_in(later(uow, minutes=n), "nonsense-1")
        code = codes.send_code(later(uow, minutes=8), phone=PHONE, purpose=CodePurpose.login)
        assert service.sign_in_by_code(later(uow, minutes=8), phone=PHONE, code=code) is account
        assert self.sign_in(later(uow, minutes=9)) is account

    def test_an_account_that_is_switched_off_stays_out(self, uow, account):
        account.is_active = False
        assert isinstance(self.sign_in(uow), InvalidError)


class TestSessions:
    @pytest.fixture
    def account(self, uow):
        return make.account(uow, phone=PHONE)

    def test_a_ticket_gives_one_session_whose_token_the_database_does_not_know(self, uow, account):
        ticket = sessions.issue_ticket(uow, account)
        uow.flush()
        token = sessions.redeem_ticket(uow, ticket=ticket)
        uow.flush()
        assert sessions.redeem_ticket(uow, ticket=ticket) is None
        assert sessions.actor_of_token(uow, token).account_id == account.id
        assert [s.token_sha for s in uow.session.scalars(select(LoginSession))] == [digest(token)]

    def test_a_ticket_is_worthless_after_a_minute(self, uow, account):
        ticket = sessions.issue_ticket(uow, account)
        uow.flush()
        assert sessions.redeem_ticket(later(uow, minutes=1), ticket=ticket) is None

    def test_sign_out_everywhere_ends_every_session(self, uow, account):
        tokens = [sessions.open_session(uow, account, kind="browser") for _ in range(3)]
        uow.flush()
        actor = sessions.actor_of_token(uow, tokens[0])
        assert sessions.end_all_sessions(uow, actor) == 3
        assert [sessions.actor_of_token(uow, token).account_id for token in tokens] == [None] * 3

    def test_an_expired_session_is_nobodys(self, uow, account):
        token = sessions.open_session(uow, account, kind="browser")
        uow.flush()
        assert sessions.actor_of_token(later(uow, days=30), token).account_id is None

    def test_a_new_password_ends_every_session(self, uow, account):
        token = sessions.open_session(uow, account, kind="browser")
        code = codes.send_code(uow, phone=PHONE, purpose=CodePurpose.reset)
        assert service.reset_password(uow, phone=PHONE, code=code, password=PASSWORD) is account
        assert sessions.actor_of_token(uow, token).account_id is None
        assert service.sign_in_by_password(uow, phone=PHONE, password=PASSWORD) is account


class TestOwnRooms:
    def test_a_departed_tenant_keeps_nothing(self, uow, cast):
        on = business_date(uow.now)
        member = uow.session.scalars(select(RoomMember).where(RoomMember.account_id == cast.tenant.id)).one()
        assert len(own_rooms(uow.session, cast.tenant, on)) == 1
        member.to_on = on - timedelta(days=1)
        uow.flush()
        assert own_rooms(uow.session, cast.tenant, on) == []
