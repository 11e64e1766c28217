"""What a merchant needs to speak to each vendor. Only these differ between the sandbox and the real servers."""

from dataclasses import dataclass

WECHAT_BASE_URL = "https://api.mch.weixin.qq.com"
ALIPAY_GATEWAY_URL = "https://openapi.alipay.com/gateway.do"
UNIONPAY_BASE_URL = "https://gateway.95516.com/gateway/api/"
UNIONPAY_FILE_URL = "https://filedownload.95516.com/"


@dataclass(frozen=True, slots=True)
class WechatCredentials:
    """WeChat Pay v3 in public-key mode. Keys are PEM; `serial_no` names the merchant's API certificate."""

    merchant_id: str
    app_id: str
    serial_no: str
    private_key_pem: str
    apiv3_key: str
    public_key_id: str
    public_key_pem: str
    base_url: str = WECHAT_BASE_URL

    def __repr__(self) -> str:
        return f"WechatCredentials(merchant_id={self.merchant_id!r}, base_url={self.base_url!r})"


@dataclass(frozen=True, slots=True)
class AlipayCredentials:
    """Alipay in public-key mode (RSA2). `seller_id` is the merchant's 2088… number, which notices are checked against."""

    app_id: str
    seller_id: str
    private_key_pem: str
    alipay_public_key_pem: str
    gateway_url: str = ALIPAY_GATEWAY_URL

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
