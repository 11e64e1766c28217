"""Commands on fee items: make them, price them from a day on, and attach them to rooms."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.billing.models import BillRun, FeeItem, FeeKind, MeterKind, PriceVersion, RoomFee, RunStatus
from estate_app.billing.prices import read_price
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.property.models import Room
from estate_app.property.queries import ensure_estate

MAX_DUE_DAYS = 365


def add_item(  # noqa: PLR0913 -- a form's fields
    uow: UnitOfWork,
    actor: Actor,
    *,
    estate_id: int,
    code: str,
    name: str,
    name_en: str,
    kind: FeeKind,
    meter_kind: MeterKind | None = None,
    due_days: int = 30,
    is_automatic: bool = False,
) -> FeeItem:
    """Make a fee item; a metered one names what its meters measure."""
    actor.require(Permission.tariffs_edit)
    ensure_estate(uow.session, actor, estate_id, Permission.tariffs_edit)
    _check_item(code, name, name_en, due_days)
    if (kind is FeeKind.metered) != (meter_kind is not None):
        raise InvalidError(msg("A metered item, and only such a one, names its kind of meter"), field="meter_kind")
    if uow.session.scalar(select(col(FeeItem.id)).where(col(FeeItem.estate_id) == estate_id, col(FeeItem.code) == code.strip())):
        raise InvalidError(msg("This estate has an item with the code {code} already", code=code.strip()), field="code")
    item = FeeItem(
        estate_id=estate_id,
        code=code.strip(),
        name=name.strip(),
        name_en=name_en.strip(),
        kind=kind,
        meter_kind=meter_kind,
        due_days=due_days,
        is_automatic=is_automatic,
    )
    uow.session.add(item)
    uow.flush()
    record(uow, actor, "fee:add", "fee_item", item.id or 0, after={"code": item.code, "kind": kind.value})
    return item


def edit_item(
    uow: UnitOfWork, actor: Actor, *, item_id: int, name: str, name_en: str, due_days: int, is_active: bool, is_automatic: bool
) -> FeeItem:
    """Rename an item, change how long its bills may wait, retire it, or let it be billed by itself."""
    item = own_item(uow, actor, item_id)
    _check_item(item.code, name, name_en, due_days)
    before = _told(item)
    item.name, item.name_en, item.due_days = name.strip(), name_en.strip(), due_days
    item.is_active, item.is_automatic = is_active, is_automatic
    record(uow, actor, "fee:edit", "fee_item", item_id, before=before, after=_told(item))
    return item


def add_price(uow: UnitOfWork, actor: Actor, *, item_id: int, starts_on: date, rule: Mapping[str, object], note: str = "") -> PriceVersion:
    """Price an item from a day on (`rule`: see `billing.prices`); an earlier price holds until the day before.

    Raises:
        ConflictError: bills of that day's month were issued already, so that they and the price would disagree.
    """
    item = own_item(uow, actor, item_id)
    read_price(item.kind, rule)
    _ensure_not_billed(uow, item, starts_on)
    found = uow.session.scalar(
        select(PriceVersion).where(col(PriceVersion.fee_item_id) == item_id, col(PriceVersion.starts_on) == starts_on)
    )
    version = found or PriceVersion(fee_item_id=item_id, starts_on=starts_on)
    before: dict[str, object] | None = {"rule": version.rule} if found else None
    version.rule, version.note = dict(rule), note.strip()[:200]
    uow.session.add(version)
    uow.flush()
    after: dict[str, object] = {"starts_on": starts_on.isoformat(), "rule": dict(rule)}
    record(uow, actor, "fee:price", "fee_item", item_id, before=before, after=after)
    return version


def attach(uow: UnitOfWork, actor: Actor, *, item_id: int, room_ids: Iterable[int], starts_on: date, ends_on: date | None = None) -> int:
    """Attach an item to rooms from a day on; rooms that have it at that time already are left as they are. Returns how many are new."""
    item = own_item(uow, actor, item_id)
    if ends_on is not None and ends_on < starts_on:
        raise InvalidError(msg("The end lies before the start"), field="ends_on")
    wanted = set(room_ids)
    known = set(uow.session.scalars(select(col(Room.id)).where(col(Room.id).in_(wanted), col(Room.estate_id) == item.estate_id)))
    if wanted - known:
        raise NotFoundError
    overlapping = select(col(RoomFee.room_id)).where(
        col(RoomFee.fee_item_id) == item_id,
        col(RoomFee.starts_on) <= (ends_on or date.max),
        or_(col(RoomFee.ends_on).is_(None), col(RoomFee.ends_on) >= starts_on),
    )
    new = sorted(wanted - set(uow.session.scalars(overlapping)))
    if new:
        rows = [{"fee_item_id": item_id, "room_id": room_id, "starts_on": starts_on, "ends_on": ends_on} for room_id in new]
        uow.session.execute(insert(RoomFee), rows)
        record(uow, actor, "fee:attach", "fee_item", item_id, after={"rooms": len(new), "starts_on": starts_on.isoformat()})
    return len(new)


def detach(uow: UnitOfWork, actor: Actor, *, item_id: int, room_id: int, ends_on: date) -> None:
    """End an item's attachment to a room with a day, that day still charged."""
    own_item(uow, actor, item_id)
    fee = uow.session.scalar(
        select(RoomFee).where(
            col(RoomFee.fee_item_id) == item_id,
            col(RoomFee.room_id) == room_id,
            or_(col(RoomFee.ends_on).is_(None), col(RoomFee.ends_on) > ends_on),
        )
    )
    if fee is None:
        raise NotFoundError
    if ends_on < fee.starts_on - timedelta(days=1):
        raise InvalidError(msg("The end lies before the start"), field="ends_on")
    fee.ends_on = ends_on
    record(uow, actor, "fee:detach", "fee_item", item_id, after={"room_id": room_id, "ends_on": ends_on.isoformat()})


def own_item(uow: UnitOfWork, actor: Actor, item_id: int) -> FeeItem:
    """Lock an item within the actor's scope; a stranger gets a 404."""
    actor.require(Permission.tariffs_edit)
    item = uow.session.get(FeeItem, item_id, with_for_update=True)
    if item is None:
        raise NotFoundError
    ensure_estate(uow.session, actor, item.estate_id, Permission.tariffs_edit)
    return item


def _told(item: FeeItem) -> dict[str, object]:
    return {"name": item.name, "due_days": item.due_days, "is_active": item.is_active, "is_automatic": item.is_automatic}


def _check_item(code: str, name: str, name_en: str, due_days: int) -> None:
    for field, value in (("code", code), ("name", name), ("name_en", name_en)):
        if not value.strip():
            raise InvalidError(msg("This must not be empty"), field=field)
    if not 0 <= due_days <= MAX_DUE_DAYS:
        raise InvalidError(msg("Give between 0 and {days} days to pay", days=MAX_DUE_DAYS), field="due_days")


def _ensure_not_billed(uow: UnitOfWork, item: FeeItem, starts_on: date) -> None:
    """A price may not reach back into a month whose bills went out: those bills would no longer be explained by it."""
    billed = uow.session.scalar(
        select(col(BillRun.period))
        .where(
            col(BillRun.estate_id) == item.estate_id,
            col(BillRun.status).in_((RunStatus.issuing, RunStatus.issued)),
            col(BillRun.item_ids).contains([item.id]),
            col(BillRun.period) >= starts_on.replace(day=1),
            col(BillRun.bill_count) > 0,
        )
        .order_by(col(BillRun.period).desc())
        .limit(1)
    )
    if billed is not None:
        raise ConflictError(msg("Bills of {month} went out at the old price; let the new one begin later", month=f"{billed:%Y-%m}"))
