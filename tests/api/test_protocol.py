"""How the API speaks: problems in the caller's language, cursors, ETags, repetition, limits, uploads in pieces."""

import io

import pytest
from PIL import Image
from sqlmodel import func, select

from estate_app.kit.i18n import msg
from estate_app.media import pieces
from estate_app.notification.service import tell
from estate_app.repair.models import RepairCategory, RepairOrder
from estate_app.settings import settings
from miniprogram_api import limits
from miniprogram_api.limits import MAX_BODY, SlidingWindow
from miniprogram_api.paging import read_cursor, write_cursor

REPORT = {"description": "厨房水管漏水，已经关了总阀"}


@pytest.fixture(scope="module")
def world(shared_world):
    return shared_world


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "JPEG")
    return out.getvalue()


def report(world, key: str, **changes):
    body = REPORT | {"category_id": world.cast.category.id, "room_id": world.cast.home.id} | changes
    return world.api.post("/repairs", json=body, headers=world.signed_in("owner") | {"idempotency-key": key})


class TestProblems:
    def test_a_refusal_has_every_member_and_names_the_field(self, world) -> None:
        answer = report(world, "too-short-1", description="漏水")
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json()) == {"type", "title", "status", "detail", "code", "field", "errors"}
        assert (answer.json()["field"], answer.json()["status"]) == ("description", 422)
        assert answer.json()["detail"].startswith("Write at least")

    def test_it_speaks_the_callers_language(self, world) -> None:
        answers = {language: world.api.get("/me", headers={"accept-language": language}) for language in ("en-GB,en;q=0.9", "zh-CN", "fr")}
        assert answers["en-GB,en;q=0.9"].headers["content-language"] == "en"
        assert answers["zh-CN"].headers["content-language"] == answers["fr"].headers["content-language"] == "zh"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"category_id": None}, "category_id"),
            ({"category_id": 2**63}, "category_id"),
            ({"visit_from_at": "2026-11-19T09:00:00"}, "visit_from_at"),
            ({"photo_ids": ["../../etc/passwd"]}, "photo_ids.0"),
            ({"surprise": 1}, "surprise"),
            ({"description": "漏水漏水漏水漏水漏水\x00"}, "description"),
            ({"latitude": 91}, "latitude"),
            ({"urgency": "now"}, "urgency"),
        ],
    )
    def test_what_cannot_be_taken_names_its_place(self, world, changes, field) -> None:
        answer = report(world, "invalid-input", **changes)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
        assert [one["field"] for one in answer.json()["errors"]] == [field]

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'"x"', b'{"phone": "\\ud800", "password": "x"}'])
    def test_broken_bodies_are_refused_without_a_trace_of_the_inside(self, world, content) -> None:
        answer = world.api.post("/auth/password", content=content, headers={"content-type": "application/json"})
        assert answer.status_code in {400, 422}
        assert "pydantic" not in answer.text
        assert "Traceback" not in answer.text

    def test_unknown_paths_and_methods_are_problems_too(self, world) -> None:
        assert world.api.get("/nothing").json()["status"] == 404
        assert world.api.delete("/me").json()["status"] == 405

    def test_too_large_bodies_are_cut_off(self, world) -> None:
        answer = world.api.post("/auth/password", content=b"x" * (MAX_BODY + 1), headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")

    def test_and_so_are_those_that_do_not_say_how_large_they_are(self, world) -> None:
        def parts():
            for _ in range(MAX_BODY // 1024 + 2):
                yield b"x" * 1024

        assert world.api.post("/auth/password", content=parts(), headers={"content-type": "application/json"}).status_code == 413

    def test_a_failure_inside_says_nothing_of_the_inside(self, world, monkeypatch) -> None:
        def broken(*args: object, **kwargs: object) -> None:
            raise RuntimeError("secret detail")

        monkeypatch.setattr("miniprogram_api.routers.rooms.own_rooms", broken)
        answer = world.api.get("/rooms", headers=world.signed_in("owner"))
        assert (answer.status_code, answer.json()["code"]) == (500, "broken")
        assert "secret detail" not in answer.text


class TestDanger:
    def test_a_dangerous_kind_asks_and_a_report_without_an_answer_is_refused_with_the_number(self, world) -> None:
        def ask(uow):
            uow.session.get(RepairCategory, world.cast.category.id).questions = ["看到火花吗？"]

        world.do(ask)
        try:
            (node,) = world.api.get("/repair-categories", headers=world.signed_in("owner")).json()["items"]
            assert (node["questions"], node["danger"]) == (["看到火花吗？"], "")
            refused = report(world, "danger-unanswered")
            assert (refused.status_code, refused.json()["field"]) == (422, "has_danger")
            assert settings().support_phone in refused.json()["detail"]
            urgencies = [report(world, f"danger-is-{answer}", has_danger=answer).json()["order"]["urgency"] for answer in (False, True)]
            assert urgencies == ["normal", "emergency"]
        finally:
            world.do(lambda uow: setattr(uow.session.get(RepairCategory, world.cast.category.id), "questions", []))


class TestTips:
    def test_the_own_home_has_tips_in_the_callers_language_until_they_are_switched_off(self, world) -> None:
        path, headers = f"/rooms/{world.cast.home.id}/tips", world.signed_in("owner")
        found = world.api.get(path, headers=headers).json()
        assert found["is_on"] is True
        assert all(tip["reason"] and tip["title"].isascii() for tip in found["items"])
        assert world.api.put("/me/tips", json={"is_on": False}, headers=headers).status_code == 204
        assert world.api.get(path, headers=headers).json() == {"is_on": False, "items": []}
        assert world.api.put("/me/tips", json={"is_on": True}, headers=headers).status_code == 204


class TestRepetition:
    def test_the_same_key_reports_once(self, world) -> None:
        first, second = report(world, "the-same-key"), report(world, "the-same-key")
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json()["order"]["id"] == second.json()["order"]["id"]
        count = select(func.count()).select_from(RepairOrder).where(RepairOrder.client_key == "the-same-key")
        assert world.do(lambda uow: uow.session.scalar(count)) == 1

    def test_the_same_key_tells_the_estate_once_and_writes_one_message(self, world) -> None:
        headers = world.signed_in("owner") | {"idempotency-key": "feedback-key"}
        body = {"room_id": world.cast.home.id, "kind": "praise", "text": "保安师傅很热心"}
        first, second = (world.api.post("/feedback", json=body, headers=headers) for _ in range(2))
        assert (first.status_code, second.status_code, second.json()["id"]) == (201, 201, first.json()["id"])
        path = f"/feedback/{first.json()['id']}/messages"
        answers = [world.api.post(path, json={"text": "再次感谢"}, headers=headers) for _ in range(2)]
        assert [len(answer.json()["messages"]) for answer in answers] == [1, 1]
        assert (
            world.api.post("/feedback", json=body, headers=headers | {"idempotency-key": "another-key"}).json()["id"] != first.json()["id"]
        )

    @pytest.mark.parametrize("key", [None, "short", "with space 1", "x" * 65])
    def test_a_report_needs_a_good_key(self, world, key) -> None:
        headers = world.signed_in("owner") | ({"idempotency-key": key} if key else {})
        body = REPORT | {"category_id": world.cast.category.id, "room_id": world.cast.home.id}
        answer = world.api.post("/repairs", json=body, headers=headers)
        assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")


class TestLists:
    def test_a_list_is_walked_through_without_gaps_and_without_repetition(self, world) -> None:
        for number in range(5):
            world.do(tell, [world.cast.mate.id], event="x", title=msg("{n}", n=number), body=msg("{n}", n=number))
        headers = world.signed_in("mate")
        seen, cursor = [], ""
        while True:
            part = world.api.get("/inbox", params={"limit": 2, "cursor": cursor}, headers=headers).json()
            seen += [(item["id"], item["title"]) for item in part["items"]]
            cursor = part["next_cursor"]
            if cursor is None:
                break
        assert len(set(seen)) == len(seen)
        # Another test may have dispatched an order to the same person.
        assert [title for _, title in seen if title.isdigit()] == ["4", "3", "2", "1", "0"]

    def test_an_unchanged_list_is_not_sent_again_and_a_changed_one_is(self, world) -> None:
        headers = world.signed_in("payer")
        first = world.api.get("/inbox", headers=headers)
        again = world.api.get("/inbox", headers=headers | {"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        world.do(tell, [world.cast.payer.id], event="x", title=msg("New"), body=msg("New"))
        changed = world.api.get("/inbox", headers=headers | {"if-none-match": first.headers["etag"]})
        assert (changed.status_code, len(changed.json()["items"])) == (200, 1)

    @pytest.mark.parametrize("cursor", ["x", "cDow", "bjotMQ", "点", "cDo5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", write_cursor("p", 1)])
    def test_a_foreign_cursor_is_refused(self, world, cursor) -> None:
        answer = world.api.get("/inbox", params={"cursor": cursor}, headers=world.signed_in("owner"))
        assert (answer.status_code, answer.json()["field"]) == (422, "cursor")

    def test_a_cursor_is_read_back(self) -> None:
        assert read_cursor("n", write_cursor("n", 31)) == 31
        assert read_cursor("n", "") is None

    @pytest.mark.parametrize("limit", [0, 51, -1, "x"])
    def test_a_part_has_a_sensible_size(self, world, limit) -> None:
        assert world.api.get("/repairs", params={"limit": limit}, headers=world.signed_in("owner")).status_code == 422


class TestLimits:
    def test_a_window_lets_so_many_through_and_opens_again(self) -> None:
        now = [600.0]
        window = SlidingWindow(3, clock=lambda: now[0])
        assert [window.take("a").is_allowed for _ in range(4)] == [True, True, True, False]
        assert window.take("b").is_allowed
        now[0] += 90
        assert [window.take("a").is_allowed for _ in range(2)] == [True, False]
        now[0] += 120
        assert window.take("a").remaining == 2

    def test_everybody_is_told_how_much_is_left(self, world) -> None:
        first, second = (world.api.get("/rooms", headers=world.signed_in("owner")) for _ in range(2))
        assert first.headers["ratelimit-limit"] == str(limits.PER_CALLER)
        assert int(second.headers["ratelimit-remaining"]) <= limits.PER_CALLER
        assert int(first.headers["ratelimit-reset"]) >= 1

    def test_whoever_asks_too_often_waits(self, shared_world, monkeypatch) -> None:
        from starlette.testclient import TestClient

        from miniprogram_api.app import create_app

        monkeypatch.setattr(limits, "SIGN_IN_PER_ADDRESS", 2)
        with TestClient(create_app()) as api:
            answers = [api.post("/auth/password", json={"phone": "1", "password": "x"}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [422, 422, 429]
        assert answers[2].json()["code"] == "too_many"
        assert int(answers[2].headers["retry-after"]) > 0


class TestPieces:
    def test_a_broken_upload_goes_on_where_it_stopped(self, world) -> None:
        data, headers = picture(), world.signed_in("owner")
        started = world.api.post("/media/uploads", json={"kind": "photo", "size_bytes": len(data)}, headers=headers).json()
        path = f"/media/uploads/{started['upload_id']}"
        assert world.api.put(path, params={"offset": 0}, content=data[:100], headers=headers).json()["received_bytes"] == 100
        assert world.api.put(path, params={"offset": 0}, content=data[:100], headers=headers).status_code == 409
        assert world.api.post(f"{path}/complete", headers=headers).status_code == 409
        assert world.api.get(path, headers=headers).json()["received_bytes"] == 100
        assert world.api.put(path, params={"offset": 100}, content=data[100:], headers=headers).status_code == 200
        done = world.api.post(f"{path}/complete", headers=headers)
        assert (done.status_code, done.json()["kind"], done.json()["width"]) == (201, "photo", 64)
        assert world.api.get(path, headers=headers).status_code == 404

    @pytest.mark.parametrize(("offset", "content"), [(0, b""), (0, b"x" * 11), (9, b"xx"), (0, b"x" * (pieces.CHUNK_BYTES + 1))])
    def test_a_piece_stays_within_its_file(self, world, offset, content) -> None:
        headers = world.signed_in("owner")
        started = world.api.post("/media/uploads", json={"kind": "photo", "size_bytes": 10}, headers=headers).json()
        answer = world.api.put(f"/media/uploads/{started['upload_id']}", params={"offset": offset}, content=content, headers=headers)
        assert answer.status_code == 422

    def test_a_file_that_would_be_too_large_does_not_begin(self, world) -> None:
        body = {"kind": "photo", "size_bytes": 2**40}
        assert world.api.post("/media/uploads", json=body, headers=world.signed_in("owner")).status_code == 422

    @pytest.mark.parametrize("upload_id", ["x", "a-1-photo-3-9999999999-sig", "1-2-3-4-5-6"])
    def test_a_forged_upload_does_not_exist(self, world, upload_id) -> None:
        assert world.api.get(f"/media/uploads/{upload_id}", headers=world.signed_in("owner")).status_code == 404


class TestSchema:
    def test_every_field_and_parameter_is_described(self, world) -> None:
        schema = world.api.get("/openapi.json").json()
        bare = [
            f"{name}.{field}"
            for name, model in schema["components"]["schemas"].items()
            for field, facts in model.get("properties", {}).items()
            if "description" not in facts
        ]
        assert bare == []
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                assert operation["summary"], (method, path)
                assert operation["description"], (method, path)
                assert {"422", "429"} <= set(operation["responses"]), (method, path)
                assert all("description" in parameter for parameter in operation.get("parameters", [])), (method, path)
