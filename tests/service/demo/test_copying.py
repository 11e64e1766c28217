"""Writing in the background: in order, complete at the end, and what goes wrong there is raised here."""

import psycopg
import pytest
from sqlalchemy import text

from estate_app.access.models import Serial
from estate_app.demo.copying import Copier


def serials(uow):
    return uow.session.execute(text("SELECT name, value FROM serial WHERE name LIKE 'copying:%' ORDER BY name")).all()


def test_what_is_written_in_the_background_is_there_at_the_end_in_the_order_in_which_it_was_given(uow):
    copier, seen = Copier(uow.session), []
    with copier.in_background():
        for number in range(60):
            copier.write(Serial, "name value", [(f"copying:{number:02d}", number)])
            if number == 30:
                copier.then(lambda: seen.extend(serials(uow)))
    assert serials(uow) == [(f"copying:{number:02d}", number) for number in range(60)]
    assert seen == serials(uow)[:31]
    assert copier.counts == {"serial": 60}


def write_twice(copier):
    with copier.in_background():
        for _ in range(100):
            copier.write(Serial, "name value", [("copying:twice", 1)])


def test_a_write_that_fails_in_the_background_fails_the_whole_and_the_writes_after_it(uow):
    nested = uow.session.begin_nested()
    with pytest.raises(psycopg.errors.UniqueViolation):
        write_twice(Copier(uow.session))
    nested.rollback()
    assert serials(uow) == []


def write_one_and_fail(copier):
    with copier.in_background():
        copier.write(Serial, "name value", [("copying:one", 1)])
        raise LookupError


def test_the_generator_s_own_failure_leaves_the_connection_free(uow):
    copier = Copier(uow.session)
    nested = uow.session.begin_nested()
    with pytest.raises(LookupError):
        write_one_and_fail(copier)
    nested.rollback()
    copier.write(Serial, "name value", [("copying:two", 2)])
    assert serials(uow) == [("copying:two", 2)]
