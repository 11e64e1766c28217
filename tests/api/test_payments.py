"""Paying through the API: one payment for one key, the parameters of the phone, the outcome, the receipt."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from estate_app.access.actor import SYSTEM
from estate_app.access.models import Account
from estate_app.billing.late_fee_policies import add_policy
from estate_app.billing.models import Bill
from estate_app.kit.clock import business_date
from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.stops import end_stop, stop_payments
from tests.fixtures.money import MemoryGateway, home_bill, vendor

_codes = count(1)
JSAPI = {"timeStamp": "1763434680", "nonceStr": "n", "package": "prepay_id=wx1", "signType": "RSA", "paySign": "s"}


@pytest.fixture(scope="module")
def world(shared_world):
    return shared_world


@pytest.fixture
def wechat(monkeypatch):
    """A vendor in memory that answers a phone as WeChat does."""
    real = MemoryGateway.create

    def create(self, request):
        created = real(self, request)
        return replace(created, jsapi_parameters=JSAPI) if request.way is PayWay.jsapi else created

    monkeypatch.setattr(MemoryGateway, "create", create)
    with vendor() as gateway:
        yield gateway


@pytest.fixture
def bill_id(world) -> int:
    """An issued bill of an item of its own."""
    code = f"p{next(_codes)}"

    def build(uow):
        uow.session.get(Account, world.cast.owner.id).openid = "openid-of-the-owner"
        return home_bill(uow, world.cast, code=code).id

    return world.committed.run(build)


def start(world, bill_id, key, name="owner"):
    return world.api.post("/payments", json={"bill_ids": [bill_id]}, headers=world.signed_in(name) | {"idempotency-key": key})


class TestStart:
    def test_the_phone_gets_what_it_needs_and_the_same_key_the_same_payment(self, world, wechat, bill_id) -> None:
        first, again = start(world, bill_id, "key-of-first"), start(world, bill_id, "key-of-first")
        assert (first.status_code, first.json()["jsapi"]) == (201, JSAPI)
        assert first.json()["payment"]["status"] == "pending"
        assert again.json()["payment"]["id"] == first.json()["payment"]["id"]
        assert wechat.calls == ["create"]

    def test_the_same_key_for_other_bills_is_refused(self, world, wechat, bill_id) -> None:
        start(world, bill_id, "key-of-conflict")
        other = world.api.post(
            "/payments",
            json={"bill_ids": [bill_id, bill_id + 10_000]},
            headers=world.signed_in("owner") | {"idempotency-key": "key-of-conflict"},
        )
        assert (other.status_code, other.json()["code"]) == (409, "conflict")

    def test_an_unreachable_vendor_loses_nothing(self, world, wechat, bill_id) -> None:
        wechat.is_silent = True
        assert start(world, bill_id, "key-of-silence").status_code == 503
        wechat.is_silent = False
        assert start(world, bill_id, "key-of-silence").status_code == 201

    @pytest.mark.parametrize("bills", [[], [0], [-1], ["x"], [1] * 101])
    def test_a_list_of_bills_must_be_one(self, world, bills) -> None:
        headers = world.signed_in("owner") | {"idempotency-key": "key-of-nothing"}
        assert world.api.post("/payments", json={"bill_ids": bills}, headers=headers).status_code == 422


class TestQuote:
    def ask(self, world, *bills, name="owner"):
        return world.api.post("/payments/quote", json={"bill_ids": bills}, headers=world.signed_in(name))

    def test_it_says_what_a_payment_would_come_to_and_starts_nothing(self, world, wechat, bill_id) -> None:
        quote = self.ask(world, bill_id).json()
        assert ([bill["id"] for bill in quote["bills"]], quote["total_fen"]) == ([bill_id], 24_920 + quote["accrued_fen"])
        assert (quote["paying_ids"], wechat.calls) == ([], [])
        assert self.ask(world, bill_id, name="stranger").status_code == 404

    def test_a_late_bill_asks_for_its_late_fee_too_as_the_payment_then_does(self, world, wechat, bill_id) -> None:
        def let_it_be_late(uow):
            bill = uow.session.get(Bill, bill_id)
            bill.due_on = business_date(uow.now) - timedelta(days=10)
            first = business_date(uow.now) - timedelta(days=20)
            add_policy(uow, SYSTEM, estate_id=bill.estate_id, starts_on=first, rate_ppb=500_000, fee_item_id=bill.fee_item_id)

        world.do(let_it_be_late)
        quote = self.ask(world, bill_id).json()
        assert quote["accrued_fen"] > 0
        made = start(world, bill_id, "key-of-late-fee").json()
        assert made["payment"]["amount_fen"] == quote["total_fen"] == 24_920 + quote["accrued_fen"]

    def test_a_bill_that_is_being_paid_leads_to_its_payment(self, world, wechat, bill_id) -> None:
        payment = start(world, bill_id, "key-of-underway").json()["payment"]
        quote = self.ask(world, bill_id).json()
        assert (quote["paying_ids"], quote["total_fen"]) == ([payment["id"]], 0)


class TestDispute:
    def test_a_doubted_bill_rests_and_cannot_be_paid(self, world, wechat, bill_id) -> None:
        path, headers = f"/bills/{bill_id}/dispute", world.signed_in("owner")
        assert world.api.post(path, json={"reason": ""}, headers=headers).status_code == 422
        doubted = world.api.post(path, json={"reason": "面积不对"}, headers=headers)
        assert (doubted.status_code, doubted.json()["bill"]["status"]) == (200, "disputed")
        assert world.api.post(path, json={"reason": "面积不对"}, headers=headers).status_code == 409
        assert start(world, bill_id, "key-of-dispute").status_code == 409


class TestOutcome:
    def test_paid_once_confirmed_by_the_vendor_then_the_receipt_is_there(self, world, wechat, bill_id) -> None:
        payment = start(world, bill_id, "key-of-paid").json()["payment"]
        path, headers = f"/payments/{payment['id']}", world.signed_in("owner")
        assert world.api.get(f"{path}/receipt", headers=headers).status_code == 404
        wechat.pay(payment["number"])
        checked = world.api.post(f"{path}/check", headers=headers).json()
        assert (checked["payment"]["status"], checked["bills"][0]["bill"]["owed_fen"]) == ("paid", 0)
        receipt = world.api.get(f"{path}/receipt", headers=headers)
        assert (receipt.status_code, receipt.content[:5]) == (200, b"%PDF-")
        assert world.api.get(f"/bills/{bill_id}", headers=headers).json()["bill"]["status"] == "paid"
        assert world.api.get("/payments", headers=world.signed_in("tenant")).json()["items"][0]["status"] == "paid"
        shown = {
            state: world.api.get("/payments", params={"state": state}, headers=headers).json()["items"] for state in ("paid", "failed")
        }
        assert ({one["status"] for one in shown["paid"]}, shown["failed"]) == ({"paid"}, [])

    def test_given_up_it_is_closed_and_the_bill_can_be_paid_anew(self, world, wechat, bill_id) -> None:
        payment = start(world, bill_id, "key-of-cancel").json()["payment"]
        gone = world.api.post(f"/payments/{payment['id']}/cancel", headers=world.signed_in("owner"))
        assert (gone.status_code, gone.json()["payment"]["status"]) == (200, "closed")
        assert start(world, bill_id, "key-of-second").json()["payment"]["id"] != payment["id"]

    def test_another_member_sees_the_payment_but_not_the_way_to_pay_it(self, world, wechat, bill_id) -> None:
        payment = start(world, bill_id, "key-of-member").json()["payment"]
        seen = world.api.get(f"/payments/{payment['id']}", headers=world.signed_in("tenant"))
        assert (seen.status_code, seen.json()["jsapi"]) == (200, None)
        assert world.api.post(f"/payments/{payment['id']}/cancel", headers=world.signed_in("tenant")).status_code == 404


def test_the_open_ways_to_pay_are_listed_and_only_wechat_is_paid_here(world, wechat):
    def channels(name):
        return world.api.get("/payment-channels", headers=world.signed_in(name))

    before = channels("owner").json()
    assert {"channel": "wechat", "name": "WeChat Pay", "is_here": True} in before
    assert all(not way["is_here"] for way in before if way["channel"] != "wechat")
    stop = world.committed.run(stop_payments, world.cast.finance, reason="x", estate_id=world.cast.estate.id, channel=Channel.wechat)
    assert [way["channel"] for way in channels("owner").json()] == [way["channel"] for way in before if way["channel"] != "wechat"]
    assert channels("stranger").json() == before
    world.committed.run(end_stop, world.cast.finance, stop_id=stop.id)
    assert channels("worker").status_code == 403
