"""What sign-in leaves behind and nobody needs any more."""

from datetime import timedelta

from sqlalchemy import delete, or_
from sqlmodel import col

from estate_app.access.models import LoginSession, LoginTicket, OneTimeCode
from estate_app.db import UnitOfWork

_SESSIONS_KEPT = timedelta(days=30)
_CODES_KEPT = timedelta(days=1)


def tidy_access(uow: UnitOfWork) -> int:
    """Delete sessions that ended a month ago, and codes and tickets of yesterday; answers how many rows went.

    They are kept that long because the limits count codes of the last hour and the list of sessions explains a sign-out.
    """
    old = uow.now - _SESSIONS_KEPT
    yesterday = uow.now - _CODES_KEPT
    statements = (
        delete(LoginSession).where(or_(col(LoginSession.expires_at) < old, col(LoginSession.revoked_at) < old)),
        delete(LoginTicket).where(col(LoginTicket.expires_at) < yesterday),
        delete(OneTimeCode).where(col(OneTimeCode.expires_at) < yesterday),
    )
    return sum(uow.session.connection().execute(statement).rowcount for statement in statements)
