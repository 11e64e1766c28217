"""Imports behind a page: columns are remembered, errors stand at their cells, nothing is half-imported, a kill loses nothing."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter
from sqlmodel import col, func, select

from estate_app import db
from estate_app.billing.corrections import void_bill
from estate_app.billing.issue import finish_issue, issue_chunk, start_issue
from estate_app.billing.models import Bill, FeeKind, Meter, Reading
from estate_app.billing.reduction import reduce_bill
from estate_app.billing.run import preview_run
from estate_app.billing.tariffs import add_item
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.importing import uploads
from estate_app.importing.models import ImportJob, ImportStatus
from estate_app.importing.report import ImportKind
from estate_app.importing.uploads import annotated, begin_writing, choose_columns, discard_job, list_jobs, take_file
from estate_app.kit.i18n import msg, translate
from estate_app.kit.pagination import PageRequest
from estate_app.kit.spreadsheet import read_spreadsheet
from estate_app.ledger.models import LedgerAccount
from estate_app.notification.text import unpack
from estate_app.property.models import ParkingUse, Room
from tests.fixtures import make
from tests.fixtures.money import NOVEMBER, OCTOBER, area_item, balances, issue

# The columns of java110 MicroCommunityWeb's templates (Apache-2.0) and of a reading import of another system.
ROOM_TITLES = [
    "楼号", "单元", "房间", "楼层", "总层数", "是否有电梯", "房屋类型", "房屋户型", "建筑面积", "室内面积", "租金", "房屋状态", "业主名称", "性别",
    "手机号", "身份证号", "业主类型",
]  # fmt: skip
ROOM = ["1", "1", 1001, 10, 33, "有", 110, 10102, 94.56, 94.56, 0, 2001, "张三", "男", 13800000000, "110101190001010000", 1001]
FEE_TITLES = [
    "房屋 (楼栋-单元-房屋, 商铺: 楼栋-0-商铺)",
    "收费项目",
    "缴费周期",
    "开始时间",
    "结束时间",
    "缴费时间",
    "应缴金额",
    "实缴金额",
    "收银员",
    "备注",
]
METER_TITLES = ["名称", "表号", "表类型", "模式", "房屋", "费用项", "厂家", "采集器ID"]
READING_TITLES = [
    "仪表编号 (必须已存在)", "房间名称 (参考)", "抄表期间 yyyy-MM", "上次读数 (参考)", "上次抄表日期 yyyy-MM-dd (参考)", "本次读数 (必填, >=0)",
    "抄表日期 yyyy-MM-dd (必填)", "倍率 (参考)",
]  # fmt: skip


def workbook(*rows, merge=None, formula=None) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("数据")
        for number, row in enumerate(rows):
            for at, value in enumerate(row):
                sheet.write(number, at, value)
        if merge:
            sheet.merge_range(*merge)
        if formula:
            sheet.write_formula(*formula[:2], "=1/0", None, formula[2])
    return out.getvalue()


@pytest.fixture
def run(uow, monkeypatch):
    """Run a job within the test's transaction, as the process beside the page does in its own."""
    monkeypatch.setattr(uploads, "run_in_uow", lambda service, *args: service(uow, *args))

    def go(job: ImportJob) -> ImportJob:
        status = uploads._take_up(uow, job.id)
        try:
            (uploads._check if status is ImportStatus.checking else uploads._write)(uow, job.id)
        except InvalidError as error:
            uploads._fail(uow, job.id, error.message)
        return job

    return go


def take(uow, cast, kind, content, name="file.xlsx", actor=None):
    return take_file(uow, actor or cast.supervisor, kind=kind, estate_id=cast.estate.id, name=name, content=content)


def texts(job, locale="en"):
    return [(p["cell"], translate(unpack(p["message"]), locale)) for p in job.problems]


def test_rooms_of_a_common_template_go_in_without_choosing_a_column_and_a_repetition_changes_nothing(uow, cast, run):
    content = workbook(ROOM_TITLES, ROOM, [*ROOM[:2], 1002, *ROOM[3:]])
    job = run(take(uow, cast, ImportKind.rooms, content))
    assert (job.status, job.row_count, job.added, job.bad_rows) == (ImportStatus.checked, 2, 2, 0)
    begin_writing(uow, cast.supervisor, job_id=job.id, skip_bad=False)
    assert run(job).status is ImportStatus.done
    room = uow.session.exec(select(Room).where(Room.code == "1-1-1001")).one()
    assert (room.area_milli_m2, room.floor, room.estate_id) == (94_560, 10, cast.estate.id)
    again = run(take(uow, cast, ImportKind.rooms, content))
    assert (again.added, again.changed, again.unchanged, again.is_known_file) == (0, 0, 2, True)


def test_every_template_maps_by_itself(uow, cast, run):
    for kind, titles, needed in (
        (ImportKind.rooms, ROOM_TITLES, {"building", "unit", "room", "area", "owner", "phone"}),
        (ImportKind.people, ROOM_TITLES, {"building", "unit", "room", "name", "phone", "relation"}),
        (ImportKind.arrears, FEE_TITLES, {"place", "item", "from_on", "to_on", "due", "paid", "note"}),
        (ImportKind.meters, METER_TITLES, {"place", "code", "kind"}),
        (ImportKind.readings, READING_TITLES, {"meter", "read_on", "value"}),
    ):
        job = take(uow, cast, kind, workbook(titles, ["x"] * len(titles)))
        assert needed <= set(job.mapping), (kind, job.mapping)


def test_opening_arrears_become_bills_against_the_opening_account_once(uow, cast, run):
    add_item(uow, cast.finance, estate_id=cast.estate.id, code="property", name="物业费", name_en="Property fee", kind=FeeKind.area)
    row = ["3-2-1501", "物业费", 12, 42370, "2016-12-31", "", 1000, 250.5, "张三", "手工导入"]
    paid = ["3-2-1501", "物业费", 12, "2017-01-01", "2017-12-31", "2017-01-01", 1000, 1000, "张三", ""]
    content = workbook(FEE_TITLES, row, paid)
    job = run(take(uow, cast, ImportKind.arrears, content))
    assert (job.added, job.unchanged, texts(job)) == (1, 1, [])
    begin_writing(uow, cast.supervisor, job_id=job.id, skip_bad=False)
    run(job)
    bill = uow.session.exec(select(Bill)).one()
    assert (bill.amount_fen, bill.period, bill.due_on) == (74_950, date(2016, 1, 1), date(2016, 12, 31))
    assert balances(uow) == {LedgerAccount.receivable: 74_950, LedgerAccount.opening: -74_950}
    assert run(take(uow, cast, ImportKind.arrears, content)).added == 0


def test_arrears_of_days_that_a_bill_covers_already_are_refused_by_its_number_until_it_is_void(uow, cast, run):
    item = area_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    issue(uow, cast.finance, cast.estate.id, [item], period=OCTOBER)
    issued = uow.session.exec(select(Bill)).one()

    def row(first: str, last: str, due: int) -> list[object]:
        return ["3-2-1501", "物业服务费", 1, first, last, "", due, 0, "张三", ""]

    content = workbook(FEE_TITLES, row("2026-10-31", "2026-11-30", 100), row("2026-07-01", "2026-09-30", 300))
    job = run(take(uow, cast, ImportKind.arrears, content))
    assert texts(job) == [
        (
            "D2",
            f"Bill {issued.number} covers 2026-10-01 to 2026-10-31 already; leave those days out, or void that bill first",
        )
    ]
    begin_writing(uow, cast.supervisor, job_id=job.id, skip_bad=True)
    assert (run(job).added, job.status) == (1, ImportStatus.done)
    opening = uow.session.exec(select(Bill).where(col(Bill.run_id).is_(None))).one()
    doubled = run(take(uow, cast, ImportKind.arrears, workbook(FEE_TITLES, row("2026-09-01", "2026-09-30", 90))))
    assert texts(doubled)[0][1].startswith(f"Bill {opening.number} covers 2026-07-01 to 2026-09-30 already;")
    void_bill(uow, cast.finance, bill_id=issued.id, reason="改由旧账收取")
    assert run(take(uow, cast, ImportKind.arrears, content)).bad_rows == 0


@pytest.mark.parametrize("is_imported_first", [True, False])
def test_a_run_leaves_out_the_rooms_whose_arrears_claim_days_of_its_month(uow, cast, run, is_imported_first):
    item = area_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    content = workbook(FEE_TITLES, ["3-2-1501", "物业服务费", 3, "2026-08-01", "2026-10-31", "", 300, 0, "张三", ""])

    def bring_in() -> None:
        job = run(take(uow, cast, ImportKind.arrears, content))
        begin_writing(uow, cast.supervisor, job_id=job.id, skip_bad=False)
        assert run(job).added == 1

    if is_imported_first:
        bring_in()
    made = preview_run(uow, cast.finance, estate_id=cast.estate.id, period=OCTOBER, item_ids=[item.id])
    assert made.bill_count == (0 if is_imported_first else 1)
    if not is_imported_first:
        bring_in()
        start_issue(uow, cast.finance, run_id=made.id)
        while issue_chunk(uow, run_id=made.id):
            pass
        finish_issue(uow, run_id=made.id)
        assert (made.bill_count, made.skips["already_billed"]) == (0, 1)
    assert [bill.amount_fen for bill in uow.session.exec(select(Bill))] == [30_000]
    issue(uow, cast.finance, cast.estate.id, [item], period=NOVEMBER)
    assert len(uow.session.exec(select(Bill)).all()) == 2


def test_two_rows_of_one_file_that_claim_the_same_days_are_named(uow, cast, run):
    add_item(uow, cast.finance, estate_id=cast.estate.id, code="property", name="物业费", name_en="Property fee", kind=FeeKind.area)
    rows = [["3-2-1501", "物业费", 1, first, last, "", 100, 0, "", ""] for first, last in
            (("2025-01-01", "2025-03-31"), ("2025-03-31", "2025-04-30"), ("2025-04-01", "2025-04-30"))]  # fmt: skip
    job = run(take(uow, cast, ImportKind.arrears, workbook(FEE_TITLES, *rows)))
    assert (job.added, texts(job)) == (2, [("D3", "The period overlaps that of row 2; correct one of the two")])


def test_undoing_opening_arrears_goes_back_to_the_opening_account_and_never_to_the_income(uow, cast, run):
    """What was owed before the books began was never income here: neither a void nor a waiver may lower it."""
    add_item(uow, cast.finance, estate_id=cast.estate.id, code="property", name="物业费", name_en="Property fee", kind=FeeKind.area)
    row = ["3-2-1501", "物业费", 12, 42370, "2016-12-31", "", 1000, 250.5, "张三", "手工导入"]
    job = run(take(uow, cast, ImportKind.arrears, workbook(FEE_TITLES, row)))
    begin_writing(uow, cast.supervisor, job_id=job.id, skip_bad=False)
    run(job)
    bill = uow.session.exec(select(Bill)).one()
    smaller = reduce_bill(uow, cast.finance, bill, 50_000, label=msg("Waiver"), reason="旧账核减")
    assert balances(uow) == {LedgerAccount.receivable: 24_950, LedgerAccount.opening: -24_950}
    void_bill(uow, cast.finance, bill_id=smaller.id, reason="旧账有误")
    assert balances(uow) == {}


def test_meters_with_their_first_reading_and_parking_spaces_go_in(uow, cast, run):
    titles = ["表号", "表类型", "房屋", "位数", "安装日期", "初始读数"]
    job = run(take(uow, cast, ImportKind.meters, workbook(titles, ["S-1", "水表", "3-2-1501", 5, "2026-11-01", 12.5])))
    begin_writing(uow, cast.supervisor, job_id=job.id, skip_bad=False)
    run(job)
    meter = uow.session.exec(select(Meter)).one()
    reading = uow.session.exec(select(Reading)).one()
    assert (meter.code, meter.digits, reading.value_milli, reading.read_on) == ("S-1", 5, 12_500, date(2026, 11, 1))
    spaces = workbook(
        ["车位号", "车位类型", "房屋", "车牌号", "开始日期"],
        ["B1-1", "地下", "3-2-1501", "鄂A1", "2026-01-01"],
        ["B1-2", "地面", "", "", ""],
    )
    job = run(take(uow, cast, ImportKind.parking, spaces))
    assert job.added == 2
    begin_writing(uow, cast.supervisor, job_id=job.id, skip_bad=False)
    run(job)
    assert uow.session.exec(select(ParkingUse.room_id)).all() == [cast.home.id]
    assert run(take(uow, cast, ImportKind.parking, spaces)).unchanged == 2


def test_each_bad_cell_is_named_with_its_remedy_and_nothing_goes_in_until_it_is_agreed(uow, cast, run):
    titles = ["房屋编号", "建筑面积", "交房日期", "状态"]
    content = workbook(
        titles,
        ["１-１-１０１ ", "８８.２０", "2026-01-31", "空置"],
        ["1-1-102", -5, "2026-02-30", "空置"],
        ["1-1-101", 90, "", ""],
        ["1-1-104", 90, "", "闹鬼"],
        ["1-1-105", None, "", ""],
        formula=(5, 1, "#DIV/0!"),
    )
    job = run(take(uow, cast, ImportKind.rooms, content))
    assert job.bad_rows == 4
    said = dict(texts(job))
    assert said["B3"] == "An area must be above zero"
    assert said["C3"] == "The date 2026-02-30 does not exist; correct the day or the month"
    assert said["A4"] == "The same as row 2; keep only one of the two"
    assert said["D5"].startswith("闹鬼 is unknown here; use one of ")
    assert said["B6"] == "The formula in this cell gives an error; correct it or type the value"
    before = uow.session.exec(select(func.count()).select_from(Room)).one()
    with pytest.raises(InvalidError) as caught:
        begin_writing(uow, cast.supervisor, job_id=job.id, skip_bad=False)
    assert caught.value.field == "skip_bad"
    assert uow.session.exec(select(func.count()).select_from(Room)).one() == before
    name, marked = annotated(uow, cast.supervisor, job_id=job.id, locale="en")
    assert name == "file-What is wrong.xlsx"
    [sheet] = read_spreadsheet(marked)
    assert sheet.rows[0].cells[4] == "What is wrong"
    assert sheet.rows[2].cells[4] == "An area must be above zero; The date 2026-02-30 does not exist; correct the day or the month"
    begin_writing(uow, cast.supervisor, job_id=job.id, skip_bad=True)
    run(job)
    assert (job.status, uow.session.exec(select(func.count()).select_from(Room)).one()) == (ImportStatus.done, before + 1)
    assert uow.session.exec(select(Room.area_milli_m2).where(Room.code == "1-1-101", Room.estate_id == cast.estate.id)).one() == 88_200


def test_merged_cells_and_gbk_text_are_read_and_what_is_no_table_is_refused_with_a_sentence(uow, cast, run):
    merged = workbook(["楼号", "单元", "房间", "面积"], ["5", 1, 101, 80], [None, 1, 102, 81], merge=(1, 0, 2, 0, "5"))
    assert run(take(uow, cast, ImportKind.rooms, merged)).added == 2
    gbk = "楼号,单元,房间,建筑面积\n6,1,101,80\n".encode("gbk")
    assert run(take(uow, cast, ImportKind.rooms, gbk, "房间.csv")).added == 1
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (201 * 1024 * 1024))
    for content, sentence in (
        (bomb.getvalue(), "The file unpacks to more than 200 MB and was not opened"),
        (b"", "The file is empty"),
        (b"PK\x03\x04broken", "The file is damaged or is not an Excel workbook; save it again as XLSX"),
    ):
        job = take(uow, cast, ImportKind.rooms, content)
        assert (job.status, translate(unpack(job.failure), "en")) == (ImportStatus.failed, sentence)


def test_a_meter_with_two_rooms_is_named_in_one_file_and_against_the_register(uow, cast, run):
    other = make.room(uow, cast.building, "3-2-1502")
    titles = ["表号", "表类型", "房屋"]
    twice = run(take(uow, cast, ImportKind.meters, workbook(titles, ["S-1", "水表", "3-2-1501"], ["S-1", "水表", other.code])))
    assert (twice.bad_rows, texts(twice)) == (1, [("A3", "The same as row 2; keep only one of the two")])
    job = run(take(uow, cast, ImportKind.meters, workbook(titles, ["S-1", "水表", "3-2-1501"])))
    begin_writing(uow, cast.supervisor, job_id=job.id, skip_bad=False)
    run(job)
    moved = run(take(uow, cast, ImportKind.meters, workbook(titles, ["S-1", "水表", other.code])))
    assert texts(moved) == [("A2", "This meter belongs to another room; remove it there first")]
    assert uow.session.exec(select(Meter.room_id)).all() == [cast.home.id]


def test_columns_are_chosen_by_hand_once_and_remembered(uow, cast, run):
    content = workbook(["甲", "乙"], ["7-1-101", 80])
    job = run(take(uow, cast, ImportKind.rooms, content))
    assert job.status is ImportStatus.failed or job.bad_rows or "area" not in job.mapping
    job.status = ImportStatus.checked
    with pytest.raises(InvalidError):
        choose_columns(uow, cast.supervisor, job_id=job.id, mapping={"place": "甲", "area": "甲"})
    choose_columns(uow, cast.supervisor, job_id=job.id, mapping={"place": "甲", "area": "乙", "nonsense": "甲"})
    assert run(job).added == 1
    again = take(uow, cast, ImportKind.rooms, workbook(["甲", "乙"], ["7-1-102", 81]))
    assert again.mapping == {"place": "甲", "area": "乙"}
    assert run(again).added == 1


def test_strangers_neither_upload_nor_see_nor_decide(uow, cast, run):
    content = workbook(ROOM_TITLES, ROOM)
    for actor in (cast.owner, cast.worker, cast.cashier, cast.auditor):
        with pytest.raises(ForbiddenError):
            take(uow, cast, ImportKind.rooms, content, actor=actor)
    with pytest.raises(NotFoundError):
        take_file(uow, cast.service, kind=ImportKind.rooms, estate_id=cast.other_estate.id, name="x", content=content)
    job = run(take(uow, cast, ImportKind.rooms, content))
    for call in (
        lambda: begin_writing(uow, cast.finance, job_id=job.id, skip_bad=True),
        lambda: discard_job(uow, cast.owner, job_id=job.id),
        lambda: annotated(uow, cast.owner, job_id=job.id, locale="en"),
    ):
        with pytest.raises(ForbiddenError):
            call()
    assert list_jobs(uow.session, cast.service, estate_id=cast.estate.id, page=PageRequest(1, 10)).total == 1
    assert list_jobs(uow.session, cast.service, estate_id=cast.other_estate.id, page=PageRequest(1, 10)).total == 0
    discard_job(uow, cast.service, job_id=job.id)
    with pytest.raises(ConflictError):
        begin_writing(uow, cast.supervisor, job_id=job.id, skip_bad=True)


def test_a_job_that_a_kill_left_half_done_is_taken_up_and_ends_as_one_never_killed(committed):
    cast = committed.cast()
    with db.unit_of_work() as uow:
        job = take(uow, cast, ImportKind.rooms, workbook(ROOM_TITLES, ROOM))
        job.status = ImportStatus.checking
        key, estate_id = job.id, cast.estate.id
        actor = cast.supervisor
    assert uploads.resume_imports() == 1
    with db.unit_of_work() as uow:
        begin_writing(uow, actor, job_id=key, skip_bad=False)
    assert uploads.resume_imports() == 1
    assert uploads.resume_imports() == 0
    with db.unit_of_work() as uow:
        assert uow.session.get(ImportJob, key).status is ImportStatus.done
        assert (
            uow.session.exec(select(func.count()).select_from(Room).where(Room.estate_id == estate_id, Room.code == "1-1-1001")).one() == 1
        )
