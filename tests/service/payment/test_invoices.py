"""Electronic invoices: asked for with checked facts, sent by the job, refused, and turned red by a refund."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from sqlmodel import select

from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.payment.channel import Means
from estate_app.payment.counter import Handover, collect_at_counter, top_up_at_counter
from estate_app.payment.gateways.invoice_contract import InvoiceAnswer, InvoiceState, InvoiceUnknownError
from estate_app.payment.gateways.invoice_http import HttpInvoiceIssuer
from estate_app.payment.invoice_models import EInvoice, InvoiceStatus, TitleKind
from estate_app.payment.invoice_rules import is_tax_number
from estate_app.payment.invoice_sending import send_invoices
from estate_app.payment.invoices import invoice_file, invoices_of, list_invoices, request_invoice
from estate_app.payment.refunds import approve_refund, hand_out, propose_refund
from estate_app.sandbox.config import invoice_credentials
from tests.fixtures.money import home_bill
from tests.fixtures.sandbox import run_sandbox

TODAY = date(2026, 11, 18)
TAX = "91350100M000100Y43"


@dataclass
class MemoryIssuer:
    """An issuer in memory: what it was asked, and switches for silence and refusal."""

    orders: dict[str, object] = field(default_factory=dict)
    is_silent: bool = False
    refuses: bool = False
    thinks: bool = False

    def issue(self, order):
        if self.is_silent:
            raise InvoiceUnknownError("no answer")
        if self.refuses:
            return InvoiceAnswer(InvoiceState.rejected, reason="税号不符")
        self.orders[order.number] = order
        return InvoiceAnswer(InvoiceState.accepted) if self.thinks else self.query(order.number)

    def query(self, number):
        if number not in self.orders:
            return InvoiceAnswer(InvoiceState.missing)
        return InvoiceAnswer(InvoiceState.issued, hashlib.sha256(number.encode()).hexdigest()[:20], b"%PDF-1.4")


def paid(uow, cast, amount=None, key="c-1", code="property"):
    bill = home_bill(uow, cast, code=code)
    return collect_at_counter(
        uow, cast.cashier, bill_ids=[bill.id], means=Means.cash, tendered_fen=100_000, amount_fen=amount, idempotency_key=key
    )


def ask(uow, actor, payment, title="武汉翠湖科技有限公司", kind=TitleKind.company, tax_number=TAX, **extra):
    return request_invoice(uow, actor, payment_id=payment.id, title_kind=kind, title=title, tax_number=tax_number, **extra)


def refund(uow, cast, payment, amount):
    proposal = propose_refund(uow, cast.finance, payment_id=payment.id, amount_fen=amount, reason="多缴")
    approve_refund(uow, cast.supervisor, refund_id=proposal.id)
    return hand_out(uow, cast.cashier, refund_id=proposal.id, means=Means.cash)


class TestAsk:
    def test_what_was_put_on_bills_is_asked_for_once(self, uow, cast):
        payment = paid(uow, cast, amount=30_000)
        invoice = ask(uow, cast.owner, payment, email="lin@example.com")
        assert (invoice.amount_fen, invoice.status, invoice.tax_number) == (24_920, InvoiceStatus.requested, TAX)
        assert ask(uow, cast.tenant, payment).id == invoice.id
        with pytest.raises(ConflictError, match="invoice already"):
            ask(uow, cast.owner, payment, title="林晓", kind=TitleKind.person, tax_number="")
        assert invoices_of(uow.session, cast.owner, payment_id=payment.id, on=TODAY).open_fen == 0

    @pytest.mark.parametrize(
        ("wish", "field_name"),
        [
            ({"tax_number": "91350100M000100Y44"}, "tax_number"),
            ({"tax_number": ""}, "tax_number"),
            ({"kind": TitleKind.person}, "tax_number"),
            ({"title": " 林 "}, "title"),
            ({"title": "x" * 101}, "title"),
            ({"email": "lin@"}, "email"),
        ],
    )
    def test_facts_that_cannot_be_right_are_refused_by_their_field(self, uow, cast, wish, field_name):
        payment = paid(uow, cast)
        with pytest.raises(InvalidError) as caught:
            ask(uow, cast.owner, payment, **wish)
        assert (caught.value.field, uow.session.exec(select(EInvoice)).all()) == (field_name, [])

    def test_money_in_advance_is_not_invoiced(self, uow, cast):
        payment = top_up_at_counter(
            uow, cast.cashier, room_id=cast.home.id, amount_fen=30_000, paid=Handover(Means.cash, 30_000), idempotency_key="t"
        )
        with pytest.raises(ConflictError, match="on bills"):
            ask(uow, cast.owner, payment)

    def test_strangers_ask_for_nothing_and_see_nothing(self, uow, cast):
        payment = paid(uow, cast)
        invoice = ask(uow, cast.owner, payment)
        for call in (
            lambda: ask(uow, cast.stranger, payment),
            lambda: invoices_of(uow.session, cast.stranger, payment_id=payment.id, on=TODAY),
            lambda: invoice_file(uow.session, cast.stranger, invoice_id=invoice.id, on=TODAY),
        ):
            with pytest.raises(NotFoundError):
                call()
        with pytest.raises(ForbiddenError):
            list_invoices(uow.session, cast.worker, on=TODAY, page=None)

    def test_the_check_character_of_a_tax_number(self):
        assert [is_tax_number(text) for text in (TAX, "91350100M000100Y34", "350100123456789", "91350100I000100Y43", "")] == [
            True, False, True, False, False,
        ]  # fmt: skip


class TestSend:
    @pytest.fixture
    def issuer(self):
        return MemoryIssuer()

    @pytest.fixture
    def cast(self, committed):
        return committed.cast()

    def send(self, committed, issuer, minutes=0):
        return send_invoices(committed.now + timedelta(minutes=minutes), lambda: issuer)

    def states(self, committed):
        return committed.run(
            lambda uow: [
                (i.status, i.amount_fen, i.reverses_id is not None) for i in uow.session.exec(select(EInvoice).order_by(EInvoice.id))
            ]
        )

    def test_it_is_issued_once_with_number_and_file(self, committed, cast, issuer):
        issuer.thinks = True
        invoice = committed.run(lambda uow: ask(uow, cast.owner, paid(uow, cast)))
        assert self.send(committed, issuer) == 1
        assert self.states(committed) == [(InvoiceStatus.sent, 24_920, False)]
        assert (self.send(committed, issuer), self.send(committed, issuer, 1), self.send(committed, issuer, 60)) == (0, 1, 0)
        name, file = committed.run(lambda uow: invoice_file(uow.session, cast.owner, invoice_id=invoice.id, on=TODAY))
        assert (file, len(name)) == (b"%PDF-1.4", 24)
        order = issuer.orders[invoice.number]
        assert ([(line.name, line.amount_fen) for line in order.lines], order.tax_number) == ([("物业服务费 2026-11", 24_920)], TAX)

    def test_silence_is_asked_again_under_the_same_number(self, committed, cast, issuer):
        invoice = committed.run(lambda uow: ask(uow, cast.owner, paid(uow, cast)))
        issuer.is_silent = True
        assert self.send(committed, issuer) == 1
        assert self.states(committed) == [(InvoiceStatus.requested, 24_920, False)]
        issuer.is_silent = False
        assert self.send(committed, issuer, 1) == 1
        assert (self.states(committed), list(issuer.orders)) == ([(InvoiceStatus.issued, 24_920, False)], [invoice.number])

    def test_a_refusal_is_told_and_another_can_be_asked_for(self, committed, cast, issuer):
        payment = committed.run(lambda uow: paid(uow, cast))
        committed.run(lambda uow: ask(uow, cast.owner, payment))
        issuer.refuses = True
        self.send(committed, issuer)
        rows = committed.run(lambda uow: invoices_of(uow.session, cast.owner, payment_id=payment.id, on=TODAY))
        assert ([(r.status, r.fail_reason) for r in rows.rows], rows.open_fen) == ([(InvoiceStatus.failed, "税号不符")], 24_920)
        committed.run(lambda uow: ask(uow, cast.owner, payment, title="林晓", kind=TitleKind.person, tax_number=""))
        assert [status for status, *_ in self.states(committed)] == [InvoiceStatus.failed, InvoiceStatus.requested]

    def test_a_refund_before_it_is_sent_asks_for_less_and_one_after_it_makes_a_red_letter(self, committed, cast, issuer):
        payment = committed.run(lambda uow: paid(uow, cast))
        invoice = committed.run(lambda uow: ask(uow, cast.owner, payment))
        committed.run(lambda uow: refund(uow, cast, payment, 4_920))
        assert self.states(committed) == [(InvoiceStatus.requested, 20_000, False)]
        self.send(committed, issuer)
        committed.run(lambda uow: refund(uow, cast, payment, 20_000))
        assert self.send(committed, issuer, 1) == 1
        assert self.states(committed) == [(InvoiceStatus.issued, 20_000, False), (InvoiceStatus.issued, 20_000, True)]
        red = next(order for number, order in issuer.orders.items() if number != invoice.number)
        assert (red.reverses_number, red.amount_fen) == (hashlib.sha256(invoice.number.encode()).hexdigest()[:20], 20_000)

    def test_a_red_letter_falls_with_an_invoice_that_was_refused(self, committed, cast, issuer):
        payment = committed.run(lambda uow: paid(uow, cast))
        committed.run(lambda uow: ask(uow, cast.owner, payment))
        issuer.is_silent = True
        self.send(committed, issuer)
        committed.run(lambda uow: refund(uow, cast, payment, 24_920))
        assert self.send(committed, issuer, 0) == 0
        issuer.is_silent, issuer.refuses = False, True
        self.send(committed, issuer, 1)
        self.send(committed, issuer, 2)
        assert [status for status, *_ in self.states(committed)] == [InvoiceStatus.failed, InvoiceStatus.cancelled]


def test_the_sandboxs_issuer_answers_the_signed_client_and_nobody_else(tmp_path):
    from estate_app.payment.gateways.invoice_contract import InvoiceLine, InvoiceOrder

    order = InvoiceOrder("FP20261118000001", "智慧物业", "林晓", "", "", 24_920, (InvoiceLine("物业服务费 2026-11", 24_920),))
    with run_sandbox(tmp_path) as sandbox:
        key_id, secret = invoice_credentials(sandbox.directory)
        client = HttpInvoiceIssuer(sandbox.url, key_id, secret, clock=lambda: sandbox.clock().timestamp())
        assert client.query(order.number).state is InvoiceState.missing
        assert client.issue(order).state is InvoiceState.accepted
        sandbox.clock.advance(seconds=3)
        first, again = client.query(order.number), client.issue(order)
        assert (first.state, first.file[:5], again.invoice_number) == (InvoiceState.issued, b"%PDF-", first.invoice_number)
        assert len(first.invoice_number) == 20
        with pytest.raises(InvoiceUnknownError):
            HttpInvoiceIssuer(sandbox.url, key_id, "forged", clock=lambda: sandbox.clock().timestamp()).query(order.number)
        with pytest.raises(InvoiceUnknownError):
            HttpInvoiceIssuer(sandbox.url, key_id, secret, clock=lambda: sandbox.clock().timestamp() - 600).query(order.number)
