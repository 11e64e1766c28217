"""Who is at the other end of an HTTP request: the address, the person behind the cookie, the language, the origin."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import Scope

from estate_app.access.actor import Actor
from estate_app.access.sessions import actor_of_token
from estate_app.db import UnitOfWork
from estate_app.errors import ForbiddenError
from estate_app.kit.address import client_address as address_of
from estate_app.kit.i18n import choose_locale, msg
from estate_app.settings import settings

COOKIE = "estate_session"
LOCALE_COOKIE = "locale"


def client_address(scope: Scope) -> str:
    """The caller's address; only as many hops of X-Forwarded-For are believed as there are trusted proxies."""
    client = scope.get("client")
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for").decode("latin-1")
    return address_of(str(client[0]) if client else "", forwarded, settings().trusted_proxies)


def cookie_actor(uow: UnitOfWork, connection: HTTPConnection) -> Actor:
    """The actor behind the browser's cookie; nobody, without one."""
    return actor_of_token(uow, connection.cookies.get(COOKIE), address=client_address(connection.scope))


def locale_of(connection: HTTPConnection) -> str:
    """The language to answer in."""
    return choose_locale(connection.cookies.get(LOCALE_COOKIE), connection.headers.get("accept-language"))


def ensure_same_origin(connection: HTTPConnection) -> None:
    """Refuse a state-changing request that another site's page sent with our cookie."""
    origin = connection.headers.get("origin")
    if origin is None:
        if connection.headers.get("sec-fetch-site") == "same-origin":
            return
    elif _origin(origin) in {_origin(settings().public_url), _origin(f"{connection.url.scheme}://{connection.headers.get('host', '')}")}:
        return
    raise ForbiddenError(msg("This request did not come from our own page. Open the page again"))


def local_path(wish: str | None, default: str = "/") -> str:
    """A path of this site, or the default: never another host, a scheme or a control character."""
    path = wish or ""
    is_local = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_local and not urlsplit(path).netloc else default


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ("", url, None)
    return (parts.scheme, (parts.hostname or "").lower(), port or {"http": 80, "https": 443}.get(parts.scheme))
