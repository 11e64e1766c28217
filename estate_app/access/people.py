"""Finds the managers to whom something must be said."""

from sqlalchemy import or_, select
from sqlmodel import Session, col

from estate_app.access.models import Account, Grant
from estate_app.access.permission import OF_SET, Permission


def managers_with(session: Session, permission: Permission, *, estate_id: int | None) -> list[int]:
    """The active managers who hold a permission in an estate (None: everywhere), by account id."""
    sets = [name for name, permissions in OF_SET.items() if permission in permissions]
    everywhere = col(Grant.estate_id).is_(None) & col(Grant.building_id).is_(None)
    here = everywhere if estate_id is None else or_(everywhere, col(Grant.estate_id) == estate_id)
    statement = (
        select(col(Grant.account_id))
        .join(Account, col(Account.id) == col(Grant.account_id))
        .where(col(Grant.permission_set).in_(sets), here, col(Account.is_active))
        .distinct()
        .order_by(col(Grant.account_id))
    )
    return list(session.scalars(statement))


def managers_anywhere(session: Session, permission: Permission) -> list[int]:
    """The active managers who hold a permission in any estate, by account id."""
    sets = [name for name, permissions in OF_SET.items() if permission in permissions]
    statement = (
        select(col(Grant.account_id))
        .join(Account, col(Account.id) == col(Grant.account_id))
        .where(col(Grant.permission_set).in_(sets), col(Account.is_active))
        .distinct()
        .order_by(col(Grant.account_id))
    )
    return list(session.scalars(statement))
