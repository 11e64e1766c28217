"""`run` and the processes it is made of: `api`, `jobs`, `sandbox`."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from sqlmodel import select

from estate_app import db
from estate_app.commands.output import AsJson, errors, say_rows
from estate_app.db import UnitOfWork, run_in_uow
from estate_app.demo.accounts import ACCOUNTS, PASSWORD
from estate_app.logging import configure_logging
from estate_app.migration import migrate
from estate_app.property.models import Estate
from estate_app.settings import settings


def run() -> None:
    """Start everything on one port: database, migrations, the demo estate on the first start, the vendors' sandbox, the pages."""
    from estate_app.serve import serve

    configure_logging()
    migrate(db.engine())
    if settings().demo:
        _ensure_demo()
        _show_accounts()
    with _sandbox_beside():
        serve()


def api(
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen at.")] = 3002,
) -> None:
    """Serve the mini-program's API alone."""
    import uvicorn

    from miniprogram_api.app import create_app
    from miniprogram_api.live import listening

    configure_logging()
    migrate(db.engine())
    uvicorn.run(create_app(listening), host=host, port=port, log_config=None, server_header=False, proxy_headers=False)


def jobs(
    once: Annotated[str, typer.Option(help="Run this job now, once, and end.")] = "",
    as_json: AsJson = False,  # noqa: FBT002 -- a flag
    list_: Annotated[bool, typer.Option("--list", help="List the jobs and end.")] = False,  # noqa: FBT002 -- a flag
) -> None:
    """Run the timed jobs in a process of their own, until it is told to stop."""
    from estate_app.jobs import scheduler
    from estate_app.jobs.registry import all_jobs, find_job, run_job

    if list_:
        say_rows([{"job": j.name, "rhythm": str(j.every or f"daily at {j.at:%H:%M}")} for j in all_jobs()], as_json=as_json)
        return
    configure_logging()
    if once:
        job = find_job(once)
        if job is None:
            raise typer.BadParameter(f"there is no job {once}; see `jobs --list`")
        detail = run_job(job, force=True)
        say_rows([{"job": once, "ran": detail is not None, "detail": detail or ""}], as_json=as_json)
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler.run_until(stop)


def sandbox() -> None:
    """Run the local stand-in for the payment, SMS and WeChat servers; refused outside the demo."""
    from estate_app.sandbox.__main__ import main

    main()


@contextmanager
def _sandbox_beside() -> Iterator[None]:
    """Run the sandbox as a child process while the product runs."""
    if not settings().sandbox:
        yield
        return
    child = subprocess.Popen([sys.executable, "-m", "estate_app.sandbox"])
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()


def _ensure_demo() -> None:
    """Make the demo company on the first start; a database that holds an estate is left as it is."""
    if run_in_uow(_is_empty):
        from estate_app.commands.data import make_demo

        make_demo()


def _is_empty(uow: UnitOfWork) -> bool:
    return uow.session.exec(select(Estate.id).limit(1)).first() is None


def _show_accounts() -> None:
    errors.print(f"[bold]{settings().public_url}[/bold]   password: {PASSWORD}")
    for account in ACCOUNTS:
        errors.print(f"  {account.phone}  {account.caption}")
