"""What people did, for the behaviour dashboard; nothing is kept of those who refused."""

from sqlalchemy import text

from estate_app.access.actor import Actor
from estate_app.access.models import ActivityKind
from estate_app.db import UnitOfWork
from estate_app.prepared import Prepared

_NOTE = Prepared(
    text(
        "INSERT INTO activity (account_id, estate_id, kind, subject_id, at)"
        " SELECT id, CAST(:estate_id AS bigint), :kind, CAST(:subject_id AS bigint), CAST(:at AS timestamptz)"
        " FROM account WHERE id = :account_id AND allows_behaviour"
    )
)


def note(uow: UnitOfWork, actor: Actor, kind: ActivityKind, *, estate_id: int | None = None, subject_id: int | None = None) -> None:
    """Note one thing that a person did, unless that person opted out; it is written with what the session has waiting."""
    if actor.account_id is None:
        return
    asked = _NOTE.asked(account_id=actor.account_id, estate_id=estate_id, kind=kind.value, subject_id=subject_id, at=uow.now)
    uow.session.append_statement(asked)
