"""The counts at the right of an entry: only what someone must do. Services say them; the shell shows them."""

import reflex as rx

from estate_app.db import in_uow
from estate_app.ui.guard import me, public
from estate_app.ui.shell.waiting import waiting


class Counters(rx.State):
    """How much waits at each entry of the person's navigation."""

    of: dict[str, int] = {}

    @rx.event
    @public
    async def load(self) -> None:
        """Count what waits for the person; nothing for a stranger."""
        actor = me()
        self.of = await in_uow(waiting, actor) if actor.account_id else {}
