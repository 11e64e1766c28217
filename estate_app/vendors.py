"""The vendors of this deployment that are not about money: SMS and the mini-program, real or played by the sandbox."""

from functools import cache

from estate_app.notification.channels.contract import Channel
from estate_app.notification.channels.sms_twilio import TwilioSms
from estate_app.notification.channels.wechat_api import WechatApi
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


def _sandbox() -> SandboxCredentials:
    return sandbox_credentials(settings().var_dir / "sandbox", settings().sandbox_url)
