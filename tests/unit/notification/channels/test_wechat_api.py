"""The mini-program server API and subscribe messages, against the sandbox on a real socket."""

from collections.abc import Iterator

import pytest

from estate_app.notification.channels.contract import ChannelError, Message
from estate_app.notification.channels.wechat_api import WechatApi, WechatApiError, WechatApiUnavailableError, WechatPhone
from estate_app.notification.channels.wechat_subscribe import WechatSubscribe, fit_fields
from tests.fixtures.sandbox import RunningSandbox

TEMPLATE = "2bHgRkq9mWvQ4nD0cJt7xYzL5sAeU1oPfIi8wKrTgVb"
FIELDS = {"character_string1": "WX20261118001", "thing2": "厨房顶部漏水", "phrase3": "已派单"}


@pytest.fixture
def api(sandbox: RunningSandbox) -> Iterator[WechatApi]:
    mini = sandbox.credentials.mini_program
    client = WechatApi(mini.app_id, mini.secret, base_url=mini.base_url)
    yield client
    client.close()


def grant(sandbox: RunningSandbox, openid: str, count: int = 1) -> None:
    content = {"openid": openid, "template_id": TEMPLATE, "count": count}
    sandbox.http.post("/control/grants", json=content).raise_for_status()


def test_a_person_has_one_openid_and_each_code_works_once(api: WechatApi):
    first = api.identify("demo-zhangwei.1")
    assert api.identify("demo-zhangwei.2") == first
    assert api.identify("demo-lina").openid != first.openid
    with pytest.raises(WechatApiError) as caught:
        api.identify("demo-zhangwei.1")
    assert (caught.value.code, caught.value.is_login_refused) == (40163, True)


def test_an_unknown_code_and_a_wrong_secret_are_told_apart(sandbox: RunningSandbox, api: WechatApi):
    with pytest.raises(WechatApiError) as caught:
        api.identify("033abc")
    assert (caught.value.code, caught.value.is_login_refused) == (40029, True)
    impostor = WechatApi(sandbox.credentials.mini_program.app_id, "wrong", base_url=sandbox.url)
    with pytest.raises(WechatApiError) as caught:
        impostor.identify("demo-zhangwei")
    impostor.close()
    assert (caught.value.code, caught.value.is_login_refused) == (40125, False)


def test_a_phone_code_gives_the_number_once(api: WechatApi):
    assert api.phone_of("phone-13812345678") == WechatPhone("86", "13812345678")
    with pytest.raises(WechatApiError) as caught:
        api.phone_of("phone-13812345678")
    assert caught.value.code == 40163


def test_one_agreement_lets_one_message_through(sandbox: RunningSandbox, api: WechatApi):
    openid = api.identify("demo-zhangwei").openid
    grant(sandbox, openid)
    channel = WechatSubscribe(api)
    message = Message(openid, template=TEMPLATE, fields=FIELDS, page="pages/repair/detail?id=1")
    sent = channel.send(message)
    assert sent.external_id.isdigit()
    (received,) = sandbox.http.get("/control/messages", params={"to": openid}).json()
    assert (received["data"], received["page"]) == (FIELDS, "pages/repair/detail?id=1")
    with pytest.raises(ChannelError) as caught:
        channel.send(message)
    assert (caught.value.code, caught.value.permanent) == ("43101", True)


def test_a_field_that_the_template_does_not_take_is_a_permanent_failure(sandbox: RunningSandbox, api: WechatApi):
    openid = api.identify("demo-zhangwei").openid
    grant(sandbox, openid)
    with pytest.raises(ChannelError) as caught:
        WechatSubscribe(api).send(Message(openid, template=TEMPLATE, fields={"number1": "三"}))
    assert (caught.value.code, caught.value.permanent) == ("47003", True)


def test_a_token_that_another_server_replaced_is_renewed_once(sandbox: RunningSandbox, api: WechatApi):
    openid = api.identify("demo-zhangwei").openid
    grant(sandbox, openid, 2)
    channel = WechatSubscribe(api)
    channel.send(Message(openid, template=TEMPLATE, fields=FIELDS))
    sandbox.http.post("/control/expire-token").raise_for_status()
    channel.send(Message(openid, template=TEMPLATE, fields=FIELDS))
    assert len(sandbox.http.get("/control/messages", params={"to": openid}).json()) == 2


def test_the_token_is_kept_and_renewed_before_it_ends(sandbox: RunningSandbox):
    mini = sandbox.credentials.mini_program
    moment = [0.0]
    api = WechatApi(mini.app_id, mini.secret, base_url=mini.base_url, monotonic=lambda: moment[0])
    api.phone_of("phone-13812345678.1")
    sandbox.plan("http_5xx", channel="mini_program")
    moment[0] = 6_899.0
    with pytest.raises(WechatApiUnavailableError):
        api.phone_of("phone-13812345678.2")  # the fault strikes the call itself: no token was fetched
    sandbox.plan("http_5xx", channel="mini_program")
    moment[0] = 6_900.0
    with pytest.raises(WechatApiUnavailableError):
        api.phone_of("phone-13812345678.3")  # the fault strikes the renewal: the phone code is still unused
    assert api.phone_of("phone-13812345678.3").number == "13812345678"
    api.close()


def test_fields_are_cut_to_what_their_kind_allows():
    long = "卫生间吊顶上方水管接头持续渗水并已影响楼下住户"
    fitted = fit_fields(
        {"thing1": long, "phrase2": "维修 in progress 进行中啦", "character_string3": "单号 A-1", "name4": "王建国7", "thing5": " "}
    )
    assert fitted == {
        "thing1": "卫生间吊顶上方水管接头持续渗水并已影响…",
        "phrase2": "维修进行中",
        "character_string3": "A-1",
        "name4": "王建国",
        "thing5": "无",
    }
    assert len(fitted["thing1"]) <= 20
