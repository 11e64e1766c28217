"""Every way that the pages offer leads to a page, a file route or a phone."""

import re
from pathlib import Path

from estate_app.ui import nav
from estate_app.ui.routes import PAGES

UI = Path(__file__).parents[2] / "estate_app" / "ui"
FILES = (
    "/imports/",
    "/export/",
    "/receipts/",
    "/labels.pdf",
    "/media/",
    "/session/",
    "/css/",
    "/js/",
    "/icons",
    "/fonts/",
    "/brand/",
    "/manifest",
    "/favicon",
)


def patterns() -> list[re.Pattern[str]]:
    return [re.compile("^/" + re.sub(r"\[[^\]]+\]", "[^/]+", page.route.strip("/")) + "$") for page in PAGES]


def leads_somewhere(href: str) -> bool:
    path = href.split("?", maxsplit=1)[0].rstrip("/") or "/"
    return path.startswith(FILES) or any(pattern.match(path) for pattern in patterns())


def test_every_entry_of_the_navigation_leads_to_a_page():
    entries = [e for group in nav.MANAGER for e in group.entries] + [*nav.RESIDENT, *nav.RESIDENT_DESKTOP, *nav.TECHNICIAN]
    assert [entry.href for entry in entries if not leads_somewhere(entry.href)] == []


def test_every_address_written_in_the_pages_leads_somewhere():
    lost = []
    for path in UI.rglob("*.py"):
        for href in re.findall(r'href="(/[^"{]*)"|rx\.redirect\("(/[^"]*)"\)', path.read_text(encoding="utf-8")):
            address = next(part for part in href if part)
            # Addresses that end in a slash are completed with an id.
            if not leads_somewhere(address + "1" if address.endswith("/") and address != "/" else address):
                lost.append(f"{path.name}: {address}")
    assert lost == []
