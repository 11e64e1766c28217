"""Calling back after a low rating: noted by the office alone, kept in the audit, and on the list until it is settled."""

from datetime import timedelta

import pytest

from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.repair import callbacks, ratings
from estate_app.repair.callback_models import CallOutcome
from estate_app.repair.models import OrderStatus
from tests.service.repair.steps import count, drive, inbox, steps_of


def rated(uow, cast, *, stars=2):
    order = drive(uow, cast, OrderStatus.completed)
    reasons = ["late"] if stars <= 2 else []
    ratings.rate(uow, cast.owner, order_id=order.id, quality=4, attitude=5, timeliness=stars, reasons=reasons, text="等了一下午")
    return order


def waiting(uow, actor, **more) -> list[tuple[str, int]]:
    rows, total = callbacks.to_call(uow.session, actor, now=uow.now, **more)
    assert total == len(rows)
    return [(row.number, row.calls) for row in rows]


def test_calls_are_kept_until_one_settles_it(uow, cast):
    order = rated(uow, cast)
    steps, told = steps_of(uow, order), (inbox(uow, cast.owner), inbox(uow, cast.worker))
    assert waiting(uow, cast.service) == [(order.number, 0)]
    for outcome in ("unreached", "follow_up"):
        callbacks.note_call(uow, cast.service, order_id=order.id, outcome=outcome, note="约明天再联系")
    assert waiting(uow, cast.service) == [(order.number, 2)]
    callbacks.note_call(uow, cast.dispatcher, order_id=order.id, outcome="settled", note="已致歉")
    assert waiting(uow, cast.service) == []
    seen = callbacks.calls_of(uow.session, cast.auditor, order.id)
    assert [(c.outcome, c.note, c.caller) for c in seen] == [
        (CallOutcome.settled, "已致歉", "dispatcher"),
        (CallOutcome.follow_up, "约明天再联系", "service"),
        (CallOutcome.unreached, "约明天再联系", "service"),
    ]
    assert count(uow, "audit_entry", f"action = 'repair:call_back' AND entity_id = {order.id}") == 3
    # Neither the resident's page nor anybody's inbox shows it.
    assert (steps_of(uow, order), (inbox(uow, cast.owner), inbox(uow, cast.worker))) == (steps, told)


@pytest.mark.parametrize(
    ("outcome", "note", "field"),
    [("", "x", "outcome"), ("done", "x", "outcome"), ("settled", " ", "call_note"), ("settled", "字" * 501, "call_note")],
)
def test_what_makes_no_sense_is_refused_by_its_field(uow, cast, outcome, note, field):
    order = rated(uow, cast)
    with pytest.raises(InvalidError) as refused:
        callbacks.note_call(uow, cast.service, order_id=order.id, outcome=outcome, note=note)
    assert (refused.value.field, count(uow, "rating_call")) == (field, 0)


def test_only_low_ratings_are_called_back_and_only_where_there_is_one(uow, cast):
    good, unrated = rated(uow, cast, stars=3), drive(uow, cast, OrderStatus.completed)
    for order, error in ((good, ConflictError), (unrated, NotFoundError)):
        with pytest.raises(error):
            callbacks.note_call(uow, cast.service, order_id=order.id, outcome="settled", note="x")
    assert (waiting(uow, cast.service), count(uow, "rating_call")) == ([], 0)


def test_strangers_and_readers_note_nothing(uow, cast):
    order = rated(uow, cast)
    for who, error in (
        (cast.foreign_dispatcher, NotFoundError), (cast.auditor, ForbiddenError), (cast.owner, ForbiddenError), (cast.worker, ForbiddenError),
    ):  # fmt: skip
        with pytest.raises(error):
            callbacks.note_call(uow, who, order_id=order.id, outcome="settled", note="x")
    assert (waiting(uow, cast.foreign_dispatcher), callbacks.calls_of(uow.session, cast.foreign_dispatcher, order.id)) == ([], [])
    for who in (cast.owner, cast.worker):
        with pytest.raises(ForbiddenError):
            callbacks.calls_of(uow.session, who, order.id)


def test_after_thirty_days_nobody_calls_any_more(uow, cast):
    order = rated(uow, cast)
    assert waiting(uow, cast.service, estate_id=cast.other_estate.id) == []
    uow.now += callbacks.CALL_WITHIN - timedelta(seconds=1)
    assert waiting(uow, cast.service, estate_id=cast.estate.id) == [(order.number, 0)]
    uow.now += timedelta(seconds=1)
    assert waiting(uow, cast.service) == []
