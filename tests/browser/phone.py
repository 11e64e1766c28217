"""WeChat on a phone: a page of Chromium that runs the mini-program's own files through WeChat's component framework."""

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

from estate_app import db
from estate_app.access.sessions import actor_of_token
from estate_app.sandbox.config import APP_ID
from estate_app.session import EstateSession
from tests.browser.conftest import PATIENCE_MS, Site
from tests.unit.media.clip import clip
from tools import miniprogram

# A socket that is closed on purpose, and refusals that a test asks for.
ALLOWED = ("WebSocket", "status of 401", "status of 404", "status of 409", "status of 422", "status of 502", "net::ERR_FAILED")
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
    loud = [one for one in complaints if not any(allowed in one for allowed in ALLOWED)]
    assert loud == [], loud


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


def step(site: Site, number: str, service: Callable[..., object], **given: object) -> None:
    """Do a technician's step as the web pages would, in a transaction of its own."""
    token = site.token(number)
    with EstateSession(site.engine) as session:
        uow = db.UnitOfWork(session, datetime.now(UTC))
        service(uow, actor_of_token(uow, token), **given)
        uow.commit()


def scalar(site: Site, query: str, **given: object) -> object:
    with site.engine.connect() as connection:
        return connection.execute(text(query), given).scalar()
