"""What meters counted in a month, and common meters against the sum of the rooms' own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.models import Meter, MeterKind, Reading
from estate_app.billing.rules.meter import meter_use
from estate_app.errors import InvalidError
from estate_app.kit.clock import add_months
from estate_app.property.models import Building, Room
from estate_app.property.queries import ensure_estate


@dataclass(frozen=True, slots=True)
class CommonRow:
    """A common meter beside the rooms' meters that it should equal; uses in thousandths, None where a reading is missing.

    `missing` counts unit meters without a reading of the month.
    """

    meter_id: int
    code: str
    kind: MeterKind
    building: str
    installed_on: date
    read_on: date | None
    value_milli: int | None
    main_milli: int | None
    units_milli: int
    units: int
    missing: int

    @property
    def loss_milli(self) -> int | None:
        """What the common meter counted beyond the rooms' own; None while either side is incomplete, or where no room has such a meter."""
        return None if self.main_milli is None or self.missing or not self.units else self.main_milli - self.units_milli


@dataclass(frozen=True, slots=True)
class CommonMeter:
    """A common meter that a shared cost may go by."""

    meter_id: int
    code: str
    building: str


def common_meters(session: Session, actor: Actor, *, estate_id: int) -> list[CommonMeter]:
    """The common meters of an estate, by number."""
    actor.require(Permission.tariffs_read)
    ensure_estate(session, actor, estate_id, Permission.tariffs_read)
    rows = session.execute(
        select(col(Meter.id), col(Meter.code), func.coalesce(col(Building.name), ""))
        .outerjoin(Building, col(Building.id) == col(Meter.building_id))
        .where(col(Meter.estate_id) == estate_id, col(Meter.room_id).is_(None), col(Meter.removed_on).is_(None))
        .order_by(col(Meter.code))
    )
    return [CommonMeter(*row) for row in rows]


def month_uses(session: Session, meters: Sequence[Meter], month: date) -> dict[int, int]:
    """What each meter counted between the newest readings until the end of the month before and of this month.

    A meter that began inside counts from its first reading; one without a reading of this month is left out.
    """
    ids = [meter.id or 0 for meter in meters]
    newest = _newest(session, ids, add_months(month, 1), month)
    before = _newest(session, ids, month, None)
    first = _first(session, ids)
    rolled = set(
        session.scalars(
            select(col(Reading.meter_id)).where(
                col(Reading.meter_id).in_(ids),
                col(Reading.is_rollover),
                col(Reading.read_on) >= month,
                col(Reading.read_on) < add_months(month, 1),
            )
        )
    )
    uses: dict[int, int] = {}
    for meter in meters:
        key = meter.id or 0
        begin, end = before.get(key) or first.get(key), newest.get(key)
        if begin is None or end is None or end.read_on <= begin.read_on:
            continue
        try:
            uses[key] = meter_use(
                previous_milli=begin.value_milli,
                current_milli=end.value_milli,
                digits=meter.digits,
                multiplier_milli=meter.multiplier_milli,
                is_rollover_confirmed=key in rolled,
            ).usage_milli
        except InvalidError:
            continue
    return uses


def list_common(session: Session, actor: Actor, *, estate_id: int, month: date) -> list[CommonRow]:
    """The common meters of an estate in a month, each beside the sum of its rooms' meters of the same kind."""
    actor.require(Permission.meters_edit, Permission.bills_read)
    ensure_estate(session, actor, estate_id, Permission.meters_edit, Permission.bills_read)
    mains = list(
        session.scalars(
            select(Meter)
            .where(col(Meter.estate_id) == estate_id, col(Meter.room_id).is_(None), col(Meter.removed_on).is_(None))
            .order_by(col(Meter.id))
        )
    )
    names = dict(session.execute(select(col(Building.id), col(Building.name)).where(col(Building.estate_id) == estate_id)).all())
    last = _newest(session, [meter.id or 0 for meter in mains], date.max, None)
    uses = month_uses(session, mains, month)
    groups = unit_meters(session, estate_id, {meter.kind for meter in mains}, month) if mains else []
    unit_uses = month_uses(session, [meter for meter, _ in groups], month)
    rows = []
    for main in mains:
        mine = [meter for meter, building in groups if meter.kind is main.kind and main.building_id in (None, building)]
        counted = [unit_uses[meter.id or 0] for meter in mine if meter.id in unit_uses]
        reading = last.get(main.id or 0)
        rows.append(
            CommonRow(
                meter_id=main.id or 0,
                code=main.code,
                kind=main.kind,
                building=names.get(main.building_id, "") if main.building_id else "",
                installed_on=main.installed_on,
                read_on=reading.read_on if reading else None,
                value_milli=reading.value_milli if reading else None,
                main_milli=uses.get(main.id or 0),
                units_milli=sum(counted),
                units=len(mine),
                missing=len(mine) - len(counted),
            )
        )
    return rows


def unit_meters(session: Session, estate_id: int, kinds: Collection[MeterKind], month: date) -> list[tuple[Meter, int]]:
    """The rooms' meters of some kinds that were in use in a month, each with its building."""
    rows = session.execute(
        select(Meter, col(Room.building_id))
        .join(Room, col(Room.id) == col(Meter.room_id))
        .where(
            col(Meter.estate_id) == estate_id,
            col(Meter.kind).in_(kinds),
            col(Meter.installed_on) < add_months(month, 1),
            func.coalesce(col(Meter.removed_on), date.max) >= month,
        )
    )
    return [(meter, building_id) for meter, building_id in rows]


def _newest(session: Session, meter_ids: Sequence[int], before: date, since: date | None) -> dict[int, Reading]:
    statement = select(Reading).where(col(Reading.meter_id).in_(meter_ids), col(Reading.read_on) < before)
    if since is not None:
        statement = statement.where(col(Reading.read_on) >= since)
    ordered = statement.ext(distinct_on(col(Reading.meter_id))).order_by(col(Reading.meter_id), col(Reading.read_on).desc())
    return {reading.meter_id: reading for reading in session.scalars(ordered)}


def _first(session: Session, meter_ids: Sequence[int]) -> dict[int, Reading]:
    statement = select(Reading).where(col(Reading.meter_id).in_(meter_ids)).ext(distinct_on(col(Reading.meter_id)))
    return {r.meter_id: r for r in session.scalars(statement.order_by(col(Reading.meter_id), col(Reading.read_on)))}
