"""Serves the built pages, their socket and the API on one port; builds nothing, so that a start takes seconds."""

import multiprocessing
import os
from pathlib import Path

from granian.constants import Interfaces
from granian.server import Server

from estate_app.errors import UnavailableError
from estate_app.kit.i18n import msg
from estate_app.settings import settings

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / ".web" / "build" / "client" / "index.html"
# Reflex reads these when the worker imports the app: production, pages as they were built, served beside the socket.
_REFLEX = {"REFLEX_ENV_MODE": "prod", "__REFLEX_SKIP_COMPILE": "true", "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true"}
_MOST_WORKERS = 8


def serve() -> None:
    """Serve until told to stop. With Redis there is a worker per core; without it page state lives in one."""
    if not BUILT.exists():
        raise UnavailableError(msg("The pages are not built yet: run `python -m tools.build`"))
    os.chdir(ROOT)
    os.environ.update(_REFLEX, REFLEX_STATES_WORKDIR=str(settings().var_dir.absolute() / "states"))
    # A forked worker would inherit open database connections and Polars' thread pool, which hangs after a fork.
    multiprocessing.set_start_method("spawn", force=True)
    workers = min(os.cpu_count() or 1, _MOST_WORKERS) if settings().redis_url else 1
    Server(
        target="estate_app.estate_app:app",
        factory=True,
        address=settings().host,
        port=settings().port,
        interface=Interfaces.ASGI,
        workers=workers,
        log_access=False,
        websockets=True,
        workers_kill_timeout=10,
    ).serve()
