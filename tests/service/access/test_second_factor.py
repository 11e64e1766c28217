"""The managers' second factor: set up, asked at sign-in and before money, never taken twice."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlmodel import col, select

from estate_app.access import grants, second_factor, sessions
from estate_app.access.actor import NOBODY, SYSTEM
from estate_app.access.models import Account, AuditEntry, Grant, LoginSession, RecoveryCode, SecondFactor, SessionKind
from estate_app.access.permission import PermissionSet
from estate_app.billing import corrections, discounts, waivers
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, NotSignedInError, SecondFactorError, TooManyError
from estate_app.notification.models import InboxItem
from estate_app.payment import day_close, refunds, stops
from estate_app.settings import Settings

WRONG = "000000"


def later(uow, **span):
    return UnitOfWork(uow.session, uow.now + timedelta(**span))


@pytest.fixture
def manager(uow, cast):
    """The administrator in a session of a browser."""
    account = uow.session.get_one(Account, cast.admin.id)
    token = sessions.open_session(uow, account, kind=SessionKind.browser)
    uow.flush()
    return sessions.actor_of_token(uow, token)


@pytest.fixture
def totp(uow, manager):
    """The authenticator of the administrator, set up ten minutes ago; `codes` are the recovery codes."""
    then = later(uow, minutes=-10)
    key = second_factor.begin(then, manager).key.replace(" ", "")
    made = pyotp.TOTP(key)
    made.codes = second_factor.confirm(then, manager, code=made.at(then.now))
    return made


def factor_of(uow, actor) -> SecondFactor:
    return uow.session.get_one(SecondFactor, actor.id, populate_existing=True)


class TestSetUp:
    def test_it_counts_once_a_code_confirms_it_and_the_secret_is_kept_sealed(self, uow, manager):
        enrolment = second_factor.begin(uow, manager)
        key = enrolment.key.replace(" ", "")
        assert enrolment.uri.startswith("otpauth://totp/")
        assert not second_factor.has_factor(uow.session, manager.id)
        codes = second_factor.confirm(uow, manager, code=pyotp.TOTP(key).at(uow.now))
        assert (len(set(codes)), all(re.fullmatch(r"[a-z2-9]{5}-[a-z2-9]{5}", code) for code in codes)) == (10, True)
        assert second_factor.read_status(uow.session, manager) == second_factor.FactorStatus(uow.now, 10)
        kept = uow.session.scalars(select(RecoveryCode.code_sha)).all()
        assert key not in factor_of(uow, manager).secret
        assert not set(kept) & {code.replace("-", "") for code in codes}
        assert uow.session.scalars(select(AuditEntry.action).where(AuditEntry.entity_id == manager.id)).all() == ["second_factor:set_up"]

    def test_a_wrong_code_turns_nothing_on(self, uow, manager):
        second_factor.begin(uow, manager)
        assert isinstance(second_factor.confirm(uow, manager, code=WRONG), InvalidError)
        assert (second_factor.has_factor(uow.session, manager.id), factor_of(uow, manager).failures) == (False, 1)

    def test_a_second_one_is_refused_and_the_first_stays(self, uow, manager, totp):
        before = factor_of(uow, manager).secret
        with pytest.raises(ConflictError):
            second_factor.begin(uow, manager)
        assert factor_of(uow, manager).secret == before

    def test_removing_asks_for_a_code(self, uow, manager, totp):
        assert isinstance(second_factor.remove(uow, manager, code=WRONG), InvalidError)
        assert second_factor.has_factor(uow.session, manager.id)
        assert second_factor.remove(uow, manager, code=totp.at(uow.now)) is None
        assert not second_factor.has_factor(uow.session, manager.id)
        assert uow.session.scalars(select(RecoveryCode)).all() == []

    def test_new_recovery_codes_void_the_old(self, uow, manager, totp):
        fresh = second_factor.renew_codes(uow, manager, code=totp.at(uow.now))
        assert isinstance(second_factor.prove(uow, manager, code=totp.codes[0]), InvalidError)
        assert second_factor.prove(uow, manager, code=fresh[0]) is None

    def test_only_the_machine_resets_a_lost_one(self, uow, manager, totp, cast):
        phone = uow.session.get_one(Account, manager.id).phone
        with pytest.raises(ForbiddenError):
            second_factor.reset(uow, cast.supervisor, phone=phone)
        assert second_factor.has_factor(uow.session, manager.id)
        second_factor.reset(uow, SYSTEM, phone=phone)
        assert not second_factor.has_factor(uow.session, manager.id)
        with pytest.raises(NotFoundError):
            second_factor.reset(uow, SYSTEM, phone=phone)

    @pytest.mark.parametrize("key", ["owner", "worker"])
    def test_it_is_for_managers(self, uow, cast, key):
        stranger = getattr(cast, key)
        for act in (
            second_factor.begin,
            lambda u, a: second_factor.confirm(u, a, code=WRONG),
            lambda u, a: second_factor.prove(u, a, code=WRONG),
        ):
            with pytest.raises(ForbiddenError):
                act(uow, stranger)
        with pytest.raises(NotSignedInError):
            second_factor.begin(uow, NOBODY)
        assert uow.session.scalars(select(SecondFactor)).all() == []

    def test_a_code_of_somebody_else_opens_nothing(self, uow, manager, totp, cast):
        with pytest.raises(ConflictError):
            second_factor.prove(uow, cast.supervisor, code=totp.at(uow.now))
        assert factor_of(uow, manager).failures == 0


class TestCodes:
    def test_the_same_code_is_not_taken_twice(self, uow, manager, totp):
        code = totp.at(uow.now)
        assert second_factor.prove(uow, manager, code=code) is None
        assert isinstance(second_factor.prove(uow, manager, code=code), InvalidError)
        assert isinstance(second_factor.prove(later(uow, seconds=20), manager, code=code), InvalidError)

    def test_an_older_step_is_not_taken_after_a_newer_one(self, uow, manager, totp):
        assert second_factor.prove(uow, manager, code=totp.at(uow.now)) is None
        assert isinstance(second_factor.prove(uow, manager, code=totp.at(uow.now - timedelta(seconds=30))), InvalidError)

    def test_a_clock_half_a_minute_off_is_forgiven_a_minute_and_a_half_is_not(self, uow, manager, totp):
        assert isinstance(second_factor.prove(uow, manager, code=totp.at(uow.now - timedelta(seconds=90))), InvalidError)
        assert second_factor.prove(uow, manager, code=totp.at(uow.now - timedelta(seconds=30))) is None

    @pytest.mark.parametrize("typed", ["", "１２３４５６", "12345678901234567890", "abc"])
    def test_odd_text_is_a_wrong_code(self, uow, manager, totp, typed):
        assert isinstance(second_factor.prove(uow, manager, code=typed), InvalidError)

    def test_a_recovery_code_is_good_once_as_it_is_typed(self, uow, manager, totp):
        code = totp.codes[3]
        assert second_factor.prove(uow, manager, code=f" {code.upper()} ") is None
        assert isinstance(second_factor.prove(uow, manager, code=code), InvalidError)
        assert second_factor.read_status(uow.session, manager).codes_left == 9

    def test_five_wrong_codes_rest_for_ten_minutes_even_for_the_right_one_and_the_owner_is_told(self, uow, manager, totp):
        refusals = [second_factor.prove(uow, manager, code=WRONG) for _ in range(5)]
        assert [type(one) for one in refusals] == [InvalidError] * 4 + [TooManyError]
        assert isinstance(second_factor.prove(uow, manager, code=totp.at(uow.now)), TooManyError)
        told = uow.session.scalars(select(InboxItem.event).where(InboxItem.account_id == manager.id)).all()
        assert told.count("security") == 2  # set up, then the lock
        after = later(uow, minutes=10)
        assert second_factor.prove(after, manager, code=totp.at(after.now)) is None


class TestFreshness:
    def test_without_a_factor_the_demo_asks_for_nothing(self, uow, manager):
        second_factor.ensure_fresh(uow, manager)

    def test_where_it_is_required_one_is_told_where_to_set_it_up(self, uow, manager, monkeypatch):
        monkeypatch.setattr(second_factor, "settings", lambda: Settings(require_second_factor=True))
        with pytest.raises(ForbiddenError, match="Set up the second factor"):
            second_factor.ensure_fresh(uow, manager)
        second_factor.ensure_fresh(uow, SYSTEM)

    def test_it_is_required_outside_the_demo_unless_said_otherwise(self):
        real = {"demo": False, "sandbox": False, "secret_key": "x" * 40}
        assert [Settings(**real).asks_second_factor, Settings().asks_second_factor] == [True, False]
        assert not Settings(**real, require_second_factor=False).asks_second_factor

    def test_a_proof_is_good_for_five_minutes_and_for_its_own_session(self, uow, manager, totp):
        with pytest.raises(SecondFactorError):
            second_factor.ensure_fresh(uow, manager)
        second_factor.prove(uow, manager, code=totp.at(uow.now))
        second_factor.ensure_fresh(later(uow, minutes=5), manager)
        with pytest.raises(SecondFactorError):
            second_factor.ensure_fresh(later(uow, minutes=5, seconds=1), manager)
        account = uow.session.get_one(Account, manager.id)
        other = sessions.actor_of_token(uow, sessions.open_session(uow, account, kind=SessionKind.browser))
        with pytest.raises(SecondFactorError):
            second_factor.ensure_fresh(uow, other)
        with pytest.raises(SecondFactorError):
            second_factor.ensure_fresh(uow, sessions.actor_of_account(uow, account))

    def test_an_appointment_waits_for_the_code(self, uow, manager, totp, cast):
        def appoint():
            return grants.appoint(uow, manager, phone="13900007777", name="孙新", permission_set=PermissionSet.cashier)

        before = len(uow.session.scalars(select(Grant)).all())
        with pytest.raises(SecondFactorError):
            appoint()
        grant_id = uow.session.scalars(select(Grant.id).where(Grant.account_id == cast.cashier.id)).one()
        with pytest.raises(SecondFactorError):
            grants.revoke(uow, manager, grant_id=grant_id)
        assert len(uow.session.scalars(select(Grant)).all()) == before
        second_factor.prove(uow, manager, code=totp.at(uow.now))
        assert appoint().permission_set is PermissionSet.cashier

    @pytest.mark.parametrize(
        ("module", "name"),
        [
            (refunds, "propose_refund"),
            (refunds, "approve_refund"),
            (waivers, "request_waiver"),
            (waivers, "approve_waiver"),
            (discounts, "request_discount"),
            (discounts, "_decide"),
            (corrections, "void_bill"),
            (day_close, "approve_close"),
            (stops, "stop_payments"),
            (grants, "appoint"),
            (grants, "revoke"),
        ],
    )
    def test_every_money_action_asks(self, module, name):
        """A service that loses its line is found; `replace_bill` voids through `void_bill`."""
        assert "ensure_fresh" in getattr(module, name).__code__.co_names


class TestSignIn:
    def test_a_ticket_that_asks_opens_nothing_before_a_code_passed_it(self, uow, manager, totp):
        account = uow.session.get_one(Account, manager.id)
        ticket = sessions.issue_ticket(uow, account, asks_factor=True)
        uow.flush()
        assert sessions.redeem_ticket(uow, ticket=ticket) is None
        assert isinstance(second_factor.pass_ticket(uow, ticket=ticket, code=WRONG), InvalidError)
        assert sessions.redeem_ticket(uow, ticket=ticket) is None
        assert second_factor.pass_ticket(uow, ticket=ticket, code=totp.at(uow.now)) == "manager"
        uow.flush()
        token = sessions.redeem_ticket(uow, ticket=ticket)
        second_factor.ensure_fresh(uow, sessions.actor_of_token(uow, token))
        assert sessions.redeem_ticket(uow, ticket=ticket) is None
        newest = uow.session.scalars(select(LoginSession.proved_at).order_by(col(LoginSession.id).desc())).first()
        assert newest == uow.now

    def test_the_ticket_lives_five_minutes(self, uow, manager, totp):
        ticket = sessions.issue_ticket(uow, uow.session.get_one(Account, manager.id), asks_factor=True)
        uow.flush()
        after = later(uow, minutes=5)
        assert isinstance(second_factor.pass_ticket(after, ticket=ticket, code=totp.at(after.now)), InvalidError)

    def test_an_unknown_ticket_costs_nobody_a_try(self, uow, manager, totp):
        assert isinstance(second_factor.pass_ticket(uow, ticket="guess", code=WRONG), InvalidError)
        assert factor_of(uow, manager).failures == 0
