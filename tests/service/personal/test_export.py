"""A file of own data: everything of the person and nothing of others, made once, given out through a link that expires."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from estate_app.errors import NotFoundError, TooManyError
from estate_app.feedback.models import FeedbackKind
from estate_app.feedback.service import give_feedback
from estate_app.personal.export import ask_export, drop_old_exports, make_export, make_exports, open_link, signed_link
from estate_app.personal.models import DataExport, ExportStatus
from estate_app.personal.queries import own_export
from estate_app.personal.rules import EXPORTS_PER_DAY
from estate_app.settings import settings
from tests.fixtures import make
from tests.service.repair.steps import new_order


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(type(settings()), "var_dir", property(lambda _: tmp_path), raising=False)
    return tmp_path


@pytest.fixture
def lived(committed):
    cast = committed.cast()

    def live(uow):
        new_order(uow, cast, description="厨房水槽下方漏水，地柜已经泡湿")
        new_order(uow, cast, actor=cast.stranger, room_id=cast.other_home.id, description="邻居家的水管漏水，不应出现")
        make.bill(uow, cast.home, make.fee_item(uow, cast.estate))
        make.bill(uow, cast.other_home, make.fee_item(uow, cast.other_estate, code="other"), amount_fen=77_777)
        give_feedback(uow, cast.owner, room_id=cast.home.id, kind=FeedbackKind.praise, text="师傅很好很及时", is_anonymous=True)

    committed.run(live)
    return cast


def link_parts(link: str) -> dict[str, str]:
    query = dict(part.split("=", 1) for part in link.partition("?")[2].split("&"))
    return {"expires": query["e"], "signature": query["s"]}


def content(committed, export_id: int) -> zipfile.ZipFile:
    row = committed.run(lambda uow: uow.session.get_one(DataExport, export_id))
    _, data = committed.run(lambda uow: open_link(uow.session, export_id=export_id, now=uow.now, **link_parts(signed_link(row, uow.now))))
    return zipfile.ZipFile(io.BytesIO(data))


class TestMaking:
    def test_it_holds_everything_of_the_person_in_both_forms_and_nothing_of_others(self, committed, lived) -> None:
        asked = committed.run(ask_export, lived.owner)
        assert make_exports() == 1
        with content(committed, asked.id) as archive:
            assert sorted(archive.namelist()) == ["data.json", "data.xlsx"]
            data = json.loads(archive.read("data.json"))
            book = load_workbook(io.BytesIO(archive.read("data.xlsx")))
        assert (data["profile"][0]["name"], data["profile"][0]["phone"]) == ("林晓", "13800000001")
        assert [room["code"] for room in data["rooms"]] == ["3-2-1501"]
        assert [order["description"] for order in data["repairs"]] == ["厨房水槽下方漏水，地柜已经泡湿"]
        assert [(bill["amount_fen"], bill["state"]) for bill in data["bills"]] == [(25_088, "unpaid")]
        assert [(one["text"], one["unnamed"]) for one in data["feedback"]] == [("师傅很好很及时", True)]
        assert "不应出现" not in json.dumps(data, ensure_ascii=False)
        assert (
            book.sheetnames == ["个人资料", "我的房屋", "报修", "账单", "缴费记录", "反馈", "通知", "已登录的设备"]
            or len(book.sheetnames) == 8
        )
        assert book.worksheets[3]["G2"].value == 250.88

    def test_a_technicians_file_has_no_bills(self, committed, lived) -> None:
        asked = committed.run(ask_export, lived.worker)
        make_exports()
        with content(committed, asked.id) as archive:
            data = json.loads(archive.read("data.json"))
        assert (data["bills"], data["repairs"], data["profile"][0]["name"]) == ([], [], "王建国")

    def test_it_is_made_once_and_one_that_is_running_is_given_back(self, committed, lived) -> None:
        first, second = (committed.run(ask_export, lived.owner) for _ in range(2))
        assert first.id == second.id
        assert (make_export(first.id), make_export(first.id), make_exports()) == (True, False, 0)

    def test_a_fourth_within_a_day_is_refused(self, committed, lived) -> None:
        for _ in range(EXPORTS_PER_DAY):
            committed.run(ask_export, lived.owner)
            make_exports()
        with pytest.raises(TooManyError):
            committed.run(ask_export, lived.owner)


class TestTaking:
    @pytest.mark.parametrize("change", [{"signature": "x"}, {"expires": "99999999999"}, {"expires": "now"}])
    def test_a_changed_link_leads_nowhere(self, committed, lived, change) -> None:
        asked = committed.run(ask_export, lived.owner)
        make_exports()
        row = committed.run(lambda uow: uow.session.get_one(DataExport, asked.id))
        parts = link_parts(signed_link(row, committed.now)) | change
        with pytest.raises(NotFoundError):
            committed.run(lambda uow: open_link(uow.session, export_id=asked.id, now=uow.now, **parts))

    def test_the_link_ends_after_an_hour_and_the_file_after_a_week(self, committed, lived, root) -> None:
        asked = committed.run(ask_export, lived.owner)
        make_exports()
        row = committed.run(lambda uow: uow.session.get_one(DataExport, asked.id))
        ready = row.ready_at
        parts = link_parts(signed_link(row, ready))
        with pytest.raises(NotFoundError):
            committed.run(lambda uow: open_link(uow.session, export_id=asked.id, now=uow.now, **parts), now=ready + timedelta(hours=2))
        assert len(list(root.rglob("*.zip"))) == 1
        assert committed.run(drop_old_exports, now=ready + timedelta(days=6)) == 0
        assert committed.run(drop_old_exports, now=ready + timedelta(days=8)) == 1
        found = committed.run(lambda uow: own_export(uow.session, lived.owner, now=uow.now))
        assert (found.status, found.link, list(root.rglob("*.zip"))) == (ExportStatus.expired, "", [])

    def test_nobody_sees_anothers_file(self, committed, lived) -> None:
        committed.run(ask_export, lived.owner)
        assert committed.run(lambda uow: own_export(uow.session, lived.tenant, now=uow.now)) is None
