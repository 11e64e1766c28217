"""The pages around the board: dragging and the menu, the plan, incidents, the rules with their replay; and the technician's grab."""

from datetime import timedelta

from sqlmodel import select

from estate_app.repair import incidents, weights
from estate_app.repair.dispatch_models import DispatchMode
from estate_app.repair.models import DispatchDecision, Incident, IncidentStatus, OrderStatus
from estate_app.ui.pages.manager.dispatch.state import DispatchState
from estate_app.ui.pages.manager.dispatch_plan.state import PlanState
from estate_app.ui.pages.manager.dispatch_rules.state import DispatchRulesState
from estate_app.ui.pages.manager.incidents.state import IncidentsState
from estate_app.ui.pages.technician.jobs.state import JobsState
from tests.fixtures import make
from tests.service.repair.steps import all_away, all_back, count, drive, new_order, reload
from tests.ui.seen import goes_to, toast


def opened(act, actor, state, url):
    page = act(actor, state, url=url)
    act.run(page.load())
    return page


class TestBoard:
    def test_a_drop_on_the_best_assigns_and_on_another_asks_for_a_reason(self, act, uow, cast):
        first, second = drive(uow, cast, OrderStatus.submitted), drive(uow, cast, OrderStatus.submitted)
        page = opened(act, cast.dispatcher, DispatchState, "/manage/dispatch")
        act.run(page.drop({"order_id": str(first.id), "technician_id": str(cast.worker.id)}))
        assert (reload(uow, first).technician_id, page.move.order_id) == (cast.worker.id, "")
        act.run(page.drop({"order_id": str(second.id), "technician_id": str(cast.worker.id)}))
        assert (page.move.order_id, page.move.name, reload(uow, second).technician_id) == (str(second.id), "王建国", None)
        act.run(page.overrule({"reason": "正在该栋"}))
        assert reload(uow, second).technician_id == cast.worker.id

    def test_an_order_is_dragged_from_one_lane_to_another(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.accepted)
        page = opened(act, cast.dispatcher, DispatchState, "/manage/dispatch")
        act.run(page.drop({"order_id": str(order.id), "technician_id": str(cast.mate.id)}))
        assert page.move.seen_technician_id == str(cast.worker.id)
        act.run(page.overrule({"reason": "王师傅脱不开身"}))
        assert (reload(uow, order).technician_id, order.status) == (cast.mate.id, OrderStatus.assigned)

    def test_the_menu_needs_a_technician_and_a_reason(self, act, uow, cast):
        order = drive(uow, cast, OrderStatus.accepted)
        page = opened(act, cast.dispatcher, DispatchState, f"/manage/dispatch?order={order.id}")
        assert (page.order.holder, page.candidates[0].arrival.endswith("起有空")) == ("王建国", True)
        act.run(page.reassign({"technician_id": "", "why": ""}))
        assert list(page.field_errors) == ["technician_id"]
        act.run(page.reassign({"technician_id": str(cast.mate.id), "why": ""}))
        assert (list(page.field_errors), reload(uow, order).technician_id) == (["reason"], cast.worker.id)
        act.run(page.reassign({"technician_id": str(cast.mate.id), "why": "住户指定师傅"}))
        latest = uow.session.exec(select(DispatchDecision).order_by(DispatchDecision.id.desc())).first()
        assert (reload(uow, order).technician_id, latest.reason) == (cast.mate.id, "住户指定师傅")

    def test_the_switch_leaves_new_orders_to_the_dispatcher(self, act, uow, cast):
        page = opened(act, cast.dispatcher, DispatchState, "/manage/dispatch")
        act.run(page.switch_auto())
        order = new_order(uow, cast)
        act.run(page.load())
        assert (page.head.is_auto, order.status, page.queue[0].reason) == (False, OrderStatus.submitted, "等待人工派单")


class TestPlan:
    def test_make_look_apply(self, act, uow, cast):
        orders = [drive(uow, cast, OrderStatus.submitted) for _ in range(2)]
        page = opened(act, cast.dispatcher, PlanState, "/manage/dispatch/plan")
        assert page.plan.id == ""
        url = goes_to(act.run(page.make()))
        act.move(page, url)
        act.run(page.load())
        assert (len(page.visits), page.plan.is_applied, {reload(uow, o).status for o in orders}) == (2, False, {OrderStatus.submitted})
        assert "已派出 2 单" in toast(act.run(page.apply({})))
        assert (page.plan.is_applied, {reload(uow, o).status for o in orders}) == (True, {OrderStatus.assigned})

    def test_another_estates_plan_is_not_shown(self, act, uow, cast):
        drive(uow, cast, OrderStatus.submitted)
        page = opened(act, cast.dispatcher, PlanState, "/manage/dispatch/plan")
        url = goes_to(act.run(page.make()))
        stranger = act(cast.foreign_dispatcher, PlanState, url=url)
        act.run(stranger.load())
        act.run(stranger.apply({}))
        assert (stranger.visits, count(uow, "offer")) == ([], 0)


class TestIncidents:
    def test_merge_then_take_one_out(self, act, uow, cast):
        all_away(uow, cast)
        orders = [new_order(uow, cast)]
        for number in (2, 3):
            person = make.account(uow, f"邻居{number}", f"1390000000{number}")
            room = make.room(uow, cast.building, f"3-1-{number}01")
            make.member(uow, room, person)
            orders.append(new_order(uow, cast, make.actor(person), room_id=room.id))
        all_back(uow)
        incidents.propose_incidents(uow)
        page = opened(act, cast.dispatcher, IncidentsState, "/manage/dispatch/incidents")
        assert [(c.is_proposed, len(c.lines)) for c in page.cards] == [(True, 3)]
        assert "已并入 2 单" in toast(act.run(page.merge(page.cards[0].id)))
        act.run(page.ask(f"split:{orders[2].id}"))
        act.run(page.decide({"reason": " "}))
        assert list(page.field_errors) == ["reason"]
        act.run(page.decide({"reason": "另一处漏点"}))
        assert (reload(uow, orders[2]).merged_into_id, page.asking) == (None, "")

    def test_declining_wants_a_reason(self, act, uow, cast):
        uow.session.add(Incident(estate_id=cast.estate.id, building_id=cast.building.id, category_id=cast.category.id, proposed_at=uow.now))
        uow.flush()
        incident = uow.session.exec(select(Incident)).one()
        page = opened(act, cast.dispatcher, IncidentsState, "/manage/dispatch/incidents")
        act.run(page.ask(f"decline:{incident.id}"))
        act.run(page.decide({"reason": "各户原因不同"}))
        assert uow.session.get(Incident, incident.id).status is IncidentStatus.declined


class TestRules:
    def form(self, **changes):
        weights = {"skill": "35", "zone": "20", "load": "15", "travel": "10", "rating": "10", "familiarity": "10"}
        clocks = {
            "auto_points": "0", "offer_minutes": "15", "emergency_minutes": "5", "grab_minutes": "20", "escalate_minutes": "30",
            "incident_reports": "3", "incident_minutes": "120",
            "arrival_metres": "60",
        }  # fmt: skip
        return weights | clocks | changes

    def test_try_changes_nothing_and_save_holds(self, act, uow, cast):
        new_order(uow, cast)
        page = opened(act, cast.dispatcher, DispatchRulesState, "/manage/dispatch/rules")
        assert (page.rules.skill, page.rules.offer_minutes) == ("35", "15")
        act.run(page.aim("try"))
        act.run(page.send(self.form(skill="0", zone="55")))
        assert (page.result.text, len(page.kpis), count(uow, "dispatch_rule")) == ("最近 1 次自动派单中，0 单会改派他人", 3, 0)
        act.run(page.aim("save"))
        act.run(page.send(self.form(skill="30", load="20", offer_minutes="25", asks_arrival=True, arrival_metres="80")))
        kept = weights.policy_of(uow.session, cast.estate.id)
        assert (kept.offer_minutes, kept.asks_arrival, kept.arrival_metres) == (25, True, 80)

    def test_what_is_wrong_is_named_and_kept_as_typed(self, act, uow, cast):
        page = opened(act, cast.dispatcher, DispatchRulesState, "/manage/dispatch/rules")
        act.run(page.aim("save"))
        act.run(page.send(self.form(skill="36")))
        assert (list(page.field_errors), page.rules.skill, count(uow, "dispatch_rule")) == (["weights"], "36", 0)
        act.run(page.send(self.form(grab_minutes="viel")))
        assert list(page.field_errors) == ["grab_minutes"]

    def test_a_mode_is_in_force_at_once_and_can_be_taken_back(self, act, uow, cast):
        page = opened(act, cast.dispatcher, DispatchRulesState, "/manage/dispatch/rules")
        act.run(page.choose_mode(str(cast.category.id), "grab"))
        assert [row.mode for row in page.modes] == ["grab"]
        act.run(page.choose_mode(str(cast.category.id), ""))
        assert (count(uow, "category_mode"), [row.mode for row in page.modes]) == (0, [""])


def test_a_technician_grabs_from_the_list(act, uow, cast):
    weights.save_mode(uow, cast.dispatcher, estate_id=cast.estate.id, category_id=cast.category.id, mode=DispatchMode.grab)
    order = new_order(uow, cast)
    page, other = opened(act, cast.worker, JobsState, "/tech"), opened(act, cast.mate, JobsState, "/tech")
    assert [card.id for card in page.open_to_all] == [str(order.id)]
    assert "抢单成功" in toast(act.run(page.grab(str(order.id))))
    assert (reload(uow, order).technician_id, page.open_to_all, page.tab) == (cast.worker.id, [], "active")
    act.now += timedelta(seconds=1)
    assert "手慢了" in toast(act.run(other.grab(str(order.id))))
