"""Incidents: the proposal, the merge, one repair for all that is closed together and rated by each, and what is refused."""

from datetime import timedelta

import pytest
from sqlmodel import select

from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.repair import incidents, ratings, resident, work
from estate_app.repair.dispatch import assign_by_hand, retry_queue
from estate_app.repair.models import Incident, IncidentStatus, OrderStatus, Rating
from tests.fixtures import make
from tests.service.repair.steps import all_away, all_back, count, inbox, new_order, reload, steps_of


@pytest.fixture
def neighbours(uow, cast):
    """Three households of one building, the owner's among them."""
    people = [cast.owner]
    for number in (2, 3):
        person = make.account(uow, f"邻居{number}", f"1390000000{number}")
        make.member(uow, make.room(uow, cast.building, f"3-1-{number}01"), person)
        people.append(make.actor(person))
    return people


@pytest.fixture
def reported(uow, cast, neighbours):
    """Three reports of one kind that wait, ten minutes apart."""
    all_away(uow, cast)
    orders = []
    for person in neighbours:
        room = make_room_of(uow, person)
        orders.append(new_order(uow, cast, person, room_id=room))
        uow.now += timedelta(minutes=10)
    all_back(uow)
    return orders


def make_room_of(uow, person):
    from estate_app.property.models import RoomMember

    return uow.session.exec(select(RoomMember.room_id).where(RoomMember.account_id == person.id)).one()


def proposed(uow) -> Incident:
    assert incidents.propose_incidents(uow) == 1
    return uow.session.exec(select(Incident)).one()


class TestProposing:
    def test_three_households_within_two_hours_make_one_proposal_that_dispatchers_read(self, uow, cast, reported):
        incident = proposed(uow)
        assert (incident.status, incident.lead_id, incident.building_id) == (IncidentStatus.proposed, reported[0].id, cast.building.id)
        assert {reload(uow, o).incident_id for o in reported} == {incident.id}
        assert inbox(uow, cast.dispatcher).count("repair_incident") == 1
        assert incidents.propose_incidents(uow) == 0

    def test_two_households_are_no_incident(self, uow, cast, neighbours, reported):
        first = reported[0]
        resident.cancel(uow, neighbours[0], order_id=first.id)
        assert incidents.propose_incidents(uow) == 0
        assert count(uow, "incident") == 0

    def test_a_report_that_comes_later_is_put_beside_it(self, uow, cast, reported):
        incident = proposed(uow)
        late = new_order(uow, cast, cast.tenant)
        assert incidents.propose_incidents(uow) == 1
        assert reload(uow, late).incident_id == incident.id
        cards = incidents.live_incidents(uow.session, cast.dispatcher, cast.estate.id, now=uow.now)
        assert [(len(c.merged), len(c.others)) for c in cards] == [(0, 3)]

    def test_a_declined_proposal_is_not_made_again(self, uow, cast, reported):
        incident = proposed(uow)
        with pytest.raises(InvalidError):
            incidents.decline(uow, cast.dispatcher, incident_id=incident.id, reason=" ")
        incidents.decline(uow, cast.dispatcher, incident_id=incident.id, reason="各户内管道老化，不是同一处")
        assert incidents.propose_incidents(uow) == 0
        assert incidents.live_incidents(uow.session, cast.dispatcher, cast.estate.id, now=uow.now) == []
        with pytest.raises(ConflictError):
            incidents.merge(uow, cast.dispatcher, incident_id=incident.id)


class TestTogether:
    def test_three_reporters_are_told_together_closed_together_and_each_rates(self, uow, cast, neighbours, reported):
        incident = proposed(uow)
        assert incidents.merge(uow, cast.dispatcher, incident_id=incident.id) == incidents.Merged(2, ())
        lead, *others = reported
        assert [reload(uow, o).merged_into_id for o in reported] == [None, lead.id, lead.id]
        assert all(inbox(uow, person)[-1] == "repair_incident" for person in neighbours)
        assert retry_queue(uow) == 1
        assert [reload(uow, o).technician_id for o in reported] == [cast.worker.id, None, None]
        key = {"order_id": lead.id}
        work.accept(uow, cast.worker, **key)
        assert [reload(uow, o).status for o in reported] == [OrderStatus.accepted] * 3
        assert all(inbox(uow, person)[-1] == "repair_accepted" for person in neighbours)
        work.start(uow, cast.worker, **key)
        work.complete(uow, cast.worker, note="更换立管阀门", **key)
        assert [(reload(uow, o).status, o.technician_id) for o in reported] == [(OrderStatus.completed, cast.worker.id)] * 3
        assert all(inbox(uow, person)[-1] == "repair_completed" for person in neighbours)
        assert uow.session.get(Incident, incident.id).status is IncidentStatus.closed
        for person, order in zip(neighbours, reported, strict=True):
            ratings.rate(uow, person, order_id=order.id, quality=5, attitude=5, timeliness=4)
        assert len(uow.session.exec(select(Rating)).all()) == 3
        assert steps_of(uow, others[0]) == ["report", "queue", "merge", "follow", "follow", "follow", "follow", "rate"]

    def test_only_the_lead_takes_minutes_of_the_technician(self, uow, cast, reported):
        incidents.merge(uow, cast.dispatcher, incident_id=proposed(uow).id, lead_id=reported[1].id)
        assert [reload(uow, o).estimate_minutes for o in reported] == [0, 60, 0]
        with pytest.raises(ConflictError, match="incident"):
            assign_by_hand(uow, cast.dispatcher, order_id=reported[0].id, technician_id=cast.mate.id, reason="就近")

    def test_when_the_leading_report_is_withdrawn_the_next_takes_its_place(self, uow, cast, neighbours, reported):
        incident = proposed(uow)
        incidents.merge(uow, cast.dispatcher, incident_id=incident.id)
        resident.cancel(uow, neighbours[0], order_id=reported[0].id)
        assert [reload(uow, o).merged_into_id for o in reported[1:]] == [None, reported[1].id]
        assert uow.session.get(Incident, incident.id).lead_id == reported[1].id
        assert retry_queue(uow) == 1
        assert [reload(uow, o).status for o in reported[1:]] == [OrderStatus.assigned] * 2

    def test_a_report_taken_out_is_dispatched_by_itself(self, uow, cast, reported):
        incidents.merge(uow, cast.dispatcher, incident_id=proposed(uow).id)
        order = incidents.split(uow, cast.dispatcher, order_id=reported[2].id, reason="是另一处漏点")
        assert (order.merged_into_id, order.estimate_minutes, order.technician_id) == (None, 60, cast.worker.id)
        with pytest.raises(ConflictError):
            incidents.split(uow, cast.dispatcher, order_id=reported[2].id, reason="再来一次")


class TestStrangers:
    def test_another_estates_dispatcher_finds_nothing(self, uow, cast, reported):
        incident = proposed(uow)
        for call in (
            lambda: incidents.merge(uow, cast.foreign_dispatcher, incident_id=incident.id),
            lambda: incidents.decline(uow, cast.foreign_dispatcher, incident_id=incident.id, reason="不是"),
            lambda: incidents.split(uow, cast.foreign_dispatcher, order_id=reported[1].id, reason="不是"),
        ):
            with pytest.raises(NotFoundError):
                call()
        assert uow.session.get(Incident, incident.id).status is IncidentStatus.proposed
        assert incidents.live_incidents(uow.session, cast.foreign_dispatcher, cast.estate.id, now=uow.now) == []
