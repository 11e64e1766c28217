"""Lists, details and the board: who sees what, the exact figures, and a number of queries that does not grow."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select

from estate_app.access.actor import SYSTEM
from estate_app.errors import ForbiddenError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.pagination import PageRequest
from estate_app.prepared import execute
from estate_app.repair import work
from estate_app.repair.board import board, morning, risks
from estate_app.repair.detail import order_detail
from estate_app.repair.filters import Family, OrderFilter
from estate_app.repair.models import OrderStatus, RepairOrder, Source, Urgency
from estate_app.repair.queries import count_orders, export_orders, list_orders, order_counts, technician_jobs
from estate_app.repair.reach import READERS, reachable, read_order
from estate_app.repair.resident import follow
from estate_app.repair.roster import list_technicians, schedule
from tests.fixtures import make
from tests.service.repair.steps import all_away, all_back, drive, new_order


@contextmanager
def counted(uow):
    """Count the statements that reach the database, the prepared ones too."""
    statements = []
    engine = uow.session.get_bind().engine

    def note(_connection, _cursor, statement, *_):
        statements.append(statement)

    def prepared(session, statement, values):
        statements.append(statement.decode())
        return execute(session, statement, values)

    event.listen(engine, "before_cursor_execute", note)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("estate_app.prepared.execute", prepared)
            yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def listed(uow, actor, page=None, **fields):
    return list_orders(uow.session, actor, filter=OrderFilter(**fields), page=page or PageRequest(), now=uow.now)


def fill(uow, cast, number):
    """Homes of the building with an order each."""
    for n in range(number):
        room = make.room(uow, cast.building, f"3-9-{uow.now:%M%S}{n}")
        new_order(uow, cast, cast.dispatcher, room_id=room.id, contact_name="住户", contact_phone="13712345678")


class TestReach:
    def test_everybody_sees_the_own_and_nobody_more(self, uow, cast):
        mine = new_order(uow, cast)
        theirs = new_order(uow, cast, cast.stranger, room_id=cast.other_home.id)
        seen = {
            who: [r.id for r in listed(uow, getattr(cast, who)).rows] for who in ("owner", "tenant", "payer", "stranger", "worker", "mate")
        }
        assert seen == {"owner": [mine.id], "tenant": [mine.id], "payer": [], "stranger": [theirs.id], "worker": [mine.id], "mate": []}
        for who, ids in {"dispatcher": [mine.id], "foreign_dispatcher": [theirs.id], "auditor": [mine.id, theirs.id]}.items():
            assert sorted(r.id for r in listed(uow, getattr(cast, who)).rows) == ids

    @pytest.mark.parametrize("who", ["cashier", "finance"])
    def test_who_has_no_business_with_repairs_is_refused(self, uow, cast, who):
        with pytest.raises(ForbiddenError):
            listed(uow, getattr(cast, who))

    @pytest.mark.parametrize("who", ["stranger", "payer", "mate", "foreign_dispatcher"])
    def test_the_detail_is_a_404_for_strangers(self, uow, cast, who):
        order = new_order(uow, cast)
        with pytest.raises(NotFoundError):
            order_detail(uow.session, getattr(cast, who), order.id, now=uow.now)

    def test_a_departed_tenant_keeps_nothing(self, uow, cast):
        order = new_order(uow, cast, cast.tenant)
        from sqlalchemy import text

        uow.session.execute(
            text("UPDATE room_member SET to_on = :day WHERE account_id = :id"),
            {"day": business_date(uow.now) - timedelta(days=1), "id": cast.tenant.id},
        )
        assert listed(uow, cast.tenant).total == 0
        with pytest.raises(NotFoundError):
            order_detail(uow.session, cast.tenant, order.id, now=uow.now)

    def test_phones_are_whole_for_who_needs_them_only(self, uow, cast):
        new_order(uow, cast)
        shown = {
            who: listed(uow, getattr(cast, who)).rows[0].contact_phone for who in ("owner", "tenant", "worker", "dispatcher", "auditor")
        }
        assert shown["owner"] == shown["worker"] == shown["dispatcher"] == "13800000001"
        assert "0000" not in shown["tenant"]
        assert "*" in shown["tenant"]
        assert shown["tenant"] == shown["auditor"]

    def test_one_order_is_reached_by_just_those_in_whose_lists_it_stands(self, uow, cast):
        """`read_order` asks with parameters what `reachable` says with clauses."""
        lobby = make.public_area(uow, cast.building)
        orders = [drive(uow, cast, OrderStatus.accepted), new_order(uow, cast, cast.tenant, public_area_id=lobby.id)]
        orders.append(new_order(uow, cast, cast.stranger, room_id=cast.other_home.id))
        follow(uow, cast.owner, order_id=orders[1].id)
        readers = [actor for actor in (*cast.everybody.values(), SYSTEM) if any(actor.can(p) for p in READERS)]
        on = business_date(uow.now)
        seen = 0
        for actor in readers:
            reached = set(uow.session.scalars(select(RepairOrder.id).where(reachable(actor, on))))
            for order in orders:
                if order.id in reached:
                    assert read_order(uow.session, actor, order.id, on) is order
                    seen += 1
                else:
                    with pytest.raises(NotFoundError):
                        read_order(uow.session, actor, order.id, on)
        assert len(readers) < seen < len(readers) * len(orders)


class TestFilter:
    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"family": Family.open},
            {"family": Family.overdue},
            {"family": Family.to_rate},
            {"statuses": (OrderStatus.completed, OrderStatus.submitted), "urgencies": (Urgency.normal,)},
            {"source": Source.web},
            {"building_id": 0},
        ],
    )
    def test_the_prepared_list_of_a_resident_is_the_usual_one(self, uow, cast, monkeypatch, fields):
        for status in (OrderStatus.completed, OrderStatus.working, OrderStatus.submitted, OrderStatus.cancelled):
            drive(uow, cast, status)
        uow.now += timedelta(hours=5)
        for page in (PageRequest(), PageRequest(2, 2, "-submitted")):
            quick = listed(uow, cast.owner, page, room_id=cast.home.id, **fields)
            with monkeypatch.context() as patch:
                patch.setattr("estate_app.repair.queries.own_lines", lambda *_, **__: None)
                assert listed(uow, cast.owner, page, room_id=cast.home.id, **fields) == quick
        assert quick.total == count_orders(uow.session, cast.owner, filter=OrderFilter(room_id=cast.home.id, **fields), now=uow.now)

    def test_list_count_and_export_agree_for_each_filter(self, uow, cast):
        burst = make.category(uow, "pipe_burst", urgency=Urgency.emergency)
        first = drive(uow, cast, OrderStatus.completed)
        second = new_order(uow, cast, category_id=burst.id)
        all_away(uow, cast)
        third = new_order(uow, cast, description="走廊的灯整晚闪个不停")
        all_back(uow)
        cases = {
            first.id: [{"family": Family.done}, {"family": Family.to_rate}, {"statuses": (OrderStatus.completed,)}],
            second.id: [
                {"urgencies": (Urgency.emergency,)},
                {"category_id": burst.id},
                {"family": Family.waiting, "technician_id": cast.worker.id},
            ],
            third.id: [{"is_unassigned": True}, {"text": "整晚闪"}, {"text": third.number[-4:]}],
        }
        for wanted, filters in cases.items():
            for fields in filters:
                filter = OrderFilter(**fields)
                assert [r.id for r in listed(uow, cast.dispatcher, **fields).rows] == [wanted], fields
                assert count_orders(uow.session, cast.dispatcher, filter=filter, now=uow.now) == 1
                assert [r.id for r in export_orders(uow.session, cast.dispatcher, filter=filter, now=uow.now)] == [wanted]

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("3-2-1501", 1),
            ("3栋2单元1501", 1),
            ("林晓", 1),
            ("13800000001", 1),
            ("1380000", 0),
            ("%", 0),
            ("_", 0),
            ("\\", 0),
            ("' OR 1=1 --", 0),
            ("\x00", 1),
        ],
    )
    def test_search_finds_places_names_and_whole_phones_and_takes_signs_literally(self, uow, cast, text, found):
        new_order(uow, cast)
        assert listed(uow, cast.dispatcher, text=text).total == found

    def test_days_are_shanghais(self, uow, cast):
        new_order(uow, cast)
        day = business_date(uow.now)
        assert listed(uow, cast.dispatcher, from_on=day, to_on=day).total == 1
        assert listed(uow, cast.dispatcher, to_on=day - timedelta(days=1)).total == 0
        assert listed(uow, cast.dispatcher, from_on=day + timedelta(days=1)).total == 0

    def test_pages_part_the_whole_and_the_unfinished_come_first(self, uow, cast):
        done = drive(uow, cast, OrderStatus.completed)
        fill(uow, cast, 4)
        pages = [listed(uow, cast.dispatcher, PageRequest(number=n, size=2)) for n in (1, 2, 3)]
        ids = [r.id for p in pages for r in p.rows]
        assert (len(ids), len(set(ids)), ids[-1], pages[0].total) == (5, 5, done.id, 5)
        assert listed(uow, cast.dispatcher, PageRequest(sort="-number")).rows[0].number.endswith("0005")

    def test_overdue_counts_from_the_clock_that_runs(self, uow, cast):
        order = new_order(uow, cast)
        uow.now = order.respond_due_at + timedelta(minutes=6)
        assert listed(uow, cast.dispatcher, family=Family.overdue).total == 1
        row = listed(uow, cast.dispatcher).rows[0]
        assert (row.clock.is_answer, row.clock.percent, row.clock.minutes_left) == (True, 120, -6)
        work.accept(uow, cast.worker, order_id=order.id)
        assert listed(uow, cast.dispatcher, family=Family.overdue).total == 0


class TestDetail:
    def test_managers_read_the_reasons_and_residents_one_sentence(self, uow, cast):
        order = new_order(uow, cast)
        for who, decisions in (("dispatcher", 1), ("auditor", 1), ("owner", 0), ("worker", 0)):
            assert len(order_detail(uow.session, getattr(cast, who), order.id, now=uow.now).decisions) == decisions
        why = order_detail(uow.session, cast.owner, order.id, now=uow.now).why
        assert str(why) == "王建国 was chosen: Plumbing level 4, 0 of this kind in 90 days; Where they are is not known"

    def test_the_office_steps_are_the_offices(self, uow, cast):
        order = new_order(uow, cast)
        work.decline(uow, cast.worker, order_id=order.id, reason="busy")
        actions = {
            who: [s.action for s in order_detail(uow.session, getattr(cast, who), order.id, now=uow.now).steps]
            for who in ("owner", "dispatcher")
        }
        assert actions == {"owner": ["assign", "assign", "report"], "dispatcher": ["assign", "decline", "assign", "report"]}

    @pytest.mark.parametrize(
        ("status", "who", "allowed"),
        [
            (OrderStatus.assigned, "owner", {"cancel", "urge"}),
            (OrderStatus.assigned, "worker", {"accept"}),
            (OrderStatus.assigned, "dispatcher", {"assign", "reject"}),
            (OrderStatus.accepted, "worker", {"set_out", "start", "give_back"}),
            (OrderStatus.working, "worker", {"pause", "complete", "give_back"}),
            (OrderStatus.paused, "worker", {"resume", "give_back"}),
            (OrderStatus.completed, "tenant", {"rate", "reopen"}),
            (OrderStatus.completed, "auditor", set()),
            (OrderStatus.cancelled, "owner", set()),
        ],
    )
    def test_the_buttons_are_what_the_commands_allow(self, uow, cast, status, who, allowed):
        order = drive(uow, cast, status)
        detail = order_detail(uow.session, getattr(cast, who), order.id, now=uow.now)
        assert {name for name in detail.allowed.__slots__ if getattr(detail.allowed, name)} == allowed

    def test_the_phone_of_the_technician_is_shown_while_the_job_is_on(self, uow, cast):
        order = drive(uow, cast, OrderStatus.working)
        assert order_detail(uow.session, cast.owner, order.id, now=uow.now).technician.phone == "13800000011"
        work.complete(uow, cast.worker, order_id=order.id, note="好了")
        assert order_detail(uow.session, cast.owner, order.id, now=uow.now).technician.phone == ""

    def test_a_running_pause_moves_the_promise_at_once(self, uow, cast):
        order = drive(uow, cast, OrderStatus.paused)
        before = order.complete_due_at
        detail = order_detail(uow.session, cast.owner, order.id, now=uow.now + timedelta(hours=1))
        assert (detail.complete_due_at - before, detail.order.clock.is_stopped) == (timedelta(hours=1), True)


class TestTechnicianAndBoard:
    def test_a_technicians_day_is_sorted_by_what_to_do(self, uow, cast):
        done = drive(uow, cast, OrderStatus.completed)
        work_order = new_order(uow, cast)
        holder = cast.worker if work_order.technician_id == cast.worker.id else cast.mate
        work.accept(uow, holder, order_id=work_order.id)
        jobs = technician_jobs(uow.session, holder, now=uow.now)
        assert [c.order.id for c in jobs.active] == [work_order.id]
        assert [r.id for r in technician_jobs(uow.session, cast.worker, now=uow.now).finished_today] == [done.id]
        offered = new_order(uow, cast)
        other = cast.worker if offered.technician_id == cast.worker.id else cast.mate
        card = next(c for c in technician_jobs(uow.session, other, now=uow.now).offered if c.order.id == offered.id)
        assert card.offer_expires_at == uow.now + timedelta(minutes=15)

    def test_the_board_shows_the_queue_and_the_minutes(self, uow, cast):
        running = drive(uow, cast, OrderStatus.working)
        all_away(uow, cast)
        waiting = new_order(uow, cast)
        seen = board(uow.session, cast.dispatcher, cast.estate.id, now=uow.now)
        assert [r.id for r in seen.queue] == [waiting.id]
        assert [(lane.name, lane.booked_minutes, lane.daily_minutes, lane.is_on_leave, len(lane.blocks)) for lane in seen.lanes] == [
            ("李志强", 0, 420, True, 0),
            ("王建国", 60, 420, True, 1),
        ]
        block = seen.lanes[1].blocks[0]
        assert (block.order_id, block.code, block.starts_at, block.ends_at) == (
            running.id,
            "3-2-1501",
            uow.now,
            uow.now + timedelta(minutes=60),
        )
        assert seen.on_duty_count == 0
        with pytest.raises(NotFoundError):
            board(uow.session, cast.foreign_dispatcher, cast.estate.id, now=uow.now)

    def test_the_morning_figures(self, uow, cast):
        order = new_order(uow, cast)
        all_away(uow, cast)
        new_order(uow, cast)
        uow.now += timedelta(minutes=12)
        work.accept(uow, cast.worker, order_id=order.id)
        figures = morning(uow.session, cast.dispatcher, now=uow.now, estate_id=cast.estate.id)
        assert (figures.new_today, figures.waiting, figures.unassigned, figures.in_repair, figures.overdue) == (2, 1, 1, 1, 0)
        assert (figures.response_minutes, figures.response_minutes_before, figures.completed_today) == (12, None, 0)
        assert morning(uow.session, cast.foreign_dispatcher, now=uow.now, estate_id=cast.estate.id).new_today == 0
        assert len(risks(uow.session, cast.dispatcher, now=uow.now)) == 2

    def test_counts_for_the_navigation(self, uow, cast):
        drive(uow, cast, OrderStatus.completed)
        new_order(uow, cast)
        counts = order_counts(uow.session, cast.owner, now=uow.now)
        assert (counts.open, counts.waiting, counts.overdue, counts.to_rate) == (1, 0, 0, 1)

    def test_the_roster_masks_phones_and_stays_in_scope(self, uow, cast):
        assert [r.who.phone for r in list_technicians(uow.session, cast.dispatcher, now=uow.now)] == ["13800000012", "13800000011"]
        assert all("*" in r.who.phone for r in list_technicians(uow.session, cast.auditor, now=uow.now))
        assert list_technicians(uow.session, cast.foreign_dispatcher, now=uow.now) == []
        day = business_date(uow.now)
        assert [s.kind for s in schedule(uow.session, cast.worker, from_on=day, to_on=day)] == ["duty"]
        with pytest.raises(NotFoundError):
            schedule(uow.session, cast.foreign_dispatcher, from_on=day, to_on=day, technician_id=cast.worker.id)


class TestQueryCount:
    @pytest.mark.parametrize(
        "read",
        [
            lambda u, c: listed(u, c.dispatcher),
            lambda u, c: listed(u, c.owner),
            lambda u, c: technician_jobs(u.session, c.worker, now=u.now),
            lambda u, c: board(u.session, c.dispatcher, c.estate.id, now=u.now),
            lambda u, c: morning(u.session, c.dispatcher, now=u.now),
            lambda u, c: list_technicians(u.session, c.dispatcher, now=u.now),
            lambda u, c: order_counts(u.session, c.dispatcher, now=u.now),
            lambda u, c: new_order(u, c, c.dispatcher, contact_name="住户", contact_phone="13712345678"),
        ],
    )
    def test_more_rows_cost_no_more_queries(self, uow, cast, read):
        fill(uow, cast, 2)
        uow.now += timedelta(minutes=1)
        with counted(uow) as few:
            read(uow, cast)
        uow.now += timedelta(minutes=1)
        fill(uow, cast, 4)
        for n in range(4):
            person = make.account(uow, f"师傅{n}", f"1370000000{n}", make.Role.technician)
            make.technician(uow, person, cast.estate)
        uow.now += timedelta(minutes=1)
        with counted(uow) as many:
            read(uow, cast)
        assert len(many) <= len(few), set(many) - set(few)
        assert len(few) <= 45
