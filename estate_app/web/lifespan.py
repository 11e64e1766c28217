"""What a web process does first, whoever started it: a server's worker inherits no set-up of its parent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from estate_app.logging import configure_logging

log = structlog.get_logger(__name__)


@asynccontextmanager
async def serving() -> AsyncIterator[None]:
    """Write logs as JSON for as long as the process lives; a Reflex lifespan task."""
    configure_logging()
    log.info("web_started")
    yield
    log.info("web_stopped")
