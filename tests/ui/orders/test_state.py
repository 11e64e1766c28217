"""Managers' work orders: the list with its filters in the URL, one order with its decisions, and a report for a caller."""

from urllib.parse import parse_qs

import pytest
from sqlmodel import select

from estate_app.export import export_file, find_export
from estate_app.repair import ratings, work
from estate_app.repair.models import OrderStatus, RepairOrder, Source, Urgency
from estate_app.ui.pages.manager.repair.page import managed_repair_page
from estate_app.ui.pages.manager.repair.state import ManagedRepairState
from estate_app.ui.pages.manager.repairs.page import repairs_page
from estate_app.ui.pages.manager.repairs.state import RepairsState
from estate_app.ui.pages.manager.report.page import caller_report_page
from estate_app.ui.pages.manager.report.state import CallerReportState
from estate_app.ui.stage import FAILED, READY
from tests.fixtures import make
from tests.service.repair.steps import TEXT, count, drive, reload
from tests.ui.seen import goes_to, markup, toast

LIST = "/manage/repairs"


def opened(act, actor, state, url, locale="zh"):
    page = act(actor, state, url=url, locale=locale)
    act.run(page.load())
    return page


class TestList:
    def test_the_unfinished_come_first_with_their_time_left(self, act, uow, cast):
        done, waiting = drive(uow, cast, OrderStatus.completed), drive(uow, cast, OrderStatus.submitted)
        page = opened(act, cast.dispatcher, RepairsState, LIST)
        assert [(r.id, r.badge.label, r.limit) for r in page.rows] == [
            (str(waiting.id), "已提交", "剩 30 分"),
            (str(done.id), "已完成", "用时 0 分"),
        ]
        assert (page.pager.total, page.stage, page.may_report) == (2, READY, True)
        assert (page.rows[0].title, page.rows[0].place, page.rows[0].contact, page.rows[1].technician) == (
            TEXT,
            "3栋2单元1501",
            "林晓",
            "王建国",
        )

    def test_the_filters_of_the_url_narrow_the_list_and_the_export_alike(self, act, uow, cast):
        drive(uow, cast, OrderStatus.completed)
        waiting = drive(uow, cast, OrderStatus.submitted)
        url = f"{LIST}?family=waiting&building_id={cast.building.id}&category_id={cast.category.id}&sort=-number"
        page = opened(act, cast.dispatcher, RepairsState, url)
        assert [row.id for row in page.rows] == [str(waiting.id)]
        assert (page.filters.family, page.filters.sort, page.filters.is_narrowed) == ("waiting", "-number", True)
        query = {name: values[0] for name, values in parse_qs(page.filters.export).items()}
        assert query["estate_id"] == str(cast.estate.id)
        _, content = export_file(uow, cast.dispatcher, find_export("orders"), query, kind="csv", locale="zh")
        lines = content.decode("utf-8-sig").strip().splitlines()
        assert (len(lines), waiting.number in lines[1]) == (2, True)

    @pytest.mark.parametrize("odd", ["family=nonsense", "building_id=x", "from_on=yesterday", "urgencies=%00", "technician_id=9e9"])
    def test_what_cannot_be_read_narrows_nothing(self, act, uow, cast, odd):
        drive(uow, cast, OrderStatus.submitted)
        page = opened(act, cast.dispatcher, RepairsState, f"{LIST}?{odd}")
        assert (len(page.rows), page.filters.is_narrowed, page.stage) == (1, False, READY)

    def test_a_stranger_to_the_estate_sees_nothing(self, act, uow, cast):
        drive(uow, cast, OrderStatus.submitted)
        assert opened(act, cast.foreign_dispatcher, RepairsState, LIST).rows == []

    @pytest.mark.parametrize("name", ["owner", "worker", "cashier"])
    def test_whoever_may_not_read_orders_is_refused(self, act, uow, cast, name):
        drive(uow, cast, OrderStatus.submitted)
        page = act(getattr(cast, name), RepairsState, url=LIST)
        assert (toast(act.run(page.load())) != "", page.rows) == (True, [])

    def test_the_page(self):
        drawn = markup(repairs_page())
        for testid in (
            "export-csv",
            "export-xlsx",
            "new-order",
            "filter-family",
            "filter-technician_id",
            "sort-due",
            "order-row",
            "from_on",
        ):
            assert testid in drawn


def order_page(act, actor, order, locale="zh"):
    return opened(act, actor, ManagedRepairState, f"{LIST}/{order.id}", locale)


class TestOrder:
    def test_everything_about_it(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.accepted)
        view = order_page(act, cast.dispatcher, order).view
        assert (view.head.number, view.head.badge.label, view.head.priority.label) == (order.number, "已接单", "普通")
        assert [step.state for step in view.steps] == ["done", "done", "current", "todo", "todo"]
        assert (view.decisions[0].mode, view.decisions[0].name, view.decisions[0].total) == ("按规则自动派单", "王建国", "78")
        assert [part.label for part in view.decisions[0].parts] == ["技能", "片区", "负荷", "路程", "评分", "熟悉"]
        assert [other.label for other in view.decisions[0].others] == ["李志强 · 78 分"]
        assert [fact.value for fact in view.audit] == ["王建国 · 师傅已接单", "林晓 · 已派单给师傅", "林晓 · 已收到报修"]
        facts = {fact.label: fact.value for fact in view.facts}
        assert (facts["报修人"], facts["来源"], facts["师傅"]) == ("林晓 13800000001", "网页", "王建国")

    def test_the_rating_with_its_alarm(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.completed)
        ratings.rate(uow, cast.owner, order_id=order.id, quality=2, attitude=5, timeliness=3, reasons=["not_fixed"], text="还在滴水")
        rated = order_page(act, cast.service, order).view.rated
        assert (rated.quality, rated.attitude, rated.timeliness, rated.text, rated.is_low) == (2, 5, 3, "没有修好 · 还在滴水", True)

    def test_reassign_with_a_reason(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.accepted)
        page = order_page(act, cast.dispatcher, order)
        act.run(page.ask("assign"))
        assert [(o.value, o.label) for o in page.candidates] == [(str(cast.mate.id), "李志强 · 78 分")]
        act.run(page.assign({"technician_id": str(cast.mate.id), "reason": ""}))
        assert (list(page.field_errors), page.dialog, reload(uow, order).technician_id) == (["reason"], "assign", cast.worker.id)
        assert "已派给李志强" in toast(act.run(page.assign({"technician_id": str(cast.mate.id), "reason": "住户指名"})))
        assert (reload(uow, order).technician_id, page.dialog, page.is_saving) == (cast.mate.id, "", False)
        assert (page.view.decisions[0].mode, page.view.decisions[0].reason) == ("调度员指派", "住户指名")

    def test_no_technician_chosen(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.submitted)
        page = order_page(act, cast.dispatcher, order)
        act.run(page.ask("assign"))
        act.run(page.assign({"technician_id": "", "reason": "急"}))
        assert (list(page.field_errors), reload(uow, order).technician_id) == (["technician_id"], None)

    def test_somebody_accepted_while_the_dialog_was_open(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.submitted)
        page = order_page(act, cast.dispatcher, order)
        act.run(page.ask("assign"))
        other = order_page(act, cast.supervisor, order)
        act.run(other.ask("assign"))
        act.run(other.assign({"technician_id": str(cast.worker.id), "reason": ""}))
        act.run_value(page._refresh(cast.dispatcher))
        assert "已被他人派出" in toast(act.run(page.assign({"technician_id": str(cast.mate.id), "reason": "急"})))
        assert reload(uow, order).technician_id == cast.worker.id

    def test_reject_with_the_reason_the_resident_reads(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.assigned)
        page = order_page(act, cast.dispatcher, order)
        act.run(page.ask("reject"))
        act.run(page.reject({"reason": ""}))
        assert (list(page.field_errors), reload(uow, order).status) == (["reason"], OrderStatus.assigned)
        act.run(page.reject({"reason": "重复报修"}))
        order = reload(uow, order)
        assert (order.status, order.end_reason, page.dialog) == (OrderStatus.rejected, "重复报修", "")
        assert (page.view.head.ended, page.view.steps, page.view.may.assign, page.view.may.reject) == ("重复报修", [], False, False)

    def test_change_the_urgency(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.assigned)
        page = order_page(act, cast.dispatcher, order)
        act.run(page.ask("urgency"))
        act.run(page.change_urgency({"urgency": "king", "reason": "漏水扩大"}))
        assert (list(page.field_errors), reload(uow, order).urgency) == (["urgency"], Urgency.normal)
        act.run(page.change_urgency({"urgency": "emergency", "reason": "漏水扩大"}))
        assert (reload(uow, order).urgency, page.view.head.priority.label) == (Urgency.emergency, "紧急")

    @pytest.mark.parametrize("name", ["service", "auditor"])
    def test_who_only_reads_has_no_verbs_and_cannot_use_them(self, act, uow, cast, name):
        order = drive(uow, cast, OrderStatus.assigned)
        page = order_page(act, getattr(cast, name), order)
        assert (page.view.may.assign, page.view.may.reject) == (False, False)
        before = count(uow, "order_step")
        act.run(page.reject({"reason": "不行"}))
        act.run(page.assign({"technician_id": str(cast.mate.id), "reason": "不行"}))
        act.run(page.change_urgency({"urgency": "high", "reason": "不行"}))
        assert (reload(uow, order).status, reload(uow, order).technician_id, count(uow, "order_step")) == (
            OrderStatus.assigned,
            cast.worker.id,
            before,
        )

    def test_an_order_of_another_estate_is_not_there(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.assigned)
        page = act(cast.foreign_dispatcher, ManagedRepairState, url=f"{LIST}/{order.id}")
        assert toast(act.run(page.load())) != ""
        assert (page.view.head.number, page.stage) == ("", FAILED)

    def test_the_order_before_does_not_stay_in_view(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.assigned)
        page = order_page(act, cast.dispatcher, order)
        act.move(page, f"{LIST}/{order.id + 999}")
        act.run(page.load())
        assert page.stage == FAILED

    def test_it_follows_the_technician(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.assigned)
        page = order_page(act, cast.dispatcher, order)
        work.accept(uow, cast.worker, order_id=order.id)
        act.run_value(page._refresh(cast.dispatcher))
        assert page.view.head.badge.label == "已接单"

    def test_the_page(self):
        drawn = markup(managed_repair_page())
        for testid in ("assign-dialog", "reject-dialog", "urgency-dialog", "audit-strip", "decision", "timeline", "materials", "rated"):
            assert testid in drawn


NEW = f"{LIST}/new"
FORM = {
    "category_id": "",
    "description": "卫生间地漏返水，已经流到走廊",
    "contact_name": "陈志远",
    "contact_phone": "13900000009",
    "source": "counter",
    "urgency": "high",
    "access": "may_enter",
    "photo_ids": "",
}


def orders_of(uow):
    return uow.session.exec(select(RepairOrder)).all()


class TestReport:
    def test_for_a_caller(self, act, uow, cast):
        page = opened(act, cast.dispatcher, CallerReportState, NEW)
        act.run(page.find({"q": "1501"}))
        assert ([hit.label for hit in page.hits], page.room.value) == (["3栋2单元1501"], str(cast.home.id))
        events = act.run(page.submit(FORM | {"category_id": str(cast.category.id)}))
        order = orders_of(uow)[0]
        assert (order.room_id, order.contact_name, order.contact_phone, order.source, order.urgency, order.access) == (
            cast.home.id, "陈志远", "13900000009", Source.counter, Urgency.high, "may_enter",
        )  # fmt: skip
        assert (goes_to(events), page.is_saving, page.room.value) == (f"{LIST}/{order.id}", False, "")

    @pytest.mark.parametrize("q", ["林晓", "13800000001", "3-2-1501", "3栋2单元1501"])
    def test_the_room_is_found_by_what_a_caller_says(self, act, cast, q):
        page = opened(act, cast.service, CallerReportState, NEW)
        act.run(page.find({"q": q}))
        assert [hit.value for hit in page.hits] == [str(cast.home.id)]

    def test_a_part_of_a_phone_and_another_estates_room_find_nothing(self, act, cast):
        page = opened(act, cast.dispatcher, CallerReportState, NEW)
        for q in ("1380000", "1-1-101", "%", ""):
            act.run(page.find({"q": q}))
            assert (page.hits, page.room.value) == ([], "")

    def test_one_of_several_rooms_is_chosen(self, act, uow, cast):
        other = make.room(uow, cast.building, "3-2-1502")
        page = opened(act, cast.dispatcher, CallerReportState, NEW)
        act.run(page.find({"q": "3-2-150"}))
        assert ([hit.value for hit in page.hits], page.room.value) == ([str(cast.home.id), str(other.id)], "")
        act.run(page.choose(str(other.id)))
        assert page.room.label == "3栋2单元1502"
        act.run(page.choose(str(cast.other_home.id)))
        assert page.room.value == ""

    def test_the_dangers_of_the_kind_are_asked_of_the_caller_before_it_is_taken(self, act, uow, cast):
        cast.category.questions = ["看到火花吗？"]
        uow.flush()
        page = opened(act, cast.service, CallerReportState, NEW)
        act.run(page.find({"q": "3-2-1501"}))
        act.run(page.choose_kind(str(cast.category.id)))
        form = FORM | {"category_id": str(cast.category.id), "urgency": ""}
        act.run(page.submit(form))
        assert (page.asked.questions, list(page.field_errors), orders_of(uow)) == (["看到火花吗？"], ["danger"], [])
        act.run(page.answer("yes"))
        assert page.field_errors == {}
        act.run(page.submit(form))
        assert ([o.urgency for o in orders_of(uow)], page.asked.answer) == ([Urgency.emergency], "")

    def test_in_a_public_area(self, act, uow, cast):
        area = make.public_area(uow, cast.building)
        page = opened(act, cast.dispatcher, CallerReportState, NEW)
        act.run(page.switch_where("area"))
        assert [o.label for o in page.areas] == ["1 单元大堂"]
        act.run(page.submit(FORM | {"category_id": str(cast.category.id), "public_area_id": str(area.id)}))
        assert [(o.room_id, o.public_area_id) for o in orders_of(uow)] == [(None, area.id)]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"category_id": ""}, "category_id"),
            ({"description": "漏水"}, "description"),
            ({"contact_phone": "12"}, "contact_phone"),
            ({"contact_name": ""}, "contact_name"),
            ({"photo_ids": "uploading"}, "photo_ids"),
            ({"visit_day": "2026-11-19"}, "visit_from_at"),
        ],
    )
    def test_what_is_wrong_stands_under_its_field_and_nothing_is_taken(self, act, uow, cast, change, field):
        page = opened(act, cast.dispatcher, CallerReportState, NEW)
        act.run(page.find({"q": "1501"}))
        act.run(page.submit(FORM | {"category_id": str(cast.category.id)} | change))
        assert (list(page.field_errors), orders_of(uow), page.room.value, page.is_saving) == ([field], [], str(cast.home.id), False)

    def test_without_a_room(self, act, uow, cast):
        page = opened(act, cast.dispatcher, CallerReportState, NEW)
        act.run(page.submit(FORM | {"category_id": str(cast.category.id)}))
        assert (list(page.field_errors), orders_of(uow)) == (["room_id"], [])

    def test_a_double_press_makes_one_order(self, act, uow, cast):
        page = opened(act, cast.dispatcher, CallerReportState, NEW)
        act.run(page.find({"q": "1501"}))
        key, form = page._key, FORM | {"category_id": str(cast.category.id)}
        act.run(page.submit(form))
        page._key = key
        act.run(page.find({"q": "1501"}))
        act.run(page.submit(form))
        assert len(orders_of(uow)) == 1

    def test_an_auditor_takes_no_reports(self, act, uow, cast):
        page = act(cast.auditor, CallerReportState, url=NEW)
        act.run(page.load())
        act.run(page.submit(FORM | {"category_id": str(cast.category.id)}))
        assert (page.categories, orders_of(uow)) == ([], [])

    def test_the_page(self):
        drawn = markup(caller_report_page())
        for testid in ("find-room", "room-hit", "send-report", "contact_name-field", "contact_phone-field", "where-area"):
            assert testid in drawn
