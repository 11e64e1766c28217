"""The closed days as they are read: the list, and the report of one to be printed and signed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import Spacer, Table, TableStyle
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.models import Account
from estate_app.access.permission import Permission
from estate_app.errors import NotFoundError
from estate_app.kit.clock import local
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.kit.pagination import Page, PageRequest
from estate_app.kit.printing import FONT, build_pdf, paragraph
from estate_app.payment.channel import Means
from estate_app.payment.day_close import DayFigures, DayLine, DaySum
from estate_app.payment.desk_models import CloseStatus, DayClose
from estate_app.property.models import Estate
from estate_app.property.queries import in_scope
from estate_app.settings import settings

MEANS_NAMES: dict[str, Message] = {
    Means.cash.value: msg("Cash"),
    Means.transfer.value: msg("Bank transfer"),
    Means.card.value: msg("Bank card"),
}
_LINE = HexColor("#8B8D98")
_SOFT = HexColor("#F0F0F3")


@dataclass(frozen=True, slots=True)
class CloseRow:
    """One closed day of a cashier, in fen; `difference_fen` is negative when cash was missing."""

    id: int
    number: str
    estate_name: str
    cashier: str
    cashier_id: int
    business_on: date
    status: CloseStatus
    expected_fen: int
    counted_fen: int
    difference_fen: int
    reason: str
    closed_at: datetime
    approver: str


def list_closes(session: Session, actor: Actor, *, estate_id: int | None, page: PageRequest) -> Page[CloseRow]:
    """One page of the closed days that the actor sees, newest first: one's own, or those of the ledgers that one reads."""
    where = [_visible(actor)]
    if estate_id is not None:
        where.append(col(DayClose.estate_id) == estate_id)
    total = session.scalar(select(func.count()).select_from(DayClose).where(*where)) or 0
    statement = _rows().where(*where).order_by(col(DayClose.business_on).desc(), col(DayClose.id).desc())
    found = session.execute(statement.offset(page.offset).limit(page.size))
    return Page(tuple(_row(*row) for row in found), int(total), page)


def close_pdf(session: Session, actor: Actor, *, close_id: int, locale: str = "zh") -> tuple[str, bytes]:
    """The file name and the printed report of a closed day; a stranger gets a 404. The same day gives the same bytes."""
    found = session.execute(_rows().where(col(DayClose.id) == close_id, _visible(actor))).one_or_none()
    if found is None:
        raise NotFoundError
    row, figures = _row(*found), _thawed(found[0])
    title = f"{translate(msg('Day report'), locale)} {row.number}"
    story = [
        paragraph(settings().company, size=11, align="center"),
        paragraph(translate(msg("Cashier's day report"), locale), size=18, align="center", leading=28),
        Spacer(1, 3 * mm),
        *_facts(row, locale),
        Spacer(1, 3 * mm),
        _sums(figures, locale),
        Spacer(1, 4 * mm),
        _lines(figures, locale),
        Spacer(1, 10 * mm),
        paragraph(translate(msg("Cashier (signature): ____________    Checked by (signature): ____________"), locale), size=10),
    ]
    return f"{row.number}.pdf", build_pdf(story, title=title, author=settings().company)


def _visible(actor: Actor) -> Any:
    actor.require(Permission.cashier, Permission.ledger_read)
    read = in_scope(actor, Permission.ledger_read, estate=col(DayClose.estate_id)) if actor.can(Permission.ledger_read) else None
    own = col(DayClose.cashier_id) == actor.account_id
    return own if read is None else or_(own, read)


def _rows() -> Select[*tuple[Any, ...]]:
    approver = aliased(Account)
    statement: Select[*tuple[Any, ...]] = (
        select(DayClose, col(Estate.name), col(Account.name), col(approver.name))
        .join(Estate, col(Estate.id) == col(DayClose.estate_id))
        .join(Account, col(Account.id) == col(DayClose.cashier_id))
        .join(approver, col(approver.id) == col(DayClose.approved_by), isouter=True)
    )
    return statement


def _row(close: DayClose, estate: str, cashier: str, approver: str | None) -> CloseRow:
    return CloseRow(
        id=close.id or 0,
        number=close.number,
        estate_name=estate,
        cashier=cashier,
        cashier_id=close.cashier_id,
        business_on=close.business_on,
        status=close.status,
        expected_fen=close.expected_fen,
        counted_fen=close.counted_fen,
        difference_fen=close.difference_fen,
        reason=close.reason,
        closed_at=close.closed_at,
        approver=approver or "",
    )


def _thawed(close: DayClose) -> DayFigures:
    content = cast("dict[str, list[list[Any]]]", close.content)
    return DayFigures(close.business_on, tuple(DaySum(*s) for s in content["sums"]), tuple(DayLine(*line) for line in content["lines"]))


def _facts(row: CloseRow, locale: str) -> list[Any]:
    facts = [
        msg("{label}: {value}", label=msg("Estate"), value=row.estate_name),
        msg("{label}: {value}", label=msg("Cashier"), value=row.cashier),
        msg("{label}: {value}", label=msg("Business day"), value=row.business_on.isoformat()),
        msg("{label}: {value}", label=msg("Closed at"), value=f"{local(row.closed_at):%Y-%m-%d %H:%M:%S}"),
        msg("{label}: {value}", label=msg("Cash that must be there"), value=format_yuan(row.expected_fen, sign=True)),
        msg("{label}: {value}", label=msg("Cash counted"), value=format_yuan(row.counted_fen, sign=True)),
        msg("{label}: {value}", label=msg("Cash difference"), value=format_yuan(row.difference_fen, sign=True)),
    ]
    if row.reason:
        facts.append(msg("{label}: {value}", label=msg("Reason"), value=row.reason))
        facts.append(msg("{label}: {value}", label=msg("Approved by"), value=row.approver or "—"))
    return [paragraph(translate(fact, locale)) for fact in facts]


def _sums(figures: DayFigures, locale: str) -> Table:
    heads = (msg("How it was paid"), msg("Taken in"), msg("Entries"), msg("Handed back"), msg("Entries"))
    cells = [[paragraph(translate(head, locale)) for head in heads]]
    for one in figures.sums:
        texts = (format_yuan(one.taken_fen), str(one.taken_count), format_yuan(one.returned_fen), str(one.returned_count))
        cells.append([paragraph(translate(MEANS_NAMES[one.means], locale)), *(paragraph(text, align="right") for text in texts)])
    return _table(cells, (50 * mm, 38 * mm, 20 * mm, 38 * mm, 20 * mm))


def _lines(figures: DayFigures, locale: str) -> Table:
    heads = (msg("Number"), msg("Time"), msg("How it was paid"), msg("Amount (yuan)"))
    cells = [[paragraph(translate(head, locale)) for head in heads]]
    for line in figures.lines:
        means = translate(MEANS_NAMES[line.means], locale)
        amount = paragraph(format_yuan(line.amount_fen), align="right")
        cells.append([paragraph(line.number), paragraph(line.at), paragraph(means), amount])
    return _table(cells, (66 * mm, 34 * mm, 32 * mm, 34 * mm))


def _table(cells: list[list[Any]], widths: tuple[float, ...]) -> Table:
    style = [
        ("FONTNAME", (0, 0), (-1, -1), FONT),
        ("GRID", (0, 0), (-1, -1), 0.5, _LINE),
        ("BACKGROUND", (0, 0), (-1, 0), _SOFT),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]
    return Table(cells, colWidths=list(widths), style=TableStyle(style), repeatRows=1)
