"""The vendors of this deployment that are not about money: SMS and the mini-program, real or played by the sandbox."""

from dataclasses import dataclass
from functools import cache

from estate_app.notification.channels.contract import Channel
from estate_app.notification.channels.sms_twilio import TwilioSms
from estate_app.notification.channels.wechat_api import WechatApi
from estate_app.notification.channels.wechat_subscribe import WechatSubscribe
from estate_app.notification.models import SubscribeTopic
from estate_app.sandbox.config import SandboxCredentials, sandbox_credentials
from estate_app.settings import settings


@cache
def sms_channel() -> Channel:
    """Text messages; safe to share between threads."""
    if settings().sandbox:
        twilio = _sandbox().twilio
        return TwilioSms(twilio.account_sid, twilio.auth_token, twilio.from_number, base_url=twilio.base_url)
    token = settings().twilio_auth_token.get_secret_value()
    return TwilioSms(settings().twilio_account_sid, token, settings().twilio_from, base_url=settings().twilio_base_url)


@cache
def wechat_api() -> WechatApi:
    """The mini-program's server calls; safe to share between threads."""
    if settings().sandbox:
        mini = _sandbox().mini_program
        return WechatApi(mini.app_id, mini.secret, base_url=mini.base_url)
    return WechatApi(settings().mini_appid, settings().mini_secret.get_secret_value(), base_url=settings().wechat_api_url)


@cache
def subscribe_channel() -> Channel:
    """Subscribe messages of the mini-program."""
    return WechatSubscribe(wechat_api())


@dataclass(frozen=True, slots=True)
class SubscribeTemplate:
    """A template of the WeChat console and the names of its fields, such as `thing1` and `time2`."""

    id: str
    fields: tuple[str, ...]


def subscribe_template(topic: SubscribeTopic) -> SubscribeTemplate | None:
    """The template of a topic; None until one is set (`ESTATE_MINI_TEMPLATE_REPAIR=ID:thing1,time2`)."""
    given = {SubscribeTopic.repair: settings().mini_template_repair, SubscribeTopic.money: settings().mini_template_money}[topic]
    text = given or (f"sandbox-{topic.value}:thing1,time2" if settings().sandbox else "")
    name, _, fields = text.partition(":")
    return SubscribeTemplate(name, tuple(one.strip() for one in fields.split(",") if one.strip())) if name else None


def _sandbox() -> SandboxCredentials:
    return sandbox_credentials(settings().var_dir / "sandbox", settings().sandbox_url)
