"""The replay of a phone's steps over HTTP: who may, what comes back for each step, and what a broken message changes."""

import pytest
from sqlalchemy import text

from estate_app.access.models import SessionKind
from estate_app.kit.clock import utc_now
from estate_app.repair.models import RepairOrder
from estate_app.web.client import COOKIE
from tests.service.repair.steps import new_order

ORIGIN = {"origin": "http://localhost:3000", "accept-language": "en"}


@pytest.fixture(scope="module")
def world(shared_world):
    return shared_world


@pytest.fixture(autouse=True)
def no_cookies(world):
    world.web.cookies.clear()


def cookie(world, name: str) -> dict[str, str]:
    return {"cookie": f"{COOKIE}={world.token(name, SessionKind.browser)}"}


@pytest.fixture
def order(world) -> RepairOrder:
    """An order that the worker was offered, whatever the hour at which the test runs."""

    def offer(uow):
        found = new_order(uow, world.cast)
        uow.flush()
        found.technician_id, found.assigned_at, found.status = world.cast.worker.id, uow.now, "assigned"
        return found

    return world.do(offer)


def step(order, action: str, number: int, **fields) -> dict[str, object]:
    return {"key": f"{order.number}-{number}", "order_id": order.id, "action": action, "at": utc_now().isoformat(), "fields": fields}


def send(world, who: str, *steps, **headers):
    return world.web.post("/field/steps", json={"steps": list(steps)}, headers=cookie(world, who) | ORIGIN | headers)


def outcomes(answer) -> list[str]:
    return [one["outcome"] for one in answer.json()["results"]]


class TestReplayOverHttp:
    def test_steps_are_taken_in_order_and_a_second_sending_finds_them_done(self, world, order):
        steps = [step(order, "accept", 1), step(order, "start", 2), step(order, "complete", 3, note="已更换角阀", labour_minutes="45")]
        assert outcomes(send(world, "worker", *steps)) == ["done"] * 3
        again = send(world, "worker", *steps)
        assert outcomes(again) == ["already_done"] * 3
        assert again.json()["results"][0]["text"] == "Was recorded already; nothing was changed"
        kept = world.do(lambda uow: uow.session.get(RepairOrder, order.id))
        assert (kept.status, kept.labour_minutes) == ("completed", 45)

    def test_behind_a_conflict_the_steps_of_that_order_wait_and_nothing_of_them_is_kept(self, world, order):
        answer = send(world, "worker", step(order, "pause", 1, reason="bad_weather"), step(order, "accept", 2))
        assert outcomes(answer) == ["conflict", "held"]
        assert "no longer possible" in answer.json()["results"][0]["text"]
        found = world.do(
            lambda uow: uow.session.execute(text("SELECT count(*) FROM field_step WHERE order_id = :id"), {"id": order.id}).scalar()
        )
        assert (found, world.do(lambda uow: uow.session.get(RepairOrder, order.id)).status) == (0, "assigned")

    def test_an_unreadable_time_and_an_unreadable_quantity_are_conflicts_with_a_sentence(self, world, order):
        odd = step(order, "accept", 1) | {"at": "yesterday"}
        answer = send(world, "worker", odd)
        assert (outcomes(answer), "more than a day ago" in answer.json()["results"][0]["text"]) == (["conflict"], True)
        assert outcomes(send(world, "worker", odd | {"is_kept": True})) == ["done"]
        assert outcomes(send(world, "worker", step(order, "material", 2, stock_item_id="x", quantity_milli="1e99"))) == ["conflict"]

    @pytest.mark.parametrize(
        ("who", "headers", "status"),
        [
            (None, ORIGIN, 401),
            ("owner", ORIGIN, 403),
            ("dispatcher", ORIGIN, 403),
            ("worker", {}, 403),
            ("worker", {"origin": "https://evil.example"}, 403),
        ],
    )
    def test_strangers_and_other_sites_replay_nothing(self, world, order, who, headers, status):
        own = cookie(world, who) if who else {}
        assert world.web.post("/field/steps", json={"steps": [step(order, "accept", 1)]}, headers=own | headers).status_code == status
        assert world.do(lambda uow: uow.session.get(RepairOrder, order.id)).status == "assigned"

    def test_another_technician_reads_that_it_is_not_theirs(self, world, order):
        answer = send(world, "mate", step(order, "accept", 1))
        assert (outcomes(answer), answer.json()["results"][0]["status"]) == (["conflict"], 404)

    @pytest.mark.parametrize(
        "content", [b"", b"[]", b"{", b'{"steps": 3}', b'{"steps": [3]}', b'{"steps": [{"key": "short"}]}', b"[" * 9000]
    )
    def test_what_cannot_be_read_is_refused_with_a_sentence(self, world, content):
        answer = world.web.post("/field/steps", content=content, headers=cookie(world, "worker") | ORIGIN)
        assert (answer.status_code, answer.json()["field"] in {"steps", "key"}) == (422, True)

    def test_more_than_fifty_steps_are_refused(self, world, order):
        assert send(world, "worker", *[step(order, "accept", n) for n in range(51)]).status_code == 422
