"""The dashboards within the actor's scope: no estate leaks into another's figures, and small groups stay hidden."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlmodel import select

from estate_app.access.actor import SYSTEM, Actor, Held
from estate_app.access.models import Activity, ActivityKind
from estate_app.access.permission import PermissionSet, Role
from estate_app.analytics.extract import refresh
from estate_app.analytics.queries import behaviour_dashboard, payment_dashboard, repair_dashboard
from estate_app.db import UnitOfWork, sqlalchemy_url
from estate_app.demo.build import build_demo
from estate_app.demo.world import Scale
from estate_app.errors import ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.property.models import Building, Estate
from estate_app.session import EstateSession
from tests.conftest import NOW
from tests.fixtures import make
from tests.service.analytics.test_extract import order

SCALE = Scale(estates=1, buildings=8, floors=15, months=3, orders=500, technicians=9)
TODAY = business_date(NOW)
QUARTER = {"since": TODAY - timedelta(days=78), "until": TODAY - timedelta(days=1)}


@pytest.fixture(scope="module")
def demo(databases, tmp_path_factory) -> Iterator[tuple[UnitOfWork, Path]]:
    """The small demo in a database of its own, extracted."""
    url = databases.new()
    engine = create_engine(sqlalchemy_url(url), connect_args={"options": "-c timezone=UTC"})
    folder = tmp_path_factory.mktemp("extract")
    with EstateSession(engine, expire_on_commit=False) as session:
        uow = UnitOfWork(session, NOW)
        build_demo(uow, SYSTEM, scale=SCALE)
        refresh(uow, SYSTEM, folder=folder)
        yield uow, folder
    engine.dispose()
    databases.drop(url)


def manager(permission_set: PermissionSet, estate_id: int | None = None, building_id: int | None = None) -> Actor:
    return Actor.of(account_id=1, name="m", role=Role.manager, held=[Held(permission_set, estate_id, building_id)])


def test_the_failing_drain_is_found_by_its_test(demo):
    _, folder = demo
    board = repair_dashboard(manager(PermissionSet.auditor), estate_id=None, folder=folder, **QUARTER)
    spot = board.hot_spots[0]
    assert (spot.building, spot.category) == ("5栋", "下水堵塞")
    assert spot.q < 0.01
    assert dict(board.findings)["buildings_by_category"] == spot.sentence


def test_repair_figures_agree_with_each_other(demo):
    uow, folder = demo
    board = repair_dashboard(manager(PermissionSet.auditor), estate_id=None, folder=folder, **QUARTER)
    orders = next(kpi for kpi in board.kpis if kpi.key == "orders").value
    assert orders == board.volume["orders"].sum() == board.by_problem["orders"].sum() > 200
    assert 1 <= next(kpi for kpi in board.kpis if kpi.key == "stars").value <= 5
    leaf = board.by_problem["problem"][0]
    category_id = uow.session.connection().exec_driver_sql("SELECT id FROM repair_category WHERE name = %s", (leaf,)).scalar_one()
    one = repair_dashboard(manager(PermissionSet.auditor), estate_id=None, category_id=category_id, folder=folder, **QUARTER)
    assert one.by_problem["problem"].to_list() == [leaf]
    assert one.by_problem["orders"][0] == board.by_problem["orders"][0]


def test_payment_figures_are_those_of_the_bills(demo):
    uow, folder = demo
    month = {"since": date(2026, 11, 1), "until": TODAY}
    board = payment_dashboard(manager(PermissionSet.finance), estate_id=None, folder=folder, **month)
    billed, paid = uow.session.connection().exec_driver_sql(
        "SELECT sum(amount_fen), sum(paid_fen) FROM bill WHERE period = '2026-11-01'"
    ).one()  # fmt: skip
    kpis = {kpi.key: kpi.value for kpi in board.kpis}
    assert (kpis["billed"], round(kpis["rate"], 6)) == (billed, round(float(paid) / float(billed), 6))
    assert board.by_period["paid_fen"].to_list() == [paid]
    assert board.arrears_rooms.height > 0
    assert board.channels["channel"].to_list()


def test_behaviour_shows_a_funnel_that_only_narrows(demo):
    _, folder = demo
    board = behaviour_dashboard(manager(PermissionSet.auditor), estate_id=None, folder=folder, **QUARTER)
    assert not board.is_hidden
    subjects = board.bill_funnel["subjects"].to_list()
    assert subjects == sorted(subjects, reverse=True)
    assert subjects[-1] > 0


def test_a_foreign_estate_is_unknown_and_a_building_s_manager_sees_that_building(demo):
    uow, folder = demo
    estate = uow.session.scalars(select(Estate)).one()
    buildings = uow.session.scalars(select(Building).order_by(Building.id)).all()
    with pytest.raises(NotFoundError):
        repair_dashboard(manager(PermissionSet.supervisor, estate.id + 1), estate_id=estate.id, folder=folder, **QUARTER)
    blind = repair_dashboard(manager(PermissionSet.supervisor, estate.id + 1), estate_id=None, folder=folder, **QUARTER)
    assert (blind.volume["orders"].sum(), blind.by_building.height) == (0, 0)
    narrow = repair_dashboard(
        manager(PermissionSet.supervisor, estate.id, buildings[0].id), estate_id=estate.id, folder=folder, **QUARTER
    )  # fmt: skip
    assert narrow.by_building["building"].to_list() == [buildings[0].name]


def test_who_lacks_the_permission_and_impossible_periods_are_refused(demo):
    _, folder = demo
    for board in (repair_dashboard, payment_dashboard, behaviour_dashboard):
        with pytest.raises(ForbiddenError):
            board(manager(PermissionSet.cashier), estate_id=None, folder=folder, **QUARTER)
        with pytest.raises(InvalidError):
            board(manager(PermissionSet.auditor), estate_id=None, since=TODAY, until=TODAY - timedelta(days=1), folder=folder)


def test_fewer_than_twenty_people_are_hidden(uow, cast, tmp_path):
    uow.session.add(Activity(account_id=cast.owner.id, kind=ActivityKind.login, at=uow.now))
    uow.flush()
    refresh(uow, SYSTEM, folder=tmp_path)
    board = behaviour_dashboard(cast.auditor, estate_id=None, since=TODAY, until=TODAY, folder=tmp_path)
    assert (board.is_hidden, board.kpis, board.findings) == (True, (), ())
    assert board.active["residents"].sum() == board.logins["logins"].sum() == board.cohorts.height == 0


def test_the_dashboards_of_an_estate_without_data_are_empty_and_do_not_fail(cast, tmp_path):
    for board in (repair_dashboard, payment_dashboard):
        empty = board(cast.auditor, estate_id=None, since=TODAY - timedelta(days=30), until=TODAY, folder=tmp_path)
        assert empty.extracted_at is None
        assert empty.findings == ()


def test_orders_of_one_s_own_estate_count_and_those_of_others_do_not(uow, cast, tmp_path):
    order(uow, cast, 1, NOW - timedelta(days=2))
    foreign = make.building(uow, cast.other_estate, "9")
    order(uow, cast, 2, NOW - timedelta(days=2), estate_id=cast.other_estate.id, building_id=foreign.id, room_id=cast.other_home.id)
    refresh(uow, SYSTEM, folder=tmp_path)
    board = repair_dashboard(cast.foreign_dispatcher, estate_id=None, since=TODAY - timedelta(days=7), until=TODAY, folder=tmp_path)
    assert board.by_building["building"].to_list() == ["9栋"]
