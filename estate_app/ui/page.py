"""What a page is: its route, who sees it, in which frame, and what it loads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import reflex as rx

from estate_app.access.permission import Permission
from estate_app.kit.i18n import Message

Role = Literal["public", "resident", "technician", "manager", "everybody"]


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `frame` goes to the shell: narrow, has_tabs, back (resident, technician), wide (public).

    A page whose `permission` is not held shows the 404 panel; `on_load` handlers run after language and identity are known.
    """

    route: str
    component: Callable[[], rx.Component]
    title: Message
    role: Role
    on_load: tuple[Any, ...] = ()
    permission: Permission | None = None
    frame: dict[str, Any] = field(default_factory=dict)
