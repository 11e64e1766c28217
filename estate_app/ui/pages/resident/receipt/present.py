"""A receipt as its page shows it, to its owner and to whoever checks it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan
from estate_app.kit.money_words import capital_amount
from estate_app.payment.receipt_pdf import ReceiptLine
from estate_app.payment.receipts import ReceiptCheck, ReceiptView, channel_name
from estate_app.ui.qr import qr_path


@dataclass(frozen=True, slots=True)
class Paper:
    """What the receipt says; a checker's has no QR, no transaction and a masked payer."""

    number: str = ""
    company: str = ""
    payer: str = ""
    place: str = ""
    total: str = "0.00"
    words: str = ""
    channel: str = ""
    transaction: str = ""
    paid_at: str = ""
    issued_at: str = ""
    issuer: str = ""
    code: str = ""
    qr: str = ""
    qr_side: int = 0
    pdf_href: str = ""
    payment_href: str = ""
    reverses: str = ""
    taken_back: str = ""
    is_void: bool = False


@dataclass(frozen=True, slots=True)
class PaperLine:
    """What a part of the money was for."""

    id: str
    item: str
    period: str
    amount: str


def paper(view: ReceiptView, *, locale: str) -> Paper:
    """The receipt for whoever sees its payment."""
    doc = view.doc
    qr, side = qr_path(doc.check_url)
    return Paper(
        number=doc.number,
        company=doc.company,
        payer=doc.payer,
        place=f"{doc.estate} {doc.room}",
        total=format_yuan(doc.total_fen),
        words=capital_amount(doc.total_fen),
        channel=translate(channel_name(doc.channel), locale),
        transaction=doc.transaction_no,
        paid_at=doc.paid_at,
        issued_at=doc.issued_at,
        issuer=doc.issuer,
        code=doc.check_code,
        qr=qr,
        qr_side=side,
        pdf_href=f"/receipts/{view.id}.pdf",
        payment_href=f"/pay/{view.payment_id}/result",
        reverses=doc.reverses_number,
        taken_back=_taken_back(doc.total_fen, [(r.number, r.amount_fen) for r in view.reversals], locale),
        is_void=0 < doc.total_fen <= view.reversed_fen,
    )


def checked(found: ReceiptCheck) -> Paper:
    """The receipt for whoever holds its code: only what is compared with the paper."""
    return Paper(
        number=found.number,
        company=found.company,
        payer=found.payer,
        place=f"{found.estate} {found.room}",
        total=format_yuan(found.total_fen),
        words=capital_amount(found.total_fen),
        paid_at=found.paid_at,
        reverses=found.reverses_number,
        taken_back=format_yuan(found.reversed_fen, sign=True) if found.reversed_fen else "",
        is_void=0 < found.total_fen <= found.reversed_fen,
    )


def paper_lines(lines: Iterable[ReceiptLine]) -> list[PaperLine]:
    """The lines of a receipt, as they were frozen."""
    return [PaperLine(str(number), line.item, line.period, format_yuan(line.amount_fen)) for number, line in enumerate(lines)]


def _taken_back(total_fen: int, reversals: list[tuple[str, int]], locale: str) -> str:
    """What reversing receipts have taken back, with their numbers."""
    if not reversals:
        return ""
    back, numbers = sum(fen for _, fen in reversals), "、".join(number for number, _ in reversals)
    said = msg("This receipt was reversed by {numbers} and holds no more", numbers=numbers)
    if back < total_fen:
        said = msg("{amount} of this receipt was reversed by {numbers}", amount=format_yuan(back, sign=True), numbers=numbers)
    return translate(said, locale)
