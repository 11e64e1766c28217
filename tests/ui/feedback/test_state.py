"""Feedback in the pages: told by a resident, answered by the estate, unnamed to it where the author wishes."""

import csv
import io

import pytest
from sqlmodel import select

from estate_app.export_lists import _feedback
from estate_app.feedback.models import Feedback, FeedbackKind, FeedbackReply
from estate_app.feedback.service import give_feedback
from estate_app.kit.i18n import translate
from estate_app.ui.pages.manager.feedback.page import feedback_page, thread_page
from estate_app.ui.pages.manager.feedback.state import FeedbackState, ThreadState
from estate_app.ui.pages.resident.feedback.page import own_feedback_page, own_thread_page
from estate_app.ui.pages.resident.feedback.state import OwnFeedbackState, OwnThreadState
from tests.ui.seen import goes_to, markup, toast

TEXT = "楼道灯坏了三天没有人修"


@pytest.fixture
def told(uow, cast):
    return give_feedback(uow, cast.owner, room_id=cast.home.id, kind=FeedbackKind.complaint, text=TEXT, is_anonymous=True)


def thread(act, actor, state, told, *, base="/feedback"):
    page = act(actor, state, url=f"{base}/{told.id}", params={"feedback_id": str(told.id)})
    act.run(page.load())
    return page


class TestResident:
    def test_it_is_told_once_and_leads_to_the_thread(self, act, uow, cast):
        page = act(cast.owner, OwnFeedbackState, url="/feedback")
        act.run(page.load())
        assert (page.has_room, page.rows, [kind.label for kind in page.kinds]) == (True, [], ["投诉", "建议", "咨询", "表扬"])
        events = act.run(page.give({"kind": "praise", "text": TEXT, "is_anonymous": "on", "photo_ids": ""}))
        row = uow.session.scalars(select(Feedback)).one()
        assert goes_to(events[-1:]) == f"/feedback/{row.id}"
        assert (row.kind, row.is_anonymous, row.room_id) == (FeedbackKind.praise, True, None)

    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({"kind": "", "text": TEXT}, "kind"),
            ({"kind": "praise", "text": "x"}, "text"),
            ({"kind": "praise", "photo_ids": "uploading"}, "photo_ids"),
        ],
    )
    def test_what_cannot_be_taken_stands_under_its_field(self, act, uow, cast, form, field):
        page = act(cast.owner, OwnFeedbackState, url="/feedback")
        act.run(page.load())
        act.run(page.give(form))
        assert (list(page.field_errors), page.is_saving, uow.session.scalars(select(Feedback)).all()) == ([field], False, [])

    def test_a_linked_bill_with_a_hidden_name_is_refused_under_the_box(self, act, uow, cast):
        page = act(cast.owner, OwnFeedbackState, url="/feedback?bill=12")
        act.run(page.load())
        act.run(page.give({"kind": "praise", "text": TEXT, "is_anonymous": "on"}))
        assert (page.bill, list(page.field_errors)) == ("12", ["is_anonymous"])

    def test_a_reply_and_the_stars(self, act, uow, cast, told):
        page = thread(act, cast.owner, OwnThreadState, told)
        act.run(page.reply({"text": "还有一盏"}))
        assert [(one.title, one.body) for one in page.thread.lines] == [("林晓", "还有一盏")]
        assert "已结束" in toast(act.run(page.close({"satisfaction": "4"})))
        assert (page.thread.head.is_closed, page.thread.head.stars) == (True, 4)

    def test_a_stranger_sees_a_missing_page_and_writes_nothing(self, act, uow, cast, told):
        page = thread(act, cast.stranger, OwnThreadState, told)
        assert (page.is_missing, page.thread.head.text) == (True, "")
        act.run(page.reply({"text": "你好"}))
        assert uow.session.scalars(select(FeedbackReply)).all() == []


class TestEstate:
    def test_the_list_names_nobody_who_wished_so(self, act, uow, cast, told):
        page = act(cast.service, FeedbackState, url="/manage/feedback?status=open", estate_id=cast.estate.id)
        act.run(page.load())
        assert [(row.who, row.room, row.text, row.badge.label) for row in page.rows] == [("匿名住户", "", TEXT, "待回复")]
        assert [kpi.value for kpi in page.kpis] == ["1", "0", "—", "—"]
        assert [bar.value for bar in page.by_month] == ["0", "0", "0", "0", "0", "1"]
        assert page.filters.is_narrowed

    def test_an_answer_then_the_end(self, act, uow, cast, told):
        page = thread(act, cast.service, ThreadState, told, base="/manage/feedback")
        assert toast(act.run(page.close())) != ""  # nothing is closed unanswered
        assert not page.thread.head.is_closed
        assert "已通知住户" in toast(act.run(page.reply({"text": "已换好"})))
        assert (page.thread.lines[0].title, page.written) == ("物业 · service", 1)
        act.run(page.close())
        assert page.thread.head.is_closed

    def test_another_estate_finds_nothing(self, act, uow, cast, told):
        told.estate_id = cast.other_estate.id
        uow.flush()
        page = thread(act, cast.service, ThreadState, told, base="/manage/feedback")
        assert page.is_missing

    def test_the_export_names_nobody_who_wished_so(self, uow, cast, told):
        out = io.StringIO()
        writer = csv.writer(out)
        for cells in _feedback(uow, cast.service, {}):
            writer.writerow([translate(cell, "zh") if hasattr(cell, "id") else cell for cell in cells])
        assert TEXT in out.getvalue()
        assert "匿名住户" in out.getvalue()
        assert "林晓" not in out.getvalue()
        assert "1501" not in out.getvalue()


def test_the_pages_are_drawn():
    assert "feedback-form" in markup(own_feedback_page())
    assert "close-form" in markup(own_thread_page())
    assert "feedback-list" in markup(feedback_page())
    assert "answer-form" in markup(thread_page())
