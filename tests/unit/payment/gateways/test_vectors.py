"""Test vectors that the vendors' own and widely used SDKs publish: what they sign, verify, decrypt and refuse, so do we.

`tests/fixtures/vectors/vendors.json` names repository, commit, licence and file of each; its keys are the SDKs' test keys.
"""

import json
from base64 import b64decode
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from wechatpayv3.utils import aes_decrypt, load_private_key, rsa_sign, rsa_verify

from estate_app.payment.gateways.alipay import AlipayGateway
from estate_app.payment.gateways.alipay_client import AlipayClient
from estate_app.payment.gateways.contract import CallbackKind, CallbackRejectedError, ChannelState, StatementError, StatementKind
from estate_app.payment.gateways.credentials import AlipayCredentials, WechatCredentials
from estate_app.payment.gateways.pem import alipay_root_sn, alipay_sn, certificates, private_key_pem, public_key_pem, unpack_pfx
from estate_app.payment.gateways.unionpay_wire import (
    MerchantSigner,
    SignerChain,
    UnverifiedMessageError,
    _signer_name,
    read_answer_text,
    signed_bytes,
)
from estate_app.payment.gateways.wechat import WechatGateway
from estate_app.payment.gateways.wechat_statement import parse_wechat_statement
from estate_app.sandbox.keys import load_keys
from tests.fixtures.sandbox import shared_keys_directory

VECTORS = json.loads((Path(__file__).parents[3] / "fixtures" / "vectors" / "vendors.json").read_text("utf-8"))
WECHAT, ALIPAY, UNIONPAY = VECTORS["wechat"], VECTORS["alipay"], VECTORS["unionpay"]
SIGNED_AT = datetime.fromtimestamp(1_624_523_846, UTC)


def test_wechats_signature_of_a_text_is_the_sdks():
    key = load_private_key(private_key_pem(WECHAT["sign"]["testing_key"].replace("TESTING KEY", "PRIVATE KEY")))
    assert rsa_sign(key, WECHAT["sign"]["message"]) == WECHAT["sign"]["signature"]


def test_wechats_notice_is_verified_and_decrypted_as_by_the_sdk():
    (certificate,) = certificates(WECHAT["certificate"])
    headers, resource = WECHAT["headers"], json.loads(WECHAT["body"])["resource"]
    of_notice = (headers["Wechatpay-Timestamp"], headers["Wechatpay-Nonce"])
    assert rsa_verify(*of_notice, WECHAT["body"], headers["Wechatpay-Signature"], certificate.public_key())
    assert not rsa_verify(*of_notice, WECHAT["body"] + " ", headers["Wechatpay-Signature"], certificate.public_key())
    sealed = {name: resource[name] for name in ("nonce", "ciphertext", "associated_data")}
    assert aes_decrypt(**sealed, apiv3_key=WECHAT["apiv3_key"]) == WECHAT["plaintext"]
    assert aes_decrypt(**sealed, apiv3_key="testMchAPIv3Key1") is None


def test_the_gateway_in_certificate_mode_knows_the_sdks_serial_and_refuses_what_is_not_a_payment():
    keys = load_keys(shared_keys_directory())
    gateway = WechatGateway(
        WechatCredentials(
            merchant_id="1234567890", app_id="wx", serial_no="F5765756002FDD77", private_key_pem=keys.wechat_merchant_private,
            apiv3_key=keys.wechat_apiv3_key, platform_certificates_pem=WECHAT["certificate"],
        )
    )  # fmt: skip
    headers = WECHAT["headers"] | {"Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048"}
    assert gateway._client._core._verify_signature(headers, WECHAT["body"]) is True
    body = WECHAT["body"].encode()
    # Genuine and fresh, but sealed with another merchant's key; then stale; then signed by nobody.
    for changes, moment, reason in (
        ({}, SIGNED_AT, "not_verified"),
        ({}, SIGNED_AT.replace(year=2026), "stale"),
        ({"Wechatpay-Serial": "F5765756002FDD77"}, SIGNED_AT, "unknown_serial"),
        ({"Wechatpay-Signature": WECHAT["sign"]["signature"]}, SIGNED_AT, "not_verified"),
    ):
        with pytest.raises(CallbackRejectedError) as caught:
            gateway.read_callback(headers | changes, body, moment)
        assert caught.value.reason == reason


def alipay() -> AlipayCredentials:
    return AlipayCredentials(
        app_id="9021000122682882", seller_id="2088721003899159", private_key_pem=ALIPAY["private_key"],
        app_certificate_pem=ALIPAY["app_certificate"], alipay_certificate_pem=ALIPAY["alipay_certificate"],
        root_certificates_pem=ALIPAY["root_certificates"],
    )  # fmt: skip


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_alipays_certificate_serials_are_the_published_ones_whatever_the_line_ends(ends: str):
    assert alipay_sn(certificates(ALIPAY["app_certificate"])[0]) == ALIPAY["app_cert_sn"]
    assert alipay_root_sn(ALIPAY["root_certificates"].replace("\r\n", "\n").replace("\n", ends)) == ALIPAY["root_cert_sn"]


def test_alipays_request_signature_is_the_sdks():
    client = AlipayClient(alipay(), http=None, now=lambda: SIGNED_AT)
    assert client.sign_data(dict(ALIPAY["request"])).endswith(f"&sign={quote_plus(ALIPAY['sign'])}")
    body = client.build_body("alipay.trade.query", {"out_trade_no": "1"})
    assert (body["app_cert_sn"], body["alipay_root_cert_sn"]) == (ALIPAY["app_cert_sn"], ALIPAY["root_cert_sn"])
    assert body["timestamp"] == "2021-06-24 16:37:26"


def test_alipays_real_notice_with_a_plus_in_its_subject_is_read_and_any_change_refused():
    gateway = AlipayGateway(alipay())
    notice = ALIPAY["notice"]
    event = gateway.read_callback({}, urlencode(notice).encode(), SIGNED_AT)
    assert (event.kind, event.state, event.amount_fen) == (CallbackKind.payment, ChannelState.paid, 1)
    assert (event.order_no, event.merchant_id, event.app_id) == ("1703147160", "2088721003899159", "9021000122682882")
    assert event.success_at == datetime(2023, 12, 21, 8, 26, 43, tzinfo=UTC)
    for name in notice:
        with pytest.raises(CallbackRejectedError):
            gateway.read_callback({}, urlencode(notice | {name: notice[name] + "1"}).encode(), SIGNED_AT)
        with pytest.raises(CallbackRejectedError):
            gateway.read_callback({}, urlencode({k: v for k, v in notice.items() if k != name}).encode(), SIGNED_AT)


def test_alipays_real_answer_is_verified_over_its_raw_text():
    vector = VECTORS["alipay_sync"]
    keys = load_keys(shared_keys_directory())
    client = AlipayClient(
        AlipayCredentials("1", "2", keys.alipay_app_private, alipay_public_key_pem=public_key_pem(vector["public_key"])),
        http=None, now=lambda: SIGNED_AT,
    )  # fmt: skip
    node = "alipay_trade_pay_response"
    raw = f'{{"{node}":{vector["signed"]},"sign":"{vector["sign"]}"}}'
    assert client._verify_and_return_sync_response(raw, node)["out_trade_no"] == "GZ201901301040361012"
    with pytest.raises(Exception):  # noqa: B017 -- the library's own, which the gateway turns into a technical error
        client._verify_and_return_sync_response(raw.replace('"0.01"', '"0.02"', 1), node)


def test_unionpays_request_signature_and_certificate_number_are_the_sdks():
    signer = MerchantSigner(*unpack_pfx(b64decode(UNIONPAY["pfx"]), UNIONPAY["pfx_password"]))
    assert signer.cert_id == UNIONPAY["request"]["certId"]
    assert signer.sign(UNIONPAY["request"] | {"empty": ""})["signature"] == UNIONPAY["signature"]


def holds(fields: dict[str, Any]) -> bool:
    leaf = x509.load_pem_x509_certificate(fields["signPubKeyCert"].encode())
    try:
        leaf.public_key().verify(b64decode(fields["signature"]), signed_bytes(fields), PKCS1v15(), SHA256())
    except Exception:  # noqa: BLE001 -- whatever it is, it does not hold
        return False
    return True


@pytest.mark.parametrize("name", ["notice", "query_answer"])
def test_unionpays_real_messages_are_verified_and_any_change_breaks_them(name: str):
    fields = UNIONPAY[name]
    assert holds(fields)
    for key in set(fields) - {"signature", "signPubKeyCert"}:
        assert not holds(fields | {key: fields[key] + "1"})
    assert not holds(fields | {"signPubKeyCert": fields["signPubKeyCert"].replace("\r\n", "\n")})
    # An answer comes without URL encoding: what is read back is what was signed.
    assert read_answer_text("&".join(f"{key}={value}" for key, value in fields.items())) == fields


def test_unionpays_real_signer_has_the_name_that_we_demand_but_is_foreign_to_another_chain():
    fields = UNIONPAY["notice"]
    leaf = x509.load_pem_x509_certificate(fields["signPubKeyCert"].encode())
    assert _signer_name(leaf) == "中国银联股份有限公司"
    keys = load_keys(shared_keys_directory())
    chain = SignerChain(keys.unionpay_root_certificate, keys.unionpay_middle_certificate, ("中国银联股份有限公司",))
    with pytest.raises(UnverifiedMessageError, match="certificate_foreign"):
        chain.require_genuine(fields, datetime(2022, 9, 8, tzinfo=UTC))


def test_wechats_java_sdk_signs_and_decrypts_the_same():
    vector = VECTORS["wechat_java"]
    key = load_private_key(private_key_pem(vector["merchant_private_key"].replace("TESTING KEY", "PRIVATE KEY")))
    assert rsa_sign(key, vector["message"]) == vector["signature_of_message"]
    (own,) = certificates(vector["merchant_certificate"])
    assert f"{own.serial_number:X}" == vector["merchant_serial"]
    own.public_key().verify(b64decode(vector["signature_of_message"]), vector["message"].encode(), PKCS1v15(), SHA256())
    assert aes_decrypt(**vector["sealed"], apiv3_key=vector["apiv3_key"]) == vector["message"]
    sealed = {name: vector["certificate"][name] for name in ("nonce", "ciphertext", "associated_data")}
    (downloaded,) = certificates(aes_decrypt(**sealed, apiv3_key=vector["apiv3_key"]))
    assert f"{downloaded.serial_number:X}" == vector["certificate"]["serial_no"]
    for name, other in (("nonce", "uluk4a9R25RX"), ("associated_data", "associatedDatb"), ("ciphertext", "A" * 32)):
        assert aes_decrypt(**(vector["sealed"] | {name: other}), apiv3_key=vector["apiv3_key"]) is None


def test_wechats_published_trade_bill_is_read_to_the_last_fen():
    raw = VECTORS["wechat_bill"]["text"].encode()
    statement = parse_wechat_statement(date(2019, 2, 19), raw)
    paid = [row for row in statement.rows if row.kind is StatementKind.payment]
    assert (len(statement.rows), len(paid), sum(row.amount_fen for row in paid)) == (45, 31, 47)
    assert sum(row.amount_fen for row in statement.rows if row.kind is StatementKind.refund) == 14
    assert (statement.totals.count, statement.totals.fee_fen) == (45, 8)
    with pytest.raises(StatementError, match="footer counts 45 lines"):
        parse_wechat_statement(date(2019, 2, 19), b"\n".join(raw.split(b"\n")[:1] + raw.split(b"\n")[2:]))
    with pytest.raises(StatementError) as refused:
        parse_wechat_statement(date(2019, 2, 20), raw)
    assert refused.value.reason == "wrong_day"


def test_unionpays_real_answer_to_a_refund_is_read_unescaped_and_verified():
    fields = read_answer_text(VECTORS["unionpay_refund"]["text"])
    assert (fields["txnType"], fields["respCode"], fields["origQryId"]) == ("04", "00", "052401051658427862748")
    assert holds(fields)
    for key in set(fields) - {"signature", "signPubKeyCert"}:
        assert not holds(fields | {key: fields[key] + "1"})
    assert _signer_name(x509.load_pem_x509_certificate(fields["signPubKeyCert"].encode())) == "中国银联股份有限公司"
