"""What a merchant needs to speak to each vendor. Only these differ between the sandbox and the real servers."""

from dataclasses import dataclass

WECHAT_BASE_URL = "https://api.mch.weixin.qq.com"
ALIPAY_GATEWAY_URL = "https://openapi.alipay.com/gateway.do"
UNIONPAY_BASE_URL = "https://gateway.95516.com/gateway/api/"
UNIONPAY_FILE_URL = "https://filedownload.95516.com/"


@dataclass(frozen=True, slots=True)
class WechatCredentials:
    """WeChat Pay v3. Keys are PEM; `serial_no` names the merchant's API certificate.

    Public-key mode: `public_key_id` and `public_key_pem`. Certificate mode, of older merchants: `platform_certificates_pem`, one
    or several PEM blocks, so that the next certificate can be pinned before the old one ends. Both at once while changing over.
    """

    merchant_id: str
    app_id: str
    serial_no: str
    private_key_pem: str
    apiv3_key: str
    public_key_id: str = ""
    public_key_pem: str = ""
    platform_certificates_pem: str = ""
    base_url: str = WECHAT_BASE_URL

    def __repr__(self) -> str:
        return f"WechatCredentials(merchant_id={self.merchant_id!r}, base_url={self.base_url!r})"


@dataclass(frozen=True, slots=True)
class AlipayCredentials:
    """Alipay, RSA2. `seller_id` is the merchant's 2088… number, which notices are checked against.

    Public-key mode: `alipay_public_key_pem`. Certificate mode: the three certificates instead.
    """

    app_id: str
    seller_id: str
    private_key_pem: str
    alipay_public_key_pem: str = ""
    app_certificate_pem: str = ""
    alipay_certificate_pem: str = ""
    root_certificates_pem: str = ""
    gateway_url: str = ALIPAY_GATEWAY_URL

    @property
    def is_certificate_mode(self) -> bool:
        """Tell whether the three certificates are used."""
        return bool(self.alipay_certificate_pem)

    def __repr__(self) -> str:
        return f"AlipayCredentials(app_id={self.app_id!r}, gateway_url={self.gateway_url!r})"


@dataclass(frozen=True, slots=True)
class UnionpayCredentials:
    """UnionPay ACP 5.1.0. The certificates pin the chain that signs UnionPay's messages; `signer_name` is the third part of its CN."""

    merchant_id: str
    private_key_pem: str
    certificate_pem: str
    root_pem: str
    middle_pem: str
    signer_names: tuple[str, ...] = ("中国银联股份有限公司",)
    base_url: str = UNIONPAY_BASE_URL
    file_url: str = UNIONPAY_FILE_URL

    def __repr__(self) -> str:
        return f"UnionpayCredentials(merchant_id={self.merchant_id!r}, base_url={self.base_url!r})"
