"""Looks the merchants' keys and certificates over before the first person pays: each sentence says what is wrong and what to do.

Pure but for the key files that the settings name. No sentence holds a secret.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from estate_app.payment.channel import Channel
from estate_app.payment.gateways.credentials import AlipayCredentials, UnionpayCredentials, WechatCredentials
from estate_app.payment.gateways.from_settings import alipay_credentials, unionpay_credentials, wechat_credentials
from estate_app.payment.gateways.pem import KeyMaterialError, alipay_root_sn, certificates, public_key_pem, rsa_private_key
from estate_app.payment.gateways.unionpay_wire import SignerChain
from estate_app.settings import Settings

APIV3_LENGTH = 32
MIN_BITS = 2048
SOON = timedelta(days=30)
SELLER_ID_LENGTH = 16
UNIONPAY_MERCHANT_LENGTH = 15


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, or (`is_warning`) will be."""

    channel: Channel
    text: str
    is_warning: bool = False


def channel_faults(chosen: Settings, now: datetime) -> list[Fault]:
    """Everything that is wrong with the channels that the settings name; nothing for those that they do not."""
    found: list[Fault] = []
    for channel, read, look in (
        (Channel.wechat, wechat_credentials, _wechat),
        (Channel.alipay, alipay_credentials, _alipay),
        (Channel.unionpay, unionpay_credentials, _unionpay),
    ):
        try:
            credentials = read(chosen)
        except OSError as error:
            found.append(Fault(channel, f"a key file cannot be read: {error.filename} ({error.strerror})"))
            continue
        except KeyMaterialError as error:
            found.append(Fault(channel, f"ESTATE_UNIONPAY_PFX: {error}"))
            continue
        if credentials is not None:
            looker: Callable[..., _Look] = look
            found += looker(credentials, now).found
    return found


class _Look:
    """Collects what is wrong with one channel."""

    def __init__(self, channel: Channel, now: datetime) -> None:
        self.channel = channel
        self.now = now
        self.found: list[Fault] = []

    def say(self, text: str, *, is_warning: bool = False) -> None:
        self.found.append(Fault(self.channel, text, is_warning))

    def wanted(self, **named: str) -> None:
        for name, value in named.items():
            if not value:
                self.say(f"ESTATE_{name.upper()} is not set")

    def private_key(self, name: str, text: str) -> RSAPublicKey | None:
        """Look at a private key and return its public half."""
        if not text:
            self.say(f"ESTATE_{name} is not set")
            return None
        if "\r" in text:
            self.say(f"ESTATE_{name} has Windows line ends (CRLF): it is read all the same; save it with LF", is_warning=True)
        try:
            public = rsa_private_key(text).public_key()
        except KeyMaterialError as error:
            self.say(f"ESTATE_{name} is {error}: take the file apiclient_key.pem or the PKCS#8 key, without a password")
            return None
        return self._long_enough(name, public)

    def public_key(self, name: str, text: str) -> None:
        if not text:
            self.say(f"ESTATE_{name} is not set")
            return
        try:
            key = load_pem_public_key(public_key_pem(text).encode())
        except KeyMaterialError as error:
            self.say(f"ESTATE_{name} is {error}: download it again from the merchant platform")
            return
        if isinstance(key, RSAPublicKey):
            self._long_enough(name, key)

    def certificates(self, name: str, text: str) -> list[x509.Certificate]:
        """Look at certificates: readable, begun, not expired, and not soon."""
        if not text:
            self.say(f"ESTATE_{name} is not set")
            return []
        try:
            read = certificates(text)
        except KeyMaterialError as error:
            self.say(f"ESTATE_{name}: {error}; it must be PEM beginning with -----BEGIN CERTIFICATE-----")
            return []
        for certificate in read:
            serial, ends = f"{certificate.serial_number:X}", certificate.not_valid_after_utc
            if ends < self.now:
                self.say(f"ESTATE_{name}: certificate {serial} expired on {ends:%Y-%m-%d}; ask the vendor for the new one")
            elif certificate.not_valid_before_utc > self.now:
                self.say(f"ESTATE_{name}: certificate {serial} is not valid before {certificate.not_valid_before_utc:%Y-%m-%d}")
            elif ends < self.now + SOON:
                self.say(f"ESTATE_{name}: certificate {serial} expires on {ends:%Y-%m-%d}; renew it now", is_warning=True)
        return read

    def match(self, name: str, certificate: x509.Certificate | None, key: RSAPublicKey | None) -> None:
        """A certificate must be that of the private key."""
        if certificate is not None and key is not None and certificate.public_key() != key:
            self.say(f"ESTATE_{name} does not belong to the private key: upload the request of this key again, or take its key")

    def _long_enough(self, name: str, key: RSAPublicKey) -> RSAPublicKey:
        if key.key_size < MIN_BITS:
            self.say(f"ESTATE_{name} has {key.key_size} bits: it must have at least {MIN_BITS}")
        return key


def _wechat(chosen: WechatCredentials, now: datetime) -> _Look:
    look = _Look(Channel.wechat, now)
    look.wanted(wechat_appid=chosen.app_id, wechat_cert_serial=chosen.serial_no)
    look.private_key("WECHAT_PRIVATE_KEY", chosen.private_key_pem)
    if len(chosen.apiv3_key.encode()) != APIV3_LENGTH:
        look.say(f"ESTATE_WECHAT_APIV3_KEY has {len(chosen.apiv3_key.encode())} characters: it must have {APIV3_LENGTH}")
    if chosen.public_key_id or chosen.public_key_pem or not chosen.platform_certificates_pem:
        look.wanted(wechat_public_key_id=chosen.public_key_id)
        look.public_key("WECHAT_PUBLIC_KEY", chosen.public_key_pem)
        if chosen.public_key_id and not chosen.public_key_id.startswith("PUB_KEY_ID_"):
            look.say("ESTATE_WECHAT_PUBLIC_KEY_ID must begin with PUB_KEY_ID_")
    if chosen.platform_certificates_pem:
        look.certificates("WECHAT_PLATFORM_CERTIFICATES", chosen.platform_certificates_pem)
    return look


def _alipay(chosen: AlipayCredentials, now: datetime) -> _Look:
    look = _Look(Channel.alipay, now)
    if not (chosen.seller_id.isdigit() and len(chosen.seller_id) == SELLER_ID_LENGTH and chosen.seller_id.startswith("2088")):
        look.say("ESTATE_ALIPAY_SELLER_ID must be the merchant's number of 16 digits that begins with 2088")
    key = look.private_key("ALIPAY_PRIVATE_KEY", chosen.private_key_pem)
    if not chosen.is_certificate_mode:
        look.public_key("ALIPAY_PUBLIC_KEY", chosen.alipay_public_key_pem)
        return look
    own = look.certificates("ALIPAY_APP_CERTIFICATE", chosen.app_certificate_pem)
    look.match("ALIPAY_APP_CERTIFICATE", own[0] if own else None, key)
    look.certificates("ALIPAY_CERTIFICATE", chosen.alipay_certificate_pem)
    try:
        alipay_root_sn(chosen.root_certificates_pem)
    except KeyMaterialError as error:
        look.say(f"ESTATE_ALIPAY_ROOT_CERTIFICATES: {error}; take alipayRootCert.crt whole")
    return look


def _unionpay(chosen: UnionpayCredentials, now: datetime) -> _Look:
    look = _Look(Channel.unionpay, now)
    if not (chosen.merchant_id.isalnum() and len(chosen.merchant_id) == UNIONPAY_MERCHANT_LENGTH):
        look.say(f"ESTATE_UNIONPAY_MERCHANT_ID must have {UNIONPAY_MERCHANT_LENGTH} characters")
    key = look.private_key("UNIONPAY_PRIVATE_KEY", chosen.private_key_pem)
    own = look.certificates("UNIONPAY_CERTIFICATE", chosen.certificate_pem)
    look.match("UNIONPAY_CERTIFICATE", own[0] if own else None, key)
    root = look.certificates("UNIONPAY_ROOT_CERTIFICATE", chosen.root_pem)
    middle = look.certificates("UNIONPAY_MIDDLE_CERTIFICATE", chosen.middle_pem)
    if root and middle:
        try:
            SignerChain(chosen.root_pem, chosen.middle_pem, chosen.signer_names)
        except ValueError:
            look.say("ESTATE_UNIONPAY_MIDDLE_CERTIFICATE was not issued by ESTATE_UNIONPAY_ROOT_CERTIFICATE: take both of one environment")
    if not chosen.signer_names:
        look.say("ESTATE_UNIONPAY_SIGNER_NAMES is empty: without a name any merchant of the same authority could sign")
    return look
