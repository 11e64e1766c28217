"""Imports: every problem is named by row and cell, nothing is half-written, and the same file twice changes nothing."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from sqlmodel import select

from estate_app.access.models import AuditEntry
from estate_app.billing.models import Meter, MeterKind, Reading
from estate_app.errors import ForbiddenError, InvalidError
from estate_app.importing.mapping import read_mapping
from estate_app.importing.report import ImportKind
from estate_app.importing.service import run_import
from estate_app.property.models import Building, Estate, Relation, Room, RoomMember, RoomState, RoomUse
from estate_app.repair.models import OrderStatus, OrderStep, RepairCategory, RepairOrder
from tests.fixtures import make

HEAD = ["小区", "楼栋", "单元", "房号", "建筑面积", "房屋状态"]


def table(path: Path, head: list[str], rows: list[list[object]], *, encoding: str = "utf-8") -> Path:
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def rooms(cast, count: int) -> list[list[object]]:
    return [[cast.estate.name, 20 + n // 300, n % 3 + 1, 101 + n // 3 % 100, "89.60", "已入住"] for n in range(count)]


def stored(uow, cast) -> list[Room]:
    return list(uow.session.scalars(select(Room).where(Room.estate_id == cast.estate.id, Room.code != "3-2-1501")))


def test_five_bad_rows_of_three_thousand_are_named_by_row_and_cell_and_nothing_is_written(uow, cast, tmp_path):
    lines = rooms(cast, 3000)
    lines[10][4] = "-5"
    lines[499][4] = "很大"
    lines[1200][3] = ""
    lines[2000][5] = "不详"
    lines[2999][0] = "无此小区"
    told = []
    report = run_import(
        uow, cast.supervisor, kind=ImportKind.rooms, path=table(tmp_path / "rooms.csv", HEAD, lines),
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert [(p.row, p.cell) for p in report.problems] == [(12, "E12"), (501, "E501"), (1202, "D1202"), (2002, "F2002"), (3001, "A3001")]
    assert (report.rows, report.bad_rows, report.is_written) == (3000, 5, False)
    assert stored(uow, cast) == []
    assert told[-1] == (3000, 3000)


def test_bad_rows_may_be_skipped(uow, cast, tmp_path):
    lines = rooms(cast, 10)
    lines[3][4] = "0"
    report = run_import(uow, cast.supervisor, kind=ImportKind.rooms, path=table(tmp_path / "r.csv", HEAD, lines), skip_bad=True)
    assert (report.added, report.bad_rows, report.is_written) == (9, 1, True)
    assert len(stored(uow, cast)) == 9


def test_a_dry_run_writes_nothing_and_says_what_would_happen(uow, cast, tmp_path):
    report = run_import(uow, cast.supervisor, kind=ImportKind.rooms, path=table(tmp_path / "r.csv", HEAD, rooms(cast, 5)), dry_run=True)
    assert (report.added, report.is_written, report.problems) == (5, False, ())
    assert stored(uow, cast) == []


def test_the_same_file_twice_changes_nothing_and_a_changed_cell_changes_one_room(uow, cast, tmp_path):
    lines = rooms(cast, 20)
    path = table(tmp_path / "r.csv", HEAD, lines)
    first = run_import(uow, cast.supervisor, kind=ImportKind.rooms, path=path)
    again = run_import(uow, cast.supervisor, kind=ImportKind.rooms, path=path)
    assert (first.added, first.is_known_file) == (20, False)
    assert (again.added, again.changed, again.unchanged, again.is_known_file) == (0, 0, 20, True)
    lines[0][4] = "90.5"
    third = run_import(uow, cast.supervisor, kind=ImportKind.rooms, path=table(tmp_path / "r2.csv", HEAD, lines))
    assert (third.added, third.changed, third.unchanged) == (0, 1, 19)
    assert max(room.area_milli_m2 for room in stored(uow, cast)) == 90_500
    assert len(stored(uow, cast)) == 20


def test_buildings_come_with_their_rooms(uow, cast, tmp_path):
    head = [*HEAD, "楼层", "总层数", "房屋类型", "套内面积", "交房日期"]
    lines = [["T1", "7", "0", "101", "120", "空置", "1", "2", "商铺", "100.5", "2018年6月1日"]]
    run_import(uow, cast.supervisor, kind=ImportKind.rooms, path=table(tmp_path / "r.csv", head, lines))
    room = stored(uow, cast)[0]
    building = uow.session.scalars(select(Building).where(Building.id == room.building_id)).one()
    assert (building.code, building.name, building.floors) == ("7", "7栋", 2)
    assert (room.code, room.unit, room.use, room.state) == ("7-0-101", "", RoomUse.commercial, RoomState.vacant)
    assert (room.area_milli_m2, room.interior_milli_m2, room.handover_on) == (120_000, 100_500, date(2018, 6, 1))


def test_full_width_digits_odd_spaces_and_gbk_are_read(uow, cast, tmp_path):
    lines = [[f" {cast.estate.name}　", "９", " １", "１０１ ", "８９．６０", "已入住"]]
    report = run_import(uow, cast.supervisor, kind=ImportKind.rooms, path=table(tmp_path / "r.csv", HEAD, lines, encoding="gbk"))
    assert report.problems == ()
    assert [(room.code, room.area_milli_m2) for room in stored(uow, cast)] == [("9-1-101", 89_600)]


def test_the_same_room_twice_is_a_problem_of_the_later_row(uow, cast, tmp_path):
    lines = [*rooms(cast, 3), rooms(cast, 1)[0]]
    report = run_import(uow, cast.supervisor, kind=ImportKind.rooms, path=table(tmp_path / "r.csv", HEAD, lines))
    assert [(p.row, str(p.message)) for p in report.problems] == [(5, "The same as row 2; keep only one of the two")]
    assert stored(uow, cast) == []


def test_a_missing_column_is_named_with_what_was_found(uow, cast, tmp_path):
    path = table(tmp_path / "r.csv", ["小区", "楼栋", "单元", "房号"], [[cast.estate.name, 1, 1, 101]])
    with pytest.raises(InvalidError) as refused:
        run_import(uow, cast.supervisor, kind=ImportKind.rooms, path=path)
    assert refused.value.field == "area"
    assert dict(refused.value.message.params)["found"] == "小区、楼栋、单元、房号"


def test_a_mapping_names_odd_columns_and_a_wrong_one_is_refused(uow, cast, tmp_path):
    path = table(tmp_path / "r.csv", ["楼栋", "单元", "房号", "平方"], [[1, 1, 101, "70"]])
    mapping = tmp_path / "map.json"
    mapping.write_text('{"area": "平方"}', "utf-8")
    report = run_import(
        uow, cast.supervisor, kind=ImportKind.rooms, path=path, mapping=read_mapping(mapping), estate="T1", dry_run=True
    )  # fmt: skip
    assert (report.added, report.problems) == (1, ())
    for wrong in ({"area": "面积大小"}, {"size": "平方"}):
        with pytest.raises(InvalidError):
            run_import(uow, cast.supervisor, kind=ImportKind.rooms, path=path, mapping=wrong, estate="T1")


def test_an_empty_file_is_refused(uow, cast, tmp_path):
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    with pytest.raises(InvalidError):
        run_import(uow, cast.supervisor, kind=ImportKind.rooms, path=path)


def test_a_template_with_explanations_beside_the_data_and_formula_errors(uow, cast, tmp_path):
    """The layout of java110's room template (Apache-2.0): numbers typed as numbers, notes at the right of the data."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["楼号", "单元", "房间", "楼层", "总层数", "房屋类型", "建筑面积", "房屋状态", "业主名称", "手机号", "业主类型", "", ""])
    sheet.append([1, 1, 1001, 10, 33, 110, 94.56, 2001, "张三", 13800000555, 1001, "", ""])
    sheet.append([1, 1, 1002, 10, 33, 110, "=1/0", 2001, "", "", "", "", ""])
    sheet.append([""] * 11 + ["说明", "请一定看下面说明"])
    sheet.append([""] * 11 + ["楼号", "楼栋编号"])
    sheet["G3"].value, sheet["G3"].data_type = "#DIV/0!", "e"
    book.save(tmp_path / "t.xlsx")
    report = run_import(uow, cast.supervisor, kind=ImportKind.rooms, path=tmp_path / "t.xlsx", estate="T1", skip_bad=True)
    assert (report.rows, report.added) == (2, 1)
    assert [(p.row, p.cell) for p in report.problems] == [(3, "G3")]
    room = stored(uow, cast)[0]
    assert (room.code, room.area_milli_m2, room.floor) == ("1-1-1001", 94_560, 10)
    owner = uow.session.scalars(select(RoomMember).where(RoomMember.room_id == room.id)).one()
    assert (owner.name, owner.phone, owner.relation) == ("张三", "13800000555", Relation.owner)


def test_rooms_of_a_foreign_estate_and_strangers_are_refused(uow, cast, tmp_path):
    path = table(tmp_path / "r.csv", HEAD, [[cast.other_estate.name, 1, 1, 101, "70", "已入住"]])
    report = run_import(uow, cast.supervisor, kind=ImportKind.rooms, path=path)
    assert [(p.row, p.cell) for p in report.problems] == [(2, "A2")]
    for actor in (cast.owner, cast.cashier, cast.worker):
        with pytest.raises(ForbiddenError):
            run_import(uow, actor, kind=ImportKind.rooms, path=path)


PEOPLE = ["小区", "房屋编号", "姓名", "手机号", "关系", "入住日期"]


def test_people_join_their_rooms_and_get_their_account(uow, cast, tmp_path):
    account = make.account(uow, "新住户", "13800000777")
    lines = [
        [cast.estate.name, "3-2-1501", "新住户", "138-0000-0777", "租客", "2026/2/3"],
        [cast.estate.name, "3-2-1501", "阿姨", "+86 13800000778", "", ""],
    ]
    path = table(tmp_path / "p.csv", PEOPLE, lines)
    report = run_import(uow, cast.supervisor, kind=ImportKind.people, path=path)
    assert (report.added, report.problems) == (2, ())
    member = uow.session.scalars(select(RoomMember).where(RoomMember.phone == "13800000777")).one()
    assert (member.account_id, member.relation, member.from_on) == (account.id, Relation.tenant, date(2026, 2, 3))
    again = run_import(uow, cast.supervisor, kind=ImportKind.people, path=path)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)


def test_people_with_impossible_days_phones_and_rooms_are_named(uow, cast, tmp_path):
    lines = [
        [cast.estate.name, "3-2-1501", "甲", "13800000771", "租客", "2026-2-30"],
        [cast.estate.name, "3-2-1501", "乙", "1380000", "租客", ""],
        [cast.estate.name, "9-9-999", "丙", "13800000773", "租客", ""],
        [cast.estate.name, "3-2-1501", "", "13800000774", "邻居", ""],
    ]
    report = run_import(uow, cast.supervisor, kind=ImportKind.people, path=table(tmp_path / "p.csv", PEOPLE, lines))
    assert [(p.row, p.cell) for p in report.problems] == [(2, "F2"), (3, "D3"), (4, "B4"), (5, "C5"), (5, "E5")]
    assert not report.is_written


@pytest.fixture
def meter(uow, cast) -> Meter:
    row = Meter(
        estate_id=cast.estate.id, room_id=cast.home.id, kind=MeterKind.water, code="S0001", digits=4, installed_on=date(2026, 1, 1)
    )  # fmt: skip
    uow.session.add(row)
    uow.flush()
    uow.session.add(Reading(meter_id=row.id, read_on=date(2026, 9, 30), value_milli=1_200_000, created_at=uow.now))
    uow.flush()
    return row


READINGS = ["仪表编号 (必须已存在)", "本次读数 (必填, >=0)", "抄表日期 yyyy-MM-dd (必填)"]


def test_readings_are_added_once_and_the_same_file_changes_nothing(uow, cast, tmp_path, meter):
    path = table(tmp_path / "m.csv", READINGS, [["S0001", "1215.5", "2026-10-31"], ["S0001", "1200", "2026-09-30"]])
    report = run_import(uow, cast.finance, kind=ImportKind.readings, path=path)
    assert (report.added, report.unchanged, report.problems) == (1, 1, ())
    values = uow.session.scalars(select(Reading.value_milli).where(Reading.meter_id == meter.id).order_by(Reading.read_on)).all()
    assert values == [1_200_000, 1_215_500]
    assert run_import(uow, cast.finance, kind=ImportKind.readings, path=path).unchanged == 2


def test_readings_that_fall_leap_or_lie_ahead_are_named(uow, cast, tmp_path, meter):
    lines = [
        ["S0001", "1199", "2026-10-01"], ["S0001", "10000", "2026-10-02"], ["S0001", "1300", "2026-12-01"], ["S0001", "1201", "2026-09-30"],
        ["S9999", "5", "2026-10-03"], ["S0001", "-1", "2026-10-04"],
    ]  # fmt: skip
    report = run_import(uow, cast.finance, kind=ImportKind.readings, path=table(tmp_path / "m.csv", READINGS, lines))
    assert [(p.row, p.cell) for p in report.problems] == [(2, "B2"), (3, "B3"), (4, "C4"), (5, "B5"), (6, "A6"), (7, "B7")]
    assert len(uow.session.scalars(select(Reading).where(Reading.meter_id == meter.id)).all()) == 1


def test_a_history_of_repairs_is_closed_and_never_dispatched(uow, cast, tmp_path):
    """The columns of two public histories: New York's 311 and a city's messages with replies."""
    head = [
        "unique_key",
        "created_date",
        "closed_date",
        "status",
        "complaint_type",
        "descriptor",
        "incident_address",
        "resolution_description",
    ]
    lines = [
        [
            "45281170",
            "2019-12-31T18:52:55.000",
            "2019-12-31T22:06:27.000",
            "Closed",
            "HEAT/HOT WATER",
            "ENTIRE BUILDING",
            "3765 18 AVENUE",
            "Done.",
        ],
        ["45284054", "2019-12-31T18:54:18.000", "", "In Progress", "HEAT/HOT WATER", "APARTMENT ONLY", "3-2-1501", ""],
    ]
    path = table(tmp_path / "h.csv", head, lines)
    report = run_import(uow, cast.supervisor, kind=ImportKind.repairs, path=path, estate="T1")
    assert (report.added, report.problems) == (2, ())
    first, second = uow.session.scalars(select(RepairOrder).where(RepairOrder.source == "imported").order_by(RepairOrder.number)).all()
    assert (first.status, second.status) == (OrderStatus.closed, OrderStatus.closed)
    assert first.submitted_at == datetime(2019, 12, 31, 10, 52, 55, tzinfo=UTC)
    assert (first.completed_at, second.completed_at) == (datetime(2019, 12, 31, 14, 6, 27, tzinfo=UTC), None)
    assert (first.room_id, second.room_id) == (None, cast.home.id)
    category = uow.session.get_one(RepairCategory, first.category_id)
    assert (category.name, category.is_active) == ("HEAT/HOT WATER", False)
    steps = uow.session.scalars(select(OrderStep.action).where(OrderStep.order_id == first.id).order_by(OrderStep.id)).all()
    assert steps == ["report", "complete", "close"]
    again = run_import(uow, cast.supervisor, kind=ImportKind.repairs, path=path, estate="T1")
    assert (again.added, again.unchanged) == (0, 2)


def test_a_history_whose_end_precedes_its_beginning_is_named(uow, cast, tmp_path):
    head = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"]
    lines = [
        ["2549", "A0004", "物业问题", "2019/4/25 9:32:09", "小区停电", "已处理", "2019/4/24 9:00:00"],
        ["2550", "A0005", "漏水", "2019/4/25 9:32:09", "", "已处理", "2019/5/9 15:08:00"],
    ]
    report = run_import(
        uow, cast.supervisor, kind=ImportKind.repairs, path=table(tmp_path / "h.csv", head, lines), estate="T1", skip_bad=True
    )
    assert [(p.row, p.cell) for p in report.problems] == [(2, "G2")]
    assert report.added == 1
    order = uow.session.scalars(select(RepairOrder).where(RepairOrder.source == "imported")).one()
    assert (order.description, order.contact_name) == ("漏水", "A0005")


def test_a_category_tree_is_added_once_level_by_level(uow, cast, tmp_path):
    head = ["一级分类", "二级分类", "三级分类"]
    lines = [["城乡建设", "安全生产", "事故处理"], ["城乡建设", "安全生产", "安全隐患"], ["环境保护", "", ""]]
    path = table(tmp_path / "c.csv", head, lines)
    report = run_import(uow, cast.supervisor, kind=ImportKind.categories, path=path)
    assert (report.added, report.unchanged) == (5, 0)
    leaf = uow.session.scalars(select(RepairCategory).where(RepairCategory.name == "安全隐患")).one()
    assert uow.session.get_one(RepairCategory, leaf.parent_id).name == "安全生产"
    assert run_import(uow, cast.supervisor, kind=ImportKind.categories, path=path).unchanged == 5


def test_an_import_is_written_to_the_audit_trail_with_the_file_s_digest(uow, cast, tmp_path):
    report = run_import(uow, cast.supervisor, kind=ImportKind.rooms, path=table(tmp_path / "r.csv", HEAD, rooms(cast, 2)))
    uow.flush()
    entry = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "import:rooms")).one()
    assert (entry.after["sha256"], entry.after["added"], entry.actor_id) == (report.sha256, 2, cast.supervisor.id)
    assert uow.session.scalars(select(Estate).where(Estate.name == "无此小区")).first() is None
