"""Merchants' credentials out of the settings. A key is given as its text, or as the path of a file that holds it."""

from pathlib import Path

from estate_app.payment.gateways.credentials import AlipayCredentials, UnionpayCredentials, WechatCredentials
from estate_app.payment.gateways.pem import KeyMaterialError, unpack_pfx
from estate_app.settings import Settings

LONGEST_PATH = 300
"""No path is that long, and no key that short."""


def wechat_credentials(chosen: Settings) -> WechatCredentials | None:
    """WeChat Pay's merchant, or None when none is named. Raises OSError for a key file that cannot be read."""
    if not chosen.wechat_mchid:
        return None
    return WechatCredentials(
        merchant_id=chosen.wechat_mchid,
        app_id=chosen.wechat_appid,
        serial_no=chosen.wechat_cert_serial,
        private_key_pem=text_of(chosen.wechat_private_key.get_secret_value()),
        apiv3_key=chosen.wechat_apiv3_key.get_secret_value(),
        public_key_id=chosen.wechat_public_key_id,
        public_key_pem=text_of(chosen.wechat_public_key),
        platform_certificates_pem=text_of(chosen.wechat_platform_certificates),
        base_url=chosen.wechat_base_url,
    )


def alipay_credentials(chosen: Settings) -> AlipayCredentials | None:
    """Alipay's merchant, or None when none is named. Raises OSError for a key file that cannot be read."""
    if not chosen.alipay_app_id:
        return None
    return AlipayCredentials(
        app_id=chosen.alipay_app_id,
        seller_id=chosen.alipay_seller_id,
        private_key_pem=text_of(chosen.alipay_private_key.get_secret_value()),
        alipay_public_key_pem=text_of(chosen.alipay_public_key),
        app_certificate_pem=text_of(chosen.alipay_app_certificate),
        alipay_certificate_pem=text_of(chosen.alipay_certificate),
        root_certificates_pem=text_of(chosen.alipay_root_certificates),
        gateway_url=chosen.alipay_gateway_url,
    )


def unionpay_credentials(chosen: Settings) -> UnionpayCredentials | None:
    """UnionPay's merchant, or None when none is named; key and certificate out of the PKCS#12 file when there is one.

    Raises OSError for a file that cannot be read and KeyMaterialError for a PKCS#12 file that cannot be opened.
    """
    if not chosen.unionpay_merchant_id:
        return None
    key, certificate = chosen.unionpay_private_key.get_secret_value(), chosen.unionpay_certificate
    if chosen.unionpay_pfx:
        key, certificate = unpack_pfx(Path(chosen.unionpay_pfx).read_bytes(), chosen.unionpay_pfx_password.get_secret_value())
    return UnionpayCredentials(
        merchant_id=chosen.unionpay_merchant_id,
        private_key_pem=text_of(key),
        certificate_pem=text_of(certificate),
        root_pem=text_of(chosen.unionpay_root_certificate),
        middle_pem=text_of(chosen.unionpay_middle_certificate),
        signer_names=tuple(name.strip() for name in chosen.unionpay_signer_names.split(",") if name.strip()),
        base_url=chosen.unionpay_base_url,
        file_url=chosen.unionpay_file_url,
    )


def text_of(value: str) -> str:
    """Return the text of a key: the value itself, or what its file holds."""
    value = value.strip()
    if not value or "-----BEGIN" in value or "\n" in value or len(value) > LONGEST_PATH:
        return value
    content = Path(value).read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise KeyMaterialError(f"{value} is no text: PEM is needed here") from error
