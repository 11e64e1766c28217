"""Part payments in the estate's written order, and what is beyond the bills at the counter."""

from datetime import date

import pytest
from sqlmodel import select

from estate_app.billing.models import Bill, BillStatus, FeeItem, FeeKind
from estate_app.billing.rules.allocation import AllocationOrder
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.ledger.models import LedgerAccount
from estate_app.ledger.queries import room_prepaid
from estate_app.payment.allocation import allocation_order, change_order
from estate_app.payment.callbacks import receive
from estate_app.payment.channel import Channel, Means, PayWay
from estate_app.payment.counter import collect_at_counter
from estate_app.payment.models import Payment, PaymentItem, Receipt
from estate_app.payment.service import start_payment
from tests.fixtures.money import OCTOBER, balances, event_of, home_bill, vendor


@pytest.fixture(autouse=True)
def gateway():
    with vendor() as chosen:
        yield chosen


@pytest.fixture
def bills(uow, cast):
    """November's bill and the older one of October, 249.20 yuan each."""
    return home_bill(uow, cast), home_bill(uow, cast, code="old", period=OCTOBER)


def start(uow, cast, bills, amount, key="key-1"):
    return start_payment(
        uow, cast.owner, bill_ids=[bill.id for bill in bills], channel=Channel.wechat, method=PayWay.native, idempotency_key=key,
        amount_fen=amount,
    )  # fmt: skip


def take(uow, cast, bills, amount, *, tendered=100_000, key="c-1"):
    return collect_at_counter(
        uow, cast.cashier, bill_ids=[bill.id for bill in bills], means=Means.cash, tendered_fen=tendered, amount_fen=amount,
        idempotency_key=key,
    )  # fmt: skip


def shares(uow, payment):
    items = uow.session.exec(select(PaymentItem).where(PaymentItem.payment_id == payment.id)).all()
    return {item.bill_id: item.amount_fen for item in items}


def late_fee(uow, bill, amount_fen):
    """A late fee of a bill, as another part of the product would have charged it."""
    item = FeeItem(estate_id=bill.estate_id, code=f"late-{bill.id}", name="滞纳金", name_en="Late fee", kind=FeeKind.late_fee)
    uow.session.add(item)
    uow.flush()
    row = Bill(
        number=f"ZDLATE-{bill.id}", estate_id=bill.estate_id, room_id=bill.room_id, fee_item_id=item.id, period=date(2026, 11, 1),
        due_on=date(2026, 12, 20), amount_fen=amount_fen, issued_at=uow.now, for_bill_id=bill.id,
    )  # fmt: skip
    uow.session.add(row)
    uow.flush()
    return row


class TestOnline:
    def test_the_oldest_bill_is_met_first_and_the_rest_is_paid_later(self, uow, cast, bills):
        new, old = bills
        payment = start(uow, cast, bills, 30_000)
        assert shares(uow, payment) == {old.id: 24_920, new.id: 5_080}
        receive(uow, Channel.wechat, event_of(payment), b"{}")
        assert (old.status, new.status, new.paid_fen) == (BillStatus.paid, BillStatus.partly_paid, 5_080)
        rest = start(uow, cast, [new], None, key="key-2")
        assert (rest.amount_fen, shares(uow, rest)) == (19_840, {new.id: 19_840})
        receive(uow, Channel.wechat, event_of(rest, external_id="EV-2"), b"{}")
        assert new.status is BillStatus.paid
        assert balances(uow) == {LedgerAccount.income: -49_840, LedgerAccount.clearing_wechat: 49_840}

    @pytest.mark.parametrize(
        ("amount", "said"), [(0, "above zero"), (-1, "above zero"), (49_841, "at most that"), (10**12, "at most that")]
    )
    def test_an_amount_that_cannot_be_is_refused_and_nothing_is_written(self, uow, cast, bills, amount, said):
        with pytest.raises(InvalidError) as caught:
            start(uow, cast, bills, amount)
        assert (said in str(caught.value.message) or "498.40" in str(caught.value.message), caught.value.field) == (True, "amount")
        assert uow.session.exec(select(Payment)).all() == []

    def test_the_same_key_with_another_amount_is_refused(self, uow, cast, bills):
        first = start(uow, cast, bills, 10_000)
        assert start(uow, cast, bills, 10_000).id == first.id
        with pytest.raises(ConflictError, match="made before"):
            start(uow, cast, bills, 10_001)

    def test_a_live_part_payment_is_given_back_for_the_same_wish_only(self, uow, cast, bills):
        first = start(uow, cast, bills, 10_000)
        assert start(uow, cast, bills, 10_000, key="key-2").id == first.id
        with pytest.raises(ConflictError, match="is being paid"):
            start(uow, cast, bills, 10_001, key="key-3")


class TestOrder:
    def test_principal_or_late_fee_first_as_the_estate_has_written(self, uow, cast, bills):
        new, old = bills
        fee = late_fee(uow, old, 500)
        assert shares(uow, take(uow, cast, [*bills, fee], 24_920)) == {old.id: 24_920}
        change_order(uow, cast.finance, estate_id=cast.estate.id, order=AllocationOrder.late_fee_first)
        assert allocation_order(uow.session, cast.estate.id) is AllocationOrder.late_fee_first
        second = late_fee(uow, new, 700)
        # The fee of October falls due after November's bill.
        assert shares(uow, take(uow, cast, [new, fee, second], 25_700, key="c-2")) == {second.id: 700, new.id: 24_920, fee.id: 80}

    def test_who_may_not_set_tariffs_may_not_set_the_order(self, uow, cast):
        for actor in (cast.cashier, cast.owner, cast.worker):
            with pytest.raises(ForbiddenError):
                change_order(uow, actor, estate_id=cast.estate.id, order=AllocationOrder.late_fee_first)
        with pytest.raises(NotFoundError):
            change_order(uow, cast.finance, estate_id=cast.other_estate.id, order=AllocationOrder.late_fee_first)
        assert allocation_order(uow.session, cast.estate.id) is AllocationOrder.principal_first


class TestCounter:
    def test_what_is_beyond_the_bills_is_the_rooms_balance_and_stands_on_the_receipt(self, uow, cast, bills):
        new, old = bills
        payment = take(uow, cast, bills, 60_000, tendered=60_000)
        assert (payment.amount_fen, payment.prepaid_fen, shares(uow, payment)) == (60_000, 10_160, {new.id: 24_920, old.id: 24_920})
        assert room_prepaid(uow.session, cast.home.id) == 10_160
        assert balances(uow) == {LedgerAccount.income: -49_840, LedgerAccount.cash: 60_000, LedgerAccount.prepaid: -10_160}
        lines = uow.session.exec(select(Receipt)).one().content["lines"]
        assert [(line["item"], line["amount_fen"]) for line in lines][-1] == ("预存余额", 10_160)
        assert sum(line["amount_fen"] for line in lines) == 60_000

    def test_less_cash_than_the_amount_is_refused(self, uow, cast, bills):
        with pytest.raises(InvalidError) as caught:
            take(uow, cast, bills, 30_000, tendered=29_999)
        assert (caught.value.field, uow.session.exec(select(Payment)).all()) == ("tendered", [])

    def test_more_than_anybody_pays_in_advance_is_refused(self, uow, cast, bills):
        with pytest.raises(InvalidError) as caught:
            take(uow, cast, bills, 49_840 + 5_000_001, tendered=10**8)
        assert (caught.value.field, [bill.status for bill in bills]) == ("amount", [BillStatus.unpaid, BillStatus.unpaid])
