"""`create-admin`: the first manager of an installation; `reset-second-factor`: a manager's lost authenticator."""

from typing import Annotated

import typer
from sqlmodel import select

from estate_app import db
from estate_app.access import second_factor
from estate_app.access.actor import SYSTEM
from estate_app.access.audit import record
from estate_app.access.models import Account, Grant
from estate_app.access.permission import PermissionSet, Role
from estate_app.access.rules import ensure_good_name, ensure_good_password, normal_phone
from estate_app.access.service import hash_password
from estate_app.access.sessions import revoke_account
from estate_app.commands.output import AsJson, say
from estate_app.db import UnitOfWork, run_in_uow
from estate_app.errors import ConflictError
from estate_app.kit.i18n import msg
from estate_app.migration import migrate
from estate_app.repair.models import RepairCategory
from estate_app.repair.seed import seed


def create_admin(
    phone: Annotated[str, typer.Option(prompt=True, help="The phone to sign in with.")],
    name: Annotated[str, typer.Option(prompt=True, help="The person's name.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="ESTATE_ADMIN_PASSWORD")],
    as_json: AsJson = False,  # noqa: FBT002 -- a flag
) -> None:
    """Make a manager who may administer the system, or give an existing one a new password."""
    migrate(db.engine())
    account_id = run_in_uow(appoint_admin, phone=phone, name=name, password=password)
    run_in_uow(_first_catalogue)
    say({"account": account_id}, as_json=as_json)


def appoint_admin(uow: UnitOfWork, *, phone: str, name: str, password: str) -> int:
    """Make an administrator with scope over everything; a resident's or technician's phone is refused."""
    number, name = normal_phone(phone), ensure_good_name(name)
    ensure_good_password(password, phone=number)
    account = uow.session.exec(select(Account).where(Account.phone == number).with_for_update()).first()
    if account is None:
        account = Account(phone=number, name=name, role=Role.manager, created_at=uow.now)
        uow.session.add(account)
    elif account.role is not Role.manager:
        raise ConflictError(msg("This phone belongs to a resident or technician. Use another one"), field="phone")
    account.name, account.password_hash, account.is_active = name, hash_password(password), True
    account.failed_logins, account.locked_until = 0, None
    uow.flush()
    account_id = account.id or 0
    everywhere = select(Grant).where(
        Grant.account_id == account_id,
        Grant.permission_set == PermissionSet.administrator,
        Grant.estate_id == None,  # noqa: E711 -- SQL's IS NULL
    )
    if uow.session.exec(everywhere).first() is None:
        uow.session.add(Grant(account_id=account_id, permission_set=PermissionSet.administrator))
    revoke_account(uow, account_id)
    record(uow, SYSTEM, "account:create_admin", "account", account_id)
    return account_id


def _first_catalogue(uow: UnitOfWork) -> None:
    """Give a new installation the common categories and materials; one that has its own keeps them."""
    if uow.session.exec(select(RepairCategory.id).limit(1)).first() is None:
        seed(uow)


def reset_second_factor(
    phone: Annotated[str, typer.Argument(help="The phone of the manager who lost authenticator and recovery codes.")],
    as_json: AsJson = False,  # noqa: FBT002 -- a flag
) -> None:
    """Take off a manager's second factor; the person is told and sets up a new one."""
    run_in_uow(second_factor.reset, SYSTEM, phone=normal_phone(phone))
    say({"reset": True}, as_json=as_json)
