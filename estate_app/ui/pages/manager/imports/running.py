"""Runs an import beside the page: the page may be left, a kill is made good by the job that resumes imports."""

import asyncio

from estate_app.importing.uploads import run_job

_running: set[asyncio.Task[None]] = set()


def run_beside(job_id: int) -> None:
    """Check or write an import in a thread."""
    task = asyncio.create_task(asyncio.to_thread(run_job, job_id))
    _running.add(task)
    task.add_done_callback(_running.discard)
