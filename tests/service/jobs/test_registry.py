"""Jobs: each thing once, failures kept, and the daily ones on their day."""

from datetime import UTC, datetime, time, timedelta
from threading import Barrier, Event, Thread

import pytest
from sqlmodel import select

from estate_app.jobs.models import JobRun
from estate_app.jobs.registry import Job, is_due, job, run_job

EVERY = timedelta(seconds=5)


def runs(committed) -> list[JobRun]:
    return committed.run(lambda uow: list(uow.session.scalars(select(JobRun).order_by(JobRun.id))))


class TestRunJob:
    def test_what_did_something_is_kept_and_what_did_nothing_is_not(self, committed) -> None:
        assert run_job(Job("busy", lambda: "3 bills", EVERY)) == "3 bills"
        assert run_job(Job("idle", lambda: "", EVERY)) == ""
        assert [(r.name, r.is_ok, r.detail) for r in runs(committed)] == [("busy", True, "3 bills")]

    def test_a_failure_is_kept_once_however_often_it_repeats(self, committed) -> None:
        def broken() -> str:
            raise LookupError("林晓 13800000001")

        for _ in range(3):
            run_job(Job("broken", broken, EVERY))
        assert [(r.is_ok, r.detail) for r in runs(committed)] == [(False, "LookupError")]

    def test_only_one_process_is_at_it(self, committed) -> None:
        inside, leave, ran = Barrier(2), Event(), []

        def slow() -> str:
            inside.wait(timeout=60)
            leave.wait(timeout=60)
            ran.append(1)
            return ""

        first = Thread(target=run_job, args=[Job("slow", slow, EVERY)])
        first.start()
        inside.wait(timeout=60)
        assert run_job(Job("slow", lambda: "twice", EVERY)) is None
        leave.set()
        first.join(timeout=60)
        assert ran == [1]
        assert run_job(Job("slow", lambda: "after", EVERY)) == "after"

    def test_a_daily_job_runs_once_a_day_unless_forced(self, committed) -> None:
        daily = Job("daily", lambda: "done", at=time(3))
        assert run_job(daily) == "done"
        assert run_job(daily) is None
        assert run_job(daily, force=True) == "done"


class TestIsDue:
    NOW = datetime(2026, 11, 18, 2, 58, tzinfo=UTC)  # 10:58 in Shanghai

    @pytest.mark.parametrize(
        ("at", "hours_ago", "is_ok", "expected"),
        [
            (time(3), None, True, True),
            (time(3), 7, True, False),
            (time(3), 9, True, True),
            (time(12), 7, True, False),
            (time(12), 24, True, True),
            (time(3), 2, False, True),
            (time(3), 0.5, False, False),
        ],
    )
    def test_once_after_its_hour(self, at, hours_ago, is_ok, expected) -> None:
        last = None if hours_ago is None else JobRun(name="x", started_at=self.NOW - timedelta(hours=hours_ago), is_ok=is_ok)
        assert is_due(at, last, self.NOW) is expected


class TestJob:
    @pytest.mark.parametrize("rhythm", [{}, {"every": EVERY, "at": time(3)}])
    def test_a_job_has_exactly_one_rhythm(self, rhythm) -> None:
        with pytest.raises(ValueError, match="either"):
            job("odd", **rhythm)
