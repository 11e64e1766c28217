"""Which vendors this deployment can reach, built from the settings: the sandbox's keys in the demo, the merchant's own otherwise."""

from dataclasses import dataclass
from functools import cache

from estate_app.errors import UnavailableError
from estate_app.kit.i18n import msg
from estate_app.payment.channel import Channel
from estate_app.payment.gateways.contract import Gateway
from estate_app.payment.gateways.credentials import WechatCredentials
from estate_app.settings import Settings, settings


@dataclass(frozen=True, slots=True)
class Merchant:
    """A vendor as this deployment uses it, and the merchant number that its messages must name."""

    gateway: Gateway
    merchant_id: str


_others: dict[Channel, Merchant] = {}


def merchant(channel: Channel) -> Merchant:
    """The merchant of a channel.

    Raises:
        UnavailableError: no vendor is set up for this channel.
    """
    if channel in _others:
        return _others[channel]
    if channel is not Channel.wechat or _wechat_credentials(settings()) is None:
        raise UnavailableError(msg("This way of paying is not set up"))
    return _wechat()


def gateway(channel: Channel) -> Gateway:
    """The gateway of a channel."""
    return merchant(channel).gateway


def channels() -> tuple[Channel, ...]:
    """The online channels that residents may choose."""
    own = {Channel.wechat} if _wechat_credentials(settings()) is not None else set()
    return tuple(channel for channel in Channel if channel in own or channel in _others)


def register(channel: Channel, chosen: Merchant | None) -> None:
    """Put another merchant in a channel's place (None: the settings' own again): a second vendor, or a test's."""
    if chosen is None:
        _others.pop(channel, None)
    else:
        _others[channel] = chosen


@cache
def _wechat() -> Merchant:
    from estate_app.payment.gateways.wechat import WechatGateway

    credentials = _wechat_credentials(settings())
    if credentials is None:
        raise UnavailableError(msg("This way of paying is not set up"))
    return Merchant(WechatGateway(credentials), credentials.merchant_id)


def _wechat_credentials(chosen: Settings) -> WechatCredentials | None:
    if chosen.sandbox:
        from estate_app.sandbox.config import sandbox_credentials

        return sandbox_credentials(chosen.var_dir / "sandbox", chosen.sandbox_url).wechat
    if not chosen.wechat_mchid:
        return None
    return WechatCredentials(
        merchant_id=chosen.wechat_mchid,
        app_id=chosen.wechat_appid,
        serial_no=chosen.wechat_cert_serial,
        private_key_pem=chosen.wechat_private_key.get_secret_value(),
        apiv3_key=chosen.wechat_apiv3_key.get_secret_value(),
        public_key_id=chosen.wechat_public_key_id,
        public_key_pem=chosen.wechat_public_key,
        base_url=chosen.wechat_base_url,
    )


def notify_url(channel: Channel) -> str:
    """Where the vendor of a channel sends its callbacks, of payments and of refunds."""
    return f"{settings().public_url.rstrip('/')}/callbacks/{channel.value}"
