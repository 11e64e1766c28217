"""The mini-program server API of WeChat: login codes, the access token, phone numbers, subscribe messages."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

WECHAT_API_URL = "https://api.weixin.qq.com"
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
# WeChat renews a stable token five minutes before its end, with both valid meanwhile.
RENEW_EARLY_SECONDS = 300.0
TOKEN_INVALID_CODES = frozenset({40001, 40014, 42001})
LOGIN_REFUSED_CODES = frozenset({40029, 40163, 40226})

# httpx writes every address to its log at INFO, and these hold the secret, login codes and the access token.
logging.getLogger("httpx").setLevel(logging.WARNING)


class WechatApiError(Exception):
    """WeChat answered with an error; `code` is its errcode."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code
        self.message = message

    @property
    def is_login_refused(self) -> bool:
        """Tell whether the login code itself is bad, used up or belongs to a blocked person."""
        return self.code in LOGIN_REFUSED_CODES


class WechatApiUnavailableError(Exception):
    """No usable answer came; nothing is known."""


@dataclass(frozen=True, slots=True)
class WechatIdentity:
    """Who holds the phone. The session key is left behind on purpose: nothing here needs it."""

    openid: str
    unionid: str


@dataclass(frozen=True, slots=True)
class WechatPhone:
    """A verified phone number: `country_code` "86", `number` without it."""

    country_code: str
    number: str


class WechatApi:
    """A client for one mini-program; safe to share between threads."""

    def __init__(
        self,
        app_id: str,
        secret: str,
        *,
        base_url: str = WECHAT_API_URL,
        timeout: float = 5.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app_id = app_id
        self._secret = secret
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = 0.0
        is_local = urlsplit(base_url).hostname in LOOPBACK_HOSTS
        self._http = httpx.Client(base_url=base_url, timeout=timeout, trust_env=not is_local)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def identify(self, code: str) -> WechatIdentity:
        """Exchange a `wx.login` code, which works once, for the person's openid (code2Session)."""
        query = {"appid": self._app_id, "secret": self._secret, "js_code": code, "grant_type": "authorization_code"}
        answer = self._exchange("GET", "/sns/jscode2session", params=query)
        openid = answer.get("openid")
        if not isinstance(openid, str) or not openid:
            raise WechatApiUnavailableError("the answer holds no openid")
        return WechatIdentity(openid, str(answer.get("unionid") or ""))

    def phone_of(self, code: str) -> WechatPhone:
        """Exchange a phone-number code, which works once within five minutes."""
        info = self._with_token("/wxa/business/getuserphonenumber", {"code": code}).get("phone_info")
        if not isinstance(info, dict) or info.get("watermark", {}).get("appid") != self._app_id:
            raise WechatApiUnavailableError("the phone number is not for this mini-program")
        return WechatPhone(str(info["countryCode"]), str(info["purePhoneNumber"]))

    def send_subscribe_message(self, openid: str, template_id: str, fields: Mapping[str, str], *, page: str, state: str) -> str:
        """Send a subscribe message and return its number; `state` is formal, trial or developer."""
        content = {
            "touser": openid,
            "template_id": template_id,
            "page": page,
            "miniprogram_state": state,
            "lang": "zh_CN",
            "data": {name: {"value": value} for name, value in fields.items()},
        }
        return str(self._with_token("/cgi-bin/message/subscribe/send", content).get("msgid", ""))

    def _with_token(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        token = self._access_token()
        try:
            return self._exchange("POST", path, params={"access_token": token}, json=content)
        except WechatApiError as error:
            if error.code not in TOKEN_INVALID_CODES:
                raise
        # Another server may have renewed the token by force: fetch the current one, once.
        self._forget(token)
        return self._exchange("POST", path, params={"access_token": self._access_token()}, json=content)

    def _access_token(self) -> str:
        with self._lock:
            if not self._token or self._monotonic() >= self._renew_at:
                content = {
                    "grant_type": "client_credential",
                    "appid": self._app_id,
                    "secret": self._secret,
                    "force_refresh": False,
                }
                answer = self._exchange("POST", "/cgi-bin/stable_token", json=content)
                self._token = str(answer["access_token"])
                self._renew_at = self._monotonic() + max(float(answer["expires_in"]) - RENEW_EARLY_SECONDS, 0.0)
            return self._token

    def _forget(self, token: str) -> None:
        with self._lock:
            if self._token == token:
                self._token = ""

    def _exchange(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            response = self._http.request(method, path, **options)
            answer = response.json()  # code2Session answers JSON as text/plain.
        except (httpx.HTTPError, ValueError) as error:
            raise WechatApiUnavailableError(type(error).__name__) from None
        if not response.is_success or not isinstance(answer, dict):
            raise WechatApiUnavailableError(f"HTTP {response.status_code}")
        # Errors come with HTTP 200.
        if code := int(answer.get("errcode") or 0):
            raise WechatApiError(code, str(answer.get("errmsg") or ""))
        return answer
