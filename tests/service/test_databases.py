"""The databases that tests borrow: one after another may use the same, as long as it is like new."""

import pytest
from sqlalchemy import create_engine, text

from estate_app.db import sqlalchemy_url


def run(url: str, statement: str) -> list[object]:
    engine = create_engine(sqlalchemy_url(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        found = connection.execute(text(statement))
        rows = list(found.scalars()) if found.returns_rows else []
    engine.dispose()
    return rows


ESTATE = """INSERT INTO estate (code, name, address, latitude, longitude, phone, is_collection_paused)
VALUES ('R1', '翠湖花园', '', 30, 114, '', false) RETURNING id"""


def test_a_database_that_is_given_back_is_empty_for_the_next_and_its_ids_begin_anew(databases):
    first = databases.borrow()
    assert run(first, ESTATE) == [1]
    run(first, "INSERT INTO audit_entry (at, actor_name, action, entity, entity_id, before, after, address) "
               "VALUES (now(), 'x', 'x', 'x', 1, '{}', '{}', '')")  # fmt: skip
    databases.give_back(first)
    again = databases.borrow()
    assert again == first
    assert run(again, "SELECT count(*) FROM audit_entry") == [0]
    assert run(again, ESTATE) == [1]
    databases.give_back(again)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE estate ADD COLUMN strange text",
        "ALTER TABLE estate ALTER COLUMN code DROP NOT NULL",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "CREATE TABLE strange (id int)",
        "DROP INDEX ix_bill_room_open",
        "UPDATE alembic_version SET version_num = 'strange'",
    ],
)
def test_a_database_whose_schema_was_changed_is_not_used_again(databases, change):
    url = databases.borrow()
    run(url, change)
    databases.give_back(url)
    others = [databases.borrow()]
    assert url not in others
    databases.give_back(others[0])
