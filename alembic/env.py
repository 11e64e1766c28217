"""Runs migrations on the connection it is given, or on the configured database."""

from sqlalchemy import Connection, create_engine

from alembic import context
from estate_app.db import database_url, sqlalchemy_url
from estate_app.schema import metadata


def run(connection: Connection) -> None:
    """Run every missing migration in one transaction."""
    context.configure(connection=connection, target_metadata=metadata(), compare_type=True, render_as_batch=False)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(sqlalchemy_url(database_url())).connect() as connection:
        run(connection)
        connection.commit()
