"""Fee items, their prices with the calculator, and the sheet of readings."""

from datetime import date

import pytest
from sqlmodel import select

from estate_app.access.actor import SYSTEM
from estate_app.billing.models import FeeItem, PriceVersion, Reading
from estate_app.ui.pages.manager.meters.page import meters_page
from estate_app.ui.pages.manager.meters.state import MetersState
from estate_app.ui.pages.manager.tariffs.page import tariffs_page
from estate_app.ui.pages.manager.tariffs.state import TariffsState
from tests.fixtures.money import area_item, water_item, water_meter
from tests.ui.seen import markup, toast


class TestTariffs:
    URL = "/manage/tariffs"

    @pytest.fixture
    def water(self, uow, cast):
        return water_item(uow, SYSTEM, cast.estate.id, [cast.home.id])

    def test_items_with_the_price_in_force(self, uow, cast, opened, water):
        area_item(uow, SYSTEM, cast.estate.id, [cast.home.id])
        page = opened(cast.finance, TariffsState, f"{self.URL}?item={water.id}")
        assert [(i.name, i.kind, i.price, i.rooms) for i in page.rows] == [
            ("水费", "按表计量", "≤18: ¥3.50 · ≤25: ¥5.25 · >25: ¥8.00（m³，按月累计）", "1"),
            ("物业服务费", "按面积", "每平方米每月 ¥2.80，建筑面积", "1"),
        ]
        assert (page.item.title, [v.badge.label for v in page.versions], page.may_edit) == ("水费", ["生效中"], True)

    def test_the_calculator_charges_as_a_bill_does(self, act, cast, opened, water):
        page = opened(cast.finance, TariffsState, f"{self.URL}?item={water.id}")
        act.run(page.type_in("quantity", "30"))
        assert [(line.formula, line.amount) for line in page.result.lines] == [
            ("18 × 3.50", "63.00"), ("7 × 5.25", "36.75"), ("5 × 8.00", "40.00"),
        ]  # fmt: skip
        assert page.result.total == "139.75"
        act.run(page.type_in("quantity", "many"))
        assert (page.result.total, page.result.error != "") == ("", True)

    def test_a_new_price_is_tried_while_it_is_typed_and_kept(self, act, uow, cast, opened, water):
        page = opened(cast.finance, TariffsState, f"{self.URL}?item={water.id}")
        act.run(page.ask("price"))
        assert (page.tier_count, [(x.upto, x.price) for x in page.draft.tiers[:3]], page.starts_on) == (
            3, [("18", "3.50"), ("25", "5.25"), ("", "8.00")], "2026-12-01",
        )  # fmt: skip
        act.run(page.type_in("tiers.1.price", "4"))
        assert page.result.total == "148.75"
        form = {
            "starts_on": "2026-12-01", "note": "调价", "unit": "m³", "cycle": "month", "minimum": "", "tiers.1.upto": "18", "tiers.1.price": "4",
            "tiers.2.upto": "17", "tiers.2.price": "5.25", "tiers.3.upto": "", "tiers.3.price": "8",
        }  # fmt: skip
        act.run(page.price(form))
        assert (list(page.field_errors), page.dialog, page.is_saving) == (["tiers.2.upto"], "price", False)
        assert len(uow.session.exec(select(PriceVersion)).all()) == 1
        assert "新价格已保存" in toast(act.run(page.price(form | {"tiers.2.upto": "25"})))
        version = uow.session.exec(select(PriceVersion).where(PriceVersion.starts_on == date(2026, 12, 1))).one()
        assert (version.rule["tiers"][0], version.note) == ({"upto_milli": 18_000, "price_e4": 40_000}, "调价")
        assert [v.badge.label for v in page.versions] == ["待生效", "生效中"]
        assert page.result.total == "139.75"

    def test_tiers_more_and_fewer(self, act, cast, opened, water):
        page = opened(cast.finance, TariffsState, f"{self.URL}?item={water.id}")
        act.run(page.ask("price"))
        act.run(page.change_tiers(-1))
        assert (page.tier_count, page.result.total, page.result.error != "") == (2, "", True)
        for _ in range(9):
            act.run(page.change_tiers(1))
        assert page.tier_count == 6

    def test_a_new_item(self, act, uow, cast, opened):
        page = opened(cast.finance, TariffsState, self.URL)
        act.run(page.ask("add"))
        form = {
            "code": "lift",
            "name": "电梯费",
            "name_en": "Lift",
            "kind": "fixed",
            "meter_kind": "",
            "due_days": "30",
            "is_automatic": "on",
        }
        act.run(page.add(form | {"due_days": "soon"}))
        assert (list(page.field_errors), uow.session.exec(select(FeeItem)).all()) == (["due_days"], [])
        act.run(page.add(form | {"meter_kind": "water"}))
        assert list(page.field_errors) == ["meter_kind"]
        assert "项目已新增" in toast(act.run(page.add(form)))
        item = uow.session.exec(select(FeeItem)).one()
        assert (item.code, item.is_automatic, page.rows[0].badge.label, page.item.id) == ("lift", True, "无价格", item.id)

    def test_edit_and_retire(self, act, uow, cast, opened, water):
        page = opened(cast.finance, TariffsState, f"{self.URL}?item={water.id}")
        act.run(page.ask("edit"))
        act.run(page.edit({"name": "自来水费", "name_en": "Tap water", "due_days": "15"}))
        item = uow.session.get_one(FeeItem, water.id)
        assert (item.name, item.due_days, item.is_active, page.item.title) == ("自来水费", 15, False, "自来水费")

    def test_who_only_reads_changes_nothing(self, act, uow, cast, opened, water):
        page = opened(cast.cashier, TariffsState, f"{self.URL}?item={water.id}")
        assert (page.may_edit, len(page.versions)) == (False, 1)
        for call in (page.ask("price"), page.add({"code": "x"}), page.price({"starts_on": "2026-12-01"})):
            assert "权限" in toast(act.run(call))
        assert (page.dialog, len(uow.session.exec(select(PriceVersion)).all())) == ("", 1)

    def test_the_page_draws(self):
        drawn = markup(tariffs_page())
        for mark in ("new-item", "new-price", "price-form", "calculator", "tiers.6.upto-field", "edit-item-form"):
            assert mark in drawn


class TestMeters:
    URL = "/manage/meters"

    @pytest.fixture
    def meter(self, uow, cast):
        days = {date(2026, month, 1): 90_000 + month * 1_000 for month in range(6, 11)}
        return water_meter(uow, SYSTEM, cast.home, days)

    def readings(self, uow):
        return [(r.read_on, r.value_milli, r.is_rollover) for r in uow.session.exec(select(Reading).order_by(Reading.id))][5:]

    def test_a_cell_is_saved_when_it_is_left_and_odd_use_is_flagged(self, act, uow, cast, opened, meter):
        page = opened(cast.finance, MetersState, self.URL)
        line = page.rows[0]
        assert (line.place, line.code, line.last, line.last_day, page.may_edit) == ("3栋2单元1501", "W-3-2-1501", "100", "10-01 抄表", True)
        act.run(page.enter(meter.id, ""))
        assert (self.readings(uow), page.rows[0].state) == ([], "")
        act.run(page.enter(meter.id, " 101.5 "))
        assert self.readings(uow) == [(date(2026, 11, 18), 101_500, False)]
        assert (page.rows[0].state, page.rows[0].note, page.rows[0].tone) == ("saved", "用量 1.5 m³", "green")
        assert page.progress == "本页已录入 1 / 1"

    def test_a_jump_is_flagged_and_can_be_taken_back(self, act, uow, cast, opened, meter):
        page = opened(cast.finance, MetersState, self.URL)
        act.run(page.enter(meter.id, "180"))
        assert (page.rows[0].tone, "用量 80 m³ · " in page.rows[0].note) == ("orange", True)
        act.run(page.take_back(meter.id))
        assert (self.readings(uow), page.rows[0].state, page.rows[0].typed) == ([], "", "")

    @pytest.mark.parametrize("typed", ["abc", "-1", "1.2345", "123456"])
    def test_what_is_refused_stays_in_its_cell_with_the_reason(self, act, uow, cast, opened, meter, typed):
        page = opened(cast.finance, MetersState, self.URL)
        act.run(page.enter(meter.id, typed))
        line = page.rows[0]
        assert (line.typed, line.state, line.tone, line.note != "", line.may_roll, self.readings(uow)) == (
            typed,
            "wrong",
            "red",
            True,
            False,
            [],
        )
        act.run(page.load())
        assert (page.rows[0].typed, page.rows[0].state) == (typed, "wrong")
        act.run(page.enter(meter.id, ""))
        assert page.rows[0].state == ""

    def test_a_fall_is_kept_once_somebody_says_that_the_dial_passed_zero(self, act, uow, cast, opened, meter):
        page = opened(cast.finance, MetersState, self.URL)
        act.run(page.enter(meter.id, "2"))
        assert (page.rows[0].state, page.rows[0].may_roll, self.readings(uow)) == ("wrong", True, [])
        act.run(page.roll_over(meter.id))
        assert (page.rows[0].state, self.readings(uow)) == ("saved", [(date(2026, 11, 18), 2_000, True)])

    def test_the_filter_and_the_day_are_the_urls(self, act, uow, cast, opened, meter):
        page = opened(cast.finance, MetersState, f"{self.URL}?on=2026-11-05&unread=1&kind=water&building_id={cast.building.id}")
        act.run(page.enter(meter.id, "101"))
        assert self.readings(uow) == [(date(2026, 11, 5), 101_000, False)]
        page = opened(cast.finance, MetersState, f"{self.URL}?unread=1")
        assert (page.rows, page.filters.is_narrowed) == ([], True)

    def test_who_may_not_enter_only_reads(self, act, uow, cast, opened, meter):
        page = opened(cast.cashier, MetersState, self.URL)
        assert (len(page.rows), page.may_edit) == (1, False)
        assert "权限" in toast(act.run(page.enter(meter.id, "101")))
        assert self.readings(uow) == []

    def test_the_page_draws(self):
        drawn = markup(meters_page())
        for mark in ("data-cell", "reading", "roll-over", "take-back", "read-on", "filter-unread"):
            assert mark in drawn
