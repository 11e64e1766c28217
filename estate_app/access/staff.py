"""Accounts of people who work for the company, opened by whoever enrols them; they sign in by code."""

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.models import Account
from estate_app.access.permission import Permission, Role
from estate_app.access.rules import ensure_good_name, normal_phone
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg


def technician_of_phone(uow: UnitOfWork, actor: Actor, *, phone: str, name: str) -> Account:
    """The technician's account of a phone, locked; it is opened under the name when there is none.

    Raises:
        InvalidError: the phone cannot be read or belongs to somebody else than a technician, or a new account has no name.
    """
    actor.require(Permission.technicians_edit)
    number = normal_phone(phone)
    found = select(Account).where(Account.phone == number).with_for_update()
    account = uow.session.exec(found).first()
    if account is None:
        new = Account(phone=number, name=ensure_good_name(name), role=Role.technician, created_at=uow.now)
        row = new.model_dump(exclude={"id"})
        # Of two managers who enrol one phone at once, the second finds the account of the first.
        statement = insert(Account).values(row).on_conflict_do_nothing(index_elements=["phone"]).returning(col(Account.id))
        added = uow.session.scalar(statement)
        account = uow.session.exec(found).one()
        if added is not None:
            record(uow, actor, "account:open", "account", account.id, after={"role": Role.technician.value})
    if account.role is not Role.technician or not account.is_active:
        raise InvalidError(msg("This phone belongs to somebody who is not a technician. Use a phone for work"), field="phone")
    return account
