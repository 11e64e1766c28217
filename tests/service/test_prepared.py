"""Prepared statements: what they cost nothing to trust: words, lists, what the session holds, and what they leave alone."""

import pytest
from psycopg.errors import DivisionByZero
from sqlalchemy import ARRAY, BigInteger, any_, bindparam, literal, select, text, update
from sqlmodel import col

from estate_app.access.models import Account
from estate_app.access.permission import Role
from estate_app.prepared import Prepared, answered, columns, driver, rows_together

_NAMES = Prepared(columns(Account.id, Account.name).where(col(Account.id) == any_(bindparam("ids", type_=ARRAY(BigInteger)))))
_OF_ROLES = Prepared(
    select(Account.name)
    .where(col(Account.role).in_([Role.technician, Role.manager]), col(Account.phone).like(bindparam("phone")))
    .order_by(col(Account.phone))
)
_RENAME = Prepared(update(Account).where(col(Account.id) == bindparam("key")).values(name=bindparam("new_name")))


def account(uow, name="新人", phone="13700000001"):
    return Account(name=name, phone=phone, role=Role.resident, created_at=uow.now)


class TestRows:
    def test_values_and_lists_are_parameters_and_words_of_the_statement_are_text(self, uow, cast):
        assert _NAMES.rows(uow.session, ids=[cast.worker.id]) == [(cast.worker.id, "王建国")]
        assert _NAMES.rows(uow.session, ids=[]) == []
        assert _OF_ROLES.rows(uow.session, phone="1380000001%") == [("王建国",), ("李志强",)]

    def test_what_never_changes_stands_in_the_statement_where_the_planner_sees_it(self, uow, cast):
        asked = (literal("it's"), literal(7), literal(value=True), literal(None), bindparam("key", type_=BigInteger))
        constants = Prepared(columns(*asked, bindparam("key", type_=BigInteger) + 1))
        assert constants.first(uow.session, key=4) == ("it's", 7, True, None, 4, 5)
        sql, names, rest = constants._compiled
        assert (b"'it''s'" in sql, b"$2" in sql, b"$3" in sql) == (True, True, False)
        assert ("key" in names, list(rest.values())) == (True, [None])

    def test_the_first_row_or_none(self, uow, cast):
        assert _OF_ROLES.first(uow.session, phone="1380000001%") == ("王建国",)
        assert _OF_ROLES.first(uow.session, phone="nobody") is None

    def test_a_change_says_how_many_rows_it_found(self, uow, cast):
        assert _RENAME.run(uow.session, key=cast.worker.id, new_name="王师傅") == 1
        assert _RENAME.run(uow.session, key=-1, new_name="王师傅") == 0
        assert _NAMES.rows(uow.session, ids=[cast.worker.id]) == [(cast.worker.id, "王师傅")]

    def test_a_text_that_looks_like_a_parameter_stays_a_text(self, uow, cast):
        assert _RENAME.run(uow.session, key=cast.worker.id, new_name="100% :key %(key)s") == 1
        assert _NAMES.first(uow.session, ids=[cast.worker.id]) == (cast.worker.id, "100% :key %(key)s")


class TestSession:
    def test_it_sees_what_the_session_holds_and_has_not_sent(self, uow, cast):
        uow.session.add(account(uow))
        assert Prepared(select(Account.name).where(Account.phone == "13700000001")).rows(uow.session) == [("新人",)]

    def test_one_that_stands_apart_sends_nothing(self, uow, cast):
        apart = Prepared(select(Account.name).where(Account.phone == "13700000001"), is_apart=True)
        uow.session.add(account(uow))
        assert apart.rows(uow.session) == []
        uow.flush()
        assert apart.rows(uow.session) == [("新人",)]

    def test_it_runs_in_the_sessions_transaction(self, uow, cast):
        with uow.session.begin_nested() as savepoint:
            _RENAME.run(uow.session, key=cast.worker.id, new_name="王师傅")
            savepoint.rollback()
        assert _NAMES.first(uow.session, ids=[cast.worker.id]) == (cast.worker.id, "王建国")

    def test_plain_sql_with_a_cast_is_a_statement_too(self, uow):
        assert Prepared(text("SELECT CAST(:a AS integer) + 1, '50%'")).first(uow.session, a=1) == (2, "50%")


def round_trips(session, run):
    """How often something waits for the database."""
    connection, waits = driver(session), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "wait", lambda *given, **more: (waits.append(1), type(connection).wait(connection, *given, **more))[1])
        run()
    return len(waits)


class TestTogether:
    def test_each_statement_has_its_rows_in_its_order(self, uow, cast):
        people = _NAMES.asked(ids=[cast.worker.id])
        renamed = _NAMES.asked(ids=[cast.owner.id, cast.worker.id])
        assert [len(rows) for rows in rows_together(uow.session, people, renamed)] == [1, 2]

    def test_what_was_read_ahead_is_there_once_for_who_asks_just_that(self, uow, cast):
        rows_together(uow.session, ahead=[_NAMES.asked(ids=[cast.worker.id])])
        assert round_trips(uow.session, lambda: _NAMES.rows(uow.session, ids=[cast.owner.id])) > 0
        assert round_trips(uow.session, lambda: _NAMES.rows(uow.session, ids=[cast.worker.id])) == 0
        assert round_trips(uow.session, lambda: _NAMES.rows(uow.session, ids=[cast.worker.id])) > 0

    @pytest.mark.parametrize("how", ["prepared", "orm", "object"])
    def test_what_was_read_ahead_is_not_believed_after_a_change(self, uow, cast, how):
        asked = _NAMES.asked(ids=[cast.worker.id])
        rows_together(uow.session, ahead=[asked])
        if how == "prepared":
            _RENAME.run(uow.session, key=cast.worker.id, new_name="王师傅")
        elif how == "orm":
            uow.session.execute(update(Account).where(col(Account.id) == cast.worker.id).values(name="王师傅"))
        else:
            uow.session.get_one(Account, cast.worker.id).name = "王师傅"
        assert answered(uow.session, asked) == [(cast.worker.id, "王师傅")]

    def test_what_was_read_ahead_is_gone_with_its_savepoint(self, uow, cast):
        with uow.session.begin_nested() as savepoint:
            rows_together(uow.session, ahead=[_NAMES.asked(ids=[cast.worker.id])])
            savepoint.rollback()
        assert round_trips(uow.session, lambda: _NAMES.rows(uow.session, ids=[cast.worker.id])) > 0

    def test_a_statement_that_fails_ends_them_all(self, uow, cast):
        broken = Prepared(text("SELECT 1 / CAST(:a AS integer)")).asked(a=0)
        with pytest.raises(DivisionByZero), uow.session.begin_nested():
            rows_together(uow.session, _NAMES.asked(ids=[cast.worker.id]), broken)
        assert _NAMES.first(uow.session, ids=[cast.worker.id]) == (cast.worker.id, "王建国")
