"""Backups and drills that run beside the page in this process; which one runs and how far it is."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from estate_app.access.actor import Actor
from estate_app.db import in_uow
from estate_app.errors import ConflictError
from estate_app.jobs.backups import BackupWork, announce, note_run, run_now
from estate_app.kit.i18n import msg

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """What runs and its current step, as the backup names it."""

    work: BackupWork
    step: str = ""


_running: dict[str, Running] = {}
_tasks: set[asyncio.Task[None]] = set()


def running() -> Running | None:
    """What runs in this process now."""
    return next(iter(_running.values()), None)


async def start(actor: Actor, work: BackupWork) -> None:
    """Note who asks and begin; the work goes on when the page is left. Refused while one runs."""
    if _running:
        raise ConflictError(msg("A backup or a drill is running already"))
    _running["now"] = Running(work)
    try:
        await in_uow(note_run, actor, work=work)
    except BaseException:
        _running.clear()
        raise
    task = asyncio.create_task(_run(work))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def _run(work: BackupWork) -> None:
    try:
        await asyncio.to_thread(_work, work, _tell(work))
    finally:
        _running.clear()
        await asyncio.to_thread(announce)


def _work(work: BackupWork, tell: Callable[[str], None]) -> None:
    if run_now(work, tell) is None:
        log.warning("backup_busy", work=work.value)


def _tell(work: BackupWork) -> Callable[[str], None]:
    def tell(step: str) -> None:
        _running["now"] = Running(work, step)
        announce()

    return tell
