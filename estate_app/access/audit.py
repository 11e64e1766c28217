"""The audit trail: every change of money or status, in the transaction that makes it."""

from estate_app.access.actor import Actor
from estate_app.access.models import AuditEntry
from estate_app.db import UnitOfWork


def record(
    uow: UnitOfWork,
    actor: Actor,
    action: str,
    entity: str,
    entity_id: int,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    """Write who did what to which thing, and what it was before and after."""
    entry = {
        "at": uow.now,
        "actor_id": actor.account_id,
        "actor_name": actor.name,
        "action": action,
        "entity": entity,
        "entity_id": entity_id,
        "before": before or {},
        "after": after or {},
        "address": actor.address,
    }
    uow.append(AuditEntry, entry)
