"""What people did, for the behaviour dashboard; nothing is kept of those who refused."""

from estate_app.access.actor import Actor
from estate_app.access.directory import people
from estate_app.access.models import Activity, ActivityKind
from estate_app.bulk import insert_rows
from estate_app.db import UnitOfWork


def note(uow: UnitOfWork, actor: Actor, kind: ActivityKind, *, estate_id: int | None = None, subject_id: int | None = None) -> None:
    """Note one thing that a person did, unless that person opted out."""
    if actor.account_id is None:
        return
    person = people(uow.session, [actor.account_id]).get(actor.account_id)
    if person is None or not person.allows_behaviour:
        return
    row = {"account_id": actor.account_id, "estate_id": estate_id, "kind": kind, "subject_id": subject_id, "at": uow.now}
    insert_rows(uow.session, Activity, [row])
