"""The door of every handler: who is acting is read anew from the cookie on each event, and refusals become sentences.

`@requires(Permission.x)` or `@public` stands right below `@rx.event`; a test fails on a handler without either.
"""

import functools
import inspect
from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeVar

import reflex as rx
import structlog

from estate_app.access.actor import NOBODY, Actor
from estate_app.access.permission import Permission
from estate_app.access.sessions import actor_of_token
from estate_app.db import in_uow
from estate_app.errors import EstateError, NotSignedInError, SecondFactorError
from estate_app.kit.i18n import msg, translate
from estate_app.ui.stage import note_failure

COOKIE = "estate_session"
GUARD = "__estate_guard__"
log = structlog.get_logger(__name__)
F = TypeVar("F", bound=Callable[..., Any])
_acting: ContextVar[Actor] = ContextVar("acting", default=NOBODY)


def me() -> Actor:
    """The actor of the event that is being handled."""
    return _acting.get()


def requires(*any_of: Permission) -> Callable[[F], F]:
    """Let a handler run only for an actor who holds one of the permissions."""
    return lambda handler: _guarded(handler, any_of)


def public(handler: F) -> F:
    """Let anybody run a handler; the service behind it still checks what it must."""
    return _guarded(handler, ())


def cookie_token(state: rx.State) -> str | None:
    """The session token in the cookie header of the socket, which scripts cannot read."""
    try:
        morsel = SimpleCookie(state.router.headers.cookie or "").get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel else None


async def actor_of(state: rx.State) -> Actor:
    """Who sits behind the socket of a state, read from the database."""
    token = cookie_token(state)
    return await in_uow(actor_of_token, token, address=state.router.session.client_ip) if token else NOBODY


async def locale_of(state: rx.State) -> str:
    """The language in which the page of a state speaks."""
    from estate_app.ui.locale import Locale

    return (await state.get_state(Locale)).code


async def say(state: rx.State, message: Any) -> str:
    """Say a message in the language of the page."""
    return translate(message, await locale_of(state))


async def refuse(state: rx.State, error: EstateError) -> Any:
    """Show a refusal: under its field where the page has fields, else as a toast that stays; sign-in where nobody is signed in."""
    if isinstance(error, NotSignedInError):
        path = state.router.url.path
        return rx.redirect(f"/login?next={path}" if path != "/" else "/login")
    if isinstance(error, SecondFactorError):
        return await _ask_factor(state)
    note_failure(state)
    text = await say(state, error.message)
    errors = getattr(state, "field_errors", None)
    if errors is not None and error.field:
        state.field_errors = {**errors, error.field: text}  # type: ignore[attr-defined]  # a page with fields declares the var
        return None
    return rx.toast.error(text, duration=10_000)


async def _ask_factor(state: rx.State) -> None:
    """Open the one dialog of the manager's frame; what was typed stays, and the person acts again."""
    from estate_app.ui.shell.factor import FactorDialog

    (await state.get_state(FactorDialog))._ask()


async def _fail(state: rx.State, error: Exception) -> Any:
    note_failure(state)
    log.error("handler_failed", state=type(state).__name__, exc_info=error)
    return rx.toast.error(await say(state, msg("Something went wrong on our side. Nothing was lost; please try again")), duration=10_000)


def _guarded(handler: F, permissions: tuple[Permission, ...]) -> F:
    if not (inspect.iscoroutinefunction(handler) or inspect.isasyncgenfunction(handler)):
        raise TypeError(f"{handler.__qualname__} must be async: a sync handler blocks the event loop")
    wrapper = _generator(handler, permissions) if inspect.isasyncgenfunction(handler) else _coroutine(handler, permissions)
    setattr(wrapper, GUARD, permissions)
    return wrapper  # type: ignore[return-value]  # functools.wraps keeps the signature


async def _enter(state: rx.State, permissions: tuple[Permission, ...]) -> None:
    actor = await actor_of(state)
    _acting.set(actor)
    if permissions:
        actor.require(*permissions)


def _coroutine(handler: Callable[..., Any], permissions: tuple[Permission, ...]) -> Callable[..., Any]:
    @functools.wraps(handler)
    async def run(self: rx.State, *args: Any, **kwargs: Any) -> Any:
        try:
            await _enter(self, permissions)
            return await handler(self, *args, **kwargs)
        except EstateError as error:
            return await refuse(self, error)
        except Exception as error:  # noqa: BLE001 -- logged with its trace; the person gets a sentence
            return await _fail(self, error)

    return run


def _generator(handler: Callable[..., Any], permissions: tuple[Permission, ...]) -> Callable[..., Any]:
    @functools.wraps(handler)
    async def run(self: rx.State, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        try:
            await _enter(self, permissions)
            async for update in handler(self, *args, **kwargs):
                yield update
        except EstateError as error:
            yield await refuse(self, error)
        except Exception as error:  # noqa: BLE001 -- logged with its trace; the person gets a sentence
            yield await _fail(self, error)

    return run
