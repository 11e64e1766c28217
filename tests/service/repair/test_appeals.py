"""Appeals against ratings: within seven days, once, decided by the office; a rating that fell counts nowhere."""

from datetime import timedelta

import pytest

from estate_app.errors import ConflictError, EstateError, InvalidError
from estate_app.kit.clock import business_date, month_start
from estate_app.repair import appeals, ratings
from estate_app.repair.appeal_models import Verdict
from estate_app.repair.models import OrderStatus, Technician
from estate_app.repair.performance import own_performance
from estate_app.repair.settlement import team_month
from tests.service.repair.steps import count, drive, inbox


@pytest.fixture
def rated(uow, cast):
    """A repair of the worker's that the owner found bad."""
    order = drive(uow, cast, OrderStatus.completed)
    ratings.rate(uow, cast.owner, order_id=order.id, quality=1, attitude=1, timeliness=1, reasons=["late"])
    return order


def score(uow, cast) -> tuple[int, int]:
    uow.session.expire_all()
    technician = uow.session.get_one(Technician, cast.worker.id)
    return technician.score_milli, technician.score_count


def test_a_granted_appeal_takes_the_rating_out_of_every_figure(uow, cast, rated):
    assert score(uow, cast) == (4182, 1)
    appeals.appeal(uow, cast.worker, order_id=rated.id, text="堵车半小时，已电话告知业主")
    assert appeals.appeal_card(uow.session, cast.dispatcher, rated.id, now=uow.now).may_decide
    appeals.decide(uow, cast.dispatcher, order_id=rated.id, is_granted=True, answer="通话记录属实")
    month = month_start(business_date(uow.now))
    assert score(uow, cast) == (4500, 0)
    assert own_performance(uow.session, cast.worker, now=uow.now).this_month.ratings == 0
    assert [(r.done, r.ratings) for r in team_month(uow.session, cast.dispatcher, month_on=month)] == [(1, 0)]
    assert (inbox(uow, cast.dispatcher)[-1], inbox(uow, cast.worker)[-1]) == ("repair_appealed", "repair_verdict")
    card = appeals.appeal_card(uow.session, cast.worker, rated.id, now=uow.now)
    assert (card.verdict, card.answer, card.may_appeal, card.may_decide) == (Verdict.granted, "通话记录属实", False, False)


def test_a_refused_one_leaves_the_score_and_is_final(uow, cast, rated):
    appeals.appeal(uow, cast.worker, order_id=rated.id, text="不属实")
    appeals.decide(uow, cast.supervisor, order_id=rated.id, is_granted=False, answer="到场记录晚 40 分钟")
    assert score(uow, cast) == (4182, 1)
    for again in (
        lambda: appeals.decide(uow, cast.dispatcher, order_id=rated.id, is_granted=True, answer="改判"),
        lambda: appeals.appeal(uow, cast.worker, order_id=rated.id, text="再申诉"),
    ):
        with pytest.raises(ConflictError):
            again()
    assert count(uow, "audit_entry", "action IN ('repair:appeal', 'repair:verdict')") == 2


def test_seven_days_are_enough_and_a_second_more_is_too_late(uow, cast, rated):
    uow.now += timedelta(days=7)
    assert appeals.appeal_card(uow.session, cast.worker, rated.id, now=uow.now).may_appeal
    uow.now += timedelta(seconds=1)
    assert not appeals.appeal_card(uow.session, cast.worker, rated.id, now=uow.now).may_appeal
    with pytest.raises(ConflictError):
        appeals.appeal(uow, cast.worker, order_id=rated.id, text="不属实")
    assert count(uow, "rating_appeal") == 0


@pytest.mark.parametrize("who", ["mate", "owner", "stranger", "foreign_dispatcher", "auditor"])
def test_strangers_neither_appeal_nor_decide(uow, cast, rated, who):
    actor = getattr(cast, who)
    with pytest.raises(EstateError):
        appeals.appeal(uow, actor, order_id=rated.id, text="不属实")
    appeals.appeal(uow, cast.worker, order_id=rated.id, text="不属实")
    with pytest.raises(EstateError):
        appeals.decide(uow, actor, order_id=rated.id, is_granted=True, answer="属实")
    assert count(uow, "rating_appeal", "verdict = 'open'") == 1


def test_a_resident_is_not_told_and_empty_words_are_refused(uow, cast, rated):
    with pytest.raises(InvalidError):
        appeals.appeal(uow, cast.worker, order_id=rated.id, text="  ")
    appeals.appeal(uow, cast.worker, order_id=rated.id, text="不属实")
    with pytest.raises(InvalidError):
        appeals.decide(uow, cast.dispatcher, order_id=rated.id, is_granted=True, answer="")
    assert appeals.appeal_card(uow.session, cast.owner, rated.id, now=uow.now) == appeals.AppealCard()
