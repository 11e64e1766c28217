"""Trade bills of several years; the column layouts are those of zerifire/app_payment (24 columns, 2018) and WxJava's
`WxPayBillResultTest` (27 and 29 columns, Apache-2.0), retyped with values of our own."""

from datetime import UTC, date, datetime

import pytest

from estate_app.payment.gateways.contract import StatementError, StatementKind
from estate_app.payment.gateways.wechat_statement import parse_wechat_statement

DAY = date(2018, 9, 17)
HEAD = "交易时间,公众账号ID,商户号,{sub},设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类"
TAIL = "退款类型,退款状态,商品名称,商户数据包,手续费,费率"
COLUMNS_24 = f"{HEAD.format(sub='子商户号')},总金额,企业红包金额,微信退款单号,商户退款单号,退款金额,企业红包退款金额,{TAIL}"
COLUMNS_27 = (
    f"{HEAD.format(sub='特约商户号')},应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    f"{TAIL},订单金额,申请退款金额,费率备注"
)
COLUMNS_29 = COLUMNS_27.replace("代金券金额,", "代金券金额,退款申请时间,退款成功时间,")
FOOTER_24 = "总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额"
FOOTER_27 = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"


def bill(columns: str, *rows: str, footer: str = FOOTER_27, totals: str = "") -> bytes:
    lines = [columns, *rows] + ([footer, totals] if totals else [])
    return b"\xef\xbb\xbf" + "\r\n".join([*lines, ""]).encode()


def head(state: str) -> str:
    return f"`2018-09-17 10:19:25,`wxa662,`1511727381,`0,`WEB,`4200000159201809174535836453,`eD2Jmfz8Jvf5,`oCq4,`APP,`{state},`CFT,`CNY"


def test_the_24_columns_of_2018_are_read():
    row = head("SUCCESS") + ",`0.01,`0.00,`0,`0,`0.00,`0.00,`,`,`备注信息，充值,送书,`上海店,`0.00000,`0.60%"
    statement = parse_wechat_statement(DAY, bill(COLUMNS_24, row, footer=FOOTER_24, totals="`1,`0.01,`0.00,`0.00,`0.00000"))
    (payment,) = statement.rows
    assert (payment.kind, payment.amount_fen, payment.fee_fen, payment.order_no) == (StatementKind.payment, 1, 0, "eD2Jmfz8Jvf5")
    assert payment.traded_at == datetime(2018, 9, 17, 2, 19, 25, tzinfo=UTC)
    assert statement.totals is not None
    assert (statement.totals.count, statement.totals.paid_fen, statement.totals.fee_fen) == (1, 1, 0)


def test_the_27_columns_give_the_full_amount_not_what_a_coupon_left():
    row = head("SUCCESS") + ",`5.00,`1.00,`0,`0,`0.00,`0.00,`,`,`物业费,`,`0.04000,`0.60%,`6.00,`0.00,`"
    statement = parse_wechat_statement(DAY, bill(COLUMNS_27, row, totals="`1,`5.00,`0.00,`0.00,`0.01000,`6.00,`0.00"))
    assert (statement.rows[0].amount_fen, statement.rows[0].fee_fen) == (600, 4)
    assert statement.totals is not None
    assert (statement.totals.count, statement.totals.paid_fen) == (1, 600)
    assert (statement.totals.refunded_fen, statement.totals.fee_fen) == (0, 1)


def test_the_29_columns_of_a_refund_bill_give_the_time_of_success():
    row = head("REFUND") + (
        ",`0.00,`0.00,`2019-07-23 20:53:36,`2019-07-23 20:53:40,`5030001,`R0001,`0.01,`0.00,`ORIGINAL,`SUCCESS,`物业费,`,"
        "`-0.02000,`0.60%,`0.00,`0.01,`"
    )
    (refund,) = parse_wechat_statement(date(2019, 7, 23), bill(COLUMNS_29, row, totals="`1,`0.00,`0.01,`0.00,`-0.02000,`0.00,`0.01")).rows
    assert (refund.kind, refund.refund_no, refund.refund_id) == (StatementKind.refund, "R0001", "5030001")
    assert (refund.amount_fen, refund.fee_fen, refund.state) == (1, -2, "SUCCESS")
    assert refund.traded_at == datetime(2019, 7, 23, 12, 53, 40, tzinfo=UTC)


SOUND = bill(
    COLUMNS_24,
    head("SUCCESS") + ",`0.01,`0.00,`0,`0,`0.00,`0.00,`,`,`物业费,`,`0.00000,`0.60%",
    head("SUCCESS").replace("eD2Jmfz8Jvf5", "eD2Jmfz8Jvf6") + ",`0.02,`0.00,`0,`0,`0.00,`0.00,`,`,`水费\u2028,`,`0.00000,`0.60%",
    footer=FOOTER_24,
    totals="`2,`0.03,`0.00,`0.00,`0.00000",
)


def test_a_product_name_with_a_line_separator_of_unicode_stays_in_its_line():
    assert [row.amount_fen for row in parse_wechat_statement(DAY, SOUND).rows] == [1, 2]


def line(amount: str, *, moment: str = "2018-09-17 10:19:25") -> str:
    return head("SUCCESS").replace("2018-09-17 10:19:25", moment) + f",`{amount},`0.00,`0,`0,`0.00,`0.00,`,`,`物业费,`,`0,`0.60%"


def of_one(row: str, totals: str = "`1,`0.01,`0.00,`0.00,`0.00000") -> bytes:
    return bill(COLUMNS_24, row, footer=FOOTER_24, totals=totals)


@pytest.mark.parametrize(
    ("raw", "day", "reason"),
    [
        (b"", DAY, "not_a_statement"),
        (b"<html>busy</html>", DAY, "not_a_statement"),
        (SOUND.decode("utf-8-sig").replace("\u2028", "").encode("gbk"), DAY, "wrong_charset"),
        (SOUND, date(2018, 9, 18), "wrong_day"),
        (of_one(line("0.01", moment="2018-09-18 00:00:00")), DAY, "wrong_day"),
        (SOUND[: SOUND.rindex(b"`2,")], DAY, "truncated"),
        (SOUND[: SOUND.index("总交易单数".encode())], DAY, "truncated"),
        (SOUND.replace(SOUND.splitlines(keepends=True)[1], b""), DAY, "truncated"),
        (of_one(line("0.02")), DAY, "truncated"),
        (bill(COLUMNS_24, FOOTER_24), DAY, "truncated"),
        (of_one("`2018-09-17 10:19:25,`wxa662"), DAY, "unreadable_line"),
        (of_one(line("0.001")), DAY, "unreadable_line"),
        (of_one(line("NaN")), DAY, "unreadable_line"),
        (of_one(line("0.01"), "`1,`0.01"), DAY, "unreadable_line"),
    ],
)
def test_a_file_that_is_not_the_whole_bill_of_the_day_is_refused_with_its_reason(raw: bytes, day: date, reason: str):
    with pytest.raises(StatementError) as caught:
        parse_wechat_statement(day, raw)
    assert caught.value.reason == reason
