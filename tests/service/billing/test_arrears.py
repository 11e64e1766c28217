"""Arrears: ageing, the ladder with its quiet hours and what stops it, notices, promises and instalments."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from estate_app.access.permission import PermissionSet
from estate_app.billing.arrears_ladder import climb, record_delivery
from estate_app.billing.arrears_letter import letter_pdf
from estate_app.billing.arrears_models import ArrearsStep, Delivery, PromiseStatus, Stage
from estate_app.billing.arrears_promise_queries import room_promises
from estate_app.billing.arrears_promises import cancel_plan, make_plan, make_promise, settle_promises
from estate_app.billing.arrears_queries import ArrearsFilter, Band, Hold, arrears_totals, export_arrears, list_arrears, room_arrears
from estate_app.billing.arrears_schedule import climb_due, keep_ladder
from estate_app.billing.corrections import dispute_bill
from estate_app.billing.late_fees import post_late_fees
from estate_app.billing.models import Bill
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.pagination import PageRequest
from estate_app.notification.models import InboxItem, OutboxMessage
from estate_app.notification.sender import claim_due
from tests.fixtures import make
from tests.fixtures.money import area_item, issue
from tests.service.billing.test_late_fees import at, fees, pay, policy

TODAY = date(2026, 11, 18)


def debts(uow, cast):
    """Two households: one late by 10 and 95 days (100.00 and 50.00), one by 40 days (30.00)."""
    item = make.fee_item(uow, cast.estate)
    second = make.room(uow, cast.building, "3-2-1502")
    rows = [(cast.home, 10_000, 10), (cast.home, 5_000, 95), (second, 3_000, 40)]
    return second, [make.bill(uow, room, item, fen, due_on=TODAY - timedelta(days=days)) for room, fen, days in rows]


def listed(uow, actor, **filter):
    return list_arrears(uow.session, actor, filter=ArrearsFilter(**filter), page=PageRequest(), on=TODAY).rows


def steps(uow):
    return uow.session.exec(select(ArrearsStep.stage).order_by(ArrearsStep.id)).all()


def test_households_are_aged_filtered_and_counted_in_the_database(uow, cast):
    second, _ = debts(uow, cast)
    first, other = listed(uow, cast.finance)
    assert (first.room_id, first.owed_fen, first.bands_fen, first.days, first.count) == (cast.home.id, 15_000, (10_000, 0, 0, 5_000), 95, 2)
    assert (other.room_id, other.bands_fen, other.stage) == (second.id, (0, 3_000, 0, 0), None)
    totals = arrears_totals(uow.session, cast.finance, filter=ArrearsFilter(), on=TODAY)
    assert (totals.households, totals.owed_fen, totals.bands_fen) == (2, 18_000, (10_000, 3_000, 0, 5_000))
    assert (totals.households_by_band, sum(totals.bands_fen)) == ((0, 1, 0, 1), totals.owed_fen)
    for filter, rooms in (
        ({"band": Band.over_90}, [cast.home.id]),
        ({"least_fen": 5_000}, [cast.home.id]),
        ({"text": "1502"}, [second.id]),
        ({"text": "林晓"}, [cast.home.id]),
        ({"estate_id": cast.other_estate.id}, []),
        ({"building_id": cast.building.id, "stage": "none"}, [cast.home.id, second.id]),
        ({"stage": "sms"}, []),
        ({"hold": Hold.dispute}, []),
    ):
        assert [row.room_id for row in listed(uow, cast.finance, **filter)] == rooms
        assert arrears_totals(uow.session, cast.finance, filter=ArrearsFilter(**filter), on=TODAY).households == len(rooms)
    assert len(list(export_arrears(uow.session, cast.finance, filter=ArrearsFilter(), on=TODAY))) == 2


def test_a_hand_step_tells_each_household_once_a_day_and_names_no_amount(uow, cast):
    second, _ = debts(uow, cast)
    report = climb(uow, cast.service, room_ids=[cast.home.id, second.id], stage=Stage.reminder)
    assert (report.done, report.skipped) == (2, 0)
    again = climb(uow, cast.service, room_ids=[cast.home.id, second.id], stage=Stage.reminder)
    assert (again.done, again.skipped) == (0, 2)
    told = uow.session.exec(select(InboxItem).where(InboxItem.event == "arrears")).all()
    assert {item.account_id for item in told} == {cast.owner.id, cast.tenant.id, cast.payer.id}
    assert "¥" not in str([item.body for item in told])
    assert [row.stage for row in listed(uow, cast.finance)] == [Stage.reminder, Stage.reminder]
    assert [row.room_id for row in listed(uow, cast.finance, stage="reminder")] == [cast.home.id, second.id]


def test_sms_of_the_night_waits_for_the_morning_and_the_job_rests_from_22_to_8(uow, cast):
    debts(uow, cast)
    keep_ladder(uow, cast.finance, estate_id=cast.estate.id, days={Stage.reminder: 3, Stage.sms: 10, Stage.letter: 30, Stage.case: 0})
    uow.now = datetime(2026, 11, 18, 15, tzinfo=UTC)  # 23:00 in Shanghai
    assert climb_due(uow) == 0
    climb(uow, cast.service, room_ids=[cast.home.id], stage=Stage.sms)
    assert claim_due(uow) == []
    uow.now = datetime(2026, 11, 19, 0, 1, tzinfo=UTC)  # 8:01
    assert len(claim_due(uow)) == 3
    assert {message.event for message in uow.session.exec(select(OutboxMessage)).all()} == {"arrears"}


def test_the_job_climbs_rung_by_rung_after_the_estates_days(uow, cast):
    debts(uow, cast)
    keep_ladder(uow, cast.finance, estate_id=cast.estate.id, days={Stage.reminder: 3, Stage.sms: 10, Stage.letter: 45, Stage.case: 0})
    assert climb_due(uow) == 2
    assert climb_due(uow) == 0
    at(uow, TODAY + timedelta(days=3))
    assert climb_due(uow) == 2
    at(uow, TODAY + timedelta(days=6))
    # 101 and 46 days late: both reach the letter; the case stays with people.
    assert climb_due(uow) == 2
    at(uow, TODAY + timedelta(days=30))
    assert climb_due(uow) == 0
    assert steps(uow) == [Stage.reminder, Stage.reminder, Stage.sms, Stage.sms, Stage.letter, Stage.letter]
    with pytest.raises(InvalidError, match="more days"):
        keep_ladder(uow, cast.finance, estate_id=cast.estate.id, days={Stage.reminder: 9, Stage.sms: 9, Stage.letter: 30, Stage.case: 0})


def test_a_dispute_a_promise_and_a_payment_each_stop_the_ladder(uow, cast):
    second, (small, old, _) = debts(uow, cast)
    dispute_bill(uow, cast.owner, bill_id=old.id, reason="面积不对")
    climb(uow, cast.service, room_ids=[cast.home.id], stage=Stage.reminder)
    (step,) = uow.session.exec(select(ArrearsStep)).all()
    assert (step.bill_ids, step.owed_fen) == ([small.id], 10_000)
    make_promise(uow, cast.owner, room_id=cast.home.id, amount_fen=10_000, due_on=TODAY + timedelta(days=5))
    assert climb(uow, cast.service, room_ids=[cast.home.id], stage=Stage.sms).done == 0
    (row,) = listed(uow, cast.finance, hold=Hold.promise)
    assert (row.disputed_fen, row.has_promise, row.has_plan) == (5_000, True, False)
    bill = uow.session.exec(select(Bill).where(Bill.room_id == second.id)).one()
    pay(uow, bill, 3_000)
    assert climb(uow, cast.service, room_ids=[second.id], stage=Stage.sms).done == 0
    assert [one.room_id for one in listed(uow, cast.finance)] == [cast.home.id]


def test_a_promise_is_kept_by_money_and_broken_by_its_day(uow, cast):
    _, (small, _, _) = debts(uow, cast)
    promise = make_promise(uow, cast.owner, room_id=cast.home.id, amount_fen=10_000, due_on=TODAY + timedelta(days=5))
    with pytest.raises(ConflictError, match="runs already"):
        make_promise(uow, cast.owner, room_id=cast.home.id, amount_fen=1, due_on=TODAY)
    assert settle_promises(uow) == 0
    pay(uow, small, 10_000)
    assert (settle_promises(uow), promise.status) == (1, PromiseStatus.kept)
    late = make_promise(uow, cast.owner, room_id=cast.home.id, amount_fen=5_000, due_on=TODAY + timedelta(days=5))
    at(uow, TODAY + timedelta(days=5))
    assert settle_promises(uow) == 0
    at(uow, TODAY + timedelta(days=6))
    assert (settle_promises(uow), late.status) == (1, PromiseStatus.broken)
    with pytest.raises(InvalidError, match="Promise between"):
        make_promise(uow, cast.owner, room_id=cast.home.id, amount_fen=5_001, due_on=TODAY + timedelta(days=9))


def test_a_plan_splits_all_that_is_overdue_pauses_the_late_fee_and_breaks_with_a_late_part(uow, cast):
    policy(uow, cast)
    item = area_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    issue(uow, cast.finance, cast.estate.id, [item])
    at(uow, date(2026, 12, 20))
    plan = make_plan(uow, cast.service, room_id=cast.home.id, count=3, first_due_on=date(2026, 12, 31))
    # 249.20 and its late fee of 20 days, 249.20 × 0.05% × 20 = 2.492 → 2.49: 251.69 in three parts
    (found,) = room_promises(uow.session, cast.owner, room_id=cast.home.id, on=date(2026, 12, 20))[1]
    assert (plan.total_fen, [part.amount_fen for part in found.parts]) == (25_169, [8_390, 8_390, 8_389])
    assert climb(uow, cast.service, room_ids=[cast.home.id], stage=Stage.sms).done == 0
    bill = uow.session.get_one(Bill, plan.bill_ids[0])
    at(uow, date(2026, 12, 31))
    pay(uow, bill, 8_390)
    at(uow, date(2027, 1, 31))
    assert settle_promises(uow) == 0
    post_late_fees(uow, cast.owner, [bill.id], date.max)
    assert fees(uow) == 249 - 12  # the day of the plan itself is free: 19 days, 2.3674 → 2.37
    at(uow, date(2027, 2, 1))
    assert (settle_promises(uow), plan.status) == (1, PromiseStatus.broken)
    (shown,) = room_promises(uow.session, cast.owner, room_id=cast.home.id, on=date(2027, 2, 1))[1]
    assert [(part.paid_fen, part.is_late) for part in shown.parts[:2]] == [(8_390, False), (12, True)]
    post_late_fees(uow, cast.owner, [bill.id], date.max)
    assert fees(uow) == 237 + 8  # 1 February counts again: 165.30 × 0.05% = 0.08265


def test_a_notice_is_frozen_printed_and_signed_off_and_threatens_nothing(uow, cast):
    _, (small, _, _) = debts(uow, cast)
    policy(uow, cast)
    climb(uow, cast.service, room_ids=[cast.home.id], stage=Stage.letter)
    (step,) = uow.session.exec(select(ArrearsStep)).all()
    assert (step.number, step.owed_fen) == ("CG202611-0001", 15_000)
    name, pdf = letter_pdf(uow.session, cast.owner, step_id=step.id, on=TODAY)
    assert (name, pdf[:5]) == ("CG202611-0001.pdf", b"%PDF-")
    rows = step.content["rows"]
    # 50.00 × 0.05% × 95 = 2.375 → 2.38; 100.00 × 0.05% × 10 = 0.50
    assert [(row["owed_fen"], row["late_fen"], row["formula"]) for row in rows] == [
        (5_000, 238, "50.00 × 0.05% × 95"),
        (10_000, 50, "100.00 × 0.05% × 10"),
    ]
    pay(uow, small, 10_000)
    assert letter_pdf(uow.session, cast.owner, step_id=step.id, on=TODAY)[1] == pdf
    with pytest.raises(InvalidError, match="delivery"):
        record_delivery(
            uow, cast.service, step_id=step.id, delivery=Delivery.handed, delivered_on=TODAY + timedelta(days=1), proof="林晓签收"
        )
    record_delivery(uow, cast.service, step_id=step.id, delivery=Delivery.handed, delivered_on=TODAY, proof="林晓签收")
    assert (step.delivered_on, step.delivered_by, step.proof) == (TODAY, cast.service.account_id, "林晓签收")
    with pytest.raises(ConflictError):
        record_delivery(uow, cast.service, step_id=step.id, delivery=Delivery.post, delivered_on=TODAY, proof="挂号")


def test_strangers_meet_nothing_and_residents_chase_nobody(uow, cast):
    debts(uow, cast)
    climb(uow, cast.service, room_ids=[cast.home.id], stage=Stage.letter)
    (step,) = uow.session.exec(select(ArrearsStep)).all()
    plan = make_plan(uow, cast.service, room_id=cast.home.id, count=2, first_due_on=TODAY)
    foreign = make.manager(uow, "外部财务", "13800000041", PermissionSet.finance, cast.other_estate)
    home = cast.home.id
    for call in (
        lambda: climb(uow, foreign, room_ids=[home], stage=Stage.sms),
        lambda: record_delivery(uow, foreign, step_id=step.id, delivery=Delivery.post, delivered_on=TODAY, proof="x"),
        lambda: letter_pdf(uow.session, foreign, step_id=step.id, on=TODAY),
        lambda: letter_pdf(uow.session, cast.stranger, step_id=step.id, on=TODAY),
        lambda: make_promise(uow, cast.stranger, room_id=home, amount_fen=1, due_on=TODAY),
        lambda: make_plan(uow, foreign, room_id=home, count=2, first_due_on=TODAY),
        lambda: cancel_plan(uow, foreign, plan_id=plan.id),
        lambda: room_promises(uow.session, cast.stranger, room_id=home, on=TODAY),
        lambda: room_promises(uow.session, foreign, room_id=home, on=TODAY),
        lambda: keep_ladder(uow, foreign, estate_id=cast.estate.id, days=dict.fromkeys(Stage, 0)),
    ):
        with pytest.raises(NotFoundError):
            call()
    assert (listed(uow, foreign), room_arrears(uow.session, foreign, room_id=home, on=TODAY)) == ((), None)
    for call in (
        lambda: climb(uow, cast.owner, room_ids=[home], stage=Stage.sms),
        lambda: make_plan(uow, cast.owner, room_id=home, count=2, first_due_on=TODAY),
        lambda: listed(uow, cast.owner),
        lambda: cancel_plan(uow, cast.worker, plan_id=plan.id),
    ):
        with pytest.raises(ForbiddenError):
            call()
    assert (len(steps(uow)), plan.status) == (1, PromiseStatus.running)
