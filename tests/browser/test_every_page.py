"""Every page, as the person it is for, phone and desktop, both languages and appearances: whole, silent, accessible, nothing sideways."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import text

from estate_app.ui.routes import PAGES
from tests.browser.conftest import NewPerson, Site

LOOKS = [
    pytest.param(("zh-CN", "light", 390), id="zh-light-390"),
    pytest.param(("en-US", "dark", 1440), id="en-dark-1440"),
    # The other two of the four looks take as long again; `make test-long` takes them.
    pytest.param(("zh-CN", "dark", 1440), id="zh-dark-1440", marks=pytest.mark.long),
    pytest.param(("en-US", "light", 390), id="en-light-390", marks=pytest.mark.long),
]
PEOPLE = {"public": None, "resident": "owner", "technician": "technician", "manager": "supervisor"}
ADMINISTRATORS = ("/manage/permissions", "/manage/audit", "/manage/backups")
# What a list of one's own sessions calls browsers and systems, in every language.
PRODUCTS = {"Chrome", "Edge", "Firefox", "Safari", "Linux", "Windows", "Android", "iPhone", "iPad", "Mac", "HeadlessChrome", "WeChat"}
# With ESTATE_SHOTS=<folder> the pictures are kept, to be looked at beside design/screens.
SHOTS = os.environ.get("ESTATE_SHOTS")

ONE_OF = {
    "/repairs/": "SELECT o.id FROM repair_order o JOIN account a ON a.id = o.reporter_id WHERE a.phone = '13800000001' ORDER BY o.id DESC LIMIT 1",
    "/bills/": "SELECT b.id FROM bill b JOIN room_member m USING (room_id) JOIN account a ON a.id = m.account_id WHERE a.phone = '13800000001' ORDER BY b.id DESC LIMIT 1",
    "/pay/": "SELECT p.id FROM payment p JOIN account a ON a.id = p.payer_id WHERE a.phone = '13800000001' ORDER BY p.id DESC LIMIT 1",
    "/receipts/": "SELECT r.id FROM receipt r JOIN payment p ON p.id = r.payment_id JOIN account a ON a.id = p.payer_id WHERE a.phone = '13800000001' ORDER BY r.id DESC LIMIT 1",
    "/feedback/": "SELECT f.id FROM feedback f JOIN account a ON a.id = f.author_id WHERE a.phone = '13800000001' ORDER BY f.id LIMIT 1",
    "/me/rooms/": "SELECT m.room_id FROM room_member m JOIN account a ON a.id = m.account_id WHERE a.phone = '13800000001' ORDER BY m.id LIMIT 1",
    "/income/": "SELECT d.id FROM disclosure d JOIN room r USING (estate_id) JOIN room_member m ON m.room_id = r.id JOIN account a ON a.id = m.account_id WHERE a.phone = '13800000001' AND d.status = 'published' ORDER BY d.id DESC LIMIT 1",
    "/manage/income/": "SELECT max(id) FROM disclosure",
    "/receipt/": "SELECT r.check_code FROM receipt r ORDER BY r.id DESC LIMIT 1",
    "/tech/jobs/": "SELECT o.id FROM repair_order o JOIN account a ON a.id = o.technician_id WHERE a.phone = '13800000003' ORDER BY o.changed_at DESC LIMIT 1",
    "/manage/repairs/": "SELECT max(id) FROM repair_order",
    "/manage/feedback/": "SELECT max(id) FROM feedback",
    "/manage/billing/": "SELECT max(id) FROM bill_run",
    "/manage/bills/": "SELECT max(id) FROM bill",
    "/manage/technicians/": "SELECT min(account_id) FROM technician",
    "/manage/payments/": "SELECT max(id) FROM payment",
    "/manage/property/": "SELECT min(id) FROM room",
    "/manage/tariffs/": "SELECT min(id) FROM fee_item",
    "/report/": "SELECT code FROM facility ORDER BY id LIMIT 1",
    "/manage/facilities/": "SELECT min(id) FROM facility",
    "/manage/stock/": "SELECT min(id) FROM stock_item",
    "/manage/arrears/": "SELECT room_id FROM bill WHERE status IN ('unpaid', 'partly_paid') AND due_on < CURRENT_DATE ORDER BY id LIMIT 1",
    "/manage/meters/": "SELECT min(id) FROM meter",
    "/manage/imports/": "SELECT min(id) FROM import_job",
}


def address(site: Site, route: str) -> str:
    """A real address of a route, with something of the demo's in it; nothing where the demo has none, as of files imported by hand."""
    if "[" not in route:
        return "/" + route.strip("/")
    path = "/" + route.strip("/")
    prefix = max((p for p in ONE_OF if path.startswith(p)), key=len)
    with site.engine.connect() as connection:
        value = connection.execute(text(ONE_OF[prefix])).scalar_one_or_none()
    if value is None:
        return ""
    return path.replace(path[path.index("[") : path.index("]") + 1], str(value))


def belongs(listed: str, role: str) -> bool:
    """Pages of everybody are looked at as a resident."""
    return listed == role or (listed == "everybody" and role == "resident")


def visit_all(site: Site, person: NewPerson, role: str, look: tuple[str, str, int], *, only: tuple[str, ...] | None = None) -> list[str]:
    locale, scheme, width = look
    key = "administrator" if only else PEOPLE[role]
    somebody = person(key, width=width, locale=locale, scheme=scheme)
    wrong: list[str] = []
    for page in PAGES:
        path = "/" + page.route.strip("/")
        if not belongs(page.role, role) or ((path in ADMINISTRATORS) != bool(only)):
            continue
        wrong += look_at(site, somebody, path, f"{role}-{locale[:2]}-{scheme}-{width}")
    return wrong


def look_at(site: Site, somebody: object, path: str, look: str) -> list[str]:
    where = address(site, path)
    if not where:
        return []
    page = somebody.open(where)
    page.wait_for_load_state("networkidle")
    if SHOTS:
        folder = Path(SHOTS) / (path.strip("/").replace("/", "_") or "home")
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{look}.png", full_page="390" in look)
    wrong = []
    if page.locator("[data-testid=not-found]").count():
        wrong.append(f"{path}: not found")
    if page.locator("h1").count() != 1:
        wrong.append(f"{path}: {page.locator('h1').count()} h1")
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if sideways > 0:
        wrong.append(f"{path}: {sideways} px sideways")
    violations = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}).response["violations"]
    wrong += [f"{path}: {v['id']}: {n['html'][:160]}" for v in violations for n in v["nodes"][:3]]
    if "-zh-" in look:
        page.evaluate("document.querySelectorAll('[lang=en]').forEach((part) => part.remove())")
        wrong += [f"{path}: English: {line}" for line in english_lines(page.locator("body").inner_text())]
    return wrong


def english_lines(text: str) -> list[str]:
    """Lines of several English words on a Chinese page; names of products, numbers and units are no sentences."""
    return [line for line in text.splitlines() if len([w for w in line.split() if is_english_word(w)]) >= 2]


def is_english_word(word: str) -> bool:
    return word.isascii() and word.isalpha() and len(word) > 2 and word not in PRODUCTS


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("role", PEOPLE)
def test_every_page_is_whole(site, person, role, look):
    assert visit_all(site, person, role, look) == []


@pytest.mark.parametrize("look", LOOKS[:2])
def test_every_administrators_page_is_whole(site, person, look):
    assert visit_all(site, person, "manager", look, only=ADMINISTRATORS) == []
