"""The receipt: what it says, that it adds up, and that it is the same page each time."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from estate_app.payment.receipt_pdf import ReceiptDoc, ReceiptLine, render_receipt

DOC = ReceiptDoc(
    number="SJ2026-000123",
    company="武汉䶮犇物业服务有限公司",
    estate="东湖花园",
    payer="王喆堃",
    room="3-2-1501",
    lines=(ReceiptLine("物业费", "2026-11", "94.56 ㎡ × 1.30", 12_293), ReceiptLine("水费", "2026-11", "", 95_052)),
    total_fen=107_345,
    channel="微信支付",
    transaction_no="4200002026120112345678901234",
    paid_at="2026-12-01 10:20",
    issued_at="2026-12-01 10:21",
    issuer="张敏",
    check_url="https://estate.example/check/ABCD-EFGH",
    check_code="ABCD-EFGH",
)


def text_of(doc: ReceiptDoc) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(render_receipt(doc))).pages)


def test_everything_is_said_and_can_be_copied():
    text = text_of(DOC)
    for part in (
        "收据",
        "SJ2026-000123",
        "武汉䶮犇物业服务有限公司",
        "东湖花园 3-2-1501",
        "王喆堃",
        "物业费",
        "122.93",
        "950.52",
        "¥1,073.45",
        "壹仟零柒拾叁元肆角伍分",
        "微信支付",
        "4200002026120112345678901234",
        "2026-12-01 10:20",
        "张敏",
        "ABCD-EFGH",
        "收款单位（盖章）",
        "不是发票",
    ):
        assert part in text


def test_the_title_never_calls_it_an_invoice():
    reader = PdfReader(io.BytesIO(render_receipt(DOC)))
    assert reader.metadata.title == "收据 SJ2026-000123"
    assert text_of(DOC).count("发票") == text_of(DOC).count("不是发票") + text_of(DOC).count("需要发票")


def test_a_reversing_receipt_names_what_it_reverses():
    lines = tuple(replace(line, amount_fen=-line.amount_fen) for line in DOC.lines)
    text = text_of(replace(DOC, number="SJ2026-000124", lines=lines, total_fen=-107_345, reverses_number="SJ2026-000123"))
    for part in ("冲销收据", "SJ2026-000124", "SJ2026-000123", "−122.93", "−¥1,073.45", "负壹仟零柒拾叁元肆角伍分"):
        assert part in text


def test_the_same_document_is_the_same_file():
    assert render_receipt(DOC) == render_receipt(replace(DOC))
    assert render_receipt(DOC) != render_receipt(replace(DOC, payer="王建国"))


def test_lines_that_do_not_sum_are_never_printed():
    with pytest.raises(ValueError, match="do not sum"):
        render_receipt(replace(DOC, total_fen=107_346))


def test_many_lines_go_over_pages_with_the_head_repeated():
    lines = tuple(ReceiptLine("停车费", f"2026-{i:02d}", "", 100) for i in range(1, 91))
    reader = PdfReader(io.BytesIO(render_receipt(replace(DOC, lines=lines, total_fen=9_000))))
    assert len(reader.pages) > 1
    assert all("金额（元）" in page.extract_text() for page in reader.pages[:-1])


def test_english_is_the_second_language():
    text = text_of(replace(DOC, locale="en"))
    assert "Receipt number: SJ2026-000123" in text
    assert "is not a tax invoice" in text
