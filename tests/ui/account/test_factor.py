"""The second factor in the pages: set up on one's own page, asked at sign-in, and asked by one dialog before money."""

import pyotp
import pytest
from sqlmodel import select

from estate_app.access import second_factor, service, sessions
from estate_app.access.models import Account, Grant, LoginTicket
from estate_app.access.permission import PermissionSet
from estate_app.ui.pages.account.security.factor_state import FactorCardState
from estate_app.ui.pages.account.security.page import security_page
from estate_app.ui.pages.manager.permissions.state import PermissionsState
from estate_app.ui.pages.public.entry import FactorStep
from estate_app.ui.pages.public.login.factor import FactorState
from estate_app.ui.pages.public.login.page import login_page
from estate_app.ui.pages.public.login.state import LoginState
from estate_app.ui.shell.factor import FactorDialog, factor_dialog
from tests.ui.entry.test_state import ticket_of
from tests.ui.seen import markup, toast

SECRET = "lake-garden-1501"


@pytest.fixture
def manager(uow, cast):
    account = uow.session.get_one(Account, cast.admin.id)
    account.password_hash = service.hash_password(SECRET)
    uow.flush()
    return cast.admin


def set_up(act, manager) -> pyotp.TOTP:
    page = act(manager, FactorCardState, url="/me/security")
    act.run(page.load())
    act.run(page.begin())
    totp = pyotp.TOTP(page.typed_key.replace(" ", ""))
    act.run(page.confirm({"code": totp.at(act.now)}))
    return totp


class TestSetUp:
    def test_the_key_is_shown_until_a_code_confirms_it_then_the_recovery_codes_once(self, act, manager):
        page = act(manager, FactorCardState, url="/me/security")
        act.run(page.load())
        assert (page.is_shown, page.since) == (True, "")
        act.run(page.begin())
        assert (page.opened, page.qr.startswith("M"), len(page.typed_key)) == ("setup", True, 39)
        code = pyotp.TOTP(page.typed_key.replace(" ", "")).at(act.now)
        assert "二次验证已启用" in toast(act.run(page.confirm({"code": code})))
        assert (page.opened, len(page.codes), page.typed_key, page.qr) == ("codes", 10, "", "")
        assert (page.since, page.codes_left) == ("2026-11-18", 10)
        act.run(page.ask(""))
        assert page.codes == []

    def test_a_wrong_code_stands_under_its_field_and_the_key_stays(self, act, uow, manager):
        page = act(manager, FactorCardState, url="/me/security")
        act.run(page.begin())
        act.run(page.confirm({"code": "000000"}))
        assert (list(page.field_errors), page.opened, page.busy) == (["code"], "setup", "")
        assert not second_factor.has_factor(uow.session, manager.id)

    def test_removing_asks_for_a_code(self, act, uow, manager):
        totp = set_up(act, manager)
        page = act(manager, FactorCardState, url="/me/security")
        act.run(page.ask("remove"))
        act.run(page.act({"code": totp.at(act.now)}))
        assert list(page.field_errors) == ["code"]  # the code that set it up is used
        act.run(page.act({"code": totp.at(act.now.timestamp() + 30)}))
        assert not second_factor.has_factor(uow.session, manager.id)
        assert page.since == ""

    def test_a_resident_has_none(self, act, cast):
        page = act(cast.owner, FactorCardState, url="/me/security")
        act.run(page.load())
        assert not page.is_shown
        assert toast(act.run(page.begin())) != ""
        assert page.typed_key == ""

    def test_it_is_drawn(self):
        drawn = markup(security_page())
        assert all(mark in drawn for mark in ("begin-factor", "factor-qr", "recovery-codes"))
        assert "factor-dialog" in markup(factor_dialog())


class TestSignIn:
    def test_after_the_password_comes_the_code(self, act, uow, manager):
        totp = set_up(act, manager)
        page = act(None, LoginState, url="/login?next=%2Fmanage%2Frefunds")
        act.run(page.choose_tab("password"))
        events = act.run(page.sign_in({"phone": uow.session.get_one(Account, manager.id).phone, "password": SECRET}))
        step, form = act.other(page, FactorStep), act.other(page, FactorState)
        assert (events, step.is_asked, page.busy) == ([], True, "")
        assert sessions.redeem_ticket(uow, ticket=step._ticket) is None
        act.run(form.type_code({"code": totp.at(act.now)}))
        assert (list(form.field_errors), step.is_asked) == (["code"], True)
        ticket, wish = ticket_of(act.run(form.type_code({"code": totp.at(act.now.timestamp() + 30)})))
        token = sessions.redeem_ticket(uow, ticket=ticket)
        assert (wish, sessions.actor_of_token(uow, token).id, step.is_asked, step._ticket) == ("/manage/refunds", manager.id, False, "")

    def test_without_a_ticket_a_code_opens_nothing(self, act, uow, manager):
        totp = set_up(act, manager)
        form = act(None, FactorState, url="/login")
        assert act.run(form.type_code({"code": totp.at(act.now.timestamp() + 30)})) == []
        assert list(form.field_errors) == ["code"]
        assert uow.session.scalars(select(LoginTicket)).all() == []

    def test_it_is_drawn(self):
        assert "factor-form" in markup(login_page())


class TestGuard:
    def test_a_money_action_opens_the_dialog_and_goes_through_once_the_code_is_typed(self, act, uow, manager, cast):
        totp = set_up(act, manager)
        page = act(manager, PermissionsState, url="/manage/permissions")
        act.run(page.load())
        dialog = act.other(page, FactorDialog)
        form = {"phone": "13900007777", "name": "孙新", "permission_set": "cashier", "place": "all"}
        before = len(uow.session.scalars(select(Grant)).all())
        assert toast(act.run(page.appoint(form))) == ""
        assert (dialog.is_open, len(uow.session.scalars(select(Grant)).all())) == (True, before)
        act.run(dialog.type_code({"code": "000000"}))
        assert (dialog.is_open, list(dialog.field_errors)) == (True, ["code"])
        assert "再次点击" in toast(act.run(dialog.type_code({"code": totp.at(act.now.timestamp() + 30)})))
        assert not dialog.is_open
        act.run(page.appoint(form))
        newest = uow.session.scalars(select(Grant.permission_set).order_by(Grant.id.desc())).first()
        assert newest is PermissionSet.cashier

    def test_who_has_none_is_told_where_to_set_it_up(self, act, manager, monkeypatch):
        from estate_app.settings import Settings

        monkeypatch.setattr(second_factor, "settings", lambda: Settings(require_second_factor=True))
        page = act(manager, PermissionsState, url="/manage/permissions")
        form = {"phone": "13900007777", "name": "孙新", "permission_set": "cashier", "place": "all"}
        assert "登录与安全" in toast(act.run(page.appoint(form)))
        assert not act.other(page, FactorDialog).is_open
