"""What waits for a person at each entry of the navigation: one row per counter, asked of the domain that knows."""

from collections.abc import Callable

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing import queries as billing
from estate_app.billing.discounts import count_requests
from estate_app.db import UnitOfWork
from estate_app.feedback.queries import count_waiting
from estate_app.kit.clock import business_date
from estate_app.kit.pagination import PageRequest
from estate_app.payment import queries as payment
from estate_app.payment.models import RefundStatus
from estate_app.payment.reconciliation import arrivals
from estate_app.payment.reconciliation import queries as reconciliation
from estate_app.repair import queries as repair
from estate_app.repair.filters import OrderFilter
from estate_app.repair.models import OrderStatus

Count = Callable[[UnitOfWork, Actor], int]


def _unassigned(uow: UnitOfWork, actor: Actor) -> int:
    return repair.order_counts(uow.session, actor, now=uow.now).waiting


def _offered(uow: UnitOfWork, actor: Actor) -> int:
    return repair.count_orders(uow.session, actor, filter=OrderFilter(statuses=(OrderStatus.assigned,)), now=uow.now)


def _unpaid(uow: UnitOfWork, actor: Actor) -> int:
    return billing.amount_due(uow.session, actor, on=business_date(uow.now)).count


def _proposed_refunds(uow: UnitOfWork, actor: Actor) -> int:
    return payment.list_refunds(uow.session, actor, page=PageRequest(size=1), status=RefundStatus.proposed).total


def _waivers(uow: UnitOfWork, actor: Actor) -> int:
    return count_requests(uow.session, actor, on=business_date(uow.now))


def _held_claims(uow: UnitOfWork, actor: Actor) -> int:
    return payment.list_suspense(uow.session, actor, page=PageRequest(size=1)).total


def _differences(uow: UnitOfWork, actor: Actor) -> int:
    return reconciliation.open_differences(uow.session, actor) + arrivals.count_arrivals(uow.session, actor)


def _feedback(uow: UnitOfWork, actor: Actor) -> int:
    return count_waiting(uow.session, actor)


# (the counter's name in `ui/nav.py`, who must act, how it is counted)
COUNTS: tuple[tuple[str, Permission, Count], ...] = (
    ("dispatch", Permission.repairs_dispatch, _unassigned),
    ("jobs", Permission.work_orders, _offered),
    ("bills", Permission.own_bills, _unpaid),
    ("held", Permission.reconcile, _held_claims),
    ("differences", Permission.reconcile, _differences),
    ("refunds", Permission.refunds_approve, _proposed_refunds),
    ("feedback", Permission.feedback, _feedback),
    ("waivers", Permission.waivers_approve, _waivers),
)


def waiting(uow: UnitOfWork, actor: Actor) -> dict[str, int]:
    """Count what waits for the actor, each counter only where its permission is held."""
    return {name: count(uow, actor) for name, permission, count in COUNTS if actor.can(permission)}
