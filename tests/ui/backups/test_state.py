"""The backups' page: how they stand, running one beside the page, and that only administrators may."""

from datetime import timedelta

import pytest
from sqlmodel import select

from estate_app.access.models import AuditEntry
from estate_app.jobs import backups
from estate_app.jobs.backups import BackupWork, Kept
from estate_app.jobs.models import JobRun
from estate_app.ui.pages.manager.backups import state as page_state
from estate_app.ui.pages.manager.backups import working
from estate_app.ui.pages.manager.backups.page import backups_page
from estate_app.ui.pages.manager.backups.state import BackupsState
from tests.ui.seen import markup, toast

URL = "/manage/backups"


@pytest.fixture(autouse=True)
def kept(uow, monkeypatch):
    """One backup of last night, instead of a folder."""
    one = Kept("estate-20261117T190000Z", uow.now - timedelta(hours=8), 40_265_318, 48, 301_204, 86)

    def listed(actor):
        actor.require(backups.Permission.system)
        return (one,)

    monkeypatch.setattr(page_state, "list_kept", listed)
    return one


@pytest.fixture
def told():
    """What the open pages were told of, each time."""
    return []


@pytest.fixture
def runs(monkeypatch, told):
    """What was run, instead of running it."""
    done: list[BackupWork] = []

    def run(work, tell):
        tell("database")
        assert working.running() == working.Running(work, "database")
        done.append(work)
        return "done"

    monkeypatch.setattr(working, "run_now", run)
    monkeypatch.setattr(working, "announce", lambda: told.append(working.running()))
    return done


def opened(act, actor, **kwargs):
    page = act(actor, BackupsState, url=URL, **kwargs)
    act.run(page.load())
    return page


def job_run(uow, name, ago, *, is_ok, detail=""):
    at = uow.now - ago
    uow.session.add(JobRun(name=name, started_at=at, ended_at=at, is_ok=is_ok, detail=detail))
    uow.flush()


async def started(call):
    """Run a handler and wait for what it began in the background."""
    event = await call
    for task in list(working._tasks):
        await task
    return event


class TestPage:
    def test_how_they_stand(self, act, uow, cast):
        job_run(uow, "backup", timedelta(hours=8), is_ok=True)
        page = opened(act, cast.admin)
        assert [(k.label, k.value, k.change, k.tone) for k in page.kpis] == [
            ("最近成功备份", "11-18 02:58", "正常", "green"),
            ("最近成功演练", "—", "尚无", "red"),
            ("保留份数", "1", "", "gray"),
            ("最新备份", "38.4 MB", "", "gray"),
        ]
        assert [(r.taken, r.size, r.rows, r.photos) for r in page.rows] == [("11-18 02:58", "38.4 MB", "301,204", "86")]
        assert (page.stage, page.failure, page.progress.title) == ("ready", "", "")

    def test_an_old_one_and_a_failure_are_red(self, act, uow, cast):
        job_run(uow, "backup", timedelta(days=3), is_ok=True)
        job_run(uow, "backup", timedelta(hours=2), is_ok=False, detail="ToolError")
        page = opened(act, cast.admin, locale="en")
        assert (page.kpis[0].change, page.kpis[0].tone) == ("older than it should be", "red")
        assert page.failure == "Backup failed 18 Nov 08:58: ToolError. The server's log says more"

    def test_a_running_one_shows_its_step(self, act, cast, monkeypatch):
        monkeypatch.setitem(working._running, "now", working.Running(BackupWork.backup_drill, "restore"))
        page = opened(act, cast.admin)
        assert (page.progress.title, page.progress.step, page.progress.percent) == ("正在用最新备份做恢复演练", "正在恢复到临时库", 35)
        assert "正在进行" in toast(act.run(page.back_up()))

    @pytest.mark.parametrize(("handler", "work"), [("back_up", BackupWork.backup), ("drill", BackupWork.backup_drill)])
    def test_one_runs_beside_the_page(self, act, uow, cast, runs, told, handler, work):
        page = opened(act, cast.admin)
        assert "后台" in toast(act.run(started(getattr(page, handler)())))
        assert (runs, working.running(), told) == ([work], None, [working.Running(work, "database"), None])
        actions = [a.action for a in uow.session.scalars(select(AuditEntry).where(AuditEntry.entity == "backup"))]
        assert actions == [f"backup:{work.value}"]

    @pytest.mark.parametrize("name", ["supervisor", "auditor", "owner"])
    def test_others_neither_see_nor_run(self, act, uow, cast, runs, name):
        page = act(getattr(cast, name), BackupsState, url=URL)
        for call in (page.load(), page.back_up(), page.drill()):
            assert "权限" in toast(act.run(call))
        assert (runs, page.rows, working.running()) == ([], [], None)
        assert uow.session.scalars(select(AuditEntry).where(AuditEntry.entity == "backup")).all() == []


def test_the_page_holds_what_a_person_acts_on():
    assert [name for name in ("back-up", "run-drill", "backup-progress", "kept") if name not in markup(backups_page())] == []
