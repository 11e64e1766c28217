"""Backups: what is kept, and making or proving one now beside the page."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.jobs.backups import TOPIC, BackupWork, list_kept
from estate_app.jobs.models import JobRun
from estate_app.jobs.queries import JobState, job_states
from estate_app.jobs.registry import last_run
from estate_app.kit.i18n import msg
from estate_app.settings import settings
from estate_app.ui.components.toast import toast_info
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.backups import present, working
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Kpi

_SYSTEM = Permission.system


@dataclass(frozen=True, slots=True)
class _Seen:
    states: list[JobState]
    runs: list[JobRun | None]
    now: datetime


class BackupsState(rx.State):
    """What is kept and what runs."""

    kpis: list[Kpi] = []
    rows: list[present.BackupLine] = []
    progress: present.Progress = present.Progress()
    failure: str = ""
    stage: str = LOADING

    @rx.event
    @requires(_SYSTEM)
    async def load(self) -> None:
        """Read what is kept and stay live."""
        await self._refresh(me())
        watch(self, TOPIC)

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        seen = await in_uow(_read, actor)
        kept = await asyncio.to_thread(list_kept, actor)
        self.kpis = present.figures(kept, seen.states, keep=settings().backup_keep, now=seen.now, locale=locale)
        self.rows = [present.backup_line(one, now=seen.now, locale=locale) for one in kept]
        self.failure = present.failure(seen.runs, now=seen.now, locale=locale)
        now = working.running()
        self.progress = present.progress(now.work, now.step, locale=locale) if now else present.Progress()
        self.stage = READY

    @rx.event
    @requires(_SYSTEM)
    async def back_up(self) -> rx.event.EventSpec:
        """Make a backup now."""
        return await self._start(BackupWork.backup)

    @rx.event
    @requires(_SYSTEM)
    async def drill(self) -> rx.event.EventSpec:
        """Restore the newest backup into a scratch database and compare it."""
        return await self._start(BackupWork.backup_drill)

    async def _start(self, work: BackupWork) -> rx.event.EventSpec:
        await working.start(me(), work)
        await self._refresh(me())
        return toast_info(await say(self, msg("It runs in the background. You may leave this page")))


def _read(uow: UnitOfWork, actor: Actor) -> _Seen:
    actor.require(_SYSTEM)
    return _Seen(job_states(uow.session, actor), [last_run(uow, work.value) for work in BackupWork], uow.now)
