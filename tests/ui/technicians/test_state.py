"""The technicians' list and one technician's page: who is there, and every change with its refusals."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from estate_app.repair.models import Leave, OrderStatus, Shift, ShiftKind, Technician, TechnicianTrade, TechnicianZone
from estate_app.repair.technicians import save_zones
from estate_app.ui.pages.manager.technician.page import technician_page
from estate_app.ui.pages.manager.technician.state import TechnicianState
from estate_app.ui.pages.manager.technicians.page import technicians_page
from estate_app.ui.pages.manager.technicians.state import TechniciansState
from estate_app.ui.stage import FAILED, READY
from tests.service.repair.steps import count, drive, reload
from tests.ui.seen import goes_to, markup, toast

LIST = "/manage/technicians"


def opened(act, actor, state, url, locale="zh"):
    page = act(actor, state, url=url, locale=locale)
    act.run(page.load())
    return page


def person_page(act, actor, person, locale="zh"):
    return opened(act, actor, TechnicianState, f"{LIST}/{person.id}", locale)


class TestList:
    def test_who_is_there_with_load_and_rating(self, act, uow, cast):
        drive(uow, cast, OrderStatus.accepted)
        uow.session.get(Technician, cast.worker.id).score_count = 12
        uow.flush()
        page = opened(act, cast.dispatcher, TechniciansState, LIST)
        rows = {row.name: (row.badge.label, row.load, row.open_count, row.score) for row in page.rows}
        assert rows == {"王建国": ("在岗", "60/420", "1", "4.5 分 · 12 次评价"), "李志强": ("在岗", "0/420", "0", "暂无评价")}
        assert [(kpi.value, kpi.note) for kpi in page.kpis] == [("2", "共 2 人，请假 0 人"), ("7", "已排 60 / 840 分钟"), ("1", "")]
        assert (page.total, page.stage) == (2, READY)

    def test_search_and_presence_live_in_the_url(self, act, uow, cast):
        for shift in uow.session.exec(select(Shift).where(Shift.technician_id == cast.mate.id)):
            uow.session.delete(shift)
        uow.flush()
        assert [r.name for r in opened(act, cast.dispatcher, TechniciansState, f"{LIST}?duty=on").rows] == ["王建国"]
        page = opened(act, cast.dispatcher, TechniciansState, f"{LIST}?q=志强")
        assert [(r.name, r.badge.label) for r in page.rows] == [("李志强", "不在班")]

    def test_phones_are_masked_for_who_may_not_see_them(self, act, cast):
        found = [opened(act, actor, TechniciansState, LIST).rows for actor in (cast.dispatcher, cast.auditor)]
        assert [{r.name: r.phone for r in rows}["王建国"] for rows in found] == ["13800000011", "138 **** 0011"]

    def test_another_estate_has_its_own(self, act, cast):
        page = opened(act, cast.foreign_dispatcher, TechniciansState, LIST)
        assert (page.rows, page.total) == ([], 0)

    def test_the_page(self):
        drawn = markup(technicians_page())
        for testid in ("technicians", "technician-row", "duty-on", "search", "retry"):
            assert testid in drawn


class TestPerson:
    def test_the_next_fourteen_days(self, act, uow, cast):
        start = datetime(2026, 11, 20, 14, tzinfo=UTC)
        uow.session.add(Shift(technician_id=cast.worker.id, kind=ShiftKind.on_call, starts_at=start, ends_at=start + timedelta(hours=10)))
        uow.flush()
        page = person_page(act, cast.dispatcher, cast.worker)
        days = {day.label: [(s.kind, s.text) for s in day.spans] for day in page.view.days if day.spans}
        assert days == {
            "11-18 周三": [("在岗", "07:58–18:58")],
            "11-20 周五": [("待命", "22:00–11-21 08:00")],
            "11-21 周六": [("待命", "11-20 22:00–08:00")],
        }
        assert (len(page.view.days), page.view.today, page.may_edit) == (14, "2026-11-18", True)
        assert [(z.label, z.is_on) for z in page.view.zones] == [("3栋", False)]
        assert {t.trade: t.level for t in page.view.trades if t.level != "0"} == {"plumbing": "4"}

    def test_trades(self, act, uow, cast):
        page = person_page(act, cast.dispatcher, cast.worker)
        assert "已保存" in toast(act.run(page.save_trades({"trade-plumbing": "5", "trade-electrical": "2", "trade-lift": "0"})))
        kept = uow.session.exec(select(TechnicianTrade).where(TechnicianTrade.technician_id == cast.worker.id)).all()
        assert {t.trade.value: t.level for t in kept} == {"plumbing": 5, "electrical": 2}
        act.run(page.save_trades({"trade-plumbing": "9"}))
        assert (list(page.field_errors), count(uow, "technician_trade", f"technician_id = {cast.worker.id}"), page.saving) == (
            ["levels"],
            2,
            "",
        )

    def test_zones(self, act, uow, cast):
        page = person_page(act, cast.dispatcher, cast.worker)
        kept = select(TechnicianZone.building_id).where(TechnicianZone.technician_id == cast.worker.id)
        act.run(page.save_zones({f"zone-{cast.building.id}": True, "zone-99999": True}))
        assert (uow.session.exec(kept).all(), page.view.zones[0].is_on) == ([cast.building.id], True)
        act.run(page.save_zones({}))
        assert (uow.session.exec(kept).all(), page.view.zones[0].is_on) == ([None], False)

    @pytest.mark.parametrize(
        ("typed", "errors", "kept"), [("300", [], 300), ("0", [], 0), ("", ["daily_minutes"], 420), ("9999", ["daily_minutes"], 420)]
    )
    def test_capacity(self, act, uow, cast, typed, errors, kept):
        page = person_page(act, cast.dispatcher, cast.worker)
        act.run(page.save_capacity({"daily_minutes": typed}))
        assert (list(page.field_errors), uow.session.get(Technician, cast.worker.id).daily_minutes) == (errors, kept)

    def test_a_night_shift_ends_on_the_next_day(self, act, uow, cast):
        page = person_page(act, cast.dispatcher, cast.worker)
        act.run(page.ask("shift"))
        act.run(page.add_shift({"day": "2026-11-19", "starts": "20:00", "ends": "08:00", "kind": "on_call"}))
        shift = uow.session.exec(select(Shift).where(Shift.kind == ShiftKind.on_call)).one()
        assert (shift.starts_at, shift.ends_at) == (datetime(2026, 11, 19, 12, tzinfo=UTC), datetime(2026, 11, 20, 0, tzinfo=UTC))
        assert (page.dialog, page.view.days[1].spans[0].text) == ("", "20:00–11-20 08:00")

    @pytest.mark.parametrize(
        ("form", "field"),
        [({"day": "", "starts": "08:00", "ends": "17:00"}, "day"), ({"day": "2026-11-19", "starts": "8", "ends": "17:00"}, "starts")],
    )
    def test_a_shift_that_cannot_be_read(self, act, uow, cast, form, field):
        page, before = person_page(act, cast.dispatcher, cast.worker), count(uow, "shift")
        act.run(page.ask("shift"))
        act.run(page.add_shift(form))
        assert (list(page.field_errors), page.dialog, count(uow, "shift")) == ([field], "shift", before)

    def test_a_leave_that_begins_now_frees_the_orders(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.accepted)
        page = person_page(act, cast.dispatcher, cast.worker)
        events = act.run(page.add_leave({"from_day": "2026-11-18", "to_day": "2026-11-18", "reason": "病假"}))
        assert "1 单未完成工单已转给其他师傅" in toast(events)
        assert (reload(uow, order).technician_id, page.view.head.badge.label) == (cast.mate.id, "请假")

    def test_a_leave_without_a_reason_or_backwards(self, act, uow, cast):
        page = person_page(act, cast.dispatcher, cast.worker)
        act.run(page.add_leave({"from_day": "2026-11-20", "to_day": "2026-11-21", "reason": ""}))
        assert list(page.field_errors) == ["reason"]
        act.run(page.add_leave({"from_day": "2026-11-22", "to_day": "2026-11-21", "reason": "事假"}))
        assert (list(page.field_errors), count(uow, "leave")) == (["ends_at"], 0)

    def test_shifts_and_leaves_are_taken_off(self, act, uow, cast):
        page = person_page(act, cast.dispatcher, cast.worker)
        act.run(page.add_leave({"from_day": "2026-11-25", "to_day": "2026-11-26", "reason": "事假"}))
        leave = next(s for day in page.view.days for s in day.spans if s.key.startswith("leave-"))
        act.run(page.remove(leave.key))
        act.run(page.remove(page.view.days[0].spans[0].key))
        assert (count(uow, "leave"), count(uow, "shift", f"technician_id = {cast.worker.id}"), page.view.head.badge.label) == (
            0,
            0,
            "不在班",
        )

    def test_off_the_list_and_back(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.assigned)
        page = person_page(act, cast.dispatcher, cast.worker)
        act.run(page.ask("active"))
        act.run(page.switch_active({}))
        assert (page.view.head.is_active, page.dialog, reload(uow, order).technician_id) == (False, "", cast.mate.id)
        act.run(page.switch_active({}))
        assert uow.session.get(Technician, cast.worker.id).is_active is True

    def test_out_of_the_estate_in_view(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.assigned)
        page = person_page(act, cast.dispatcher, cast.worker)
        assert (page.view.is_here, page.view.may_leave) == (True, False)
        assert "请改为停止派单" in toast(act.run(page.leave_estate({})))
        save_zones(uow, cast.admin, technician_id=cast.worker.id, estate_id=cast.other_estate.id)
        act.run(page.load())
        assert page.view.may_leave is True
        act.run(page.ask("estate"))
        events = act.run(page.leave_estate({}))
        assert "1 单未完成工单已转给其他师傅" in toast(events)
        assert (goes_to(events), page.dialog, reload(uow, order).technician_id) == (LIST, "", cast.mate.id)

    @pytest.mark.parametrize("name", ["service", "auditor"])
    def test_who_only_reads_changes_nothing(self, act, uow, cast, name):
        page = person_page(act, getattr(cast, name), cast.worker)
        spans = [s.key for day in page.view.days for s in day.spans]
        before = count(uow, "audit_entry")
        act.run(page.save_capacity({"daily_minutes": "10"}))
        act.run(page.remove(spans[0]))
        act.run(page.switch_active({}))
        act.run(page.leave_estate({}))
        assert (page.may_edit, uow.session.get(Technician, cast.worker.id).daily_minutes, count(uow, "audit_entry")) == (False, 420, before)
        assert uow.session.get(Technician, cast.worker.id).is_active is True

    def test_another_estates_manager_finds_nobody_and_removes_nothing(self, act, uow, cast):
        page = act(cast.foreign_dispatcher, TechnicianState, url=f"{LIST}/{cast.worker.id}")
        act.run(page.load())
        shift = uow.session.exec(select(Shift).where(Shift.technician_id == cast.worker.id)).one()
        uow.session.add(Leave(technician_id=cast.worker.id, starts_at=uow.now, ends_at=uow.now + timedelta(days=1)))
        uow.flush()
        leave = uow.session.exec(select(Leave)).one()
        for key in (f"shift-{shift.id}", f"leave-{leave.id}", "shift-x", ""):
            assert toast(act.run(page.remove(key))) != ""
        assert (page.stage, count(uow, "shift", f"id = {shift.id}"), count(uow, "leave")) == (FAILED, 1, 1)

    def test_the_page(self):
        drawn = markup(technician_page())
        for testid in (
            "add-shift",
            "add-leave",
            "remove-span",
            "save-trades",
            "save-zones",
            "save-capacity",
            "shift-dialog",
            "leave-dialog",
            "leave-estate",
            "estate-dialog",
        ):
            assert testid in drawn
