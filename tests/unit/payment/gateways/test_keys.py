"""Keys and certificates in every form in which merchants receive them, certificate mode, and what `doctor` says of wrong ones."""

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from estate_app.payment.gateways.checks import channel_faults
from estate_app.payment.gateways.contract import CallbackKind, CallbackRejectedError, ChannelState, GatewayLogicalError
from estate_app.payment.gateways.credentials import AlipayCredentials
from estate_app.payment.gateways.from_settings import alipay_credentials, text_of, unionpay_credentials
from estate_app.payment.gateways.pem import KeyMaterialError, certificates, private_key_pem, public_key_pem
from estate_app.payment.gateways.wechat import WechatGateway
from estate_app.sandbox.keys import SandboxKeys, load_keys
from estate_app.settings import Settings
from tests.fixtures.sandbox import START, Merchant, RunningSandbox, shared_keys_directory
from tests.unit.payment.gateways.test_alipay import ORDER_NO as ALIPAY_ORDER_NO
from tests.unit.payment.gateways.test_alipay import AlipayGateway
from tests.unit.payment.gateways.test_alipay import request as alipay_request
from tests.unit.payment.gateways.test_wechat import ORDER_NO
from tests.unit.payment.gateways.test_wechat import request as wechat_request
from tests.unit.payment.gateways.test_wechat_callback import Forger


@pytest.fixture(scope="module")
def keys() -> SandboxKeys:
    return load_keys(shared_keys_directory())


def of_sandbox(keys: SandboxKeys, **changes: object) -> Settings:
    plain = {
        "wechat_mchid": "1900009191",
        "wechat_appid": "wx8f5d3c2b1a907e64",
        "wechat_private_key": keys.wechat_merchant_private,
        "wechat_cert_serial": keys.wechat_merchant_serial,
        "wechat_apiv3_key": keys.wechat_apiv3_key,
        "wechat_public_key": keys.wechat_platform_public,
        "wechat_public_key_id": keys.wechat_public_key_id,
        "alipay_app_id": "2021000000009191",
        "alipay_seller_id": "2088000000009191",
        "alipay_private_key": keys.alipay_app_private,
        "alipay_public_key": keys.alipay_platform_public,
        "unionpay_merchant_id": "777290058199191",
        "unionpay_private_key": keys.unionpay_merchant_private,
        "unionpay_certificate": keys.unionpay_merchant_certificate,
        "unionpay_root_certificate": keys.unionpay_root_certificate,
        "unionpay_middle_certificate": keys.unionpay_middle_certificate,
    }
    return Settings(_env_file=None, demo=False, sandbox=False, secret_key="x" * 40, **(plain | changes))


def said(chosen: Settings, now: datetime = START) -> list[str]:
    return [f"{fault.channel.value}{'?' if fault.is_warning else '!'} {fault.text}" for fault in channel_faults(chosen, now)]


def test_sound_keys_of_all_three_vendors_have_no_fault_and_channels_that_are_not_named_none_either(keys):
    assert said(of_sandbox(keys)) == []
    assert said(Settings(_env_file=None, demo=False, sandbox=False, secret_key="x" * 40)) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"wechat_apiv3_key": "short"}, "wechat! ESTATE_WECHAT_APIV3_KEY has 5 characters: it must have 32"),
        ({"wechat_appid": ""}, "wechat! ESTATE_WECHAT_APPID is not set"),
        ({"wechat_private_key": "nonsense"}, "wechat! a key file cannot be read: nonsense (No such file or directory)"),
        ({"wechat_public_key_id": "7132D7"}, "wechat! ESTATE_WECHAT_PUBLIC_KEY_ID must begin with PUB_KEY_ID_"),
        (
            {"wechat_public_key": "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----"},
            "wechat! ESTATE_WECHAT_PUBLIC_KEY is not a public",
        ),
        ({"alipay_seller_id": "me@shop.cn"}, "alipay! ESTATE_ALIPAY_SELLER_ID must be the merchant's number of 16 digits"),
        ({"alipay_public_key": ""}, "alipay! ESTATE_ALIPAY_PUBLIC_KEY is not set"),
        ({"unionpay_merchant_id": "777"}, "unionpay! ESTATE_UNIONPAY_MERCHANT_ID must have 15 characters"),
        ({"unionpay_signer_names": " "}, "unionpay! ESTATE_UNIONPAY_SIGNER_NAMES is empty"),
        ({"unionpay_certificate": "-----BEGIN CERTIFICATE-----\nx"}, "unionpay! ESTATE_UNIONPAY_CERTIFICATE: no certificate in PEM"),
    ],
)
def test_each_wrong_setting_is_named_with_its_remedy(keys, changes, expected):
    (one,) = said(of_sandbox(keys, **changes))
    assert one.startswith(expected)


def test_windows_line_ends_are_read_and_named(keys):
    (one,) = said(of_sandbox(keys, wechat_private_key=keys.wechat_merchant_private.replace("\n", "\r\n")))
    assert one.startswith("wechat? ESTATE_WECHAT_PRIVATE_KEY has Windows line ends (CRLF)")


def test_a_short_key_a_foreign_certificate_and_a_torn_chain_are_found(keys):
    short = generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 -- it is refused
    pem = short.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    assert said(of_sandbox(keys, alipay_private_key=pem)) == ["alipay! ESTATE_ALIPAY_PRIVATE_KEY has 1024 bits: it must have at least 2048"]
    (foreign,) = said(of_sandbox(keys, unionpay_certificate=keys.unionpay_signer_certificate))
    assert foreign.startswith("unionpay! ESTATE_UNIONPAY_CERTIFICATE does not belong to the private key")
    (torn,) = said(of_sandbox(keys, unionpay_root_certificate=keys.unionpay_middle_certificate))
    assert torn.startswith("unionpay! ESTATE_UNIONPAY_MIDDLE_CERTIFICATE was not issued by")


def test_expired_and_soon_expiring_certificates_are_told_apart(keys):
    end = datetime(2049, 12, 31, tzinfo=UTC)
    assert len(said(of_sandbox(keys), end + timedelta(days=1))) == 3
    assert all("expired on 2049-12-31" in text and "!" in text for text in said(of_sandbox(keys), end + timedelta(days=1)))
    assert all("expires on 2049-12-31" in text and "?" in text for text in said(of_sandbox(keys), end - timedelta(days=20)))


def test_a_key_is_read_as_pem_pkcs1_bare_base64_one_line_with_escapes_and_from_a_file(keys, tmp_path):
    key = load_pem_private_key(keys.alipay_app_private.encode(), password=None)
    expected = keys.alipay_app_private
    pkcs1 = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    bare = b64encode(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()
    for text in (expected, pkcs1, bare, expected.replace("\n", "\r\n"), expected.replace("\n", "\\n"), "\ufeff" + expected):
        assert private_key_pem(text) == expected
    path = tmp_path / "key.pem"
    path.write_bytes(b"\xef\xbb\xbf" + expected.replace("\n", "\r\n").encode())
    assert private_key_pem(text_of(str(path))) == expected
    assert public_key_pem("".join(keys.alipay_platform_public.splitlines()[1:-1])) == keys.alipay_platform_public
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")).decode()
    for text in ("", "AAAA", locked, keys.alipay_platform_public):
        with pytest.raises(KeyMaterialError):
            private_key_pem(text)


def test_unionpays_pkcs12_file_gives_key_and_certificate(keys, tmp_path):
    key = load_pem_private_key(keys.unionpay_merchant_private.encode(), password=None)
    (certificate,) = certificates(keys.unionpay_merchant_certificate)
    path = tmp_path / "acp_prod_sign.pfx"
    path.write_bytes(serialize_key_and_certificates(b"acp", key, certificate, None, BestAvailableEncryption(b"000000")))
    chosen = of_sandbox(keys, unionpay_private_key="", unionpay_certificate="", unionpay_pfx=str(path), unionpay_pfx_password="000000")
    credentials = unionpay_credentials(chosen)
    assert (credentials.private_key_pem, credentials.certificate_pem) == (
        keys.unionpay_merchant_private.strip(), keys.unionpay_merchant_certificate.strip(),
    )  # fmt: skip
    assert said(chosen) == []
    (wrong,) = said(chosen.model_copy(update={"unionpay_pfx_password": of_sandbox(keys).wechat_apiv3_key}))
    assert wrong == "unionpay! ESTATE_UNIONPAY_PFX: not a PKCS#12 file, or another password"


def in_certificate_mode(sandbox: RunningSandbox):
    return replace(
        sandbox.credentials.wechat, public_key_id="", public_key_pem="", platform_certificates_pem=sandbox.keys.wechat_platform_certificate
    )


def test_wechat_in_certificate_mode_speaks_and_hears_without_asking_for_certificates(sandbox: RunningSandbox, merchant: Merchant):
    gateway = WechatGateway(in_certificate_mode(sandbox))
    assert gateway.create(wechat_request(merchant)).code_url.startswith(f"{sandbox.url}/cashier/")
    assert gateway.query(wechat_request(merchant).ref).state is ChannelState.awaiting
    sandbox.pay(ORDER_NO)
    notice = merchant.next()
    assert notice.headers["Wechatpay-Serial"] == f"{certificates(sandbox.keys.wechat_platform_certificate)[0].serial_number:X}"
    event = gateway.read_callback(notice.headers, notice.body, START)
    assert (event.kind, event.order_no, event.amount_fen) == (CallbackKind.payment, ORDER_NO, 107_345)
    with pytest.raises(CallbackRejectedError, match="certificate_expired"):
        gateway.read_callback(notice.headers, notice.body, START.replace(year=2050))


def test_wechat_in_certificate_mode_knows_no_other_serial(keys):
    forger = Forger(of := _wechat_of(keys), keys.wechat_platform_private)
    gateway = WechatGateway(replace(of, public_key_id="", public_key_pem="", platform_certificates_pem=keys.wechat_platform_certificate))
    body = forger.body()
    with pytest.raises(CallbackRejectedError, match="unknown_serial"):
        gateway.read_callback(forger.headers(body), body, START)
    serial = f"{certificates(keys.wechat_platform_certificate)[0].serial_number:X}"
    headers = forger.headers(body) | {"Wechatpay-Serial": serial}
    assert gateway.read_callback(headers, body, START).order_no == "P20261118000001"
    with pytest.raises(ValueError, match="neither"):
        WechatGateway(replace(of, public_key_id="", public_key_pem=""))


def _wechat_of(keys: SandboxKeys):
    from estate_app.sandbox.config import sandbox_credentials

    return sandbox_credentials(shared_keys_directory(), "http://127.0.0.1:9").wechat


def test_alipay_in_certificate_mode_names_its_certificates_in_every_request(sandbox: RunningSandbox, merchant: Merchant):
    chosen = sandbox.credentials.alipay
    credentials = AlipayCredentials(
        app_id=chosen.app_id,
        seller_id=chosen.seller_id,
        private_key_pem=chosen.private_key_pem.replace("\n", "\r\n"),
        app_certificate_pem=sandbox.keys.alipay_app_certificate,
        alipay_certificate_pem=sandbox.keys.alipay_platform_certificate,
        root_certificates_pem=sandbox.keys.alipay_root_certificate.replace("\n", "\r\n"),
        gateway_url=chosen.gateway_url,
    )
    gateway = AlipayGateway(credentials, now=sandbox.clock)
    assert gateway.create(alipay_request(merchant)).code_url.startswith(f"{sandbox.url}/cashier/")
    sandbox.pay(ALIPAY_ORDER_NO, channel="alipay")
    notice = merchant.next()
    assert gateway.read_callback({}, notice.body, START).amount_fen == 107_345
    other = replace(credentials, app_certificate_pem=sandbox.keys.unionpay_root_certificate)
    with pytest.raises(GatewayLogicalError, match="40002"):
        AlipayGateway(other, now=sandbox.clock).query(alipay_request(merchant).ref)


def test_settings_in_certificate_mode_are_read(keys):
    chosen = of_sandbox(
        keys, alipay_public_key="", alipay_app_certificate=keys.alipay_app_certificate,
        alipay_certificate=keys.alipay_platform_certificate, alipay_root_certificates=keys.alipay_root_certificate,
    )  # fmt: skip
    assert said(chosen) == []
    assert alipay_credentials(chosen).is_certificate_mode
    torn = said(of_sandbox(keys, alipay_certificate=keys.alipay_platform_certificate, alipay_app_certificate=keys.alipay_root_certificate))
    assert [text.partition(":")[0] for text in torn] == [
        "alipay! ESTATE_ALIPAY_APP_CERTIFICATE does not belong to the private key", "alipay! ESTATE_ALIPAY_ROOT_CERTIFICATES",
    ]  # fmt: skip
