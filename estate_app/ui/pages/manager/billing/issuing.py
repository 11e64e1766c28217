"""Issues a run beside the page: the page may be left, a kill is made good by the job that resumes runs."""

import asyncio

import structlog

from estate_app.access.actor import Actor
from estate_app.billing.issue import issue_run, start_issue
from estate_app.db import in_uow
from estate_app.errors import EstateError

log = structlog.get_logger(__name__)
_running: set[asyncio.Task[None]] = set()


async def issue_in_background(actor: Actor, *, run_id: int, expected_count: int) -> None:
    """Check and close the draft now, so that refusals reach the person; then issue in chunks in a thread."""
    await in_uow(start_issue, actor, run_id=run_id, expected_count=expected_count)
    task = asyncio.create_task(_issue(actor, run_id))
    _running.add(task)
    task.add_done_callback(_running.discard)


async def _issue(actor: Actor, run_id: int) -> None:
    try:
        await asyncio.to_thread(issue_run, actor, run_id=run_id)
    except EstateError as error:
        log.warning("issue_stopped", run_id=run_id, reason=error.message.id)
