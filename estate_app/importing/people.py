"""People: who belongs to which room as what, from when to when."""

from dataclasses import dataclass, field

from estate_app.access.permission import Permission
from estate_app.importing import cells
from estate_app.importing.frame import Batch, estate_id_of, estates_of, refuse_doubles, room_code, rooms_by_code
from estate_app.importing.mapping import FieldPlan
from estate_app.importing.members import Member, MemberPlan, plan_members, write_members
from estate_app.importing.report import Counts
from estate_app.importing.rooms import BUILDING, ESTATE, PLACE, ROOM, UNIT
from estate_app.kit.i18n import msg
from estate_app.property.models import Relation

_OWNER, _FAMILY, _TENANT, _PAYER = Relation.owner, Relation.family, Relation.tenant, Relation.payer
_RELATIONS = {
    "业主": _OWNER,
    "owner": _OWNER,
    "1001": _OWNER,
    "家属": _FAMILY,
    "家庭成员": _FAMILY,
    "family": _FAMILY,
    "1002": _FAMILY,
    "租客": _TENANT,
    "租户": _TENANT,
    "tenant": _TENANT,
    "1003": _TENANT,
    "代缴": _PAYER,
    "代缴人": _PAYER,
    "payer": _PAYER,
}


@dataclass(slots=True)
class PeopleLoader:
    """Adds people to rooms' contact lists and changes who differs."""

    fields: tuple[FieldPlan, ...] = (
        ESTATE,
        PLACE,
        BUILDING,
        UNIT,
        ROOM,
        FieldPlan(
            "name",
            msg("Name"),
            ("姓名", "业主名称", "业主姓名", "住户姓名", "名称", "name"),
            cells.words(40),
            is_needed=True,
            is_filled=True,
        ),
        FieldPlan(
            "phone", msg("Phone"), ("手机号", "联系电话", "电话", "手机", "phone", "mobile"), cells.phone, is_needed=True, is_filled=True
        ),
        FieldPlan("relation", msg("Relation"), ("关系", "业主类型", "身份", "住户类型", "relation"), cells.one_of(_RELATIONS)),
        FieldPlan("from_on", msg("From"), ("入住日期", "入住时间", "开始日期", "from"), cells.day),
        FieldPlan("to_on", msg("To"), ("迁出日期", "搬离日期", "结束日期", "to"), cells.day),
    )
    permission: Permission = Permission.property_edit
    plan: MemberPlan = field(default_factory=lambda: MemberPlan((), (), 0))

    def check(self, batch: Batch) -> Counts:
        """Find the rooms, then compare with their contact lists."""
        known = estates_of(batch, self.permission)
        keys = {r.row.number: (estate_id_of(batch, r, known), code) for r in batch.good if (code := room_code(r))}
        rooms = rooms_by_code(batch.session, keys.values())
        place = "place" if "place" in batch.columns.places else "room"
        for record in batch.good:
            key = keys.get(record.row.number)
            if key is None:
                batch.refuse(record.row, place, msg("Write a room as building-unit-room, such as 3-2-1501"))
            elif key not in rooms:
                batch.refuse(record.row, place, msg("The room {code} is not in the register", code=key[1]))
            elif record.get("from_on") and record.get("to_on") and record.get("to_on") < record.get("from_on"):
                batch.refuse(record.row, "to_on", msg("The period ends before it begins"))
        refuse_doubles(batch, {r.row.number: (keys[r.row.number], r.get("phone"), r.get("from_on")) for r in batch.good}, "phone")
        members = [
            Member(
                rooms[keys[r.row.number]].id,
                r.get("name"),
                r.get("phone"),
                r.get("relation", Relation.owner),
                r.get("from_on"),
                r.get("to_on"),
            )
            for r in batch.good
        ]
        self.plan = plan_members(batch.session, members)
        return Counts(len(self.plan.fresh), len(self.plan.changed), self.plan.unchanged)

    def write(self, batch: Batch) -> None:
        """Write the plan."""
        write_members(batch, self.plan)
