"""Opens a resident's account and gives it, at once, every room whose contact list names its phone."""

from sqlalchemy import select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from estate_app.access import service as access
from estate_app.access.actor import Actor
from estate_app.access.models import Account
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg
from estate_app.property.models import RoomMember


def register(uow: UnitOfWork, *, phone: str, code: str, name: str, password: str, locale: str | None = None) -> Account | access.Refusal:
    """Register a resident; see `access.service.register` for what is refused and how."""
    account = access.register(uow, phone=phone, code=code, name=name, password=password, locale=locale)
    if isinstance(account, Account):
        link_phone(uow, account)
    return account


def account_of_phone(uow: UnitOfWork, *, phone: str, name: str = "", locale: str | None = None) -> Account | access.Refusal:
    """The account of a phone that was proved, opened when there is none, with every room whose contact list names it."""
    account = access.account_of_phone(uow, phone=phone, name=name, locale=locale)
    if not account.is_active:
        return InvalidError(msg("This account is switched off. Please call us"), field="phone")
    link_phone(uow, account)
    return account


def bind_openid(uow: UnitOfWork, *, phone: str, openid: str, name: str = "") -> Account:
    """Tie a WeChat identity to a proved phone, making the account when there is none."""
    account = access.bind_openid(uow, phone=phone, openid=openid, name=name)
    link_phone(uow, account)
    return account


def change_phone(uow: UnitOfWork, actor: Actor, *, phone: str, code: str) -> Account | access.Refusal:
    """Move an account to a proved phone: its contact lists follow, and rooms that already name the new phone join it."""
    account = access.change_phone(uow, actor, phone=phone, code=code)
    if isinstance(account, Account):
        link_phone(uow, account)
        _move_contacts(uow, account)
    return account


def _move_contacts(uow: UnitOfWork, account: Account) -> None:
    """Write the new phone into the account's own contact entries, except where the list already names it from that day."""
    other = aliased(RoomMember)
    named = (
        select(col(other.id))
        .where(
            col(other.room_id) == col(RoomMember.room_id),
            col(other.from_on) == col(RoomMember.from_on),
            col(other.phone) == account.phone,
        )
        .exists()
    )
    uow.session.execute(
        update(RoomMember)
        .where(col(RoomMember.account_id) == account.id, ~named)
        .values(phone=account.phone)
        .execution_options(synchronize_session=False)
    )


def link_phone(uow: UnitOfWork, account: Account) -> int:
    """Give an account every room whose contact list names its phone; returns how many."""
    statement = (
        update(RoomMember).where(col(RoomMember.phone) == account.phone, col(RoomMember.account_id).is_(None)).values(account_id=account.id)
    )
    return uow.session.execute(statement).rowcount  # type: ignore[no-any-return, attr-defined]
