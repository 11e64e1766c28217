"""However bills have changed meanwhile, a payment's money is split so that its parts sum to it and no bill is overpaid."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from estate_app.billing.models import BillStatus
from estate_app.billing.settlement import LockedBill
from estate_app.payment.booking import split_money

amounts = st.integers(min_value=1, max_value=10**9)


@st.composite
def situations(draw):
    bills, items = {}, {}
    for number in range(1, draw(st.integers(1, 6)) + 1):
        amount = draw(amounts)
        paid = draw(st.integers(0, amount))
        status = draw(st.sampled_from(BillStatus))
        bills[number] = LockedBill(
            id=number, number=f"ZD-{number}", estate_id=1, room_id=draw(st.integers(1, 2)), fee_item_id=1, item_name="x",
            period=date(2026, 11, 1), due_on=date(2026, 11, 30), status=status, amount_fen=amount, paid_fen=paid,
        )  # fmt: skip
        items[number] = draw(amounts)
    return bills, items


@given(situations())
def test_the_parts_sum_to_the_payment_and_no_bill_gets_more_than_it_asks_for(situation):
    bills, items = situation
    split = split_money(items, bills)
    assert split.kept_fen + split.refund_fen == sum(items.values())
    assert all(0 < fen <= bills[bill_id].owed_fen for bill_id, fen in split.bills.items())
    void_rooms = {bill.room_id for bill in bills.values() if bill.status is BillStatus.void}
    assert set(split.prepaid) <= void_rooms
