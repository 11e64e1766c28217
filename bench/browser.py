"""A Chromium for the measures that need one: contexts signed in as somebody, clocks of clicks and of what they change."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tools.chromium import find

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage", "--disable-renderer-backgrounding", "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
)  # fmt: skip
CLICKED = "window.benchClicked = 0; document.addEventListener('click', () => { window.benchClicked = Date.now(); }, true);"
"""Notes the instant of each click; both pages of a measure are on this machine and read its one clock."""
CHANGED = """
window.benchWatch = (selector) => new Promise((resolve) => {
    const before = document.querySelector(selector).textContent;
    const look = new MutationObserver(() => {
        const now = document.querySelector(selector);
        if (now && now.textContent !== before) { look.disconnect(); resolve(Date.now()); }
    });
    look.observe(document.body, { subtree: true, childList: true, characterData: true });
});
"""
"""Resolves to the instant at which an element's text is another."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """One Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(ARGUMENTS))
        yield browser
        browser.close()


def context_for(browser: Browser, url: str, token: str | None = None) -> BrowserContext:
    """A phone of its own, signed in when a token is given."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce"
    )
    context.set_default_timeout(30_000)
    context.add_init_script(CLICKED + CHANGED)
    if token is not None:
        context.add_cookies([{"name": "estate_session", "value": token, "url": url, "httpOnly": True, "sameSite": "Lax"}])
    return context
