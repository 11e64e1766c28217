"""What a stranger can send to the callback address: every case ends in a refusal with its reason, and no request leaves this machine."""

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta

import pytest
import requests

from estate_app.payment.gateways.contract import CallbackKind, CallbackRejectedError, ChannelState, RefundState
from estate_app.payment.gateways.credentials import WechatCredentials
from estate_app.payment.gateways.wechat import WechatGateway
from estate_app.sandbox.config import sandbox_credentials
from estate_app.sandbox.keys import load_keys
from estate_app.sandbox.signing import encrypt_aes_gcm, private_key, sign
from tests.fixtures.sandbox import START, shared_keys_directory

NONCE = "fedcba987654"


@dataclass
class Forger:
    """Holds the platform's real key, so that each test spoils one thing only."""

    credentials: WechatCredentials
    platform_key_pem: str

    def headers(self, body: bytes, **changes: str) -> dict[str, str]:
        timestamp = changes.pop("timestamp", str(int(START.timestamp())))
        message = f"{timestamp}\nabcdef0123456789\n".encode() + body + b"\n"
        plain = {
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": "abcdef0123456789",
            "Wechatpay-Serial": self.credentials.public_key_id,
            "Wechatpay-Signature": sign(private_key(self.platform_key_pem), message),
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }
        return plain | changes

    def body(self, resource: object = None, *, event: str = "TRANSACTION.SUCCESS", **changes: object) -> bytes:
        plaintext = json.dumps(transaction() if resource is None else resource, ensure_ascii=False).encode()
        sealed = {
            "original_type": "transaction",
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": encrypt_aes_gcm(self.credentials.apiv3_key, NONCE, "transaction", plaintext),
            "associated_data": "transaction",
            "nonce": NONCE,
        }
        message = {
            "id": "EV-2018022511223320873",
            "create_time": "2026-11-18T10:58:26+08:00",
            "resource_type": "encrypt-resource",
            "event_type": event,
            "summary": "支付成功",
            "resource": sealed | changes,
        }
        return json.dumps(message, ensure_ascii=False).encode()


def transaction(**changes: object) -> dict[str, object]:
    plain = {
        "mchid": "1900009191",
        "appid": "wx8f5d3c2b1a907e64",
        "out_trade_no": "P20261118000001",
        "transaction_id": "4200002612202611181058260317",
        "trade_type": "NATIVE",
        "trade_state": "SUCCESS",
        "trade_state_desc": "支付成功",
        "success_time": "2026-11-18T10:58:26+08:00",
        "payer": {"openid": "oPayer"},
        "amount": {"total": 107345, "payer_total": 100000, "currency": "CNY", "payer_currency": "CNY"},
    }
    return plain | changes


@pytest.fixture
def forger() -> Forger:
    directory = shared_keys_directory()
    return Forger(sandbox_credentials(directory, "http://127.0.0.1:9").wechat, load_keys(directory).wechat_platform_private)


@pytest.fixture
def gateway(forger: Forger, monkeypatch: pytest.MonkeyPatch) -> WechatGateway:
    def forbidden(*args: object, **options: object) -> None:
        raise AssertionError("a callback caused an outbound request")

    monkeypatch.setattr(requests, "get", forbidden)
    monkeypatch.setattr(requests, "post", forbidden)
    return WechatGateway(forger.credentials)


def refusal(gateway: WechatGateway, headers: dict[str, str], body: bytes) -> str:
    with pytest.raises(CallbackRejectedError) as caught:
        gateway.read_callback(headers, body, START)
    return caught.value.reason


def test_a_genuine_notice_is_read_and_the_coupon_does_not_lower_the_amount(gateway: WechatGateway, forger: Forger):
    body = forger.body()
    event = gateway.read_callback(forger.headers(body), body, START)
    assert (event.external_id, event.transaction_id) == ("EV-2018022511223320873", "4200002612202611181058260317")
    assert (event.amount_fen, event.state, event.success_at) == (107_345, ChannelState.paid, START)


def test_header_names_are_read_in_any_case(gateway: WechatGateway, forger: Forger):
    body = forger.body()
    headers = {name.lower(): value for name, value in forger.headers(body).items()}
    assert gateway.read_callback(headers, body, START).kind is CallbackKind.payment


@pytest.mark.parametrize("missing", ["Timestamp", "Nonce", "Serial", "Signature", "Signature-Type"])
def test_a_missing_header_is_refused(gateway: WechatGateway, forger: Forger, missing: str):
    body = forger.body()
    headers = forger.headers(body)
    del headers[f"Wechatpay-{missing}"]
    assert refusal(gateway, headers, body) == "header_missing"


@pytest.mark.parametrize("serial", ["7132D72A03E93CDDF8C03BBD1F37EEDF", "not-hexadecimal", "PUB_KEY_ID_0000000000000000000000000001"])
def test_an_unknown_serial_is_refused_without_fetching_certificates(gateway: WechatGateway, forger: Forger, serial: str):
    body = forger.body()
    assert refusal(gateway, forger.headers(body) | {"Wechatpay-Serial": serial}, body) == "unknown_serial"


def test_another_signature_type_is_refused(gateway: WechatGateway, forger: Forger):
    body = forger.body()
    headers = forger.headers(body) | {"Wechatpay-Signature-Type": "WECHATPAY2-SM2-WITH-SM3"}
    assert refusal(gateway, headers, body) == "signature_type"


@pytest.mark.parametrize("seconds", [-301, 301, -6 * 365 * 86_400])
def test_a_notice_more_than_five_minutes_off_is_stale(gateway: WechatGateway, forger: Forger, seconds: int):
    body = forger.body()
    timestamp = str(int((START + timedelta(seconds=seconds)).timestamp()))
    assert refusal(gateway, forger.headers(body, timestamp=timestamp), body) == "stale"


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_notice_five_minutes_off_is_still_taken(gateway: WechatGateway, forger: Forger, seconds: int):
    body = forger.body()
    timestamp = str(int((START + timedelta(seconds=seconds)).timestamp()))
    assert gateway.read_callback(forger.headers(body, timestamp=timestamp), body, START).order_no == "P20261118000001"


@pytest.mark.parametrize("timestamp", ["", "now", "-1", "1e9", "１７９５"])
def test_a_time_that_is_no_number_is_refused(gateway: WechatGateway, forger: Forger, timestamp: str):
    body = forger.body()
    assert refusal(gateway, forger.headers(body) | {"Wechatpay-Timestamp": timestamp}, body) in {"stale", "header_missing"}


@pytest.mark.parametrize("signature", ["AAAA", "%%%", "WECHATPAY/SIGNTEST/abcdef", b64encode(b"\0" * 256).decode()])
def test_a_forged_signature_or_wechats_own_probe_is_refused(gateway: WechatGateway, forger: Forger, signature: str):
    body = forger.body()
    assert refusal(gateway, forger.headers(body) | {"Wechatpay-Signature": signature}, body) == "not_verified"


def test_one_changed_byte_of_the_body_is_refused(gateway: WechatGateway, forger: Forger):
    body = forger.body()
    assert refusal(gateway, forger.headers(body), body.replace(b"EV-2018", b"EV-2019")) == "not_verified"


def test_a_notice_sealed_with_another_key_is_refused(gateway: WechatGateway, forger: Forger):
    body = forger.body(ciphertext=encrypt_aes_gcm("0" * 32, NONCE, "transaction", b"{}"))
    assert refusal(gateway, forger.headers(body), body) == "not_verified"


@pytest.mark.parametrize("changes", [{"nonce": "short"}, {"ciphertext": "A"}, {"algorithm": "AEAD_SM4_GCM"}, {"nonce": 7}])
def test_a_malformed_seal_is_refused(gateway: WechatGateway, forger: Forger, changes: dict[str, object]):
    body = forger.body(**changes)
    assert refusal(gateway, forger.headers(body), body) == "unreadable"


@pytest.mark.parametrize("body", [b"[]", b"not json", b"\xff\xfe", b"17"])
def test_a_body_that_is_no_object_is_refused(gateway: WechatGateway, forger: Forger, body: bytes):
    assert refusal(gateway, forger.headers(body), body) == "unreadable"


@pytest.mark.parametrize("body", [b"", b"{}", b'{"resource_type":"encrypt-resource"}'])
def test_an_empty_notice_is_refused(gateway: WechatGateway, forger: Forger, body: bytes):
    assert refusal(gateway, forger.headers(body), body) in {"unreadable", "not_verified"}


@pytest.mark.parametrize(
    "resource",
    [
        [],
        {"mchid": "1900009191"},
        transaction(amount={"total": "107345", "currency": "CNY"}),
        transaction(amount={"total": True, "currency": "CNY"}),
        transaction(amount={}),
        transaction(success_time="2026-11-18T10:58:26"),
    ],
)
def test_genuine_but_unexpected_content_is_refused(gateway: WechatGateway, forger: Forger, resource: object):
    body = forger.body(resource)
    assert refusal(gateway, forger.headers(body), body) in {"unexpected_content", "not_verified"}


def test_an_event_of_another_product_is_refused(gateway: WechatGateway, forger: Forger):
    body = forger.body(event="COUPON.USE")
    assert refusal(gateway, forger.headers(body), body) == "unexpected_content"


def test_escaped_slashes_in_the_raw_body_stay_as_they_were_signed(gateway: WechatGateway, forger: Forger):
    body = forger.body().replace(b'"summary"', b'"link": "https:\\/\\/pay.weixin.qq.com", "summary"')
    assert gateway.read_callback(forger.headers(body), body, START).order_no == "P20261118000001"


def test_an_abnormal_refund_is_told_as_such(gateway: WechatGateway, forger: Forger):
    resource = {
        "mchid": "1900009191",
        "out_trade_no": "P20261118000001",
        "transaction_id": "4200002612202611181058260317",
        "out_refund_no": "R20261118000001",
        "refund_id": "50300807092026111812345678",
        "refund_status": "ABNORMAL",
        "user_received_account": "招商银行信用卡0403",
        "amount": {"total": 107345, "refund": 7345, "payer_total": 107345, "payer_refund": 7345},
    }
    body = forger.body(resource, event="REFUND.ABNORMAL")
    event = gateway.read_callback(forger.headers(body), body, START)
    assert (event.kind, event.refund_state, event.amount_fen, event.success_at) == (
        CallbackKind.refund,
        RefundState.abnormal,
        7_345,
        None,
    )
