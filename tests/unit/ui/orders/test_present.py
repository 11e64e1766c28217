"""Work orders in the list and the filter of its address."""

from datetime import timedelta

import pytest

from estate_app.repair.decisions import DecisionCard
from estate_app.repair.filters import Family, OrderFilter
from estate_app.repair.models import OrderStatus, Source, Urgency
from estate_app.repair.promise import Clock
from estate_app.repair.scoring import Ranking
from estate_app.ui.pages.manager.repair import present as one
from estate_app.ui.pages.manager.repairs import present
from tests.unit.ui.dispatch.test_present import NOW, candidate, order


class TestAddress:
    def test_what_is_read_is_what_is_shown_and_exported(self):
        query = {"family": "overdue", "urgencies": "emergency,high", "building_id": "3", "text": "漏水", "page": "4", "sort": "due"}
        wanted, shown = present.read_url(query, 7)
        assert wanted == OrderFilter(
            family=Family.overdue, urgencies=(Urgency.emergency, Urgency.high), building_id=3, text="漏水", estate_id=7
        )
        assert (shown.family, shown.urgencies, shown.building_id, shown.text, shown.sort, shown.is_narrowed) == (
            "overdue", "emergency,high", "3", "漏水", "due", True,
        )  # fmt: skip
        assert shown.export == "family=overdue&urgencies=emergency%2Chigh&building_id=3&text=%E6%BC%8F%E6%B0%B4&estate_id=7&sort=due"

    def test_the_estate_is_the_one_in_view_whatever_the_address_says(self):
        assert present.read_url({"estate_id": "9"}, 7)[0].estate_id == 7
        assert present.read_url({}, 0)[0] == OrderFilter()

    def test_a_drill_down_of_a_chart(self):
        wanted, shown = present.read_url({"statuses": "paused", "room_id": "4"}, 0)
        assert (wanted.statuses, wanted.room_id, shown.is_narrowed) == ((OrderStatus.paused,), 4, True)

    @pytest.mark.parametrize("query", [{"family": "x"}, {"category_id": "-1"}, {"from_on": "32"}, {"building_id": "9" * 30}])
    def test_nonsense_is_left_out(self, query):
        assert present.read_url(query, 0)[0] == OrderFilter()


class TestLimit:
    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({}, ("12 min left", "orange")),
            ({"clock": Clock(NOW, 120, True, False, -12)}, ("Overdue by 12 min", "red")),
            ({"status": OrderStatus.paused}, ("Paused", "orange")),
            ({"status": OrderStatus.completed, "completed_at": NOW + timedelta(minutes=23)}, ("took 41 min", "gray")),
            ({"status": OrderStatus.completed, "completed_at": NOW, "is_rated": True, "stars_tenths": 47}, ("4.7 stars", "gray")),
            ({"status": OrderStatus.cancelled, "end_reason": "重复报修"}, ("重复报修", "gray")),
            ({"status": OrderStatus.rejected}, ("—", "gray")),
        ],
    )
    def test_one_column_says_what_matters(self, changes, said):
        assert present.limit_text(order(**changes), "en") == said

    def test_badges(self):
        late = present.order_line(order(clock=Clock(NOW, 120, True, False, -12)), now=NOW, locale="zh")
        assert (late.badge.label, late.priority.label, late.submitted) == ("已超时", "高", "11-18 10:40")
        over = order(status=OrderStatus.completed, completed_at=NOW, clock=Clock(NOW, 150, False, False, -90))
        assert present.order_line(over, now=NOW, locale="zh").badge.label == "已完成"
        assert present.order_badge(order(status=OrderStatus.closed, is_rated=True), locale="zh").label == "已评价"


class TestDecisions:
    def test_by_hand_against_the_suggestion(self):
        best, chosen = candidate(), candidate(20)
        object.__setattr__(chosen, "technician_id", 8)
        made = one.decision_row(DecisionCard("by_hand", 8, "住户指名", NOW, Ranking((best, chosen), ())), 0, now=NOW, locale="en")
        assert (made.mode, made.total, made.reason, len(made.parts)) == ("Chosen by a dispatcher", "29", "住户指名", 2)
        assert [other.label for other in made.others] == ["王建国 · 39 points"]

    def test_nobody_could_take_it(self):
        made = one.decision_row(DecisionCard("queue", None, "no_shift", NOW, Ranking((), ())), 1, now=NOW, locale="zh")
        assert (made.id, made.mode, made.name, made.total, made.reason, made.parts) == ("1", "无人可派", "", "", "该工种的师傅都不在岗", [])

    def test_the_holder_is_not_offered_again(self):
        assert one.candidate_options(Ranking((candidate(),), ()), 7, locale="zh") == []
        assert [o.label for o in one.candidate_options(Ranking((candidate(),), ()), None, locale="zh")] == ["王建国 · 39 分"]

    def test_every_door_and_mode_has_its_word(self):
        assert set(one.SOURCES) == set(Source)
        assert set(one.MODES) == {"auto", "by_hand", "transfer", "queue"}
