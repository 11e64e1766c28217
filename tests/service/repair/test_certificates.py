"""Permits: who may note them, that dispatch asks for a valid one, and that somebody is told before one ends."""

from datetime import date, timedelta

import pytest

from estate_app.errors import ForbiddenError, InvalidError, NotFoundError
from estate_app.repair import certificates
from estate_app.repair.decisions import decisions_of
from estate_app.repair.models import QueueReason
from tests.service.repair.steps import count, inbox, new_order

TODAY = date(2026, 11, 18)


def permit(uow, cast, who=None, ends_on=TODAY, trade="plumbing", name="管道工证", actor=None):
    return certificates.add_certificate(
        uow, actor or cast.supervisor, technician_id=(who or cast.worker).id, trade=trade, name=name, number="T-1", ends_on=ends_on
    )  # fmt: skip


def test_dispatch_asks_for_a_valid_permit_where_the_category_needs_one(uow, cast):
    cast.category.needs_certificate = True
    assert new_order(uow, cast).queue_reason is QueueReason.no_trade
    permit(uow, cast, ends_on=TODAY - timedelta(days=1))
    permit(uow, cast, cast.mate, trade="lift")
    order = new_order(uow, cast)
    reasons = {e.name: e.reason for e in decisions_of(uow.session, order.id)[0].ranking.exclusions}
    assert (order.technician_id, reasons) == (None, {"王建国": "no_certificate", "李志强": "no_certificate"})
    permit(uow, cast, cast.mate)
    assert new_order(uow, cast).technician_id == cast.mate.id


def test_a_permit_that_ends_is_told_once_to_the_technician_and_the_managers(uow, cast):
    late = permit(uow, cast, ends_on=TODAY + timedelta(days=31))
    assert certificates.warn_of_ends(uow) == 0
    uow.now += timedelta(days=1)
    assert (certificates.warn_of_ends(uow), certificates.warn_of_ends(uow)) == (1, 0)
    for told in (cast.worker, cast.supervisor, cast.dispatcher, cast.admin):
        assert inbox(uow, told) == ["certificate_ends"]
    for other in (cast.mate, cast.foreign_dispatcher, cast.auditor, cast.owner):
        assert inbox(uow, other) == []
    late.ends_on += timedelta(days=10)
    uow.now += timedelta(days=10)
    assert certificates.warn_of_ends(uow) == 1


def test_what_is_wrong_is_named_and_strangers_find_nothing(uow, cast):
    for changes, field in (({"trade": "magic"}, "trade"), ({"name": " "}, "name")):
        with pytest.raises(InvalidError) as refused:
            permit(uow, cast, **changes)
        assert refused.value.field == field
    kept = permit(uow, cast)
    for call in (
        lambda who: permit(uow, cast, actor=who),
        lambda who: certificates.remove_certificate(uow, who, certificate_id=kept.id),
        lambda who: certificates.list_certificates(uow.session, who, technician_id=cast.worker.id, today=TODAY),
    ):
        with pytest.raises(NotFoundError):
            call(cast.foreign_dispatcher)
        with pytest.raises(ForbiddenError):
            call(cast.owner)
    with pytest.raises(ForbiddenError):
        certificates.list_certificates(uow.session, cast.mate, technician_id=cast.worker.id, today=TODAY)
    assert count(uow, "technician_certificate") == 1
    own = certificates.list_certificates(uow.session, cast.worker, technician_id=cast.worker.id, today=TODAY)
    assert [(c.name, c.days_left) for c in own] == [("管道工证", 0)]
    certificates.remove_certificate(uow, cast.dispatcher, certificate_id=kept.id)
    assert count(uow, "technician_certificate") == 0
