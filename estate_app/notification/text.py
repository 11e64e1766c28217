"""Messages as they rest in the database: an id with its parameters, so that each reader gets his own language."""

from collections.abc import Mapping

from estate_app.kit.i18n import Message

_NESTED = "message"
_PLAIN = (int, float)


def pack(message: Message) -> dict[str, object]:
    """Turn a message into JSON; what is neither text nor number is kept as its text."""
    return {"id": message.id, "params": {name: _pack_value(value) for name, value in message.params}}


def unpack(stored: Mapping[str, object]) -> Message:
    """Read a message back; an empty object is an empty message."""
    params = stored.get("params")
    values = params if isinstance(params, dict) else {}
    return Message(str(stored.get("id", "")), tuple(sorted((str(name), _unpack_value(value)) for name, value in values.items())))


def _pack_value(value: object) -> object:
    if isinstance(value, Message):
        return {_NESTED: pack(value)}
    return value if isinstance(value, _PLAIN) else str(value)


def _unpack_value(value: object) -> object:
    if isinstance(value, dict) and isinstance(value.get(_NESTED), dict):
        return unpack(value[_NESTED])
    return value
