"""Opening arrears: what rooms owed before this system. The key is room, item and period; a row is charged once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, or_, select
from sqlmodel import Session, col

from estate_app.access.permission import Permission
from estate_app.access.serial import next_serial
from estate_app.billing.models import Bill, BillLine, BillStatus, FeeItem
from estate_app.billing.opening import OPENING, opening_days, opening_key
from estate_app.bulk import copy_rows, new_ids
from estate_app.importing import cells
from estate_app.importing.frame import Batch, Record, estate_id_of, estates_of, refuse_doubles, room_code, rooms_by_code
from estate_app.importing.mapping import FieldPlan
from estate_app.importing.report import Counts
from estate_app.importing.rooms import BUILDING, ESTATE, PLACE, ROOM, UNIT
from estate_app.kit.clock import add_months
from estate_app.kit.i18n import Message, msg
from estate_app.kit.ids import monthly_number
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.service import Entry, Posting, post_all
from estate_app.property.models import Room

Fresh = tuple[Record, Room, FeeItem, str]
"""A row that becomes a bill: with its room, its item and what it is charged for."""


@dataclass(slots=True)
class ArrearsLoader:
    """Adds one bill for each row that is not wholly paid."""

    fields: tuple[FieldPlan, ...] = (
        ESTATE,
        PLACE,
        BUILDING,
        UNIT,
        ROOM,
        FieldPlan(
            "item", msg("Fee item"), ("收费项目", "费用项", "费用名称", "费项", "item"), cells.words(40), is_needed=True, is_filled=True
        ),
        FieldPlan("from_on", msg("From"), ("开始时间", "开始日期", "费用开始", "账期", "from"), cells.day, is_needed=True, is_filled=True),
        FieldPlan("to_on", msg("To"), ("结束时间", "结束日期", "费用结束", "to"), cells.day),
        FieldPlan(
            "due",
            msg("Amount due"),
            ("应缴金额", "应收金额", "欠费金额", "金额", "amount due"),
            cells.yuan_fen,
            is_needed=True,
            is_filled=True,
        ),
        FieldPlan("paid", msg("Amount paid"), ("实缴金额", "实收金额", "已缴金额", "amount paid"), cells.yuan_fen),
        FieldPlan("note", msg("Note"), ("备注", "说明事项", "note"), cells.trimmed(80)),
    )
    permission: Permission = Permission.billing_run
    fresh: list[Fresh] = field(default_factory=list)

    def check(self, batch: Batch) -> Counts:
        """Match rooms and items by name, and leave out what is paid or charged already."""
        known = estates_of(batch, self.permission)
        keys = {r.row.number: (estate_id_of(batch, r, known), code) for r in batch.good if (code := room_code(r))}
        rooms = rooms_by_code(batch.session, keys.values())
        items = self._items(batch, {estate_id for estate_id, _ in keys.values()})
        place = "place" if "place" in batch.columns.places else "room"
        for record in batch.good:
            key = keys.get(record.row.number)
            if key is None:
                batch.refuse(record.row, place, msg("Write a room as building-unit-room, such as 3-2-1501"))
            elif key not in rooms:
                batch.refuse(record.row, place, msg("The room {code} is not in the register", code=key[1]))
            elif (key[0], record.get("item")) not in items:
                batch.refuse(
                    record.row,
                    "item",
                    msg("The estate has no fee item {name}; add it under Tariffs or map another column", name=record.get("item")),
                )
            elif record.get("to_on") and record.get("to_on") < record.get("from_on"):
                batch.refuse(record.row, "to_on", msg("The period ends before it begins"))
            elif record.get("paid", 0) > record.get("due"):
                batch.refuse(record.row, "paid", msg("More is paid than was due; enter what is too much as a deposit"))
        charged = {r.row.number: _key(r, rooms[keys[r.row.number]], items[keys[r.row.number][0], r.get("item")]) for r in batch.good}
        refuse_doubles(batch, charged, "from_on")
        wanted = set(charged.values())
        stored = set(batch.session.scalars(select(col(Bill.charge_key)).where(col(Bill.charge_key).in_(wanted)))) if wanted else set()
        unchanged = 0
        for record in batch.good:
            key = keys[record.row.number]
            if charged[record.row.number] in stored or record.get("paid", 0) == record.get("due"):
                unchanged += 1
            else:
                self.fresh.append((record, rooms[key], items[key[0], record.get("item")], charged[record.row.number]))
        _refuse_overlaps(batch, self.fresh)
        self.fresh = [one for one in self.fresh if one[0].row.number not in batch.bad]
        return Counts(len(self.fresh), 0, unchanged)

    def write(self, batch: Batch) -> None:
        """Write bills with one line each, and an opening entry of the ledger for every one."""
        bills: list[dict[str, Any]] = []
        lines: list[dict[str, Any]] = []
        postings: list[Posting] = []
        months: dict[date, int] = {}
        for record, *_ in self.fresh:
            month = record.get("from_on").replace(day=1)
            months[month] = months.get(month, 0) + 1
        serials = {month: next_serial(batch.session, f"bill:{month:%Y%m}", count=count) for month, count in sorted(months.items())}
        for bill_id, (record, room, item, charge_key) in zip(new_ids(batch.session, Bill, len(self.fresh)), self.fresh, strict=True):
            begins: date = record.get("from_on")
            ends: date = record.get("to_on", begins)
            month, amount = begins.replace(day=1), record.get("due") - record.get("paid", 0)
            number = monthly_number("ZD", month, serials[month])
            serials[month] += 1
            bills.append(
                {
                    "id": bill_id,
                    "number": number,
                    "estate_id": room.estate_id,
                    "room_id": room.id,
                    "fee_item_id": item.id,
                    "period": month,
                    "due_on": ends,
                    "status": BillStatus.unpaid,
                    "amount_fen": amount,
                    "issued_at": batch.uow.now,
                    "charge_key": charge_key,
                }
            )
            lines.append(_line(bill_id, item, begins, ends, amount, record.get("note", "")))
            entries = (
                Entry(LedgerAccount.receivable, amount, room.estate_id, room.id),
                Entry(LedgerAccount.opening, -amount, room.estate_id, room.id),
            )
            postings.append(Posting(JournalKind.opening, "bill", bill_id, entries, number))
        copy_rows(batch.session, Bill, bills)
        line_ids = new_ids(batch.session, BillLine, len(lines))
        copy_rows(batch.session, BillLine, [{"id": key, **line} for key, line in zip(line_ids, lines, strict=True)])
        post_all(batch.uow, batch.actor, postings)

    def _items(self, batch: Batch, estate_ids: set[int]) -> dict[tuple[int, str], FeeItem]:
        found: dict[tuple[int, str], FeeItem] = {}
        for item in batch.session.scalars(select(FeeItem).where(col(FeeItem.estate_id).in_(estate_ids)).order_by(col(FeeItem.id).desc())):
            found |= {(item.estate_id, name): item for name in (item.name, item.name_en, item.code)}
        return found


def _line(bill_id: int, item: FeeItem, begins: date, ends: date, amount: int, note: str) -> dict[str, Any]:
    label = f"{item.name} {begins.isoformat()}–{ends.isoformat()}"
    return {
        "bill_id": bill_id,
        "position": 1,
        "label": label[:80],
        "quantity_milli": 1_000,
        "unit": "",
        "price_e4": amount * 100,
        "amount_fen": amount,
        "inputs": {"formula": "", "label": {"id": "{name}", "params": {"name": label}}, "opening": note},
    }


def _key(record: Record, room: Room, item: FeeItem) -> str:
    return opening_key(room.id, item.id, record.get("from_on"), record.get("to_on", None))


def _refuse_overlaps(batch: Batch, rows: Sequence[Fresh]) -> None:
    """Nobody owes the same days of the same item twice: neither by a bill that was issued, nor by another row of the file."""
    issued: dict[tuple[int, int], list[tuple[date, date, Message]]] = {}
    for room_id, item_id, first, last, number in _spans(batch.session, {r.id for _, r, _, _ in rows}, {i.id for _, _, i, _ in rows}):
        problem = msg(
            "Bill {number} covers {first} to {last} already; leave those days out, or void that bill first",
            number=number,
            first=first.isoformat(),
            last=last.isoformat(),
        )
        issued.setdefault((room_id, item_id), []).append((first, last, problem))
    for record, room, item, _ in rows:
        begins: date = record.get("from_on")
        ends: date = record.get("to_on", begins)
        others = issued.setdefault((room.id, item.id), [])
        overlap = next((problem for first, last, problem in others if first <= ends and begins <= last), None)
        if overlap:
            batch.refuse(record.row, "from_on", overlap)
        else:
            problem = msg("The period overlaps that of row {row}; correct one of the two", row=record.row.number)
            others.append((begins, ends, problem))


def _spans(session: Session, room_ids: set[int], item_ids: set[int]) -> Iterator[tuple[int, int, date, date, str]]:
    """The days that issued bills of some rooms and items cover, both ends included: a run's the month, an imported one's its own."""
    statement = select(col(Bill.room_id), col(Bill.fee_item_id), col(Bill.period), col(Bill.charge_key), col(Bill.number)).where(
        col(Bill.room_id) == any_(bindparam("rooms", sorted(room_ids), type_=ARRAY(BigInteger))),
        col(Bill.fee_item_id) == any_(bindparam("items", sorted(item_ids), type_=ARRAY(BigInteger))),
        col(Bill.status) != BillStatus.void,
        or_(col(Bill.run_id).is_not(None), col(Bill.charge_key).startswith(OPENING)),
    )
    for room_id, item_id, month, charge_key, number in session.execute(statement):
        if charge_key:
            yield room_id, item_id, *opening_days(charge_key), number
        else:
            yield room_id, item_id, month, add_months(month, 1) - timedelta(days=1), number
