"""Money at the counter and from the balance; receipts in print and under their code; who sees a payment."""

import re
from datetime import date

import pytest
from sqlmodel import select

from estate_app.billing.corrections import void_bill
from estate_app.billing.models import BillStatus
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.pagination import PageRequest
from estate_app.ledger.models import LedgerAccount
from estate_app.ledger.queries import room_prepaid
from estate_app.payment.channel import Channel
from estate_app.payment.counter import Means, change_fen, collect_at_counter, pay_from_balance
from estate_app.payment.filters import PaymentFilter
from estate_app.payment.models import Payment, PaymentStatus, Receipt
from estate_app.payment.queries import export_payments, list_payments, payment_view
from estate_app.payment.receipts import check_receipt, receipt_pdf
from tests.fixtures.money import balances, home_bill

TODAY = date(2026, 11, 18)


def cash(uow, cast, bill, tendered=25_000, key="c-1", **extra):
    return collect_at_counter(uow, cast.cashier, bill_ids=[bill.id], means=Means.cash, tendered_fen=tendered, idempotency_key=key, **extra)


def test_cash_gives_change_a_receipt_and_the_ledger_its_cash(uow, cast):
    bill = home_bill(uow, cast)
    payment = cash(uow, cast, bill, payer_name="林晓的母亲")
    assert (payment.status, payment.channel, change_fen(payment), bill.status) == (PaymentStatus.paid, Channel.counter, 80, BillStatus.paid)
    assert balances(uow) == {LedgerAccount.income: -24_920, LedgerAccount.cash: 24_920}
    assert uow.session.exec(select(Receipt)).one().content["payer"] == "林晓的母亲"
    assert cash(uow, cast, bill).id == payment.id
    with pytest.raises(ConflictError):
        cash(uow, cast, bill, key="c-2")


def test_too_little_cash_is_refused_and_nothing_changes(uow, cast):
    bill = home_bill(uow, cast)
    with pytest.raises(InvalidError) as caught:
        cash(uow, cast, bill, tendered=24_919)
    assert (str(caught.value.message), caught.value.field) == ("The cash must be at least ¥249.20", "tendered")
    assert (bill.status, uow.session.exec(select(Payment)).all()) == (BillStatus.unpaid, [])


def test_a_voucher_pays_once(uow, cast):
    first, second = home_bill(uow, cast), home_bill(uow, cast, code="second")
    wish = {"means": Means.transfer, "voucher": "ICBC-20261118-7"}
    collect_at_counter(uow, cast.cashier, bill_ids=[first.id], idempotency_key="t-1", **wish)
    assert balances(uow)[LedgerAccount.bank] == 24_920
    with pytest.raises(ConflictError, match="was used for payment"):
        collect_at_counter(uow, cast.cashier, bill_ids=[second.id], idempotency_key="t-2", **wish)
    with pytest.raises(InvalidError):
        collect_at_counter(uow, cast.cashier, bill_ids=[second.id], idempotency_key="t-3", means=Means.card)
    assert second.status is BillStatus.unpaid


def test_only_the_cashier_of_the_estate_collects(uow, cast):
    bill = home_bill(uow, cast)
    for actor in (cast.owner, cast.finance, cast.worker, cast.foreign_dispatcher):
        with pytest.raises(ForbiddenError):
            collect_at_counter(uow, actor, bill_ids=[bill.id], means=Means.cash, tendered_fen=30_000, idempotency_key="x")


def test_the_balance_pays_what_it_covers_and_nothing_more(uow, cast):
    paid = home_bill(uow, cast)
    cash(uow, cast, paid)
    void_bill(uow, cast.finance, bill_id=paid.id, reason="重复")
    small = home_bill(uow, cast, code="small", price={"price_e4": 10_000})
    large = home_bill(uow, cast, code="large")
    payment = pay_from_balance(uow, cast.owner, bill_ids=[small.id], idempotency_key="b-1")
    assert (payment.channel, payment.amount_fen, room_prepaid(uow.session, cast.home.id)) == (Channel.balance, 8_900, 16_020)
    with pytest.raises(ConflictError, match="does not cover"):
        pay_from_balance(uow, cast.owner, bill_ids=[large.id], idempotency_key="b-2")
    assert (large.status, balances(uow)[LedgerAccount.prepaid]) == (BillStatus.unpaid, -16_020)


def test_two_payments_from_one_balance_at_once_spend_it_once(committed):
    cast = committed.cast()

    def prepare(uow):
        first = home_bill(uow, cast)
        cash(uow, cast, first)
        void_bill(uow, cast.finance, bill_id=first.id, reason="重复")
        return [home_bill(uow, cast, code=code).id for code in ("one", "two")]

    ids = committed.run(prepare)
    calls = [lambda uow, key=key: pay_from_balance(uow, cast.owner, bill_ids=[key], idempotency_key=str(key)) for key in ids]
    results = committed.at_once(calls)
    assert sorted(type(result).__name__ for result in results) == ["ConflictError", "Payment"]
    assert committed.run(lambda uow: room_prepaid(uow.session, cast.home.id)) == 0


def test_a_receipt_prints_the_same_bytes_is_checked_by_its_code_and_hides_the_name(uow, cast):
    payment = cash(uow, cast, home_bill(uow, cast), payer_name="林晓")
    receipt = uow.session.exec(select(Receipt)).one()
    name, printed = receipt_pdf(uow.session, cast.owner, receipt_id=receipt.id, on=TODAY)
    assert (name, printed[:5]) == ("SJ2026-000001.pdf", b"%PDF-")
    assert receipt_pdf(uow.session, cast.cashier, receipt_id=receipt.id, on=TODAY)[1] == printed
    checked = check_receipt(uow.session, code=receipt.check_code.upper())
    assert (checked.number, checked.total_fen, checked.payer, checked.room) == ("SJ2026-000001", 24_920, "林*", "3栋2单元1501")
    assert re.fullmatch(r"[0-9a-f]{20}", receipt.check_code)
    for refused in (
        lambda: receipt_pdf(uow.session, cast.stranger, receipt_id=receipt.id, on=TODAY),
        lambda: check_receipt(uow.session, code="0" * 20),
    ):
        with pytest.raises(NotFoundError):
            refused()
    assert payment.status is PaymentStatus.paid


def test_receipts_are_numbered_without_gaps_even_when_a_payment_rolls_back(committed):
    cast = committed.cast()
    bills = committed.run(lambda uow: [home_bill(uow, cast, code=f"i{n}") for n in range(3)])

    def broken(uow):
        cash(uow, cast, bills[1], key="broken")
        raise RuntimeError("power cut")

    committed.run(lambda uow: cash(uow, cast, bills[0], key="k-0"))
    with pytest.raises(RuntimeError):
        committed.run(broken)
    committed.run(lambda uow: cash(uow, cast, bills[1], key="k-1"))
    committed.run(lambda uow: cash(uow, cast, bills[2], key="k-2"))
    numbers = committed.run(lambda uow: uow.session.exec(select(Receipt.number).order_by(Receipt.id)).all())
    assert numbers == ["SJ2026-000001", "SJ2026-000002", "SJ2026-000003"]


def test_a_payment_is_seen_by_its_home_and_its_managers_and_by_nobody_else(uow, cast):
    bill = home_bill(uow, cast)
    payment = cash(uow, cast, bill)
    for actor in (cast.owner, cast.tenant, cast.payer, cast.cashier, cast.finance, cast.auditor):
        view = payment_view(uow.session, actor, payment_id=payment.id, on=TODAY)
        assert (view.row.number, view.row.receipt_number, [(row.number, fen) for row, fen in view.items]) == (
            payment.number, "SJ2026-000001", [(bill.number, 24_920)],
        )  # fmt: skip
        page = list_payments(uow.session, actor, filter=PaymentFilter(), page=PageRequest(), on=TODAY)
        exported = list(export_payments(uow.session, actor, filter=PaymentFilter(), on=TODAY))
        assert (page.total, len(exported)) == (1, 1)
    with pytest.raises(NotFoundError):
        payment_view(uow.session, cast.stranger, payment_id=payment.id, on=TODAY)
    assert list_payments(uow.session, cast.stranger, filter=PaymentFilter(), page=PageRequest(), on=TODAY).total == 0
    with pytest.raises(ForbiddenError):
        list_payments(uow.session, cast.worker, filter=PaymentFilter(), page=PageRequest(), on=TODAY)
    narrowed = PaymentFilter(channel=Channel.wechat), PaymentFilter(text="no-such"), PaymentFilter(to_on=date(2026, 11, 17))
    for filter in narrowed:
        assert list_payments(uow.session, cast.finance, filter=filter, page=PageRequest(), on=TODAY).total == 0
