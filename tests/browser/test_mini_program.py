"""The mini-program's own files, run by WeChat's component framework in Chromium, against the real API, the sandbox and the live socket."""

import json
import os
import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import text

from estate_app.feedback.service import reply
from estate_app.repair import work
from tests.browser.conftest import PATIENCE_MS, Site
from tests.browser.phone import OWNER, NewPhone, Phone, host, phone, scalar, sign_in, step
from tests.browser.test_repair_loop import everybody_on_duty, technician_phone
from tools import miniprogram

__all__ = ["everybody_on_duty", "host", "phone"]
expect.set_options(timeout=PATIENCE_MS)
# With ESTATE_SHOTS=<folder> the pictures are kept, to be looked at.
SHOTS = os.environ.get("ESTATE_SHOTS")


def fill_in(phone: Phone, words: str) -> None:
    """Write a report as a person does."""
    phone.tab("报修")
    phone.tap("我要报修")
    phone.sees("哪里出了问题？")
    phone.here(".choice").first.tap()
    phone.here(".choice.low").first.tap()
    phone.here("textarea").fill("漏水")
    phone.tap("提交报修")
    phone.sees("请至少写 10 个字")
    phone.here("textarea").fill(words)
    phone.here(".shot.add").tap()


def test_a_report_with_photo_and_video_is_followed_live_and_rated(site, phone: NewPhone, everybody_on_duty) -> None:
    mine = phone("lin-repair")
    sign_in(mine)
    words = "厨房水槽下方漏水，角阀处一直滴水，手机报修"
    fill_in(mine, words)
    expect(mine.here(".shot .veil .meter")).to_have_count(0)
    mine.tap("提交报修")
    mine.sees("已收到报修")
    expect(mine.here(".media .shot")).to_have_count(2)
    order_id = int(str(scalar(site, "SELECT id FROM repair_order WHERE description = :words", words=words)))
    number = technician_phone(site, order_id)
    for service, told in ((work.accept, "师傅已接单"), (work.set_out, "师傅正在上门"), (work.start, "开始维修")):
        step(site, number, service, order_id=order_id)
        mine.sees(told)
    step(site, number, work.complete, order_id=order_id, note="更换角阀并试压十分钟，无渗漏", labour_minutes=30)
    mine.sees("更换角阀并试压十分钟")
    mine.tap("评价这次维修")
    for dimension in ("维修质量 5 星", "服务态度 5 星", "上门及时 4 星"):
        mine.here(f"[aria-label='{dimension}']").tap()
    mine.here("textarea").fill("修得很仔细")
    mine.tap("提交评价")
    mine.sees("您的评价")
    mine.sees("修得很仔细")
    assert mine.page.evaluate("window.wechat.subscribed.length") > 0
    assert scalar(site, "SELECT count(*) FROM subscribe_grant WHERE topic = 'repair'") == 1
    assert scalar(site, "SELECT quality * 100 + attitude * 10 + timeliness FROM rating WHERE order_id = :id", id=order_id) == 554


def test_a_bill_is_read_and_paid_and_its_receipt_opened(site, phone: NewPhone) -> None:
    mine = phone("lin-pay")
    sign_in(mine)
    mine.tab("账单")
    row = mine.here(".card.flush .row").first
    title = row.locator(".strong").first.inner_text()
    row.locator("[role=link]").tap()
    mine.sees("本张账单合计")
    number = re.search(r"ZD\d+-\d+", mine.here(".card").first.inner_text())
    assert number
    mine.tap("缴这张账单")
    mine.sees(title)
    mine.here(".bar button").tap()
    mine.sees("支付成功")
    mine.tap("查看电子收据")
    mine.page.wait_for_function("window.wechat.opened.length === 1")
    opened = mine.page.evaluate("window.wechat.opened[0]")
    assert opened.endswith(".pdf")
    mine.tap("电子发票")
    mine.tap("单位")
    mine.tap("申请开票")
    mine.sees("18 位，与营业执照一致")
    mine.tap("个人")
    mine.tap("申请开票")
    mine.sees(re.compile("待开具|开票中|已开具"))
    assert scalar(site, "SELECT status FROM bill WHERE number = :number", number=number[0]) == "paid"


def test_a_payment_that_was_left_is_not_called_paid_and_can_be_given_up(site, phone: NewPhone) -> None:
    mine = phone("lin-leave")
    sign_in(mine)
    mine.page.evaluate("window.wechat.pay = async () => 'requestPayment:fail cancel'; window.wechat.agrees = false")
    mine.tab("账单")
    mine.here(".card.flush .row [role=checkbox]").last.tap()
    mine.tap("去缴费")
    mine.here(".bar button").tap()
    mine.sees("还没有支付")
    mine.tap("不支付了")
    mine.page.locator("#layer button").last.tap()
    mine.sees("支付已关闭")
    assert scalar(site, "SELECT status FROM payment ORDER BY id DESC LIMIT 1") == "closed"
    assert mine.page.evaluate("window.wechat.subscribed") == []


def test_a_payment_that_was_closed_elsewhere_is_said_to_be_closed(site, phone: NewPhone) -> None:
    mine = phone("lin-closed")
    sign_in(mine)
    mine.page.evaluate("window.wechat.pay = async () => 'requestPayment:fail cancel'")
    mine.tab("账单")
    mine.here(".card.flush .row [role=checkbox]").last.tap()
    mine.tap("去缴费")
    mine.here(".bar button").tap()
    mine.sees("还没有支付")
    payment_id = scalar(site, "SELECT id FROM payment ORDER BY id DESC LIMIT 1")
    request = urllib.request.Request(
        f"{site.url}/mp/v1/payments/{payment_id}/cancel", b"", {"authorization": f"Bearer {site.token('owner')}"}, method="POST"
    )
    urllib.request.urlopen(request, timeout=20).close()
    mine.tap("我已支付")
    mine.sees("支付已关闭")
    mine.sees("账单仍可再次缴纳")


def test_a_report_without_a_network_waits_and_is_sent_once_when_it_is_back(site, phone: NewPhone) -> None:
    mine = phone("lin-offline")
    sign_in(mine)
    words = "卫生间顶灯不亮，换过灯泡也没有用，离线报修"
    mine.tab("报修")
    mine.tap("我要报修")
    mine.sees("哪里出了问题？")
    mine.back()
    mine.page.evaluate("window.wechat.setOnline(false)")
    fill_in(mine, words)
    mine.sees("上传失败，点按重试")
    mine.tap("提交报修")
    mine.sees("网络已断开，1 份报修待上传")
    mine.sees("待上传")
    assert scalar(site, "SELECT count(*) FROM repair_order WHERE description = :words", words=words) == 0
    mine.page.evaluate("window.wechat.setOnline(true)")
    expect(mine.here(".band")).to_have_count(0)
    mine.sees(words)
    assert scalar(site, "SELECT count(*) FROM repair_order WHERE description = :words", words=words) == 1
    mine.here(".card").filter(has_text=words).tap()
    expect(mine.here(".media .shot")).to_have_count(2)


def test_what_goes_wrong_is_said_in_a_sentence_and_mended_by_a_tap(site, phone: NewPhone) -> None:
    """A page that is no JSON, somebody else's bill, a video of 300 MB, a token that was revoked."""
    mine = phone("lin-trouble")
    sign_in(mine)
    mine.page.route("**/mp/v1/bills?**", lambda route: route.fulfill(body="<html>proxy</html>", content_type="text/html"))
    mine.tab("账单")
    mine.sees("服务器的回应无法识别")
    mine.page.unroute("**/mp/v1/bills?**")
    mine.tap("重试")
    mine.sees("应缴")

    other = "SELECT b.id FROM bill b WHERE b.room_id NOT IN (SELECT room_id FROM room_member WHERE phone = :phone) LIMIT 1"
    bill_id = scalar(site, other, phone=OWNER)
    mine.page.evaluate("(id) => wx.navigateTo({ url: `/pages/bill/bill?id=${id}` })", bill_id)
    mine.sees("没有加载出来")

    mine.page.evaluate("window.wechat.media = [{ ...window.wechat.media[1], size: 300 * 1024 * 1024 }]")
    mine.page.evaluate("wx.reLaunch({ url: '/pages/report/report' })")
    mine.here(".shot.add").tap()
    expect(mine.page.locator(".toast")).to_contain_text("视频太大，最多")

    mine.page.evaluate("window.wechat.media = [{ ...window.wechat.media[0], size: undefined }]")
    mine.page.route("**/media/uploads/*?offset=*", lambda route: route.abort(), times=1)
    mine.here(".shot.add").tap()
    expect(mine.here(".shot .veil .meter")).to_have_count(0)
    mine.here(".shot .remove").tap()

    before = mine.page.evaluate("localStorage.getItem('wx:token')")
    with site.engine.begin() as connection:
        connection.execute(text("UPDATE login_session SET revoked_at = now() WHERE kind = 'mini' AND revoked_at IS NULL"))
    mine.page.evaluate("wx.reLaunch({ url: '/pages/bills/bills' })")
    mine.sees("应缴")
    mine.page.wait_for_function("(old) => localStorage.getItem('wx:token') !== old", arg=before)


def test_a_phone_whose_clock_is_days_off_counts_the_days_as_the_server_does(site, phone: NewPhone) -> None:
    mine = phone("lin-clock", days_off=3)
    sign_in(mine)
    due = "SELECT due_on - (now() AT TIME ZONE 'Asia/Shanghai')::date FROM bill b JOIN room_member m ON m.room_id = b.room_id"
    where = " WHERE m.phone = :phone AND b.status IN ('unpaid', 'partly_paid') AND due_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date"
    left = scalar(site, f"{due}{where} ORDER BY due_on LIMIT 1", phone=OWNER)
    mine.sees(f"剩 {left} 天" if left else "今天到期")


def test_a_code_that_was_used_signs_nobody_in_and_the_next_tap_does(site, phone: NewPhone) -> None:
    mine = phone("lin-replay")
    mine.page.evaluate("window.wechat.loginCode = 'demo-lin-replay.once'")
    mine.tap("微信登录")
    mine.sees("绑定手机号")
    mine.page.evaluate("wx.reLaunch({ url: '/pages/login/login' })")
    mine.tap("微信登录")
    mine.sees("微信登录未通过，请重新打开小程序")
    mine.page.evaluate("wx.reLaunch({ url: '/pages/login/login' }); window.wechat.loginCode = 'a code that has expired'")
    mine.tap("微信登录")
    mine.sees("微信登录未通过，请重新打开小程序")
    mine.page.evaluate("window.wechat.loginCode = ''")
    sign_in(mine)


def test_feedback_is_told_once_answered_live_and_ended_with_stars(site, phone: NewPhone) -> None:
    mine = phone("lin-feedback")
    sign_in(mine)
    mine.tab("我的")
    mine.tap("意见反馈")
    mine.tap("我要反馈")
    mine.tap("建议")
    mine.here("textarea").fill("长椅")
    mine.tap("提交反馈")
    mine.sees("请至少写 5 个字")
    words = "建议在快递柜旁边加一把长椅，手机反馈"
    mine.here("textarea").fill(words)
    mine.page.evaluate("window.wechat.media = [window.wechat.media[0]]")
    mine.here(".shot.add").tap()
    expect(mine.here(".shot .veil .meter")).to_have_count(0)
    mine.page.route("**/mp/v1/feedback", _lose_the_answer, times=1)
    mine.tap("提交反馈")
    mine.sees("物业还没有回复")
    told = "SELECT id FROM feedback WHERE text = :words"
    assert scalar(site, f"SELECT count(*) FROM ({told}) told", words=words) == 1
    feedback_id = int(str(scalar(site, told, words=words)))
    step(site, "customer_service", reply, feedback_id=feedback_id, text="已安排安装，周末前完成")
    mine.page.evaluate("window.wechat.pull()")
    mine.sees("已安排安装，周末前完成")
    mine.here("[aria-label='4 星']").tap()
    mine.tap("结束反馈")
    mine.page.locator("#layer button").last.tap()
    mine.sees("已关闭")
    assert scalar(site, "SELECT satisfaction FROM feedback WHERE id = :id", id=feedback_id) == 4


def _lose_the_answer(route: Route) -> None:
    """The server gets the request; the phone never hears the answer."""
    route.fetch()
    route.abort()


def test_money_is_paid_in_advance_and_the_switch_follows_the_server(site, phone: NewPhone) -> None:
    mine = phone("lin-balance")
    sign_in(mine)
    mine.tab("我的")
    mine.tap("预存余额")
    mine.here("switch input").tap()
    mine.sees("开启")
    mine.here("switch input").tap()
    expect(mine.here("switch input")).not_to_be_checked()
    mine.here("input.field").fill("0.5")
    mine.tap("微信支付")
    mine.sees("请输入 1.00 至 50,000.00 元")
    mine.tap("¥100")
    mine.tap("微信支付")
    mine.sees("支付成功")
    mine.back()
    mine.sees("+100.00")
    mine.sees("余额 ¥100.00")


def test_a_dial_is_read_in_its_window_with_a_photo(site, phone: NewPhone) -> None:
    mine = phone("lin-meter")
    sign_in(mine)
    mine.tab("我的")
    mine.tap("自助抄表")
    mine.here("button").first.tap()
    mine.tap("提交")
    mine.sees("请输入表盘上的数字")
    mine.sees("请拍一张表盘照片")
    last = mine.here(".card").first.inner_text()
    read = re.search(r"上次读数 ([\d.]+)", last)
    value = float(read[1]) + 3 if read else 3
    mine.here("input.field").fill(f"{value:.0f}")
    mine.page.evaluate("window.wechat.media = [window.wechat.media[0]]")
    mine.here(".shot.add").tap()
    expect(mine.here(".shot .veil .meter")).to_have_count(0)
    mine.tap("提交")
    mine.sees("审核中")
    assert scalar(site, "SELECT status FROM self_reading ORDER BY id DESC LIMIT 1") == "waiting"


def test_a_room_is_asked_for_and_a_device_signed_out(site, phone: NewPhone) -> None:
    mine = phone("lin-claim")
    sign_in(mine)
    mine.tab("我的")
    mine.tap("房屋与家人")
    mine.tap("添加房屋")
    mine.tap("添加房屋")
    mine.sees("账单编号旁的 8 位字母数字")
    mine.here("input.field").first.fill("ZD202611-00001")
    mine.here("input.field").last.fill("AAAAAAAA")
    mine.tap("添加房屋")
    mine.sees("编号与验证码不符")
    mine.tap("向物业申请")
    mine.here(".field[role=button]").tap()
    mine.page.locator("#layer button").first.tap()
    mine.here("input.field").first.fill("1-1-101")
    mine.tap("提交申请")
    mine.sees("审核中")

    site.token("owner")
    mine.page.evaluate("wx.reLaunch({ url: '/pages/sessions/sessions' })")
    mine.sees("本机")
    count = mine.here("button.small-btn").count()
    mine.here("button.small-btn").first.tap()
    mine.page.locator("#layer button").last.tap()
    expect(mine.here("button.small-btn")).to_have_count(count - 1)


def test_privacy_is_explained_before_anybody_signs_in(site, phone: NewPhone) -> None:
    mine = phone("lin-privacy")
    mine.page.evaluate("window.wechat.needsPrivacy = true")
    mine.tap("隐私说明")
    mine.sees("您还没有同意隐私保护指引")
    mine.tap("同意")
    mine.sees("您已同意隐私保护指引")
    expect(mine.here("switch")).to_have_count(0)


TARGETS = """() => [...document.querySelectorAll('.host-page:not(.away) :is(button, textarea, .field, picker, [role=button], [role=link], [role=radio], [role=checkbox], [role=tab])')]
  .filter((one) => one.getClientRects().length > 0)
  .map((one) => ({ box: one.getBoundingClientRect(), words: one.innerText || one.getAttribute('aria-label') || one.className }))
  .filter(({ box }) => box.height < 43.5 || box.width < 43.5)
  .map(({ box, words }) => `${words}: ${Math.round(box.width)} x ${Math.round(box.height)}`)"""
WIDE = "() => { const page = document.querySelector('.host-page:not(.away)'); return page.scrollWidth - page.clientWidth; }"
OWN = {
    "repair": "SELECT max(o.id) FROM repair_order o JOIN account a ON a.id = o.reporter_id WHERE a.phone = :phone",
    "bill": "SELECT max(b.id) FROM bill b JOIN room_member m ON m.room_id = b.room_id WHERE m.phone = :phone AND b.status = 'unpaid'",
    "payment": "SELECT max(p.id) FROM payment p JOIN account a ON a.id = p.payer_id WHERE a.phone = :phone AND p.status = 'paid'",
    "thread": "SELECT max(f.id) FROM feedback f JOIN account a ON a.id = f.author_id WHERE a.phone = :phone AND f.status = 'closed'",
    "reading": "SELECT max(t.id) FROM meter t JOIN room_member m ON m.room_id = t.room_id WHERE m.phone = :phone",
    "people": "SELECT max(room_id) FROM room_member WHERE phone = :phone AND relation = 'owner'",
    "label": "SELECT min(code) FROM facility WHERE is_active",
    "notice": "SELECT max(id) FROM announcement",
    "quarter": "SELECT max(id) FROM disclosure WHERE status = 'published' AND estate_id = 1",
}


@contextmanager
def wearing(site: Site, locale: str, *, is_elder: bool) -> Iterator[None]:
    """Let the owner prefer a language and a size for a while."""
    change = text("UPDATE account SET locale = :locale, is_elder = :elder WHERE phone = :phone")
    with site.engine.begin() as connection:
        connection.execute(change, {"locale": locale, "elder": is_elder, "phone": OWNER})
    try:
        yield
    finally:
        with site.engine.begin() as connection:
            connection.execute(change, {"locale": None, "elder": False, "phone": OWNER})


def pages_of(site: Site) -> list[tuple[str, str]]:
    """Every page of the app with the query that it needs."""
    ids = {name: scalar(site, query, phone=OWNER) for name, query in OWN.items()}
    queries = {name: f"?id={found}" for name, found in ids.items()}
    queries |= {"rate": f"?id={ids['repair']}", "pay": f"?bills={ids['bill']}", "invoice": f"?payment={ids['payment']}"}
    queries |= {"people": f"?room={ids['people']}", "label": f"?code={ids['label']}"}
    names = [path.split("/")[1] for path in json.loads((miniprogram.ROOT / "miniprogram/src/app.json").read_text("utf-8"))["pages"]]
    return [(name, queries.get(name, "")) for name in names]


@pytest.mark.parametrize(("name", "locale", "is_elder"), [("zh", "zh", False), ("en", "en", False), ("elder", "zh", True)])
def test_every_page_fits_a_phone_and_a_finger(site, phone: NewPhone, name: str, locale: str, is_elder: bool) -> None:
    mine = phone(f"lin-{name}", language="en" if locale == "en" else "zh_CN")
    mine.here("button.primary").tap()
    mine.here("button[open-type=getPhoneNumber], button.primary").first.tap()
    expect(mine.page.locator("#tabs.shown")).to_be_visible()
    wrong = []
    with wearing(site, locale, is_elder=is_elder):
        for _ in range(2):
            mine.page.evaluate("wx.reLaunch({ url: '/pages/me/me' })")
            expect(mine.here(".skeleton")).to_have_count(0)
        for page, query in pages_of(site):
            mine.page.evaluate("(url) => wx.reLaunch({ url })", f"/pages/{page}/{page}{query}")
            expect(mine.here(".skeleton")).to_have_count(0)
            mine.page.wait_for_load_state("networkidle")
            if mine.here(".page [role=alert] .icon-wifi-off").count():
                wrong.append(f"{page} did not load: {mine.here('.page').inner_text()[:80]}")
            if (wide := mine.page.evaluate(WIDE)) > 0:
                wrong.append(f"{page} is {wide} px too wide")
            wrong += [f"{page}: {one}" for one in mine.page.evaluate(TARGETS)]
            if SHOTS:
                mine.page.screenshot(path=f"{SHOTS}/mini-{name}-{page}.png")
    assert wrong == []
