"""Subscribe messages of the mini-program: one agreement of a person, one message."""

import re
from collections.abc import Mapping

from estate_app.notification.channels.contract import ChannelError, Message, Sent
from estate_app.notification.channels.wechat_api import WechatApi, WechatApiError, WechatApiUnavailableError

NO_CONSENT_CODE = "43101"
# Bad openid, template or page, no agreement, content refused: the same message will be refused again.
PERMANENT_CODES = frozenset({40003, 40037, 41030, 43101, 47003, 87014})
# WeChat, 订阅消息参数值内容限制.
LIMITS = {"thing": 20, "number": 32, "letter": 32, "symbol": 5, "character_string": 32, "phone_number": 17, "car_number": 8, "const": 20}
HAN_ONLY = re.compile(r"[^\u4e00-\u9fff]")
NOT_PRINTABLE_ASCII = re.compile(r"[^\x21-\x7e]")
NOT_A_NAME = re.compile(r"\d")
FIELD_NAME = re.compile(r"([a-z_]+?)\d+")
PHRASE_CHARACTERS = 5
CHINESE_NAME_CHARACTERS = 10
EMPTY = {"thing": "无", "phrase": "无", "name": "无", "character_string": "-"}


class WechatSubscribe:
    """Sends subscribe messages; `ChannelError.code` is `43101` when the person has no agreement left."""

    def __init__(self, api: WechatApi, *, state: str = "formal") -> None:
        self._api = api
        self._state = state

    def send(self, message: Message) -> Sent:
        """Send `message.fields` in `message.template`, each cut to what its kind allows."""
        try:
            number = self._api.send_subscribe_message(
                message.address, message.template, fit_fields(message.fields), page=message.page, state=self._state
            )
        except WechatApiError as error:
            raise ChannelError(error.message, permanent=error.code in PERMANENT_CODES, code=str(error.code)) from error
        except WechatApiUnavailableError as error:
            raise ChannelError("no answer from WeChat", permanent=False) from error
        return Sent(number)


def fit_fields(fields: Mapping[str, str]) -> dict[str, str]:
    """Cut each field (`thing1`, `phrase2`, …) to its kind's limit, so that one long word does not lose the message."""
    return {name: _fit(name, value) for name, value in fields.items()}


def _fit(name: str, value: str) -> str:
    match = FIELD_NAME.fullmatch(name)
    kind = match[1] if match else ""
    text = " ".join(value.split())
    if kind == "phrase":
        text = HAN_ONLY.sub("", text)[:PHRASE_CHARACTERS]
    elif kind == "character_string":
        text = NOT_PRINTABLE_ASCII.sub("", text)[: LIMITS[kind]]
    elif kind == "name":
        text = NOT_A_NAME.sub("", text)[:CHINESE_NAME_CHARACTERS]
    elif kind == "thing" and len(text) > LIMITS[kind]:
        text = text[: LIMITS[kind] - 1] + "…"
    elif kind in LIMITS:
        text = text[: LIMITS[kind]]
    return text or EMPTY.get(kind, "")
