"""The managers' list of payments: filtered by the URL, within the scope, with receipts and the way to give back."""

from estate_app.payment.channel import Means
from estate_app.payment.counter import collect_at_counter
from estate_app.ui.pages.manager.payments.page import managed_payments_page
from estate_app.ui.pages.manager.payments.state import ManagedPaymentsState
from tests.fixtures.money import home_bill
from tests.ui.seen import markup, toast


def test_what_came_in_is_listed_and_narrowed(act, uow, cast, opened, online):
    paid = online(home_bill(uow, cast))
    bill = home_bill(uow, cast, code="second")
    cash = collect_at_counter(
        uow, cast.cashier, bill_ids=[bill.id], means=Means.cash, tendered_fen=30_000, amount_fen=30_000, idempotency_key="c"
    )
    page = opened(cast.finance, ManagedPaymentsState, "/manage/payments")
    assert [(row.number, row.amount, row.note, row.badge.label) for row in page.rows] == [
        (cash.number, "300.00", "¥50.80 转入预存", "已缴"), (paid.number, "249.20", "", "已缴"),
    ]  # fmt: skip
    assert page.rows[1].refund_href == f"/manage/refunds?payment_id={paid.id}"
    page = opened(cast.cashier, ManagedPaymentsState, "/manage/payments?channel=wechat&status=nonsense")
    assert ([row.number for row in page.rows], page.filters.status, page.rows[0].refund_href) == ([paid.number], "", "")
    assert page.filters.export == f"channel=wechat&estate_id={cast.estate.id}"
    page = opened(cast.finance, ManagedPaymentsState, "/manage/payments?to_on=2026-11-17")
    assert page.rows == []


def test_strangers_see_no_payments(act, cast):
    page = act(cast.dispatcher, ManagedPaymentsState, url="/manage/payments")
    assert "权限" in toast(act.run(page.load()))


def test_the_page_draws():
    drawn = markup(managed_payments_page())
    assert [mark for mark in ("payment-row", "filter-channel", "export-csv", "refund") if mark not in drawn] == []
