"""How a page without a login lets somebody in: a single-use ticket, then a full page load that fetches the cookie."""

import json
from dataclasses import dataclass
from urllib.parse import urlencode

import reflex as rx

from estate_app.access.models import Account
from estate_app.access.permission import Role
from estate_app.access.second_factor import has_factor
from estate_app.access.sessions import issue_ticket
from estate_app.db import UnitOfWork
from estate_app.errors import EstateError
from estate_app.ui.query import read_query
from estate_app.ui.session import HOME


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who may come in: the ticket for the cookie, as what, and whether the second factor is still asked for."""

    ticket: str
    role: Role
    asks_factor: bool = False


class FactorStep(rx.State):
    """Whether the sign-in page asks for the second factor; the ticket stays in the server."""

    is_asked: bool = False
    _ticket: str = ""
    _wish: str = ""

    def _ask(self, ticket: str, wish: str) -> None:
        self.is_asked, self._ticket, self._wish = True, ticket, wish

    def _forget(self) -> None:
        self.is_asked, self._ticket, self._wish = False, "", ""


def entered(uow: UnitOfWork, result: Account | EstateError) -> Entered | EstateError:
    """Give a ticket to who was let in; a refusal is handed on, so that the try it cost is committed."""
    if isinstance(result, EstateError):
        return result
    uow.flush()
    asks = has_factor(uow.session, result.id)
    return Entered(issue_ticket(uow, result, asks_factor=asks), result.role, asks)


async def come_in(state: rx.State, result: Entered | EstateError) -> rx.event.EventSpec | None:
    """Fetch the cookie, or ask for the second factor on the sign-in page; then go where the visitor wanted."""
    if isinstance(result, EstateError):
        raise result
    wish = read_query(state).get("next", "")
    if not result.asks_factor:
        return go_in(result.ticket, wish, result.role)
    (await state.get_state(FactorStep))._ask(result.ticket, wish)
    return None if state.router.url.path == "/login" else rx.redirect("/login")


def go_in(ticket: str, wish: str, role: Role) -> rx.event.EventSpec:
    """Fetch the cookie by a full page load; the route refuses any other site."""
    address = f"/session/{ticket}?{urlencode({'next': wish or HOME[role]})}"
    return rx.call_script(f"window.location.assign({json.dumps(address)})")


def stay_out(role: Role | None) -> rx.event.EventSpec | None:
    """Send somebody who is signed in already to the home of the role."""
    return rx.redirect(HOME[role]) if role else None
