"""Feedback: told, answered, talked over and closed; who stays unnamed is named nowhere, strangers find nothing."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlmodel import select

from estate_app.access.models import AuditEntry
from estate_app.access.permission import PermissionSet
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.feedback.models import Feedback, FeedbackKind, FeedbackReply, FeedbackStatus
from estate_app.feedback.queries import FeedbackFilter, count_waiting, feedback_figures, list_feedback, own_feedback, read_feedback
from estate_app.feedback.service import close, give_feedback, reply
from estate_app.kit.pagination import PageRequest
from estate_app.notification.models import InboxItem, OutboxMessage
from tests.fixtures import make

TEXT = "楼道灯坏了三天没有人修"


def later(uow, **span):
    return UnitOfWork(uow.session, uow.now + timedelta(**span))


def give(uow, cast, **extra) -> Feedback:
    fields = {"room_id": cast.home.id, "kind": FeedbackKind.complaint, "text": TEXT} | extra
    return give_feedback(uow, cast.owner, **fields)


def listed(uow, actor, **filter):
    return list_feedback(uow.session, actor, filter=FeedbackFilter(**filter), now=uow.now, page=PageRequest()).rows


def inbox(uow, actor, event):
    return uow.session.scalars(select(InboxItem.link).where(InboxItem.account_id == actor.id, InboxItem.event == event)).all()


class TestGiving:
    def test_it_reaches_the_estate_with_its_clock_running(self, uow, cast):
        row = give(uow, cast)
        assert (row.number, row.status, row.due_at) == ("FK202611-0001", FeedbackStatus.open, uow.now + timedelta(hours=24))
        (seen,) = listed(uow, cast.service)
        assert (seen.author, seen.room, seen.text, seen.is_late) == ("林晓", "3栋2单元1501", TEXT, False)
        assert inbox(uow, cast.service, "feedback_waits") == [f"/manage/feedback/{row.id}"]
        assert count_waiting(uow.session, cast.service) == 1
        assert [one.id for one in own_feedback(uow.session, cast.owner, now=uow.now, page=PageRequest()).rows] == [row.id]

    def test_it_is_late_once_its_limit_has_passed(self, uow, cast):
        give(uow, cast)
        after = later(uow, hours=25)
        assert [one.is_late for one in listed(after, cast.service, late=True)] == [True]
        assert listed(uow, cast.service, late=True) == ()

    @pytest.mark.parametrize("text", ["", "坏了", "字" * 1001])
    def test_too_little_and_too_much_are_refused_at_the_field(self, uow, cast, text):
        with pytest.raises(InvalidError) as caught:
            give(uow, cast, text=text)
        assert caught.value.field == "text"
        assert uow.session.scalars(select(Feedback)).all() == []

    def test_a_room_a_bill_or_an_order_of_somebody_else_is_not_found(self, uow, cast):
        foreign = make.bill(uow, cast.other_home, make.fee_item(uow, cast.other_estate))
        for extra in ({"room_id": cast.other_home.id}, {"bill_id": foreign.id}, {"order_id": 999_999}):
            with pytest.raises(NotFoundError):
                give(uow, cast, **extra)
        assert uow.session.scalars(select(Feedback)).all() == []

    def test_an_own_bill_may_be_named(self, uow, cast):
        bill = make.bill(uow, cast.home, make.fee_item(uow, cast.estate))
        assert give(uow, cast, bill_id=bill.id).bill_id == bill.id

    @pytest.mark.parametrize("name", ["worker", "service", "admin"])
    def test_only_residents_give_feedback(self, uow, cast, name):
        with pytest.raises(ForbiddenError):
            give_feedback(uow, getattr(cast, name), room_id=cast.home.id, kind=FeedbackKind.praise, text=TEXT)


class TestUnnamed:
    def test_the_name_reaches_no_list_no_thread_no_notice_and_no_audit_entry(self, uow, cast):
        row = give(uow, cast, is_anonymous=True)
        reply(uow, cast.owner, feedback_id=row.id, text="补充一点")
        reply(uow, cast.service, feedback_id=row.id, text="已安排")
        close(uow, cast.owner, feedback_id=row.id, satisfaction=4)
        thread = read_feedback(uow.session, cast.service, row.id, now=uow.now)
        seen = [asdict(thread), *map(asdict, listed(uow, cast.service))]
        seen += [item.model_dump() for item in uow.session.scalars(select(InboxItem).where(InboxItem.event == "feedback_waits"))]
        told = repr(seen)
        assert "林晓" not in told
        assert "1501" not in told
        assert [one.name for one in thread.replies] == ["", "service"]
        entries = uow.session.scalars(select(AuditEntry).where(AuditEntry.entity == "feedback")).all()
        assert [(e.action, e.actor_id, e.address) for e in entries if e.actor_id != cast.service.id] == [
            ("feedback:give", None, ""), ("feedback:reply", None, ""), ("feedback:close", None, ""),
        ]  # fmt: skip
        assert {e.actor_name for e in entries} == {"匿名住户", "service"}
        assert uow.session.scalars(select(OutboxMessage)).all() == []
        assert uow.session.get_one(Feedback, row.id).room_id is None

    def test_the_author_still_reads_the_own_name_and_the_answer(self, uow, cast):
        row = give(uow, cast, is_anonymous=True)
        reply(uow, cast.service, feedback_id=row.id, text="已安排")
        thread = read_feedback(uow.session, cast.owner, row.id, now=uow.now)
        assert (thread.row.author, [one.text for one in thread.replies]) == ("林晓", ["已安排"])
        assert inbox(uow, cast.owner, "feedback_answered") == [f"/feedback/{row.id}"]

    def test_a_bill_would_name_the_author(self, uow, cast):
        bill = make.bill(uow, cast.home, make.fee_item(uow, cast.estate))
        with pytest.raises(InvalidError) as caught:
            give(uow, cast, is_anonymous=True, bill_id=bill.id)
        assert caught.value.field == "is_anonymous"


class TestThread:
    def test_an_answer_stops_the_clock_and_the_authors_word_starts_it_again(self, uow, cast):
        row = give(uow, cast)
        first = later(uow, hours=2)
        reply(first, cast.service, feedback_id=row.id, text="已报修")
        assert (row.status, row.answered_at) == (FeedbackStatus.answered, first.now)
        second = later(uow, hours=30)
        reply(second, cast.owner, feedback_id=row.id, text="还是没修")
        assert (row.status, row.due_at, row.answered_at) == (FeedbackStatus.open, second.now + timedelta(hours=24), first.now)

    def test_the_estate_closes_only_what_it_answered(self, uow, cast):
        row = give(uow, cast)
        with pytest.raises(ConflictError):
            close(uow, cast.service, feedback_id=row.id)
        assert row.status is FeedbackStatus.open
        reply(uow, cast.service, feedback_id=row.id, text="已修好")
        close(uow, cast.service, feedback_id=row.id)
        assert (row.status, row.closed_at) == (FeedbackStatus.closed, uow.now)
        assert inbox(uow, cast.owner, "feedback_closed") == [f"/feedback/{row.id}"]
        close(uow, cast.owner, feedback_id=row.id, satisfaction=5)  # the stars may come after the end, once
        with pytest.raises(ConflictError):
            close(uow, cast.owner, feedback_id=row.id, satisfaction=1)
        assert row.satisfaction == 5

    def test_nobody_writes_below_a_closed_one(self, uow, cast):
        row = give(uow, cast)
        close(uow, cast.owner, feedback_id=row.id)
        for actor in (cast.owner, cast.service):
            with pytest.raises(ConflictError):
                reply(uow, actor, feedback_id=row.id, text="还有")
        assert uow.session.scalars(select(FeedbackReply)).all() == []

    def test_the_estate_gives_no_stars_and_six_are_too_many(self, uow, cast):
        row = give(uow, cast)
        reply(uow, cast.service, feedback_id=row.id, text="已修好")
        for actor, stars in ((cast.service, 5), (cast.owner, 6), (cast.owner, 0)):
            with pytest.raises(InvalidError):
                close(uow, actor, feedback_id=row.id, satisfaction=stars)
        assert (row.status, row.satisfaction) == (FeedbackStatus.answered, None)


class TestStrangers:
    @pytest.mark.parametrize("name", ["stranger", "tenant", "foreign"])
    def test_they_find_nothing_and_change_nothing(self, uow, cast, name):
        row = give(uow, cast)
        foreign = make.manager(uow, "外区客服", "13800000088", PermissionSet.customer_service, cast.other_estate)
        actor = foreign if name == "foreign" else getattr(cast, name)
        for act in (
            lambda: read_feedback(uow.session, actor, row.id, now=uow.now),
            lambda: reply(uow, actor, feedback_id=row.id, text="你好"),
            lambda: close(uow, actor, feedback_id=row.id),
        ):
            with pytest.raises(NotFoundError):
                act()
        assert (row.status, uow.session.scalars(select(FeedbackReply)).all()) == (FeedbackStatus.open, [])
        if name == "foreign":
            assert listed(uow, foreign) == ()
            assert feedback_figures(uow.session, foreign, now=uow.now).waiting == 0
        else:
            assert own_feedback(uow.session, actor, now=uow.now, page=PageRequest()).rows == ()

    @pytest.mark.parametrize("name", ["owner", "worker", "cashier", "auditor"])
    def test_only_who_may_reads_the_estates_list(self, uow, cast, name):
        give(uow, cast)
        actor = getattr(cast, name)
        for read in (lambda: listed(uow, actor), lambda: feedback_figures(uow.session, actor, now=uow.now)):
            with pytest.raises(ForbiddenError):
                read()


def test_figures_count_by_kind_and_month_and_take_the_median_time_to_answer(uow, cast):
    for hours, kind, stars in ((2, FeedbackKind.complaint, 5), (6, FeedbackKind.complaint, 2), (10, FeedbackKind.question, None)):
        row = give(uow, cast, kind=kind)
        reply(later(uow, hours=hours), cast.service, feedback_id=row.id, text="已处理")
        if stars:
            close(later(uow, hours=hours), cast.owner, feedback_id=row.id, satisfaction=stars)
    give(uow, cast, kind=FeedbackKind.praise)
    figures = feedback_figures(uow.session, cast.service, now=later(uow, days=4).now, estate_id=cast.estate.id)
    assert {kind: (count, hours) for kind, count, hours in figures.by_kind} == {
        FeedbackKind.complaint: (2, 4.0), FeedbackKind.suggestion: (0, None), FeedbackKind.question: (1, 10.0), FeedbackKind.praise: (1, None),
    }  # fmt: skip
    assert [count for _, count in figures.by_month] == [0, 0, 0, 0, 0, 4]
    assert (figures.waiting, figures.late, figures.hours_to_answer, figures.satisfaction) == (1, 1, 6.0, 3.5)
