"""One import: it is checked as soon as it is opened; then columns may be chosen, and it is written or put aside."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork, in_uow
from estate_app.importing import uploads
from estate_app.importing.models import ImportJob, ImportStatus
from estate_app.kit.i18n import msg
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.imports import present
from estate_app.ui.pages.manager.imports.list_state import MAY
from estate_app.ui.pages.manager.imports.running import run_beside
from estate_app.ui.query import path_number
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option


class ImportState(rx.State):
    """The import of the URL; `dialog` is columns or write."""

    view: present.JobView = present.JobView()
    problems: list[present.ProblemLine] = []
    columns: list[present.ColumnLine] = []
    titles: list[Option] = []
    dialog: str = ""
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(*MAY)
    async def load(self) -> None:
        """Read the import, begin its check if nobody has, and stay live."""
        job = await self._refresh(me())
        watch(self, f"import:{path_number(self)}")
        if job.status is ImportStatus.waiting:
            run_beside(path_number(self))

    async def _refresh(self, actor: Actor) -> ImportJob:
        locale = await locale_of(self)
        job = await in_uow(_read, actor, path_number(self))
        self.view = present.job_view(job, locale=locale)
        self.problems = present.problem_lines(job, locale=locale)
        if self.dialog != "columns":
            self.columns, self.titles = present.column_lines(job, locale=locale), present.title_options(job)
        self.stage = READY
        return job

    @rx.event
    @requires(*MAY)
    async def ask(self, what: str) -> None:
        """Open a form."""
        self.dialog, self.field_errors = what if what in {"columns", "write"} else "", {}

    @rx.event
    @requires(*MAY)
    async def keep(self) -> None:
        """Close the form; nothing changes."""
        self.dialog = ""

    @rx.event
    @requires(*MAY)
    async def choose(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Keep the chosen columns and check anew."""
        chosen = {name: str(value) for name, value in form.items() if value}
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            await in_uow(_choose, me(), path_number(self), chosen)
            self.dialog = ""
            run_beside(path_number(self))
            await self._refresh(me())
        finally:
            self.is_saving = False

    @rx.event
    @requires(*MAY)
    async def write(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Write the file: every row, or the good ones when that is ticked."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            await in_uow(_write, me(), path_number(self), form.get("skip_bad") in (True, "true", "on"))
            self.dialog = ""
            run_beside(path_number(self))
            await self._refresh(me())
        finally:
            self.is_saving = False

    @rx.event
    @requires(*MAY)
    async def discard(self) -> AsyncIterator[Any]:
        """Put the file aside; nothing of it was written."""
        await in_uow(_discard, me(), path_number(self))
        await self._refresh(me())
        yield toast_done(await say(self, msg("Put aside; nothing was written")))


def _read(uow: UnitOfWork, actor: Actor, key: int) -> ImportJob:
    return uploads.own_job(uow, actor, key)


def _choose(uow: UnitOfWork, actor: Actor, key: int, chosen: dict[str, str]) -> None:
    uploads.choose_columns(uow, actor, job_id=key, mapping=chosen)


def _write(uow: UnitOfWork, actor: Actor, key: int, skip_bad: bool) -> None:
    uploads.begin_writing(uow, actor, job_id=key, skip_bad=skip_bad)


def _discard(uow: UnitOfWork, actor: Actor, key: int) -> None:
    uploads.discard_job(uow, actor, job_id=key)
