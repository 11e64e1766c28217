"""What Prometheus reads: requests and their time, and the state of the queues at the moment of reading."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlmodel import Session

from estate_app.db import run_in_uow

registry = CollectorRegistry()
ProcessCollector(registry=registry)
REQUESTS = Counter("estate_http_requests", "Requests by route.", ["method", "route", "status"], registry=registry)
SECONDS = Histogram("estate_http_request_seconds", "Time to answer by route.", ["route"], registry=registry)

_GAUGES = {
    "estate_outbox_waiting": ("Messages that wait to be sent.", "SELECT count(*) FROM outbox_message WHERE state = 'waiting'"),
    "estate_outbox_failed": ("Messages that were given up.", "SELECT count(*) FROM outbox_message WHERE state = 'failed'"),
    "estate_payments_pending": ("Payments whose outcome is not known.", "SELECT count(*) FROM payment WHERE status = 'pending'"),
    "estate_suspense_open": ("Amounts that wait for an owner.", "SELECT count(*) FROM suspense WHERE resolved_at IS NULL"),
    "estate_orders_unassigned": (
        "Repair orders without a technician.",
        "SELECT count(*) FROM repair_order WHERE status = 'submitted'",
    ),
    "estate_backup_age_seconds": (
        "Time since the last good backup.",
        "SELECT extract(epoch FROM now() - max(ended_at)) FROM job_run WHERE name = 'backup' AND is_ok",
    ),
}


class Queues(Collector):
    """Reads the queues' lengths when it is asked."""

    def collect(self) -> Iterator[Metric]:
        """Read every gauge in one transaction; one without a value is left out."""
        for name, value in run_in_uow(lambda uow: _read(uow.session)).items():
            gauge = GaugeMetricFamily(name, _GAUGES[name][0])
            gauge.add_metric([], value)
            yield gauge


def _read(session: Session) -> dict[str, float]:
    found = {name: session.connection().scalar(text(query)) for name, (_, query) in _GAUGES.items()}
    return {name: float(value) for name, value in found.items() if value is not None}


def exposition() -> bytes:
    """Everything, in Prometheus's text format."""
    queues = CollectorRegistry()
    queues.register(Queues())
    return generate_latest(registry) + generate_latest(queues)
