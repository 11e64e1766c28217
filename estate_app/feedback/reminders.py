"""The due clock of feedback: who answers for the estate is reminded before the limit, at it, and every day after it."""

from sqlmodel import and_, col, or_, select

from estate_app.access.people import managers_with
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.feedback.models import Feedback, FeedbackStatus
from estate_app.feedback.rules import KIND_NAMES, REMIND_AGAIN, REMIND_BEFORE
from estate_app.kit.clock import local
from estate_app.kit.i18n import msg
from estate_app.notification.service import tell


def remind_feedback(uow: UnitOfWork, *, limit: int = 200) -> int:
    """Remind of open feedback whose next reminder has come, at most so many; answers how many."""
    never = col(Feedback.reminded_at).is_(None)
    soon = and_(never, col(Feedback.due_at) <= uow.now + REMIND_BEFORE)
    told = col(Feedback.reminded_at)
    late = and_(col(Feedback.due_at) <= uow.now, or_(never, told < col(Feedback.due_at), told <= uow.now - REMIND_AGAIN))
    statement = select(Feedback).where(Feedback.status == FeedbackStatus.open, or_(soon, late)).order_by(col(Feedback.due_at))
    found = uow.session.exec(statement.limit(limit).with_for_update(skip_locked=True)).all()
    people = {estate: managers_with(uow.session, Permission.feedback, estate_id=estate) for estate in {row.estate_id for row in found}}
    for row in found:
        _remind(uow, row, people[row.estate_id])
        row.reminded_at = uow.now
    uow.flush()
    return len(found)


def _remind(uow: UnitOfWork, row: Feedback, people: list[int]) -> None:
    name = msg("{kind} {number}", kind=KIND_NAMES[row.kind], number=row.number)
    is_late = row.due_at <= uow.now
    title = msg("{name} is past its limit", name=name) if is_late else msg("{name} has to be answered soon", name=name)
    by = f"{local(row.due_at):%Y-%m-%d %H:%M}"
    tell(uow, people, event="feedback_due", title=title, body=msg("Answer by {time}", time=by), link=f"/manage/feedback/{row.id}")
