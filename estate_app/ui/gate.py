"""Who may see which page. It decides what is shown; what is allowed is decided by the services on every event."""

from urllib.parse import quote

import reflex as rx

from estate_app.ui.guard import public
from estate_app.ui.query import plain_path
from estate_app.ui.session import Session, home_of


class Gate(rx.State):
    """Sends strangers to the sign-in page and people of another role from a home page to their own."""

    @rx.event
    @public
    async def enter(self, role: str) -> rx.event.EventSpec | None:
        """Run first on every page of a role, after `Session.load`."""
        path = plain_path(self)
        session = await self.get_state(Session)
        if not session.role:
            return rx.redirect("/login" if path == "/" else f"/login?next={quote(path)}")
        if session.role != role and path in {"/", "/tech", "/manage"}:
            return rx.redirect(await home_of(self))
        return None
