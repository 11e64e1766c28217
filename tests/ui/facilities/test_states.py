"""The pages of facilities, categories, labels and the checklist: what is shown, what is typed, and who is refused."""

import pytest
from sqlmodel import select

from estate_app.access.codes import send_code
from estate_app.access.models import CodePurpose
from estate_app.property.models import Room
from estate_app.repair import category_admin, work
from estate_app.repair.arrival import arrival_card
from estate_app.repair.arrival_models import Means
from estate_app.repair.arrival_rules import Finding
from estate_app.repair.category_admin import CategoryFacts
from estate_app.repair.facility_models import Facility, FacilityPlan
from estate_app.repair.models import OrderStatus, RepairCategory, RepairOrder
from estate_app.repair.spots import SpotReport, report_at
from estate_app.repair.weights import Policy, save_rules
from estate_app.ui.pages.manager.categories.page import categories_page
from estate_app.ui.pages.manager.categories.state import CategoriesState
from estate_app.ui.pages.manager.facilities.page import facilities_page
from estate_app.ui.pages.manager.facilities.state import FacilitiesState
from estate_app.ui.pages.manager.facility.page import facility_page
from estate_app.ui.pages.manager.facility.state import FacilityState
from estate_app.ui.pages.public.label.page import label_page
from estate_app.ui.pages.public.label.state import LabelState
from estate_app.ui.pages.technician.job.arrival import ArrivalState, arrival_part
from estate_app.ui.pages.technician.job.checklist import ChecklistState
from tests.fixtures.facility import facility
from tests.service.repair.steps import drive, new_order
from tests.ui.seen import goes_to, markup, toast

URL = "/manage/facilities"
NEW = {"number": "DT-09", "name": "9 号客梯", "kind": "lift", "place": "9栋电梯厅"}
WORDS = "电梯停在一楼，按键没有反应"


def opened(act, actor, state, url):
    page = act(actor, state, url=url)
    act.run(page.load())
    return page


class TestRegister:
    def test_a_facility_is_found_added_and_refused_by_its_field(self, act, uow, cast):
        lift = facility(uow, cast)
        page = opened(act, cast.supervisor, FacilitiesState, URL)
        assert [(r.number, r.kind, r.place, r.href) for r in page.rows] == [("DT-01", "电梯", "3栋电梯厅", f"{URL}/{lift.id}")]
        assert opened(act, cast.supervisor, FacilitiesState, f"{URL}?kind=pump").rows == []
        act.run(page.add({**NEW, "cost": "abc"}))
        assert list(page.field_errors) == ["cost"]
        act.run(page.add(NEW))
        assert [f.number for f in uow.session.exec(select(Facility).order_by(Facility.id))] == ["DT-01", "DT-09"]
        act.run(page.tick(str(lift.id)))
        assert page.labels_href == f"/labels.pdf?facilities={lift.id}"
        assert markup(facilities_page())

    def test_readers_see_and_change_nothing(self, act, uow, cast):
        facility(uow, cast)
        page = opened(act, cast.auditor, FacilitiesState, URL)
        assert (len(page.rows), page.may_edit) == (1, False)
        assert "权限" in toast(act.run(page.add(NEW)))
        assert len(uow.session.exec(select(Facility)).all()) == 1
        assert "权限" in toast(act.run(act(cast.cashier, FacilitiesState, url=URL).load()))

    def test_a_plan_with_a_zero_interval_is_refused_and_a_good_one_is_kept(self, act, uow, cast):
        lift = facility(uow, cast)
        order = report_at(uow, cast.owner, code=lift.code, form=SpotReport(cast.category.id, WORDS))
        page = opened(act, cast.dispatcher, FacilityState, f"{URL}/{lift.id}")
        assert [(line.number, line.material) for line in page.view.history] == [(order.number, "0.00")]
        form = {"name": "半月保养", "category_id": str(cast.category.id), "unit": "day", "every": "0", "lead": "0", "counts_from": "done"}
        act.run(page.save_plan(form | {"due_on": "2026-12-01"}))
        assert (list(page.field_errors), uow.session.exec(select(FacilityPlan)).all()) == (["every"], [])
        act.run(page.save_plan(form | {"due_on": "2026-12-01", "every": "15"}))
        assert [(p.name, p.due) for p in page.view.plans] == [("半月保养", "2026-12-01")]
        assert markup(facility_page())


class TestLabel:
    def test_nobody_signed_in_reports_with_a_code_and_a_wrong_one_keeps_the_form(self, act, uow, cast):
        lift = facility(uow, cast, category_id=cast.category.id)
        page = opened(act, None, LabelState, f"/report/{lift.code}")
        assert (page.view.title, page.view.is_signed_in, page.leaf.id) == ("1 号客梯 DT-01", False, str(cast.category.id))
        code = send_code(uow, phone="13912345678", purpose=CodePurpose.report)
        form = {"description": WORDS, "phone": "13912345678", "code": "000000" if code != "000000" else "111111", "name": ""}
        act.run(page.submit(form))
        assert (list(page.field_errors), uow.session.exec(select(RepairOrder)).all()) == (["code"], [])
        act.run(page.submit(form | {"code": code}))
        order = uow.session.exec(select(RepairOrder)).one()
        assert (order.facility_id, order.contact_phone) == (lift.id, "13912345678")
        assert markup(label_page())

    def test_a_danger_must_be_answered_first(self, act, uow, cast):
        uow.session.get_one(RepairCategory, cast.category.id).questions = ["有人被困吗？"]
        lift = facility(uow, cast, category_id=cast.category.id)
        page = opened(act, cast.owner, LabelState, f"/report/{lift.code}")
        act.run(page.submit({"description": WORDS}))
        assert list(page.field_errors) == ["danger"]
        act.run(page.answer("yes"))
        act.run(page.submit({"description": WORDS}))
        assert uow.session.exec(select(RepairOrder)).one().urgency == "emergency"

    def test_a_technician_who_scans_a_door_is_at_the_door(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.accepted)
        code = uow.session.get(Room, cast.home.id).label_code
        page = opened(act, cast.worker, LabelState, f"/report/{code}")
        assert (page.view.is_door, [(job.value, job.hint) for job in page.view.jobs]) == (True, [(str(order.id), order.number)])
        assert goes_to(act.run(page.arrive(str(order.id)))) == f"/tech/jobs/{order.id}"
        assert arrival_card(uow.session, cast.worker, order.id, now=uow.now).finding == Finding(Means.label)
        act.run(page.arrive("1; DROP TABLE"))
        for who in (None, cast.owner, cast.mate):
            other = opened(act, who, LabelState, f"/report/{code}")
            assert (other.view.is_door, other.view.jobs, other.view.place, other.view.title) == (True, [], "", "")

    def test_a_facilitys_label_offers_the_technicians_job_above_the_form(self, act, uow, cast):
        lift = facility(uow, cast, category_id=cast.category.id)
        order = new_order(uow, cast, public_area_id=lift.public_area_id)
        work.accept(uow, cast.worker, order_id=order.id)
        page = opened(act, cast.worker, LabelState, f"/report/{lift.code}")
        assert (page.view.is_facility, [job.value for job in page.view.jobs]) == (True, [str(order.id)])
        assert opened(act, cast.owner, LabelState, f"/report/{lift.code}").view.jobs == []

    def test_an_unknown_label_says_so(self, act, cast):
        assert opened(act, None, LabelState, "/report/NOBODYKNOW").stage == "missing"


class TestCategories:
    def test_the_tree_is_changed_by_managers_of_all_estates_only(self, act, uow, cast):
        page = opened(act, cast.admin, CategoriesState, "/manage/categories")
        form = {"name": "电梯异响", "name_en": "Noisy lift", "urgency": "high", "minutes": "0", "trade": "lift", "level": "3",
                "respond_minutes": "15", "complete_minutes": "240", "checklist": "* 断电挂牌"}  # fmt: skip
        act.run(page.save(form))
        assert list(page.field_errors) == ["minutes"]
        act.run(page.save(form | {"minutes": "60"}))
        assert [row.name for row in page.rows] == ["水管漏水", "电梯异响"]
        act.run(page.switch(page.rows[0].id, False))
        assert (page.rows[0].is_active, cast.category.is_active) == (False, False)
        other = opened(act, cast.supervisor, CategoriesState, "/manage/categories")
        assert other.may_edit is False
        assert "全部小区" in toast(act.run(other.save(form | {"minutes": "60"})))
        assert markup(categories_page())


def test_the_technician_ticks_the_checklist(act, uow, cast):
    facts = CategoryFacts(name="水管漏水", name_en="Leak", trade="plumbing", checklist="* 关阀\n清理")
    category_admin.edit_category(uow, cast.admin, category_id=cast.category.id, facts=facts)
    order = drive(uow, cast, OrderStatus.working)
    page = opened(act, cast.worker, ChecklistState, f"/tech/jobs/{order.id}")
    act.run(page.tick("关阀", True))
    assert [(line.text, line.is_required, line.is_done) for line in page.lines] == [("关阀", True, True), ("清理", False, False)]
    assert page.done == 1
    stranger = act(cast.mate, ChecklistState, url=f"/tech/jobs/{order.id}")
    act.run(stranger.load())
    assert stranger.lines == []


class TestArrival:
    def job(self, act, cast, order, actor=None) -> ArrivalState:
        return opened(act, actor or cast.worker, ArrivalState, f"/tech/jobs/{order.id}")

    def test_by_place_then_by_label(self, act, uow, cast):
        save_rules(uow, cast.dispatcher, estate_id=cast.estate.id, policy=Policy(asks_arrival=True))
        order = drive(uow, cast, OrderStatus.on_the_way)
        page = self.job(act, cast, order)
        assert (page.view.is_asked, page.view.is_given) == (True, False)
        act.run(page.locate())
        assert page.busy == "location"
        assert "未证明" in toast(act.run(page.take_place({"latitude": 30.6, "longitude": 114.3001, "accuracy": 9})))
        assert (page.busy, page.view.is_given, page.view.is_proven) == ("", True, False)
        assert page.view.says.startswith("未证明：距楼栋太远（相距 11")
        act.run(page.scan(True))
        act.run(page.take_label({"label": " "}))
        assert (list(page.field_errors), page.is_scanning) == (["label"], True)
        act.run(page.take_label({"label": uow.session.get(Room, cast.home.id).label_code}))
        assert (page.view.is_proven, page.is_scanning, page.view.says[:11]) == (True, False, "已扫门口二维码证明 ·")

    @pytest.mark.parametrize("found", [{"error": "denied"}, {}, {"latitude": "x", "longitude": None}])
    def test_a_refusal_is_written_down_and_blocks_nothing(self, act, uow, cast, found):
        order = drive(uow, cast, OrderStatus.working)
        page = self.job(act, cast, order)
        act.run(page.take_place(found))
        assert (page.view.is_given, page.view.is_proven) == (True, False)
        assert markup(arrival_part(is_open=ArrivalState.view.is_asked))

    def test_another_technician_and_a_resident_prove_nothing(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.working)
        for who in (cast.mate, cast.owner):
            page = act(who, ArrivalState, url=f"/tech/jobs/{order.id}")
            act.run(page.take_place({"latitude": 30.5001, "longitude": 114.3001, "accuracy": 9}))
        assert arrival_card(uow.session, cast.worker, order.id, now=uow.now).finding is None
