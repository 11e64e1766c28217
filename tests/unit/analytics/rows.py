"""Small hand-made extracts: a row names what matters to its test, the contract fills the rest."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

from estate_app.analytics.schema import EXTRACTS

_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "repairs": {
        "estate_id": "e1",
        "building_id": "b1",
        "building": "1栋",
        "category": "水电维修",
        "is_open": False,
        "is_planned": False,
        "submitted_at": datetime(2026, 6, 1, 1, tzinfo=UTC),
    },
    "bills": {
        "estate_id": "e1",
        "building_id": "b1",
        "building": "1栋",
        "room_id": "r1",
        "period": "2026-06",
        "status": "issued",
        "is_disputed": False,
        "total_fen": 10_000,
        "paid_fen": 0,
        "issued_at": datetime(2026, 6, 1, 1, tzinfo=UTC),
        "reminders": 0,
    },
    "payments": {"estate_id": "e1", "channel": "wechat", "amount_fen": 100, "is_refund": False},
    "events": {"role": "resident", "at": datetime(2026, 6, 1, 1, tzinfo=UTC)},
}


def extract(name: str, rows: Iterable[Mapping[str, Any]]) -> pl.LazyFrame:
    """Make an extract of the contract's columns and types."""
    schema = EXTRACTS[name]
    full = [dict.fromkeys(schema) | dict(_DEFAULTS[name]) | dict(row) for row in rows]
    return pl.LazyFrame(full, schema=dict(schema))


def rows_of(frame: pl.LazyFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Collect the named columns, all when none is named."""
    return (frame.select(columns) if columns else frame).collect().rows()


def utc(month: int, day: int, hour: int = 1, minute: int = 0) -> datetime:
    """An instant of 2026 in UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)
