"""The dashboards as tabs: what the address asks for, whose figures are shown, and where bars lead."""

from datetime import date, timedelta

import pytest

from estate_app.access.actor import SYSTEM
from estate_app.access.models import Activity, ActivityKind
from estate_app.analytics import extract
from estate_app.export import export_file, export_names, find_export
from estate_app.settings import settings
from estate_app.ui.pages.manager.analytics.behaviour_page import behaviour_charts_page
from estate_app.ui.pages.manager.analytics.behaviour_state import BehaviourChartsState
from estate_app.ui.pages.manager.analytics.payments_page import payment_charts_page
from estate_app.ui.pages.manager.analytics.payments_state import PaymentChartsState
from estate_app.ui.pages.manager.analytics.repairs_page import repair_charts_page
from estate_app.ui.pages.manager.analytics.repairs_state import RepairChartsState
from estate_app.ui.session import Session
from tests.fixtures import make
from tests.service.analytics.test_extract import order
from tests.ui.seen import goes_to, markup, toast

REPAIRS, PAYMENTS, BEHAVIOUR = "/manage/analytics/repairs", "/manage/analytics/payments", "/manage/analytics/behaviour"
PREFIXES = ("repairs-", "payments-", "behaviour-")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Extracts in a folder of this test's own."""
    chosen = settings().model_copy(update={"var_dir": tmp_path})
    monkeypatch.setattr(extract, "settings", lambda: chosen)
    return tmp_path / "extract"


@pytest.fixture
def orders(uow, cast):
    """Three orders of one kind last week, and one of the other estate."""
    for number in range(3):
        order(uow, cast, number + 1, uow.now - timedelta(days=number + 1))
    order(
        uow, cast, 9, uow.now - timedelta(days=2), estate_id=cast.other_estate.id, building_id=cast.other_home.building_id,
        room_id=cast.other_home.id,
    )  # fmt: skip
    extract.refresh(uow, SYSTEM)


def opened(act, actor, state, url, **kwargs):
    page = act(actor, state, url=url, **kwargs)
    act.run(page.load())
    return page


class TestRepairs:
    def test_the_estate_in_view_and_the_last_thirty_days(self, act, cast, orders):
        page = opened(act, cast.dispatcher, RepairChartsState, REPAIRS)
        assert (page.stage, page.head.context, page.head.extracted) == ("ready", "10-19 至 11-17 · 翠湖花园", "数据截至 11-18 10:58")
        assert (page.kpis[0].value, page.estates) == ("3", [])
        assert [line.cells for line in page.panels["by_problem"].rows] == [[cast.category.name, "3", "100%"]]
        assert len(page.panels["volume"].rows) == 30
        assert page.head.export == f"estate_id={cast.estate.id}&since=2026-10-19&until=2026-11-17"

    def test_all_estates_by_the_address_for_who_may(self, act, cast, orders):
        page = opened(act, cast.auditor, RepairChartsState, f"{REPAIRS}?estate=all&days=7", locale="en")
        assert (page.kpis[0].value, page.head.estate, page.head.days) == ("4", "", "7")
        assert [option.label for option in page.estates] == ["翠湖花园", "云杉里"]
        assert {line.href for line in page.panels["by_building"].rows} == {""}

    def test_an_estate_out_of_reach_is_unknown(self, act, cast, orders):
        page = act(cast.dispatcher, RepairChartsState, url=f"{REPAIRS}?estate={cast.other_estate.id}")
        assert "不存在" in toast(act.run(page.load()))
        assert (page.stage, page.panels, page.kpis) == ("failed", {}, [])

    def test_another_estate_at_the_top_replaces_that_of_the_address(self, act, cast, orders):
        page = opened(act, cast.auditor, RepairChartsState, f"{REPAIRS}?estate={cast.estate.id}&days=7", estate_id=cast.estate.id)
        act.other(page, Session).estate_id = str(cast.other_estate.id)
        assert goes_to(act.run(page.load())) == f"{REPAIRS}?days=7"

    def test_a_bar_opens_the_same_orders(self, act, cast, orders):
        page = opened(act, cast.dispatcher, RepairChartsState, REPAIRS)
        days = "/manage/repairs?from_on=2026-10-19&to_on=2026-11-17"
        assert goes_to(act.run(page.drill("by_problem", [{"x": 3, "y": cast.category.name}]))) == f"{days}&category_id={cast.category.id}"
        assert goes_to(act.run(page.drill("by_building", [{"x": 3, "y": "3栋"}]))) == f"{days}&building_id={cast.building.id}"
        both = act.run(page.drill("buildings_by_category", [{"x": cast.category.name, "y": "3栋"}]))
        assert goes_to(both) == f"{days}&building_id={cast.building.id}&category_id={cast.category.id}"
        assert page.panels["technicians"].rows[0].href == f"{days}&technician_id={cast.worker.id}"
        assert act.run(page.drill("by_problem", [])) == []

    def test_filters_go_into_the_address(self, act, cast, orders):
        page = opened(act, cast.auditor, RepairChartsState, f"{REPAIRS}?days=7")
        assert goes_to(act.run(page.choose_days("30"))) == REPAIRS
        assert goes_to(act.run(page.choose_days("custom"))) == f"{REPAIRS}?days=custom&since=2026-11-11&until=2026-11-17"

    def test_a_category_narrows(self, act, cast, orders):
        page = opened(act, cast.dispatcher, RepairChartsState, f"{REPAIRS}?category={cast.category.id + 1}")
        assert (page.kpis[0].value, page.panels["by_problem"].is_empty) == ("0", True)


class TestPayments:
    @pytest.fixture(autouse=True)
    def owed(self, uow, cast):
        item = make.fee_item(uow, cast.estate)
        make.bill(uow, cast.home, item, period=date(2026, 10, 1), due_on=date(2026, 10, 31), amount_fen=23_456)
        extract.refresh(uow, SYSTEM)

    def test_what_is_owed_is_named_by_its_room(self, act, cast):
        page = opened(act, cast.finance, PaymentChartsState, f"{PAYMENTS}?days=year")
        assert page.stage == "ready"
        assert (page.kpis[0].value, page.kpis[1].value, page.kpis[3].value) == ("¥234.56", "0.0", "¥234.56")
        assert [line.cells[:3] for line in page.panels["arrears_rooms"].rows] == [["3栋2单元1501", "234.56", "17"]]
        assert page.panels["arrears_rooms"].rows[0].href == f"/manage/bills?room_id={cast.home.id}&state=overdue"
        assert page.panels["by_item"].rows[0].href.startswith("/manage/bills?from_period=2026-01&to_period=2026-11&fee_item_id=")

    def test_filters_go_into_the_address(self, act, cast):
        page = opened(act, cast.finance, PaymentChartsState, PAYMENTS)
        assert (page.head.days, page.head.since) == ("month", "2026-11-01")
        assert goes_to(act.run(page.choose_days("quarter"))) == f"{PAYMENTS}?days=quarter"
        assert goes_to(act.run(page.choose_days("month"))) == PAYMENTS
        assert act.run(page.drill("ageing", [{"x": "未到期"}])) == []


class TestBehaviour:
    def test_fewer_than_twenty_people_are_not_shown(self, act, uow, cast):
        uow.session.add(Activity(account_id=cast.owner.id, kind=ActivityKind.login, at=uow.now - timedelta(days=1)))
        uow.flush()
        extract.refresh(uow, SYSTEM)
        page = opened(act, cast.service, BehaviourChartsState, BEHAVIOUR)
        assert (page.stage, page.head.is_hidden, page.panels, page.kpis) == ("ready", True, {}, [])

    def test_twenty_are(self, act, uow, cast):
        for number in range(20):
            person = make.account(uow, f"住户{number}", f"139000000{number:02d}", allows_behaviour=True)
            make.member(uow, cast.home, person)
            uow.session.add(
                Activity(account_id=person.id, kind=ActivityKind.login, estate_id=cast.estate.id, at=uow.now - timedelta(days=1))
            )
        uow.flush()
        extract.refresh(uow, SYSTEM)
        page = opened(act, cast.service, BehaviourChartsState, BEHAVIOUR)
        assert (page.head.is_hidden, page.kpis[0].value, page.panels["active"].is_empty) == (False, "20", False)
        assert sum(int(line.cells[2]) for line in page.panels["logins"].rows) == 20
        assert goes_to(act.run(page.choose_days("90"))) == f"{BEHAVIOUR}?days=90"


@pytest.mark.parametrize(
    ("state", "url", "who"),
    [
        (RepairChartsState, REPAIRS, "cashier"), (PaymentChartsState, PAYMENTS, "dispatcher"), (BehaviourChartsState, BEHAVIOUR, "owner"),
    ],
)  # fmt: skip
def test_others_see_nothing(act, cast, state, url, who):
    page = act(getattr(cast, who), state, url=url)
    assert "权限" in toast(act.run(page.load()))
    assert (page.panels, page.kpis) == ({}, [])


def test_every_panel_can_be_taken_away(uow, cast, orders):
    names = [name for name in export_names() if name.startswith(PREFIXES)]
    assert len(names) == 26
    query = {"estate_id": str(cast.estate.id), "since": "2026-11-11", "until": "2026-11-17"}
    texts = {
        name: export_file(uow, cast.auditor, find_export(name), query, kind="csv", locale="zh")[1].decode("utf-8-sig") for name in names
    }
    assert texts["repairs-by_problem"].splitlines() == ["问题类型,工单数,占比", f"{cast.category.name},3,100.0%"]
    assert len(texts["repairs-volume"].splitlines()) == 8
    sheet = export_file(uow, cast.auditor, find_export("repairs-volume"), query, kind="xlsx", locale="en")[1]
    assert sheet[:2] == b"PK"


@pytest.mark.parametrize(
    ("page", "names"),
    [
        (repair_charts_page, ("chart-volume", "table-technicians", "filter-category", "/export/repairs-volume.csv?", "days-90")),
        (payment_charts_page, ("chart-days_to_pay", "table-arrears_rooms", "/export/payments-ageing.xlsx?", "days-quarter")),
        (behaviour_charts_page, ("chart-bill_funnel", "chart-cohorts", "/export/behaviour-logins.csv?", "estateChartPng")),
    ],
)
def test_pages_hold_their_panels(page, names):
    shown = markup(page())
    assert [name for name in names if name not in shown] == []
