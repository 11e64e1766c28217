"""The list of timed jobs. PostgreSQL decides who runs one: each run holds a lock over all processes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog
from sqlmodel import col, select
from structlog.contextvars import bound_contextvars

from estate_app.db import UnitOfWork, exclusive, run_in_uow
from estate_app.jobs.models import JobRun
from estate_app.kit.clock import at_local, business_date, utc_now

log = structlog.get_logger(__name__)
RETRY_DAILY = timedelta(hours=1)
Body = Callable[[], str]
"""What a job does; it returns a line for the log, or nothing when there was nothing to do."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job and its rhythm: every so often, or once a day at a Shanghai time."""

    name: str
    body: Body
    every: timedelta | None = None
    at: time | None = None


_jobs: dict[str, Job] = {}


def job(name: str, *, every: timedelta | None = None, at: time | None = None) -> Callable[[Body], Body]:
    """Register a function as a timed job, with exactly one rhythm."""
    if (every is None) == (at is None):
        raise ValueError(f"job {name} needs either `every` or `at`")

    def register(body: Body) -> Body:
        if name in _jobs:
            raise ValueError(f"job {name} is registered twice")
        _jobs[name] = Job(name, body, every, at)
        return body

    return register


def all_jobs() -> tuple[Job, ...]:
    """Every registered job, by name."""
    return tuple(_jobs[name] for name in sorted(_jobs))


def find_job(name: str) -> Job | None:
    """A job by its name."""
    return _jobs.get(name)


def is_due(at: time, last: JobRun | None, now: datetime) -> bool:
    """Whether a daily job has not yet run since its last hour; one that failed is tried again after an hour."""
    slot = at_local(business_date(now), at)
    if slot > now:
        slot = at_local(business_date(now) - timedelta(days=1), at)
    if last is None or last.started_at < slot:
        return True
    return not last.is_ok and now - last.started_at >= RETRY_DAILY


def run_job(job: Job, *, force: bool = False) -> str | None:
    """Run a job unless another process is at it or, for a daily one, it has run already; returns its line, None if it did not run.

    A failure is logged and kept as a run that was not well; it never ends the scheduler.
    """
    with exclusive(f"job:{job.name}") as got:
        if not got or (job.at is not None and not force and not is_due(job.at, run_in_uow(last_run, job.name), utc_now())):
            return None
        with bound_contextvars(job=job.name):
            return _run_locked(job)


def last_run(uow: UnitOfWork, name: str) -> JobRun | None:
    """The newest kept run of a job."""
    return uow.session.exec(select(JobRun).where(JobRun.name == name).order_by(col(JobRun.id).desc()).limit(1)).first()


def _run_locked(job: Job) -> str:
    started = utc_now()
    try:
        detail = job.body()
    except Exception as error:
        log.exception("job_failed")
        detail = f"{type(error).__name__}"
        run_in_uow(_keep_failure, job.name, started, detail)
        return detail
    if detail or job.at is not None:
        log.info("job_done", detail=detail)
        run_in_uow(_keep, JobRun(name=job.name, started_at=started, is_ok=True, detail=detail[:300]))
    return detail


def _keep(uow: UnitOfWork, run: JobRun) -> None:
    run.ended_at = uow.now
    uow.session.add(run)


def _keep_failure(uow: UnitOfWork, name: str, started: datetime, detail: str) -> None:
    """Keep a failure; one that repeats itself extends the same row, so that a dead vendor does not fill the table."""
    last = last_run(uow, name)
    if last is not None and not last.is_ok and last.detail == detail:
        last.started_at, last.ended_at = started, uow.now
        return
    _keep(uow, JobRun(name=name, started_at=started, is_ok=False, detail=detail))
