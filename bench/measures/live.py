"""From the technician's click to the resident's DOM, beside the click of a bare Reflex echo app to its own DOM."""

from playwright.sync_api import Browser, Page
from sqlmodel import col, select

from bench.bare_pages import bare_pages, serving_bare
from bench.browser import chromium, context_for
from bench.load import percentile, spread
from bench.orders import leaf
from bench.plan import BARE_CLICKS, LIVE_ORDERS, ratio, say
from bench.world import World, on_duty, phone_of, product, world
from estate_app import db
from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork
from estate_app.property.models import RoomMember
from estate_app.repair.dispatch import assign_by_hand
from estate_app.repair.intake import report

_STEPS = ("accept", "set-out", "start")
_SEEN = "[data-testid=timeline]"


def measure() -> dict[str, object]:
    """Take every step of some orders in one browser context while the resident watches in another."""
    with bare_pages() as (folder, variables), world() as site:
        on_duty(site.engine)
        with chromium() as browser:
            ours = _ours(site, browser)
            with serving_bare(folder, variables) as server:
                bare = _bare(browser, server.url)
    return {
        "steps": len(ours),
        **spread(ours),
        "bare_clicks": len(bare),
        "bare": spread(bare),
        "ratio_p50": ratio(percentile(ours, 50), percentile(bare, 50)),
        "ratio_p95": ratio(percentile(ours, 95), percentile(bare, 95)),
    }


def _ours(site: World, browser: Browser) -> list[float]:
    owner, technician, supervisor = (site.actor(key) for key in ("owner", "technician", "supervisor"))
    category = leaf(site.engine)
    with product(site) as server:
        resident = context_for(browser, server.url, site.token(phone_of("owner"))).new_page()
        worker = context_for(browser, server.url, site.token(phone_of("technician"))).new_page()
        spans: list[float] = []
        for number in range(LIVE_ORDERS + 1):
            order_id = db.run_in_uow(_order, owner, supervisor, technician.id, category)
            for page, path in ((resident, f"/repairs/{order_id}"), (worker, f"/tech/jobs/{order_id}")):
                page.goto(server.url + path)
                page.wait_for_selector(_SEEN)
            took = [_step(worker, resident, step) for step in _STEPS]
            say(f"  order {number}: {[round(span * 1000) for span in took]} ms")
            spans += took if number else []
        for page in (resident, worker):
            page.context.close()
    return spans


def _order(uow: UnitOfWork, owner: Actor, supervisor: Actor, technician_id: int, category: int) -> int:
    """A report of the owner, in the technician's hands but not answered."""
    room = uow.session.exec(select(RoomMember.room_id).where(RoomMember.account_id == owner.id).order_by(col(RoomMember.id))).first()
    order = report(uow, owner, category_id=category, room_id=room, description="厨房水槽下面的水管漏水，已经关了总阀")
    if order.technician_id != technician_id:
        seen = order.technician_id
        assign_by_hand(uow, supervisor, order_id=order.id, technician_id=technician_id, reason="住户指定的师傅", seen_technician_id=seen)
    return order.id or 0


def _step(worker: Page, resident: Page, testid: str) -> float:
    """One click and the seconds until the other browser shows it."""
    button = worker.locator(f"[data-testid={testid}]")
    button.wait_for(state="visible")
    resident.wait_for_selector(_SEEN)
    resident.evaluate(f"() => {{ window.benchSeen = window.benchWatch('{_SEEN}'); }}")
    button.click()
    seen = float(resident.evaluate("() => window.benchSeen"))
    return (seen - float(worker.evaluate("() => window.benchClicked"))) / 1000


def _bare(browser: Browser, url: str) -> list[float]:
    page = context_for(browser, url).new_page()
    page.goto(url + "/echo")
    page.wait_for_selector("#push")
    page.click("#push")
    page.wait_for_function("() => document.querySelector('#shown').textContent === '1'")
    spans = []
    for _ in range(BARE_CLICKS):
        page.evaluate("() => { window.benchSeen = window.benchWatch('#shown'); }")
        page.click("#push")
        seen = page.evaluate("() => window.benchSeen")
        spans.append((seen - page.evaluate("() => window.benchClicked")) / 1000)
    page.context.close()
    return spans
