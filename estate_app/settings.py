"""Every setting of the deployment, read from the environment (prefix `ESTATE_`) and nowhere else."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_DEMO_SECRET = "demo-only-secret-never-use-in-production"  # noqa: S105


class Settings(BaseSettings):
    """The deployment's settings; immutable once read."""

    model_config = SettingsConfigDict(env_prefix="ESTATE_", env_file=".env", frozen=True, extra="ignore")

    demo: bool = True
    demo_scale: Literal["full", "small"] = "full"
    secret_key: SecretStr = SecretStr(_DEMO_SECRET)
    company: str = "智慧物业"
    public_url: str = "http://localhost:3000"
    port: int = 3000
    host: str = "0.0.0.0"  # noqa: S104
    trusted_proxies: int = 0

    var_dir: Path = Path("var")
    database_url: str | None = None
    redis_url: str | None = None
    pool_size: int = 10
    run_jobs: bool = True

    sandbox: bool = True
    sandbox_port: int = 3001
    support_phone: str = "400-000-0000"
    metrics_token: SecretStr = SecretStr("")
    require_second_factor: bool | None = None

    wechat_mchid: str = ""
    wechat_appid: str = ""
    wechat_private_key: SecretStr = SecretStr("")
    wechat_cert_serial: str = ""
    wechat_apiv3_key: SecretStr = SecretStr("")
    wechat_public_key: str = ""
    wechat_public_key_id: str = ""
    wechat_platform_certificates: str = ""
    wechat_base_url: str = "https://api.mch.weixin.qq.com"

    alipay_app_id: str = ""
    alipay_seller_id: str = ""
    alipay_private_key: SecretStr = SecretStr("")
    alipay_public_key: str = ""
    alipay_app_certificate: str = ""
    alipay_certificate: str = ""
    alipay_root_certificates: str = ""
    alipay_gateway_url: str = "https://openapi.alipay.com/gateway.do"

    unionpay_merchant_id: str = ""
    unionpay_private_key: SecretStr = SecretStr("")
    unionpay_certificate: str = ""
    unionpay_pfx: str = ""
    unionpay_pfx_password: SecretStr = SecretStr("")
    unionpay_root_certificate: str = ""
    unionpay_middle_certificate: str = ""
    unionpay_signer_names: str = "中国银联股份有限公司"
    unionpay_base_url: str = "https://gateway.95516.com/gateway/api/"
    unionpay_file_url: str = "https://filedownload.95516.com/"

    wechat_fee_bp: int = 60
    alipay_fee_bp: int = 60
    unionpay_fee_bp: int = 60

    mini_appid: str = ""
    mini_secret: SecretStr = SecretStr("")
    wechat_api_url: str = "https://api.weixin.qq.com"
    mini_template_repair: str = ""
    mini_template_money: str = ""

    invoice_base_url: str = ""
    invoice_key_id: str = ""
    invoice_secret: SecretStr = SecretStr("")

    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_from: str = ""
    twilio_base_url: str = "https://api.twilio.com"
    sms_price_e4: int = 450
    """What one part of an SMS costs by the company's contract, in ten thousandths of a yuan."""

    backup_keep: int = 14
    max_photo_bytes: int = 15 * 1024 * 1024
    max_video_bytes: int = 100 * 1024 * 1024

    @model_validator(mode="after")
    def _real_secrets_outside_the_demo(self) -> "Settings":
        if self.demo:
            return self
        if self.secret_key.get_secret_value() == _DEMO_SECRET or len(self.secret_key.get_secret_value()) < 32:
            raise ValueError("ESTATE_SECRET_KEY must be set to at least 32 random characters when ESTATE_DEMO is false")
        if self.sandbox:
            raise ValueError("ESTATE_SANDBOX must be false when ESTATE_DEMO is false: the sandbox takes no real money")
        return self

    def fee_bp(self, channel: str) -> int:
        """What a channel may keep of a payment by its contract, in hundredths of a percent."""
        return int(getattr(self, f"{channel}_fee_bp"))

    @property
    def secret(self) -> str:
        """The key that signs links and codes."""
        return self.secret_key.get_secret_value()

    @property
    def asks_second_factor(self) -> bool:
        """Whether managers need a second factor for money; unless it is said, everywhere but in the demo."""
        return not self.demo if self.require_second_factor is None else self.require_second_factor

    @property
    def is_https(self) -> bool:
        """Whether people reach the product over TLS, so that cookies may demand it."""
        return self.public_url.startswith("https://")

    @property
    def media_dir(self) -> Path:
        """Where photos and videos are kept."""
        return self.var_dir / "media"

    @property
    def extract_dir(self) -> Path:
        """Where the Parquet extracts are kept."""
        return self.var_dir / "extract"

    @property
    def backup_dir(self) -> Path:
        """Where backups are kept."""
        return self.var_dir / "backup"

    @property
    def sandbox_url(self) -> str:
        """Where the vendors' stand-in listens; always loopback."""
        return f"http://127.0.0.1:{self.sandbox_port}"


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
