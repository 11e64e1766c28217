"""Histories of repairs from other systems: closed orders for statistics and for "what was done here before".

The key is the other system's number. Nothing imported is ever dispatched: what has no end in the file is closed without one.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import insert, select
from sqlmodel import col

from estate_app.access.permission import Permission
from estate_app.importing import cells
from estate_app.importing.frame import Batch, Record, estate_id_of, estates_of, refuse_doubles, rooms_by_code
from estate_app.importing.mapping import FieldPlan
from estate_app.importing.report import Counts
from estate_app.importing.rooms import ESTATE
from estate_app.kit.i18n import msg
from estate_app.property.models import PublicArea, Room
from estate_app.repair.models import Access, OrderStatus, OrderStep, RepairCategory, RepairOrder, Source, Trade, Urgency

_NOWHERE = "未注明地点"
_TOP_CODE = "imported"
_OTHER = "未分类"
_NUMBER_LENGTH = 30


@dataclass(slots=True)
class RepairLoader:
    """Adds orders that are not there yet; a known number stays as it is."""

    fields: tuple[FieldPlan, ...] = (
        ESTATE,
        FieldPlan(
            "number",
            msg("Number"),
            ("工单号", "工单编号", "报修单号", "留言编号", "unique key", "unique_key", "id"),
            cells.words(60),
            is_needed=True,
            is_filled=True,
        ),
        FieldPlan(
            "submitted",
            msg("Reported at"),
            ("报修时间", "提交时间", "创建时间", "留言时间", "created date", "created_date"),
            cells.instant,
            is_needed=True,
            is_filled=True,
        ),
        FieldPlan(
            "completed", msg("Completed at"), ("完成时间", "完工时间", "处理时间", "答复时间", "closed date", "closed_date"), cells.instant
        ),
        FieldPlan("category", msg("Category"), ("报修类型", "类型", "三级分类", "complaint type", "complaint_type"), cells.trimmed(40)),
        FieldPlan("title", msg("Title"), ("标题", "主题", "留言主题", "descriptor"), cells.trimmed(200)),
        FieldPlan("text", msg("Description"), ("报修内容", "问题描述", "描述", "留言详情", "description"), cells.trimmed(1000)),
        FieldPlan(
            "answer",
            msg("What was done"),
            ("处理结果", "维修结果", "答复意见", "resolution description", "resolution_description"),
            cells.trimmed(1000),
        ),
        FieldPlan("place", msg("Place"), ("地点", "报修地点", "房号", "房间", "incident address", "incident_address"), cells.trimmed(60)),
        FieldPlan("contact", msg("Contact"), ("报修人", "联系人", "留言用户"), cells.trimmed(40)),
        FieldPlan("latitude", msg("Latitude"), ("纬度", "latitude"), cells.degrees),
        FieldPlan("longitude", msg("Longitude"), ("经度", "longitude"), cells.degrees),
    )
    permission: Permission = Permission.repairs_dispatch
    estates: dict[int, int] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)
    fresh: list[Record] = field(default_factory=list)

    def check(self, batch: Batch) -> Counts:
        """Find what is there already by its number."""
        known = estates_of(batch, self.permission)
        for record in batch.good:
            completed, submitted = record.get("completed"), record.get("submitted")
            if completed and completed < submitted:
                batch.refuse(record.row, "completed", msg("The end lies before the beginning"))
            elif submitted > batch.uow.now:
                batch.refuse(record.row, "submitted", msg("The day lies in the future"))
            else:
                self.estates[record.row.number] = estate_id_of(batch, record, known)
                self.numbers[record.row.number] = _number(self.estates[record.row.number], record.get("number"))
        refuse_doubles(batch, self.numbers, "number")
        stored = set(batch.session.scalars(select(col(RepairOrder.number)).where(col(RepairOrder.number).in_(set(self.numbers.values())))))
        self.fresh = [record for record in batch.good if self.numbers[record.row.number] not in stored]
        return Counts(len(self.fresh), 0, len(batch.good) - len(self.fresh))

    def write(self, batch: Batch) -> None:
        """Write categories and places that are new, then orders and their steps."""
        if not self.fresh:
            return
        categories = _categories(batch, {record.get("category", _OTHER) for record in self.fresh})
        rooms = rooms_by_code(batch.session, {(self.estates[r.row.number], str(r.get("place", ""))) for r in self.fresh})
        areas = self._areas(batch, rooms)
        rows = [self._row(batch, record, categories, rooms, areas) for record in self.fresh]
        ids = list(batch.session.scalars(insert(RepairOrder).returning(col(RepairOrder.id), sort_by_parameter_order=True), rows))
        steps = [step for order_id, record in zip(ids, self.fresh, strict=True) for step in _steps(batch, order_id, record)]
        batch.session.execute(insert(OrderStep), steps)

    def _areas(self, batch: Batch, rooms: dict[tuple[int, str], Room]) -> dict[tuple[int, str], PublicArea]:
        keys = {(self.estates[r.row.number], r.get("place", _NOWHERE)) for r in self.fresh} - set(rooms)
        estates = {estate_id for estate_id, _ in keys}
        statement = select(PublicArea).where(col(PublicArea.estate_id).in_(estates))
        known = {(area.estate_id, area.name): area for area in batch.session.scalars(statement)}
        new = [{"estate_id": estate_id, "building_id": None, "name": name} for estate_id, name in sorted(keys - set(known))]
        if new:
            batch.session.execute(insert(PublicArea), new)
            known = {(area.estate_id, area.name): area for area in batch.session.scalars(statement)}
        return known

    def _row(
        self,
        batch: Batch,
        record: Record,
        categories: dict[str, int],
        rooms: dict[tuple[int, str], Room],
        areas: dict[tuple[int, str], PublicArea],
    ) -> dict[str, object]:
        estate_id = self.estates[record.row.number]
        key = (estate_id, record.get("place", _NOWHERE))
        room = rooms.get(key)
        submitted, completed = record.get("submitted"), record.get("completed")
        text = "：".join(part for part in (record.get("title"), record.get("text")) if part) or record.get("category", _OTHER)
        return {
            "number": self.numbers[record.row.number],
            "estate_id": estate_id,
            "building_id": room.building_id if room else None,
            "room_id": room.id if room else None,
            "public_area_id": None if room else areas[key].id,
            "category_id": categories[record.get("category", _OTHER)],
            "description": text[:1000],
            "urgency": Urgency.normal,
            "status": OrderStatus.closed,
            "source": Source.imported,
            "reporter_id": batch.actor.id,
            "contact_name": record.get("contact", "—"),
            "contact_phone": "",
            "access": Access.call_first,
            "latitude": record.get("latitude"),
            "longitude": record.get("longitude"),
            "submitted_at": submitted,
            "completed_at": completed,
            "closed_at": completed,
            "changed_at": batch.uow.now,
            "respond_due_at": submitted + timedelta(days=1),
            "complete_due_at": submitted + timedelta(days=7),
            "end_reason": "" if completed else "导入时没有完成时间",
        }


def _number(estate_id: int, foreign: str) -> str:
    """The other system's number behind the estate's; a long one is shortened to its digest."""
    number = f"DR{estate_id}-{foreign}"
    return number if len(number) <= _NUMBER_LENGTH else f"DR{estate_id}-{sha256(foreign.encode()).hexdigest()[:16]}"


def _categories(batch: Batch, names: set[str]) -> dict[str, int]:
    """The categories by name; those that nobody has get a place of their own that residents do not see."""
    statement = (
        select(col(RepairCategory.name), col(RepairCategory.id))
        .where(col(RepairCategory.name).in_(names))
        .order_by(col(RepairCategory.id).desc())
    )
    known = {row[0]: row[1] for row in batch.session.execute(statement)}
    if names <= set(known):
        return known
    top = batch.session.scalar(select(RepairCategory).where(col(RepairCategory.code) == _TOP_CODE))
    if top is None:
        top = RepairCategory(code=_TOP_CODE, name="历史导入", name_en="Imported history", is_active=False, position=999)
        batch.session.add(top)
        batch.uow.flush()
    new = [
        {
            "parent_id": top.id,
            "code": f"imported_{sha256(name.encode()).hexdigest()[:16]}",
            "name": name,
            "name_en": name[:60],
            "is_active": False,
            "urgency": Urgency.normal,
            "trade": Trade.general,
        }
        for name in sorted(names - set(known))
    ]
    batch.session.execute(insert(RepairCategory), new)
    return {row[0]: row[1] for row in batch.session.execute(statement)}


def _steps(batch: Batch, order_id: int, record: Record) -> list[dict[str, object]]:
    def step(action: str, before: OrderStatus | None, after: OrderStatus, at: datetime, note: str) -> dict[str, object]:
        return {
            "order_id": order_id,
            "actor_id": batch.actor.id,
            "actor_name": batch.actor.name,
            "action": action,
            "from_status": before,
            "to_status": after,
            "reason": "",
            "note": note,
            "at": at,
        }

    steps = [step("report", None, OrderStatus.submitted, record.get("submitted"), "")]
    done = record.get("completed")
    if done:
        steps.append(step("complete", OrderStatus.working, OrderStatus.completed, done, record.get("answer", "")))
    steps.append(step("close", OrderStatus.completed if done else OrderStatus.submitted, OrderStatus.closed, done or batch.uow.now, ""))
    return steps
