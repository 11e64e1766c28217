"""The printed receipt (收据): what was paid, by whom, for what, with a QR to check it. It is no tax invoice (发票) and says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.graphics.shapes import Circle, Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Spacer, Table, TableStyle

from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.kit.money_words import capital_amount
from estate_app.kit.printing import FONT, build_pdf, paragraph, qr_drawing

_LINE = HexColor("#8B8D98")
_SOFT = HexColor("#F0F0F3")
_STAMP_RED = "#C4262B"
_QR_MM = 24
_STAMP_MM = 34
_WIDTHS = (70 * mm, 34 * mm, 40 * mm, 30 * mm)


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What a part of the payment was for; a refund's amounts are negative."""

    item: str
    period: str
    note: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class ReceiptDoc:
    """Everything that a receipt says; times are text in Shanghai's time, so that printing again gives the same page."""

    number: str
    company: str
    estate: str
    payer: str
    room: str
    lines: tuple[ReceiptLine, ...]
    total_fen: int
    channel: str
    transaction_no: str
    paid_at: str
    issued_at: str
    issuer: str
    check_url: str
    check_code: str
    reverses_number: str = ""
    locale: str = "zh"


def render_receipt(doc: ReceiptDoc) -> bytes:
    """Print a receipt as PDF; the same document gives the same bytes.

    Raises:
        ValueError: the lines do not sum to the total.
    """
    if sum(line.amount_fen for line in doc.lines) != doc.total_fen:
        raise ValueError(f"receipt {doc.number}: lines do not sum to the total")
    title = msg("Reversing receipt") if doc.reverses_number else msg("Receipt")
    story = [
        paragraph(doc.company, size=11, align="center"),
        paragraph(_say(doc, title), size=20, align="center", leading=30),
        Spacer(1, 4 * mm),
        _facts(doc),
        Spacer(1, 3 * mm),
        _lines(doc),
        Spacer(1, 5 * mm),
        KeepTogether([_foot(doc), Spacer(1, 4 * mm), *_remarks(doc)]),
    ]
    return build_pdf(story, title=f"{_say(doc, title)} {doc.number}", author=doc.company)


def _say(doc: ReceiptDoc, message: Message) -> str:
    return translate(message, doc.locale)


def _fact(doc: ReceiptDoc, label: Message, value: str) -> Any:
    return paragraph(_say(doc, msg("{label}: {value}", label=label, value=value or "—")))


def _facts(doc: ReceiptDoc) -> Table:
    cells = [
        [_fact(doc, msg("Receipt number"), doc.number), _fact(doc, msg("Issued at"), doc.issued_at)],
        [_fact(doc, msg("Payer"), doc.payer), _fact(doc, msg("Room"), f"{doc.estate} {doc.room}")],
        [_fact(doc, msg("Paid by"), doc.channel), _fact(doc, msg("Paid at"), doc.paid_at)],
        [_fact(doc, msg("Transaction number"), doc.transaction_no), _fact(doc, msg("Issued by"), doc.issuer)],
    ]
    if doc.reverses_number:
        cells.append([_fact(doc, msg("Reverses receipt"), doc.reverses_number), ""])
    return _table(cells, (sum(_WIDTHS) / 2,) * 2, [("LEFTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 1)])


def _lines(doc: ReceiptDoc) -> Table:
    heads = (msg("Item"), msg("Period"), msg("Note"), msg("Amount (yuan)"))
    cells: list[list[Any]] = [[paragraph(_say(doc, head), align="right" if i == 3 else "left") for i, head in enumerate(heads)]]
    cells += [
        [paragraph(line.item), paragraph(line.period), paragraph(line.note), paragraph(format_yuan(line.amount_fen), align="right")]
        for line in doc.lines
    ]
    capital = _say(doc, msg("Total in words: {amount}", amount=capital_amount(doc.total_fen)))
    cells.append([paragraph(capital, size=10), "", "", paragraph(format_yuan(doc.total_fen, sign=True), size=11, align="right")])
    last = len(cells) - 1
    style = [
        ("GRID", (0, 0), (-1, -1), 0.5, _LINE),
        ("BACKGROUND", (0, 0), (-1, 0), _SOFT),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("SPAN", (0, last), (2, last)),
    ]
    return _table(cells, _WIDTHS, style, repeat_rows=1)


def _foot(doc: ReceiptDoc) -> Table:
    check = [
        paragraph(_say(doc, msg("Scan to check this receipt"))),
        paragraph(_say(doc, msg("{label}: {value}", label=msg("Check code"), value=doc.check_code))),
    ]
    stamp = [paragraph(_say(doc, msg("Payee (stamp)")), align="center"), _stamp_area()]
    return _table(
        [[qr_drawing(doc.check_url, side=_QR_MM * mm), check, stamp]],
        (_QR_MM * mm + 8, 90 * mm, 60 * mm),
        [("VALIGN", (0, 0), (-1, -1), "TOP")],
    )


def _remarks(doc: ReceiptDoc) -> list[Any]:
    return [
        paragraph(
            _say(doc, msg("This receipt proves the payment and is not a tax invoice. Ask for an invoice in the app if you need one.")),
            size=8,
            color="#60646C",
        )
    ]


def _stamp_area() -> Drawing:
    side = _STAMP_MM * mm
    drawing = Drawing(side, side)
    drawing.hAlign = "CENTER"
    drawing.add(
        Circle(side / 2, side / 2, side / 2 - 2, fillColor=None, strokeColor=HexColor(_STAMP_RED), strokeWidth=0.6, strokeDashArray=[3, 3])
    )
    return drawing


def _table(cells: Sequence[Sequence[Any]], widths: Sequence[float], style: Sequence[tuple[Any, ...]], *, repeat_rows: int = 0) -> Table:
    rules = [("FONTNAME", (0, 0), (-1, -1), FONT), *style]
    return Table([list(row) for row in cells], colWidths=list(widths), style=TableStyle(rules), repeatRows=repeat_rows)
