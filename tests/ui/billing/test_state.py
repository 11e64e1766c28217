"""Bill runs on the screen: the preview, the check, the typed confirmation, and who may only look."""

from datetime import date

import pytest
from sqlmodel import select

from estate_app.billing import issue as issuing_service
from estate_app.billing.models import Bill, BillRun, RunStatus
from estate_app.billing.run import preview_run
from estate_app.ui.pages.manager.billing import issuing
from estate_app.ui.pages.manager.billing.list_page import runs_page
from estate_app.ui.pages.manager.billing.list_state import BillRunsState
from estate_app.ui.pages.manager.billing.run_page import run_page
from estate_app.ui.pages.manager.billing.run_state import BillRunState
from estate_app.ui.stage import FAILED, READY
from tests.fixtures.money import NOVEMBER, area_item, issue, water_item
from tests.service.repair.steps import count
from tests.ui.seen import goes_to, markup, toast

LIST = "/manage/billing"


def opened(act, actor, state, url, locale="zh"):
    page = act(actor, state, url=url, locale=locale)
    act.run(page.load())
    return page


@pytest.fixture
def item(uow, cast):
    return area_item(uow, cast.finance, cast.estate.id, [cast.home.id])


@pytest.fixture
def run(uow, cast, item):
    return preview_run(uow, cast.finance, estate_id=cast.estate.id, period=NOVEMBER, item_ids=[item.id])


class TestList:
    def test_the_runs_of_the_estate(self, act, cast, run):
        page = opened(act, cast.finance, BillRunsState, LIST)
        assert [(r.number, r.period, r.item_names, r.badge.label, r.bills, r.total) for r in page.rows] == [
            (run.number, "2026年11月", "物业服务费", "待核对", "1", "249.20")
        ]
        assert (page.month, [i.label for i in page.items], page.may_run, page.stage) == ("2026-11", ["物业服务费"], True, READY)

    def test_a_preview_opens_the_draft(self, act, uow, cast, item):
        page = opened(act, cast.finance, BillRunsState, LIST)
        act.run(page.open_form())
        events = act.run(page.preview({"period": "2026-11", f"item-{item.id}": True}))
        made = uow.session.exec(select(BillRun)).one()
        assert (goes_to(events), made.status, made.period) == (f"{LIST}/{made.id}", RunStatus.draft, date(2026, 11, 1))
        assert (page.is_open, page.is_saving, "runs" in act.topics) == (False, False, True)

    @pytest.mark.parametrize(("change", "field"), [({"period": "soon"}, "period"), ({"item": False}, "item_ids")])
    def test_what_is_wrong_stands_under_its_field(self, act, uow, cast, item, change, field):
        page = opened(act, cast.finance, BillRunsState, LIST)
        act.run(page.open_form())
        act.run(page.preview({"period": change.get("period", "2026-11"), f"item-{item.id}": change.get("item", True)}))
        assert (list(page.field_errors), page.is_open, count(uow, "bill_run")) == ([field], True, 0)

    @pytest.mark.parametrize("name", ["auditor", "dispatcher"])
    def test_whoever_may_not_run_makes_no_draft(self, act, uow, cast, item, name):
        page = act(getattr(cast, name), BillRunsState, url=LIST)
        act.run(page.load())
        act.run(page.preview({"period": "2026-11", f"item-{item.id}": True}))
        assert (page.may_run, count(uow, "bill_run")) == (False, 0)

    def test_the_page(self):
        drawn = markup(runs_page())
        assert all(testid in drawn for testid in ("new-run", "new-run-form", "preview-run", "retry"))


def one(act, actor, run, query="", locale="zh"):
    return opened(act, actor, BillRunState, f"{LIST}/{run.id}{query}", locale)


class TestRun:
    def test_the_check(self, act, uow, cast, item, run):
        page = one(act, cast.finance, run)
        assert (page.head.title, page.head.badge.label, page.head.may_run, page.stage) == ("2026年11月", "待核对", True, READY)
        assert [(k.label, k.value) for k in page.kpis] == [
            ("应收合计", "¥249.20"),
            ("账单数", "1"),
            ("户均金额", "¥249.20"),
            ("待核对异常", "0"),
        ]
        assert [(d.room, d.amount, d.problem) for d in page.drafts] == [("3栋2单元1501", "249.20", "正常")]
        assert [(i.name, i.count, i.quantity, i.amount) for i in page.items] == [("物业服务费", "1", "89.00 m²", "249.20")]

    def test_a_room_that_cannot_be_billed_is_shown(self, act, uow, cast, item):
        water = water_item(uow, cast.finance, cast.estate.id, [cast.home.id])
        draft = preview_run(uow, cast.finance, estate_id=cast.estate.id, period=NOVEMBER, item_ids=[item.id, water.id])
        page = one(act, cast.finance, draft, "?kind=skipped")
        assert ([(d.room, d.problem, d.tone) for d in page.drafts], page.kind) == ([("3栋2单元1501", "没有表", "red")], "skipped")
        assert goes_to(act.run(page.show("all"))) == f"{LIST}/{draft.id}"
        assert goes_to(act.run(page.show("flagged"))) == f"{LIST}/{draft.id}?kind=flagged"

    def test_the_typed_count_issues_it(self, act, uow, cast, run, monkeypatch):
        def at_once(actor, *, run_id):
            while issuing_service.issue_chunk(uow, run_id=run_id):
                pass
            issuing_service.finish_issue(uow, run_id=run_id)

        async def here(function, *args, **kwargs):
            return function(*args, **kwargs)

        monkeypatch.setattr(issuing, "issue_run", at_once)
        monkeypatch.setattr(issuing.asyncio, "to_thread", here)
        page = one(act, cast.finance, run)
        act.run(page.ask("issue"))
        assert page.dialog == "issue"

        async def press():
            said = [event async for event in page.issue({"expected_count": "1"})]
            while issuing._running:
                await next(iter(issuing._running))
            return said

        assert "账单正在生成" in toast([e for e in act.run_value(press()) if e])
        bill = uow.session.exec(select(Bill)).one()
        assert (bill.amount_fen, uow.session.get(BillRun, run.id).status, page.dialog) == (24_920, RunStatus.issued, "")

    @pytest.mark.parametrize("typed", ["", "2", "one", "0"])
    def test_another_count_issues_nothing(self, act, uow, cast, run, typed):
        page = one(act, cast.finance, run)
        act.run(page.ask("issue"))
        act.run(page.issue({"expected_count": typed}))
        assert (list(page.field_errors), page.dialog, page.is_saving) == (["expected_count"], "issue", False)
        assert (uow.session.get(BillRun, run.id).status, count(uow, "bill")) == (RunStatus.draft, 0)

    def test_compute_anew_and_discard(self, act, uow, cast, run):
        page = one(act, cast.finance, run)
        cast.home.area_milli_m2 = 100_000
        uow.flush()
        assert "重新计算" in toast(act.run(page.recompute()))
        assert page.kpis[0].value == "¥280.00"
        act.run(page.ask("discard"))
        assert goes_to(act.run(page.discard({}))) == LIST
        assert uow.session.get(BillRun, run.id).status is RunStatus.discarded

    def test_an_issued_run_asks_nothing(self, act, uow, cast, item):
        done = issue(uow, cast.finance, cast.estate.id, [item])
        page = one(act, cast.finance, done)
        act.run(page.ask("discard"))
        assert (page.dialog, page.head.status, page.head.percent) == ("", "issued", 100)

    def test_an_auditor_looks_and_changes_nothing(self, act, uow, cast, run):
        page = one(act, cast.auditor, run)
        assert (page.head.may_run, page.head.status) == (False, "draft")
        act.run(page.issue({"expected_count": "1"}))
        act.run(page.discard({}))
        act.run(page.recompute())
        assert (uow.session.get(BillRun, run.id).status, count(uow, "bill")) == (RunStatus.draft, 0)

    def test_whoever_may_not_read_runs(self, act, cast, run):
        page = act(cast.dispatcher, BillRunState, url=f"{LIST}/{run.id}")
        act.run(page.load())
        assert (page.head.status, page.kpis) == ("", [])

    def test_another_number_is_not_there(self, act, cast, run):
        page = one(act, cast.finance, run)
        act.move(page, f"{LIST}/{run.id + 99}")
        act.run(page.load())
        assert page.stage == FAILED

    def test_the_page(self):
        drawn = markup(run_page())
        assert all(testid in drawn for testid in ("issue-run", "discard-run", "recompute-run", "confirm-issue", "run-side", "retry"))
