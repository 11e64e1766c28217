"""Random legal and illegal steps over the workflow: no state, clock, stock or charge ever contradicts the history that is written."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import col, select

from estate_app.errors import EstateError
from estate_app.repair.autoclose import close_old
from estate_app.repair.calendar import add_working, working_between
from estate_app.repair.dispatch import expire_offers
from estate_app.repair.models import OrderStatus, OrderStep, RepairCategory, RepairOrder
from estate_app.repair.rules import DONE, MOVES, WITH_TECHNICIAN
from estate_app.repair.stock_models import StockItem
from tests.service.repair.steps import count, new_order, reload, stock
from tests.service.repair.test_illegal import commands, picture

S = OrderStatus
ON_HAND = 20_000
# The usual way is drawn more often, so that walks reach the end of it.
WAY = ["accept", "set_out", "start", "pause", "resume", "material", "complete"]
REST = ["decline", "note", "give_back", "transfer", "cancel", "urge", "reopen", "follow", "rate", "reply", "assign", "reject"]
STEPS = st.tuples(
    st.one_of(st.sampled_from(WAY), st.sampled_from(WAY), st.sampled_from(REST), st.sampled_from(["expire", "close"])),
    st.one_of(st.just("holder"), st.just("holder"), st.sampled_from(["owner", "dispatcher", "worker", "mate", "stranger"])),
    st.integers(min_value=0, max_value=600),
)
CALM = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@CALM
@given(walk=st.lists(STEPS, min_size=4, max_size=14), is_paid=st.booleans())
def test_no_walk_leaves_a_contradiction(uow, cast, walk, is_paid):
    start, savepoint = uow.now, uow.session.begin_nested()
    try:
        uow.session.get_one(RepairCategory, cast.category.id).is_paid = is_paid
        thing = stock(uow, on_hand_milli=ON_HAND)
        order = new_order(uow, cast)
        due, audited = order.complete_due_at, count(uow, "audit_entry") - count(uow, "order_step")
        for name, who, minutes in walk:
            uow.now += timedelta(minutes=minutes)
            take(uow, cast, order, thing, name, who)
            order = reload(uow, order)
            check_state(uow, order)
            check_clock(uow, order, due)
            check_things(uow, order, thing, is_paid=is_paid)
            assert count(uow, "audit_entry") - count(uow, "order_step") == audited, "every step is audited, and nothing else was done"
    finally:
        savepoint.rollback()
        uow.session.expire_all()
        uow.now = start


def take(uow, cast, order, thing, name, who) -> None:
    """Take one step by somebody; a refusal has changed nothing."""
    if name in {"expire", "close"}:
        (expire_offers if name == "expire" else close_old)(uow)
        return
    people = cast.everybody
    holder = next((p for p in (cast.worker, cast.mate) if p.id == order.technician_id), cast.worker)
    residents = {"cancel", "urge", "reopen", "follow", "rate"}
    usual = cast.owner if name in residents else cast.dispatcher if name in {"assign", "reject"} else holder
    command, before = commands(cast, order, thing)[name][2], picture(uow)
    savepoint = uow.session.begin_nested()
    try:
        command(uow, usual if who == "holder" else people[who])
        uow.flush()
        savepoint.commit()
    except EstateError:
        assert picture(uow) == before
        savepoint.rollback()


def history(uow, order) -> list[OrderStep]:
    return list(uow.session.exec(select(OrderStep).where(OrderStep.order_id == order.id).order_by(col(OrderStep.id))))


def check_state(uow, order: RepairOrder) -> None:
    """The state is what the last step says, each step begins where the one before it ended, and a holder and an offer go with it."""
    steps = history(uow, order)
    assert order.status is steps[-1].to_status
    for before, after in pairwise(steps):
        assert after.from_status is before.to_status, (before.action, after.action)
        assert after.at >= before.at
    assert all(s.to_status is s.from_status or s.from_status is None or s.to_status in MOVES[s.from_status] for s in steps)
    if order.status in WITH_TECHNICIAN | DONE:
        assert order.technician_id is not None
    if order.status is S.submitted:
        assert (order.technician_id, order.queue_reason is None) == (None, False)
    assert count(uow, "offer", f"order_id = {order.id} AND outcome = 'open'") == (order.status is S.assigned)


def check_clock(uow, order: RepairOrder, due) -> None:
    """The promise moved by exactly the working time of the pauses in the history, and no instant lies before its cause."""
    rested, whole, since = timedelta(), due, None
    for step in history(uow, order):
        if step.action == "pause":
            since = step.at
        elif since is not None and step.from_status is S.paused and step.to_status is not S.paused:
            span = working_between(since, step.at, urgency=order.urgency)
            rested, whole, since = rested + span, add_working(whole, span, urgency=order.urgency), None
    assert (order.paused_seconds, order.complete_due_at) == (int(rested.total_seconds()), whole)
    assert (order.paused_at, order.pause_reason is None) == (since, since is None)
    assert (order.completed_at is not None) == (order.status in DONE)
    assert (order.closed_at is not None) == (order.status in {S.closed, S.cancelled, S.rejected})
    known = [at for at in (order.submitted_at, order.started_at, order.completed_at, order.closed_at) if at is not None]
    assert known == sorted(known)
    assert known[-1] <= uow.now
    assert order.accepted_at is None or order.assigned_at <= order.accepted_at <= uow.now


def check_things(uow, order: RepairOrder, thing: StockItem, *, is_paid: bool) -> None:
    """What is on hand and what was used is what there was; only a finished, paid order is charged, and with the sum."""
    used = uow.session.execute(text("SELECT coalesce(sum(quantity_milli), 0), coalesce(sum(amount_fen), 0) FROM material_use")).one()
    left = uow.session.execute(text("SELECT on_hand_milli FROM stock_item WHERE id = :id"), {"id": thing.id}).scalar_one()
    assert (left + used[0], left >= 0) == (ON_HAND, True)
    owed = used[1] if is_paid and order.status in DONE else 0
    assert (order.charge_fen or 0) == owed
