"""Decides when jobs run: APScheduler in a background thread of the web process, or in a process of its own."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

import estate_app.jobs.tasks  # noqa: F401 -- registers the jobs
from estate_app.jobs.registry import all_jobs, run_job
from estate_app.settings import settings

log = structlog.get_logger(__name__)
_DAILY_LOOK = timedelta(minutes=5)
_THREADS = 4


def start_scheduler() -> BackgroundScheduler:
    """Start the scheduler of this process; any number of processes may run one. Daily jobs are looked at every five minutes."""
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(_THREADS)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone="UTC",
    )
    for job in all_jobs():
        seconds = (job.every or _DAILY_LOOK).total_seconds()
        scheduler.add_job(run_job, "interval", args=[job], id=job.name, seconds=seconds, jitter=min(seconds / 10, 10))
    scheduler.start()
    log.info("jobs_started", count=len(all_jobs()))
    return scheduler


def run_until(stop: threading.Event) -> None:
    """Run the scheduler until asked to stop, and wait for what is running."""
    scheduler = start_scheduler()
    stop.wait()
    scheduler.shutdown(wait=True)


@asynccontextmanager
async def scheduling() -> AsyncIterator[None]:
    """Run the jobs for as long as the web process lives, unless ESTATE_RUN_JOBS is off; a Reflex lifespan task."""
    if not settings().run_jobs:
        yield
        return
    scheduler = await asyncio.to_thread(start_scheduler)
    try:
        yield
    finally:
        await asyncio.to_thread(scheduler.shutdown, wait=True)
