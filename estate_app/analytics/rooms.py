"""Writes rooms as people know them into a frame, which itself holds no places."""

import polars as pl
from sqlmodel import Session

from estate_app.property.queries import place_labels


def with_rooms(session: Session, frame: pl.DataFrame) -> pl.DataFrame:
    """Add `room`, such as `3栋2单元1501`, to a frame with `room_id`; a room that is gone keeps its number."""
    ids = frame["room_id"].to_list()
    labels, _ = place_labels(session, [int(room_id) for room_id in ids])
    names = [labels[int(room_id)].place if int(room_id) in labels else room_id for room_id in ids]
    return frame.with_columns(pl.Series("room", names, dtype=pl.String()))
