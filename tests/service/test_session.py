"""Appended rows: sent together, after the objects they refer to, seen by every read, dropped with what is rolled back."""

import pytest
from sqlalchemy import text
from sqlmodel import select

from estate_app.access.audit import record
from estate_app.access.models import Account, AuditEntry
from estate_app.access.permission import Role
from estate_app.prepared import Prepared, execute, piped
from estate_app.repair.models import OrderStep, RepairOrder
from tests.service.repair.steps import new_order

SENT = ("repair_order", "activity", "inbox_item", "inbox_item")


def note(uow, cast, action="test:one"):
    record(uow, cast.finance, action, "thing", 7)


def actions(uow):
    return list(uow.session.execute(text("SELECT action FROM audit_entry WHERE entity = 'thing' ORDER BY id")).scalars())


class TestWhenTheyAreSent:
    def test_they_wait_until_the_session_speaks_to_the_database(self, uow, cast):
        note(uow, cast)
        driver = uow.session.connection().connection.driver_connection
        assert driver.execute("SELECT count(*) FROM audit_entry WHERE entity = 'thing'").fetchone() == (0,)
        assert uow.session.has_appended
        uow.flush()
        assert not uow.session.has_appended
        assert driver.execute("SELECT count(*) FROM audit_entry WHERE entity = 'thing'").fetchone() == (1,)

    def test_plain_sql_and_objects_see_them(self, uow, cast):
        note(uow, cast)
        assert actions(uow) == ["test:one"]
        note(uow, cast, "test:two")
        assert [e.action for e in uow.session.exec(select(AuditEntry).where(AuditEntry.entity == "thing"))] == ["test:one", "test:two"]

    def test_a_commit_sends_them(self, committed):
        cast = committed.cast()
        committed.run(note, cast)
        assert committed.run(actions) == ["test:one"]

    def test_rows_of_several_tables_go_out_with_one_statement_in_their_order(self, uow, cast):
        order = new_order(uow, cast)
        uow.flush()
        sent = []
        step = {"order_id": order.id, "actor_id": None, "actor_name": "", "from_status": None, "to_status": "assigned", "at": uow.now}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("estate_app.bulk.execute", lambda *given: (sent.append(given[1]), execute(*given))[1])
            for number in range(3):
                uow.append(OrderStep, step | {"action": f"one{number}", "reason": "", "note": "", "client_at": None})
                note(uow, cast, f"test:{number}")
            uow.flush()
        assert len(sent) == 1
        assert actions(uow) == ["test:0", "test:1", "test:2"]
        found = uow.session.execute(text("SELECT action FROM order_step WHERE action LIKE 'one%' ORDER BY id")).scalars()
        assert list(found) == ["one0", "one1", "one2"]

    def test_a_new_order_and_all_that_is_told_of_it_go_out_in_one_round_trip(self, uow, cast):
        sent = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("estate_app.session.piped", lambda *given: (sent.append([sql.decode() for sql, _ in given[1]]), piped(*given))[1])
            order = new_order(uow, cast)
            uow.flush()
        assert [[f'"{table}"' in one or f"INTO {table}" in one for one, table in zip(pipe, SENT, strict=True)] for pipe in sent] == [
            [True] * 4
        ]
        assert not uow.session.dirty
        assert uow.session.get(RepairOrder, order.id) is order
        assert tuple(uow.session.execute(text("SELECT status, technician_id FROM repair_order")).one()) == ("assigned", cast.worker.id)

    def test_an_appended_object_is_the_sessions_from_the_flush_on(self, uow, cast):
        order = new_order(uow, cast)
        uow.flush()
        order.end_reason = "later"
        assert order in uow.session.dirty
        uow.flush()
        assert uow.session.execute(text("SELECT end_reason FROM repair_order")).scalar_one() == "later"


class TestRollback:
    def test_what_was_appended_within_a_savepoint_goes_with_it_and_what_came_before_stays(self, uow, cast):
        note(uow, cast, "test:before")
        savepoint = uow.session.begin_nested()
        note(uow, cast, "test:within")
        savepoint.rollback()
        note(uow, cast, "test:after")
        assert actions(uow) == ["test:before", "test:after"]

    def test_a_savepoint_that_ends_well_keeps_them(self, uow, cast):
        with uow.session.begin_nested():
            note(uow, cast)
        assert actions(uow) == ["test:one"]

    def test_a_unit_of_work_that_fails_leaves_nothing(self, committed):
        cast = committed.cast()

        def fails(uow):
            uow.session.add(Account(name="新人", phone="13700000001", role=Role.resident, created_at=uow.now))
            note(uow, cast)
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            committed.run(fails)
        assert committed.run(actions) == []


class TestStatementsThatWait:
    def test_they_run_after_the_rows_and_hand_over_what_they_answer(self, uow, cast):
        found = []
        note(uow, cast)
        uow.session.append_statement(_ACTIONS.asked(), found.extend)
        assert found == []
        uow.flush()
        assert found == [("test:one",)]

    def test_what_they_append_in_turn_goes_out_too(self, uow, cast):
        uow.session.append_statement(_ACTIONS.asked(), lambda _: note(uow, cast, "test:later"))
        uow.flush()
        assert (uow.session.has_appended, actions(uow)) == (False, ["test:later"])

    def test_they_are_dropped_with_what_is_rolled_back(self, uow, cast):
        found = []
        with uow.session.begin_nested() as savepoint:
            uow.session.append_statement(_ACTIONS.asked(), found.extend)
            savepoint.rollback()
        uow.flush()
        assert found == []


_ACTIONS = Prepared(text("SELECT action FROM audit_entry WHERE entity = 'thing' ORDER BY id"))
