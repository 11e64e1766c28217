"""The mini-program in Chromium: what a resident settles under "me" (people, password, tips, promises, own data, alerts) and at a label."""

import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from estate_app.demo.accounts import PASSWORD
from estate_app.kit.clock import business_date
from tests.browser.conftest import PATIENCE_MS, Site
from tests.browser.phone import OWNER, NewPhone, Phone, host, phone, scalar, sign_in

__all__ = ["host", "phone"]
expect.set_options(timeout=PATIENCE_MS)
NEWCOMER = "13911117777"


def pick(phone: Phone, label: str, value: str) -> None:
    """Choose in one of WeChat's wheels."""
    phone.page.evaluate("(value) => { window.wechat.ask = async () => value; }", value)
    phone.here(f"[aria-label='{label}']").tap()


def agree(phone: Phone) -> None:
    """Answer a question with its last button."""
    phone.page.locator("#layer button").last.tap()


def in_days(days: int) -> str:
    return (business_date(datetime.now(UTC)) + timedelta(days=days)).isoformat()


def switch(phone: Phone, label: str) -> None:
    phone.here(f"switch[aria-label='{label}'] input").tap()


def test_an_owner_invites_a_tenant_who_signs_in_and_is_ended_again(site, phone: NewPhone) -> None:
    mine = phone("lin-people")
    sign_in(mine)
    mine.tab("我的")
    mine.tap("房屋与家人")
    mine.tap("家人、租客与代缴人")
    mine.sees("林晓雯（我）")
    mine.tap("邀请成员")
    mine.tap("发出邀请")
    mine.sees("请输入姓名")
    mine.sees("请输入 11 位手机号")
    mine.here("[aria-label='姓名']").fill("周新")
    mine.here("[aria-label='手机号']").fill(NEWCOMER)
    mine.tap("租客")
    mine.tap("发出邀请")
    mine.sees("租客请选择租期最后一天")
    pick(mine, "最后一天", in_days(200))
    # A proxy's page instead of the server's answer: a sentence, and what was typed is there still.
    mine.page.route("**/members", lambda route: route.fulfill(body="<html>proxy</html>", content_type="text/html"), times=1)
    mine.tap("发出邀请")
    expect(mine.page.locator(".toast")).to_contain_text("服务器的回应无法识别")
    expect(mine.here("[aria-label='姓名']")).to_have_value("周新")
    mine.tap("发出邀请")
    mine.sees("用该手机号登录后即可看到")
    entry = "SELECT count(*) FROM room_member WHERE phone = :phone AND to_on = :day AND relation = 'tenant'"
    assert scalar(site, entry, phone=NEWCOMER, day=in_days(200)) == 1

    theirs = phone("zhou-new", number=NEWCOMER)
    sign_in(theirs)
    theirs.tab("我的")
    theirs.tap("房屋与家人")
    theirs.tap("家人、租客与代缴人")
    theirs.sees("只有业主可以邀请或结束成员")
    expect(theirs.here("picker")).to_have_count(0)

    pick(mine, "结束周新的成员关系", in_days(0))
    agree(mine)
    expect(mine.page.locator(".toast").last).to_contain_text("次日起不再看到这套房屋")
    assert scalar(site, entry, phone=NEWCOMER, day=in_days(0)) == 1


def test_a_password_is_changed_with_the_old_one_and_what_was_typed_outlives_a_mistake(site, phone: NewPhone) -> None:
    mine = phone("lin-password")
    sign_in(mine)
    mine.tab("我的")
    mine.tap("登录密码")
    for label, words in (("原密码", "not-it"), ("新密码", "river-stone-42"), ("再次输入新密码", "river-stone-43")):
        mine.here(f"[aria-label='{label}']").fill(words)
    mine.tap("保存密码")
    mine.sees("两次输入的密码不一致")
    mine.here("[aria-label='再次输入新密码']").fill("river-stone-42")
    mine.tap("保存密码")
    expect(mine.here(".wrong-words")).to_be_visible()
    expect(mine.here("[aria-label='新密码']")).to_have_value("river-stone-42")
    mine.here("[aria-label='原密码']").fill(PASSWORD)
    mine.tap("保存密码")
    expect(mine.page.locator(".toast").last).to_contain_text("密码已保存")
    body = f'{{"phone": "{OWNER}", "password": "river-stone-42"}}'.encode()
    request = urllib.request.Request(f"{site.url}/mp/v1/auth/password", body, {"content-type": "application/json"}, method="POST")
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 200


def test_tips_for_the_home_give_their_reason_and_are_switched_off_and_on(site, phone: NewPhone) -> None:
    mine = phone("lin-tips")
    sign_in(mine)
    tips = mine.here(".card").filter(has_text="家居提示")
    expect(tips.locator(".tiny.soft").first).not_to_be_empty()
    mine.tap("不再提示")
    agree(mine)
    expect(tips).to_have_count(0)
    out = "SELECT count(*) FROM tip_opt_out o JOIN account a ON a.id = o.account_id WHERE a.phone = :phone"
    assert scalar(site, out, phone=OWNER) == 1
    mine.tab("我的")
    mine.tap("设置（语言、大字）")
    expect(mine.here("switch[aria-label='家居提示'] input")).not_to_be_checked()
    switch(mine, "家居提示")
    expect(mine.page.locator(".toast").last).to_contain_text("已保存")
    assert scalar(site, out, phone=OWNER) == 0
    mine.page.evaluate("wx.reLaunch({ url: '/pages/home/home' })")
    expect(tips).to_have_count(1)


def test_an_overdue_bill_is_promised_by_a_day(site, phone: NewPhone) -> None:
    oldest = "SELECT min(b.id) FROM bill b JOIN room_member m ON m.room_id = b.room_id WHERE m.phone = :phone AND b.status = 'unpaid'"
    bill_id = scalar(site, oldest, phone=OWNER)
    with site.engine.begin() as connection:
        connection.execute(text("UPDATE bill SET due_on = current_date - 9 WHERE id = :id"), {"id": bill_id})
    mine = phone("lin-promise")
    sign_in(mine)
    mine.tab("我的")
    mine.tap("逾期与约定")
    mine.sees("已逾期")
    amount = mine.here("[aria-label='承诺金额（元）']")
    amount.fill("0")
    mine.tap("确认承诺")
    mine.sees("请输入 0.01 至")
    mine.sees("请选择日期")
    amount.fill("1.5")
    pick(mine, "缴费日期", in_days(90))
    mine.tap("确认承诺")
    mine.sees("请选择今天起 60 天内的日期")
    pick(mine, "缴费日期", in_days(5))
    mine.page.evaluate("window.wechat.setOnline(false)")
    mine.tap("确认承诺")
    expect(mine.page.locator(".toast").last).to_contain_text("网络已断开")
    expect(amount).to_have_value("1.5")
    mine.page.evaluate("window.wechat.setOnline(true)")
    mine.tap("确认承诺")
    mine.sees("进行中")
    promised = "SELECT amount_fen FROM payment_promise WHERE due_on = :day ORDER BY id DESC LIMIT 1"
    assert scalar(site, promised, day=in_days(5)) == 150
    expect(amount).to_have_count(0)


def test_own_data_are_taken_away_as_a_file_and_closing_the_account_is_taken_back(site, phone: NewPhone) -> None:
    mine = phone("wu-data", number="13911118888")
    sign_in(mine)
    mine.tab("我的")
    mine.tap("我的数据与注销")
    mine.tap("生成文件")
    mine.sees(re.compile("已生成，.* 前可以下载"))
    mine.page.evaluate("window.wechat.needsPrivacy = true")
    mine.tap("复制下载链接")
    mine.tap("同意")
    mine.page.wait_for_function("window.wechat.copied.length === 1")
    link = mine.page.evaluate("window.wechat.copied[0]").replace("http://localhost:3000", site.url)
    with urllib.request.urlopen(link, timeout=20) as answer:
        assert (answer.status, answer.read(2)) == (200, b"PK")

    mine.tap("申请注销")
    mine.sees("请输入短信验证码")
    mine.tap("获取验证码")
    mine.sees("演示环境，验证码是")
    code = re.search(r"验证码是 (\d{6})", mine.here(".page").inner_text())
    assert code
    field = mine.here("[aria-label='短信验证码']")
    field.fill("000000" if code[1] != "000000" else "111111")
    mine.tap("申请注销")
    agree(mine)
    mine.sees("验证码")
    expect(mine.here(".wrong-words")).to_be_visible()
    field.fill(code[1])
    mine.tap("申请注销")
    agree(mine)
    mine.sees(re.compile("账号将于 .* 注销"))
    mine.tap("撤回注销")
    mine.sees("申请注销")
    assert scalar(site, "SELECT is_active FROM account WHERE phone = '13911118888'") is True


@contextmanager
def answered(phone: Phone) -> Iterator[None]:
    """What is done here is answered by the server: the phone follows at once, the account a moment later."""
    with phone.page.expect_response(lambda answer: answer.url.endswith("/me") and answer.request.method == "PATCH"):
        yield


@pytest.fixture
def same_look_after(site: Site) -> Iterator[None]:
    """The other tests of this file read Chinese in plain type, whatever becomes of this one."""
    yield
    with site.engine.begin() as connection:
        connection.execute(text("UPDATE account SET locale = 'zh', is_elder = false WHERE phone = :phone"), {"phone": OWNER})


def test_how_one_is_told_and_what_one_sees_is_kept_by_the_server(site, phone: NewPhone, same_look_after: None) -> None:
    mine = phone("lin-alerts")
    sign_in(mine)
    mine.tab("我的")
    mine.tap("通知设置")
    quiet = mine.here("switch[aria-label='免打扰'] input")
    before = quiet.is_checked()
    mine.page.route("**/me/notification-preferences", lambda route: route.abort(), times=1)
    switch(mine, "免打扰")
    # The switch goes back to what the server knows.
    expect(quiet).to_be_checked(checked=before)
    if not before:
        switch(mine, "免打扰")
        expect(quiet).to_be_checked()
    pick(mine, "开始", "21:30")
    mine.sees("21:30")
    sms = mine.here("switch[aria-label='账单 短信提醒'] input")
    had = sms.is_checked()
    sms.tap()
    expect(sms).to_be_checked(checked=not had)
    mine.page.evaluate("wx.reLaunch({ url: '/pages/alerts/alerts' })")
    mine.sees("21:30")
    expect(sms).to_be_checked(checked=not had)

    mine.page.evaluate("wx.reLaunch({ url: '/pages/preferences/preferences' })")
    with answered(mine):
        mine.tap("English")
    mine.sees("Large type")
    with answered(mine):
        switch(mine, "Large type")
    expect(mine.here(".page.elder.en")).to_be_visible()
    stored = "SELECT locale, is_elder FROM account WHERE phone = :phone"
    with site.engine.connect() as connection:
        assert connection.execute(text(stored), {"phone": OWNER}).one() == ("en", True)
    with answered(mine):
        switch(mine, "Large type")
    with answered(mine):
        mine.tap("中文")
    expect(mine.here(".page.plain.zh")).to_be_visible()


def test_a_label_is_scanned_and_reported_at(site, phone: NewPhone) -> None:
    code = scalar(site, "SELECT code FROM facility WHERE kind = 'gate' AND is_active ORDER BY id LIMIT 1")
    mine = phone("lin-label")
    sign_in(mine)
    mine.page.evaluate("wx.navigateTo({ url: '/pages/report/report' })")
    mine.page.evaluate("window.wechat.scanned = 'https://elsewhere.example/x'")
    mine.tap("设备上有二维码？扫码报修")
    expect(mine.page.locator(".toast").last).to_contain_text("这不是物业的报修二维码")
    mine.page.evaluate("(code) => { window.wechat.scanned = `http://localhost:3000/report/${code}`; }", code)
    mine.tap("设备上有二维码？扫码报修")
    mine.sees("道闸")
    mine.tap("提交报修")
    mine.sees("请至少写 10 个字")
    words = "道闸抬杆后落不下来，车辆随意进出，扫码报修"
    mine.here("textarea").fill(words)
    switch(mine, "设备已完全不能使用")
    if mine.here(":text-is('没有')").count():
        mine.here(":text-is('没有')").tap()
    mine.tap("提交报修")
    mine.sees(words)
    made = "SELECT f.code FROM repair_order o JOIN facility f ON f.id = o.facility_id WHERE o.description = :words"
    assert scalar(site, made, words=words) == code


def test_whoever_scans_before_signing_in_comes_back_to_the_label(site, phone: NewPhone) -> None:
    code = scalar(site, "SELECT code FROM facility WHERE kind = 'gate' AND is_active ORDER BY id LIMIT 1")
    mine = phone("lin-scan")
    mine.page.evaluate("(q) => wx.reLaunch({ url: `/pages/label/label?q=${q}` })", f"http%3A%2F%2Flocalhost%3A3000%2Freport%2F{code}")
    mine.tap("微信登录")
    mine.sees("绑定手机号")
    mine.tap("用微信手机号绑定")
    mine.sees("已按二维码填好位置")
    mine.page.evaluate("wx.reLaunch({ url: '/pages/label/label?code=NOSUCHCODE' })")
    mine.sees("没有加载出来")


def test_a_part_of_a_bill_is_paid(site, phone: NewPhone) -> None:
    mine = phone("lin-part")
    sign_in(mine)
    largest = (
        "SELECT b.id FROM bill b JOIN room_member m ON m.room_id = b.room_id"
        " WHERE m.phone = :phone AND b.status = 'unpaid' AND b.for_bill_id IS NULL AND b.due_on > current_date ORDER BY amount_fen DESC LIMIT 1"
    )
    bill_id = scalar(site, largest, phone=OWNER)
    mine.page.evaluate("(id) => wx.navigateTo({ url: `/pages/pay/pay?bills=${id}` })", bill_id)
    switch(mine, "只付一部分")
    part = mine.here("[aria-label='本次支付金额（元）']")
    part.fill("999999")
    mine.here(".bar button").tap()
    mine.sees(re.compile("请输入 0.01 至 [\\d,.]+ 元"))
    part.fill("10")
    expect(mine.here(".bar button")).to_contain_text("10.00")
    mine.here(".bar button").tap()
    mine.sees("支付成功")
    with site.engine.connect() as connection:
        found = connection.execute(text("SELECT status, paid_fen FROM bill WHERE id = :id"), {"id": bill_id}).one()
    assert found == ("partly_paid", 1_000)
