"""The performance page: a month of the address, shares with their samples, and an export of the same month."""

from estate_app.repair.models import OrderStatus
from estate_app.repair.settlement import TeamRow
from estate_app.ui.pages.manager.performance import present
from estate_app.ui.pages.manager.performance.page import performance_page
from estate_app.ui.pages.manager.performance.state import PerformanceState
from estate_app.ui.stage import FAILED, READY
from tests.service.repair.steps import drive
from tests.ui.seen import markup

PAGE = "/manage/performance"


def opened(act, actor, url=PAGE):
    page = act(actor, PerformanceState, url=url)
    act.run(page.load())
    return page


def test_the_month_of_the_address_is_shown_and_taken_away(act, uow, cast):
    drive(uow, cast, OrderStatus.completed).labour_minutes = 90
    uow.flush()
    page = opened(act, cast.dispatcher)
    assert [(r.name, r.done, r.on_time, r.minutes) for r in page.rows] == [("王建国", "1", "100% · 1/1", "90")]
    assert (page.month, page.query.startswith("?month=2026-11"), page.kpis[4].value, page.stage) == ("2026-11", True, "1.5", READY)
    empty = opened(act, cast.dispatcher, f"{PAGE}?month=2026-10")
    assert (empty.rows, empty.month, empty.kpis[1].value) == ([], "2026-10", "—")
    assert opened(act, cast.dispatcher, f"{PAGE}?month=2026-99").month == "2026-11"
    assert "performance" in markup(performance_page())


def test_a_technician_and_a_resident_see_nothing(act, uow, cast):
    drive(uow, cast, OrderStatus.completed)
    for actor in (cast.worker, cast.owner):
        page = opened(act, actor)
        assert (page.rows, page.stage) == ([], FAILED)


def test_a_share_stands_with_its_sample_and_stars_are_rounded_half_up():
    row = TeamRow(1, "王", 4567, 3, done=8, on_time=5, first_visit=8, redone=1, ratings=2, stars=29, charged=2, charged_fen=6150)
    line = present.month_line(row, locale="zh")
    assert (line.on_time, line.first_visit, line.redone) == ("63% · 5/8", "100% · 8/8", "13% · 1/8")
    assert (line.stars, line.score, line.charged) == ("4.8 分 · 2 次评价", "4.6 分 · 3 次评价", "61.50 · 2")
    assert present.share(0, 0) == "—"
