"""The repair pages of residents and technicians, walked as people walk them; what is refused changes nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from estate_app.access.models import Account
from estate_app.media.models import MediaFile, MediaKind
from estate_app.repair import ratings, work
from estate_app.repair.models import OrderStatus, RepairCategory, RepairOrder
from estate_app.ui.pages.manager.repair.page import managed_repair_page
from estate_app.ui.pages.manager.repair.state import ManagedRepairState
from estate_app.ui.pages.resident.home.page import home_page
from estate_app.ui.pages.resident.home.state import HomeState
from estate_app.ui.pages.resident.home.tips import TipsState
from estate_app.ui.pages.resident.repair.page import repair_page
from estate_app.ui.pages.resident.repair.state import RepairState
from estate_app.ui.pages.resident.repairs.page import repairs_page
from estate_app.ui.pages.resident.repairs.state import RepairsState
from estate_app.ui.pages.resident.report.page import report_page
from estate_app.ui.pages.resident.report.state import ReportState
from estate_app.ui.pages.technician.job.page import job_page
from estate_app.ui.pages.technician.job.state import JobState
from estate_app.ui.pages.technician.jobs.page import jobs_page
from estate_app.ui.pages.technician.jobs.state import JobsState
from estate_app.ui.pages.technician.schedule.page import schedule_page
from estate_app.ui.pages.technician.schedule.state import ScheduleState
from estate_app.ui.pages.technician.stats.page import stats_page
from estate_app.ui.pages.technician.stats.state import StatsState
from estate_app.ui.stage import FAILED, MISSING, READY
from tests.fixtures import make
from tests.service.repair.steps import TEXT, count, drive, new_order, reload, steps_of, stock
from tests.ui.seen import goes_to, markup, said, toast


def picture(uow, actor, number: int) -> str:
    """A photo that was uploaded and belongs to nothing yet."""
    file = MediaFile(
        id=f"{number:032x}", account_id=actor.id, kind=MediaKind.photo, mime="image/jpeg", size_bytes=9, sha256="0" * 64, created_at=uow.now
    )
    uow.session.add(file)
    uow.flush()
    return file.id


def job_of(act, cast, order, actor=None) -> JobState:
    page = act(actor or cast.worker, JobState, url=f"/tech/jobs/{order.id}")
    act.run(page.load())
    return page


def repair_of(act, cast, order, actor=None, **extra) -> RepairState:
    page = act(actor or cast.owner, RepairState, url=f"/repairs/{order.id}", **extra)
    act.run(page.load())
    return page


class TestTheWholeLoop:
    def test_from_the_report_to_the_answered_rating(self, act, uow, cast):
        uow.session.get_one(RepairCategory, cast.category.id).is_paid = True
        thing = stock(uow)
        form = act(cast.owner, ReportState, url="/repairs/new", room_id=cast.home.id)
        act.run(form.load())
        act.run(form.pick(str(cast.category.id)))
        act.run(form.choose(str(cast.category.id)))
        events = act.run(form.submit({"description": TEXT, "photo_ids": picture(uow, cast.owner, 1)}))
        order = uow.session.get_one(RepairOrder, int(goes_to(events).rsplit("/", 1)[1]))
        assert (order.room_id, order.description, order.technician_id) == (cast.home.id, TEXT, cast.worker.id)
        assert (form.leaf.id, form.is_saving, "estateDraft" in "".join(said(e) for e in events)) == ("", False, True)

        resident = repair_of(act, cast, order)
        assert [s.state for s in resident.view.steps] == ["done", "current", "todo", "todo", "todo"]
        assert [(e.title, len(e.photos)) for e in resident.view.timeline][-1][1] == 1

        jobs = act(cast.worker, JobsState, url="/tech")
        act.run(jobs.load())
        assert ([c.id for c in jobs.offered], jobs.tab, jobs.offered[0].seconds_left > 0) == ([str(order.id)], "offered", True)
        assert "在岗至" in jobs.today.line
        act.run(jobs.accept(str(order.id)))
        assert (jobs.offered, [c.id for c in jobs.active], jobs.tab, jobs.busy) == ([], [str(order.id)], "active", "")

        job = job_of(act, cast, order)
        act.run(job.do("set_out"))
        act.run(job.do("start"))
        act.run(job.pause({"reason": "waiting_for_parts", "note": "等角阀"}))
        act.run(job.do("resume"))
        act.run(job.add_note({"note": "角阀开裂", "before_ids": picture(uow, cast.worker, 2)}))
        act.run(job.use_material({"stock_item_id": str(thing.id), "quantity_milli": "1.5"}))
        assert (job.view.head.material, job.view.head.is_charged, job.view.materials[0].quantity) == ("¥42.00", True, "×1.5 个")
        act.run(job.put_back(job.view.materials[0].id))
        act.run(job.use_material({"stock_item_id": str(thing.id), "quantity_milli": "1"}))
        signed = {"after_ids": picture(uow, cast.worker, 3), "signature_id": picture(uow, cast.worker, 4)}
        events = act.run(job.complete({"note": "已更换角阀", "labour_minutes": "45"} | signed))
        assert (toast(events) != "", job.dialog, job.is_saving) == (True, "", False)
        assert (reload(uow, order).status, order.labour_minutes, order.charge_fen) == (OrderStatus.completed, 45, 2_800)

        act.run(resident.load())
        assert ([s.state for s in resident.view.steps], resident.view.steps[4].label) == (["done"] * 4 + ["current"], "待评价")
        assert {e.icon: len(e.photos) for e in resident.view.timeline if e.photos} == {"send": 1, "message-square": 1, "check": 1}
        act.run(resident.rate({"quality": "5", "attitude": "4", "timeliness": "3", "text": "很仔细"}))
        assert (resident.view.rated.quality, resident.view.rated.text, resident.view.may.rate) == (5, "很仔细", False)
        assert [s.state for s in resident.view.steps] == ["done"] * 5

        act.run(job.load())
        act.run(job.reply({"text": "谢谢您"}))
        act.run(resident.load())
        assert (resident.view.rated.reply, job.view.may.reply) == ("谢谢您", False)
        assert steps_of(uow, order) == [
            "report", "assign", "accept", "set_out", "start", "pause", "resume", "note", "material", "material", "complete", "rate", "reply",
        ]  # fmt: skip
        assert f"order:{order.id}" in act.topics


class TestReport:
    @pytest.fixture
    def page(self, act, cast) -> ReportState:
        page = act(cast.owner, ReportState, url="/repairs/new", room_id=cast.home.id)
        act.run(page.load())
        act.run(page.choose(str(cast.category.id)))
        return page

    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({"description": "漏水"}, "description"),
            ({"description": TEXT, "visit_day": "2026-11-19"}, "visit_from_at"),
            ({"description": TEXT, "visit_day": "2026-11-17", "visit_hours": "08-10"}, "visit_from_at"),
            ({"description": TEXT, "visit_day": "x", "visit_hours": "08-10"}, "visit_from_at"),
            ({"description": TEXT, "photo_ids": "uploading"}, "photo_ids"),
            ({"description": TEXT, "photo_ids": "f" * 32}, "photo_ids"),
        ],
    )
    def test_what_is_wrong_stands_under_its_field_and_nothing_is_sent(self, act, uow, page, form, field):
        events = act.run(page.submit(form))
        assert (list(page.field_errors), goes_to(events), count(uow, "repair_order"), page.is_saving) == ([field], "", 0, False)
        assert page.leaf.id != ""

    def test_nothing_chosen_is_refused(self, act, uow, cast):
        page = act(cast.owner, ReportState, url="/repairs/new", room_id=cast.home.id)
        act.run(page.load())
        act.run(page.submit({"description": TEXT}))
        assert (list(page.field_errors), count(uow, "repair_order")) == (["category_id"], 0)

    def test_somebody_elses_room_is_no_place(self, act, uow, cast, page):
        act.run(page.submit({"description": TEXT, "room_id": str(cast.other_home.id)}))
        assert count(uow, "repair_order") == 0

    def test_sent_twice_is_one_report(self, act, uow, page):
        first = goes_to(act.run(page.submit({"description": TEXT})))
        assert (first != "", count(uow, "repair_order")) == (True, 1)

    def test_open_trouble_nearby_can_be_followed(self, act, uow, cast, page):
        neighbour = make.room(uow, cast.building, "3-2-1401")
        person = make.account(uow, "邻居", "13800000077")
        make.member(uow, neighbour, person)
        order = new_order(uow, cast, make.actor(person), room_id=neighbour.id)
        act.run(page.choose(str(cast.category.id)))
        assert [(s.id, s.is_own, s.thumbnail_url) for s in page.similar] == [(str(order.id), False, "")]
        act.run(page.follow(order.id))
        assert count(uow, "order_follower", f"account_id = {cast.owner.id}") == 1
        follower = repair_of(act, cast, order)
        assert (follower.stage, follower.view.head.title, follower.view.may.cancel) == (READY, "", False)

    def test_a_refused_place_blocks_nothing(self, act, page, cast):
        act.run(page.take_place({"error": "denied"}))
        assert (page.located != "", page.room_id) == (True, str(cast.home.id))
        act.run(page.take_place({"latitude": 30.5001, "longitude": 114.3001}))
        assert "3栋2单元1501" in page.located

    def test_the_kind_shows_its_promise(self, page):
        assert (page.leaf.promise, page.leaf.paid, page.leaf.danger) == ("30 分钟内受理", "免费", "")

    def test_who_has_no_room_has_nothing_to_choose(self, act, uow):
        newcomer = make.actor(make.account(uow, "新住户", "13800000088"))
        page = act(newcomer, ReportState, url="/repairs/new")
        act.run(page.load())
        assert (page.choices.rooms, page.stage) == ([], READY)


class TestTheResidentsPage:
    def test_a_stranger_finds_no_page(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.completed)
        page = repair_of(act, cast, order, cast.stranger)
        assert (page.stage, page.view.head.number) == (MISSING, "")
        for call in (
            page.urge(),
            page.cancel({}),
            page.reopen({"reason": "x"}),
            page.rate({"quality": "5", "attitude": "5", "timeliness": "5"}),
        ):
            act.run(call)
        assert (reload(uow, order).status, count(uow, "rating"), steps_of(uow, order)[-1]) == (OrderStatus.completed, 0, "complete")

    @pytest.mark.parametrize("url", ["/repairs/999999", "/repairs/x", "/repairs/-1"])
    def test_an_odd_address_is_no_page(self, act, cast, url):
        page = act(cast.owner, RepairState, url=url)
        act.run(page.load())
        assert page.stage == MISSING

    def test_withdrawing_asks_and_then_says_what_became_of_it(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.assigned)
        page = repair_of(act, cast, order)
        act.run(page.ask("cancel"))
        assert page.dialog == "cancel"
        act.run(page.cancel({"reason": "自己修好了"}))
        assert (reload(uow, order).status, page.dialog, "自己修好了" in page.view.head.ended) == (OrderStatus.cancelled, "", True)

    def test_once_somebody_has_set_out_it_cannot_be_withdrawn(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.on_the_way)
        page = repair_of(act, cast, order)
        act.run(page.ask("cancel"))
        events = act.run(page.cancel({"reason": "x"}))
        assert (page.view.may.cancel, page.dialog, toast(events) != "") == (False, "cancel", True)
        assert reload(uow, order).status is OrderStatus.on_the_way

    def test_urging_twice_is_refused_with_a_sentence(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.accepted)
        page = repair_of(act, cast, order)
        act.run(page.urge())
        act.run(page.urge())
        assert steps_of(uow, order).count("urge") == 1

    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({"quality": "0", "attitude": "5", "timeliness": "5"}, "quality"),
            ({"quality": "5", "attitude": "9", "timeliness": "5"}, "attitude"),
            ({"quality": "5", "attitude": "5"}, "timeliness"),
            ({"quality": "1", "attitude": "5", "timeliness": "5"}, "reasons"),
            ({"quality": "5", "attitude": "5", "timeliness": "5", "text": "x" * 501}, "text"),
            ({"quality": "5", "attitude": "5", "timeliness": "5", "photo_ids": "uploading"}, "photo_ids"),
        ],
    )
    def test_a_rating_that_is_not_complete_is_refused(self, act, uow, cast, form, field):
        page = repair_of(act, cast, drive(uow, cast, OrderStatus.completed))
        act.run(page.ask("rate"))
        act.run(page.rate(form))
        assert (list(page.field_errors), page.dialog, page.is_saving, count(uow, "rating")) == ([field], "rate", False, 0)

    def test_a_low_rating_keeps_its_listed_reasons_only(self, act, uow, cast):
        page = repair_of(act, cast, drive(uow, cast, OrderStatus.completed))
        low = {"quality": "1", "attitude": "2", "timeliness": "5", "reasons.late": "on", "reasons.forged": "on"}
        act.run(page.rate(low))
        assert uow.session.execute(text("SELECT reasons FROM rating")).scalar_one() == ["late"]

    def test_rework_leads_to_its_own_page(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.completed)
        page = repair_of(act, cast, order)
        act.run(page.reopen({"reason": ""}))
        assert (list(page.field_errors), count(uow, "repair_order")) == (["reason"], 1)
        to = goes_to(act.run(page.reopen({"reason": "还在漏"})))
        again = uow.session.get_one(RepairOrder, int(to.rsplit("/", 1)[1]))
        assert again.rework_of_id == order.id
        act.move(page, to)
        act.run(page.load())
        assert page.view.head.rework_of == order.number

    def test_english(self, act, uow, cast):
        page = repair_of(act, cast, drive(uow, cast, OrderStatus.working), locale="en")
        assert [s.label for s in page.view.steps] == ["Submitted", "Awaiting", "In repair", "Done", "Rated"]


class TestHome:
    def test_the_live_repair_with_the_phone_and_nothing_of_strangers(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.working)
        page = act(cast.owner, HomeState, url="/", room_id=cast.home.id)
        act.run(page.load())
        assert (page.live.card.id, page.live.phone, page.repairs, page.stage) == (str(order.id), "13800000011", [], READY)
        assert (page.due.is_nothing, page.greeting) == (True, "上午好，林晓")
        other = act(cast.stranger, HomeState, url="/", room_id=cast.other_home.id)
        act.run(other.load())
        assert (other.live.card.id, other.repairs) == ("", [])

    def test_a_report_that_waits_is_a_card_without_a_phone(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.submitted)
        page = act(cast.owner, HomeState, url="/", room_id=cast.home.id)
        act.run(page.load())
        assert (page.live.card.id, [card.id for card in page.repairs]) == ("", [str(order.id)])

    def test_who_only_pays_sees_no_repairs(self, act, uow, cast):
        drive(uow, cast, OrderStatus.working)
        page = act(cast.payer, HomeState, url="/", room_id=cast.home.id)
        act.run(page.load())
        assert (page.live.card.id, page.repairs, page.stage) == ("", [], READY)


class TestTheList:
    def test_the_filter_lives_in_the_url(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.completed)
        page = act(cast.owner, RepairsState, url="/repairs")
        act.run(page.load())
        assert (page.cards, page.family, page.stage) == ([], "open", READY)
        assert goes_to(act.run(page.show("done"))) == "/repairs?show=done"
        act.move(page, "/repairs?show=done")
        act.run(page.load())
        assert [(c.id, c.asks_rating) for c in page.cards] == [(str(order.id), True)]
        stranger = act(cast.stranger, RepairsState, url="/repairs?show=all")
        act.run(stranger.load())
        assert stranger.cards == []


class TestTheJob:
    @pytest.mark.parametrize("who", ["mate", "owner", "dispatcher"])
    def test_who_does_not_hold_it_moves_nothing(self, act, uow, cast, who):
        order = drive(uow, cast, OrderStatus.working)
        page = job_of(act, cast, order, getattr(cast, who))
        assert page.stage in {MISSING, FAILED}
        before = steps_of(uow, order)
        for call in (
            page.do("start"), page.pause({"reason": "bad_weather"}), page.complete({"note": "x"}), page.transfer({"technician_id": "1", "reason": "x"}),
            page.give_back({"reason": "x"}), page.add_note({"note": "x"}), page.use_material({"stock_item_id": "1", "quantity_milli": "1"}),
            page.reply({"text": "x"}), page.decline({"reason": "busy"}),
        ):  # fmt: skip
            act.run(call)
        assert (steps_of(uow, order), reload(uow, order).status) == (before, OrderStatus.working)

    @pytest.mark.parametrize(
        ("handler", "form", "field"),
        [
            ("pause", {}, "reason"),
            ("pause", {"reason": "tired"}, "reason"),
            ("give_back", {"reason": " "}, "reason"),
            ("transfer", {"reason": "忙"}, "technician_id"),
            ("add_note", {}, "note"),
            ("add_note", {"note": "x", "before_ids": "uploading"}, "photo_ids"),
            ("use_material", {"stock_item_id": "1", "quantity_milli": "0"}, "quantity_milli"),
            ("use_material", {"stock_item_id": "1", "quantity_milli": "NaN"}, "quantity_milli"),
            ("use_material", {"stock_item_id": "9999999", "quantity_milli": "1"}, "stock_item_id"),
            ("complete", {}, "note"),
            ("complete", {"note": "好了", "labour_minutes": "很久"}, "labour_minutes"),
            ("complete", {"note": "好了", "signature_id": "uploading"}, "signature_id"),
        ],
    )
    def test_what_is_wrong_stands_under_its_field_and_nothing_changes(self, act, uow, cast, handler, form, field):
        order = drive(uow, cast, OrderStatus.working)
        page = job_of(act, cast, order)
        page.dialog = handler
        act.run(getattr(page, handler)(form))
        assert (list(page.field_errors), page.dialog, page.is_saving) == ([field], handler, False)
        assert (reload(uow, order).status, steps_of(uow, order)[-1]) == (OrderStatus.working, "start")

    def test_more_than_is_left_is_refused_under_the_quantity(self, act, uow, cast):
        thing, order = stock(uow, on_hand_milli=500), drive(uow, cast, OrderStatus.working)
        page = job_of(act, cast, order)
        act.run(page.use_material({"stock_item_id": str(thing.id), "quantity_milli": "1"}))
        assert (list(page.field_errors), count(uow, "material_use"), thing.on_hand_milli) == (["quantity_milli"], 0, 500)

    def test_paid_material_wants_the_signature(self, act, uow, cast):
        uow.session.get_one(RepairCategory, cast.category.id).is_paid = True
        thing, order = stock(uow), drive(uow, cast, OrderStatus.working)
        page = job_of(act, cast, order)
        act.run(page.use_material({"stock_item_id": str(thing.id), "quantity_milli": "1"}))
        act.run(page.complete({"note": "好了"}))
        assert (list(page.field_errors), reload(uow, order).status) == (["signature_id"], OrderStatus.working)

    def test_a_colleague_takes_it_over_and_it_is_gone_from_here(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.accepted)
        page = job_of(act, cast, order)
        act.run(page.ask("transfer"))
        assert ([c.value for c in page.colleagues], page.dialog) == ([str(cast.mate.id)], "transfer")
        act.run(page.transfer({"technician_id": str(cast.mate.id), "reason": ""}))
        assert (list(page.field_errors), reload(uow, order).technician_id) == (["reason"], cast.worker.id)
        events = act.run(page.transfer({"technician_id": str(cast.mate.id), "reason": "手上有急单"}))
        assert (goes_to(events), reload(uow, order).technician_id, order.status) == ("/tech", cast.mate.id, OrderStatus.assigned)
        act.run(page.load())
        assert page.stage == MISSING

    def test_it_cannot_be_handed_to_a_stranger(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.accepted)
        page = job_of(act, cast, order)
        act.run(page.transfer({"technician_id": str(cast.owner.id), "reason": "x"}))
        assert reload(uow, order).technician_id == cast.worker.id

    def test_returning_and_declining_lead_back_to_the_list(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.accepted)
        page = job_of(act, cast, order)
        assert goes_to(act.run(page.give_back({"reason": "缺工具"}))) == "/tech"
        assert (reload(uow, order).technician_id, "return" in steps_of(uow, order)) == (cast.mate.id, True)
        mate = job_of(act, cast, order, cast.mate)
        act.run(mate.decline({"reason": "other"}))
        assert list(mate.field_errors) == ["note"]
        assert goes_to(act.run(mate.decline({"reason": "busy"}))) == "/tech"
        assert "decline" in steps_of(uow, order)

    def test_an_unknown_step_does_nothing(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.accepted)
        page = job_of(act, cast, order)
        before = steps_of(uow, order)
        act.run(page.do("close"))
        act.run(page.ask("explode"))
        assert (steps_of(uow, order), page.dialog) == (before, "")


class TestTheJobs:
    def test_declining_with_a_reason_and_without(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.assigned)
        page = act(cast.worker, JobsState, url="/tech")
        act.run(page.load())
        act.run(page.ask_decline(str(order.id)))
        act.run(page.decline({}))
        assert (list(page.field_errors), page.declining, page.busy) == (["reason"], str(order.id), "")
        assert reload(uow, order).technician_id == cast.worker.id
        act.run(page.decline({"reason": "busy"}))
        assert (page.declining, page.offered, reload(uow, order).technician_id) == ("", [], cast.mate.id)

    def test_an_offer_of_somebody_else_cannot_be_accepted(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.assigned)
        page = act(cast.mate, JobsState, url="/tech")
        act.run(page.load())
        events = act.run(page.accept(str(order.id)))
        assert (page.offered, page.tab, toast(events) != "", page.busy) == ([], "offered", True, "")
        assert reload(uow, order).status is OrderStatus.assigned
        act.run(page.accept("1; DROP TABLE"))
        assert reload(uow, order).status is OrderStatus.assigned

    def test_what_runs_stands_on_top_and_an_empty_first_tab_gives_way(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.working)
        page = act(cast.worker, JobsState, url="/tech")
        act.run(page.load())
        assert (page.running.id, page.tab) == (str(order.id), "active")
        act.run(page.show("nonsense"))
        assert page.tab == "offered"

    def test_the_jobs_in_hand_by_promise_and_by_the_way(self, act, uow, cast):
        far, near = make.building(uow, cast.estate, "9"), make.building(uow, cast.estate, "4")
        far.latitude, near.latitude, near.outline = 30.5040, 30.5010, [[114.3, 30.501], [114.3002, 30.501], [114.3002, 30.5011]] * 2
        uow.flush()
        for place in (cast.home, make.room(uow, far, "9-1-101"), make.room(uow, near, "4-1-101")):
            if place is not cast.home:
                make.member(uow, place, uow.session.get(Account, cast.owner.id))
            order = new_order(uow, cast, room_id=place.id)
            order.technician_id = cast.worker.id
            work.accept(uow, cast.worker, order_id=order.id)
            uow.now += timedelta(minutes=1)
        page = act(cast.worker, JobsState, url="/tech")
        act.run(page.load())
        assert [(c.stop, c.leg) for c in page.active] == [("1", ""), ("2", ""), ("3", "")]
        assert [c.place for c in page.active] == ["3栋2单元1501", "9栋1单元101", "4栋1单元101"]
        act.run(page.sort_jobs("way"))
        assert [(c.place, c.leg) for c in page.active] == [
            ("3栋2单元1501", ""), ("4栋1单元101", "距上一站 100 米"), ("9栋1单元101", "距上一站 330 米"),
        ]  # fmt: skip
        assert ([pin.text for pin in page.route.pins], len(page.route.shapes)) == (["1", "2", "3"], 1)
        act.run(page.sort_jobs("nonsense"))
        assert page.route.by == "promise"


class TestTips:
    def test_they_stand_on_the_home_and_are_switched_off_and_on_again(self, act, uow, cast):
        page = act(cast.owner, TipsState, url="/", room_id=cast.home.id)
        act.run(page.load())
        assert [(tip.id, tip.title) for tip in page.tips] == [("season_hvac", "天冷之前请试一试暖气")]
        assert "不再显示提示" in toast(act.run(page.switch_off()))
        act.run(page.load())
        assert page.tips == []
        act.run(page.switch_on())
        assert len(page.tips) == 1

    def test_a_payer_and_a_foreign_room_bring_none(self, act, uow, cast):
        for who, room in ((cast.payer, cast.home), (cast.stranger, cast.home)):
            page = act(who, TipsState, url="/", room_id=room.id)
            act.run(page.load())
            assert page.tips == []


class TestScheduleAndResults:
    def test_the_week_has_todays_shift(self, act, cast):
        page = act(cast.worker, ScheduleState, url="/tech/schedule")
        act.run(page.load())
        assert (len(page.days), page.is_empty, page.days[0].spans[0].time) == (7, False, "07:58–18:58")
        assert [day.is_free for day in page.days] == [False] + [True] * 6

    def test_the_results_and_the_other_month(self, act, uow, cast):
        drive(uow, cast, OrderStatus.completed)
        page = act(cast.worker, StatsState, url="/tech/stats")
        act.run(page.load())
        assert (page.view.score, [k.value for k in page.month.kpis]) == ("4.5", ["1", "100%", "100%", "0%", "0"])
        act.run(page.show("last"))
        assert [k.value for k in page.month.kpis] == ["0", "—", "—", "—", "0"]
        act.run(page.load())
        assert page.month == page.view.last_month

    @pytest.mark.parametrize("state", [ScheduleState, StatsState, JobsState])
    @pytest.mark.parametrize("who", ["owner", "dispatcher"])
    def test_who_repairs_nothing_sees_nothing(self, act, cast, state, who):
        page = act(getattr(cast, who), state, url="/tech")
        act.run(page.load())
        assert page.stage == FAILED


@pytest.mark.parametrize(
    ("page", "testids"),
    [
        (home_page, ("pay-now", "repair-card", "quick-report", "quick-call", "notices", "retry")),
        (repairs_page, ("new-repair", "repair-card", "retry", "empty")),
        (
            repair_page,
            ("repair-head", "worker", "timeline", "materials", "rate", "reopen", "cancel", "urge", "send-rating", "not-found", "retry"),
        ),
        (report_page, ("emergency", "group", "leaf", "danger", "send-report", "photo_ids-upload", "similar", "retry")),
        (jobs_page, ("accept", "decline", "view", "running", "later", "decline-send", "retry")),
        (
            job_page,
            ("accept", "set-out", "start", "pause", "complete", "transfer-send", "give_back", "add-material", "send-reply", "not-found"),
        ),
        (schedule_page, ("day", "visit", "retry")),
        (stats_page, ("score", "stars", "month-this", "month-last", "retry")),
    ],
)
def test_a_page_holds_what_a_person_acts_on(page, testids):
    drawn = markup(page())
    assert [testid for testid in testids if testid not in drawn] == []


def test_a_colleague_may_be_nobody(act, uow, cast):
    order = drive(uow, cast, OrderStatus.accepted)
    uow.session.execute(text("DELETE FROM technician_zone WHERE technician_id = :id"), {"id": cast.mate.id})
    page = job_of(act, cast, order)
    act.run(page.ask("transfer"))
    assert page.colleagues == []


class TestAppeal:
    def test_a_technician_objects_and_the_office_grants_it(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.completed)
        ratings.rate(uow, cast.owner, order_id=order.id, quality=1, attitude=2, timeliness=1, reasons=["late"])
        job = job_of(act, cast, order)
        assert (job.view.rated.may_appeal, job.view.rated.appeal) == (True, "")
        act.run(job.appeal({"appeal": " "}))
        assert list(job.field_errors) == ["appeal"]
        act.run(job.appeal({"appeal": "堵车，已电话告知"}))
        assert (job.view.rated.may_appeal, "堵车，已电话告知" in job.view.rated.appeal, job.view.rated.tone) == (False, True, "orange")

        office = act(cast.dispatcher, ManagedRepairState, url=f"/manage/repairs/{order.id}")
        act.run(office.load())
        assert office.view.rated.may_judge
        act.run(office.judge({"answer": "通话记录属实"}))
        assert list(office.field_errors) == ["verdict"]
        act.run(office.judge({"verdict": "granted", "answer": "通话记录属实"}))
        assert (office.view.rated.may_judge, office.view.rated.tone, "通话记录属实" in office.view.rated.appeal) == (False, "green", True)
        assert [count(uow, "rating_appeal", f"verdict = '{word}'") for word in ("open", "granted")] == [0, 1]
        assert "judge-form" in markup(managed_repair_page())
        assert "appeal-form" in markup(job_page())
