"""Writes a file that was read back as XLSX with the cells marked that could not be taken, and a column that says why."""

import io
from collections.abc import Mapping, Sequence

import xlsxwriter

from estate_app.kit.spreadsheet import Sheet

_MAX_CELL = 32_767


def write_marked(sheets: Sequence[Sheet], marks: Mapping[tuple[str, int], Sequence[tuple[int, str]]], *, title: str) -> bytes:
    """Write sheets with marks by sheet and row number: a column from 0 and its sentence; `title` heads the column of sentences."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        wrong = book.add_format({"bg_color": "#FFD9D9", "border": 1, "border_color": "#E5484D"})
        note = book.add_format({"font_color": "#C62A2F", "text_wrap": True})
        for index, sheet in enumerate(sheets, start=1):
            page = book.add_worksheet(sheet.name[:31] if sheet.name else f"Sheet{index}")
            width = max((len(row.cells) for row in sheet.rows), default=0)
            page.set_column(0, max(0, width - 1), 16)
            page.set_column(width, width, 60)
            page.write_string(0, width, title, note)
            for row in sheet.rows:
                problems = dict(marks.get((sheet.name, row.number), ()))
                for at, text in enumerate(row.cells):
                    if at in problems:
                        page.write_string(row.number - 1, at, text[:_MAX_CELL], wrong)
                        page.write_comment(row.number - 1, at, problems[at])
                    elif text:
                        page.write_string(row.number - 1, at, text[:_MAX_CELL])
                if problems:
                    page.write_string(row.number - 1, width, "; ".join(problems.values())[:_MAX_CELL], note)
    return out.getvalue()
