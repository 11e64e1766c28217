"""A technician without a network: an order is completed on the phone, and replayed in order once the network is back."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.browser.conftest import PATIENCE_MS, NewPerson, Site

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def job(site: Site) -> tuple[str, int]:
    """A technician's phone and an order that they have accepted a while ago."""
    with site.engine.begin() as connection:
        found = connection.execute(
            text(
                "UPDATE repair_order SET status = 'accepted', accepted_at = now(), assigned_at = now() - interval '1 hour'"
                " FROM account a WHERE a.id = technician_id AND repair_order.id = ("
                "SELECT o.id FROM repair_order o JOIN repair_category c ON c.id = o.category_id"
                " WHERE o.status IN ('assigned', 'accepted', 'on_the_way') AND o.technician_id IS NOT NULL AND o.incident_id IS NULL"
                " AND NOT c.is_paid ORDER BY o.id LIMIT 1) RETURNING a.phone, repair_order.id"
            )
        ).one()
    return str(found[0]), int(found[1])


def read(site: Site, order_id: int) -> tuple[str, list[str]]:
    with site.engine.connect() as connection:
        status = connection.execute(text("SELECT status FROM repair_order WHERE id = :id"), {"id": order_id}).scalar_one()
        steps = connection.execute(
            text("SELECT action FROM order_step WHERE order_id = :id AND client_at IS NOT NULL ORDER BY id"), {"id": order_id}
        )
        return str(status), list(steps.scalars())


def wait_kept(page: Page, cache: str, path: str) -> None:
    """Wait until the phone has kept a part; `wait_for_function` takes a promise for an answer, `evaluate` waits for it."""
    for _ in range(PATIENCE_MS // 500):
        if page.evaluate("([cache, path]) => caches.open(cache).then((c) => c.match(path)).then(Boolean)", [cache, path]):
            return
        page.wait_for_timeout(500)
    pytest.fail(f"{path} was not kept on the phone")


def test_an_order_is_completed_offline_and_replayed(site: Site, person: NewPerson, job: tuple[str, int], tmp_path: Path):
    phone, order_id = job
    picture = tmp_path / "after.jpg"
    Image.new("RGB", (640, 480), "#487").save(picture)
    technician = person(phone)
    page = technician.open(f"/tech/jobs/{order_id}")
    expect(page.get_by_test_id("set-out")).to_be_visible()
    wait_kept(page, "estate-pages", f"/tech/jobs/{order_id}")
    wait_kept(page, "estate-static", "/js/field.js")
    assert page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    technician.context.set_offline(True)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-snapshot", re.compile("T"))
    expect(page.get_by_test_id("set-out")).to_be_hidden()
    page.get_by_test_id("offline-start").click()
    expect(page.get_by_test_id("upload-band")).to_contain_text("网络已断开，1 条操作待上传")
    page.get_by_test_id("offline-open-complete").click()
    sheet = page.get_by_test_id("offline-complete-form")
    sheet.get_by_test_id("offline-note").fill("更换角阀并试压十分钟，无渗漏")
    sheet.get_by_test_id("offline-labour_minutes").fill("35")
    sheet.locator("input[type=file]").set_input_files(picture)
    page.get_by_test_id("offline-complete-send").click()
    expect(sheet).to_be_hidden()
    expect(page.get_by_test_id("upload-band")).to_contain_text("2 条操作待上传")
    page.get_by_test_id("upload-band").locator("a").click()
    page.wait_for_url(re.compile("/tech/queue/?$"))
    expect(page.get_by_test_id("queued")).to_have_count(2)
    expect(page.get_by_test_id("queued").nth(1)).to_contain_text("更换角阀并试压十分钟，无渗漏")
    assert read(site, order_id) == ("accepted", [])

    technician.context.set_offline(False)
    expect(page.get_by_test_id("queued")).to_have_count(0)
    technician.open(f"/tech/jobs/{order_id}")
    expect(page.get_by_test_id("timeline")).to_contain_text("更换角阀并试压十分钟")
    # The demo asks for proof at the door: a start without one is noted.
    assert read(site, order_id) == ("completed", ["start", "arrive", "complete"])
    # What the console says of the network that was cut is what the test is about.
    technician.complaints[:] = [c for c in technician.complaints if "net::ERR_" not in c and "websocket error" not in c.lower()]
