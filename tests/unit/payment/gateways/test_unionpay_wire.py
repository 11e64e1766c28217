"""UnionPay's text, certificates and fixed-width lines, without a server."""

import io
import zipfile
import zlib
from base64 import b64encode
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.x509.oid import NameOID

from estate_app.payment.gateways.contract import StatementError, StatementKind
from estate_app.payment.gateways.unionpay_statement import ZM_FIELDS, full_time, parse_unionpay_statement, unpack_unionpay_statement
from estate_app.payment.gateways.unionpay_wire import SignerChain, read_answer_text, signed_bytes
from tests.fixtures.sandbox import START

DAY = date(2026, 11, 18)


def zm_line(values: dict[str, str], *, separator: bytes) -> bytes:
    return separator.join(values.get(name, "").encode("gbk").ljust(width) for name, width in ZM_FIELDS)


def test_the_signed_text_is_sorted_and_leaves_out_signature_and_empty_values():
    # sha256sum of the eight bytes "a=1&b=+=", in hexadecimal.
    expected = b"db31a113cc99c465a2e6763b4c7e23cd21bb5e44ccde1ff12f17c88e99ce1e36"
    assert signed_bytes({"b": "+=", "signature": "x", "a": "1", "c": ""}) == expected


def test_an_answer_keeps_plus_equals_line_ends_and_what_is_in_brackets():
    text = "accessType=0&customerInfo={a=1&b=[2&3]}&respMsg=成功[00&00]&signPubKeyCert=-----BEGIN-----\r\nMII+/==\r\n-----END-----&signature=ab+/c=="
    assert read_answer_text(text) == {
        "accessType": "0",
        "customerInfo": "{a=1&b=[2&3]}",
        "respMsg": "成功[00&00]",
        "signPubKeyCert": "-----BEGIN-----\r\nMII+/==\r\n-----END-----",
        "signature": "ab+/c==",
    }


@pytest.mark.parametrize("text", ["", "<html>", "a=1&a=2", "a={1", "a=1&"])
def test_what_is_no_answer_is_refused(text: str):
    with pytest.raises(ValueError):
        read_answer_text(text)


def certificate(name: str, key: RSAPrivateKey, issuer: str, issuer_key: RSAPrivateKey) -> str:
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(START - timedelta(days=1))
        .not_valid_after(START + timedelta(days=1))
        .sign(issuer_key, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM).decode()


def test_a_chain_that_does_not_hang_together_is_refused_at_start():
    one, other = (generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    root = certificate("root", one, "root", one)
    assert SignerChain(root, certificate("middle", other, "root", one), ("x",))
    with pytest.raises(ValueError, match="not issued"):
        SignerChain(root, certificate("middle", other, "root", other), ("x",))
    with pytest.raises(ValueError, match="not issued"):
        SignerChain(root, certificate("middle", other, "another", one), ("x",))


PAYMENT = {
    "交易代码": "S22",
    "代理机构标识码": "01020000",
    "交易传输时间": "1118105826",
    "交易金额": "000000107345",
    "查询流水号": "202611181058261234567",
    "商户订单号": "P20261118000001",
    "商户手续费": "D000000000644",
    "结算金额": "C000000106701",
    "交易类型": "01",
    "商户代码": "777290058199191",
    "二级商户简称": "翠湖花园物业",
}


@pytest.mark.parametrize("separator", [b" ", b""])
def test_both_kinds_of_lines_are_read_by_bytes_not_by_characters(separator: bytes):
    line = zm_line(PAYMENT, separator=separator)
    assert len(line) == 567 + 40 * len(separator)
    (row,) = parse_unionpay_statement(DAY, line + b"\r\n").rows
    assert (row.kind, row.order_no, row.transaction_id) == (StatementKind.payment, "P20261118000001", "202611181058261234567")
    assert (row.amount_fen, row.fee_fen, row.traded_at, row.merchant_id) == (107_345, 644, START, "777290058199191")


def test_other_kinds_of_transactions_are_passed_over():
    assert parse_unionpay_statement(DAY, zm_line(PAYMENT | {"交易类型": "12"}, separator=b" ")).rows == ()


def packed(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return zlib.compress(buffer.getvalue())


def test_the_file_is_taken_by_name_and_another_days_is_refused():
    line = zm_line(PAYMENT, separator=b" ")
    content = b64encode(packed("INN26111888ZM_777290058199191", line)).decode()
    assert unpack_unionpay_statement(content, DAY) == line
    with pytest.raises(StatementError, match="wrong_day"):
        unpack_unionpay_statement(content, date(2026, 11, 17))
    for spoilt, reason in (("", "truncated"), ("%%%", "not_a_statement"), ("aGVsbG8=", "not_a_statement")):
        with pytest.raises(StatementError) as caught:
            unpack_unionpay_statement(spoilt)
        assert caught.value.reason == reason
    with pytest.raises(StatementError, match="truncated"):
        unpack_unionpay_statement(b64encode(packed("INN26111888ZM_1", line)[:-9]).decode())


SOUND = zm_line(PAYMENT, separator=b" ")


@pytest.mark.parametrize(
    ("raw", "day", "reason"),
    [
        (zm_line(PAYMENT | {"交易金额": "1,073.45"}, separator=b" "), DAY, "unreadable_line"),
        (zm_line(PAYMENT | {"商户手续费": "000000000644"}, separator=b" "), DAY, "unreadable_line"),
        (zm_line(PAYMENT | {"商户手续费": "D-00000000644"}, separator=b" "), DAY, "unreadable_line"),
        (zm_line(PAYMENT | {"交易传输时间": "1318105826"}, separator=b" "), DAY, "unreadable_line"),
        (b"S22 01020000", DAY, "unreadable_line"),
        (SOUND, date(2026, 11, 17), "wrong_day"),
        (SOUND, date(2026, 11, 19), "wrong_day"),
        (SOUND + b"\r\n" + SOUND[:400], DAY, "truncated"),
        (SOUND.decode("gbk").encode(), DAY, "wrong_charset"),
    ],
)
def test_a_file_that_is_not_the_whole_one_of_the_day_is_refused_with_its_reason(raw: bytes, day: date, reason: str):
    with pytest.raises(StatementError) as caught:
        parse_unionpay_statement(day, raw)
    assert caught.value.reason == reason


def test_a_settlement_day_runs_from_23_to_23():
    late = zm_line(PAYMENT | {"交易传输时间": "1117230000"}, separator=b" ")
    assert len(parse_unionpay_statement(DAY, SOUND + b"\n" + late + b"\n").rows) == 2


@pytest.mark.parametrize(
    ("text", "near", "expected"),
    [
        ("1231235959", date(2027, 1, 1), datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)),
        ("0101000001", date(2026, 12, 31), datetime(2026, 12, 31, 16, 0, 1, tzinfo=UTC)),
        ("0229120000", date(2028, 3, 1), datetime(2028, 2, 29, 4, 0, tzinfo=UTC)),
    ],
)
def test_a_time_without_year_is_the_one_closest_to_the_day(text: str, near: date, expected: datetime):
    assert full_time(text, near) == expected
