"""Which vendors this deployment can reach, built from the settings: the sandbox's keys in the demo, the merchant's own otherwise."""

from dataclasses import dataclass
from functools import cache

import structlog

from estate_app.errors import UnavailableError
from estate_app.kit.i18n import msg
from estate_app.payment.channel import Channel
from estate_app.payment.gateways.contract import Gateway
from estate_app.payment.gateways.credentials import AlipayCredentials, UnionpayCredentials, WechatCredentials
from estate_app.payment.gateways.from_settings import alipay_credentials, unionpay_credentials, wechat_credentials
from estate_app.settings import settings

log = structlog.get_logger(__name__)
Credentials = WechatCredentials | AlipayCredentials | UnionpayCredentials


@dataclass(frozen=True, slots=True)
class Merchant:
    """A vendor as this deployment uses it, and the merchant (and app) that its messages must name."""

    gateway: Gateway
    merchant_id: str
    app_id: str = ""


_others: dict[Channel, Merchant] = {}


def merchant(channel: Channel) -> Merchant:
    """The merchant of a channel.

    Raises:
        UnavailableError: no vendor is set up for this channel.
    """
    found = _others.get(channel) or _own(channel)
    if found is None:
        raise UnavailableError(msg("This way of paying is not set up"))
    return found


def gateway(channel: Channel) -> Gateway:
    """The gateway of a channel."""
    return merchant(channel).gateway


def channels() -> tuple[Channel, ...]:
    """The online channels that are set up here, in the order in which they are offered."""
    return tuple(channel for channel in Channel if channel in _others or (channel.is_online and _own(channel) is not None))


def register(channel: Channel, chosen: Merchant | None) -> None:
    """Put another merchant in a channel's place (None: the settings' own again): a second vendor, or a test's."""
    if chosen is None:
        _others.pop(channel, None)
    else:
        _others[channel] = chosen


@cache
def _own(channel: Channel) -> Merchant | None:
    """The settings' own merchant; None without one, or when its keys cannot be used (`doctor` says why)."""
    try:
        credentials = _credentials(channel)
        return None if credentials is None else _built(credentials)
    except (ValueError, OSError) as error:
        # One channel's wrong key must not take the others, or the pages, down with it.
        log.warning("channel_not_usable", channel=channel.value, reason=str(error))
        return None


def _credentials(channel: Channel) -> Credentials | None:
    chosen = settings()
    if chosen.sandbox:
        from estate_app.sandbox.config import sandbox_credentials

        of_sandbox = sandbox_credentials(chosen.var_dir / "sandbox", chosen.sandbox_url)
        known: dict[Channel, Credentials] = {
            Channel.wechat: of_sandbox.wechat,
            Channel.alipay: of_sandbox.alipay,
            Channel.unionpay: of_sandbox.unionpay,
        }
        return known.get(channel)
    if channel is Channel.wechat:
        return wechat_credentials(chosen)
    if channel is Channel.alipay:
        return alipay_credentials(chosen)
    return unionpay_credentials(chosen) if channel is Channel.unionpay else None


def _built(credentials: Credentials) -> Merchant:
    """Load only the libraries of the vendors that are used."""
    if isinstance(credentials, WechatCredentials):
        from estate_app.payment.gateways.wechat import WechatGateway

        return Merchant(WechatGateway(credentials), credentials.merchant_id, credentials.app_id)
    if isinstance(credentials, AlipayCredentials):
        from estate_app.payment.gateways.alipay import AlipayGateway

        return Merchant(AlipayGateway(credentials), credentials.seller_id, credentials.app_id)
    from estate_app.payment.gateways.unionpay import UnionpayGateway

    return Merchant(UnionpayGateway(credentials), credentials.merchant_id)


def notify_url(channel: Channel) -> str:
    """Where the vendor of a channel sends its callbacks, of payments and of refunds."""
    return f"{settings().public_url.rstrip('/')}/callbacks/{channel.value}"
