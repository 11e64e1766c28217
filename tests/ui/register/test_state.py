"""The register's pages: the list from its address, a room with its people, adding and ending one."""

import pytest
from sqlmodel import select

from estate_app.property.models import RoomMember
from estate_app.ui.pages.manager.property.list_page import rooms_page
from estate_app.ui.pages.manager.property.list_state import RegisterState
from estate_app.ui.pages.manager.property.room_page import room_page
from estate_app.ui.pages.manager.property.room_state import RoomState
from tests.ui.seen import markup, toast

URL = "/manage/property"
NEW = {"name": "王小明", "phone": "13900008888", "relation": "family", "from_on": "2026-11-18"}


def opened(act, actor, state, url, **kwargs):
    page = act(actor, state, url=url, **kwargs)
    act.run(page.load())
    return page


def people(uow, room):
    return uow.session.scalars(select(RoomMember).where(RoomMember.room_id == room.id)).all()


class TestList:
    def test_rooms_of_the_estate_in_view(self, act, cast):
        page = opened(act, cast.service, RegisterState, URL)
        assert [(r.label, r.href, r.area, r.use, r.badge.label, r.owner, r.people) for r in page.rows] == [
            ("3栋2单元1501", f"{URL}/{cast.home.id}", "89.00 m²", "住宅", "已入住", "林晓", "3")
        ]
        assert (page.stage, [b.label for b in page.buildings], page.filters.is_narrowed) == ("ready", ["3栋"], False)

    def test_the_address_narrows_and_odd_values_do_not(self, act, cast):
        assert opened(act, cast.service, RegisterState, f"{URL}?text=陈租&building_id={cast.building.id}").pager.total == 1
        assert opened(act, cast.service, RegisterState, f"{URL}?state=vacant").rows == []
        page = opened(act, cast.service, RegisterState, f"{URL}?state=x&building_id=9e9&page=-1")
        assert (len(page.rows), page.filters.is_narrowed) == (1, False)

    def test_others_read_nothing(self, act, cast):
        page = act(cast.cashier, RegisterState, url=URL)
        assert "权限" in toast(act.run(page.load()))
        assert (page.rows, page.stage) == ([], "failed")


class TestRoom:
    @pytest.fixture
    def url(self, cast):
        return f"{URL}/{cast.home.id}"

    def test_a_room_with_its_people(self, act, cast, url):
        page = opened(act, cast.service, RoomState, url, locale="en")
        assert (page.view.title, page.view.estate, page.view.may_edit) == ("3-2-1501", "翠湖花园", True)
        assert {(m.name, m.relation, m.account, m.can_end) for m in page.view.members} == {
            ("林晓", "Owner", "Has an account", True),
            ("陈租", "Tenant", "Has an account", True),
            ("林父", "Payer only", "Has an account", True),
        }

    def test_add_and_end(self, act, uow, cast, url):
        page = opened(act, cast.service, RoomState, url)
        act.run(page.ask_add())
        assert page.dialog == "add"
        assert "已添加" in toast(act.run(page.add(NEW)))
        assert (page.dialog, page.is_saving, len(page.view.members)) == ("", False, 4)
        added = next(m for m in page.view.members if m.name == "王小明")
        act.run(page.ask_end(added.id))
        assert (page.dialog, page.ending) == ("end", "王小明")
        assert "已结束" in toast(act.run(page.end({"last_on": "2026-11-18"})))
        assert next(m for m in page.view.members if m.name == "王小明").until == "2026-11-18"
        assert {f"room:{cast.home.id}"} <= act.topics

    @pytest.mark.parametrize(
        ("change", "field"), [({"relation": "king"}, "relation"), ({"from_on": ""}, "from_on"), ({"phone": "1"}, "phone"), ({"name": ""}, "name")]
    )  # fmt: skip
    def test_what_is_wrong_stands_under_its_field(self, act, uow, cast, url, change, field):
        page = opened(act, cast.service, RoomState, url)
        act.run(page.ask_add())
        act.run(page.add(NEW | change))
        assert (list(page.field_errors), page.dialog, page.is_saving, len(people(uow, cast.home))) == ([field], "add", False, 3)
        act.run(page.keep())
        assert (page.dialog, page.field_errors) == ("", {})

    def test_who_only_reads_changes_nothing(self, act, uow, cast, url):
        page = opened(act, cast.auditor, RoomState, url)
        assert (page.view.may_edit, [m.can_end for m in page.view.members]) == (False, [False] * 3)
        for call in (page.ask_add(), page.add(NEW), page.ask_end(page.view.members[0].id), page.end({"last_on": "2026-11-18"})):
            assert "权限" in toast(act.run(call))
        assert (len(people(uow, cast.home)), [m.to_on for m in people(uow, cast.home)]) == (3, [None] * 3)

    @pytest.mark.parametrize("path", ["x", "0", "999999999"])
    def test_no_such_room(self, act, cast, path):
        page = act(cast.service, RoomState, url=f"{URL}/{path}")
        assert "不存在" in toast(act.run(page.load()))
        assert page.stage == "failed"


def test_pages_hold_what_a_person_acts_on():
    assert [name for name in ("filter-building_id", "filter-state", "rooms", "search") if name not in markup(rooms_page())] == []
    assert [name for name in ("add-member", "end-member", "add-dialog", "end-dialog") if name not in markup(room_page())] == []
