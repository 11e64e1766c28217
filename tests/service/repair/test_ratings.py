"""Ratings: who, when, once, and with which words."""

from datetime import timedelta

import pytest

from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.repair.models import OrderStatus, Technician
from estate_app.repair.ratings import rate, reply
from tests.service.repair.steps import count, drive, reload

GOOD = {"quality": 5, "attitude": 5, "timeliness": 5}


class TestRate:
    @pytest.mark.parametrize(("days", "is_taken"), [(15, True), (16, False)])
    def test_fifteen_days_are_given_even_after_it_closed_by_itself(self, uow, cast, days, is_taken):
        order = drive(uow, cast, OrderStatus.closed)
        uow.now += timedelta(days=days)
        if is_taken:
            assert rate(uow, cast.owner, order_id=order.id, **GOOD).technician_id == cast.worker.id
            return
        with pytest.raises(ConflictError):
            rate(uow, cast.owner, order_id=order.id, **GOOD)
        assert count(uow, "rating") == 0

    def test_the_second_one_is_refused_whoever_of_the_household_sends_it(self, uow, cast):
        order = drive(uow, cast, OrderStatus.completed)
        rate(uow, cast.owner, order_id=order.id, **GOOD)
        with pytest.raises(ConflictError):
            rate(uow, cast.tenant, order_id=order.id, **GOOD)
        assert count(uow, "rating") == 1

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"quality": 0}, "quality"),
            ({"attitude": 6}, "attitude"),
            ({"timeliness": -1}, "timeliness"),
            ({"quality": 2}, "reasons"),
            ({"quality": 2, "reasons": ["ugly"]}, "reasons"),
            ({"text": "好" * 501}, "text"),
        ],
    )
    def test_wrong_stars_and_a_low_score_without_a_reason_are_refused(self, uow, cast, changes, field):
        order = drive(uow, cast, OrderStatus.completed)
        with pytest.raises(InvalidError) as refusal:
            rate(uow, cast.owner, order_id=order.id, **(GOOD | changes))
        assert refusal.value.field == field
        assert (count(uow, "rating"), reload(uow, order).status) == (0, OrderStatus.completed)

    def test_a_low_score_with_a_reason_counts(self, uow, cast):
        order = drive(uow, cast, OrderStatus.completed)
        rate(uow, cast.owner, order_id=order.id, quality=1, attitude=1, timeliness=1, reasons=["late", "late", "not_fixed"])
        assert uow.session.get(Technician, cast.worker.id).score_milli == 4182

    def test_nobody_rates_the_own_work(self, uow, cast):
        order = drive(uow, cast, OrderStatus.completed)
        uow.session.add(Technician(account_id=cast.owner.id))
        uow.flush()
        order.technician_id = cast.owner.id
        uow.flush()
        with pytest.raises(ConflictError, match="own work"):
            rate(uow, cast.owner, order_id=order.id, **GOOD)
        assert count(uow, "rating") == 0


class TestReply:
    def test_only_the_technician_answers_and_only_once(self, uow, cast):
        order = drive(uow, cast, OrderStatus.completed)
        with pytest.raises(NotFoundError):
            reply(uow, cast.worker, order_id=order.id, text="谢谢")
        rate(uow, cast.owner, order_id=order.id, **GOOD)
        with pytest.raises(NotFoundError):
            reply(uow, cast.mate, order_id=order.id, text="谢谢")
        for text in (" ", "谢" * 501):
            with pytest.raises(InvalidError):
                reply(uow, cast.worker, order_id=order.id, text=text)
        assert reply(uow, cast.worker, order_id=order.id, text="谢谢").reply == "谢谢"
        with pytest.raises(ConflictError):
            reply(uow, cast.worker, order_id=order.id, text="再谢")
