"""What waits for a person at each entry of the navigation: one row per counter, asked of the domain that knows."""

from collections.abc import Callable

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork

Count = Callable[[UnitOfWork, Actor], int]

# (the counter's name in `ui/nav.py`, who has it, how it is counted)
COUNTS: tuple[tuple[str, Permission, Count], ...] = ()


def waiting(uow: UnitOfWork, actor: Actor) -> dict[str, int]:
    """Count what waits for the actor, each counter only where its permission is held."""
    return {name: count(uow, actor) for name, permission, count in COUNTS if actor.can(permission)}
