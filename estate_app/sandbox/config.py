"""What the sandbox is started with, and what the product needs to speak to it."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from estate_app.payment.gateways.credentials import AlipayCredentials, UnionpayCredentials, WechatCredentials
from estate_app.sandbox.keys import SandboxKeys, load_keys

HOST = "127.0.0.1"

MERCHANT_ID = "1900009191"
APP_ID = "wx8f5d3c2b1a907e64"
ALIPAY_APP_ID = "2021000000009191"
ALIPAY_SELLER_ID = "2088000000009191"
UNIONPAY_MERCHANT_ID = "777290058199191"
SMS_FROM = "+15005550006"
INVOICE_KEY_ID = "EINV0009191"


class SandboxRefusedError(Exception):
    """The sandbox was asked to start where it must not."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SandboxConfig:
    """How the sandbox runs.

    `directory` keeps its keys and its book. `app_url` is where the cashier leads back to when an order names no return address.
    `time_scale` shortens the vendors' waits between resends. `refund_seconds` is how long a refund stays in processing,
    `late_seconds` how long a late callback waits, `hang_seconds` how long a timed-out answer takes.
    """

    directory: Path
    port: int
    app_url: str = "http://127.0.0.1:3000"
    production: bool = False
    time_scale: float = 1 / 15
    refund_seconds: float = 2.0
    late_seconds: float = 20.0
    hang_seconds: float = 15.0
    now: Callable[[], datetime] = field(default=_utc_now)

    @property
    def base_url(self) -> str:
        """Return the address of the sandbox, always on this machine."""
        return f"http://{HOST}:{self.port}"


@dataclass(frozen=True, slots=True)
class MiniProgramCredentials:
    """What the mini-program's server calls need."""

    app_id: str
    secret: str
    base_url: str


@dataclass(frozen=True, slots=True)
class TwilioCredentials:
    """What the SMS channel needs."""

    account_sid: str
    auth_token: str
    from_number: str
    base_url: str


@dataclass(frozen=True, slots=True)
class SandboxCredentials:
    """Everything that differs between the sandbox and the real vendors."""

    wechat: WechatCredentials
    alipay: AlipayCredentials
    unionpay: UnionpayCredentials
    mini_program: MiniProgramCredentials
    twilio: TwilioCredentials


def invoice_credentials(directory: Path) -> tuple[str, str]:
    """The key and the secret with which the product asks the sandbox for invoices."""
    return INVOICE_KEY_ID, invoice_secret(load_keys(directory))


def invoice_secret(keys: SandboxKeys) -> str:
    """A secret of its own, drawn from the sandbox's keys so that keys made before it still serve."""
    return hmac.digest(keys.mini_program_secret.encode(), b"e-invoice", "sha256").hex()


def sandbox_credentials(directory: Path, base_url: str) -> SandboxCredentials:
    """Return the settings that point the product at the sandbox; makes the keys when there are none yet."""
    keys: SandboxKeys = load_keys(directory)
    return SandboxCredentials(
        wechat=WechatCredentials(
            merchant_id=MERCHANT_ID,
            app_id=APP_ID,
            serial_no=keys.wechat_merchant_serial,
            private_key_pem=keys.wechat_merchant_private,
            apiv3_key=keys.wechat_apiv3_key,
            public_key_id=keys.wechat_public_key_id,
            public_key_pem=keys.wechat_platform_public,
            base_url=base_url,
        ),
        alipay=AlipayCredentials(
            app_id=ALIPAY_APP_ID,
            seller_id=ALIPAY_SELLER_ID,
            private_key_pem=keys.alipay_app_private,
            alipay_public_key_pem=keys.alipay_platform_public,
            gateway_url=f"{base_url}/gateway.do",
        ),
        unionpay=UnionpayCredentials(
            merchant_id=UNIONPAY_MERCHANT_ID,
            private_key_pem=keys.unionpay_merchant_private,
            certificate_pem=keys.unionpay_merchant_certificate,
            root_pem=keys.unionpay_root_certificate,
            middle_pem=keys.unionpay_middle_certificate,
            base_url=f"{base_url}/gateway/api/",
            file_url=f"{base_url}/unionpay-files/",
        ),
        mini_program=MiniProgramCredentials(APP_ID, keys.mini_program_secret, base_url),
        twilio=TwilioCredentials(keys.twilio_account_sid, keys.twilio_auth_token, SMS_FROM, base_url),
    )
