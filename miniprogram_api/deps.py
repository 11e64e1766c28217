"""Who calls, in which language, with which key against repetition; and how a route reaches a service.

What runs for every request is `async def`: it waits for nothing, and a `def` would cost a thread's turn each.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Concatenate, ParamSpec, TypeVar

from fastapi import Depends, Header, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from estate_app.access.actor import NOBODY, Actor
from estate_app.access.sessions import actor_of_token
from estate_app.db import UnitOfWork, unit_of_work
from estate_app.errors import NotSignedInError
from estate_app.kit.i18n import Message, choose_locale, translate
from miniprogram_api.limits import address_of

P = ParamSpec("P")
T = TypeVar("T")
_bearer = HTTPBearer(auto_error=False, description="The opaque token that signing in gave; it can be revoked at any time.")


@dataclass(frozen=True, slots=True)
class Caller:
    """The phone at the other end."""

    token: str
    address: str
    agent: str
    locale: str

    def run(self, service: Callable[Concatenate[UnitOfWork, Actor, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service as the signed-in caller, in a unit of work of its own; raises NotSignedInError."""
        with unit_of_work() as uow:
            actor = actor_of_token(uow, self.token, address=self.address)
            if actor is NOBODY:
                raise NotSignedInError
            return service(uow, actor, *args, **kwargs)

    def say(self, message: Message | str) -> str:
        """Say a message in the caller's language."""
        return translate(message, self.locale)


async def _visitor(request: Request) -> Caller:
    return _caller(request, "")


async def _signed_in(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Caller:
    if credentials is None:
        raise NotSignedInError
    return _caller(request, credentials.credentials)


def _caller(request: Request, token: str) -> Caller:
    locale = choose_locale(request.headers.get("accept-language"))
    return Caller(token, address_of(request), request.headers.get("user-agent", "")[:200], locale)


async def name_route(request: Request) -> None:
    """Leave the route's template for the log and the metrics, so that no id becomes a label."""
    route = request.scope.get("route")
    request.scope["estate_route"] = f"{request.scope.get('root_path', '')}{getattr(route, 'path', '')}"


Visitor = Annotated[Caller, Depends(_visitor)]
SignedIn = Annotated[Caller, Depends(_signed_in)]
_KEY = {"alias": "Idempotency-Key", "min_length": 8, "max_length": 64, "pattern": r"^[0-9A-Za-z_-]+$"}
IdempotencyKey = Annotated[
    str,
    Header(
        description="A key of the client's choice; the same key gives back what it made the first time.",
        examples=["6f1c0f3e-8a52-4f6f"],
        **_KEY,
    ),
]
IfNoneMatch = Annotated[
    str, Header(alias="If-None-Match", description="The ETag of what the client has; 304 when it still holds.", max_length=200)
]
CursorText = Annotated[str, Query(alias="cursor", description="Where to go on: `next_cursor` of the part before.", max_length=64)]
Limit = Annotated[int, Query(ge=1, le=50, description="At most so many entries.")]
