"""PDFs carry their font, their text can be copied out, and nothing is silently blank."""

import io
import logging

import pytest
from pypdf import PdfReader

from estate_app.kit.printing import build_pdf, load_font, missing_glyphs, paragraph, printable


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


class TestGlyphs:
    def test_all_of_gb2312_and_gbk_but_one(self):
        gbk = {
            bytes([a, b]).decode("gbk", errors="ignore") for a in range(0x81, 0xFF) for b in (*range(0x40, 0x7F), *range(0x80, 0xFF))
        } - {""}
        gb2312 = {bytes([a, b]).decode("gb2312", errors="ignore") for a in range(0xA1, 0xFF) for b in range(0xA1, 0xFF)} - {""}
        assert len(gb2312) == 7_445
        assert missing_glyphs("".join(sorted(gb2312))) == ()
        assert len(missing_glyphs("".join(sorted(gbk)))) == 1

    def test_rare_names_and_signs_are_there(self):
        assert missing_glyphs("䶮犇喆堃㎡￥¥×—·①〓") == ()

    def test_a_missing_character_is_marked_and_logged_by_code_point_only(self, caplog):
        with caplog.at_level(logging.WARNING):
            assert printable("𠮷野家\n") == "〓野家\n"
        assert caplog.messages == ["the PDF font lacks U+20BB7"]

    def test_a_full_text_is_not_touched(self, caplog):
        assert printable("王喆堃") == "王喆堃"
        assert caplog.messages == []


class TestBuild:
    def test_text_comes_out_and_the_font_is_inside(self):
        pdf = build_pdf([paragraph("龑先生 <b>&lt; 3-2-1501")], title="试", author="公司")
        assert "龑先生 <b>&lt; 3-2-1501" in text_of(pdf)
        reader = PdfReader(io.BytesIO(pdf))
        fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
        embedded = [font for font in fonts if font["/BaseFont"].endswith("NotoSansSC-Regular")]
        assert embedded
        assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in embedded)
        assert reader.metadata.title == "试"

    def test_a_page_made_twice_is_the_same_to_the_byte(self):
        first, second = (build_pdf([paragraph("同样的一页")], title="x", author="y") for _ in range(2))
        assert first == second

    def test_long_chinese_breaks_into_lines_and_pages(self):
        pdf = build_pdf([paragraph("电梯维修资金使用情况说明" * 12) for _ in range(40)], title="x", author="y")
        assert len(PdfReader(io.BytesIO(pdf)).pages) > 1
        assert text_of(pdf).replace("\n", "").replace(" ", "").count("电梯维修资金使用情况说明") == 480

    def test_the_font_is_loaded_once(self):
        assert load_font() is load_font()

    @pytest.mark.parametrize("align", ["left", "center", "right"])
    def test_alignments(self, align):
        assert "甲" in text_of(build_pdf([paragraph("甲", align=align)], title="x", author="y"))
