"""What managers see of the jobs."""

from datetime import timedelta

import pytest

from estate_app.errors import ForbiddenError
from estate_app.jobs.models import JobRun
from estate_app.jobs.queries import job_states


def test_the_last_good_and_the_last_failed_run_of_each_job(uow, cast) -> None:
    for hours, name, is_ok in ((30, "backup", True), (6, "backup", True), (1, "backup", False), (3, "tidy", True)):
        at = uow.now - timedelta(hours=hours)
        uow.session.add(JobRun(name=name, started_at=at, ended_at=at, is_ok=is_ok))
    uow.flush()
    backup, tidy = job_states(uow.session, cast.supervisor)
    assert (backup.name, backup.ok_at, backup.is_failing) == ("backup", uow.now - timedelta(hours=6), True)
    assert (tidy.ok_at, tidy.failed_at, tidy.is_failing) == (uow.now - timedelta(hours=3), None, False)


def test_residents_and_technicians_may_not_look(uow, cast) -> None:
    for actor in (cast.owner, cast.worker):
        with pytest.raises(ForbiddenError):
            job_states(uow.session, actor)
