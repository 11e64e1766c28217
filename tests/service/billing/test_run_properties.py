"""What holds for every run and correction: killed anywhere and resumed it ends as one never killed; void and replace are as right at first."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import select

from estate_app.access.actor import SYSTEM
from estate_app.billing.corrections import replace_bill
from estate_app.billing.issue import finish_issue, issue_chunk, start_issue
from estate_app.billing.models import Bill, BillRun, BillStatus, RunStatus
from estate_app.billing.run import preview_run
from tests.fixtures import make
from tests.fixtures.money import NOVEMBER, OCTOBER, area_item, balances, issue, water_item, water_meter

AT_LEISURE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_BILLS = """
SELECT b.number, b.room_id, b.fee_item_id, b.amount_fen, b.status, l.position, l.label, l.quantity_milli, l.price_e4, l.amount_fen, l.inputs,
    r.usage_milli
FROM bill b JOIN bill_line l ON l.bill_id = b.id LEFT JOIN bill_reading r ON r.bill_id = b.id
WHERE b.run_id = :run ORDER BY b.number, l.position
"""
_ENTRIES = """
SELECT b.number, j.kind, j.memo, e.account, e.estate_id, e.room_id, e.amount_fen
FROM bill b JOIN journal j ON j.subject = 'bill' AND j.subject_id = b.id JOIN ledger_line e ON e.journal_id = j.id
WHERE b.run_id = :run ORDER BY b.number, e.amount_fen
"""


@contextmanager
def tried(uow) -> Iterator[None]:
    """A world of its own: whatever happens in it has not happened afterwards."""
    savepoint = uow.session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        uow.session.expire_all()


def written(uow, run_id: int) -> tuple[list[tuple[object, ...]], ...]:
    """Everything that a run has written, but for its rows' own ids."""
    uow.flush()
    return tuple([tuple(row) for row in uow.session.execute(text(query), {"run": run_id})] for query in (_BILLS, _ENTRIES))


def a_run(uow, cast) -> BillRun:
    """Thirteen bills: seven by area, six by meters, of which one room lacks its reading."""
    rooms = [make.room(uow, cast.building, f"3-1-{number}", area_milli_m2=80_000 + number * 7) for number in range(101, 107)]
    area = area_item(uow, SYSTEM, cast.estate.id, [cast.home.id, *(room.id for room in rooms)])
    water = water_item(uow, SYSTEM, cast.estate.id, [cast.home.id, *(room.id for room in rooms)])
    for number, room in enumerate([cast.home, *rooms]):
        read = {OCTOBER: 1_000} if number == 3 else {OCTOBER: 1_000, NOVEMBER: 1_000 + (number + 1) * 4_500}
        water_meter(uow, SYSTEM, room, read)
    run = preview_run(uow, SYSTEM, estate_id=cast.estate.id, period=NOVEMBER, item_ids=[area.id, water.id])
    assert (run.bill_count, run.skips) == (13, {"no_reading": 1})
    return run


@AT_LEISURE
@given(st.integers(1, 15), st.lists(st.booleans(), max_size=20))
def test_a_run_killed_anywhere_and_resumed_equals_one_never_killed(uow, cast, size, kills):
    """A kill inside a chunk is the loss of its transaction; one between chunks loses nothing."""
    with tried(uow):
        run_id = a_run(uow, cast).id
        start_issue(uow, SYSTEM, run_id=run_id)
        with tried(uow):
            while issue_chunk(uow, run_id=run_id):
                pass
            finish_issue(uow, run_id=run_id)
            straight = written(uow, run_id)
        assert written(uow, run_id) == ([], [])
        for is_killed in kills:
            if is_killed:
                with tried(uow):
                    issue_chunk(uow, run_id=run_id, size=size)
            else:
                issue_chunk(uow, run_id=run_id, size=size)
        while issue_chunk(uow, run_id=run_id, size=size):
            pass
        run = finish_issue(uow, run_id=run_id)
        assert (run.status, run.issued_count) == (RunStatus.issued, 13)
        assert written(uow, run_id) == straight
        assert issue_chunk(uow, run_id=run_id, size=size) == 0


@AT_LEISURE
@given(st.integers(1, 500_000), st.integers(1, 500_000))
def test_void_and_replace_leave_the_ledger_as_if_it_had_been_right_at_first(uow, cast, wrong, right):
    def month(area: int) -> Bill:
        cast.home.area_milli_m2 = area
        uow.session.add(cast.home)
        uow.flush()
        item = area_item(uow, SYSTEM, cast.estate.id, [cast.home.id])
        run = issue(uow, SYSTEM, cast.estate.id, [item])
        return uow.session.exec(select(Bill).where(Bill.run_id == run.id)).one()

    # Four thousandths of a square metre and less cost nothing: there is no bill to speak of.
    wrong, right = max(wrong, 10), max(right, 10)
    with tried(uow):
        bill = month(right)
        at_first, amount = balances(uow), bill.amount_fen
    with tried(uow):
        bill = month(wrong)
        cast.home.area_milli_m2 = right
        uow.session.add(cast.home)
        uow.flush()
        fresh = replace_bill(uow, SYSTEM, bill_id=bill.id, reason="面积更正")
        assert (fresh.amount_fen, bill.status) == (amount, BillStatus.void)
        assert balances(uow) == at_first


def test_a_fee_that_rounds_to_nothing_is_skipped_and_does_not_hold_the_run_up(uow, cast):
    tiny = make.room(uow, cast.building, "3-1-999", area_milli_m2=1)
    item = area_item(uow, SYSTEM, cast.estate.id, [cast.home.id, tiny.id])
    run = issue(uow, SYSTEM, cast.estate.id, [item])
    assert (run.status, run.issued_count, run.skips) == (RunStatus.issued, 1, {"nothing_used": 1})


def test_rooms_of_one_area_are_priced_alike_but_each_by_its_own_days(uow, cast):
    """What rooms have in common is priced once: a hand-over inside the month makes a difference, one long ago none."""
    days = {"3-1-201": None, "3-1-202": date(2019, 5, 1), "3-1-203": date(2026, 11, 16), "3-1-204": date(2026, 11, 30)}
    rooms = [make.room(uow, cast.building, code, area_milli_m2=90_000) for code in days]
    for room in rooms:
        room.handover_on = days[room.code]
    item = area_item(uow, SYSTEM, cast.estate.id, [room.id for room in rooms])
    run = issue(uow, SYSTEM, cast.estate.id, [item])
    bills = uow.session.exec(select(Bill.amount_fen).where(Bill.run_id == run.id).order_by(Bill.room_id)).all()
    assert bills == [25_200, 25_200, 12_600, 840]  # 90 m² × 2.80, whole, whole, 15/30 and 1/30 of the month
