"""A room's balance: topped up, seen, spent by hand and by itself, exactly once."""

from datetime import date

import pytest
from sqlmodel import func, select

from estate_app.billing.models import Bill, BillStatus
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.pagination import PageRequest
from estate_app.ledger.models import LedgerAccount
from estate_app.ledger.queries import room_prepaid
from estate_app.payment.balance import balance_movements, balance_view, deduct_due, deduct_room, set_automatic, start_top_up
from estate_app.payment.callbacks import receive
from estate_app.payment.channel import Channel, Means, PayWay
from estate_app.payment.counter import Handover, pay_from_balance, top_up_at_counter
from estate_app.payment.models import Payment
from estate_app.payment.service import start_payment
from tests.fixtures.money import OCTOBER, balances, event_of, home_bill, vendor

TODAY = date(2026, 11, 18)


@pytest.fixture(autouse=True)
def gateway():
    with vendor() as chosen:
        yield chosen


def top_up(uow, cast, amount, *, actor=None, key="t-1", room=None):
    return start_top_up(
        uow, actor or cast.owner, room_id=(room or cast.home).id, amount_fen=amount, channel=Channel.wechat, method=PayWay.native,
        idempotency_key=key,
    )  # fmt: skip


def filled(uow, cast, amount, key="f-1"):
    paid = Handover(Means.cash, tendered_fen=amount)
    return top_up_at_counter(uow, cast.cashier, room_id=cast.home.id, amount_fen=amount, paid=paid, idempotency_key=key)


class TestTopUp:
    def test_it_comes_onto_the_balance_once_and_gives_a_receipt(self, uow, cast):
        payment = top_up(uow, cast, 20_000)
        assert (payment.prepaid_fen, top_up(uow, cast, 20_000).id) == (20_000, payment.id)
        receive(uow, Channel.wechat, event_of(payment), b"{}")
        receive(uow, Channel.wechat, event_of(payment, external_id="EV-2"), b"{}")
        assert balances(uow) == {LedgerAccount.clearing_wechat: 20_000, LedgerAccount.prepaid: -20_000}
        view = balance_view(uow.session, cast.tenant, room_id=cast.home.id, on=TODAY)
        assert (view.amount_fen, view.is_automatic) == (20_000, False)

    @pytest.mark.parametrize("amount", [0, -1, 99, 5_000_001, 10**12])
    def test_an_amount_that_nobody_pays_in_advance_is_refused(self, uow, cast, amount):
        with pytest.raises(InvalidError) as caught:
            top_up(uow, cast, amount)
        assert (caught.value.field, uow.session.exec(select(Payment)).all()) == ("amount", [])

    def test_the_same_key_with_another_amount_is_refused(self, uow, cast):
        top_up(uow, cast, 20_000)
        with pytest.raises(ConflictError):
            top_up(uow, cast, 20_001)

    def test_strangers_and_technicians_have_no_balance_here(self, uow, cast):
        room_id = cast.home.id
        with pytest.raises(NotFoundError):
            top_up(uow, cast, 20_000, actor=cast.stranger)
        with pytest.raises(ForbiddenError):
            top_up(uow, cast, 20_000, actor=cast.worker)
        for read in (balance_view, lambda *args, **kwargs: balance_movements(*args, page=PageRequest(), **kwargs)):
            with pytest.raises(NotFoundError):
                read(uow.session, cast.stranger, room_id=room_id, on=TODAY)
        with pytest.raises(NotFoundError):
            set_automatic(uow, cast.stranger, room_id=room_id, is_on=True)
        with pytest.raises(ForbiddenError):
            filled(uow, cast.__class__(**{name: getattr(cast, name) for name in cast.__slots__} | {"cashier": cast.finance}), 1_000)


class TestSpend:
    def test_movements_say_what_came_and_went_with_the_balance_after_each(self, uow, cast):
        filled(uow, cast, 30_000)
        bill = home_bill(uow, cast)
        pay_from_balance(uow, cast.owner, bill_ids=[bill.id], idempotency_key="p", amount_fen=10_000)
        page = balance_movements(uow.session, cast.owner, room_id=cast.home.id, on=TODAY, page=PageRequest())
        assert [(row.amount_fen, row.balance_fen) for row in page.rows] == [(-10_000, 20_000), (30_000, 30_000)]
        assert (bill.status, bill.paid_fen) == (BillStatus.partly_paid, 10_000)

    def test_switched_on_it_pays_at_once_the_oldest_first_and_the_last_one_in_part(self, uow, cast):
        new, old = home_bill(uow, cast), home_bill(uow, cast, code="old", period=OCTOBER)
        filled(uow, cast, 30_000)
        payment = set_automatic(uow, cast.owner, room_id=cast.home.id, is_on=True)
        assert (payment.amount_fen, payment.channel, payment.payer_id) == (30_000, Channel.balance, cast.owner.id)
        assert (old.status, new.paid_fen, room_prepaid(uow.session, cast.home.id)) == (BillStatus.paid, 5_080, 0)
        assert set_automatic(uow, cast.owner, room_id=cast.home.id, is_on=True) is None
        assert deduct_room(uow, cast.home.id) is None

    def test_without_the_wish_nothing_is_taken(self, uow, cast):
        filled(uow, cast, 30_000)
        home_bill(uow, cast)
        assert deduct_room(uow, cast.home.id) is None
        set_automatic(uow, cast.owner, room_id=cast.home.id, is_on=True)
        set_automatic(uow, cast.owner, room_id=cast.home.id, is_on=False)
        home_bill(uow, cast, code="later")
        assert deduct_room(uow, cast.home.id) is None
        assert room_prepaid(uow.session, cast.home.id) == 5_080

    def test_a_bill_that_is_being_paid_online_and_a_disputed_one_are_left_alone(self, uow, cast):
        busy, disputed = home_bill(uow, cast), home_bill(uow, cast, code="disputed")
        disputed.status = BillStatus.disputed
        start_payment(uow, cast.tenant, bill_ids=[busy.id], channel=Channel.wechat, method=PayWay.native, idempotency_key="k")
        filled(uow, cast, 60_000)
        assert set_automatic(uow, cast.owner, room_id=cast.home.id, is_on=True) is None
        assert room_prepaid(uow.session, cast.home.id) == 60_000

    def test_an_estate_that_takes_no_payments_takes_none_from_balances(self, uow, cast):
        filled(uow, cast, 60_000)
        set_automatic(uow, cast.owner, room_id=cast.home.id, is_on=True)
        home_bill(uow, cast)
        cast.estate.is_collection_paused = True
        uow.session.add(cast.estate)
        uow.flush()
        with pytest.raises(ConflictError):
            deduct_room(uow, cast.home.id)
        assert room_prepaid(uow.session, cast.home.id) == 60_000


def test_twenty_jobs_at_once_pay_a_bill_once(committed):
    cast = committed.cast()

    def prepare(uow):
        filled(uow, cast, 60_000)
        set_automatic(uow, cast.owner, room_id=cast.home.id, is_on=True)
        return home_bill(uow, cast).id

    bill_id = committed.run(prepare)
    results = committed.at_once([lambda uow: deduct_room(uow, cast.home.id)] * 20)
    assert [type(result).__name__ for result in results if result is not None] == ["Payment"]
    assert deduct_due(committed.now) == 0
    facts = committed.run(
        lambda uow: (
            uow.session.get(Bill, bill_id).status,
            room_prepaid(uow.session, cast.home.id),
            uow.session.exec(select(func.count()).select_from(Payment).where(Payment.channel == Channel.balance)).one(),
        )
    )
    assert facts == (BillStatus.paid, 35_080, 1)


def test_the_job_pays_every_room_that_wants_it(committed):
    cast = committed.cast()

    def prepare(uow):
        filled(uow, cast, 60_000)
        set_automatic(uow, cast.owner, room_id=cast.home.id, is_on=True)
        home_bill(uow, cast)

    committed.run(prepare)
    assert (deduct_due(committed.now), deduct_due(committed.now)) == (1, 0)
    assert committed.run(lambda uow: room_prepaid(uow.session, cast.home.id)) == 35_080
