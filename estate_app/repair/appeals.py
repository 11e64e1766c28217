"""Appeals: a technician objects to a rating within seven days, the office decides, and a rating that fell counts no more."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.repair.appeal_models import RatingAppeal, Verdict
from estate_app.repair.models import Rating, RepairOrder
from estate_app.repair.ratings import refresh_score
from estate_app.repair.reach import lock_job, lock_managed, read_order
from estate_app.repair.step import ENTITY, announce, key_of, tell_dispatchers, tell_technician

APPEAL_WITHIN = timedelta(days=7)
_MAX_TEXT = 500


@dataclass(frozen=True, slots=True)
class AppealCard:
    """What was objected and decided; `may_appeal` is the technician's, while there is none."""

    text: str = ""
    at: datetime | None = None
    verdict: Verdict | None = None
    answer: str = ""
    may_appeal: bool = False
    may_decide: bool = False


def appeal(uow: UnitOfWork, actor: Actor, *, order_id: int, text: str) -> RatingAppeal:
    """Object once to the rating of one's own repair, within seven days of it.

    Raises:
        ConflictError: too late, or objected already.
    """
    order = lock_job(uow, actor, order_id)
    rating = _rating(uow, order)
    words = _checked(text)
    if uow.now - rating.at > APPEAL_WITHIN:
        raise ConflictError(msg("A rating can be appealed within {days} days", days=APPEAL_WITHIN.days))
    if _appeal_of(uow.session, order) is not None:
        raise ConflictError(msg("You have appealed against this rating already"))
    made = RatingAppeal(rating_id=rating.id, text=words, at=uow.now)
    uow.session.add(made)
    record(uow, actor, "repair:appeal", ENTITY, key_of(order), after={"text": words})
    title = msg("{name} appeals against the rating of {number}", name=actor.name, number=order.number)
    tell_dispatchers(uow, order, "appealed", title, msg("{text}", text=words))
    announce(uow, order)
    uow.flush()
    return made


def decide(uow: UnitOfWork, actor: Actor, *, order_id: int, is_granted: bool, answer: str) -> RatingAppeal:
    """Decide an appeal with a reason that the technician reads; a rating that fell leaves the score at once.

    Raises:
        ConflictError: decided already, or one's own repair.
    """
    order = lock_managed(uow, actor, order_id, Permission.repairs_dispatch)
    found = _appeal_of(uow.session, order)
    if found is None:
        raise NotFoundError
    words = _checked(answer, field="answer")
    if order.technician_id == actor.account_id:
        raise ConflictError(msg("Nobody decides on their own rating"))
    if found.verdict is not Verdict.open:
        raise ConflictError(msg("This appeal has been decided already"))
    found.verdict = Verdict.granted if is_granted else Verdict.refused
    found.answer, found.decided_by, found.decided_at = words, actor.account_id, uow.now
    uow.flush()
    if is_granted:
        refresh_score(uow, order.technician_id or 0)
    after: dict[str, object] = {"verdict": found.verdict, "reason": words}
    record(uow, actor, "repair:verdict", ENTITY, key_of(order), before={"verdict": Verdict.open}, after=after)
    granted, refused = (
        msg("Your appeal is granted: {number}", number=order.number),
        msg("Your appeal is refused: {number}", number=order.number),
    )
    tell_technician(uow, order, "verdict", granted if is_granted else refused, msg("{text}", text=words))
    announce(uow, order)
    return found


def appeal_card(session: Session, actor: Actor, order_id: int, *, now: datetime) -> AppealCard:
    """The appeal of an order as its technician or manager sees it; residents are not told of it."""
    order = read_order(session, actor, order_id, business_date(now))
    is_holder = actor.can(Permission.work_orders) and order.technician_id == actor.account_id
    scope = actor.scope(Permission.repairs_dispatch)
    leads = actor.can(Permission.repairs_dispatch) and scope.covers(estate_id=order.estate_id, building_id=order.building_id)
    if not is_holder and not actor.can(Permission.repairs_read):
        return AppealCard()
    found = _appeal_of(session, order)
    if found is None:
        rated_at = session.scalar(select(Rating.at).where(Rating.order_id == order.id))
        return AppealCard(may_appeal=is_holder and rated_at is not None and now - rated_at <= APPEAL_WITHIN)
    is_open = found.verdict is Verdict.open
    may_decide = leads and is_open and order.technician_id != actor.account_id
    return AppealCard(found.text, found.at, found.verdict, found.answer, may_decide=may_decide)


def _rating(uow: UnitOfWork, order: RepairOrder) -> Rating:
    rating = uow.session.exec(select(Rating).where(Rating.order_id == order.id)).first()
    if rating is None:
        raise NotFoundError
    return rating


def _appeal_of(session: Session, order: RepairOrder) -> RatingAppeal | None:
    statement = select(RatingAppeal).join(Rating, col(Rating.id) == col(RatingAppeal.rating_id)).where(Rating.order_id == order.id)
    return session.exec(statement.execution_options(populate_existing=True)).first()


def _checked(text: str, field: str = "text") -> str:
    words = text.replace("\x00", "").strip()
    if not words:
        raise InvalidError(msg("Give the reasons in a few words"), field=field)
    if len(words) > _MAX_TEXT:
        raise InvalidError(msg("Write at most {count} characters", count=_MAX_TEXT), field=field)
    return words
