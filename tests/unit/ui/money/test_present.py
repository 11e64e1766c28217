"""Bills, payments and receipts as they are read, in both languages."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import segno

from estate_app.billing.detail import BillDetail, LineRow, PastMonth, ReadingRow
from estate_app.billing.models import BillStatus, FeeKind, MeterKind
from estate_app.billing.queries import BillRow
from estate_app.kit.i18n import msg
from estate_app.payment.channel import Channel
from estate_app.payment.models import PaymentStatus
from estate_app.payment.queries import PaymentRow, PaymentView
from estate_app.payment.receipt_pdf import ReceiptLine
from estate_app.payment.receipts import ReceiptCheck
from estate_app.ui.pages.resident.bills.explained import LineView, MeterView, explain
from estate_app.ui.pages.resident.bills.present import BillCard, Chosen, bill_card, channel_options, chosen
from estate_app.ui.pages.resident.pay.present import PaymentCard, item_facts, pay_view, payment_card
from estate_app.ui.pages.resident.receipt.present import Paper, PaperLine, checked, paper_lines
from estate_app.ui.qr import qr_path
from estate_app.ui.view import Badge, Bar, Fact, Option
from estate_app.ui.when import month_text

NOW = datetime(2026, 11, 18, 2, 58, tzinfo=UTC)  # 10:58 in Shanghai
TODAY = date(2026, 11, 18)
WATER = BillRow(
    id=7, number="ZD202611-00007", estate_id=1, estate_name="翠湖花园", room_id=3, room_code="3-2-1501", place="3栋2单元1501", item_id=2,
    item_name="水费", item_name_en="Water", kind=FeeKind.metered, period=date(2026, 11, 1), due_on=date(2026, 11, 30),
    status=BillStatus.unpaid, is_overdue=False, amount_fen=7_875, paid_fen=0, owed_fen=7_875, issued_on=date(2026, 11, 1), paid_on=None,
)  # fmt: skip


def card(row: BillRow, locale: str = "zh", payment_id: int | None = None, query: str = "") -> BillCard:
    return bill_card(row, payment_id=payment_id, query=query, on=TODAY, locale=locale)


class TestList:
    def test_an_open_bill(self):
        badge = Badge("待缴", "orange", "soft", "circle")
        assert card(WATER) == BillCard(7, "11月 · 水费", "11-30 截止", "gray", "¥78.75", badge, "/bills/7", "", True)
        assert card(WATER, "en").title == "Nov · Water"
        assert card(WATER, "en").sub == "Due by 30 Nov"

    def test_an_overdue_bill_is_red(self):
        late = replace(WATER, due_on=date(2026, 10, 31), is_overdue=True, period=date(2025, 10, 1))
        assert (card(late).title, card(late).sub, card(late).tone, card(late).badge.label) == (
            "2025年10月 · 水费",
            "逾期 18 天",
            "red",
            "逾期",
        )
        assert card(late, "en").sub == "18 days overdue"

    @pytest.mark.parametrize(
        ("changes", "sub", "badge"),
        [
            ({"status": BillStatus.paid, "owed_fen": 0, "paid_fen": 7_875, "paid_on": date(2026, 11, 3)}, "11-03 缴清", "已缴"),
            ({"status": BillStatus.void, "owed_fen": 0}, "已作废", "已作废"),
            ({"status": BillStatus.disputed}, "复核中，暂不用缴", "复核中"),
        ],
    )
    def test_what_asks_for_nothing_cannot_be_chosen(self, changes, sub, badge):
        row = replace(WATER, **changes)
        assert (card(row).sub, card(row).badge.label, card(row).is_payable) == (sub, badge, False)

    def test_part_paid_asks_for_the_rest(self):
        row = replace(WATER, status=BillStatus.partly_paid, paid_fen=7_000, owed_fen=875)
        assert (card(row).amount, card(row).badge.label, card(row).is_payable) == ("¥8.75", "部分已缴", True)

    def test_a_bill_that_is_being_paid_leads_to_its_payment(self):
        row = card(WATER, payment_id=5, query="?show=all")
        assert (row.badge.label, row.pay_href, row.href, row.is_payable) == ("支付中", "/pay/5", "/bills/7?show=all", False)

    def test_the_chosen_bills_and_their_sum(self):
        rows = [
            WATER,
            replace(WATER, id=8, owed_fen=1_000),
            replace(WATER, id=9, status=BillStatus.paid, owed_fen=0),
            replace(WATER, id=10),
        ]
        assert chosen(rows, {10: 4}, on=TODAY, locale="zh") == Chosen(
            [Fact("11月 · 水费", "¥78.75"), Fact("11月 · 水费", "¥10.00")], "88.75", [7, 8]
        )
        assert chosen([], {}, on=TODAY, locale="en") == Chosen([], "0.00", [])

    def test_a_late_fee_that_no_bill_names_yet_is_in_the_sum_and_is_told(self):
        found = chosen([WATER], {}, on=TODAY, locale="zh", accrued_fen=25)
        assert (found.total, found.lines[-1], found.late) == ("79.00", Fact("截至今日的滞纳金", "¥0.25"), "含截至今日的滞纳金 ¥0.25")

    def test_channels_are_named(self):
        assert channel_options([Channel.wechat], locale="zh") == [Option("wechat", "微信支付")]
        assert channel_options([Channel.alipay], locale="en") == [Option("alipay", "Alipay")]

    @pytest.mark.parametrize(
        ("today", "locale", "text"),
        [
            (None, "zh", "2026年11月"),
            (TODAY, "zh", "11月"),
            (None, "en", "Nov 2026"),
            (TODAY, "en", "Nov"),
            (date(2027, 1, 1), "zh", "2026年11月"),
        ],
    )
    def test_months(self, today, locale, text):
        assert month_text(date(2026, 11, 1), today=today, locale=locale) == text


def line(tier: int, quantity: int, price: int, fen: int) -> LineRow:
    return LineRow(
        msg("Tier {tier}", tier=tier), quantity, "m³", price, fen, f"{quantity // 1000} × {price / 10_000:.2f}", tier, None, None, None
    )


DETAIL = BillDetail(
    bill=WATER,
    lines=(line(1, 18_000, 35_000, 6_300), line(2, 3_000, 52_500, 1_575)),
    steps=(msg("Used {quantity} {unit}", quantity="21", unit="m³"),),
    readings=(ReadingRow("W-1501", MeterKind.water, 1_284_000, date(2026, 10, 1), 1_305_000, date(2026, 11, 1), 21_000, True),),
    past=(PastMonth(date(2026, 10, 1), 6_650, 19_000),),
    change_fen=1_225,
    void_reason="",
    replaces="",
    replaced_by="",
    replaced_by_id=None,
    price_from_on=date(2024, 7, 1),
)


class TestExplained:
    def test_the_head(self):
        bill = explain(DETAIL, payment_id=None, on=TODAY, locale="zh").bill
        assert (bill.title, bill.number, bill.about) == ("2026年11月 · 水费", "ZD202611-00007", "3栋2单元1501 · 11-01 出账 · 11-30 截止")
        assert (bill.total, bill.owed, bill.paid, bill.is_payable) == ("78.75", "78.75", "", True)
        assert (bill.price, bill.change, bill.change_tone, bill.usage) == ("单价自 2024-07-01 起执行", "比上月多 ¥12.25", "orange", "21 m³")
        english = explain(DETAIL, payment_id=None, on=TODAY, locale="en").bill
        assert (english.about, english.change) == ("3-2-1501 · issued 1 Nov · due 30 Nov", "¥12.25 more than last month")

    def test_lines_with_formula_and_tiers(self):
        seen = explain(DETAIL, payment_id=None, on=TODAY, locale="zh")
        assert seen.lines == [
            LineView("0", "第 1 档", "2026年11月", "18 m³", "3.50", "63.00", "18 × 3.50", "", True),
            LineView("1", "第 2 档", "2026年11月", "3 m³", "5.25", "15.75", "3 × 5.25", "", True),
        ]
        assert seen.tiers == [Bar("第 1 档", 85, "18 m³", "1"), Bar("第 2 档", 14, "3 m³", "2")]

    def test_readings_steps_and_past(self):
        seen = explain(DETAIL, payment_id=None, on=TODAY, locale="zh")
        assert seen.meters == [MeterView("W-1501", "水表 W-1501", "1284 → 1305", "10-01 – 11-01", "21 m³", "估算读数，下次抄表时更正")]
        assert seen.steps == ["用量 21 m³"]
        assert [(m.month, m.said, m.percent, m.is_current) for m in seen.past] == [
            ("10", "2026年10月: 19 m³", 90, False), ("11", "2026年11月: 21 m³", 100, True),
        ]  # fmt: skip

    def test_without_a_meter_the_months_are_money(self):
        seen = explain(replace(DETAIL, readings=()), payment_id=None, on=TODAY, locale="en")
        assert [(m.said, m.percent) for m in seen.past] == [("Oct 2026: ¥66.50", 84), ("Nov 2026: ¥78.75", 100)]
        assert seen.bill.usage == ""

    @pytest.mark.parametrize(("fen", "said"), [(0, ("与上月相同", "gray")), (-100, ("比上月少 ¥1.00", "green")), (None, ("", ""))])
    def test_the_change_against_last_month(self, fen, said):
        bill = explain(replace(DETAIL, change_fen=fen), payment_id=None, on=TODAY, locale="zh").bill
        assert (bill.change, bill.change_tone) == said

    def test_a_void_bill_says_why_and_what_replaces_it(self):
        void = replace(
            DETAIL, bill=replace(WATER, status=BillStatus.void, owed_fen=0), void_reason="抄表有误", replaced_by="ZD-9", replaced_by_id=9
        )
        bill = explain(void, payment_id=None, on=TODAY, locale="zh").bill
        assert (bill.void, bill.replaced_by, bill.replaced_href) == ("这张账单已作废，不用缴纳：抄表有误", "已由 ZD-9 代替", "/bills/9")
        assert (bill.is_payable, bill.badge.label) == (False, "已作废")

    def test_a_line_called_after_its_item_is_said_in_english(self):
        own = LineRow(msg("{name}", name="水费"), 1_000, "m³", 35_000, 350, "1 × 3.50", None, None, date(2026, 11, 1), date(2026, 11, 15))
        (seen,) = explain(replace(DETAIL, lines=(own,)), payment_id=None, on=TODAY, locale="en").lines
        assert (seen.label, seen.span, seen.is_tier) == ("Water", "11-01–11-15", False)

    def test_part_paid_and_being_paid(self):
        part = replace(DETAIL, bill=replace(WATER, status=BillStatus.partly_paid, paid_fen=7_000, owed_fen=875))
        bill = explain(part, payment_id=4, on=TODAY, locale="zh").bill
        assert (bill.paid, bill.owed, bill.pay_href, bill.is_payable) == ("70.00", "8.75", "/pay/4", False)


PENDING = PaymentRow(
    id=4, number="ZF20261118105800", estate_id=1, estate_name="翠湖花园", room_id=3, place="3栋2单元1501", payer="林晓",
    channel=Channel.wechat, method="native", status=PaymentStatus.pending, amount_fen=107_345, prepaid_fen=0, refunded_fen=0,
    created_at=NOW, paid_at=None,
    transaction_id="", receipt_id=None, receipt_number="",
)  # fmt: skip


def payment(row: PaymentRow = PENDING, **changes: object) -> PaymentView:
    fields = {
        "row": row, "is_own": True, "expires_at": NOW + timedelta(minutes=14, seconds=32), "is_opened": True, "is_held": False,
        "code_url": "weixin://wxpay/bizpayurl?pr=1", "redirect_url": "", "jsapi": {}, "form_fields": {}, "fail_reason": "",
        "tendered_fen": None, "items": ((WATER, 7_875),), "refunds": (),
    }  # fmt: skip
    return PaymentView(**(fields | changes))


class TestPayment:
    def test_the_cashier(self):
        seen = pay_view(payment(), now=NOW, locale="zh")
        assert (seen.standing, seen.amount, seen.channel, seen.mark, seen.place) == (
            "pending",
            "1,073.45",
            "微信支付",
            "wechat",
            "翠湖花园 3栋2单元1501",
        )
        assert (seen.left, seen.link, seen.may_retry, seen.title) == (872, "", False, "正在确认支付结果")
        assert (seen.qr, seen.qr_side) == qr_path("weixin://wxpay/bizpayurl?pr=1")
        assert item_facts(payment(), locale="en") == [Fact("Nov 2026 · Water", "¥78.75")]

    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_a_cashier_at_an_address_is_reached_through_our_own_door(self, scheme):
        assert pay_view(payment(code_url=f"{scheme}://h/c"), now=NOW, locale="zh").link == "/go/pay/4"

    def test_no_other_code_becomes_a_link(self):
        assert pay_view(payment(code_url="javascript:alert(1)"), now=NOW, locale="zh").link == ""

    def test_time_that_is_over_is_zero(self):
        assert pay_view(payment(), now=NOW + timedelta(hours=1), locale="zh").left == 0

    def test_held_money_is_not_paid_again(self):
        seen = pay_view(payment(is_held=True), now=NOW, locale="zh")
        assert (seen.standing, seen.sentence, seen.qr, seen.may_retry) == ("held", "请勿重复支付。财务核对后会通知您", "", False)

    @pytest.mark.parametrize(("status", "title"), [(PaymentStatus.failed, "支付没有成功"), (PaymentStatus.closed, "这笔支付已关闭")])
    def test_what_failed_may_be_paid_again_while_it_is_owed(self, status, title):
        row = replace(PENDING, status=status)
        seen = pay_view(payment(row, fail_reason="银行卡余额不足"), now=NOW, locale="zh")
        assert (seen.title, seen.reason, seen.may_retry, seen.qr) == (title, "银行卡余额不足", True, "")
        settled = ((replace(WATER, status=BillStatus.paid, owed_fen=0), 7_875),)
        assert not pay_view(payment(row, items=settled), now=NOW, locale="zh").may_retry
        assert not pay_view(payment(row, is_own=False), now=NOW, locale="zh").may_retry

    def test_paid_with_receipt_and_refund(self):
        row = replace(
            PENDING,
            status=PaymentStatus.paid,
            paid_at=NOW,
            transaction_id="42",
            receipt_id=3,
            receipt_number="SJ2026-000003",
            refunded_fen=500,
        )
        seen = pay_view(payment(row), now=NOW, locale="zh")
        assert (seen.title, seen.paid_at, seen.transaction, seen.receipt_href) == ("支付成功", "2026-11-18 10:58:00", "42", "/receipts/3")
        assert seen.refunded == "¥5.00 已退款或正在退回"

    def test_rows_of_the_list(self):
        badge = Badge("支付中", "indigo", "soft", "loader-circle")
        assert payment_card(PENDING, now=NOW, locale="zh") == PaymentCard(
            4, "翠湖花园 3栋2单元1501", "微信支付 · 11-18 10:58", "¥1,073.45", badge, "/pay/4", "", ""
        )
        back = replace(PENDING, status=PaymentStatus.paid, refunded_fen=107_345, paid_at=NOW, channel=Channel.counter)
        seen = payment_card(back, now=NOW, locale="en")
        assert (seen.badge.label, seen.href, seen.about) == ("Refunded", "/pay/4/result", "Counter · 18 Nov 10:58")


class TestReceipt:
    def test_a_checker_sees_no_more_than_the_paper_says(self):
        found = ReceiptCheck("SJ2026-000003", "湖滨物业", "翠湖花园", "3栋2单元1501", "林*", 107_345, "2026-11-18 10:58:26", ())
        assert checked(found) == Paper(
            number="SJ2026-000003", company="湖滨物业", payer="林*", place="翠湖花园 3栋2单元1501", total="1,073.45",
            words="壹仟零柒拾叁元肆角伍分", paid_at="2026-11-18 10:58:26",
        )  # fmt: skip

    def test_lines(self):
        assert paper_lines([ReceiptLine("水费", "2026-11", "ZD-7", 7_875)]) == [PaperLine("0", "水费", "2026-11", "78.75")]


def test_the_path_of_a_code_holds_exactly_its_dark_squares():
    path, side = qr_path("weixin://x")
    rows = [list(row) for row in segno.make("weixin://x", error="m", micro=False).matrix_iter(border=2)]
    assert (side, path.count("M")) == (len(rows), sum(map(sum, rows)))
    assert f"M{rows[2].index(1)} 2h1v1h-1z" in path
