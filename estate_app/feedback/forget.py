"""Takes a person out of feedback: what was said stays, unnamed and tied to no room, order or bill."""

from sqlalchemy import select as sa_select
from sqlalchemy import update
from sqlmodel import Session, col, select

from estate_app.blotting import Forgotten, blot
from estate_app.db import UnitOfWork
from estate_app.feedback.models import Feedback, FeedbackReply


def staff_links(session: Session, account_id: int) -> list[str]:
    """Where the staff's notices of the person's feedback lead."""
    return [f"/manage/feedback/{key}" for key in session.exec(select(Feedback.id).where(Feedback.author_id == account_id))]


def forget(uow: UnitOfWork, who: Forgotten) -> None:
    """Make the person's feedback anonymous and take his words of himself out of it."""
    session, words = uow.session, who.words
    mine = sa_select(col(Feedback.id)).where(col(Feedback.author_id) == who.account_id)
    unnamed = {"is_anonymous": True, "room_id": None, "order_id": None, "bill_id": None}
    session.execute(update(Feedback).where(col(Feedback.author_id) == who.account_id).values(unnamed))
    blot(session, Feedback, ("text",), words, col(Feedback.author_id) == who.account_id)
    blot(session, FeedbackReply, ("text",), words, col(FeedbackReply.feedback_id).in_(mine))
    session.expire_all()
