"""Which device a session is on, as its owner would call it. Pure."""

from estate_app.access.models import SessionKind
from estate_app.kit.i18n import msg, translate

_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def device_name(agent: str, kind: SessionKind, *, locale: str) -> str:
    """`Chrome · Windows` of a browser's User-Agent."""
    if kind is SessionKind.mini:
        return translate(msg("WeChat mini-program"), locale)
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " · ".join(part for part in (browser, system) if part) or translate(msg("Unknown device"), locale)
