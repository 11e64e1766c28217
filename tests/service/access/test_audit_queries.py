"""The trail is searchable by who may read everywhere, and by nobody else."""

from datetime import timedelta

import pytest

from estate_app.access.audit import record
from estate_app.access.audit_queries import AuditFilter, entries_of, get_entry, list_areas, list_audit
from estate_app.access.permission import PermissionSet
from estate_app.db import UnitOfWork
from estate_app.errors import ForbiddenError, NotFoundError
from estate_app.kit.pagination import PageRequest
from tests.fixtures import make


@pytest.fixture
def trail(uow, cast):
    for hours, (actor, action, entity, entity_id) in enumerate(
        [
            (cast.finance, "bill:void", "bill", 7),
            (cast.dispatcher, "repair:assign", "repair_order", 7),
            (cast.finance, "bill:settle", "bill", 8),
            (cast.finance, "billing:odd", "bill", 8),
        ]
    ):
        record(
            UnitOfWork(uow.session, uow.now + timedelta(hours=hours)),
            actor,
            action,
            entity,
            entity_id,
            before={"status": "a"},
            after={"status": "b"},
        )
    uow.flush()


def actions(page):
    return [row.action for row in page.rows]


def search(uow, actor, **filter):
    return list_audit(uow.session, actor, filter=AuditFilter(**filter), page=PageRequest())


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ({}, ["billing:odd", "bill:settle", "repair:assign", "bill:void"]),
        ({"area": "bill"}, ["bill:settle", "bill:void"]),
        ({"q": "dispatcher"}, ["repair:assign"]),
        ({"q": "SETTLE"}, ["bill:settle"]),
        ({"q": "7"}, ["repair:assign", "bill:void"]),
        ({"q": "%"}, []),
        ({"entity": "bill", "entity_id": 8}, ["billing:odd", "bill:settle"]),
    ],
)
def test_filters(uow, cast, trail, filter, found):
    page = search(uow, cast.auditor, **filter)
    assert (actions(page), page.total) == (found, len(found))


def test_a_span_includes_its_beginning_and_not_its_end(uow, cast, trail):
    span = {"since": uow.now + timedelta(hours=1), "until": uow.now + timedelta(hours=3)}
    assert actions(search(uow, cast.admin, **span)) == ["bill:settle", "repair:assign"]


@pytest.mark.parametrize("name", ["owner", "worker", "supervisor", "dispatcher", "cashier", "finance", "service"])
def test_others_read_nothing(uow, cast, trail, name):
    for call in (search, lambda u, a: list_areas(u.session, a), lambda u, a: get_entry(u.session, a, 1)):
        with pytest.raises(ForbiddenError):
            call(uow, getattr(cast, name))


def test_an_auditor_of_one_estate_does_not_search_the_trail_of_all(uow, cast, trail):
    local = make.manager(uow, "本地", "13800000042", PermissionSet.auditor, cast.estate)
    with pytest.raises(ForbiddenError):
        search(uow, local)


def test_areas_are_those_that_occur(uow, cast, trail):
    assert list_areas(uow.session, cast.auditor) == ["bill", "billing", "repair"]


def test_one_entry_with_its_before_and_after(uow, cast, trail):
    entry = get_entry(uow.session, cast.auditor, search(uow, cast.auditor, area="repair").rows[0].id)
    assert (entry.actor_name, entry.before, entry.after) == ("dispatcher", {"status": "a"}, {"status": "b"})
    with pytest.raises(NotFoundError):
        get_entry(uow.session, cast.auditor, 10**9)


def test_the_strip_of_a_thing_shows_its_last_entries_to_managers_only(uow, cast, trail):
    assert [e.action for e in entries_of(uow.session, cast.finance, entity="bill", entity_id=8, limit=1)] == ["billing:odd"]
    for stranger in (cast.owner, cast.worker):
        with pytest.raises(ForbiddenError):
            entries_of(uow.session, stranger, entity="bill", entity_id=8)
