"""Who somebody is, and who is appointed to what, for the domains above."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Select, and_, any_, bindparam, or_
from sqlmodel import Session, col, select

from estate_app.access.models import Account, Grant
from estate_app.access.permission import OF_SET, Permission, PermissionSet, Role
from estate_app.prepared import Asked, Prepared, answered, columns


@dataclass(frozen=True, slots=True)
class Person:
    """One account as others may know it; the phone is shown by permission only."""

    id: int
    name: str
    phone: str
    role: Role
    is_active: bool
    allows_behaviour: bool = True


_PEOPLE = Prepared(
    columns(Account.id, Account.name, Account.phone, Account.role, Account.is_active, Account.allows_behaviour).where(
        col(Account.id) == any_(bindparam("ids", type_=ARRAY(BigInteger)))
    )
)


def people(session: Session, ids: Iterable[int | None]) -> dict[int, Person]:
    """The people of these accounts, in one query."""
    wanted = [i for i in set(ids) if i is not None]
    if not wanted:
        return {}
    rows = answered(session, asked_people(wanted))
    return {key: Person(key, name, phone or "", Role(role), *rest) for key, name, phone, role, *rest in rows}


def asked_people(ids: Sequence[int]) -> Asked:
    """What `people` asks."""
    return _PEOPLE.asked(ids=list(ids))


def with_person(statement: Select[Any], key: Any) -> Select[Any]:
    """Add what a column's account is called, its phone, and whether it is active, to the columns of a statement."""
    return statement.join(Account, col(Account.id) == key).add_columns(col(Account.name), col(Account.phone), col(Account.is_active))


def find_by_phone(session: Session, phone: str) -> Person | None:
    """The active account of a phone number, if there is one."""
    account = session.exec(select(Account).where(Account.phone == phone, col(Account.is_active))).first()
    if account is None or account.id is None:
        return None
    return Person(account.id, account.name, phone, account.role, account.is_active)


def sets_with(permission: Permission) -> frozenset[PermissionSet]:
    """The permission sets that hold a permission."""
    return frozenset(s for s in PermissionSet if permission in OF_SET[s])


def appointed(session: Session, sets: Collection[PermissionSet], *, estate_id: int, building_id: int | None = None) -> list[int]:
    """The active managers who hold one of the sets everywhere, in an estate, or in a building of it."""
    place = [
        and_(col(Grant.estate_id).is_(None), col(Grant.building_id).is_(None)),
        and_(col(Grant.estate_id) == estate_id, col(Grant.building_id).is_(None)),
    ]
    if building_id is not None:
        place.append(col(Grant.building_id) == building_id)
    statement = (
        select(Grant.account_id)
        .join(Account, col(Account.id) == Grant.account_id)
        .where(col(Grant.permission_set).in_(sets), or_(*place), col(Account.is_active), Account.role == Role.manager)
        .distinct()
        .order_by(col(Grant.account_id))
    )
    return list(session.exec(statement))
