"""The way in on the screen: sign-in, registration, a forgotten password."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import select

from estate_app.access import service, sessions
from estate_app.access.models import Account, LoginSession, LoginTicket, OneTimeCode
from estate_app.access.permission import Role
from estate_app.demo.accounts import ACCOUNTS, PASSWORD
from estate_app.settings import settings
from estate_app.ui.pages.common import code_sender
from estate_app.ui.pages.public.login import state as login
from estate_app.ui.pages.public.login.page import login_page
from estate_app.ui.pages.public.login.state import LoginState
from estate_app.ui.pages.public.register.page import register_page
from estate_app.ui.pages.public.register.state import RegisterState
from estate_app.ui.pages.public.reset.page import reset_page
from estate_app.ui.pages.public.reset.state import ResetState
from tests.fixtures import make
from tests.ui.seen import goes_to, markup, said, toast

PHONE, SECRET = "13800000001", "lake-garden-1501"


@pytest.fixture
def owner(uow, cast) -> Account:
    account = uow.session.get_one(Account, cast.owner.id)
    account.password_hash = service.hash_password(SECRET)
    uow.flush()
    return account


@pytest.fixture
def no_demo(monkeypatch):
    real = settings().model_copy(update={"demo": False})
    for module in (login, code_sender):
        monkeypatch.setattr(module, "settings", lambda: real)


def ticket_of(events) -> tuple[str, str]:
    """The ticket and the `next` of the page load among the events."""
    call = next(said(e) for e in events if "window.location.assign" in said(e))
    literal = re.search(r'assign\((.+)\)\\?"', call)
    assert literal is not None
    address = json.loads(json.loads(f'"{literal[1]}"'))
    parts = urlsplit(address)
    return parts.path.removeprefix("/session/"), parse_qs(parts.query)["next"][0]


class TestSignIn:
    def test_a_right_password_leads_to_a_ticket_that_opens_a_session(self, act, uow, owner):
        page = act(None, LoginState, url="/login")
        act.run(page.choose_tab("password"))
        events = act.run(page.sign_in({"phone": "138 0000 0001", "password": SECRET}))
        ticket, wish = ticket_of(events)
        token = sessions.redeem_ticket(uow, ticket=ticket)
        assert (wish, sessions.actor_of_token(uow, token).id) == ("/", owner.id)

    def test_it_goes_where_the_visitor_wanted_quoted_so_that_nothing_runs(self, act, owner):
        wish = "/bills?x=1&y=');alert(1);//"
        page = act(None, LoginState, url="/login?next=%2Fbills%3Fx%3D1%26y%3D%27%29%3Balert%281%29%3B%2F%2F")
        act.run(page.choose_tab("password"))
        events = act.run(page.sign_in({"phone": PHONE, "password": SECRET}))
        assert ticket_of(events)[1] == wish
        assert "');alert" not in next(said(e) for e in events if "assign" in said(e))

    @pytest.mark.parametrize(("key", "home"), [("worker", "/tech"), ("dispatcher", "/manage")])
    def test_each_role_goes_to_its_own_home(self, act, uow, cast, key, home):
        account = uow.session.get_one(Account, getattr(cast, key).id)
        account.password_hash = service.hash_password(SECRET)
        uow.flush()
        page = act(None, LoginState)
        act.run(page.choose_tab("password"))
        assert ticket_of(act.run(page.sign_in({"phone": account.phone, "password": SECRET})))[1] == home

    def test_a_wrong_password_stands_under_its_field_and_is_counted(self, act, uow, owner):
        page = act(None, LoginState)
        act.run(page.choose_tab("password"))
        events = act.run(page.sign_in({"phone": PHONE, "password": "guess"}))
        assert events == []
        assert (page.field_errors, page.busy) == ({"password": "手机号或密码不正确，请检查"}, "")
        assert uow.session.get_one(Account, owner.id).failed_logins == 1
        assert uow.session.scalars(select(LoginTicket)).all() == []

    def test_an_odd_phone_stands_under_its_field_in_english(self, act):
        page = act(None, LoginState, locale="en")
        act.run(page.sign_in({"phone": "12", "code": "123456"}))
        assert page.field_errors == {"phone": "Write a mobile number of 11 digits, such as 138 0000 0000"}

    def test_by_code(self, act, uow, owner):
        page = act(None, LoginState)
        act.run(page.note_phone(PHONE))
        act.run(page.send_code())
        assert (page.sent, page.wait_seconds, len(page.shown_code)) == (1, 60, 6)
        ticket, _ = ticket_of(act.run(page.sign_in({"phone": PHONE, "code": page.shown_code})))
        assert sessions.redeem_ticket(uow, ticket=ticket)

    def test_a_wrong_code_costs_a_try(self, act, uow, owner):
        page = act(None, LoginState)
        act.run(page.note_phone(PHONE))
        act.run(page.send_code())
        act.run(page.sign_in({"phone": PHONE, "code": "nocode"}))
        assert list(page.field_errors) == ["code"]
        assert uow.session.scalars(select(OneTimeCode.tries)).one() == 1

    def test_asking_again_at_once_starts_the_wait_that_is_left(self, act):
        page = act(None, LoginState)
        act.run(page.note_phone(PHONE))
        act.run(page.send_code())
        act.run(page.send_code())
        assert (page.sent, page.wait_seconds, list(page.field_errors), page.is_sending) == (2, 61, ["code"], False)

    def test_outside_the_demo_the_code_is_not_shown(self, act, uow, owner, no_demo):
        page = act(None, LoginState)
        act.run(page.note_phone(PHONE))
        act.run(page.send_code())
        assert (page.sent, page.shown_code) == (1, "")
        assert len(uow.session.scalars(select(OneTimeCode)).all()) == 1

    def test_who_is_signed_in_goes_home(self, act, cast):
        assert goes_to(act.run(act(cast.owner, LoginState, url="/login").load())) == "/"
        assert goes_to(act.run(act(cast.worker, LoginState, url="/login").load())) == "/tech"
        assert goes_to(act.run(act(cast.admin, LoginState, url="/login").load())) == "/manage"
        assert act.run(act(None, LoginState, url="/login").load()) == []


class TestDemo:
    def test_one_tap_signs_in(self, act, uow):
        demo = ACCOUNTS[2]
        account = make.account(uow, demo.name, demo.phone, demo.role, password_hash=service.hash_password(PASSWORD))
        page = act(None, LoginState, locale="en")
        act.run(page.load())
        assert [row.key for row in page.demo] == [one.key for one in ACCOUNTS]
        ticket, home = ticket_of(act.run(page.sign_in_demo(demo.key)))
        token = sessions.redeem_ticket(uow, ticket=ticket)
        assert (sessions.actor_of_token(uow, token).id, home) == (account.id, "/tech")

    def test_outside_the_demo_there_are_no_such_people(self, act, uow, no_demo):
        demo = ACCOUNTS[0]
        make.account(uow, demo.name, demo.phone, demo.role, password_hash=service.hash_password(PASSWORD))
        page = act(None, LoginState)
        act.run(page.load())
        assert page.demo == []
        assert toast(act.run(page.sign_in_demo(demo.key))) != ""
        assert uow.session.scalars(select(LoginTicket)).all() == []

    def test_an_unknown_key_is_nobody(self, act, uow):
        act.run(act(None, LoginState).sign_in_demo("root"))
        assert uow.session.scalars(select(LoginTicket)).all() == []


class TestRegister:
    def test_a_resident_comes_in_with_the_rooms_of_the_phone(self, act, uow, cast):
        page = act(None, RegisterState, locale="en")
        act.run(page.note_phone("13900001111"))
        act.run(page.send_code())
        form = {"phone": "13900001111", "code": page.shown_code, "name": "新住户", "password": SECRET}
        ticket, home = ticket_of(act.run(page.register(form)))
        actor = sessions.actor_of_token(uow, sessions.redeem_ticket(uow, ticket=ticket))
        account = uow.session.get_one(Account, actor.id)
        assert (home, actor.role, account.name, account.locale) == ("/", Role.resident, "新住户", "en")

    def test_each_wrong_field_says_so_and_no_account_is_made(self, act, uow):
        page = act(None, RegisterState)
        for form, field in (
            ({"phone": "1", "name": "x", "password": SECRET}, "phone"),
            ({"phone": "13900001111", "name": " ", "password": SECRET}, "name"),
            ({"phone": "13900001111", "name": "x", "password": "1"}, "password"),
            ({"phone": "13900001111", "name": "x", "password": SECRET, "code": "1"}, "code"),
        ):
            act.run(page.register(form))
            assert (list(page.field_errors), page.is_busy) == ([field], False)
        assert uow.session.scalars(select(Account).where(Account.phone == "13900001111")).all() == []

    def test_who_is_signed_in_goes_home(self, act, cast):
        assert goes_to(act.run(act(cast.owner, RegisterState, url="/register").load())) == "/"


class TestReset:
    def test_a_new_password_ends_every_session_and_signs_in(self, act, uow, owner):
        sessions.open_session(uow, owner, kind="browser")
        page = act(None, ResetState)
        act.run(page.note_phone(PHONE))
        act.run(page.send_code())
        ticket, _ = ticket_of(act.run(page.reset_password({"phone": PHONE, "code": page.shown_code, "password": "other-lake-77"})))
        assert all(uow.session.scalars(select(LoginSession.revoked_at)))
        assert sessions.redeem_ticket(uow, ticket=ticket)
        assert isinstance(service.sign_in_by_password(uow, phone=PHONE, password="other-lake-77"), Account)

    def test_a_code_for_signing_in_sets_no_password(self, act, uow, owner):
        other = act(None, LoginState)
        act.run(other.note_phone(PHONE))
        act.run(other.send_code())
        page = act(None, ResetState)
        act.run(page.reset_password({"phone": PHONE, "code": other.shown_code, "password": "other-lake-77"}))
        assert list(page.field_errors) == ["code"]
        assert isinstance(service.sign_in_by_password(uow, phone=PHONE, password=SECRET), Account)


@pytest.mark.parametrize(
    ("page", "marks"),
    [
        (login_page, ("login-tab-code", "login-tab-password", "sign-in", "send-code-slot", "demo-accounts", "to-reset", "to-register")),
        (register_page, ("register", "name-field", "password-field", "code-field", "phone-field")),
        (reset_page, ("reset", "password-field", "code-field", "phone-field")),
    ],
)
def test_the_pages_hold_what_a_person_acts_on(page, marks):
    text = markup(page())
    assert [mark for mark in marks if mark not in text and mark != "send-code-slot"] == []
    assert "ResendButton" in text
