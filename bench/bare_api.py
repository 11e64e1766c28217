"""The machine's own limit for the API: FastAPI and SQLModel on the same PostgreSQL, one statement a request, nothing else."""

from datetime import datetime

from fastapi import FastAPI
from sqlalchemy import Engine, text
from sqlmodel import Field, Session, SQLModel, col, select

from estate_app import db

ROWS_EACH = 200


class BenchRow(SQLModel, table=True):
    """One row about as wide as an order."""

    __tablename__ = "bench_row"
    id: int | None = Field(default=None, primary_key=True)
    owner: int = Field(index=True)
    title: str
    body: str
    state: str
    at: datetime


class RowIn(SQLModel):
    """What a client sends."""

    owner: int
    title: str
    body: str
    state: str
    at: datetime


def fill(engine: Engine, count: int) -> int:
    """Make the table and its rows; answers how many owners there are."""
    SQLModel.metadata.tables["bench_row"].create(engine)
    owners = max(1, count // ROWS_EACH)
    statement = (
        "INSERT INTO bench_row (owner, title, body, state, at) SELECT n % :owners, 'WX' || n,"
        " '厨房水槽下面的水管漏水，已经关了总阀', 'closed', now() - n * interval '10 minutes' FROM generate_series(1, :count) n"
    )
    with engine.begin() as connection:
        connection.execute(text(statement), {"owners": owners, "count": count})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE bench_row"))
    return owners


def create_app() -> FastAPI:
    """Make the app with its two routes."""
    app = FastAPI()

    @app.get("/readyz")
    def ready() -> bool:
        with Session(db.engine()) as session:
            return session.scalar(text("SELECT true")) is True

    @app.post("/rows", status_code=201)
    def insert(row: RowIn) -> BenchRow:
        with Session(db.engine(), expire_on_commit=False) as session:
            made = BenchRow(**row.model_dump())
            session.add(made)
            session.commit()
            return made

    @app.get("/rows")
    def rows(owner: int) -> list[BenchRow]:
        with Session(db.engine()) as session:
            return list(session.exec(select(BenchRow).where(BenchRow.owner == owner).order_by(col(BenchRow.at).desc()).limit(50)))

    return app
