"""The formal notice (催告函): what a household owes, since when, how the late fee comes about, and whom to ask. It threatens nothing.

What a notice says is frozen with its step, so that printing again gives the same page.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import Spacer, Table, TableStyle
from sqlalchemy import select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission, Role
from estate_app.billing.arrears_models import ArrearsStep, Stage
from estate_app.billing.late_fee_facts import accruals
from estate_app.billing.late_fee_text import rate_percent
from estate_app.billing.models import Bill, FeeItem
from estate_app.billing.rules.late_fee import LateFeeLine
from estate_app.errors import NotFoundError
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.kit.printing import FONT, build_pdf, paragraph
from estate_app.property.models import Building, Estate, Room
from estate_app.property.queries import in_scope, own_room_ids, room_label
from estate_app.settings import settings

_LINE, _SOFT = HexColor("#8B8D98"), HexColor("#F0F0F3")
_WIDTHS = (30 * mm, 40 * mm, 24 * mm, 24 * mm, 18 * mm, 38 * mm)
PAY_WITHIN_DAYS = 15


def letter_content(session: Session, bills: Mapping[int, Sequence[Bill]], on: date) -> dict[int, dict[str, object]]:
    """What the notices to rooms say on a day: their bills, days, late fees accrued but not yet charged, and the office."""
    flat = [bill for group in bills.values() for bill in group]
    items = {item.id: item for item in session.scalars(select(FeeItem).where(col(FeeItem.id).in_({bill.fee_item_id for bill in flat})))}
    fees = {accrual.bill.id: accrual for accrual in accruals(session, flat, on)}
    places = session.execute(
        select(Room, col(Building.name), Estate)
        .join(Building, col(Building.id) == col(Room.building_id))
        .join(Estate, col(Estate.id) == col(Room.estate_id))
        .where(col(Room.id).in_(bills))
    )
    found: dict[int, dict[str, object]] = {}
    for room, building, estate in places:
        rows = [_content_row(bill, items[bill.fee_item_id], fees.get(bill.id), on) for bill in bills[room.id]]
        found[room.id] = {
            "company": settings().company,
            "estate": estate.name,
            "phone": estate.phone,
            "room": room_label(building, room.unit, room.code),
            "on": on.isoformat(),
            "rows": rows,
        }
    return found


def _content_row(bill: Bill, item: FeeItem, accrual: Any, on: date) -> dict[str, object]:
    lines = accrual.lines if accrual is not None else ()
    return {
        "number": bill.number,
        "item": item.name,
        "item_en": item.name_en,
        "period": f"{bill.period:%Y-%m}",
        "due_on": bill.due_on.isoformat(),
        "days": (on - bill.due_on).days,
        "owed_fen": bill.amount_fen - bill.paid_fen,
        "late_fen": max(0, accrual.due_fen) if accrual is not None else 0,
        "formula": " + ".join(_formula(line) for line in lines),
    }


def _formula(line: LateFeeLine) -> str:
    return f"{format_yuan(line.principal_fen)} × {rate_percent(line.dated.policy.rate_ppb)}% × {line.days}"


def letter_pdf(session: Session, actor: Actor, *, step_id: int, on: date, locale: str = "zh") -> tuple[str, bytes]:
    """The file name and the PDF of a notice, for managers of its estate and for whoever belongs to the room; a stranger gets a 404."""
    actor.require(Permission.own_bills, Permission.bills_read)
    step = session.get(ArrearsStep, step_id)
    if step is None or step.stage is not Stage.letter or not _sees(session, actor, step.room_id, on):
        raise NotFoundError
    return f"{step.number}.pdf", render_letter(step.number or "", step.content, locale)


def _sees(session: Session, actor: Actor, room_id: int, on: date) -> bool:
    if actor.role is Role.resident:
        seen: Any = col(Room.id).in_(own_room_ids(actor, on))
    else:
        seen = in_scope(actor, Permission.bills_read, estate=col(Room.estate_id), building=col(Room.building_id))
    return session.scalar(select(col(Room.id)).where(col(Room.id) == room_id, seen)) is not None


def render_letter(number: str, content: Mapping[str, Any], locale: str) -> bytes:
    """Print a notice as PDF; the same content gives the same bytes."""

    def say(message: Message) -> str:
        return translate(message, locale)

    rows: list[dict[str, Any]] = content["rows"]
    owed = sum(row["owed_fen"] + row["late_fen"] for row in rows)
    on = date.fromisoformat(content["on"])
    title = say(msg("Formal notice of overdue bills"))
    opening = msg(
        "To the household of {estate} {room}: according to our books the bills below are overdue on {day}, ¥{amount} in all.",
        estate=content["estate"], room=content["room"], day=on.isoformat(), amount=format_yuan(owed),
    )  # fmt: skip
    story = [
        paragraph(content["company"], size=11, align="center"),
        paragraph(title, size=20, align="center", leading=30),
        paragraph(say(msg("Number {number}", number=number)), align="right"),
        Spacer(1, 4 * mm),
        paragraph(say(opening), size=11, leading=18),
        Spacer(1, 3 * mm),
        _table(rows, owed, say, locale),
        Spacer(1, 3 * mm),
        *(paragraph(line, size=9, color="#60646C") for line in _formulas(rows, say)),
        Spacer(1, 3 * mm),
        *(paragraph(say(line), size=11, leading=18) for line in _closing(content)),
        Spacer(1, 10 * mm),
        paragraph(content["company"], size=11, align="right"),
        paragraph(on.isoformat(), size=11, align="right"),
    ]
    return build_pdf(story, title=f"{title} {number}", author=content["company"])


def _table(rows: Sequence[Mapping[str, Any]], owed: int, say: Any, locale: str) -> Table:
    heads = (msg("Bill number"), msg("Item"), msg("Due on"), msg("Days late"), msg("Owed (yuan)"), msg("Late fee not yet charged (yuan)"))
    cells: list[list[Any]] = [[paragraph(say(head)) for head in heads]]
    cells += [
        [
            paragraph(row["number"]),
            paragraph(f"{row['item'] if locale == 'zh' else row['item_en']} {row['period']}"),
            paragraph(row["due_on"]),
            paragraph(str(row["days"]), align="right"),
            paragraph(format_yuan(row["owed_fen"]), align="right"),
            paragraph(format_yuan(row["late_fen"]), align="right"),
        ]
        for row in rows
    ]
    cells.append([paragraph(say(msg("Total"))), "", "", "", "", paragraph(format_yuan(owed, sign=True), size=11, align="right")])
    table = Table(cells, colWidths=_WIDTHS, repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), FONT),
                ("GRID", (0, 0), (-1, -1), 0.5, _LINE),
                ("BACKGROUND", (0, 0), (-1, 0), _SOFT),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("SPAN", (0, len(cells) - 1), (4, len(cells) - 1)),
            ]
        )
    )
    return table


def _formulas(rows: Collection[Mapping[str, Any]], say: Any) -> list[str]:
    """How each late fee comes about: unpaid principal × rate a day × days."""
    told = msg("Late fee: unpaid principal × daily rate × days. Its days after this notice are charged later.")
    lines = [f"{row['number']}: {row['formula']} = {format_yuan(row['late_fen'])}" for row in rows if row["formula"]]
    return [say(told), *lines] if lines else []


def _closing(content: Mapping[str, Any]) -> tuple[Message, ...]:
    days = PAY_WITHIN_DAYS
    return (
        msg("Please pay within {days} days of receiving this notice: in the app, at the service office, or by transfer.", days=days),
        msg("If you doubt a bill, or need time or instalments, please speak to us; a bill in dispute is not pursued."),
        msg("Whatever is owed, water, power, gas, access and urgent repairs are not affected."),
        msg("Service office of {estate}: {phone}", estate=content["estate"], phone=content["phone"]),
    )  # fmt: skip
