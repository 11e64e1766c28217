"""The due clock of feedback reminds the responsible managers before the limit, at it, and daily until somebody answers."""

from datetime import timedelta

import pytest
from sqlmodel import select

from estate_app.db import UnitOfWork
from estate_app.feedback.models import FeedbackKind
from estate_app.feedback.reminders import remind_feedback
from estate_app.feedback.service import give_feedback, reply
from estate_app.notification.models import InboxItem


@pytest.fixture
def told(uow, cast):
    return give_feedback(uow, cast.owner, room_id=cast.home.id, kind=FeedbackKind.complaint, text="楼道灯坏了三天")


def after(uow, hours: float) -> UnitOfWork:
    return UnitOfWork(uow.session, uow.now + timedelta(hours=hours))


def reminded(uow) -> list[int]:
    return sorted(uow.session.scalars(select(InboxItem.account_id).where(InboxItem.event == "feedback_due")))


def test_before_at_and_every_day_after_the_limit(uow, cast, told) -> None:
    moments = (1, 19.9, 20, 22, 24, 25, 47.9, 48, 60, 72)
    assert [remind_feedback(after(uow, hours)) for hours in moments] == [0, 0, 1, 0, 1, 0, 0, 1, 0, 1]
    assert set(reminded(uow)) == {cast.supervisor.id, cast.service.id}


def test_an_answer_ends_it_and_a_question_starts_it_anew(uow, cast, told) -> None:
    assert remind_feedback(after(uow, 21)) == 1
    reply(after(uow, 22), cast.service, feedback_id=told.id, text="今天修")
    assert remind_feedback(after(uow, 30)) == 0
    reply(after(uow, 40), cast.owner, feedback_id=told.id, text="还没有修")
    assert [remind_feedback(after(uow, hours)) for hours in (41, 60, 64)] == [0, 1, 1]
