"""Deleting an account: asked for with a code, cooled for a week, then done so that the books stay whole.

The name, the numbers, the photos and the devices go; bills, payments and receipts stay without the person, as the law on
accounting wants. Nothing is deleted while something is owed, under way or open.
"""

from sqlmodel import col, select

from estate_app.access import codes
from estate_app.access import forget as access_forget
from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.audit import record
from estate_app.access.models import Account, CodePurpose
from estate_app.access.permission import Permission, Role
from estate_app.access.sessions import actor_of_account
from estate_app.billing import forget as billing_forget
from estate_app.blotting import blot_everywhere, permit
from estate_app.db import UnitOfWork, run_in_uow
from estate_app.errors import ConflictError, EstateError, ForbiddenError, NotFoundError
from estate_app.feedback import forget as feedback_forget
from estate_app.kit.clock import business_date, local
from estate_app.kit.i18n import msg
from estate_app.media import forget as media_forget
from estate_app.notification import forget as notification_forget
from estate_app.notification.service import tell
from estate_app.payment import forget as payment_forget
from estate_app.personal.blockers import blockers
from estate_app.personal.export import drop_exports
from estate_app.personal.models import Erasure, ErasureStatus
from estate_app.personal.rules import COOLING
from estate_app.property import forget as property_forget
from estate_app.repair import forget as repair_forget

TOPIC = "erasures"


def send_erasure_code(uow: UnitOfWork, actor: Actor) -> str:
    """Send the code that confirms the wish to the person's own phone; only the demo may show it."""
    _require_resident(actor)
    phone = uow.session.get_one(Account, actor.id).phone
    if not phone:
        raise ConflictError(msg("Add a phone number to your account first"))
    return codes.send_code(uow, phone=phone, purpose=CodePurpose.erase, address=actor.address, locale=actor.locale)


def ask_erasure(uow: UnitOfWork, actor: Actor, *, code: str) -> Erasure | EstateError:
    """Ask to be forgotten; the days of cooling begin, the managers see it and the person is told by SMS how to take it back.

    A wrong code is returned, not raised, so that the try it cost is committed.

    Raises:
        ConflictError: something is open, or the wish is noted already.
        ForbiddenError: the account is not a resident's: staff is taken out by the administrator.
    """
    _require_resident(actor)
    account = uow.session.get_one(Account, actor.id, with_for_update=True)
    if _open(uow, actor.id) is not None:
        raise ConflictError(msg("Your account is to be deleted already"))
    in_the_way = blockers(uow.session, actor, business_date(uow.now))
    if in_the_way:
        raise ConflictError(in_the_way[0].text)
    if not codes.use_code(uow, phone=account.phone or "", purpose=CodePurpose.erase, code=code):
        return codes.wrong_code()
    row = Erasure(account_id=actor.id, asked_at=uow.now, due_at=uow.now + COOLING)
    uow.session.add(row)
    uow.flush()
    day = f"{local(row.due_at):%Y-%m-%d %H:%M}"
    title = msg("Your account will be deleted on {day}", day=day)
    body = msg("Your account will be deleted on {day}. If it was not you, or you change your mind, sign in and take it back", day=day)
    tell(uow, [actor.id], event="erasure", title=title, body=body, link="/me/data", sms=True, urgent=True)
    record(uow, actor, "account:ask_erasure", "account", actor.id, after={"due_at": row.due_at.isoformat()})
    uow.notify(TOPIC)
    return row


def cancel_erasure(uow: UnitOfWork, actor: Actor) -> None:
    """Take the wish back while it cools."""
    actor.require(Permission.own_account)
    row = _open(uow, actor.id)
    if row is None:
        raise NotFoundError(msg("Nothing is to be deleted"))
    row.status, row.ended_at = ErasureStatus.cancelled, uow.now
    record(uow, actor, "account:cancel_erasure", "account", actor.id)
    uow.notify(TOPIC)
    uow.flush()


def erase_due(*, limit: int = 20) -> int:
    """Delete the accounts whose days are over, each in a transaction of its own; answers how many were deleted."""
    done = 0
    for erasure_id in run_in_uow(_due, limit=limit):
        done += run_in_uow(finish_erasure, erasure_id=erasure_id)
    return done


def finish_erasure(uow: UnitOfWork, *, erasure_id: int) -> bool:
    """Delete one account, or hold its wish back when something has come in the way since; the person is then told what."""
    row = uow.session.exec(select(Erasure).where(Erasure.id == erasure_id).with_for_update(skip_locked=True)).first()
    if row is None or row.status is not ErasureStatus.cooling or row.due_at > uow.now:
        return False
    actor = actor_of_account(uow, uow.session.get_one(Account, row.account_id, with_for_update=True))
    in_the_way = blockers(uow.session, actor, business_date(uow.now))
    uow.notify(TOPIC)
    row.ended_at = uow.now
    if in_the_way:
        row.status = ErasureStatus.held
        title = msg("Your account could not be deleted yet")
        tell(uow, [row.account_id], event="erasure", title=title, body=in_the_way[0].text, link="/me/data", sms=True)
        record(uow, SYSTEM, "account:hold_erasure", "account", row.account_id)
        return False
    row.status = ErasureStatus.done
    record(uow, SYSTEM, "account:erase", "account", row.account_id)
    _forget(uow, row.account_id)
    return True


def _forget(uow: UnitOfWork, account_id: int) -> None:
    """Go through every domain; the numbers are sought everywhere at the end, since they are one person's alone."""
    uow.flush()
    permit(uow.session)
    who = property_forget.member_words(uow.session, access_forget.known_words(uow.session, account_id))
    rooms = property_forget.rooms_ever(uow.session, who)
    links = feedback_forget.staff_links(uow.session, account_id) + repair_forget.staff_links(uow.session, account_id)
    notification_forget.forget(uow, who, links)
    feedback_forget.forget(uow, who)
    payment_forget.forget(uow, who)
    billing_forget.forget(uow, who, rooms)
    repair_forget.forget(uow, who)
    media_forget.forget(uow, account_id)
    property_forget.forget(uow, who)
    access_forget.forget(uow, who)
    drop_exports(uow, account_id)
    uow.flush()
    blot_everywhere(uow.session, who.numbers)
    uow.session.expire_all()


def _due(uow: UnitOfWork, *, limit: int) -> list[int]:
    waiting = (Erasure.status == ErasureStatus.cooling, Erasure.due_at <= uow.now)
    return list(uow.session.exec(select(Erasure.id).where(*waiting).order_by(col(Erasure.due_at)).limit(limit)))


def _open(uow: UnitOfWork, account_id: int) -> Erasure | None:
    own = (Erasure.account_id == account_id, Erasure.status == ErasureStatus.cooling)
    return uow.session.exec(select(Erasure).where(*own).with_for_update()).first()


def _require_resident(actor: Actor) -> None:
    actor.require(Permission.own_account)
    if actor.role is not Role.resident:
        raise ForbiddenError(msg("Accounts of the staff are closed by the administrator"))
