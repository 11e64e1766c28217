"""The mini-program in Chromium when things go wrong: a socket that breaks, no network, cut uploads, lost rights, strangers' ids."""

import json
import re
import time
from base64 import b64encode
from functools import partial

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect
from sqlalchemy import text

from estate_app.repair import work
from tests.browser.conftest import PATIENCE_MS, Site
from tests.browser.phone import OWNER, NewPhone, Phone, host, phone, scalar, sign_in, step
from tests.browser.test_repair_loop import everybody_on_duty, technician_phone
from tests.unit.media.clip import box, clip

__all__ = ["everybody_on_duty", "host", "phone"]
expect.set_options(timeout=PATIENCE_MS)
MEGABYTE = 1024 * 1024


def report(phone: Phone, words: str) -> None:
    """Report the first kind of fault in words."""
    phone.page.evaluate("wx.navigateTo({ url: '/pages/report/report' })")
    phone.here(".choice").first.tap()
    phone.here(".choice.low").first.tap()
    phone.here("textarea").fill(words)
    phone.tap("提交报修")


def test_progress_arrives_by_asking_while_the_socket_is_broken_and_by_the_socket_once_it_is_back(
    site: Site, phone: NewPhone, everybody_on_duty
) -> None:
    mine = phone("lin-socket")
    is_broken = [True]
    tries: list[float] = []

    def answer(socket: WebSocketRoute) -> None:
        tries.append(time.monotonic())
        if is_broken[0]:
            socket.close()
        else:
            socket.connect_to_server()

    mine.page.route_web_socket("**/mp/v1/live", answer)
    sign_in(mine)
    words = "厨房水槽下方漏水，断线时报修"
    report(mine, words)
    mine.sees("已收到报修")
    order_id = int(str(scalar(site, "SELECT id FROM repair_order WHERE description = :words", words=words)))
    number = technician_phone(site, order_id)
    step(site, number, work.accept, order_id=order_id)
    mine.sees("师傅已接单")
    assert len(tries) > 1
    is_broken[0] = False
    before = len(tries)
    # The pauses between tries grow to half a minute at most; no page is asked in vain once the socket is open.
    mine.page.wait_for_timeout(100)
    deadline = time.monotonic() + 40
    while len(tries) == before and time.monotonic() < deadline:
        mine.page.wait_for_timeout(200)
    assert len(tries) == before + 1
    mine.page.wait_for_timeout(1500)
    with mine.page.expect_request("**/mp/v1/repairs/*", timeout=8_000):
        step(site, number, work.set_out, order_id=order_id)
    mine.sees("师傅正在上门")


def test_without_a_network_the_last_screens_are_shown_and_say_so(site: Site, phone: NewPhone) -> None:
    mine = phone("lin-cache")
    sign_in(mine)
    bill_id = scalar(site, OWN_BILL, phone=OWNER)
    addresses = ["home/home", "bills/bills", f"bill/bill?id={bill_id}", "repairs/repairs", "notices/notices", "rooms/rooms"]
    seen = {}
    for address in addresses:
        seen[address] = shown(mine.page, mine, address)
    mine.page.evaluate("window.wechat.setOnline(false)")
    for address in addresses:
        assert shown(mine.page, mine, address) == seen[address], address
        expect(mine.here(".band")).to_contain_text("网络已断开")
    # What was never seen says so, offers a retry, and does not turn for ever.
    mine.page.evaluate("wx.reLaunch({ url: '/pages/income/income' })")
    mine.sees("没有加载出来")
    mine.page.evaluate("window.wechat.setOnline(true)")
    mine.tap("重试")
    expect(mine.here(".page [role=alert]")).to_have_count(0)


OWN_BILL = "SELECT max(b.id) FROM bill b JOIN room_member m ON m.room_id = b.room_id WHERE m.phone = :phone AND b.status = 'unpaid'"


def shown(page: Page, phone: Phone, address: str) -> str:
    """The cards of a page once it has loaded, without what counts minutes."""
    page.evaluate("(url) => wx.reLaunch({ url })", f"/pages/{address}")
    expect(phone.here(".card").first).to_be_visible()
    expect(phone.here(".skeleton")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    return re.sub(r"\d+ 分钟前|刚刚", "", "\n".join(phone.here(".card").all_inner_texts()))


def test_a_cut_upload_goes_on_where_it_stopped(site: Site, phone: NewPhone) -> None:
    """A video of three pieces: the second is cut while the server is not to be asked either, and tried again by a tap."""
    mine = phone("lin-cut")
    sign_in(mine)
    film = clip(top=box(b"free", bytes(2 * MEGABYTE + 4096)))
    mine.page.evaluate(
        "(media) => { window.wechat.media = [media]; }", {"name": "a.mp4", "type": "video/mp4", "base64": b64encode(film).decode()}
    )
    sent: list[tuple[int, bool]] = []
    is_cut = [False]

    def piece(route) -> None:
        offset = int(re.search(r"offset=(\d+)", route.request.url)[1])
        is_lost = offset == MEGABYTE and not is_cut[0]
        sent.append((offset, not is_lost))
        if not is_lost:
            return route.continue_()
        is_cut[0] = True
        mine.page.evaluate("window.wechat.setOnline(false)")
        return route.abort()

    mine.page.route("**/media/uploads/*?offset=*", piece)
    mine.page.evaluate("wx.navigateTo({ url: '/pages/tell/tell' })")
    mine.back()
    mine.page.evaluate("wx.navigateTo({ url: '/pages/report/report' })")
    mine.here(".shot.add").tap()
    mine.sees("上传失败，点按重试")
    mine.page.evaluate("window.wechat.setOnline(true)")
    mine.here(".shot").first.tap()
    expect(mine.here(".shot .veil .meter")).to_have_count(0)
    expect(mine.here(".shot [role=alert]")).to_have_count(0)
    taken = [offset for offset, is_taken in sent if is_taken]
    assert taken == [0, MEGABYTE, 2 * MEGABYTE]
    assert (MEGABYTE, False) in sent


def test_a_token_that_is_revoked_while_one_writes_is_renewed_or_leads_back_to_what_was_written(site: Site, phone: NewPhone) -> None:
    mine = phone("lin-revoked")
    sign_in(mine)
    mine.page.evaluate("wx.navigateTo({ url: '/pages/tell/tell' })")
    words = "门禁刷卡没有反应，需要多刷几次才能开门"
    mine.here("textarea").fill(words)
    revoke(site)
    # WeChat itself gives a code that was used: nobody can be signed in silently.
    mine.page.evaluate("window.wechat.loginCode = 'demo-lin-revoked.once'")
    assert mine.page.evaluate(USE_CODE, "demo-lin-revoked.once") == 200
    mine.tap("提交反馈")
    mine.sees("微信登录")
    mine.page.evaluate("window.wechat.loginCode = ''")
    mine.tap("微信登录")
    mine.sees("我要报修")
    mine.page.evaluate("wx.navigateTo({ url: '/pages/tell/tell' })")
    expect(mine.here("textarea")).to_have_value(words)
    # And where WeChat knows the person, the same tap is sent after all.
    revoke(site)
    mine.tap("提交反馈")
    mine.sees("物业还没有回复")
    assert scalar(site, "SELECT count(*) FROM feedback WHERE text = :words", words=words) == 1


USE_CODE = """async (code) => (await fetch('/mp/v1/auth/wechat', {
  method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }) })).status"""


def revoke(site: Site) -> None:
    with site.engine.begin() as connection:
        connection.execute(text("UPDATE login_session SET revoked_at = now() WHERE kind = 'mini' AND revoked_at IS NULL"))


def test_strangers_ids_open_no_page_and_say_why(site: Site, phone: NewPhone) -> None:
    mine = phone("lin-stranger")
    sign_in(mine)
    foreign = {
        "bill/bill?id=": "SELECT b.id FROM bill b WHERE b.room_id NOT IN (SELECT room_id FROM room_member WHERE phone = :phone) LIMIT 1",
        "pay/pay?bills=": "SELECT b.id FROM bill b WHERE b.room_id NOT IN (SELECT room_id FROM room_member WHERE phone = :phone) LIMIT 1",
        "repair/repair?id=": "SELECT o.id FROM repair_order o WHERE o.room_id NOT IN (SELECT room_id FROM room_member WHERE phone = :phone) LIMIT 1",
        "payment/payment?id=": "SELECT p.id FROM payment p JOIN account a ON a.id = p.payer_id WHERE a.phone <> :phone AND NOT EXISTS"
        " (SELECT 1 FROM payment_item i JOIN bill b ON b.id = i.bill_id JOIN room_member m ON m.room_id = b.room_id"
        " WHERE i.payment_id = p.id AND m.phone = :phone) LIMIT 1",
        "thread/thread?id=": "SELECT f.id FROM feedback f JOIN account a ON a.id = f.author_id WHERE a.phone <> :phone LIMIT 1",
        "people/people?room=": "SELECT r.id FROM room r WHERE r.id NOT IN (SELECT room_id FROM room_member WHERE phone = :phone) LIMIT 1",
    }
    foreign["invoice/invoice?payment="] = foreign["payment/payment?id="]
    for address, query in foreign.items():
        found = scalar(site, query, phone=OWNER)
        assert found, address
        mine.page.evaluate("(url) => wx.reLaunch({ url })", f"/pages/{address}{found}")
        mine.sees("没有加载出来")
        mine.sees("内容不存在，或您无权查看")
        expect(mine.here(".card")).to_have_count(1)
        mine.page.evaluate("(url) => wx.reLaunch({ url })", f"/pages/{address}x")
        mine.sees("没有加载出来")


def test_a_video_that_is_too_large_and_answers_that_fail_leave_the_form_as_it_was(site: Site, phone: NewPhone) -> None:
    mine = phone("lin-form")
    sign_in(mine)
    words = "客厅顶灯闪烁，开关无反应，表单保留"
    mine.page.evaluate("wx.navigateTo({ url: '/pages/report/report' })")
    mine.here(".choice").first.tap()
    mine.here(".choice.low").first.tap()
    mine.here("textarea").fill(words)
    mine.page.evaluate("window.wechat.media = [{ ...window.wechat.media[1], size: 300 * 1024 * 1024 }]")
    mine.here(".shot.add").tap()
    expect(mine.page.locator(".toast").last).to_contain_text("视频太大，最多")
    problem = {
        "type": "urn:estate:problem:x",
        "title": "x",
        "status": 422,
        "detail": "请换一个时间",
        "code": "invalid",
        "field": "visit_from_at",
        "errors": [],
    }
    answers = [
        ({"body": "<html>502</html>", "content_type": "text/html", "status": 502}, ".toast", "服务器的回应无法识别"),
        ({"body": "{", "content_type": "application/json", "status": 200}, ".toast", "服务器的回应无法识别"),
        ({"body": json.dumps(problem), "content_type": "application/problem+json", "status": 422}, ".wrong-words", "请换一个时间"),
    ]
    for answer, where, told in answers:
        mine.page.route("**/mp/v1/repairs", partial(fulfil, answer))
        mine.tap("提交报修")
        expect(mine.page.locator(f"{where}:visible").last).to_contain_text(told)
        mine.page.unroute("**/mp/v1/repairs")
        expect(mine.here("textarea")).to_have_value(words)
        expect(mine.page.locator(".toast")).to_have_count(0)
    # Left and opened again, it is still there.
    mine.back()
    mine.page.evaluate("wx.navigateTo({ url: '/pages/report/report' })")
    expect(mine.here("textarea")).to_have_value(words)
    mine.tap("提交报修")
    mine.sees("已收到报修")
    assert scalar(site, "SELECT count(*) FROM repair_order WHERE description = :words", words=words) == 1


def fulfil(answer: dict, route: Route) -> None:
    """Answer in the server's stead, but only what is sent."""
    if route.request.method == "POST":
        route.fulfill(**answer)
    else:
        route.continue_()


@pytest.mark.parametrize("days_off", [-1, 1])
def test_a_clock_one_day_off_changes_no_day_that_is_shown_or_sent(site: Site, phone: NewPhone, days_off: int) -> None:
    mine = phone(f"lin-clock{days_off}", days_off=days_off)
    sign_in(mine)
    due = "SELECT due_on - (now() AT TIME ZONE 'Asia/Shanghai')::date FROM bill b JOIN room_member m ON m.room_id = b.room_id"
    where = " WHERE m.phone = :phone AND b.status IN ('unpaid', 'partly_paid') AND due_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date"
    left = scalar(site, f"{due}{where} ORDER BY due_on LIMIT 1", phone=OWNER)
    mine.sees(f"剩 {left} 天" if left else "今天到期")
    mine.page.evaluate("wx.navigateTo({ url: '/pages/people/people?room=' + wx.getStorageSync('roomId') })")
    mine.back()
    mine.page.evaluate("wx.navigateTo({ url: '/pages/claim/claim' })")
    mine.tap("向物业申请")
    today = scalar(site, "SELECT to_char((now() AT TIME ZONE 'Asia/Shanghai')::date, 'FMMM月FMDD日')")
    mine.sees(str(today))
