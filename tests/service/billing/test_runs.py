"""Bill runs: what they compute, what they skip and why, and that they bill each room once however often and however interrupted."""

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from sqlmodel import func, select

from estate_app import db
from estate_app.access.actor import SYSTEM
from estate_app.billing.issue import finish_issue, issue_chunk, issue_run, start_issue
from estate_app.billing.jobs import due_runs, resume_runs
from estate_app.billing.models import Bill, BillDraft, BillLine, BillRun, BillStatus, RunStatus, SkipReason
from estate_app.billing.run import discard_run, preview_run, recompute_run
from estate_app.billing.run_queries import DraftKind, list_drafts, list_runs, run_detail
from estate_app.billing.tariffs import add_price, detach
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.pagination import PageRequest
from estate_app.ledger.models import LedgerAccount
from estate_app.ledger.queries import trial_balance
from estate_app.notification.models import InboxItem
from tests.fixtures import make
from tests.fixtures.money import NOVEMBER, OCTOBER, area_item, balances, issue, water_item, water_meter


def bills(uow, run=None):
    statement = select(Bill).order_by(Bill.id)
    return uow.session.exec(statement.where(Bill.run_id == run.id) if run else statement).all()


def test_a_preview_shows_what_is_then_issued_to_the_fen_and_nothing_before_that(uow, cast):
    item = area_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    run = preview_run(uow, cast.finance, estate_id=cast.estate.id, period=date(2026, 11, 18), item_ids=[item.id])
    assert (run.status, run.period, run.room_count, run.bill_count, run.total_fen, run.skips) == (
        RunStatus.draft, NOVEMBER, 1, 1, 24_920, {},
    )  # fmt: skip
    assert (run.number, run.due_on) == ("CZ202611-01", date(2026, 11, 30))
    assert (bills(uow), balances(uow)) == ([], {})
    start_issue(uow, cast.finance, run_id=run.id, expected_count=1)
    assert issue_chunk(uow, run_id=run.id) == 1
    assert issue_chunk(uow, run_id=run.id) == 0
    finish_issue(uow, run_id=run.id)
    (bill,) = bills(uow, run)
    assert (bill.number, bill.amount_fen, bill.status, bill.due_on) == ("ZD202611-00001", 24_920, BillStatus.unpaid, date(2026, 11, 30))
    assert balances(uow) == {LedgerAccount.receivable: 24_920, LedgerAccount.income: -24_920}
    told = uow.session.exec(select(InboxItem.account_id).where(InboxItem.event == "bill_issued")).all()
    assert sorted(told) == sorted([cast.owner.id, cast.tenant.id, cast.payer.id])
    assert (run.status, run.issued_count) == (RunStatus.issued, 1)


def test_the_sum_of_lines_is_the_bill_where_the_price_changes_inside_the_month_and_a_cent_does_not_divide(uow, cast):
    room = make.room(uow, cast.building, "3-1-102", area_milli_m2=94_561)
    item = area_item(uow, cast.finance, cast.estate.id, [room.id], price={"price_e4": 13_000})
    add_price(uow, cast.finance, item_id=item.id, starts_on=date(2026, 11, 8), rule={"price_e4": 14_999})
    issue(uow, cast.finance, cast.estate.id, [item])
    (bill,) = bills(uow)
    lines = uow.session.exec(select(BillLine).where(BillLine.bill_id == bill.id).order_by(BillLine.position)).all()
    # 94.561 m² × 1.30 × 7/30 = 28.683…, × 1.4999 × 23/30 = 108.738…: each rounded once.
    assert [line.amount_fen for line in lines] == [2_868, 10_874]
    assert bill.amount_fen == 13_742
    assert lines[0].inputs["formula"] == "94.561 × 1.30 × 7/30"


def test_every_missing_input_is_a_skip_with_its_reason_and_never_a_bill_of_zero(uow, cast):
    rooms = {
        name: make.room(uow, cast.building, f"3-1-{number}")
        for number, name in enumerate(("metered", "unmetered", "unread", "unused"), start=201)
    }
    item = water_item(uow, cast.finance, cast.estate.id, [room.id for room in rooms.values()])
    water_meter(uow, cast.finance, rooms["metered"], {OCTOBER: 1_284_000, NOVEMBER: 1_305_000})
    water_meter(uow, cast.finance, rooms["unread"], {OCTOBER: 10_000})
    water_meter(uow, cast.finance, rooms["unused"], {OCTOBER: 10_000, NOVEMBER: 10_000})
    unpriced = area_item(uow, cast.finance, cast.estate.id, [], code="later")
    run = preview_run(uow, cast.finance, estate_id=cast.estate.id, period=NOVEMBER, item_ids=[item.id, unpriced.id])
    assert run.skips == {"no_meter": 1, "no_reading": 1, "nothing_used": 1}
    assert (run.bill_count, run.total_fen) == (1, 7_875)  # 18 × 3.50 + 3 × 5.25
    detail = run_detail(uow.session, cast.finance, run_id=run.id)
    assert detail.skips == ((SkipReason.no_meter, 1), (SkipReason.no_reading, 1), (SkipReason.nothing_used, 1))
    skipped = list_drafts(uow.session, cast.finance, run_id=run.id, page=PageRequest(sort="room"), kind=DraftKind.skipped)
    assert [(row.room_code, row.skip) for row in skipped.rows] == [
        ("3-1-202", SkipReason.no_meter),
        ("3-1-203", SkipReason.no_reading),
        ("3-1-204", SkipReason.nothing_used),
    ]


def test_water_goes_on_from_the_reading_that_the_last_bill_ended_with(uow, cast):
    item = water_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    readings = {date(2026, 9, 30): 100_000, date(2026, 10, 10): 104_000, date(2026, 10, 31): 110_000, date(2026, 11, 15): 130_000}
    water_meter(uow, cast.finance, cast.home, readings)
    october = issue(uow, cast.finance, cast.estate.id, [item], period=OCTOBER)
    november = issue(uow, cast.finance, cast.estate.id, [item])
    assert [bill.amount_fen for bill in bills(uow, october)] == [3_500]  # 10 m³ × 3.50
    assert [bill.amount_fen for bill in bills(uow, november)] == [6_300 + 1_050]  # 18 × 3.50 + 2 × 5.25


def test_the_same_run_twice_bills_nobody_twice(uow, cast):
    item = area_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    first = issue(uow, cast.finance, cast.estate.id, [item])
    again = preview_run(uow, cast.finance, estate_id=cast.estate.id, period=NOVEMBER, item_ids=[item.id])
    assert (again.bill_count, again.skips) == (0, {"already_billed": 1})
    with pytest.raises(ConflictError):
        start_issue(uow, cast.finance, run_id=again.id)
    start_issue(uow, cast.finance, run_id=first.id)
    assert issue_chunk(uow, run_id=first.id) == 0
    assert len(bills(uow)) == 1
    assert balances(uow)[LedgerAccount.receivable] == 24_920


def test_a_preview_that_another_run_overtook_issues_only_what_is_left(uow, cast):
    other = make.room(uow, cast.building, "3-1-301")
    item = area_item(uow, cast.finance, cast.estate.id, [cast.home.id, other.id])
    parking = area_item(uow, cast.finance, cast.estate.id, [cast.home.id], code="extra")
    run = preview_run(uow, cast.finance, estate_id=cast.estate.id, period=NOVEMBER, item_ids=[item.id])
    wide = preview_run(uow, cast.finance, estate_id=cast.estate.id, period=NOVEMBER, item_ids=[item.id, parking.id])
    for chosen in (wide, run):
        start_issue(uow, cast.finance, run_id=chosen.id)
        while issue_chunk(uow, run_id=chosen.id, size=1):
            pass
        finish_issue(uow, run_id=chosen.id)
    assert (run.issued_count, run.bill_count, run.total_fen, run.skips) == (0, 0, 0, {"already_billed": 2})
    assert [bill.number for bill in bills(uow)] == ["ZD202611-00001", "ZD202611-00002", "ZD202611-00003"]


def test_a_draft_may_be_computed_anew_or_thrown_away_but_an_issued_run_not(uow, cast):
    item = area_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    run = preview_run(uow, cast.finance, estate_id=cast.estate.id, period=NOVEMBER, item_ids=[item.id])
    detach(uow, cast.finance, item_id=item.id, room_id=cast.home.id, ends_on=date(2026, 11, 15))
    again = recompute_run(uow, cast.finance, run_id=run.id)
    assert (again.id, again.total_fen) == (run.id, 12_460)
    discard_run(uow, cast.finance, run_id=run.id)
    assert uow.session.exec(select(func.count()).select_from(BillDraft)).one() == 0
    assert list_runs(uow.session, cast.finance, page=PageRequest()).total == 0
    issued = issue(uow, cast.finance, cast.estate.id, [item])
    for refused in (discard_run, recompute_run):
        with pytest.raises(ConflictError):
            refused(uow, cast.finance, run_id=issued.id)


def test_drafts_are_ranked_by_their_change_and_odd_uses_are_flagged(uow, cast):
    quiet, odd = make.room(uow, cast.building, "3-1-401"), make.room(uow, cast.building, "3-1-402")
    item = water_item(uow, cast.finance, cast.estate.id, [quiet.id, odd.id])
    days = [date(2026, month, 1) for month in range(7, 12)]
    water_meter(uow, cast.finance, quiet, dict(zip(days, (0, 10_000, 20_000, 30_000, 40_000), strict=True)))
    water_meter(uow, cast.finance, odd, dict(zip(days, (0, 10_000, 20_000, 30_000, 130_000), strict=True)))
    for month in (8, 9, 10):
        issue(uow, cast.finance, cast.estate.id, [item], period=date(2026, month, 1))
    run = preview_run(uow, cast.finance, estate_id=cast.estate.id, period=NOVEMBER, item_ids=[item.id])
    page = list_drafts(uow.session, cast.finance, run_id=run.id, page=PageRequest())
    assert [(row.room_code, row.flag, row.last_fen, row.change_fen) for row in page.rows] == [
        ("3-1-402", "spike", 3_500, 6_300 + 3_675 + 60_000 - 3_500),
        ("3-1-401", "", 3_500, 0),
    ]
    assert run_detail(uow.session, cast.finance, run_id=run.id).last_fen == 7_000


def test_a_run_asks_for_the_permission_the_estate_a_real_month_and_the_right_count(uow, cast):
    item = area_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    wish = {"estate_id": cast.estate.id, "period": NOVEMBER, "item_ids": [item.id]}
    for stranger in (cast.owner, cast.worker, cast.dispatcher, cast.cashier):
        with pytest.raises(ForbiddenError):
            preview_run(uow, stranger, **wish)
    with pytest.raises(NotFoundError):
        preview_run(uow, cast.finance, **wish | {"estate_id": cast.other_estate.id})
    for wrong in ({"item_ids": []}, {"period": date(2027, 2, 1)}, {"due_on": date(2026, 11, 17)}):
        with pytest.raises(InvalidError):
            preview_run(uow, cast.finance, **wish | wrong)
    run = preview_run(uow, cast.finance, **wish)
    with pytest.raises(InvalidError, match="Type the number"):
        start_issue(uow, cast.finance, run_id=run.id, expected_count=2)
    assert (run.status, bills(uow)) == (RunStatus.draft, [])


def many_rooms(uow, actor, estate_id, building, count):
    rooms = [
        make.Room(estate_id=estate_id, building_id=building.id, unit="1", code=f"3-1-{n:05d}", area_milli_m2=90_000) for n in range(count)
    ]
    uow.session.add_all(rooms)
    uow.flush()
    return area_item(uow, actor, estate_id, [room.id for room in rooms])


def test_a_run_killed_between_chunks_goes_on_to_the_same_total(committed):
    cast = committed.cast()
    item = committed.run(many_rooms, SYSTEM, cast.estate.id, cast.building, 25)
    run = committed.run(preview_run, SYSTEM, estate_id=cast.estate.id, period=NOVEMBER, item_ids=[item.id])
    script = f"""
import os, signal
from datetime import datetime
from estate_app import db
from estate_app.access.actor import SYSTEM
from estate_app.billing.issue import issue_run
db.database_url = lambda: {db.database_url()!r}
issue_run(SYSTEM, run_id={run.id}, chunk=10, on_progress=lambda count: os.kill(os.getpid(), signal.SIGKILL))
"""
    killed = subprocess.run([sys.executable, "-c", script], env=os.environ, check=False, capture_output=True, timeout=120)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert committed.run(lambda uow: (len(bills(uow)), uow.session.get(BillRun, run.id).status)) == (10, RunStatus.issuing)
    assert resume_runs() == 1
    assert resume_runs() == 0
    issued = committed.run(lambda uow: uow.session.get(BillRun, run.id))
    assert (issued.status, issued.issued_count, issued.total_fen) == (RunStatus.issued, 25, 25 * 25_200)
    after = committed.run(lambda uow: [bill.number for bill in bills(uow)])
    assert after == [f"ZD202611-{n:05d}" for n in range(1, 26)]
    assert committed.run(balances) == {LedgerAccount.receivable: 25 * 25_200, LedgerAccount.income: -25 * 25_200}


def test_two_processes_that_issue_one_run_bill_each_room_once(committed):
    cast = committed.cast()
    item = committed.run(many_rooms, SYSTEM, cast.estate.id, cast.building, 20)
    run = committed.run(preview_run, SYSTEM, estate_id=cast.estate.id, period=NOVEMBER, item_ids=[item.id])
    results = committed.at_once([lambda _: issue_run(SYSTEM, run_id=run.id, chunk=3) for _ in range(4)])
    assert [type(result) for result in results] == [BillRun] * 4
    assert committed.run(lambda uow: len(bills(uow))) == 20


def test_automatic_items_are_billed_once_a_month_and_others_never(committed):
    cast = committed.cast()
    committed.run(lambda uow: area_item(uow, SYSTEM, cast.estate.id, [cast.home.id], is_automatic=True))
    committed.run(lambda uow: area_item(uow, SYSTEM, cast.estate.id, [cast.home.id], code="manual"))
    first = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)  # 1 December, 01:00 in Shanghai
    assert [due_runs(first), due_runs(first)] == [1, 0]
    assert committed.run(lambda uow: [(bill.period, bill.amount_fen) for bill in bills(uow)]) == [(date(2026, 12, 1), 24_920)]


def test_three_thousand_rooms_are_previewed_with_a_handful_of_queries(uow, cast):
    from sqlalchemy import event

    item = many_rooms(uow, SYSTEM, cast.estate.id, cast.building, 3_000)
    seen = []
    engine = uow.session.get_bind()

    def listen(*args):
        seen.append(args[2])

    event.listen(engine, "before_cursor_execute", listen)
    try:
        run = preview_run(uow, SYSTEM, estate_id=cast.estate.id, period=NOVEMBER, item_ids=[item.id])
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    assert (run.bill_count, run.total_fen) == (3_000, 3_000 * 25_200)
    assert len(seen) < 30
    page = list_drafts(uow.session, cast.finance, run_id=run.id, page=PageRequest(number=150, size=20, sort="room"))
    assert (page.total, len(page.rows)) == (3_000, 20)
    assert trial_balance(uow.session, SYSTEM, estate_id=cast.estate.id, until=date(2026, 11, 18)).rows == ()
