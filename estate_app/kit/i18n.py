"""Messages and their translation: English ids, gettext catalogues, Chinese first."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

DEFAULT_LOCALE = "zh"
LOCALES = ("zh", "en")
_CATALOGUES = Path(__file__).parent.parent / "locale"


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for a person: an English id with `{name}` places, and what goes into them."""

    id: str
    params: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return translate(self, "en")


def msg(id: str, /, **params: object) -> Message:
    """Make a message; a parameter may itself be a message."""
    return Message(id, tuple(sorted(params.items())))


@cache
def catalogue(locale: str) -> dict[str, str]:
    """Every translated id of a locale."""
    path = _CATALOGUES / locale / "LC_MESSAGES" / "estate.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string and not m.fuzzy}


def translate(message: Message | str, locale: str) -> str:
    """Say a message in a locale; a plain string is an id without places."""
    if isinstance(message, str):
        return catalogue(locale).get(message, message)
    text = catalogue(locale).get(message.id, message.id)
    if not message.params:
        return text
    spoken = {k: translate(v, locale) if isinstance(v, Message) else v for k, v in message.params}
    return text.format(**spoken)


def choose_locale(*wishes: str | None) -> str:
    """Choose the first known locale among a cookie's value, a profile's and an Accept-Language header."""
    for wish in wishes:
        for part in (wish or "").split(","):
            code = part.split(";")[0].strip().lower()[:2]
            if code in LOCALES:
                return code
    return DEFAULT_LOCALE
