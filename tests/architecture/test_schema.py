"""The migrations make exactly the tables of the code, and can be taken back."""

from sqlalchemy import create_engine, inspect

from alembic import command
from estate_app import migration
from estate_app.db import sqlalchemy_url


def test_autogenerate_finds_no_drift_and_downgrade_leaves_nothing(databases):
    url = databases.new()
    engine = create_engine(sqlalchemy_url(url))
    with engine.begin() as connection:
        command.check(migration._config(connection))
    migration.downgrade(engine)
    assert inspect(engine).get_table_names() in (["alembic_version"], [])
    migration.migrate(engine)
    engine.dispose()
    databases.drop(url)
