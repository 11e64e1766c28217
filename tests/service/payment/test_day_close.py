"""The cashier's day: counted, closed once, with its difference approved by somebody else; later money falls on the next day."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.ledger.models import Journal, JournalKind, LedgerAccount
from estate_app.payment.channel import Means
from estate_app.payment.counter import collect_at_counter
from estate_app.payment.day_close import approve_close, close_day, day_figures, open_days
from estate_app.payment.desk_models import CloseStatus, DayClose
from tests.fixtures.money import balances, home_bill

TODAY, TOMORROW = date(2026, 11, 18), date(2026, 11, 19)


def take(uow, cast, bill, key, *, means=Means.cash):
    voucher = {} if means is Means.cash else {"voucher": f"V-{key}"}
    return collect_at_counter(uow, cast.cashier, bill_ids=[bill.id], means=means, tendered_fen=30_000, idempotency_key=key, **voucher)


def close(uow, cast, counted, *, actor=None, on=TODAY, reason=""):
    return close_day(uow, actor or cast.cashier, estate_id=cast.estate.id, business_on=on, counted_fen=counted, reason=reason)


def days_of_money(uow):
    return uow.session.exec(select(Journal.business_on).where(Journal.kind == JournalKind.payment).order_by(Journal.id)).all()


def test_a_right_count_closes_the_day_and_the_next_money_falls_on_the_next(uow, cast):
    take(uow, cast, home_bill(uow, cast), "a")
    take(uow, cast, home_bill(uow, cast, code="b"), "b", means=Means.transfer)
    figures = day_figures(uow.session, cashier_id=cast.cashier.id, estate_id=cast.estate.id, on=TODAY)
    assert (figures.expected_fen, [(s.means, s.taken_fen, s.taken_count) for s in figures.sums]) == (
        24_920, [("cash", 24_920, 1), ("transfer", 24_920, 1), ("card", 0, 0)],
    )  # fmt: skip
    closed = close(uow, cast, 24_920)
    assert (closed.status, closed.expected_fen, closed.difference_fen, closed.number) == (
        CloseStatus.closed, 24_920, 0, f"RJ20261118-{cast.estate.id}-{cast.cashier.id}",
    )  # fmt: skip
    take(uow, cast, home_bill(uow, cast, code="c"), "c")
    assert days_of_money(uow) == [TODAY, TODAY, TOMORROW]
    assert open_days(uow.session, cast.cashier, estate_id=cast.estate.id, today=TODAY) == [TOMORROW]
    with pytest.raises(ConflictError, match="closed already"):
        close(uow, cast, 24_920)
    with pytest.raises(ConflictError, match="not come yet"):
        close(uow, cast, 24_920, on=TOMORROW)


def test_a_difference_wants_a_reason_and_another_persons_approval(uow, cast):
    take(uow, cast, home_bill(uow, cast), "a")
    with pytest.raises(InvalidError) as caught:
        close(uow, cast, 24_900)
    assert (caught.value.field, uow.session.exec(select(DayClose)).all()) == ("reason", [])
    first = close(uow, cast, 24_900, reason="找零多给")
    assert (first.status, first.difference_fen) == (CloseStatus.to_approve, -20)
    take(uow, cast, home_bill(uow, cast, code="b"), "b")
    assert days_of_money(uow) == [TODAY, TOMORROW]
    again = close(uow, cast, 24_910, reason="重新清点")
    assert (again.id, again.difference_fen) == (first.id, -10)
    before = balances(uow)
    for actor in (cast.cashier, cast.owner, cast.auditor):
        with pytest.raises(ForbiddenError):
            approve_close(uow, actor, close_id=first.id)
    approved = approve_close(uow, cast.finance, close_id=first.id)
    assert (approved.status, approved.approved_by) == (CloseStatus.closed, cast.finance.id)
    after = balances(uow)
    assert (after[LedgerAccount.cash] - before[LedgerAccount.cash], after[LedgerAccount.cash_difference]) == (-10, 10)
    entry = uow.session.exec(select(Journal).where(Journal.kind == JournalKind.day_close)).one()
    assert entry.business_on == TODAY
    with pytest.raises(ConflictError):
        approve_close(uow, cast.finance, close_id=first.id)


def test_who_counts_and_approves_in_one_person_cannot(uow, cast):
    closed = close(uow, cast, 100, actor=cast.supervisor, reason="多出一元")
    with pytest.raises(ConflictError, match="counted"):
        approve_close(uow, cast.supervisor, close_id=closed.id)
    assert LedgerAccount.cash_difference not in balances(uow)


def test_strangers_close_nothing(uow, cast):
    for actor in (cast.owner, cast.worker, cast.finance, cast.auditor):
        with pytest.raises(ForbiddenError):
            close(uow, cast, 0, actor=actor)
    with pytest.raises(NotFoundError):
        close_day(uow, cast.cashier, estate_id=cast.other_estate.id, business_on=TODAY, counted_fen=0)
    with pytest.raises(InvalidError):
        close(uow, cast, -1)
    assert uow.session.exec(select(DayClose)).all() == []


def test_money_and_the_close_at_once_lose_no_fen(committed):
    cast = committed.cast()
    bills = committed.run(lambda uow: [home_bill(uow, cast, code=f"b{n}") for n in range(12)])
    calls = [lambda uow, bill=bill: take(uow, cast, bill, f"k-{bill.id}") for bill in bills]
    calls[6:6] = [lambda uow: close(uow, cast, 10**9, reason="并发")] * 2
    results = committed.at_once(calls)
    assert [type(r).__name__ for r in results if isinstance(r, Exception)] == []

    def facts(uow):
        closed = uow.session.exec(select(DayClose)).one()
        sums = [
            day_figures(uow.session, cashier_id=cast.cashier.id, estate_id=cast.estate.id, on=day).expected_fen for day in (TODAY, TOMORROW)
        ]
        return closed.expected_fen, sums

    expected, (today, tomorrow) = committed.run(facts)
    assert (expected, today + tomorrow) == (today, 12 * 24_920)


def test_a_day_that_was_forgotten_stays_open_and_is_closed_later(committed):
    cast = committed.cast()
    committed.run(lambda uow: take(uow, cast, home_bill(uow, cast), "a"))
    later = committed.now + timedelta(days=1)
    days = committed.run(lambda uow: open_days(uow.session, cast.cashier, estate_id=cast.estate.id, today=TOMORROW), now=later)
    assert days == [TODAY, TOMORROW]
    assert committed.run(lambda uow: close(uow, cast, 24_920).status, now=later) is CloseStatus.closed
