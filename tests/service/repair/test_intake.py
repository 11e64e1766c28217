"""Reports: who may report what, what is refused in words, what is found nearby, and what is filled in."""

from datetime import timedelta

import pytest

from estate_app.errors import ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.geo import Point, wgs84_to_gcj02
from estate_app.media.models import MediaFile, MediaKind
from estate_app.repair import work
from estate_app.repair.catalogue import category_tree
from estate_app.repair.models import OrderStatus, Source, Urgency
from estate_app.repair.place import CoordinateSystem, area_choices, similar_open_orders, suggest_place
from estate_app.repair.seed import seed
from tests.fixtures import make
from tests.service.repair.steps import TEXT, count, drive, new_order


def upload(uow, actor, number, kind=MediaKind.photo):
    file = MediaFile(
        id=f"{number:032x}", account_id=actor.id, kind=kind, mime="image/webp", size_bytes=1, sha256="0" * 64, created_at=uow.now
    )
    uow.session.add(file)
    uow.flush()
    return file


class TestWho:
    def test_a_tenant_reports_at_home_and_a_payer_or_stranger_meets_a_404(self, uow, cast):
        assert new_order(uow, cast, cast.tenant).contact_name == "陈租"
        for actor in (cast.payer, cast.stranger):
            with pytest.raises(NotFoundError):
                new_order(uow, cast, actor)
        assert count(uow, "repair_order") == 1

    @pytest.mark.parametrize("who", ["worker", "cashier", "auditor", "finance"])
    def test_who_has_nothing_to_report_is_refused(self, uow, cast, who):
        with pytest.raises(ForbiddenError):
            new_order(uow, cast, getattr(cast, who))
        assert count(uow, "repair_order") == 0

    def test_customer_service_reports_for_a_caller_who_then_sees_it(self, uow, cast):
        order = new_order(uow, cast, cast.service, source=Source.phone, contact_name="林晓", contact_phone="138 0000 0001")
        assert (order.reporter_id, order.contact_phone, order.source) == (cast.owner.id, "13800000001", Source.phone)
        stranger = new_order(uow, cast, cast.service, contact_name="过路人", contact_phone="13911112222")
        assert stranger.reporter_id == cast.service.id

    def test_customer_service_needs_the_callers_phone_and_stays_in_its_estate(self, uow, cast):
        with pytest.raises(InvalidError) as refusal:
            new_order(uow, cast, cast.service, contact_name="林晓", contact_phone="12")
        assert refusal.value.field == "contact_phone"
        with pytest.raises(NotFoundError):
            new_order(uow, cast, cast.service, room_id=cast.other_home.id, contact_name="赵外", contact_phone="13800000004")

    def test_a_public_area_of_the_own_estate_only(self, uow, cast):
        lobby = make.public_area(uow, cast.building)
        order = new_order(uow, cast, public_area_id=lobby.id)
        assert (order.room_id, order.public_area_id, order.building_id) == (None, lobby.id, lobby.building_id)
        with pytest.raises(NotFoundError):
            new_order(uow, cast, cast.stranger, public_area_id=lobby.id)
        assert [a.name for a in area_choices(uow.session, cast.owner, now=uow.now)] == [lobby.name]
        assert area_choices(uow.session, cast.stranger, now=uow.now) == []


class TestFields:
    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"description": "漏水"}, "description"),
            ({"description": " " * 30}, "description"),
            ({"description": "\x00" * 30}, "description"),
            ({"description": "漏" * 1001}, "description"),
            ({"category_id": 10**9}, "category_id"),
            ({"urgency": Urgency.emergency}, "urgency"),
            ({"room_id": None}, "room_id"),
            ({"public_area_id": 1}, "room_id"),
            ({"latitude": 91.0, "longitude": 114.0}, "latitude"),
            ({"latitude": float("nan"), "longitude": 114.0}, "latitude"),
            ({"photo_ids": ["f" * 32]}, "photo_ids"),
        ],
    )
    def test_a_wrong_field_is_named_and_nothing_is_written(self, uow, cast, fields, field):
        with pytest.raises(InvalidError) as refusal, uow.session.begin_nested():
            new_order(uow, cast, **({"room_id": cast.home.id} | fields))
        assert refusal.value.field == field
        assert (count(uow, "repair_order"), count(uow, "order_step"), count(uow, "inbox_item")) == (0, 0, 0)

    @pytest.mark.parametrize(
        ("start", "end"), [(-60, 60), (60, 60), (60, 30), (60, None), (None, 60), (60, 60 + 24 * 60 + 1), (31 * 24 * 60, 31 * 24 * 60 + 60)]
    )
    def test_a_visit_lies_ahead_within_a_day_and_a_month(self, uow, cast, start, end):
        visit = [uow.now + timedelta(minutes=m) if m is not None else None for m in (start, end)]
        with pytest.raises(InvalidError) as refusal:
            new_order(uow, cast, visit_from_at=visit[0], visit_to_at=visit[1])
        assert refusal.value.field == "visit_from_at"
        assert count(uow, "repair_order") == 0

    def test_ten_characters_are_enough_and_a_resident_may_ask_for_speed(self, uow, cast):
        order = new_order(uow, cast, description="一二三四五六七八九十", urgency=Urgency.high)
        assert (order.urgency, (order.respond_due_at - order.submitted_at).seconds) == (Urgency.high, 1800)

    def test_nine_photos_and_one_video_belong_to_the_order_and_ten_do_not(self, uow, cast):
        photos = [upload(uow, cast.owner, n) for n in range(9)]
        video = upload(uow, cast.owner, 99, MediaKind.video)
        order = new_order(uow, cast, photo_ids=[f.id for f in (*photos, video)])
        assert {(f.attached_to, f.attached_id) for f in (*photos, video)} == {("repair_order", order.id)}
        more = [upload(uow, cast.owner, 100 + n).id for n in range(10)]
        with pytest.raises(InvalidError), uow.session.begin_nested():
            new_order(uow, cast, photo_ids=more)
        assert count(uow, "media_file", "attached_to IS NULL") == 10

    def test_somebody_elses_photo_and_a_used_one_are_refused(self, uow, cast):
        foreign, used = upload(uow, cast.stranger, 1), upload(uow, cast.owner, 2)
        new_order(uow, cast, photo_ids=[used.id])
        for file in (foreign, used):
            with pytest.raises(InvalidError), uow.session.begin_nested():
                new_order(uow, cast, photo_ids=[file.id])
        assert count(uow, "repair_order") == 1

    def test_a_group_is_no_fault_and_a_public_fault_needs_its_area(self, uow, cast):
        seed(uow)
        groups = {g.code: g for g in category_tree(uow.session)}
        with pytest.raises(InvalidError) as refusal:
            new_order(uow, cast, category_id=groups["group_house"].id)
        assert refusal.value.field == "category_id"
        with pytest.raises(InvalidError) as refusal:
            new_order(uow, cast, category_id=groups["group_public"].leaves[0].id)
        assert refusal.value.field == "public_area_id"


class TestIdempotence:
    def test_the_same_key_gives_the_same_order_and_another_persons_key_does_not(self, uow, cast):
        first = new_order(uow, cast, client_key="k1")
        assert new_order(uow, cast, client_key="k1").id == first.id
        assert new_order(uow, cast, cast.tenant, client_key="k1").id != first.id
        assert count(uow, "repair_order") == 2
        assert count(uow, "order_step", "action = 'report'") == 2


class TestNearby:
    def test_open_orders_of_the_kind_in_the_building_are_shown_without_a_neighbours_photo(self, uow, cast):
        upstairs = make.room(uow, cast.building, "3-2-1601")
        neighbour = make.account(uow, "楼上", "13800000088")
        make.member(uow, upstairs, neighbour)
        photo = upload(uow, neighbour_actor := make.actor(neighbour), 5)
        theirs = new_order(uow, cast, neighbour_actor, room_id=upstairs.id, photo_ids=[photo.id])
        mine = new_order(uow, cast, photo_ids=[upload(uow, cast.owner, 6).id])
        other_kind = make.category(uow, "lock", name="锁", name_en="Lock")
        new_order(uow, cast, category_id=other_kind.id)
        found = similar_open_orders(uow.session, cast.owner, category_id=cast.category.id, room_id=cast.home.id, now=uow.now)
        assert [(o.id, o.place, o.is_own, bool(o.thumbnail_url)) for o in found] == [
            (mine.id, "3栋2单元1501", True, True),
            (theirs.id, "3栋2单元1601", False, False),
        ]

    def test_what_is_done_or_old_or_elsewhere_is_not(self, uow, cast):
        drive(uow, cast, OrderStatus.completed)
        new_order(uow, cast, cast.stranger, room_id=cast.other_home.id)
        new_order(uow, cast)
        uow.now += timedelta(days=15)
        assert similar_open_orders(uow.session, cast.owner, category_id=cast.category.id, room_id=cast.home.id, now=uow.now) == []

    def test_strangers_cannot_ask_about_a_home(self, uow, cast):
        with pytest.raises(NotFoundError):
            similar_open_orders(uow.session, cast.stranger, category_id=cast.category.id, room_id=cast.home.id, now=uow.now)


class TestSuggestPlace:
    @pytest.mark.parametrize("system", list(CoordinateSystem))
    def test_the_own_home_is_found_in_either_system(self, uow, cast, system):
        here = Point(cast.building.latitude, cast.building.longitude)
        shown = here if system is CoordinateSystem.wgs84 else wgs84_to_gcj02(here)
        hint = suggest_place(uow.session, cast.owner, latitude=shown.latitude, longitude=shown.longitude, system=system, now=uow.now)
        assert (hint.room.label, hint.metres) == ("3栋2单元1501", 0)

    def test_far_away_or_only_a_payer_nothing_is_suggested(self, uow, cast):
        here = {"latitude": cast.building.latitude, "longitude": cast.building.longitude, "now": uow.now}
        assert suggest_place(uow.session, cast.owner, latitude=31.2, longitude=121.5, now=uow.now) is None
        assert suggest_place(uow.session, cast.payer, **here) is None


class TestRework:
    @pytest.mark.parametrize(("days", "is_rework"), [(29, True), (31, False)])
    def test_the_same_fault_within_thirty_days_is_rework(self, uow, cast, days, is_rework):
        first = drive(uow, cast, OrderStatus.completed)
        uow.now += timedelta(days=days)
        assert (new_order(uow, cast).rework_of_id == first.id) is is_rework

    def test_rework_is_never_charged(self, uow, cast):
        cast.category.is_paid = True
        drive(uow, cast, OrderStatus.completed)
        again = new_order(uow, cast)
        from estate_app.repair.materials import add_material, charge_fen
        from tests.service.repair.steps import stock

        work.accept(uow, cast.worker, order_id=again.id)
        add_material(uow, cast.worker, order_id=again.id, stock_item_id=stock(uow).id, quantity_milli=1000)
        assert charge_fen(uow, again) == 0


class TestSeed:
    def test_the_tree_is_whole_and_a_second_time_adds_nothing(self, uow):
        assert seed(uow) == 69
        assert seed(uow) == 0
        groups = category_tree(uow.session)
        assert (len(groups), sum(len(g.leaves) for g in groups)) == (6, 43)
        assert all(leaf.name and leaf.name_en for g in groups for leaf in g.leaves)
        at_home = {leaf.code for g in category_tree(uow.session, is_public=False) for leaf in g.leaves}
        assert "lift_trapped" not in at_home
        assert "pipe_leak" in at_home

    def test_dangers_come_with_what_to_do_first(self, uow):
        seed(uow)
        dangers = {leaf.code for g in category_tree(uow.session) for leaf in g.leaves if leaf.danger}
        assert dangers == {"gas_leak", "live_wire", "lift_trapped", "fire_alarm"}


class TestText:
    def test_the_words_are_kept_as_typed(self, uow, cast):
        assert new_order(uow, cast, description=f"  {TEXT}<script>\n'; DROP TABLE  ").description == f"{TEXT}<script>\n'; DROP TABLE"
