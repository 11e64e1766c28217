"""Copies what changed in PostgreSQL into Parquet, so that no chart ever scans the live tables.

One file per extract, replaced by rename: a reader sees the old one or the new one. `state.json` keeps the watermark; losing it only
means that everything is read again.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import polars as pl
from sqlalchemy import text
from sqlmodel import Session

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.analytics.schema import EXTRACTS, INSTANT, conform, empty
from estate_app.analytics.sources import EXTRA_REPAIRS, KEYS, SQL
from estate_app.db import UnitOfWork, advisory_lock
from estate_app.kit.crypto import sign
from estate_app.repair.calendar import working_between
from estate_app.repair.models import Urgency
from estate_app.settings import settings

_OVERLAP = timedelta(minutes=30)
"""How far each run reaches back: a transaction may commit a while after the instant that it wrote."""
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_STATE = "state.json"


@dataclass(frozen=True, slots=True)
class ExtractReport:
    """How many rows each extract read and holds now; `is_busy` when another process was at it."""

    read: tuple[tuple[str, int], ...] = ()
    held: tuple[tuple[str, int], ...] = ()
    is_busy: bool = False


def refresh(uow: UnitOfWork, actor: Actor, *, folder: Path | None = None, whole: bool = False) -> ExtractReport:
    """Bring every extract up to date; with `whole`, read everything again. Two processes at once do the work once."""
    actor.require(Permission.system)
    target = folder or settings().extract_dir
    with advisory_lock(uow.session, f"analytics:extract:{target}") as is_mine:
        if not is_mine:
            return ExtractReport(is_busy=True)
        target.mkdir(parents=True, exist_ok=True)
        since = _BEGINNING if whole else _watermark(uow.session, target)
        read, held = [], []
        for name in EXTRACTS:
            fresh = _fetch(uow, name, since)
            frame = _merge(uow.session, name, fresh, target, whole=since == _BEGINNING)
            _replace(target / f"{name}.parquet", frame)
            read.append((name, fresh.height))
            held.append((name, frame.height))
        _save_state(uow.session, target, uow.now)
    return ExtractReport(tuple(read), tuple(held))


def load(name: str, *, folder: Path | None = None) -> pl.LazyFrame:
    """Open an extract; one that was never written has no rows."""
    path = (folder or settings().extract_dir) / f"{name}.parquet"
    return conform(pl.scan_parquet(path), name) if path.exists() else empty(name)


def extracted_at(*, folder: Path | None = None) -> datetime | None:
    """Say up to which instant the extracts reach, None when there are none."""
    state = _read_state(folder or settings().extract_dir)
    return datetime.fromisoformat(state["until"]) if "until" in state else None


def _watermark(session: Session, folder: Path) -> datetime:
    """Where the last run stopped; the beginning when a file is missing or the database is another one (a restore, say)."""
    state = _read_state(folder)
    is_whole = all((folder / f"{name}.parquet").exists() for name in EXTRACTS)
    if not is_whole or state.get("database") != _identity(session):
        return _BEGINNING
    return datetime.fromisoformat(state["until"]) - _OVERLAP


def _identity(session: Session) -> str:
    row = session.execute(text("SELECT oid::text, current_database() FROM pg_database WHERE datname = current_database()")).one()
    return ":".join(map(str, row))


def _read_state(folder: Path) -> dict[str, str]:
    path = folder / _STATE
    if not path.exists():
        return {}
    state = json.loads(path.read_text("utf-8"))
    return state if isinstance(state, dict) else {}


def _save_state(session: Session, folder: Path, until: datetime) -> None:
    spare = folder / f"{_STATE}.{os.getpid()}"
    spare.write_text(json.dumps({"until": until.isoformat(), "database": _identity(session)}), "utf-8")
    spare.replace(folder / _STATE)


def _fetch(uow: UnitOfWork, name: str, since: datetime) -> pl.DataFrame:
    """Stream a query's rows as CSV and give them the contract's types."""
    wire = {column: _wire(kind) for column, kind in EXTRACTS[name].items()}
    raw = uow.session.connection().connection.driver_connection
    if raw is None:
        raise RuntimeError("the session has no connection")
    buffer = BytesIO()
    with raw.cursor().copy(f"COPY ({SQL[name]}) TO STDOUT (FORMAT csv, HEADER)", {"since": since}) as copy:
        for block in copy:
            buffer.write(block)
    extra: dict[str, pl.DataType] = dict.fromkeys((*EXTRA_REPAIRS, "paused_seconds"), pl.Int64()) if name == "repairs" else {}
    buffer.seek(0)
    frame = pl.read_csv(buffer, schema_overrides=wire | extra, infer_schema=False)
    if name == "repairs":
        frame = _with_service_levels(frame, uow.now)
    if name == "events":
        users = frame["user_id"].unique()
        hidden = pl.Series([pseudonym(user) for user in users], dtype=pl.String())
        frame = frame.with_columns(pl.col("user_id").replace_strict(users, hidden, return_dtype=pl.String()))
    return conform(frame.lazy(), name).collect()


def _wire(kind: pl.DataType) -> pl.DataType:
    """The type in which the CSV stream carries a column."""
    if kind == INSTANT:
        return pl.Int64()
    return pl.Int8() if kind == pl.Boolean() else kind


def pseudonym(account_id: str) -> str:
    """Hide who a person is behind the deployment's key; the same person stays the same."""
    return sign(settings().secret, "analytics", account_id)


def _with_service_levels(frame: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Add minutes of working time and the verdicts on both promises; a promise not yet kept is broken once its time is over."""
    instants = ("submitted_at", "accepted_at", "completed_at", *EXTRA_REPAIRS)
    timed = frame.with_columns(pl.col(name).cast(INSTANT) for name in instants)
    rows = timed.select("submitted_at", "accepted_at", "completed_at", "paused_seconds", "urgency").iter_rows()
    minutes = list(_minutes(rows))
    kinds = {"response_minutes": pl.Int32, "completion_minutes": pl.Int32}
    spans = pl.DataFrame(minutes, schema=kinds, orient="row")
    ended_early = pl.col("status").is_in(["cancelled", "rejected"])
    return timed.hstack(spans).with_columns(
        _verdict("accepted_at", "respond_due_at", ended_early, now).alias("is_response_on_time"),
        _verdict("completed_at", "complete_due_at", ended_early, now).alias("is_completion_on_time"),
    )


def _minutes(rows: Iterator[tuple[datetime, datetime | None, datetime | None, int, str]]) -> Iterator[tuple[int | None, int | None]]:
    minute = timedelta(minutes=1)
    for submitted, accepted, completed, paused, urgency in rows:
        kind = Urgency(urgency)
        response = working_between(submitted, accepted, urgency=kind) if accepted else None
        completion = working_between(submitted, completed, urgency=kind) - timedelta(seconds=paused) if completed else None
        yield (
            None if response is None else response // minute,
            None if completion is None else max(0, completion // minute),
        )


def _verdict(done: str, due: str, ended_early: pl.Expr, now: datetime) -> pl.Expr:
    late_now = pl.when(pl.lit(now).cast(INSTANT) > pl.col(due)).then(pl.lit(False))
    return pl.when(pl.col(done).is_not_null()).then(pl.col(done) <= pl.col(due)).when(ended_early).then(None).otherwise(late_now)


def _merge(session: Session, name: str, fresh: pl.DataFrame, folder: Path, *, whole: bool) -> pl.DataFrame:
    """Let newer rows replace older ones; events of people who have refused since are taken out."""
    if whole:
        return fresh
    key = KEYS[name]
    frame = pl.concat([load(name, folder=folder).collect().join(fresh, on=key, how="anti"), fresh])
    if name == "events":
        refused = session.scalars(text("SELECT id::text FROM account WHERE NOT allows_behaviour")).all()
        frame = frame.filter(~pl.col("user_id").is_in([pseudonym(str(account)) for account in refused]))
    return frame


def _replace(path: Path, frame: pl.DataFrame) -> None:
    spare = path.with_suffix(f".{os.getpid()}")
    frame.write_parquet(spare, compression="zstd")
    spare.chmod(0o600)
    spare.replace(path)
