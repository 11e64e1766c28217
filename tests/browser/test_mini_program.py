"""The mini-program's own files, run by WeChat's component framework in Chromium, against the real API, the sandbox and the live socket."""

import base64
import io
import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, Page, Route, expect
from sqlalchemy import text
from sqlmodel import Session

from estate_app import db
from estate_app.access.sessions import actor_of_token
from estate_app.repair import work
from estate_app.sandbox.config import APP_ID
from tests.browser.conftest import PATIENCE_MS, Site
from tests.browser.test_repair_loop import everybody_on_duty, technician_phone
from tests.unit.media.clip import clip
from tools import miniprogram

__all__ = ["everybody_on_duty"]
expect.set_options(timeout=PATIENCE_MS)
# A socket that is closed on purpose, and refusals that a test asks for.
ALLOWED = ("WebSocket", "status of 401", "status of 404")
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".png": "image/png"}
OWNER = "13800000001"


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built page that runs the mini-program."""
    folder = tmp_path_factory.mktemp("mini-program")
    miniprogram.build_host(folder)
    return folder


@dataclass
class Phone:
    """WeChat on a phone, with the mini-program open."""

    page: Page
    site: Site

    def here(self, selector: str, **options: object) -> Locator:
        """Something on the page in view."""
        return self.page.locator(f".host-page:not(.away) {selector}", **options)

    def tap(self, words: str) -> None:
        """Tap what carries just these words."""
        self.here(f":text-is('{words}')").last.tap()

    def sees(self, words: str | re.Pattern[str]) -> None:
        """Wait until the page in view says something."""
        expect(self.page.locator(".host-page:not(.away)")).to_contain_text(words)

    def tab(self, name: str) -> None:
        """Go to a tab."""
        self.page.locator("#tabs button").filter(has_text=name).tap()

    def back(self) -> None:
        """Go back as the arrow in the title does."""
        self.page.locator("#back").tap()


NewPhone = Callable[..., Phone]


@pytest.fixture
def phone(site: Site, chromium: Browser, host: Path) -> Iterator[NewPhone]:
    """Open the mini-program as a WeChat person; a noisy console or a warning of the framework fails the test."""
    opened: list[tuple[Page, list[str]]] = []

    def make(person: str, *, language: str = "zh_CN", number: str = OWNER, days_off: int = 0) -> Phone:
        context = chromium.new_context(
            viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, timezone_id="America/New_York", reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_MS)
        context.route("**/mini-program/**", lambda route: _serve(route, host))
        facts = {"person": person, "phoneNumber": number, "language": language, "media": _media()}
        context.add_init_script(f"window.wechat = {json.dumps(facts)}; window.wechat.pay = (given) => window.payInWechat(given);")
        page = context.new_page()
        if days_off:
            page.clock.set_system_time(datetime.now(UTC) + timedelta(days=days_off))
        page.expose_function("payInWechat", lambda given: _pay(site, given))
        noise: list[str] = []
        page.on("console", lambda said: noise.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: noise.append(str(error)))
        opened.append((page, noise))
        # An answer of the server, so that the document is one of its own origin and may open its socket.
        page.goto(f"{site.url}/healthz")
        page.set_content((host / "index.html").read_text("utf-8").replace("<head>", '<head><base href="/mini-program/">'))
        return Phone(page, site)

    yield make
    complaints = [text for page, noise in opened for text in (*noise, *page.evaluate("window.wechat.complaints"))]
    for page, _ in opened:
        page.context.close()
    assert [one for one in complaints if not any(allowed in one for allowed in ALLOWED)] == []


def _serve(route: Route, host: Path) -> None:
    file = host / route.request.url.split("/mini-program/")[1].split("?")[0]
    route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])


def _media() -> list[dict[str, str]]:
    picture = Image.new("RGB", (900, 700), "#87a")
    ImageDraw.Draw(picture).ellipse((200, 150, 700, 550), fill="#25c")
    photo = io.BytesIO()
    picture.save(photo, "JPEG")
    return [
        {"name": "leak.jpg", "type": "image/jpeg", "base64": base64.b64encode(photo.getvalue()).decode()},
        {"name": "leak.mp4", "type": "video/mp4", "base64": base64.b64encode(clip()).decode()},
    ]


def _pay(site: Site, given: dict[str, str]) -> str:
    """What WeChat does on `wx.requestPayment`: check the signature, take the money, tell the server by itself."""
    body = json.dumps({name: str(value) for name, value in given.items()} | {"appId": APP_ID}).encode()
    request = urllib.request.Request(f"{site.sandbox_url}/wallet/pay", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return "" if answer.status == 200 else "fail"


def sign_in(phone: Phone) -> None:
    phone.tap("微信登录")
    phone.sees("绑定手机号")
    phone.tap("用微信手机号绑定")
    phone.sees("我要报修")


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


def step(site: Site, number: str, service: Callable[..., object], **given: object) -> None:
    """Do a technician's step as the web pages would, in a transaction of its own."""
    token = site.token(number)
    with Session(site.engine) as session:
        uow = db.UnitOfWork(session, datetime.now(UTC))
        service(uow, actor_of_token(uow, token), **given)
        uow.commit()


def scalar(site: Site, query: str, **given: object) -> object:
    with site.engine.connect() as connection:
        return connection.execute(text(query), given).scalar()


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
    assert scalar(site, "SELECT status FROM bill WHERE number = :number", number=number[0]) == "paid"


def test_a_payment_that_was_left_is_not_called_paid_and_can_be_given_up(site, phone: NewPhone) -> None:
    mine = phone("lin-leave")
    sign_in(mine)
    mine.page.evaluate("window.wechat.pay = async () => 'requestPayment:fail cancel'")
    mine.tab("账单")
    mine.here(".card.flush .row [role=checkbox]").last.tap()
    mine.tap("去缴费")
    mine.here(".bar button").tap()
    mine.sees("还没有支付")
    mine.tap("不支付了")
    mine.page.locator("#layer button").last.tap()
    mine.sees("支付已关闭")
    assert scalar(site, "SELECT status FROM payment ORDER BY id DESC LIMIT 1") == "closed"


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
