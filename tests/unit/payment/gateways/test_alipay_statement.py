"""A business bill in the layout of a real one of 2019 (25 columns, tabs after texts, GBK), retyped with values of our own."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest

from estate_app.payment.gateways.alipay_statement import parse_alipay_statement, unpack_alipay_statement
from estate_app.payment.gateways.contract import StatementError, StatementKind

DAY = date(2019, 9, 16)
COLUMNS = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,"
    "支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
    "退款批次号/请求号,服务费（元）,分润（元）,备注"
)
BILL = (
    """#支付宝业务明细查询
#账号：[20880000000091910156]
#起始日期：[2019年09月16日 00:00:00]   终止日期：[2019年09月17日 00:00:00]
#-----业务明细列表-----
{columns}
2019091622001458860515315453\t,service1568601259302\t,交易\t,下单测试,2019-09-16 10:55:16,2019-09-16 10:55:23,store\t,store\t,{payment}
2019091622001458860515315453\t,service1568601259302\t,退款\t,下单测试,2019-09-16 10:55:16,2019-09-16 10:56:48,store\t,store\t,{refund}
#-----业务明细列表结束-----
#交易合计：1笔，商家实收共80.00元，商家优惠共8.00元
#退款合计：1笔，商家实收退款共-0.01元，商家优惠退款共0.00元
#导出时间：[2019年09月17日 05:46:49]
""".format(
        columns=COLUMNS,
        payment="alipay\t,\t,*水(602***@qq.com),88.00,80.00,0.00,0.00,0.00,8.00,0.00,,0.00\t,0.00,\t,-0.53,0.00,下单测试",
        refund="alipay\t,\t,*水(602***@qq.com),-0.01,-0.01,0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00,retest1568602607356\t,0.00,0.00,下单测试",
    )
    .replace("\n", "\r\n")
    .encode("gbk")
)


def test_payments_and_refunds_are_read_by_column_name():
    statement = parse_alipay_statement(DAY, BILL)
    payment, refund = statement.rows
    assert (payment.kind, payment.transaction_id) == (StatementKind.payment, "2019091622001458860515315453")
    assert (payment.order_no, payment.amount_fen, payment.fee_fen) == ("service1568601259302", 8_800, 53)
    assert payment.traded_at == datetime(2019, 9, 16, 2, 55, 23, tzinfo=UTC)
    assert (refund.kind, refund.refund_no, refund.amount_fen) == (StatementKind.refund, "retest1568602607356", 1)
    assert statement.totals is not None
    assert (statement.totals.count, statement.totals.paid_fen, statement.totals.refunded_fen) == (2, 8_000, 1)


@pytest.mark.parametrize("name", ["明细_业务明细.csv", "a_业务明细.csv"])
def test_the_detail_file_is_found_beside_the_summary(name: str):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a_业务明细(汇总).csv", b"summary")
        archive.writestr(name, BILL)
    assert unpack_alipay_statement(buffer.getvalue()) == BILL


def zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a_业务明细.csv", content)
    return buffer.getvalue()


def test_a_zip_that_is_damaged_or_holds_no_detail_file_is_refused():
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w"):
        pass
    whole = zipped(BILL)
    for packed in (b"", b"<html>", empty.getvalue(), whole[:-40], whole.replace("下单测试".encode("gbk"), "下单测式".encode("gbk"), 1)):
        with pytest.raises(StatementError) as caught:
            unpack_alipay_statement(packed)
        assert caught.value.reason == "not_a_statement"


TEXT = BILL.decode("gbk")
ROWS = [line for line in TEXT.splitlines(keepends=True) if line[:1].isdigit()]


@pytest.mark.parametrize(
    ("raw", "day", "reason"),
    [
        (b"", DAY, "not_a_statement"),
        ("账务明细".encode("gbk"), DAY, "not_a_statement"),
        (TEXT.encode(), DAY, "wrong_charset"),
        (BILL, date(2019, 9, 17), "wrong_day"),
        (TEXT.replace("2019-09-16 10:55:23", "2019-09-17 00:00:00").encode("gbk"), DAY, "wrong_day"),
        (TEXT[: TEXT.index("#-----业务明细列表结束")].encode("gbk"), DAY, "truncated"),
        (TEXT.replace(ROWS[1], "").encode("gbk"), DAY, "truncated"),
        (TEXT.replace(ROWS[0], ROWS[0] * 2).encode("gbk"), DAY, "truncated"),
        (TEXT.replace("88.00,80.00", "88.00,79.00").encode("gbk"), DAY, "truncated"),
        (TEXT.replace("\t,退款\t", "\t,合计\t").encode("gbk"), DAY, "unreadable_line"),
        (COLUMNS.encode("gbk") + b"\r\n1,2,3", DAY, "unreadable_line"),
    ],
)
def test_a_file_that_is_not_the_whole_bill_of_the_day_is_refused_with_its_reason(raw: bytes, day: date, reason: str):
    with pytest.raises(StatementError) as caught:
        parse_alipay_statement(day, raw)
    assert caught.value.reason == reason
