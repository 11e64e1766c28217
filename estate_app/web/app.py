"""The browser's plain HTTP side: everything that is neither a page nor the socket, with the mini-program's API mounted beside it.

Reflex mounts its pages and its socket below this app, so that what surrounds requests here surrounds them too.
"""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount

from estate_app.web import callbacks, cashier, documents, field, health, imports, media, reconciliation, session
from estate_app.web.middleware import RequestLog, SecurityHeaders
from estate_app.web.routing import route
from miniprogram_api.app import create_app

API_PREFIX = "/mp/v1"


def create_http() -> Starlette:
    """Make the app that Reflex takes as its `api_transformer`."""
    return Starlette(
        routes=[Mount(API_PREFIX, create_app()), *own_routes()],
        middleware=[Middleware(RequestLog), Middleware(SecurityHeaders)],
    )


def own_routes() -> list[BaseRoute]:
    """The routes of the browser, each with its own check of who may."""
    return [
        route("/session/end", session.end, methods=("POST",)),
        route("/session/{ticket}", session.begin),
        route("/media/upload", media.upload, methods=("POST",)),
        route("/media/{id}/{variant}", media.serve),
        route("/receipts/{id}.pdf", documents.receipt),
        route("/invoices/{id}.pdf", documents.invoice),
        route("/day-reports/{id}.pdf", documents.day_report),
        route("/arrears/letters/{id}.pdf", documents.letter),
        route("/labels.pdf", documents.labels),
        route("/export/{name}.{kind}", documents.export),
        route("/reconciliation/statement", reconciliation.statement, methods=("POST",)),
        route("/reconciliation/arrivals", reconciliation.arrivals, methods=("POST",)),
        route("/personal/{id}.zip", documents.own_data),
        route("/imports/upload", imports.upload, methods=("POST",)),
        route("/imports/{id}.xlsx", imports.marked),
        route("/field/steps", field.steps, methods=("POST",)),
        route("/go/pay/{id}", cashier.go),
        route("/return/{id}", cashier.come_back, methods=("GET", "POST")),
        route("/callbacks/{source}", callbacks.receive, methods=("POST",)),
        route("/healthz", health.alive),
        route("/readyz", health.ready),
        route("/metrics", health.metrics),
    ]
