"""Text messages through Twilio's wire format, against the sandbox on a real socket."""

from urllib.parse import parse_qsl

import pytest

from estate_app.notification.channels.contract import ChannelError, Message
from estate_app.notification.channels.sms_twilio import SmsCallbackRejectedError, SmsStatus, TwilioSms, e164
from tests.fixtures.sandbox import Merchant, RunningSandbox


def carrier(sandbox: RunningSandbox, **options: object) -> TwilioSms:
    twilio = sandbox.credentials.twilio
    arguments = {"auth_token": twilio.auth_token, "sender": twilio.from_number, "base_url": sandbox.url} | options
    return TwilioSms(twilio.account_sid, **arguments)


def test_a_text_arrives_with_its_number_and_words(sandbox: RunningSandbox):
    sent = carrier(sandbox).send(Message("138 1234-5678", text="【翠湖花园】验证码 246810，5 分钟内有效"))
    (message,) = sandbox.http.get("/control/messages", params={"to": "+8613812345678"}).json()
    assert (message["sid"], message["body"]) == (sent.external_id, "【翠湖花园】验证码 246810，5 分钟内有效")
    assert message["from"] == sandbox.credentials.twilio.from_number
    assert "验证码 246810" in sandbox.http.get("/messages").text


def test_a_messaging_service_is_named_instead_of_a_number(sandbox: RunningSandbox):
    service = "MG" + "0" * 32
    carrier(sandbox, sender=service).send(Message("+8613812345678", text="账单已出"))
    (message,) = sandbox.http.get("/control/messages").json()
    assert (message["from"], message["service"]) == ("", service)


def test_a_number_that_cannot_exist_is_a_permanent_failure(sandbox: RunningSandbox):
    with pytest.raises(ChannelError) as caught:
        carrier(sandbox).send(Message("+15005550001", text="x"))
    assert (caught.value.code, caught.value.permanent) == ("21211", True)
    assert sandbox.http.get("/control/messages").json() == []


@pytest.mark.parametrize("number", ["", "110", "电话", "+", "0571-88888888", "138123456789"])
def test_what_is_no_mobile_number_never_leaves_this_machine(number: str):
    with pytest.raises(ChannelError) as caught:
        e164(number)
    assert caught.value.permanent


def test_wrong_credentials_may_be_mended_and_are_tried_again(sandbox: RunningSandbox):
    with pytest.raises(ChannelError) as caught:
        carrier(sandbox, auth_token="wrong").send(Message("+8613812345678", text="x"))
    assert (caught.value.code, caught.value.permanent) == ("20003", False)


def test_an_outage_and_silence_are_tried_again(sandbox: RunningSandbox):
    sandbox.plan("http_5xx", channel="sms")
    with pytest.raises(ChannelError) as caught:
        carrier(sandbox).send(Message("+8613812345678", text="x"))
    assert not caught.value.permanent
    with pytest.raises(ChannelError) as caught:
        carrier(sandbox, base_url="http://127.0.0.1:9").send(Message("+8613812345678", text="x"))
    assert (caught.value.code, caught.value.permanent) == ("", False)


def test_the_status_callback_is_signed_and_a_forged_one_is_refused(sandbox: RunningSandbox, merchant: Merchant):
    url = f"{merchant.url}/sms/status"
    sms = carrier(sandbox, status_callback_url=url)
    sent = sms.send(Message("+8613812345678", text="x"))
    notices = [merchant.next(), merchant.next()]
    read = [sms.read_status(url, dict(parse_qsl(n.body.decode())), n.headers["X-Twilio-Signature"]) for n in notices]
    assert read == [SmsStatus(sent.external_id, "sent", ""), SmsStatus(sent.external_id, "delivered", "")]
    form = dict(parse_qsl(notices[0].body.decode())) | {"MessageStatus": "failed"}
    with pytest.raises(SmsCallbackRejectedError):
        sms.read_status(url, form, notices[0].headers["X-Twilio-Signature"])
