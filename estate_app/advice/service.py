"""Switching the tips off and on again."""

from sqlmodel import col, delete

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.advice.models import TipOptOut
from estate_app.db import UnitOfWork


def choose_tips(uow: UnitOfWork, actor: Actor, *, is_on: bool) -> None:
    """Show the tips to the actor, or no longer; a second time changes nothing."""
    actor.require(Permission.own_account)
    if is_on:
        uow.session.execute(delete(TipOptOut).where(col(TipOptOut.account_id) == actor.id))
    elif uow.session.get(TipOptOut, actor.id) is None:
        uow.session.add(TipOptOut(account_id=actor.id, at=uow.now))
    uow.flush()
