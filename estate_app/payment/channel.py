"""The ways in which money reaches the company."""

from enum import StrEnum


class Channel(StrEnum):
    """One way to pay; the first three have a vendor behind them."""

    wechat = "wechat"
    alipay = "alipay"
    unionpay = "unionpay"
    counter = "counter"
    balance = "balance"

    @property
    def is_online(self) -> bool:
        """Tell whether a vendor's server decides when the money has come."""
        return self in {Channel.wechat, Channel.alipay, Channel.unionpay}


class PayWay(StrEnum):
    """How the payer reaches the vendor's cashier."""

    native = "native"
    jsapi = "jsapi"
    h5 = "h5"
    page = "page"
    wap = "wap"
    gateway = "gateway"


class Means(StrEnum):
    """How money is handed over at the counter."""

    cash = "cash"
    transfer = "transfer"
    card = "card"
