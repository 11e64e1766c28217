"""Every route as a stranger: without a token, with somebody else's, and in a database where the id does not exist for the caller.

A route without a case here fails the first test.
"""

from datetime import date

import pytest
from sqlmodel import col, select

from estate_app.access.models import Account
from estate_app.billing.arrears_models import ArrearsStep, Stage
from estate_app.feedback.disclosure_models import Disclosure, DisclosureStatus
from estate_app.feedback.models import FeedbackKind
from estate_app.feedback.service import give_feedback
from estate_app.notification.models import InboxItem
from estate_app.payment.invoice_models import EInvoice, InvoiceStatus, TitleKind
from estate_app.property.models import RoomMember
from estate_app.repair.intake import report
from estate_app.repair.models import RepairOrder
from miniprogram_api.app import create_app
from tests.fixtures import make
from tests.fixtures.money import water_meter

PUBLIC = {
    ("get", "/config"),
    ("post", "/auth/wechat"),
    ("post", "/auth/bind"),
    ("post", "/auth/codes"),
    ("post", "/auth/code"),
    ("post", "/auth/password"),
    ("get", "/labels/{code}"),
}
# What belongs to the caller by its nature: the answer to a stranger is the stranger's own, so only the missing token is refused.
OWN = {
    ("post", "/auth/logout"): {},
    ("post", "/auth/logout-everywhere"): {},
    ("get", "/me"): {},
    ("patch", "/me"): {"json": {}},
    ("post", "/me/subscriptions"): {"json": {"topics": ["repair"]}},
    ("post", "/me/phone"): {"json": {"phone": "13911113333", "code": "000000"}},
    ("get", "/me/sessions"): {},
    ("post", "/me/password"): {"json": {"password": "right horse"}},
    ("get", "/estates"): {},
    ("put", "/me/tips"): {"json": {"is_on": True}},
    ("get", "/me/notification-preferences"): {},
    ("patch", "/me/notification-preferences"): {"json": {}},
    ("post", "/me/data-exports"): {},
    ("get", "/me/data-exports/last"): {},
    ("get", "/me/erasure"): {},
    ("post", "/me/erasure/code"): {},
    ("post", "/me/erasure"): {"json": {"code": "000000"}},
    ("delete", "/me/erasure"): {},
    ("get", "/disclosures"): {},
    ("get", "/rooms"): {},
    ("get", "/meters"): {},
    ("get", "/rooms/requests"): {},
    ("post", "/rooms/requests"): {"json": {"estate_id": 1, "room_code": "x", "relation": "owner", "from_on": "2026-11-18"}},
    ("post", "/rooms/by-code"): {"json": {"bill_number": "x", "code": "x", "relation": "family"}},
    ("post", "/media"): {"files": {"file": ("a.jpg", b"x", "image/jpeg")}},
    ("post", "/media/uploads"): {"json": {"kind": "photo", "size_bytes": 3}},
    ("get", "/inbox"): {},
    ("get", "/inbox/unread"): {},
    ("post", "/inbox/read"): {},
    ("get", "/announcements"): {},
    ("get", "/feedback"): {},
    ("get", "/repair-categories"): {},
    # A label hangs where everybody may report.
    ("post", "/labels/{code}/reports"): {
        "headers": {"idempotency-key": "key-of-a-stranger"},
        "json": {"category_id": 1, "description": "电梯停在一楼，按键没有反应"},
    },
    ("get", "/public-areas"): {},
    ("get", "/repairs"): {},
    ("get", "/bills"): {},
    ("get", "/bills/due"): {},
    ("get", "/payments"): {},
    ("get", "/payment-channels"): {},
}
KEY = {"idempotency-key": "key-of-a-stranger"}
RATING = {"quality": 5, "attitude": 5, "timeliness": 5}
# What is the owner's: method, path and body; a stranger gets 404.
FOREIGN = [
    ("get", "/rooms/{room_id}/members", {}),
    (
        "post",
        "/rooms/{room_id}/members",
        {"json": {"name": "周外", "phone": "13900002222", "relation": "family", "from_on": "2099-01-01"}},
    ),
    ("post", "/rooms/{room_id}/members/{member_id}/end", {"json": {"last_on": "2099-01-01"}}),
    ("get", "/rooms/{room_id}/tips", {}),
    ("get", "/disclosures/{disclosure_id}", {}),
    ("delete", "/me/sessions/{session_id}", {}),
    ("get", "/media/uploads/{upload_id}", {}),
    ("put", "/media/uploads/{upload_id}", {"params": {"offset": 0}, "content": b"x"}),
    ("post", "/media/uploads/{upload_id}/complete", {}),
    ("post", "/inbox/{notice_id}/read", {}),
    ("get", "/repairs/similar", {"params": {"category_id": "{category_id}", "room_id": "{room_id}"}}),
    (
        "post",
        "/repairs",
        {"headers": KEY, "json": {"category_id": "{category_id}", "room_id": "{room_id}", "description": "厨房水管漏水，已经关了总阀"}},
    ),
    ("get", "/repairs/{order_id}", {}),
    ("post", "/repairs/{order_id}/cancel", {"json": {}}),
    ("post", "/repairs/{order_id}/urge", {}),
    ("post", "/repairs/{order_id}/follow", {}),
    ("post", "/repairs/{order_id}/reopen", {"json": {"reason": "还是漏水"}}),
    ("post", "/repairs/{order_id}/rating", {"json": RATING}),
    ("get", "/bills/{bill_id}", {}),
    ("post", "/bills/{bill_id}/dispute", {"json": {"reason": "读数不对"}}),
    ("post", "/payments/quote", {"json": {"bill_ids": ["{bill_id}"]}}),
    ("post", "/payments", {"headers": KEY, "json": {"bill_ids": ["{bill_id}"]}}),
    ("get", "/payments/{payment_id}", {}),
    ("post", "/payments/{payment_id}/check", {}),
    ("post", "/payments/{payment_id}/cancel", {}),
    ("get", "/payments/{payment_id}/receipt", {}),
    ("post", "/payments/from-balance", {"headers": KEY, "json": {"bill_ids": ["{bill_id}"]}}),
    ("get", "/payments/{payment_id}/invoices", {}),
    ("post", "/payments/{payment_id}/invoices", {"json": {"title_kind": "person", "title": "林晓"}}),
    ("get", "/invoices/{invoice_id}", {}),
    ("get", "/rooms/{room_id}/arrears", {}),
    ("post", "/meters/{meter_id}/readings", {"json": {"value_milli": 1, "photo_id": "x"}}),
    ("post", "/rooms/{room_id}/promises", {"json": {"amount_fen": 100, "due_on": "2026-11-20"}}),
    ("get", "/letters/{letter_id}", {}),
    ("post", "/feedback", {"headers": KEY, "json": {"room_id": "{room_id}", "kind": "praise", "text": "保安师傅很热心"}}),
    ("get", "/feedback/{feedback_id}", {}),
    ("post", "/feedback/{feedback_id}/messages", {"headers": KEY, "json": {"text": "你好"}}),
    ("post", "/feedback/{feedback_id}/close", {"json": {"satisfaction": 5}}),
    ("get", "/rooms/{room_id}/balance", {}),
    ("get", "/rooms/{room_id}/balance/movements", {}),
    ("post", "/rooms/{room_id}/balance/top-ups", {"headers": KEY, "json": {"amount_fen": 10_000}}),
    ("put", "/rooms/{room_id}/balance/automatic", {"json": {"is_on": True}}),
]


def operations() -> set[tuple[str, str]]:
    paths = create_app().openapi()["paths"]
    return {(method, path) for path, methods in paths.items() for method in methods}


def test_every_route_has_its_case_here() -> None:
    known = PUBLIC | set(OWN) | {(method, path) for method, path, _ in FOREIGN}
    assert operations() == known


@pytest.fixture(scope="module")
def world(shared_world):
    return shared_world


@pytest.fixture(scope="module")
def things(world) -> dict[str, object]:
    """One thing of the owner of each kind."""
    cast = world.cast

    def build(uow):
        order = report(uow, cast.owner, category_id=cast.category.id, description="厨房水管漏水，已经关了总阀", room_id=cast.home.id)
        item = make.fee_item(uow, cast.estate)
        bill = make.bill(uow, cast.home, item, due_on=date(2099, 1, 1))
        payment = make.payment(uow, cast.owner, bill)
        notice = InboxItem(account_id=cast.owner.id, event="x", title={}, body={}, created_at=uow.now)
        uow.session.add(notice)
        invoice = EInvoice(
            number="FP-1", payment_id=payment.id, estate_id=cast.estate.id, title_kind=TitleKind.person, title="林晓", amount_fen=1,
            status=InvoiceStatus.issued, file=b"%PDF-", created_at=uow.now,
        )  # fmt: skip
        uow.session.add(invoice)
        letter = ArrearsStep(
            estate_id=cast.estate.id, room_id=cast.home.id, stage=Stage.letter, number="CG202611-0001", owed_fen=1, at=uow.now,
            content={"company": "x", "estate": "x", "room": "x", "phone": "x", "on": "2026-11-18", "rows": []},
        )  # fmt: skip
        uow.session.add(letter)
        quarter = Disclosure(
            estate_id=cast.estate.id, quarter_on=date(2026, 7, 1), status=DisclosureStatus.published, drafted_by=cast.finance.id,
            drafted_at=uow.now, published_by=cast.finance.id, published_at=uow.now,
        )  # fmt: skip
        uow.session.add(quarter)
        uow.session.get(Account, cast.stranger.id).openid = "openid-of-the-stranger"
        uow.flush()
        return {
            "order_id": order.id,
            "bill_id": bill.id,
            "payment_id": payment.id,
            "notice_id": notice.id,
            "invoice_id": invoice.id,
            "letter_id": letter.id,
            "disclosure_id": quarter.id,
            "meter_id": water_meter(uow, cast.finance, cast.home, {date(2026, 10, 1): 0}).id,
            "feedback_id": give_feedback(uow, cast.owner, room_id=cast.home.id, kind=FeedbackKind.praise, text="保安师傅很热心").id,
            "category_id": cast.category.id,
            "code": "A-1",
            "room_id": cast.home.id,
            "member_id": uow.session.scalar(select(col(RoomMember.id)).where(RoomMember.account_id == cast.tenant.id)),
        }

    made = world.do(build)
    upload = world.api.post("/media/uploads", json={"kind": "photo", "size_bytes": 3}, headers=world.signed_in("owner")).json()
    session = world.api.get("/me/sessions", headers=world.signed_in("owner")).json()["items"][0]
    return made | {"upload_id": upload["upload_id"], "session_id": session["id"]}


def filled(value, things):
    if isinstance(value, str) and value.startswith("{"):
        return things[value.strip("{}")]
    if isinstance(value, dict):
        return {key: filled(one, things) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, things) for one in value]
    return value


def ask(world, method, path, options, headers):
    extra = options.get("headers", {})
    rest = {key: value for key, value in options.items() if key != "headers"}
    return world.api.request(method, path, headers=headers | extra, **rest)


class TestStrangers:
    def test_without_a_token_every_private_route_answers_401(self, world, things) -> None:
        private = [(method, path, options) for (method, path), options in OWN.items()] + FOREIGN
        for method, path, options in private:
            for headers in ({}, {"authorization": "Bearer forged"}):
                answer = ask(world, method, path.format(**things), filled(options, things), headers)
                assert answer.status_code == 401, (method, path, answer.text)
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.headers["www-authenticate"] == "Bearer"

    def test_somebody_elses_things_do_not_exist_for_a_stranger(self, world, things) -> None:
        headers = world.signed_in("stranger")
        for method, path, options in FOREIGN:
            answer = ask(world, method, path.format(**things), filled(options, things), headers)
            assert answer.status_code == 404, (method, path, answer.status_code, answer.text)

    def test_a_stranger_changes_nothing(self, world, things) -> None:
        def seen(uow):
            order = uow.session.get(RepairOrder, things["order_id"])
            people = uow.session.exec(select(RoomMember.phone, RoomMember.to_on).where(RoomMember.room_id == things["room_id"])).all()
            return order.status, order.changed_at, uow.session.get(InboxItem, things["notice_id"]).read_at, sorted(people)

        before = world.do(seen)
        self.test_somebody_elses_things_do_not_exist_for_a_stranger(world, things)
        assert world.do(seen) == before

    def test_own_lists_of_a_stranger_hold_nothing_of_the_owner(self, world, things) -> None:
        headers = world.signed_in("stranger")
        for path in ("/repairs", "/bills", "/inbox", "/payments"):
            assert world.api.get(path, headers=headers).json()["items"] == [], path
        assert world.api.get("/bills/due", headers=headers).json()["total_fen"] == 0

    def test_the_owner_reaches_all_of_it(self, world, things) -> None:
        """The pair of the refusals: the same requests succeed for whom they belong to, so that no 404 above is a wrong path."""
        headers = world.signed_in("owner")
        for path in (
            "/repairs/{order_id}",
            "/bills/{bill_id}",
            "/payments/{payment_id}",
            "/invoices/{invoice_id}",
            "/rooms/{room_id}/members",
            "/rooms/{room_id}/balance",
            "/rooms/{room_id}/arrears",
            "/letters/{letter_id}",
            "/disclosures/{disclosure_id}",
            "/feedback/{feedback_id}",
            "/media/uploads/{upload_id}",
        ):
            assert world.api.get(path.format(**things), headers=headers).status_code == 200, path

    def test_a_payer_sees_bills_but_no_repairs(self, world, things) -> None:
        headers = world.signed_in("payer")
        assert world.api.get(f"/bills/{things['bill_id']}", headers=headers).status_code == 200
        assert world.api.get(f"/repairs/{things['order_id']}", headers=headers).status_code == 404

    def test_a_technician_has_no_bills_here(self, world, things) -> None:
        answer = world.api.get("/bills", headers=world.signed_in("worker"))
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

    def test_a_switched_off_account_is_nobody(self, world) -> None:
        headers = world.signed_in("tenant")
        world.do(lambda uow: setattr(uow.session.get(Account, world.cast.tenant.id), "is_active", False))
        assert world.api.get("/me", headers=headers).status_code == 401
