"""Statements and bank lists posted by the page's form: taken from finance, refused from others, never a 500 for a bad file."""

from datetime import timedelta

import pytest
from sqlmodel import select

from estate_app.access.models import SessionKind
from estate_app.kit.clock import business_date, utc_now
from estate_app.payment.channel import Channel
from estate_app.payment.gateway_registry import merchant
from estate_app.payment.reconciliation.models import BankArrival, ReconciliationRun
from estate_app.web.client import COOKIE
from tests.service.payment.reconciliation.test_arrivals import BANK
from tests.service.payment.reconciliation.test_service import bill

ORIGIN = {"origin": "http://localhost:3000"}
DAY = business_date(utc_now()) - timedelta(days=1)


@pytest.fixture(scope="module")
def world(shared_world):
    return shared_world


def send(world, name: str, path: str, content: bytes, *, headers=ORIGIN, **fields):
    world.web.cookies.clear()
    cookie = {"cookie": f"{COOKIE}={world.token(name, SessionKind.browser)}"} if name else {}
    return world.web.post(f"/reconciliation/{path}", files={"file": ("f.csv", content)}, data=fields, headers=headers | cookie, follow_redirects=False)  # fmt: skip


def statement(world, name="finance", content=None, **changes):
    good = bill(("ZF00000001", "4200000001", "100.00"), day=DAY, merchant=merchant(Channel.wechat).merchant_id)
    fields = {"channel": "wechat", "day": DAY.isoformat()} | changes
    return send(world, name, "statement", good if content is None else content, **fields)


def runs(world):
    return world.do(lambda uow: [(r.status.value, r.problem) for r in uow.session.exec(select(ReconciliationRun))])


def test_strangers_other_sites_and_bad_files_are_refused_and_finance_is_taken_back_to_the_page(world):
    assert statement(world, "").status_code == 401
    assert [statement(world, name).status_code for name in ("owner", "worker", "cashier", "auditor")] == [403] * 4
    assert send(world, "finance", "statement", b"x", headers={"origin": "http://evil.example"}).status_code == 403
    assert (statement(world, channel="paypal").status_code, statement(world, day="yesterday").status_code) == (422, 422)
    assert runs(world) == []
    assert statement(world, content=b"not a statement").status_code == 422
    assert runs(world) == [("refused", "not_a_statement")]
    answer = statement(world)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/manage/reconciliation?on={DAY.isoformat()}&channel=wechat")
    assert runs(world) == [("done", "")]


def test_a_banks_list_is_taken_once_and_refused_whole(world):
    estate = str(world.cast.estate.id)
    assert send(world, "auditor", "arrivals", BANK.encode(), estate=estate).status_code == 403
    assert send(world, "finance", "arrivals", BANK.replace("500.00", "五百").encode(), estate=estate).status_code == 422
    assert send(world, "finance", "arrivals", BANK.encode(), estate="x").status_code == 422
    assert send(world, "finance", "arrivals", BANK.encode(), estate=str(world.cast.other_estate.id)).status_code == 404
    assert world.do(lambda uow: uow.session.exec(select(BankArrival)).all()) == []
    for _ in range(2):
        assert send(world, "finance", "arrivals", BANK.encode(), estate=estate).status_code == 303
    assert len(world.do(lambda uow: uow.session.exec(select(BankArrival)).all())) == 2
