"""Meter readings; the key is meter and day. A reading that falls or leaps over the dial is a question for a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import insert, select
from sqlmodel import col

from estate_app.access.permission import Permission
from estate_app.billing.models import Meter, Reading, ReadingKind
from estate_app.importing import cells
from estate_app.importing.frame import Batch, Record, refuse_doubles
from estate_app.importing.mapping import FieldPlan
from estate_app.importing.report import Counts
from estate_app.importing.rooms import ESTATE
from estate_app.kit.i18n import Message, msg


@dataclass(slots=True)
class ReadingLoader:
    """Adds readings of known meters; what is there stays as it is."""

    fields: tuple[FieldPlan, ...] = (
        ESTATE,
        FieldPlan(
            "meter",
            msg("Meter"),
            ("表号", "仪表编号", "表编号", "水表号", "电表号", "meter", "meter code"),
            cells.words(40),
            is_needed=True,
            is_filled=True,
        ),
        FieldPlan(
            "read_on",
            msg("Read on"),
            ("抄表日期", "本次抄表日期", "抄表时间", "读数日期", "date", "read on"),
            cells.day,
            is_needed=True,
            is_filled=True,
        ),
        FieldPlan(
            "value",
            msg("Reading"),
            ("本次读数", "读数", "表底", "止码", "本期读数", "reading", "value"),
            cells.reading_milli,
            is_needed=True,
            is_filled=True,
        ),
    )
    permission: Permission = Permission.meters_edit
    fresh: list[tuple[int, Record]] = field(default_factory=list)

    def check(self, batch: Batch) -> Counts:
        """Compare with each meter's other readings, those of the same file included."""
        meters = self._meters(batch)
        refuse_doubles(batch, {r.row.number: (meters[r.row.number].id, r.get("read_on")) for r in batch.good}, "read_on")
        stored = self._stored(batch, {meter.id for meter in meters.values()})
        unchanged = 0
        for record in sorted(batch.good, key=lambda r: r.get("read_on")):
            meter, on, value = meters[record.row.number], record.get("read_on"), record.get("value")
            past = stored.setdefault(meter.id, {})
            if past.get(on) == value:
                unchanged += 1
                continue
            name, problem = _problem(meter, past, on, value, batch.today)
            if problem:
                batch.refuse(record.row, name, problem)
                continue
            past[on] = value
            self.fresh.append((meter.id, record))
        return Counts(len(self.fresh), 0, unchanged)

    def write(self, batch: Batch) -> None:
        """Write the new readings in one statement."""
        if self.fresh:
            batch.session.execute(
                insert(Reading),
                [
                    {
                        "meter_id": meter_id,
                        "read_on": record.get("read_on"),
                        "value_milli": record.get("value"),
                        "kind": ReadingKind.imported,
                        "is_rollover": False,
                        "read_by": batch.actor.account_id,
                        "created_at": batch.uow.now,
                    }
                    for meter_id, record in self.fresh
                ],
            )

    def _meters(self, batch: Batch) -> dict[int, Meter]:
        """The meter of each row; a number that several estates use needs the estate beside it."""
        scope = batch.actor.scope(self.permission)
        found: dict[str, list[Meter]] = {}
        for meter in batch.session.scalars(select(Meter).where(col(Meter.code).in_({r.get("meter") for r in batch.good}))):
            if scope.covers(estate_id=meter.estate_id) and batch.default_estate in (None, *_estate(batch, meter)):
                found.setdefault(meter.code, []).append(meter)
        meters = {}
        for record in batch.good:
            matches: Sequence[Meter] = found.get(record.get("meter"), ())
            if len(matches) == 1:
                meters[record.row.number] = matches[0]
            elif matches:
                batch.refuse(
                    record.row,
                    "meter",
                    msg("Several estates have a meter {code}; choose the estate for the file", code=record.get("meter")),
                )
            else:
                batch.refuse(record.row, "meter", msg("The meter {code} is not in the register", code=record.get("meter")))
        return meters

    def _stored(self, batch: Batch, meter_ids: set[int]) -> dict[int, dict[date, int]]:
        stored: dict[int, dict[date, int]] = {}
        if meter_ids:
            statement = select(col(Reading.meter_id), col(Reading.read_on), col(Reading.value_milli)).where(
                col(Reading.meter_id).in_(meter_ids)
            )
            for meter_id, on, value in batch.session.execute(statement):
                stored.setdefault(meter_id, {})[on] = value
        return stored


def _estate(batch: Batch, meter: Meter) -> tuple[object, ...]:
    estate = batch.default_estate
    return (estate,) if estate and estate.id == meter.estate_id else ()


def _problem(  # noqa: PLR0911 -- one return for each thing that can be wrong
    meter: Meter, past: dict[date, int], on: date, value: int, today: date
) -> tuple[str, Message | None]:
    """What speaks against a reading, and at which field."""
    if on > today:
        return "read_on", msg("The day lies in the future")
    if on < meter.installed_on or (meter.removed_on and on > meter.removed_on):
        return "read_on", msg("The meter was not installed on {day}", day=on.isoformat())
    if value >= 10**meter.digits * 1000:
        return "value", msg("The dial has only {digits} digits", digits=meter.digits)
    if on in past:
        return "value", msg("This meter has another reading of {day} already", day=on.isoformat())
    before = max((day for day in past if day < on), default=None)
    after = min((day for day in past if day > on), default=None)
    if before and past[before] > value:
        return "value", msg("The reading is below that of {day}; enter a rollover or a new meter by hand", day=before.isoformat())
    if after and past[after] < value:
        return "value", msg("The reading is above that of {day}", day=after.isoformat())
    return "", None
