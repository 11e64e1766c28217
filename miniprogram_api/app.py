"""Puts the API together: mounted under /mp/v1 beside the pages, or run alone with `python -m estate_app api`."""

from typing import Any

from fastapi import Depends, FastAPI

from miniprogram_api import live
from miniprogram_api.deps import name_route
from miniprogram_api.errors import install
from miniprogram_api.limits import BodyLimit, RateLimit
from miniprogram_api.routers import (
    arrears,
    auth,
    balance,
    bills,
    config,
    disclosures,
    feedback,
    household,
    invoices,
    labels,
    media,
    meters,
    notices,
    payments,
    personal,
    preferences,
    repairs,
    rooms,
    sessions,
    tips,
)

VERSION = "1.0.0"
_ABOUT = """What the WeChat mini-program can do: report repairs and follow them, see bills and pay them, read notices.

Refusals are problem details (RFC 9457) in the language of `Accept-Language`. Lists come in parts with `next_cursor` and carry an ETag.
Amounts are whole fen, instants are UTC, dates are Shanghai's."""


def create_app(lifespan: Any = None) -> FastAPI:
    """Make the API; `lifespan` is for an API that runs alone, a mounted one's never runs."""
    app = FastAPI(
        title="Mini-program API",
        version=VERSION,
        description=_ABOUT,
        dependencies=[Depends(name_route)],
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        lifespan=lifespan,
    )
    # Routes are tried one after the other: what phones ask for most stands first.
    subjects = (
        repairs,
        auth,
        sessions,
        preferences,
        personal,
        arrears,
        rooms,
        household,
        tips,
        meters,
        labels,
        bills,
        payments,
        balance,
        invoices,
        media,
        notices,
        disclosures,
        feedback,
        config,
    )
    for subject in subjects:
        app.include_router(subject.router)
    app.router.routes.append(live.ROUTE)
    app.add_middleware(BodyLimit)
    app.add_middleware(RateLimit)
    install(app)
    return app
