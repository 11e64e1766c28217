"""Prints PDFs with an embedded Chinese font, so that a page reads the same on a machine without any Chinese font.

A character that the font lacks is printed as 〓 and logged by its code point: never silently blank.
"""

import gzip
import io
import logging
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import segno
from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate

FONT = "NotoSansSC"
MISSING_MARK = "〓"
_FONT_FILE = Path(__file__).parent / "fonts" / "NotoSansSC-Regular.ttf.gz"
_ALIGNMENTS = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT}
_log = logging.getLogger(__name__)

PageHook = Callable[[Any, Any], None]


@cache
def load_font() -> frozenset[int]:
    """Register the font with reportlab once; return the code points it has."""
    with gzip.open(_FONT_FILE) as packed:
        font = TTFont(FONT, io.BytesIO(packed.read()))
    pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=FONT, italic=FONT, boldItalic=FONT)
    return frozenset(font.face.charToGlyph)


def missing_glyphs(text: str) -> tuple[str, ...]:
    """The characters of a text that the font cannot draw, each once, in order."""
    known = load_font()
    return tuple(dict.fromkeys(char for char in text if ord(char) not in known and char not in "\n\r\t"))


def printable(text: str) -> str:
    """Replace what the font cannot draw by 〓 and log the code points, without the text around them."""
    missing = missing_glyphs(text)
    if not missing:
        return text
    _log.warning("the PDF font lacks %s", ", ".join(f"U+{ord(char):04X}" for char in missing))
    return text.translate({ord(char): MISSING_MARK for char in missing})


def paragraph(text: str, *, size: float = 9, align: str = "left", color: str = "#1C2024", leading: float | None = None) -> Paragraph:
    """A paragraph of plain text that breaks between Chinese characters; markup in it is shown as it is typed."""
    load_font()
    style = ParagraphStyle(
        "text",
        fontName=FONT,
        fontSize=size,
        leading=leading or size * 1.5,
        alignment=_ALIGNMENTS[align],
        textColor=color,
        wordWrap="CJK",
    )
    return Paragraph(escape(printable(text)).replace("\n", "<br/>"), style)


def build_pdf(
    story: Sequence[Any],
    *,
    title: str,
    author: str,
    page_size: tuple[float, float] = A4,
    margins: tuple[float, float, float, float] = (42, 42, 42, 42),
    on_page: PageHook | None = None,
) -> bytes:
    """Lay out a story; margins are top, right, bottom, left in points. The same story gives the same bytes."""
    load_font()
    out = io.BytesIO()
    top, right, bottom, left = margins
    document = SimpleDocTemplate(
        out,
        pagesize=page_size,
        topMargin=top,
        rightMargin=right,
        bottomMargin=bottom,
        leftMargin=left,
        title=title,
        author=author,
        invariant=1,
        initialFontName=FONT,
    )
    hook = on_page or _no_hook
    document.build(list(story), onFirstPage=hook, onLaterPages=hook)
    return out.getvalue()


def qr_drawing(text: str, *, side: float) -> Drawing:
    """Draw a QR code of a side in points as vector squares with its quiet zone, so that it prints sharp at any size."""
    matrix = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=4)]
    unit = side / len(matrix)
    drawing = Drawing(side, side)
    for y, row in enumerate(matrix):
        for x, is_dark in enumerate(row):
            if is_dark:
                drawing.add(Rect(x * unit, side - (y + 1) * unit, unit, unit, fillColor=HexColor("#000000"), strokeColor=None))
    return drawing


def _no_hook(_canvas: Any, _document: Any) -> None:
    """Draw nothing beside the story."""
