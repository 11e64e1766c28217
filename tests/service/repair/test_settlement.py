"""A manager's month of the technicians: each figure apart, by Shanghai's months, within the manager's scope; and its export."""

from datetime import date, timedelta

import pytest

from estate_app.access.actor import NOBODY
from estate_app.errors import ForbiddenError, NotSignedInError
from estate_app.export import export_file, find_export
from estate_app.kit.clock import at_local
from estate_app.repair import materials, ratings, resident, work
from estate_app.repair.models import OrderStatus
from estate_app.repair.settlement import TeamRow, team_month
from tests.service.repair.steps import drive, stock

NOVEMBER = date(2026, 11, 1)


def month(uow, actor, on=NOVEMBER, **more):
    return team_month(uow.session, actor, month_on=on, **more)


def test_each_figure_stands_apart_with_its_sample(uow, cast):
    first = drive(uow, cast, OrderStatus.working)
    materials.add_material(uow, cast.worker, order_id=first.id, stock_item_id=stock(uow).id, quantity_milli=1500)
    work.complete(uow, cast.worker, order_id=first.id, note="好了", labour_minutes=50)
    ratings.rate(uow, cast.owner, order_id=first.id, quality=5, attitude=4, timeliness=4)
    # Reported again within 30 days, it redoes the first one by itself; and is redone.
    late = drive(uow, cast, OrderStatus.completed)
    late.labour_minutes, late.complete_due_at = 30, late.completed_at - timedelta(seconds=1)
    uow.flush()
    resident.reopen(uow, cast.owner, order_id=late.id, reason="又漏了")
    (row,) = month(uow, cast.dispatcher)
    assert row == TeamRow(
        cast.worker.id, "王建国", row.score_milli, 1, done=2, on_time=1, first_visit=0, redone=2, minutes=80, material_fen=4200, ratings=1,
        stars=13,
    )  # fmt: skip


def test_paid_work_is_what_residents_owe_and_not_the_material_of_free_work(uow, cast):
    drive(uow, cast, OrderStatus.completed)
    paid = drive(uow, cast, OrderStatus.completed)
    paid.charge_fen = 3100
    uow.flush()
    (row,) = month(uow, cast.supervisor)
    assert (row.done, row.charged, row.charged_fen, row.material_fen) == (2, 1, 3100, 0)


def test_a_month_is_shanghais_and_another_estates_manager_sees_nothing(uow, cast):
    order = drive(uow, cast, OrderStatus.completed)
    order.completed_at = at_local(date(2026, 12, 1)) - timedelta(seconds=1)
    uow.flush()
    assert [r.done for r in month(uow, cast.dispatcher)] == [1]
    order.completed_at = at_local(date(2026, 12, 1))
    uow.flush()
    assert (month(uow, cast.dispatcher), [r.done for r in month(uow, cast.dispatcher, date(2026, 12, 1))]) == ([], [1])
    assert month(uow, cast.foreign_dispatcher, date(2026, 12, 1)) == []
    assert month(uow, cast.admin, date(2026, 12, 1), estate_id=cast.other_estate.id) == []


@pytest.mark.parametrize("who", ["owner", "worker"])
def test_who_manages_nobody_is_refused(uow, cast, who):
    with pytest.raises(ForbiddenError):
        month(uow, getattr(cast, who))
    with pytest.raises(NotSignedInError):
        month(uow, NOBODY)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_settlement_is_taken_away_by_month(uow, cast, kind):
    drive(uow, cast, OrderStatus.completed).labour_minutes = 45
    uow.flush()
    name, content = export_file(uow, cast.dispatcher, find_export("settlement"), {"month": "2026-11"}, kind=kind, locale="zh")
    assert name.startswith("师傅月度结算")
    if kind == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert [line.split(",")[:4] for line in lines] == [["月份", "师傅", "完成工单", "工时（分钟）"], ["2026-11", "王建国", "1", "45"]]
    assert find_export("settlement").rows(uow, cast.foreign_dispatcher, {"month": "2026-11"}) is not None
    assert list(find_export("settlement").rows(uow, cast.foreign_dispatcher, {"month": "2026-11"})) == []
