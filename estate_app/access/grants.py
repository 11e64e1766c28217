"""Who is appointed to what: the list, giving an appointment and taking it back. Nobody can lock the administrators out."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.directory import sets_with
from estate_app.access.models import Account, Grant
from estate_app.access.permission import Permission, PermissionSet, Role
from estate_app.access.rules import ensure_good_name, masked_phone, normal_phone
from estate_app.access.second_factor import ensure_fresh
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import Page, PageRequest


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One appointment: who, as what, and where (no ids: everywhere). The phone is masked without `phone:read`."""

    id: int
    account_id: int
    name: str
    phone: str
    is_active: bool
    permission_set: PermissionSet
    estate_id: int | None
    building_id: int | None


@dataclass(frozen=True, slots=True)
class GrantFilter:
    """What the list is narrowed to."""

    q: str = ""
    permission_set: PermissionSet | None = None


def list_grants(session: Session, actor: Actor, *, filter: GrantFilter, page: PageRequest) -> Page[GrantRow]:
    """One page of the appointments within the actor's scope, by name."""
    actor.require(Permission.grants_edit)
    where = [_in_reach(actor)]
    if filter.permission_set is not None:
        where.append(col(Grant.permission_set) == filter.permission_set)
    if filter.q:
        where.append(or_(col(Account.name).icontains(filter.q, autoescape=True), col(Account.phone).contains(filter.q, autoescape=True)))
    joined = select(Grant, Account).join(Account, col(Account.id) == col(Grant.account_id)).where(*where)
    total = session.scalar(select(func.count()).select_from(joined.subquery())) or 0
    found = session.exec(
        joined.order_by(col(Account.name), col(Account.id), col(Grant.permission_set), col(Grant.id)).offset(page.offset).limit(page.size)
    )
    is_open = actor.can(Permission.phones_read)
    return Page(tuple(_row(grant, account, is_open=is_open) for grant, account in found), total, page)


def get_grant(session: Session, actor: Actor, grant_id: int) -> GrantRow:
    """One appointment within the actor's scope."""
    actor.require(Permission.grants_edit)
    found = session.exec(
        select(Grant, Account).join(Account, col(Account.id) == col(Grant.account_id)).where(Grant.id == grant_id, _in_reach(actor))
    ).first()
    if found is None:
        raise NotFoundError
    return _row(*found, is_open=actor.can(Permission.phones_read))


def appoint(
    uow: UnitOfWork,
    actor: Actor,
    *,
    phone: str,
    name: str,
    permission_set: PermissionSet,
    estate_id: int | None = None,
    building_id: int | None = None,
) -> Grant:
    """Appoint the manager of a phone, whose account is opened when there is none; that person then signs in by code.

    Without an estate and a building the appointment holds everywhere.
    """
    actor.require(Permission.grants_edit)
    if not actor.scope(Permission.grants_edit).covers(estate_id=estate_id, building_id=building_id):
        raise NotFoundError
    ensure_fresh(uow, actor)
    account = _manager_of(uow, actor, normal_phone(phone), name)
    grant = _insert(uow, account, permission_set, estate_id, building_id)
    record(uow, actor, "grant:add", "grant", grant.id, after=_told(grant, account))
    return grant


def revoke(uow: UnitOfWork, actor: Actor, *, grant_id: int) -> None:
    """Take an appointment back; nobody takes the administrator's own from himself, and the last administrator stays."""
    actor.require(Permission.grants_edit)
    ensure_fresh(uow, actor)
    administrators = _lock_administrators(uow)
    grant = uow.session.get(Grant, grant_id, with_for_update=True)
    scope = actor.scope(Permission.grants_edit)
    if grant is None or not scope.covers(estate_id=grant.estate_id, building_id=grant.building_id):
        raise NotFoundError
    if grant.id in administrators:
        if grant.account_id == actor.account_id:
            raise ConflictError(msg("You cannot take your own administration away. Ask another administrator"))
        if len(administrators) == 1:
            raise ConflictError(msg("This is the last administrator. Appoint another one first"))
    account = uow.session.get_one(Account, grant.account_id)
    record(uow, actor, "grant:revoke", "grant", grant_id, before=_told(grant, account))
    uow.session.delete(grant)
    uow.flush()


def _in_reach(actor: Actor) -> ColumnElement[bool]:
    scope = actor.scope(Permission.grants_edit)
    if scope.is_everywhere:
        return true()
    return or_(col(Grant.estate_id).in_(scope.estate_ids), col(Grant.building_id).in_(scope.building_ids))


def _row(grant: Grant, account: Account, *, is_open: bool) -> GrantRow:
    phone = account.phone or ""
    return GrantRow(
        id=grant.id,
        account_id=grant.account_id,
        name=account.name,
        phone=phone if is_open else masked_phone(phone),
        is_active=account.is_active,
        permission_set=grant.permission_set,
        estate_id=grant.estate_id,
        building_id=grant.building_id,
    )


def _manager_of(uow: UnitOfWork, actor: Actor, phone: str, name: str) -> Account:
    account = uow.session.exec(select(Account).where(Account.phone == phone).with_for_update()).first()
    if account is None:
        account = Account(phone=phone, name=ensure_good_name(name), role=Role.manager, created_at=uow.now)
        uow.session.add(account)
        uow.flush()
        record(uow, actor, "account:open", "account", account.id, after={"role": Role.manager.value})
    if account.role is not Role.manager or not account.is_active:
        raise InvalidError(msg("This phone belongs to somebody who is not a manager. Use a phone for work"), field="phone")
    return account


def _insert(uow: UnitOfWork, account: Account, permission_set: PermissionSet, estate_id: int | None, building_id: int | None) -> Grant:
    statement = (
        insert(Grant)
        .values(account_id=account.id, permission_set=permission_set, estate_id=estate_id, building_id=building_id)
        .on_conflict_do_nothing()
        .returning(col(Grant.id))
    )
    try:
        with uow.session.begin_nested():
            grant_id = uow.session.scalar(statement)
    except IntegrityError:
        raise InvalidError(msg("This estate or building does not exist any more"), field="place") from None
    if grant_id is None:
        raise ConflictError(msg("This person already holds this appointment"), field="permission_set")
    return uow.session.get_one(Grant, grant_id)


def _lock_administrators(uow: UnitOfWork) -> set[int]:
    """The appointments that administer everywhere, locked in one order so that two revocations cannot pass each other."""
    statement = (
        select(Grant.id)
        .join(Account, col(Account.id) == col(Grant.account_id))
        .where(
            col(Grant.permission_set).in_(sets_with(Permission.grants_edit)),
            col(Grant.estate_id).is_(None),
            col(Grant.building_id).is_(None),
            col(Account.is_active),
        )
        .order_by(col(Grant.id))
        .with_for_update(of=Grant)
    )
    return set(uow.session.exec(statement))


def _told(grant: Grant, account: Account) -> dict[str, object]:
    return {
        "person": account.name,
        "permission_set": grant.permission_set.value,
        "estate_id": grant.estate_id,
        "building_id": grant.building_id,
    }
