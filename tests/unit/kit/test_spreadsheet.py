"""Spreadsheets as people really send them, and what is written back."""

import io
import zipfile
from datetime import UTC, date, datetime, time

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from estate_app.errors import InvalidError
from estate_app.kit.spreadsheet import clean, data_rows, read_spreadsheet
from estate_app.kit.spreadsheet_guard import Limits, column_index, column_name
from estate_app.kit.spreadsheet_out import Column, ColumnKind, Table, write_csv, write_xlsx


def workbook(fill) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        fill(book)
    return out.getvalue()


def changed(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    source, out = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    assert old in source.read(part)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, source.read(name).replace(old, new) if name == part else source.read(name))
    return out.getvalue()


def refusal(content: bytes, **limits) -> str:
    with pytest.raises(InvalidError) as error:
        read_spreadsheet(content, limits=Limits(**limits))
    assert error.value.field == "file"
    return str(error.value.message)


class TestReadXlsx:
    def test_every_kind_of_cell_becomes_text(self):
        def fill(book):
            sheet = book.add_worksheet("房产")
            sheet.write_string("B2", " ３－２－１５０１　")
            sheet.write_number("C2", 13800138000)
            sheet.write_number("D2", 0.1)
            sheet.write_datetime("E2", datetime(2026, 1, 2), book.add_format({"num_format": "yyyy-mm-dd"}))
            sheet.write_datetime("F2", datetime(2026, 1, 2, 3, 4, 5), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}))
            sheet.write_datetime("G2", time(3, 4), book.add_format({"num_format": "hh:mm"}))
            sheet.write_boolean("H2", True)
            sheet.write_formula("I2", "=1+1", None, 2)

        [sheet] = read_spreadsheet(workbook(fill))
        row = sheet.rows[1]
        assert row.cells == ("", "3-2-1501", "13800138000", "0.1", "2026-01-02", "2026-01-02 03:04:05", "03:04", "TRUE", "2")
        assert (row.sheet, row.number, row.address(1), row.address(8)) == ("房产", 2, "B2", "I2")

    def test_merged_cells_all_hold_what_is_seen(self):
        def fill(book):
            sheet = book.add_worksheet()
            sheet.merge_range("A1:B2", "3栋")
            sheet.write_string("C1", "101")
            sheet.write_string("C2", "102")

        [sheet] = read_spreadsheet(workbook(fill))
        assert [row.cells for row in sheet.rows] == [("3栋", "3栋", "101"), ("3栋", "3栋", "102")]

    def test_a_formula_error_is_a_problem_at_its_address_and_not_a_blank(self):
        def fill(book):
            sheet = book.add_worksheet()
            sheet.write_string("A1", "面积")
            sheet.write_formula("A2", "=1/0", None, "#DIV/0!")

        [sheet] = read_spreadsheet(workbook(fill))
        [(column, problem)] = sheet.rows[1].problems
        assert sheet.rows[1].address(column) == "A2"
        assert problem.id == "The formula in this cell gives an error; correct it or type the value"
        assert not sheet.rows[1].is_blank()
        assert sheet.rows[0].problems == ()

    def test_blank_rows_keep_the_numbers_true_and_the_end_is_cut(self):
        def fill(book):
            sheet = book.add_worksheet()
            sheet.write_string("A3", "表头")
            sheet.write_string("A5", "一")
            sheet.write_blank("Z40", None, book.add_format({"bold": True}))

        [sheet] = read_spreadsheet(workbook(fill))
        assert len(sheet.rows) == 5
        assert [(row.number, row.cells) for row in data_rows(sheet)] == [(5, ("一",))]

    def test_hidden_sheets_are_left_out(self):
        def fill(book):
            book.add_worksheet("看").write_string("A1", "x")
            hidden = book.add_worksheet("藏")
            hidden.write_string("A1", "y")
            hidden.hide()

        assert [sheet.name for sheet in read_spreadsheet(workbook(fill))] == ["看"]


class TestRefusals:
    SMALL = staticmethod(lambda: workbook(lambda book: book.add_worksheet().write_string("A1", "x")))

    @pytest.mark.parametrize("content", [b"", b" \r\n"])
    def test_an_empty_file(self, content):
        assert refusal(content) == "The file is empty"

    def test_an_empty_workbook(self):
        assert refusal(workbook(lambda book: book.add_worksheet())) == "The file is empty"

    def test_a_zip_bomb_is_not_opened(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * 3_000_000)
        assert refusal(out.getvalue(), unpacked_bytes=2 * 1024 * 1024) == "The file unpacks to more than 2 MB and was not opened"

    def test_a_zip_bomb_that_lies_about_its_size_is_found_by_unpacking_it(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/sharedStrings.xml", b"0" * 3_000_000)
        true_size, claimed = (3_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")
        content = out.getvalue().replace(true_size, claimed)
        assert zipfile.ZipFile(io.BytesIO(content)).infolist()[0].file_size == 100
        assert refusal(content, unpacked_bytes=2 * 1024 * 1024) == "The file unpacks to more than 2 MB and was not opened"
        assert refusal(content) == "The file is damaged or is not an Excel workbook; save it again as XLSX"

    def test_one_long_text_that_thousands_of_cells_repeat_is_a_bomb_too(self):
        content = workbook(lambda book: [sheet.write_string(row, 0, "x") for sheet in [book.add_worksheet()] for row in range(2_000)])
        bomb = changed(content, "xl/sharedStrings.xml", b"<t>x</t>", b"<t>" + b"x" * 30_000 + b"</t>")
        assert len(bomb) < 20_000
        assert refusal(bomb, unpacked_bytes=50 * 1024 * 1024) == "The file unpacks to more than 50 MB and was not opened"
        assert len(read_spreadsheet(bomb)[0].rows) == 2_000, "sixty megabytes of text are still a table"
        hidden = changed(bomb, "xl/worksheets/sheet1.xml", b"<v>", b"<f></f><v>")
        assert refusal(hidden, unpacked_bytes=50 * 1024 * 1024) == "The file unpacks to more than 50 MB and was not opened"

    def test_merged_ranges_over_each_other_are_not_filled_again_and_again(self):
        def fill(book):
            sheet = book.add_worksheet()
            sheet.merge_range("A1:C3", "3栋")
            sheet.write_string("D4", "x")

        once = b'<mergeCell ref="A1:C3"/>'
        content = changed(workbook(fill), "xl/worksheets/sheet1.xml", once, once * 3)
        assert refusal(content) == "The file is damaged or is not an Excel workbook; save it again as XLSX"

    def test_a_cell_far_out_would_need_more_memory_than_there_is(self):
        content = workbook(lambda book: book.add_worksheet().write_string("XFD1048576", "x"))
        assert refusal(content) == "The sheet reaches to cell XFD1048576, too far out; delete what is outside the table"

    def test_too_large(self):
        assert refusal(b"a,b\n" * 400_000, file_bytes=1024 * 1024) == "The file is larger than 1 MB"

    def test_too_many_sheets(self):
        assert refusal(workbook(lambda book: [book.add_worksheet() for _ in range(3)]), sheets=2) == "The file has more than 2 sheets"

    def test_an_old_or_protected_file(self):
        content = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600
        assert refusal(content) == "This is an old or protected Excel file; save it as XLSX without a password"

    @pytest.mark.parametrize("cut", [30, 400])
    def test_a_torn_workbook(self, cut):
        sentence = "The file is damaged or is not an Excel workbook; save it again as XLSX"
        assert refusal(self.SMALL()[:-cut]) == sentence

    def test_a_zip_that_is_no_workbook(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("a.txt", "x")
        assert refusal(out.getvalue()).startswith("The file is damaged")

    def test_entities_are_not_expanded(self):
        source = zipfile.ZipFile(io.BytesIO(self.SMALL()))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name in source.namelist():
                text = source.read(name)
                archive.writestr(name, text.replace(b"<workbook", b'<!DOCTYPE a [<!ENTITY b "c">]><workbook', 1))
        assert refusal(out.getvalue()).startswith("The file is damaged")

    @pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0\0", b"\xff\xfe\x00", b"%PDF-1.7\n\xff\xff\xff"])
    def test_what_is_neither_is_refused(self, content):
        assert refusal(content) == "The file is neither XLSX nor CSV text in UTF-8 or GBK"

    def test_an_open_quotation_mark_names_the_row(self):
        assert refusal(b'a,b\n1,"2\n') == "Row 2 of the CSV file cannot be read; check its quotation marks"


class TestReadCsv:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
    def test_encodings(self, encoding):
        [sheet] = read_spreadsheet("房号,姓名\r\n3-2-1501,王建国\r\n".encode(encoding))
        assert [row.cells for row in sheet.rows] == [("房号", "姓名"), ("3-2-1501", "王建国")]

    @pytest.mark.parametrize("delimiter", [",", "\t", ";"])
    def test_delimiters(self, delimiter):
        [sheet] = read_spreadsheet(f"a{delimiter}b\n1{delimiter}2".encode())
        assert sheet.rows[1].cells == ("1", "2")

    def test_a_cell_may_hold_a_line_break_and_short_rows_are_filled(self):
        [sheet] = read_spreadsheet(b'a,b\n"x\ny",2\n3\n')
        assert [row.cells for row in sheet.rows] == [("a", "b"), ("x\ny", "2"), ("3", "")]


class TestClean:
    @pytest.mark.parametrize(
        ("typed", "text"),
        [
            ("１２．５", "12.5"),
            ("Ａ座（西）", "A座（西）"),
            ("　3－2\u200b", "3-2"),
            ("备注：无", "备注：无"),
            ("１０：３０", "10:30"),
        ],
    )
    def test_figures_and_codes(self, typed, text):
        assert clean(typed) == text


@given(st.integers(0, 16_383))
def test_column_names_count_both_ways(index):
    assert column_index(column_name(index)) == index


def test_known_column_names():
    assert [column_name(i) for i in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


COLUMNS = [
    Column("房号"),
    Column("金额", ColumnKind.money),
    Column("缴费日", ColumnKind.date),
    Column("时间", ColumnKind.instant),
    Column("占比", ColumnKind.percent),
    Column("次数", ColumnKind.integer),
]
ROWS = [
    ("=HYPERLINK(1)", -107_345, date(2026, 1, 2), datetime(2026, 1, 1, 16, 30, tzinfo=UTC), 0.123, 3),
    ("-1-2", 5, None, None, None, None),
]


class TestWrite:
    def test_csv_is_safe_for_excel(self):
        lines = write_csv(COLUMNS, ROWS).decode("utf-8-sig").split("\r\n")
        assert write_csv(COLUMNS, ROWS).startswith(b"\xef\xbb\xbf")
        assert lines[1] == "'=HYPERLINK(1),-1073.45,2026-01-02,2026-01-02 00:30,12.3%,3"
        assert lines[2] == "'-1-2,0.05,,,,"

    def test_xlsx_reads_back_with_text_as_text(self):
        [sheet] = read_spreadsheet(write_xlsx([Table("账单", COLUMNS, ROWS)]))
        assert sheet.name == "账单"
        assert sheet.rows[1].cells == ("=HYPERLINK(1)", "-1073.45", "2026-01-02", "2026-01-02 00:30:00", "0.123", "3")

    def test_xlsx_holds_no_formula(self):
        content = write_xlsx([Table("a/b", [Column("x")], [("=1+1",), ("http://a.cn",)])])
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
            assert b'name="a b"' in archive.read("xl/workbook.xml")

    def test_the_same_table_gives_the_same_bytes(self):
        assert write_xlsx([Table("a", COLUMNS, ROWS)]) == write_xlsx([Table("a", COLUMNS, ROWS)])

    def test_a_wrong_value_is_not_written_as_something_else(self):
        with pytest.raises(TypeError):
            write_csv([Column("x", ColumnKind.money)], [("12.00",)])
        with pytest.raises(TypeError):
            write_xlsx([Table("a", [Column("x", ColumnKind.date)], [("2026",)])])

    @given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))))
    def test_no_text_becomes_a_formula(self, text):
        line = write_csv([Column("x")], [(text,)]).decode("utf-8-sig").split("\r\n", 1)[1]
        assert not line.lstrip('"').startswith(("=", "+", "-", "@"))
