"""The dispatch board: what it shows, the assignment with and without a reason, and what is refused."""

from datetime import timedelta

from sqlmodel import select

from estate_app.repair.models import DispatchDecision, Leave, OrderStatus, TechnicianZone
from estate_app.ui.pages.manager.dispatch.page import dispatch_page
from estate_app.ui.pages.manager.dispatch.state import DispatchState
from estate_app.ui.stage import FAILED, READY
from tests.service.repair.steps import count, drive, reload
from tests.ui.seen import goes_to, markup, toast

URL = "/manage/dispatch"


def opened(act, actor, url=URL, locale="zh"):
    page = act(actor, DispatchState, url=url, locale=locale)
    act.run(page.load())
    return page


class TestLooking:
    def test_the_first_of_the_queue_is_in_view_with_its_candidates(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.submitted)
        page = opened(act, cast.dispatcher)
        assert ([o.id for o in page.queue], page.order.order_id, page.stage) == ([str(order.id)], str(order.id), READY)
        assert ([c.name for c in page.candidates], page.head.on_duty) == (["王建国", "李志强"], 2)
        assert [p.label for p in page.candidates[0].parts] == ["技能", "片区", "负荷", "路程", "评分", "熟悉"]

    def test_the_order_of_the_url_is_in_view(self, act, uow, cast):
        drive(uow, cast, OrderStatus.submitted)
        second = drive(uow, cast, OrderStatus.submitted)
        page = opened(act, cast.dispatcher, f"{URL}?order={second.id}")
        assert page.order.order_id == str(second.id)
        assert goes_to(act.run(page.open_order("7"))) == f"{URL}?order=7"

    def test_whoever_cannot_take_it_stands_there_with_the_reason(self, act, uow, cast):
        drive(uow, cast, OrderStatus.submitted)
        uow.session.add(Leave(technician_id=cast.worker.id, starts_at=uow.now - timedelta(hours=1), ends_at=uow.now + timedelta(hours=1)))
        uow.flush()
        page = opened(act, cast.dispatcher)
        assert ([c.name for c in page.candidates], [e.label for e in page.excluded]) == (["李志强"], ["王建国"])
        assert {lane.name: lane.note for lane in page.lanes} == {"李志强": "", "王建国": "请假"}

    def test_an_empty_queue(self, act, cast):
        page = opened(act, cast.dispatcher)
        assert (page.queue, page.order.order_id, page.candidates, len(page.lanes)) == ([], "", [], 2)

    def test_who_may_only_read_does_not_come_here(self, act, cast):
        page = act(cast.finance, DispatchState, url=URL)
        assert toast(act.run(page.load())) != ""
        assert (page.lanes, page.stage) == ([], FAILED)


class TestAssigning:
    def test_the_recommended_one_needs_no_reason(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.submitted)
        page = opened(act, cast.dispatcher)
        assert "已派给王建国" in toast(act.run(page.assign(page.candidates[0].id)))
        assert (reload(uow, order).technician_id, page.queue, page.is_saving) == (cast.worker.id, [], False)
        assert {f"order:{order.id}", f"orders:{cast.estate.id}", f"tech:{cast.worker.id}"} <= act.topics

    def test_another_one_needs_a_reason_that_is_kept(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.submitted)
        page = opened(act, cast.dispatcher)
        act.run(page.assign(str(cast.mate.id)))
        assert (page.move.technician_id, reload(uow, order).technician_id) == (str(cast.mate.id), None)
        act.run(page.overrule({"reason": " "}))
        assert (list(page.field_errors), page.move.technician_id, reload(uow, order).status) == (
            ["reason"],
            str(cast.mate.id),
            OrderStatus.submitted,
        )
        act.run(page.overrule({"reason": "住户指名"}))
        latest = uow.session.exec(select(DispatchDecision).order_by(DispatchDecision.id.desc())).first()
        assert (latest.mode, latest.reason, latest.actor_id) == ("by_hand", "住户指名", cast.dispatcher.id)
        assert (reload(uow, order).technician_id, page.move.technician_id, page.field_errors) == (cast.mate.id, "", {})

    def test_closing_the_dialog_changes_nothing(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.submitted)
        page = opened(act, cast.dispatcher)
        act.run(page.assign(str(cast.mate.id)))
        act.run(page.keep())
        assert (page.move.technician_id, reload(uow, order).technician_id) == ("", None)

    def test_when_the_suggestion_has_changed_meanwhile_the_reason_is_asked_for(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.submitted)
        page = opened(act, cast.dispatcher)
        uow.session.add(TechnicianZone(technician_id=cast.mate.id, estate_id=cast.estate.id, building_id=cast.building.id))
        uow.flush()
        act.run(page.assign(str(cast.worker.id)))
        assert (page.move.technician_id, list(page.field_errors), page.is_saving) == (str(cast.worker.id), ["reason"], False)
        assert reload(uow, order).status is OrderStatus.submitted

    def test_somebody_else_was_faster(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.submitted)
        one, other = opened(act, cast.dispatcher), opened(act, cast.supervisor)
        act.run(one.assign(one.candidates[0].id))
        before = count(uow, "dispatch_decision")
        assert "已被他人派出" in toast(act.run(other.assign(other.candidates[0].id)))
        assert (count(uow, "dispatch_decision"), reload(uow, order).technician_id) == (before, cast.worker.id)

    def test_another_estates_dispatcher_changes_nothing(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.submitted)
        page = opened(act, cast.foreign_dispatcher)
        assert page.queue == []
        page.order = opened(act, cast.dispatcher).order
        page.candidates = opened(act, cast.dispatcher).candidates
        act.run(page.assign(page.candidates[0].id))
        assert reload(uow, order).status is OrderStatus.submitted


def test_the_page_marks_what_a_person_acts_on():
    drawn = markup(dispatch_page())
    for testid in ("queue-item", "lane", "assign-best", "assign-other", "overrule", "retry"):
        assert testid in drawn
