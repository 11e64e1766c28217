"""The one sentence beside each chart's title, taken from its collected frame; None when there is nothing to say."""

from collections.abc import Mapping, Sequence

import polars as pl

from estate_app.kit.i18n import Message, msg
from estate_app.kit.money import format_yuan

_PEAK_HOURS = 3
_DAY = 24
MIN_GROUP = 20


def percent(share: float) -> str:
    """Write a share as whole percent, with one decimal where whole ones would say 0 % or 100 % falsely."""
    value = share * 100
    is_false_end = round(value) in (0, 100) and value not in (0, 100)
    return f"{value:.1f}%" if is_false_end else f"{value:.0f}%"


def largest(frame: pl.DataFrame, name: str, share: str = "share", *, words: Mapping[str, Message] | None = None) -> Message | None:
    """Name the first row of a ranking and its share; `words` are those of codes."""
    if frame.is_empty() or not frame[share][0]:
        return None
    first = frame[name][0]
    return msg("{name} leads with {share}", name=(words or {}).get(first, first), share=percent(frame[share][0]))


def change(now: int, before: int) -> Message | None:
    """Compare with the period before; silent when that one had fewer than twenty, where a percentage misleads."""
    if before < MIN_GROUP:
        return None
    difference = now / before - 1
    if round(abs(difference), 2) == 0:
        return msg("About the same as the period before")
    if difference > 0:
        return msg("{percent} more than the period before", percent=percent(difference))
    return msg("{percent} less than the period before", percent=percent(-difference))


def peak_hours(hours: Sequence[int]) -> Message | None:
    """Find the three hours in a row (over midnight too) with the most, from counts of the hours 0 to 23."""
    whole = sum(hours)
    if whole < MIN_GROUP:
        return None
    sums = [sum(hours[(start + i) % _DAY] for i in range(_PEAK_HOURS)) for start in range(_DAY)]
    start = max(range(_DAY), key=lambda hour: sums[hour])
    return msg("{start}:00 to {end}:00 holds {share}", start=start, end=(start + _PEAK_HOURS) % _DAY, share=percent(sums[start] / whole))


def rate(frame: pl.DataFrame, of: str) -> Message | None:
    """Say a rate with its 95 % interval and number, from a frame of one row."""
    if frame.is_empty() or frame["rate"][0] is None:
        return None
    return msg(
        "{rate} (95% interval {low} to {high}, n = {n})",
        rate=percent(frame["rate"][0]),
        low=percent(frame["rate_low"][0]),
        high=percent(frame["rate_high"][0]),
        n=frame[of][0],
    )


def backlog(frame: pl.DataFrame) -> Message | None:
    """Say how many orders wait longer than a week."""
    late = frame.filter(pl.col("age").is_in(["7-15", "15+"]))["orders"].sum()
    if not frame["orders"].sum():
        return None
    return msg("{orders} open orders are older than 7 days", orders=late)


def collected(frame: pl.DataFrame) -> Message | None:
    """Say the collection rate of all rows together and what is still open."""
    billed, paid, owed = (int(frame[column].sum()) for column in ("billed_fen", "paid_fen", "owed_fen"))
    if not billed:
        return None
    return msg("{rate} collected, ¥{owed} still open", rate=percent(paid / billed), owed=format_yuan(owed))


def paid_within(curve: pl.DataFrame, day: int = 30) -> Message | None:
    """Say what share is paid within some days of issue."""
    row = curve.filter(pl.col("day") == day)
    if row.is_empty() or row["share"][0] is None:
        return None
    return msg("{share} of bills are paid within {days} days", share=percent(row["share"][0]), days=day)


def largest_drop(frame: pl.DataFrame, names: dict[str, Message]) -> Message | None:
    """Name the funnel's step that loses most."""
    steps = frame.filter(pl.col("step").is_not_null())
    if steps.is_empty() or frame["subjects"][0] < MIN_GROUP:
        return None
    worst = steps.sort("step", maintain_order=True).row(0, named=True)
    return msg("Most are lost before “{stage}”: {share} go on", stage=names[worst["stage"]], share=percent(worst["step"]))
