"""From a spreadsheet to a bill that explains itself: rooms are imported, a price is set, a month is billed, a meter is read on the phone."""

import io
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import xlsxwriter
from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.browser.conftest import PATIENCE_MS, NewPerson, Site

expect.set_options(timeout=PATIENCE_MS)
TITLES = ("楼号", "单元", "房间", "建筑面积", "房屋状态", "交房日期")
GOOD = (TITLES, ("91", "1", "101", 88.5, "已入住", "2026-03-01"), ("91", "1", "102", "102.40㎡", "空置", "2026年3月1日"))
BAD = (
    TITLES,
    ("92", "1", "101", 88.5, "已入住", "2026-03-01"),
    ("92", "1", "102", -88.5, "已入住", "2026-03-01"),
    ("92", "1", "103", 88.5, "已入住", "2026-02-30"),
    ("92", "1", "101", 88.5, "空置", "2026-03-01"),
)
WRONG = {"D3": "面积必须大于 0", "F4": "日期“2026-02-30”不存在，请更正月份或日期", "C5": "与第 2 行重复，请只保留其中一行"}
PRICE = Decimal("3.33")
_AREAS = "SELECT code, area_milli_m2 FROM room WHERE code LIKE :like ORDER BY code"
_HOME = """
SELECT r.id, r.area_milli_m2, f.id FROM room_member m JOIN account a ON a.id = m.account_id JOIN room r ON r.id = m.room_id
JOIN fee_item f ON f.estate_id = r.estate_id AND f.code = 'property' WHERE a.phone = '13800000001' ORDER BY m.id LIMIT 1
"""
_NEXT_MONTH = "SELECT (max(period) + interval '1 month')::date FROM bill_run WHERE status = 'issued'"
_TOTALS = """
SELECT (SELECT sum(amount_fen)::int FROM bill_draft WHERE run_id = :run),
    (SELECT sum(amount_fen)::int FROM bill WHERE fee_item_id = :item AND period = CAST(:month AS date) - interval '1 month' AND status <> 'void')
"""
_ISSUED = "SELECT count(*), count(DISTINCT room_id), sum(amount_fen)::int FROM bill WHERE run_id = :run"
_BILL = """
SELECT id, (SELECT b.amount_fen FROM bill b WHERE b.room_id = :room AND b.fee_item_id = :item AND b.period < bill.period AND b.status <> 'void'
    ORDER BY b.period DESC LIMIT 1) FROM bill WHERE run_id = :run AND room_id = :room
"""
_UNREAD = """
SELECT m.id, m.code, max(r.value_milli) / 1000 FROM meter m JOIN reading r ON r.meter_id = m.id
WHERE m.kind = 'water' AND m.room_id IS NOT NULL GROUP BY m.id
HAVING max(r.read_on) < (now() AT TIME ZONE 'Asia/Shanghai')::date ORDER BY m.id LIMIT 1
"""
_READ = "SELECT value_milli, kind FROM reading WHERE meter_id = :meter ORDER BY id DESC LIMIT 1"


def workbook(rows: tuple[tuple[object, ...], ...]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("房屋")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def upload(page: Page, name: str, rows: tuple[tuple[object, ...], ...]) -> None:
    """Choose the file in the import page's form and wait until its check is through."""
    page.get_by_test_id("kind-field").select_option(label="房屋与业主")
    page.get_by_test_id("file-field").set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": workbook(rows)})
    page.get_by_test_id("upload").click()
    page.wait_for_url(re.compile(r"/manage/imports/\d+$"))
    expect(page.get_by_test_id("import-state")).to_have_text("已检查，待导入")


def areas(site: Site, like: str) -> list[tuple[str, int]]:
    with site.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(_AREAS), {"like": like})]


def test_rooms_are_checked_before_they_are_imported_and_wrong_cells_come_back_marked(site: Site, person: NewPerson):
    manager = person("supervisor", width=1440, accept_downloads=True)
    page = manager.open("/manage/imports")
    upload(page, "翠湖花园.xlsx", GOOD)
    expect(page.locator("main")).to_contain_text(re.compile(r"行数\s*2\s*新增\s*2\s*变更\s*0\s*无变化\s*0\s*错误行\s*0"))
    expect(page.get_by_test_id("problems")).to_have_count(0)
    assert areas(site, "91-%") == []
    page.get_by_test_id("write").click()
    page.get_by_test_id("write-save").click()
    expect(page.get_by_test_id("import-state")).to_have_text("已导入")
    assert areas(site, "91-%") == [("91-1-101", 88_500), ("91-1-102", 102_400)]

    page = manager.open("/manage/imports")
    upload(page, "错误.xlsx", BAD)
    for cell, remark in WRONG.items():
        expect(page.get_by_test_id("problems").get_by_role("row").filter(has_text=f"房屋!{cell}")).to_contain_text(remark)
    with page.expect_download() as download:
        page.get_by_test_id("marked").click()
    assert download.value.suggested_filename == "错误-问题描述.xlsx"
    sheet = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))["房屋"]
    marked = {cell.coordinate: cell for row in sheet.iter_rows() for cell in row if cell.comment}
    assert {at: cell.comment.text for at, cell in marked.items()} == WRONG
    assert {cell.fill.start_color.rgb for cell in marked.values()} == {"FFFFD9D9"}
    assert [sheet.cell(row, len(TITLES) + 1).value for row in range(1, 6)] == ["问题描述", None, *WRONG.values()]
    page.get_by_test_id("write").click()
    page.get_by_test_id("write-save").click()
    expect(page.get_by_test_id("skip_bad-error")).to_contain_text("3 行有错误")
    assert areas(site, "92-%") == []


def set_price(page: Page, month: date) -> None:
    """Give the item in view a price from a month on; the calculator beside it says what 89 m² will cost."""
    page.get_by_test_id("new-price").click()
    form = page.get_by_test_id("price-form")
    form.get_by_test_id("starts_on-field").fill(month.isoformat())
    form.get_by_test_id("price-field").fill(str(PRICE))
    expect(page.get_by_test_id("calc-total")).to_contain_text("296.37")
    page.get_by_test_id("price-save").click()
    expect(page.get_by_test_id("versions").get_by_role("row").filter(has_text=month.isoformat())).to_contain_text(
        "每平方米每月 ¥3.33，建筑面积"
    )


def compute_run(page: Page, month: date, item_id: int) -> int:
    """Compute the draft of one item's month; returns its id."""
    page.get_by_test_id("new-run").click()
    form = page.get_by_test_id("new-run-form")
    form.get_by_test_id("period-field").fill(f"{month:%Y-%m}")
    for box in form.get_by_role("checkbox").all():
        box.set_checked(box.get_attribute("data-testid") == f"item-{item_id}")
    form.get_by_test_id("preview-run").click()
    page.wait_for_url(re.compile(r"/manage/billing/\d+$"))
    expect(page.get_by_test_id("run-side")).to_contain_text("待核对")
    return int(page.url.rsplit("/", 1)[1])


def issue(page: Page) -> int:
    """A wrong number of bills is told off with the right one, which is typed then; returns it."""
    page.get_by_test_id("issue-run").click()
    page.get_by_test_id("expected_count-field").fill("1")
    page.get_by_test_id("confirm-issue-act").click()
    told = page.get_by_test_id("expected_count-error")
    expect(told).to_contain_text("请输入账单张数")
    count = int(re.sub(r"\D", "", told.inner_text()))
    page.get_by_test_id("expected_count-field").fill(str(count))
    page.get_by_test_id("confirm-issue-act").click()
    expect(page.get_by_test_id("run-side")).to_contain_text("已生成")
    return count


def test_a_new_price_is_billed_compared_issued_and_explained_to_the_resident(site: Site, person: NewPerson):
    with site.engine.connect() as connection:
        room_id, area_milli, item_id = connection.execute(text(_HOME)).one()
        month = connection.scalar(text(_NEXT_MONTH))
    desk = person("finance", width=1440)
    set_price(desk.open(f"/manage/tariffs?item={item_id}"), month)
    page = desk.open("/manage/billing")
    run_id = compute_run(page, month, item_id)
    with site.engine.connect() as connection:
        total, last = connection.execute(text(_TOTALS), {"item": item_id, "month": month, "run": run_id}).one()
    expect(page.locator("main")).to_contain_text(f"上期 ¥{last / 100:,.2f}")
    made_of = page.get_by_role("table", name="费用构成")
    expect(made_of).to_contain_text(f"{total / 100:,.2f}+{(total - last) * 1000 // last / 10}%")
    count = issue(page)
    with site.engine.connect() as connection:
        assert connection.execute(text(_ISSUED), {"run": run_id}).one() == (count, count, total)
        bill_id, before = connection.execute(text(_BILL), {"run": run_id, "room": room_id, "item": item_id}).one()

    area = Decimal(area_milli) / 1000
    asked = (area * PRICE).quantize(Decimal("0.01"), ROUND_HALF_UP)
    page = person("owner", width=390).open("/bills")
    page.locator(f'[data-testid=bill-link][href^="/bills/{bill_id}"]').click()
    expect(page.locator("h1")).to_contain_text(f"{month.year}年{month.month}月 · 物业费")
    line = page.get_by_test_id("bill-line")
    expect(line).to_have_count(1)
    expect(line).to_contain_text(f"{area.normalize()} × 3.33")
    expect(line.locator("td").last).to_have_text(str(asked))
    expect(page.get_by_test_id("bill-total")).to_contain_text(f"本张账单合计{asked}")
    explained = page.get_by_test_id("bill")
    expect(explained).to_contain_text(f"单价自 {month.isoformat()} 起执行")
    expect(explained).to_contain_text(f"比上月多 ¥{asked - Decimal(before) / 100}")


def test_a_meter_is_read_on_the_phone(site: Site, person: NewPerson):
    with site.engine.connect() as connection:
        meter_id, code, last = connection.execute(text(_UNREAD)).one()
    phone = person("finance", width=390)
    page = phone.open("/manage/meters")
    page.get_by_test_id("search").fill(code)
    page.get_by_test_id("search").press("Enter")
    page.wait_for_url("**text=*")
    row = page.get_by_test_id("meter-row")
    expect(row).to_have_count(1)
    cell = row.get_by_test_id("reading")
    expect(cell).to_have_attribute("inputmode", "decimal")
    cell.fill(str(last - 1))
    cell.press("Enter")
    expect(row.get_by_test_id("note")).to_contain_text(f"本次读数 {last - 1} 小于上次读数 {last}")
    cell.fill(str(last + 8))
    cell.press("Enter")
    expect(row.get_by_test_id("note")).to_contain_text("用量 8 m³")
    expect(page.locator("main")).to_contain_text("本页已录入 1 / 1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with site.engine.connect() as connection:
        assert connection.execute(text(_READ), {"meter": meter_id}).one() == ((last + 8) * 1000, "actual")
