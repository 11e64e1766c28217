"""Where a person can be reached. Notices lie below every domain, so this reads the columns it needs, not access's model."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import BigInteger, Boolean, String, column, select, table
from sqlmodel import Session

from estate_app.kit.i18n import DEFAULT_LOCALE

_account = table(
    "account",
    column("id", BigInteger),
    column("phone", String),
    column("name", String),
    column("locale", String),
    column("openid", String),
    column("is_active", Boolean),
)


@dataclass(frozen=True, slots=True)
class Contact:
    """One person's addresses and language."""

    account_id: int
    name: str
    phone: str | None
    locale: str
    openid: str = ""


def contacts(session: Session, account_ids: Iterable[int]) -> list[Contact]:
    """The active people among these accounts, by id."""
    ids = sorted(set(account_ids))
    if not ids:
        return []
    found = session.execute(
        select(_account.c.id, _account.c.name, _account.c.phone, _account.c.locale, _account.c.openid)
        .where(_account.c.id.in_(ids), _account.c.is_active)
        .order_by(_account.c.id)
    )
    return [Contact(row.id, row.name, row.phone, row.locale or DEFAULT_LOCALE, row.openid or "") for row in found]
