"""Takes a person out of repairs: the orders stay for the house's own history, without who reported them."""

from sqlalchemy import func, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from estate_app.access.forget import forget_in_trail
from estate_app.blotting import Forgotten, blot
from estate_app.db import UnitOfWork
from estate_app.repair.appeal_models import RatingAppeal
from estate_app.repair.callback_models import RatingCall
from estate_app.repair.models import OrderStep, Rating, RepairOrder
from estate_app.repair.rules import OPEN
from estate_app.repair.step import ENTITY
from estate_app.repair.stock_models import StockMovement


def open_orders(session: Session, account_id: int) -> int:
    """How many of a person's own reports are not finished."""
    own = (RepairOrder.reporter_id == account_id, col(RepairOrder.status).in_(OPEN))
    return session.scalar(select(func.count()).select_from(RepairOrder).where(*own)) or 0


def staff_links(session: Session, account_id: int) -> list[str]:
    """Where the staff's notices of the person's reports lead."""
    ids = session.exec(select(RepairOrder.id).where(RepairOrder.reporter_id == account_id))
    return [link for key in ids for link in (f"/manage/repairs/{key}", f"/tech/jobs/{key}")]


def forget(uow: UnitOfWork, who: Forgotten) -> None:
    """Unname the orders that the person reported: every step, what he said of them, and what the office noted when it called."""
    session, words = uow.session, who.words
    mine = sa_select(col(RepairOrder.id)).where(
        or_(col(RepairOrder.reporter_id) == who.account_id, col(RepairOrder.contact_phone).in_(who.numbers))
    )
    named = session.exec(select(RepairOrder).where(col(RepairOrder.id).in_(mine)).with_for_update()).all()
    ids = [order.id for order in named]
    blot(session, RepairOrder, ("description", "end_reason"), words, col(RepairOrder.id).in_(ids))
    for order in named:
        order.contact_name, order.contact_phone, order.latitude, order.longitude = who.alias, "", None, None
    session.flush()
    steps = or_(col(OrderStep.order_id).in_(ids), col(OrderStep.actor_id) == who.account_id)
    blot(session, OrderStep, ("actor_name", "reason", "note"), words, steps)
    ratings = sa_select(col(Rating.id)).where(or_(col(Rating.account_id) == who.account_id, col(Rating.order_id).in_(ids)))
    blot(session, Rating, ("text", "reply"), words, col(Rating.id).in_(ratings))
    blot(session, RatingAppeal, ("text", "answer"), words, col(RatingAppeal.rating_id).in_(ratings))
    blot(session, RatingCall, ("note",), words, col(RatingCall.rating_id).in_(ratings))
    blot(session, StockMovement, ("reason",), words, col(StockMovement.order_id).in_(ids))
    forget_in_trail(session, who, entity=ENTITY, ids=ids)
    session.expire_all()
