"""The harness itself: a tab is signed in through a real cookie and its work happens in the test's transaction."""

import pytest
import reflex as rx
from sqlmodel import select

from estate_app.access import service as access
from estate_app.access.models import Account
from estate_app.db import in_uow
from estate_app.errors import NotFoundError
from estate_app.ui.guard import me
from estate_app.ui.locale import Locale
from estate_app.ui.session import Session, chosen_estate, chosen_room
from tests.ui.seen import goes_to, toast


def test_a_resident_is_signed_in_with_the_room_in_view(act, cast):
    session = act(cast.owner, Session)
    assert (session.name, session.role, session.room_id) == ("林晓", "resident", str(cast.home.id))
    assert act.run_value(chosen_room(session)) == cast.home.id


def test_a_manager_has_the_estate_in_view(act, cast):
    session = act(cast.dispatcher, Session)
    assert act.run_value(chosen_estate(session)) == cast.estate.id


def test_nobody_is_nobody(act):
    session = act(None, Session)
    assert (session.name, session.role, session.is_loaded) == ("", "", True)


def test_a_url_and_a_language_are_seen(act, cast):
    session = act(cast.owner, Session, url="/bills?page=2", locale="en")
    assert (session.router.url.path, session.router.url.query) == ("/bills", "page=2")
    assert act.other(session, Locale).code == "en"


def test_work_happens_in_the_transaction_of_the_test(act, cast, uow):
    act.run_value(in_uow(access.save_preferences, cast.owner, is_elder=True))
    assert uow.session.scalars(select(Account.is_elder).where(Account.id == cast.owner.id)).one()


def test_what_a_refused_service_wrote_is_undone(act, cast, uow):
    def refused(inner):
        access.save_preferences(inner, cast.owner, is_elder=True)
        inner.flush()
        raise NotFoundError

    with pytest.raises(NotFoundError):
        act.run_value(in_uow(refused))
    assert not uow.session.scalars(select(Account.is_elder).where(Account.id == cast.owner.id)).one()


def test_a_refusal_of_a_handler_becomes_a_toast_in_the_language_of_the_page(act, cast):
    session = act(cast.worker, Session, locale="en")
    assert "You do not have the permission for this" in toast(act.run(session.choose_room("1")))


def test_a_stranger_is_sent_to_the_sign_in_page(act):
    session = act(None, Session, url="/bills")
    assert goes_to(act.run(session.choose_room("1"))) == "/login?next=/bills"


def test_me_is_the_actor_of_the_event(act, cast):
    seen = []

    async def look(state: rx.State) -> None:
        from estate_app.ui.guard import _enter

        await _enter(state, ())
        seen.append(me())

    act.run_value(look(act(cast.worker, Session)))
    assert (seen[0].id, seen[0].address, seen[0].session_id is None) == (cast.worker.id, "10.0.0.9", False)


def test_chinese_in_a_toast_can_be_read():
    assert "已保存" in toast([rx.toast.success("已保存")])
