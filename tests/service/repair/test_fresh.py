"""What a report answers at once is what reading the order afterwards says; and it costs few round trips."""

from dataclasses import replace
from datetime import timedelta

import pytest

from estate_app import prepared
from estate_app.repair.detail import order_detail
from estate_app.repair.dispatch_models import CategoryMode, DispatchMode
from estate_app.repair.fresh import taken_detail
from estate_app.repair.intake import take_report
from estate_app.repair.models import OrderStatus, Source
from tests.fixtures import make
from tests.service.repair.steps import TEXT, all_away, drive
from tests.service.repair.test_intake import upload


def visit(uow, cast):
    return {"visit_from_at": uow.now + timedelta(hours=2), "visit_to_at": uow.now + timedelta(hours=4)}


def photo(uow, cast):
    return {"photo_ids": [upload(uow, cast.owner, 1).id]}


def lobby(uow, cast):
    return {"public_area_id": make.public_area(uow, cast.building).id, "room_id": None}


def nobody(uow, cast):
    all_away(uow, cast)
    return {}


def grabbed(uow, cast):
    uow.session.add(CategoryMode(estate_id=cast.building.estate_id, category_id=cast.category.id, mode=DispatchMode.grab))
    return {}


def emergency(uow, cast):
    cast.category.questions = ["有人触电吗？"]
    return {"has_danger": True}


def rework(uow, cast):
    drive(uow, cast, OrderStatus.closed)
    return {}


def take(uow, cast, actor, **fields):
    return take_report(uow, actor, **({"category_id": cast.category.id, "description": TEXT, "room_id": cast.home.id} | fields))


class TestTakenDetail:
    @pytest.mark.parametrize("case", [None, visit, photo, lobby, nobody, grabbed, emergency, rework])
    def test_it_is_what_reading_the_order_says(self, uow, cast, case):
        fields = case(uow, cast) if case else {}
        uow.flush()
        taken = take(uow, cast, cast.owner, source=Source.mini_program, client_key="a-key-of-mine", **fields)
        said = taken_detail(uow.session, cast.owner, taken, now=uow.now)
        uow.flush()
        uow.session.expire_all()
        read = order_detail(uow.session, cast.owner, taken.order.id, now=uow.now)
        if read.technician is not None:
            read = replace(read, technician=replace(read.technician, trades=()))
        assert said == read
        assert (said.technician is None) is (case in {nobody, grabbed})
        assert bool(said.rework_number) is (case is rework)

    def test_the_same_key_gives_the_order_as_it_stands_by_now(self, uow, cast):
        first = take(uow, cast, cast.owner, client_key="a-key-of-mine")
        taken = take(uow, cast, cast.owner, client_key="a-key-of-mine")
        assert (taken.order is first.order, taken.source) == (True, None)
        assert taken_detail(uow.session, cast.owner, taken, now=uow.now) == order_detail(
            uow.session, cast.owner, first.order.id, now=uow.now
        )

    def test_staff_see_what_is_for_staff(self, uow, cast):
        taken = take(uow, cast, cast.service, contact_name="林晓", contact_phone="13800000001")
        detail = taken_detail(uow.session, cast.service, taken, now=uow.now)
        assert (len(detail.decisions), detail) == (1, order_detail(uow.session, cast.service, taken.order.id, now=uow.now))


class TestCost:
    def test_a_report_speaks_to_the_database_four_times(self, uow, cast, monkeypatch):
        take(uow, cast, cast.owner, client_key="the-first-of-two")
        uow.flush()
        said = []
        asks = {"piped": prepared.piped, "execute": prepared.execute}
        for place in ("prepared.piped", "prepared.execute", "session.piped", "bulk.execute"):
            name = place.partition(".")[2]
            monkeypatch.setattr(f"estate_app.{place}", lambda *given, name=name: (said.append(name), asks[name](*given))[1])
        taken = take(uow, cast, cast.owner, client_key="the-second-of-two")
        uow.flush()
        taken_detail(uow.session, cast.owner, taken, now=uow.now)
        # What the report needs; the number, the lock and the facts; the technician's turn; all that is written.
        assert said == ["piped", "piped", "execute", "piped"]
