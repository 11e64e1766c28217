"""The content security policy of the pages: our own origin, the inline scripts of this very build, and nothing else.

`unsafe-eval` stays because Reflex evaluates the scripts that its server events carry; inline styles are how its components are drawn.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from estate_app.settings import settings

BUILD = Path(".web/build/client")
_INLINE = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_CASHIERS = ("https://gateway.95516.com", "https://openapi.alipay.com")


@cache
def content_policy() -> str:
    """The policy's text; read once, when the first page is served."""
    origin = settings().public_url.rstrip("/")
    socket = urlsplit(origin)._replace(scheme="wss" if settings().is_https else "ws").geturl()
    cashiers = (*_CASHIERS, settings().sandbox_url) if settings().sandbox else _CASHIERS
    rules = {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'unsafe-eval'", *(script_hashes(BUILD) or ["'unsafe-inline'"])],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'", origin, socket],
        "worker-src": ["'self'", "blob:"],
        "form-action": ["'self'", *cashiers],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items())


def script_hashes(folder: Path) -> list[str]:
    """The hashes of every inline script of the built pages; none, when nothing is built (development)."""
    scripts = {text for page in sorted(folder.rglob("*.html")) for text in _INLINE.findall(page.read_text(encoding="utf-8"))}
    return sorted(f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts if text)
