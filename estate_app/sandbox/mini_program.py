"""The mini-program server API (api.weixin.qq.com): login codes, tokens, phone numbers, subscribe messages.

Codes: `demo-<person>[.<anything>]` logs in as that person, `phone-<number>[.<anything>]` gives that number; each code works once.
"""

import hashlib
import json
import re
import secrets
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response

from estate_app.sandbox.config import APP_ID
from estate_app.sandbox.runtime import Sandbox

LOGIN_CODE = re.compile(r"demo-([0-9A-Za-z_\-]+)(\..+)?")
PHONE_CODE = re.compile(r"phone-(1\d{10})(\..+)?")
TOKEN_SECONDS = 7200
TOKEN_EARLY_SECONDS = 300
# WeChat, 订阅消息参数值内容限制.
FIELD_LIMITS = {
    "thing": re.compile(r".{1,20}", re.DOTALL),
    "number": re.compile(r"\d{1,32}(\.\d+)?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[\x21-\x7e]{1,32}"),
    "time": re.compile(r"[\d年月日时分秒:：~\-\s]{1,40}"),
    "date": re.compile(r"[\d年月日时分秒:：~\-\s]{1,40}"),
    "amount": re.compile(r"[¥￥]?\d{1,10}(\.\d+)?元?"),
    "phone_number": re.compile(r"[\d+\-]{1,17}"),
    "car_number": re.compile(r"\w{1,8}"),
    "name": re.compile(r"[^\d]{1,20}|[\u4e00-\u9fff·]{1,10}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
    "const": re.compile(r".{1,20}"),
}
FIELD_NAME = re.compile(r"([a-z_]+?)(\d+)")

ERRORS = {
    40001: "invalid credential, access_token is invalid or not latest",
    40003: "invalid openid",
    40013: "invalid appid",
    40029: "invalid code",
    40037: "invalid template_id",
    40125: "invalid appsecret",
    40163: "code been used",
    42001: "access_token expired",
    43101: "user refuse to accept the msg",
    47001: "data format error",
    47003: "argument invalid!",
}


class MiniProgram:
    """The state and the answers of the API; every answer is HTTP 200 and tells an error by `errcode`."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def login(self, query: dict[str, str]) -> dict[str, Any]:
        """Answer code2Session."""
        if error := self._client_error(query.get("appid", ""), query.get("secret", "")):
            return error
        code = query.get("js_code", "")
        match = LOGIN_CODE.fullmatch(code)
        if match is None or query.get("grant_type") != "authorization_code":
            return _error(40029)
        if not self._sandbox.store.add("used_code", code, {}):
            return _error(40163)
        session_key = b64encode(secrets.token_bytes(16)).decode()
        return {"openid": openid_of(match[1]), "session_key": session_key}

    def stable_token(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answer stable_token: the same token until five minutes before its end, a new one on force_refresh."""
        if error := self._client_error(str(request.get("appid", "")), str(request.get("secret", ""))):
            return error
        with self._sandbox.store.lock:
            current = self._sandbox.store.get("token_state", "current")
            now = self._sandbox.config.now()
            if current is None or request.get("force_refresh") or self._seconds_left(current) <= TOKEN_EARLY_SECONDS:
                ends_at = (now + timedelta(seconds=TOKEN_SECONDS)).isoformat()
                current = {"token": secrets.token_urlsafe(384)[:512], "ends_at": ends_at}
                self._sandbox.store.put("token_state", "current", current)
                self._sandbox.store.put("access_token", current["token"], current)
            return {"access_token": current["token"], "expires_in": int(self._seconds_left(current))}

    def expire_token(self) -> None:
        """Make the current token invalid, as when another server renewed it by force."""
        with self._sandbox.store.lock:
            current = self._sandbox.store.get("token_state", "current")
            if current is not None:
                past = {**current, "ends_at": (self._sandbox.config.now() - timedelta(seconds=1)).isoformat()}
                self._sandbox.store.put("token_state", "current", past)
                self._sandbox.store.put("access_token", current["token"], past)

    def phone_number(self, access_token: str, request: dict[str, Any]) -> dict[str, Any]:
        """Answer getuserphonenumber."""
        if error := self._token_error(access_token):
            return error
        code = str(request.get("code", ""))
        match = PHONE_CODE.fullmatch(code)
        if match is None:
            return _error(40029)
        if not self._sandbox.store.add("used_code", code, {}):
            return _error(40163)
        watermark = {"timestamp": int(self._sandbox.config.now().timestamp()), "appid": APP_ID}
        info = {"phoneNumber": match[1], "purePhoneNumber": match[1], "countryCode": "86", "watermark": watermark}
        return {"errcode": 0, "errmsg": "ok", "phone_info": info}

    def grant(self, openid: str, template_id: str, count: int) -> int:
        """Let a person agree to `count` more messages of a template; return how many are open."""
        key = f"{openid}/{template_id}"
        with self._sandbox.store.lock:
            left = (self._sandbox.store.get("grant", key) or {"left": 0})["left"] + count
            self._sandbox.store.put("grant", key, {"left": left})
            return int(left)

    def send_message(self, access_token: str, request: dict[str, Any]) -> dict[str, Any]:
        """Answer message/subscribe/send: one agreement, one message."""
        if error := self._token_error(access_token):
            return error
        openid, template_id = str(request.get("touser", "")), str(request.get("template_id", ""))
        if error := _message_error(openid, template_id, request.get("data")):
            return error
        with self._sandbox.store.lock:
            if self.grant(openid, template_id, 0) < 1:
                return _error(43101)
            self.grant(openid, template_id, -1)
        message_id = secrets.randbelow(10**18)
        content = {
            "kind": "subscribe",
            "to": openid,
            "template_id": template_id,
            "page": str(request.get("page", "")),
            "data": {name: field["value"] for name, field in request["data"].items()},
            "received_at": self._sandbox.config.now().isoformat(),
        }
        self._sandbox.store.put("message", str(message_id), content)
        return {"errcode": 0, "errmsg": "ok", "msgid": message_id}

    def _client_error(self, app_id: str, secret: str) -> dict[str, Any] | None:
        if app_id != APP_ID:
            return _error(40013)
        return None if secrets.compare_digest(secret.encode(), self._sandbox.keys.mini_program_secret.encode()) else _error(40125)

    def _token_error(self, access_token: str) -> dict[str, Any] | None:
        known = self._sandbox.store.get("access_token", access_token)
        if known is None:
            return _error(40001)
        return _error(42001) if self._seconds_left(known) <= 0 else None

    def _seconds_left(self, token: dict[str, Any]) -> float:
        return (datetime.fromisoformat(token["ends_at"]) - self._sandbox.config.now()).total_seconds()


def openid_of(person: str) -> str:
    """Return the openid of a demonstration person: always the same."""
    return f"o{b64encode(hashlib.sha256(f'{APP_ID}/{person}'.encode()).digest(), b'_-').decode()[:27]}"


def mini_program_router(api: MiniProgram) -> APIRouter:
    """Return the routes of api.weixin.qq.com."""
    router = APIRouter(include_in_schema=False)

    @router.get("/sns/jscode2session")
    def code2session(request: Request) -> Response:
        # The real server answers JSON as text/plain here.
        return Response(json.dumps(api.login(dict(request.query_params))), media_type="text/plain")

    @router.post("/cgi-bin/stable_token")
    def stable_token(content: dict[str, Any]) -> dict[str, Any]:
        return api.stable_token(content)

    @router.post("/wxa/business/getuserphonenumber")
    def phone_number(content: dict[str, Any], access_token: str = "") -> dict[str, Any]:
        return api.phone_number(access_token, content)

    @router.post("/cgi-bin/message/subscribe/send")
    def send(content: dict[str, Any], access_token: str = "") -> dict[str, Any]:
        return api.send_message(access_token, content)

    return router


def _message_error(openid: str, template_id: str, data: Any) -> dict[str, Any] | None:
    if not openid.startswith("o"):
        return _error(40003)
    if not template_id:
        return _error(40037)
    if not isinstance(data, dict) or not data:
        return _error(47001)
    wrong = next((name for name, field in data.items() if not _fits(name, field)), None)
    return _error(47003, f"argument invalid! data.{wrong}.value invalid") if wrong is not None else None


def _fits(name: str, field: Any) -> bool:
    match = FIELD_NAME.fullmatch(name)
    value = field.get("value") if isinstance(field, dict) else None
    limit = FIELD_LIMITS.get(match[1]) if match else None
    return limit is not None and isinstance(value, str) and limit.fullmatch(value) is not None


def _error(code: int, message: str = "") -> dict[str, Any]:
    return {"errcode": code, "errmsg": message or ERRORS[code]}
