"""The way to a vendor's cashier and back through plain HTTP, and who may go it."""

import re
from datetime import timedelta

import pytest

from estate_app.access.models import SessionKind
from estate_app.payment.channel import Channel
from estate_app.payment.models import Payment, PaymentStatus
from estate_app.web.client import COOKIE
from tests.fixtures.money import home_bill


@pytest.fixture(scope="module")
def world(shared_world):
    return shared_world


@pytest.fixture(scope="module")
def bill(world):
    return world.do(lambda uow: home_bill(uow, world.cast))


def go(world, payment_id, name="owner"):
    world.web.cookies.clear()
    headers = {"cookie": f"{COOKIE}={world.token(name, SessionKind.browser)}"} if name else {}
    return world.web.get(f"/go/pay/{payment_id}", headers=headers)


def payment(world, bill, number, *, status=PaymentStatus.pending, **cashier) -> int:
    def make(uow):
        row = Payment(
            number=f"ZF2026{number:010d}", payer_id=world.cast.owner.id, estate_id=bill.estate_id, room_id=bill.room_id,
            channel=Channel.unionpay, method="gateway", amount_fen=24_920, status=status, created_at=uow.now,
            expires_at=uow.now + timedelta(minutes=30), idempotency_key=f"k{number}", request_sha="", cashier=cashier,
        )  # fmt: skip
        uow.session.add(row)
        uow.flush()
        return row.id

    return world.do(make)


def test_an_address_is_followed(world, bill):
    answer = go(world, payment(world, bill, 1, redirect_url="https://openapi.alipay.com/gateway.do?a=1"))
    assert (answer.status_code, answer.headers["location"]) == (303, "https://openapi.alipay.com/gateway.do?a=1")


def test_a_form_is_posted_by_the_browser_with_every_field_escaped_and_to_no_other_origin(world, bill):
    fields = {"signature": 'a+/="><script>', "orderId": "P1"}
    answer = go(world, payment(world, bill, 2, redirect_url="https://gateway.95516.com/gateway/api/frontTransReq.do", form_fields=fields))
    assert answer.status_code == 200
    assert 'action="https://gateway.95516.com/gateway/api/frontTransReq.do"' in answer.text
    assert 'name="signature" value="a+/=&quot;&gt;&lt;script&gt;"' in answer.text
    assert len(re.findall("<script", answer.text)) == 1
    policy = answer.headers["content-security-policy"]
    assert "form-action https://gateway.95516.com" in policy
    assert "default-src 'none'" in policy


def test_what_has_ended_or_was_never_opened_leads_to_its_page(world, bill):
    ended = payment(world, bill, 3, status=PaymentStatus.closed, redirect_url="https://openapi.alipay.com/x")
    for payment_id in (ended, payment(world, bill, 4), payment(world, bill, 5, redirect_url="javascript:alert(1)")):
        assert go(world, payment_id).headers["location"] == f"/pay/{payment_id}"


def test_nobody_else_gets_to_a_payments_cashier(world, bill):
    payment_id = payment(world, bill, 6, redirect_url="https://openapi.alipay.com/x")
    for name in ("stranger", "tenant", "finance", "worker"):
        assert go(world, payment_id, name).status_code in {403, 404}
    assert go(world, payment_id, None).status_code == 401
    for odd in ("0", "99999999999999999999999", "x", "-1", "１"):
        assert go(world, odd).status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_vendor_sends_the_browser_back_by_get_or_post_and_what_it_carries_is_dropped(world, method):
    answer = world.web.request(method, "/return/88?trade_no=1", data={"respCode": "00"} if method == "POST" else None)
    assert (answer.status_code, answer.headers["location"]) == (303, "/pay/88/result")
    assert world.web.request(method, "/return/x").status_code == 404
