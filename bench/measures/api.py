"""Requests per second through the API beside a bare FastAPI route on the same PostgreSQL: reports, list pages, payment callbacks."""

import itertools
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, col, select

from bench import load, orders
from bench.bare_api import fill
from bench.plan import CALLBACKS_PER_RUN, CLIENTS, ORDERS, SECONDS, ratio, say
from bench.process import Server, free_port, serving
from bench.world import World, on_duty, small, world
from estate_app import db
from estate_app.access.models import SessionKind
from estate_app.billing.models import Bill, BillStatus, FeeItem
from estate_app.bulk import copy_rows, new_ids
from estate_app.db import UnitOfWork
from estate_app.payment.channel import Channel
from estate_app.payment.models import Payment, PaymentItem, PaymentStatus
from estate_app.payment.numbers import new_number
from estate_app.sandbox.book import Order
from estate_app.sandbox.config import MERCHANT_ID, SandboxConfig
from estate_app.sandbox.courier import Tamper
from estate_app.sandbox.keys import load_keys
from estate_app.sandbox.runtime import Sandbox
from estate_app.sandbox.wechat_pay import WechatPay

_PEOPLE = 100
_TEXT = "厨房水槽下面的水管漏水，已经关了总阀"
Requests = Callable[[], Iterator[bytes]]


def measure() -> dict[str, object]:
    """Drive both servers with the same generator for the same time, one worker each."""
    with world(small(technicians=30)) as site:
        on_duty(site.engine)
        homes = orders.homes(site.engine)[:_PEOPLE]
        say(f"  writing {ORDERS} orders")
        orders.add_orders(site.engine, ORDERS, prefix="BX", is_open=False)
        owners = fill(site.engine, ORDERS)
        people = [(home, site.token(home.phone, SessionKind.mini)) for home in homes]
        ours = {"reports": _reports(people, orders.leaf(site.engine)), "lists": _lists(people), "callbacks": _callbacks(site, homes)}
        insert, page = _bare_inserts(owners), _bare_pages(owners)
        figures: dict[str, object] = {"orders": ORDERS, "people": len(people), "seconds": SECONDS, **site.durability}
        limits = {"insert": _run(site, "bare", "insert", insert), "page": _run(site, "bare", "page", page)}
        for name, limit in (("reports", "insert"), ("lists", "page"), ("callbacks", "insert")):
            mine = _run(site, "ours", name, ours[name])
            figures[name] = {
                str(clients): mine[clients].row()
                | {
                    f"bare_{limit}": limits[limit][clients].row(),
                    "ratio": ratio(mine[clients].per_second, limits[limit][clients].per_second),
                    "cpu_ratio": ratio(mine[clients].cpu_ms, limits[limit][clients].cpu_ms),
                }
                for clients in CLIENTS
            }
        return figures


def _run(site: World, which: str, name: str, requests: Requests) -> dict[int, load.Result]:
    """One server, warmed up, under each number of clients."""
    with _server(site, which) as server:
        load.run(server.port, requests(), clients=4, seconds=min(1.0, SECONDS))
        found = {}
        for clients in CLIENTS:
            before = server.cpu_seconds()
            found[clients] = load.run(server.port, requests(), clients=clients, seconds=SECONDS)
            found[clients].cpu_seconds = server.cpu_seconds() - before
            say(f"  {which} {name}, {clients} clients: {found[clients].per_second:.0f}/s {dict(found[clients].statuses)}")
        return found


def _server(site: World, which: str) -> AbstractContextManager[Server]:
    port = free_port()
    # Each request names its own caller, as the trusted proxy in front does, so that the limit per address does not end the run.
    environment = site.environment | {"ESTATE_TRUSTED_PROXIES": "1", "ESTATE_SANDBOX": "true"}
    arguments = ["-m", "bench.serve", which, str(port)]
    return serving(arguments, port=port, ready="/readyz", log=site.folder / f"{which}.log", environment=environment)


def _headers(number: int, token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "X-Forwarded-For": f"10.0.{number // 250}.{number % 250 + 1}", "Accept-Language": "zh-CN"}


def _reports(people: list[tuple[orders.Home, str]], category: int) -> Requests:
    numbers = itertools.count(1)

    def requests() -> Iterator[bytes]:
        for number, (home, token) in itertools.cycle(enumerate(people)):
            body = json.dumps({"category_id": category, "room_id": home.room_id, "description": _TEXT}, ensure_ascii=False).encode()
            headers = _headers(number, token) | {"Content-Type": "application/json", "Idempotency-Key": f"bench-{next(numbers):08d}"}
            yield load.request_bytes("POST", "/mp/v1/repairs", headers, body)

    return requests


def _lists(people: list[tuple[orders.Home, str]]) -> Requests:
    made = [
        load.request_bytes("GET", f"/mp/v1/repairs?family=done&room_id={home.room_id}&limit=50", _headers(number, token))
        for number, (home, token) in enumerate(people)
    ]
    return lambda: itertools.cycle(made)


def _callbacks(site: World, homes: list[orders.Home]) -> Requests:
    """WeChat's notices of pending payments, signed and encrypted by the sandbox just before the run that uses them."""
    directory = site.folder / "var" / "sandbox"
    sandbox = Sandbox(SandboxConfig(directory=directory, port=0), load_keys(directory))
    vendor = WechatPay(sandbox)

    def requests() -> Iterator[bytes]:
        now = datetime.now(UTC).isoformat()
        made = []
        for number, amount_fen in db.run_in_uow(_pending, homes, CALLBACKS_PER_RUN):
            paid = Order("wechat", number, amount_fen, "物业费", "native", "", now, "", state="paid", paid_at=now, payer="o-bench")
            paid.transaction_id = f"42{secrets.randbelow(10**26):026d}"
            notice = vendor.payment_notice(paid, Tamper())
            headers = {**notice.headers, "X-Forwarded-For": "10.1.0.1"}
            made.append(load.request_bytes("POST", "/callbacks/wechat", headers, notice.body))
        return iter(made)

    return requests


def _pending(uow: UnitOfWork, homes: list[orders.Home], count: int) -> list[tuple[str, int]]:
    """Unpaid bills with a pending WeChat payment each: the numbers and amounts of the payments."""
    items = _items(uow.session)
    bill_ids, payment_ids = new_ids(uow.session, Bill, count), new_ids(uow.session, Payment, count)
    numbers = [f"{new_number('ZF', uow.now)[:-8]}{key:08d}" for key in payment_ids]
    picked = list(itertools.islice(itertools.cycle(homes), count))
    amount_fen = 25_088
    bills = [
        {"id": key, "number": f"BENCH-{key}", "estate_id": home.estate_id, "room_id": home.room_id, "fee_item_id": items[home.estate_id],
         "run_id": None, "period": date(2020, 1, 1), "due_on": date(2099, 1, 1), "status": BillStatus.unpaid, "amount_fen": amount_fen,
         "issued_at": uow.now}
        for key, home in zip(bill_ids, picked, strict=True)
    ]  # fmt: skip
    payments = [
        {"id": key, "number": number, "payer_id": home.account_id, "estate_id": home.estate_id, "room_id": home.room_id,
         "channel": Channel.wechat, "status": PaymentStatus.pending, "amount_fen": amount_fen, "created_at": uow.now,
         "expires_at": uow.now + timedelta(minutes=30),
         "cashier": {}, "merchant_id": MERCHANT_ID, "idempotency_key": number, "request_sha": "0" * 64}
        for key, number, home in zip(payment_ids, numbers, picked, strict=True)
    ]  # fmt: skip
    copy_rows(uow.session, Bill, bills)
    copy_rows(uow.session, Payment, payments)
    pairs = zip(payment_ids, bill_ids, strict=True)
    copy_rows(uow.session, PaymentItem, [{"payment_id": p, "bill_id": b, "amount_fen": amount_fen} for p, b in pairs])
    return [(number, amount_fen) for number in numbers]


def _items(session: Session) -> dict[int, int]:
    rows = session.execute(select(FeeItem.estate_id, FeeItem.id).order_by(col(FeeItem.id).desc()))
    return dict(rows.tuples().all())


def _bare_inserts(owners: int) -> Requests:
    def requests() -> Iterator[bytes]:
        for number in itertools.count():
            row = {"owner": number % owners, "title": f"WX{number}", "body": _TEXT, "state": "submitted", "at": "2026-11-18T02:58:00Z"}
            yield load.request_bytes("POST", "/rows", {"Content-Type": "application/json"}, json.dumps(row, ensure_ascii=False).encode())

    return requests


def _bare_pages(owners: int) -> Requests:
    made = [load.request_bytes("GET", f"/rows?owner={owner}") for owner in range(owners)]
    return lambda: itertools.cycle(made)
