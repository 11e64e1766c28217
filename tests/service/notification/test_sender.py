"""Sending: once each, again when it failed, never in the night, and not lost when a process dies."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from estate_app.db import UnitOfWork
from estate_app.kit.i18n import msg
from estate_app.notification.models import OutboxMessage, OutboxState, SendAttempt
from estate_app.notification.rules import LEASE, MAX_TRIES, quiet_until, retry_delay
from estate_app.notification.sender import Outcome, claim_due, send_due, settle
from estate_app.notification.service import send_sms
from tests.conftest import NOW

NIGHT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
MORNING = datetime(2026, 11, 19, 0, 0, tzinfo=UTC)


def queue(uow, *, event="announcement", urgent=False, dedupe="") -> OutboxMessage:
    send_sms(uow, phone="13900000000", event=event, body=msg("Hello {name}", name="林"), urgent=urgent, dedupe=dedupe)
    uow.flush()
    return uow.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()


def later(uow, seconds: float) -> UnitOfWork:
    return UnitOfWork(uow.session, uow.now + timedelta(seconds=seconds))


class TestClaim:
    def test_a_claimed_message_is_nobody_elses_until_the_lease_ends(self, uow) -> None:
        queue(uow)
        assert len(claim_due(uow)) == 1
        assert claim_due(later(uow, LEASE.total_seconds() - 1)) == []
        (again,) = claim_due(later(uow, LEASE.total_seconds()))
        assert again.tries == 2

    def test_urgent_ones_go_first(self, uow) -> None:
        queue(uow)
        urgent = queue(uow, urgent=True)
        assert claim_due(uow, limit=1)[0].id == urgent.id

    def test_at_night_only_urgent_ones_go(self, uow) -> None:
        calm, urgent = queue(uow), queue(uow, urgent=True)
        night = UnitOfWork(uow.session, NIGHT)
        assert [m.id for m in claim_due(night)] == [urgent.id]
        assert (calm.next_try_at, calm.tries) == (MORNING, 0)


class TestSettle:
    def test_sent(self, uow) -> None:
        message = queue(uow)
        settle(uow, claim_due(uow)[0], Outcome(is_sent=True, external_id="SM1"), chance=0)
        assert (message.state, message.external_id, message.sent_at) == (OutboxState.sent, "SM1", NOW)

    def test_a_failure_waits_and_is_tried_again(self, uow) -> None:
        message = queue(uow)
        settle(uow, claim_due(uow)[0], Outcome(is_sent=False, detail="busy"), chance=0.5)
        assert (message.state, message.error, message.next_try_at) == (OutboxState.waiting, "busy", NOW + timedelta(seconds=30))

    def test_a_permanent_failure_is_given_up_at_once(self, uow) -> None:
        message = queue(uow)
        settle(uow, claim_due(uow)[0], Outcome(is_sent=False, detail="no such number", is_permanent=True), chance=0)
        assert message.state is OutboxState.failed

    def test_the_last_try_gives_up(self, uow) -> None:
        message = queue(uow)
        message.tries = MAX_TRIES - 1
        settle(uow, claim_due(uow)[0], Outcome(is_sent=False, detail="busy"), chance=0)
        assert message.state is OutboxState.failed

    def test_a_late_failure_does_not_undo_anothers_success(self, uow) -> None:
        message = queue(uow)
        slow = claim_due(uow)[0]
        after = later(uow, LEASE.total_seconds())
        fast = claim_due(after)[0]
        settle(after, fast, Outcome(is_sent=True, external_id="SM2"), chance=0)
        settle(after, slow, Outcome(is_sent=False, detail="timeout", is_permanent=True), chance=0)
        after.flush()
        assert (message.state, message.external_id) == (OutboxState.sent, "SM2")
        assert uow.session.scalars(select(SendAttempt.is_sent).order_by(SendAttempt.id)).all() == [True, False]

    @pytest.mark.parametrize("outcome", [Outcome(is_sent=True), Outcome(is_sent=False, is_permanent=True)])
    def test_a_code_is_forgotten_when_it_is_over(self, uow, outcome) -> None:
        message = queue(uow, event="code")
        settle(uow, claim_due(uow)[0], outcome, chance=0)
        assert message.body == {"id": "", "params": {}}


class TestSendDue:
    def test_two_senders_at_once_send_each_message_once(self, committed) -> None:
        for number in range(10):
            committed.run(queue, urgent=True, dedupe=str(number))
        seen: list[int] = []

        def transport(outgoing):
            seen.append(outgoing.id)
            return Outcome(is_sent=True)

        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(4) as pool:
            sent = sum(pool.map(lambda _: send_due(transport, limit=3), range(8)))
        sent += send_due(transport)
        assert sent == 10
        assert len(seen) == len(set(seen)) == 10

    def test_a_dead_sender_loses_nothing(self, committed) -> None:
        committed.run(queue, urgent=True)

        def dies(outgoing):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            send_due(dies)
        row = committed.run(lambda uow: uow.session.scalars(select(OutboxMessage)).one())
        assert (row.state, row.tries) == (OutboxState.waiting, 1)


class TestRules:
    @pytest.mark.parametrize(
        ("hour", "minute", "ends"),
        [(21, 59, None), (22, 0, (19, 8)), (23, 59, (19, 8)), (0, 0, (18, 8)), (7, 59, (18, 8)), (8, 0, None)],
    )
    def test_quiet_hours_are_shanghais(self, hour, minute, ends) -> None:
        from estate_app.kit.clock import SHANGHAI

        at = datetime(2026, 11, 18, hour, minute, tzinfo=SHANGHAI)
        expected = None if ends is None else datetime(2026, 11, ends[0], ends[1], tzinfo=SHANGHAI)
        assert quiet_until(at) == expected

    def test_delays_double_up_to_an_hour(self) -> None:
        assert [retry_delay(n, 0.5).total_seconds() for n in (1, 2, 3, 8, 50)] == [30, 60, 120, 3600, 3600]
        assert (retry_delay(1, 0).total_seconds(), retry_delay(1, 1).total_seconds()) == (22.5, 37.5)
