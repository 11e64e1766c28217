"""Telling people: inbox, outbox, and what each may read."""

import pytest
from sqlmodel import select

from estate_app.access.models import Account, AuditEntry
from estate_app.errors import ConflictError, ForbiddenError, NotFoundError
from estate_app.kit.i18n import msg, translate
from estate_app.kit.pagination import PageRequest
from estate_app.notification.models import InboxItem, OutboxMessage, OutboxState
from estate_app.notification.queries import (
    OutboxFilter,
    count_unread,
    inbox_before,
    list_attempts,
    list_inbox,
    list_outbox,
)
from estate_app.notification.service import mark_all_read, mark_read, retry_message, send_sms, tell

TITLE, BODY = msg("Paid"), msg("Your bill of {amount} is paid", amount="¥250.88")


def told(uow, *people, **extra):
    tell(uow, [p.id for p in people], event="paid", title=TITLE, body=BODY, **extra)


class TestTell:
    def test_each_person_finds_it_in_the_inbox_once(self, uow, cast) -> None:
        tell(uow, [cast.owner.id, cast.owner.id, cast.tenant.id], event="paid", title=TITLE, body=BODY, link="/pay/1")
        (row,) = list_inbox(uow.session, cast.owner, page=PageRequest()).rows
        assert (translate(row.body, "en"), row.link, row.is_read) == ("Your bill of ¥250.88 is paid", "/pay/1", False)
        assert count_unread(uow.session, cast.tenant) == 1
        assert uow._topics >= {f"inbox:{cast.owner.id}", f"inbox:{cast.tenant.id}"}

    def test_the_same_key_reaches_a_person_once_and_another_person_still(self, uow, cast) -> None:
        told(uow, cast.owner, dedupe="bill:7", sms=True)
        told(uow, cast.owner, cast.tenant, dedupe="bill:7", sms=True)
        assert sorted(uow.session.scalars(select(InboxItem.account_id))) == sorted([cast.owner.id, cast.tenant.id])
        assert sorted(uow.session.scalars(select(OutboxMessage.account_id))) == sorted([cast.owner.id, cast.tenant.id])

    def test_without_a_key_it_is_told_again(self, uow, cast) -> None:
        told(uow, cast.owner)
        told(uow, cast.owner)
        assert count_unread(uow.session, cast.owner) == 2

    def test_a_message_in_a_message_is_read_back_as_one(self, uow, cast) -> None:
        tell(uow, [cast.owner.id], event="x", title=TITLE, body=msg("Order: {state}", state=msg("{count} left", count=3)))
        (row,) = inbox_before(uow.session, cast.owner, before=None, size=5)
        assert row.body == msg("Order: {state}", state=msg("{count} left", count=3))

    def test_whoever_is_switched_off_is_left_out(self, uow, cast) -> None:
        uow.session.get(Account, cast.owner.id).is_active = False
        uow.flush()
        told(uow, cast.owner, sms=True)
        assert uow.session.scalars(select(InboxItem)).all() == []

    def test_a_code_goes_to_a_number_without_an_account(self, uow, cast) -> None:
        send_sms(uow, phone="13900000000", event="code", body=msg("Code {code}", code="123456"), dedupe="code:1")
        send_sms(uow, phone="13900000000", event="code", body=msg("Code {code}", code="123456"), dedupe="code:1")
        (row,) = uow.session.scalars(select(OutboxMessage)).all()
        assert (row.account_id, row.address, row.is_urgent) == (None, "13900000000", True)


class TestRead:
    def test_reading_is_counted_and_repeatable(self, uow, cast) -> None:
        told(uow, cast.owner)
        told(uow, cast.owner)
        item = inbox_before(uow.session, cast.owner, before=None, size=1)[0]
        mark_read(uow, cast.owner, item_id=item.id)
        mark_read(uow, cast.owner, item_id=item.id)
        uow.flush()
        assert count_unread(uow.session, cast.owner) == 1
        assert mark_all_read(uow, cast.owner) == 1
        assert count_unread(uow.session, cast.owner) == 0

    def test_a_stranger_finds_nothing(self, uow, cast) -> None:
        told(uow, cast.owner)
        item = inbox_before(uow.session, cast.owner, before=None, size=1)[0]
        with pytest.raises(NotFoundError):
            mark_read(uow, cast.stranger, item_id=item.id)
        assert count_unread(uow.session, cast.owner) == 1
        assert inbox_before(uow.session, cast.stranger, before=None, size=5) == []

    def test_pages_go_backwards_without_gaps(self, uow, cast) -> None:
        for _ in range(5):
            told(uow, cast.owner)
        first = inbox_before(uow.session, cast.owner, before=None, size=3)
        second = inbox_before(uow.session, cast.owner, before=first[-1].id, size=3)
        assert [row.id for row in [*first, *second]] == sorted((row.id for row in [*first, *second]), reverse=True)
        assert len({row.id for row in [*first, *second]}) == 5


class TestLog:
    def test_numbers_are_masked_without_the_permission(self, uow, cast) -> None:
        told(uow, cast.owner, sms=True)
        hidden = list_outbox(uow.session, cast.auditor, filter=OutboxFilter(), page=PageRequest()).rows[0]
        shown = list_outbox(uow.session, cast.admin, filter=OutboxFilter(), page=PageRequest()).rows[0]
        assert (hidden.address, shown.address) == ("138 **** 0001", "13800000001")

    def test_residents_and_technicians_may_not_look(self, uow, cast) -> None:
        for actor in (cast.owner, cast.worker, cast.cashier):
            with pytest.raises(ForbiddenError):
                list_outbox(uow.session, actor, filter=OutboxFilter(), page=PageRequest())
            with pytest.raises(ForbiddenError):
                list_attempts(uow.session, actor, message_id=1)

    def test_a_failed_one_is_sent_again_and_that_is_on_record(self, uow, cast) -> None:
        told(uow, cast.owner, sms=True)
        row = uow.session.scalars(select(OutboxMessage)).one()
        with pytest.raises(ConflictError):
            retry_message(uow, cast.admin, message_id=row.id)
        row.state, row.tries = OutboxState.failed, 8
        retry_message(uow, cast.admin, message_id=row.id)
        uow.flush()
        assert (row.state, row.tries) == (OutboxState.waiting, 0)
        assert uow.session.scalars(select(AuditEntry.action)).all() == ["notice:retry"]
