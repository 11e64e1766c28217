"""Callbacks under faults: the merchant sees exactly what the fault promises, and a restart loses nothing."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from estate_app.payment.channel import PayWay
from estate_app.payment.gateways.contract import ChannelState, PaymentRequest
from estate_app.payment.gateways.wechat import WechatGateway
from estate_app.sandbox.app import create_sandbox, make_server
from estate_app.sandbox.config import SandboxConfig, SandboxRefusedError
from estate_app.sandbox.keys import KEY_FILE, load_keys
from tests.fixtures.sandbox import START, Clock, Merchant, RunningSandbox, run_sandbox, shared_keys_directory


def open_order(sandbox: RunningSandbox, merchant: Merchant, order_no: str) -> WechatGateway:
    gateway = WechatGateway(sandbox.credentials.wechat)
    gateway.create(PaymentRequest(order_no, START, 500, "停车费", PayWay.native, f"{merchant.url}/pay", START + timedelta(minutes=30)))
    return gateway


def arrived(gateway: WechatGateway, merchant: Merchant) -> tuple[str, str]:
    notice = merchant.next()
    event = gateway.read_callback(notice.headers, notice.body, START)
    return event.order_no, event.external_id


def test_a_duplicate_comes_twice_under_one_event_number(sandbox: RunningSandbox, merchant: Merchant):
    sandbox.plan("duplicate")
    gateway = open_order(sandbox, merchant, "ORDER0001")
    sandbox.pay("ORDER0001")
    assert arrived(gateway, merchant) == arrived(gateway, merchant)


def test_a_late_callback_waits_until_it_is_let_go(sandbox: RunningSandbox, merchant: Merchant):
    sandbox.plan("late")
    gateway = open_order(sandbox, merchant, "ORDER0001")
    open_order(sandbox, merchant, "ORDER0002")
    sandbox.pay("ORDER0001")
    sandbox.pay("ORDER0002")
    assert arrived(gateway, merchant)[0] == "ORDER0002"
    assert merchant.received.empty()
    sandbox.http.post("/control/deliver").raise_for_status()
    assert arrived(gateway, merchant)[0] == "ORDER0001"


def test_out_of_order_lets_the_next_one_pass(sandbox: RunningSandbox, merchant: Merchant):
    sandbox.plan("out_of_order")
    gateway = open_order(sandbox, merchant, "ORDER0001")
    open_order(sandbox, merchant, "ORDER0002")
    sandbox.pay("ORDER0001")
    sandbox.pay("ORDER0002")
    assert [arrived(gateway, merchant)[0] for _ in range(2)] == ["ORDER0002", "ORDER0001"]


def test_a_lost_callback_never_comes_but_the_money_is_there(sandbox: RunningSandbox, merchant: Merchant):
    sandbox.plan("lost")
    gateway = open_order(sandbox, merchant, "ORDER0001")
    open_order(sandbox, merchant, "ORDER0002")
    sandbox.pay("ORDER0001")
    sandbox.pay("ORDER0002")
    assert arrived(gateway, merchant)[0] == "ORDER0002"
    sandbox.http.post("/control/deliver").raise_for_status()
    assert merchant.received.empty()
    ref = PaymentRequest("ORDER0001", START, 500, "", PayWay.native, "", START).ref
    assert gateway.query(ref).state is ChannelState.paid


def test_a_refusing_merchant_is_asked_again_until_it_takes_the_message(sandbox: RunningSandbox, merchant: Merchant):
    for status in (500, 403):
        merchant.answers.put((status, b""))
    gateway = open_order(sandbox, merchant, "ORDER0001")
    sandbox.pay("ORDER0001")
    assert len({arrived(gateway, merchant) for _ in range(3)}) == 1
    tries = sandbox.http.get("/control/callbacks").json()
    assert [entry["status"] for entry in tries][:2] == [500, 403]


def test_a_restart_keeps_orders_and_sends_what_was_not_taken(tmp_path: Path, merchant: Merchant):
    directory = tmp_path / "sandbox"
    merchant.answers.put((500, b""))
    with run_sandbox(directory, time_scale=1.0) as sandbox:
        gateway = open_order(sandbox, merchant, "ORDER0001")
        sandbox.pay("ORDER0001")
        first = arrived(gateway, merchant)
    with run_sandbox(directory) as sandbox:
        assert arrived(WechatGateway(sandbox.credentials.wechat), merchant) == first
        order = sandbox.http.get("/control/orders/wechat/ORDER0001").json()
        assert (order["state"], order["amount_fen"]) == ("paid", 500)


def test_past_payments_are_known_to_queries_and_statements(sandbox: RunningSandbox):
    paid_at = START - timedelta(days=3)
    payment = {
        "channel": "wechat",
        "order_no": "OLD0000001",
        "transaction_id": "4200001111202611150000000001",
        "amount_fen": 12_345,
        "paid_at": paid_at.isoformat(),
        "description": "物业费",
    }
    assert sandbox.http.post("/control/past-payments", json=[payment, payment]).json() == {"added": 1}
    statement = WechatGateway(sandbox.credentials.wechat).download_statement(paid_at.date())
    assert [(row.order_no, row.amount_fen, row.traded_at) for row in statement.rows] == [("OLD0000001", 12_345, paid_at)]


def test_the_keys_are_made_once_and_are_for_the_owner_alone(tmp_path: Path):
    first = load_keys(tmp_path / "made")
    assert load_keys(tmp_path / "made") == first
    assert stat.S_IMODE((tmp_path / "made" / KEY_FILE).stat().st_mode) == 0o600
    assert first.wechat_apiv3_key != load_keys(shared_keys_directory()).wechat_apiv3_key


def test_the_sandbox_does_not_start_in_production(tmp_path: Path):
    with pytest.raises(SandboxRefusedError):
        create_sandbox(SandboxConfig(tmp_path / "never", port=0, production=True))
    assert not (tmp_path / "never").exists()


def test_the_sandbox_listens_on_this_machine_only():
    server = make_server(SandboxConfig(shared_keys_directory(), port=0, now=Clock()))
    assert server.config.host == "127.0.0.1"
