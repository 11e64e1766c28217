"""Every command, in every state, by everybody: what is not allowed changes nothing."""

import pytest
from sqlalchemy import text

from estate_app.access.permission import Permission
from estate_app.errors import EstateError
from estate_app.repair import arrival, checklist, dispatch, manage, materials, ratings, resident, work
from estate_app.repair.arrival import Proof
from estate_app.repair.models import OrderStatus, PauseReason, Urgency
from estate_app.repair.rules import MOVES, OPEN, UNDER_REPAIR
from tests.service.repair.steps import drive, stock

S = OrderStatus
HOUSEHOLD, OFFICE, HOLDER = {"owner", "tenant"}, {"dispatcher", "supervisor"}, {"worker"}


def commands(cast, order, item):
    """Each command with who may give it and in which states."""
    key, mate, seen = {"order_id": order.id}, cast.mate.id, order.technician_id
    may_assign = {s for s in S if S.assigned in MOVES[s]}
    return {
        "accept": (HOLDER, {S.assigned}, lambda u, a: work.accept(u, a, **key)),
        "decline": (HOLDER, {S.assigned}, lambda u, a: work.decline(u, a, reason="busy", **key)),
        "set_out": (HOLDER, {S.accepted}, lambda u, a: work.set_out(u, a, **key)),
        "start": (HOLDER, {S.accepted, S.on_the_way}, lambda u, a: work.start(u, a, **key)),
        "pause": (HOLDER, {S.working}, lambda u, a: work.pause(u, a, reason=PauseReason.bad_weather, **key)),
        "resume": (HOLDER, {S.paused}, lambda u, a: work.resume(u, a, **key)),
        "arrive": (HOLDER, UNDER_REPAIR, lambda u, a: arrival.arrive(u, a, proof=Proof(refusal="denied"), **key)),
        "check": (HOLDER, {S.working, S.paused}, lambda u, a: checklist.tick(u, a, item="关阀", **key)),
        "note": (HOLDER, UNDER_REPAIR, lambda u, a: work.add_note(u, a, note="看过了", **key)),
        "material": (HOLDER, UNDER_REPAIR, lambda u, a: materials.add_material(u, a, stock_item_id=item.id, quantity_milli=1, **key)),
        "complete": (HOLDER, {S.working}, lambda u, a: work.complete(u, a, note="好了", **key)),
        "give_back": (HOLDER, UNDER_REPAIR, lambda u, a: work.give_back(u, a, reason="修不了", **key)),
        "transfer": (HOLDER, may_assign - {S.submitted}, lambda u, a: work.transfer(u, a, technician_id=mate, reason="换人", **key)),
        "cancel": (HOUSEHOLD, {S.submitted, S.assigned, S.accepted}, lambda u, a: resident.cancel(u, a, **key)),
        "urge": (HOUSEHOLD, OPEN, lambda u, a: resident.urge(u, a, **key)),
        "reopen": (HOUSEHOLD, {S.completed, S.closed}, lambda u, a: resident.reopen(u, a, reason="又漏了", **key)),
        "follow": (HOUSEHOLD, OPEN, lambda u, a: resident.follow(u, a, **key)),
        "rate": (HOUSEHOLD, {S.completed, S.closed}, lambda u, a: ratings.rate(u, a, quality=5, attitude=5, timeliness=5, **key)),
        "reply": (set(), set(), lambda u, a: ratings.reply(u, a, text="谢谢", **key)),
        "assign": (
            OFFICE, may_assign,
            lambda u, a: dispatch.assign_by_hand(u, a, technician_id=mate, reason="更近", seen_technician_id=seen, **key),
        ),
        "reject": (OFFICE, {s for s in S if S.rejected in MOVES[s]}, lambda u, a: manage.reject(u, a, reason="不在范围", **key)),
        "urgency": (OFFICE, OPEN, lambda u, a: manage.change_urgency(u, a, urgency=Urgency.high, reason="有老人", **key)),
    }  # fmt: skip


def picture(uow):
    """Everything that a command could change, as one comparable value."""
    uow.session.flush()
    tables = (
        "repair_order",
        "order_step",
        "offer",
        "dispatch_decision",
        "material_use",
        "stock_item",
        "rating",
        "inbox_item",
        "audit_entry",
        "arrival",
    )
    return [
        uow.session.execute(text(f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t")).scalar_one()
        for table in (*tables, "order_follower")
    ]


@pytest.mark.parametrize("status", list(S))
def test_only_the_right_person_at_the_right_moment_moves_an_order(uow, cast, status):
    order, item = drive(uow, cast, status), stock(uow)
    cast.category.checklist = [{"text": "关阀", "is_required": False}]
    before = picture(uow)
    for name, (people, states, command) in commands(cast, order, item).items():
        for who, actor in cast.everybody.items():
            outcome = attempt(uow, command, actor)
            if who in people and status in states:
                assert outcome is None, (name, who, outcome)
            else:
                assert isinstance(outcome, EstateError), (name, who, status)
                assert outcome.status in {403, 404, 409}, (name, who, outcome.status)
    assert picture(uow) == before


def attempt(uow, command, actor):
    """Run a command inside a savepoint that is always taken back; a refusal must have changed nothing by itself."""
    before = picture(uow)
    savepoint = uow.session.begin_nested()
    try:
        command(uow, actor)
    except EstateError as refusal:
        assert picture(uow) == before
        return refusal
    else:
        return None
    finally:
        savepoint.rollback()


@pytest.mark.parametrize("who", ["stranger", "payer", "mate", "foreign_dispatcher"])
def test_a_stranger_learns_nothing_from_the_refusal(uow, cast, who):
    order, item = drive(uow, cast, S.working), stock(uow)
    actor = getattr(cast, who)
    for name, (_, _, command) in commands(cast, order, item).items():
        outcome = attempt(uow, command, actor)
        allowed = {404} if any(actor.can(p) for p in _needs(name)) else {403}
        assert outcome.status in allowed, (name, who, outcome.status)


def _needs(name):
    if name in {"cancel", "urge", "reopen", "follow", "rate"}:
        return {Permission.own_repairs}
    return {Permission.repairs_dispatch} if name in {"assign", "reject", "urgency"} else {Permission.work_orders}
