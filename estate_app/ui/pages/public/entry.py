"""How a page without a login lets somebody in: a single-use ticket, then a full page load that fetches the cookie."""

import json
from dataclasses import dataclass
from urllib.parse import urlencode

import reflex as rx

from estate_app.access.models import Account
from estate_app.access.permission import Role
from estate_app.access.sessions import issue_ticket
from estate_app.db import UnitOfWork
from estate_app.errors import EstateError
from estate_app.ui.query import read_query
from estate_app.ui.session import HOME


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who may come in: the ticket for the cookie, and as what."""

    ticket: str
    role: Role


def entered(uow: UnitOfWork, result: Account | EstateError) -> Entered | EstateError:
    """Give a ticket to who was let in; a refusal is handed on, so that the try it cost is committed."""
    if isinstance(result, EstateError):
        return result
    uow.flush()
    return Entered(issue_ticket(uow, result), result.role)


def come_in(state: rx.State, result: Entered | EstateError) -> rx.event.EventSpec:
    """Fetch the cookie by a full page load, then go where the visitor wanted; the route refuses any other site."""
    if isinstance(result, EstateError):
        raise result
    wish = read_query(state).get("next", "") or HOME[result.role]
    address = f"/session/{result.ticket}?{urlencode({'next': wish})}"
    return rx.call_script(f"window.location.assign({json.dumps(address)})")


def stay_out(role: Role | None) -> rx.event.EventSpec | None:
    """Send somebody who is signed in already to the home of the role."""
    return rx.redirect(HOME[role]) if role else None
