"""The unit of work, the cast and the append-only tables."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from estate_app.access.audit import record
from estate_app.access.serial import next_serial


class TestAppendOnly:
    @pytest.mark.parametrize("table", ["audit_entry", "journal", "ledger_line", "order_step", "stock_movement"])
    def test_history_can_neither_be_changed_nor_deleted(self, uow, table):
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            with pytest.raises(IntegrityError, match="append-only"), uow.session.begin_nested():
                uow.session.execute(text(statement))

    def test_an_audit_entry_keeps_who_what_before_and_after(self, uow, cast):
        record(uow, cast.finance, "bill:void", "bill", 7, before={"status": "unpaid"}, after={"status": "void"})
        uow.flush()
        row = uow.session.execute(text("SELECT actor_name, action, entity_id, before, after FROM audit_entry")).one()
        assert tuple(row) == ("finance", "bill:void", 7, {"status": "unpaid"}, {"status": "void"})


class TestSerial:
    def test_numbers_follow_each_other_and_a_block_is_taken_at_once(self, uow):
        assert [next_serial(uow.session, "x"), next_serial(uow.session, "x", count=3), next_serial(uow.session, "x")] == [1, 2, 5]

    def test_fifty_at_once_get_fifty_different_numbers(self, committed):
        got = committed.at_once([lambda uow: next_serial(uow.session, "race")] * 50)
        assert sorted(got) == list(range(1, 51))
