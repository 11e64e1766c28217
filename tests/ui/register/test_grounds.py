"""Buildings on the ground with their public areas, and the people of an own room: what the pages show and what their forms do."""

from estate_app.property.models import PublicArea
from estate_app.ui.pages.manager.grounds.page import grounds_page
from estate_app.ui.pages.manager.grounds.state import GroundsState
from estate_app.ui.pages.resident.household.page import household_page
from estate_app.ui.pages.resident.household.state import HouseholdState
from tests.ui.register.test_state import opened
from tests.ui.seen import markup, toast

GROUND = "/manage/property/ground"
OUTLINE = "31.2300, 121.4700\n31.2300, 121.4704\n31.2302, 121.4704\n31.2302, 121.4700"


class TestGround:
    def test_a_building_is_placed_and_its_outline_drawn(self, act, cast):
        page = opened(act, cast.supervisor, GroundsState, GROUND)
        assert (page.stage, page.view.building.name, page.view.building.about, page.drawing.points) == ("ready", "3栋", "18 层 · 1 户", "")
        assert "位置已保存" in toast(act.run(page.save({"latitude": "", "longitude": "", "outline": OUTLINE})))
        assert (page.view.building.latitude, page.view.building.longitude) == ("31.230100", "121.470200")
        assert page.drawing.size == "4 个角点 · 约 846 平方米"
        assert len(page.drawing.points.split()) == 4

    def test_a_wrong_line_is_named_under_its_field_and_nothing_is_kept(self, act, cast):
        page = opened(act, cast.supervisor, GroundsState, GROUND)
        act.run(page.save({"latitude": "31.23", "longitude": "121.47", "outline": f"{OUTLINE}\n东北角"}))
        assert "第 5 行" in page.field_errors["outline"]
        assert cast.building.outline == []

    def test_areas_are_added_retired_and_offered_again(self, act, cast, uow):
        page = opened(act, cast.supervisor, GroundsState, GROUND)
        act.run(page.ask("add", ""))
        act.run(page.add({"name": "东门厅", "building": str(cast.building.id)}))
        (area,) = page.view.areas
        assert (page.dialog, area.name, area.where, area.is_retired) == ("", "东门厅", "3栋", False)
        act.run(page.ask("retire", area.id))
        act.run(page.retire({}))
        assert uow.session.get(PublicArea, int(area.id)).is_retired
        act.run(page.restore(area.id))
        assert not page.view.areas[0].is_retired

    def test_who_may_only_read_gets_no_form(self, act, cast):
        page = opened(act, cast.auditor, GroundsState, GROUND)
        assert (page.view.may_edit, page.view.building.may_edit) == (False, False)
        assert "权限" in toast(act.run(page.add({"name": "x"})))

    def test_the_page(self):
        assert "ground-form" in markup(grounds_page())


class TestHousehold:
    def test_the_owner_invites_and_ends(self, act, cast):
        page = opened(act, cast.owner, HouseholdState, f"/me/rooms/{cast.home.id}")
        assert [(p.name, p.can_end, p.is_self) for p in page.view.people] == [
            ("林晓", False, True),
            ("陈租", True, False),
            ("林父", True, False),
        ]
        form = {"name": "周新", "phone": "13900001111", "relation": "tenant", "from_on": "2026-11-18", "to_on": ""}
        act.run(page.invite(form))
        assert "租期" in page.field_errors["to_on"]
        act.run(page.invite(form | {"to_on": "2027-11-17"}))
        assert [p.name for p in page.view.people] == ["林晓", "陈租", "周新", "林父"]
        act.run(page.ask_end(page.view.people[2].id))
        act.run(page.end({"last_on": "2026-11-18"}))
        assert "2026" in page.view.people[2].about

    def test_others_of_the_room_look_on_and_a_payer_does_not(self, act, cast):
        page = opened(act, cast.tenant, HouseholdState, f"/me/rooms/{cast.home.id}")
        assert (page.view.may_invite, {p.can_end for p in page.view.people}) == (False, {False})
        page = act(cast.payer, HouseholdState, url=f"/me/rooms/{cast.home.id}")
        act.run(page.load())
        assert page.view.people == []

    def test_the_page(self):
        assert "household" in markup(household_page())
