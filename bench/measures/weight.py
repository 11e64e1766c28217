"""What a phone must load: the JavaScript of the resident's home (gzip) and Lighthouse's phone score, beside the bare hello page."""

import gzip
import json
import subprocess
from pathlib import Path

from playwright.sync_api import Browser, Response

from bench.bare_pages import bare_pages, serving_bare
from bench.browser import chromium, context_for
from bench.plan import ratio, say
from bench.world import phone_of, product, world
from tools.build import environment
from tools.chromium import find

_LIGHTHOUSE = "lighthouse@13"
_AUDITS = {"first_paint_ms": "first-contentful-paint", "largest_paint_ms": "largest-contentful-paint", "blocking_ms": "total-blocking-time"}
_PATIENCE = 240


def measure() -> dict[str, object]:
    """Load both pages in an empty browser, then let Lighthouse judge both as a phone."""
    with bare_pages() as (folder, variables), world() as site:
        token = site.token(phone_of("owner"))
        with product(site) as server:
            with chromium() as browser:
                ours = _scripts(browser, server.url, token)
            score = _lighthouse(f"{server.url}/", folder, f"estate_session={token}")
        with serving_bare(folder, variables) as server:
            with chromium() as browser:
                bare = _scripts(browser, server.url, None)
            bare_score = _lighthouse(f"{server.url}/", folder, "")
    return {
        "js_gzip_bytes": sum(ours.values()),
        "js_files": len(ours),
        "bare_js_gzip_bytes": sum(bare.values()),
        "bare_js_files": len(bare),
        "ratio": ratio(sum(ours.values()), sum(bare.values())),
        "lighthouse": score,
        "bare_lighthouse": bare_score,
    }


def _scripts(browser: Browser, url: str, token: str | None) -> dict[str, int]:
    """Every script that the page loads, and how many bytes each is in gzip."""
    context = context_for(browser, url, token)
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 -- Playwright marks what it is given
    page.goto(url + "/")
    page.wait_for_selector("[data-testid=due]" if token else "h1")
    page.wait_for_load_state("networkidle")
    found = {a.url: len(gzip.compress(a.body(), 6)) for a in answers if a.url.partition("?")[0].endswith(".js") and a.status == 200}
    say(f"  {page.url}: {len(found)} scripts, {sum(found.values())} bytes")
    context.close()
    return found


def _lighthouse(url: str, folder: Path, cookie: str) -> dict[str, object]:
    """The performance score of 100 with the figures behind it; what stood in the way where there is none."""
    report, headers = folder / "lighthouse.json", folder / "headers.json"
    report.unlink(missing_ok=True)
    headers.write_text(json.dumps({"Cookie": cookie} if cookie else {}))
    command = [
        "npx", "--yes", _LIGHTHOUSE, url, "--quiet", "--only-categories=performance", "--output=json", f"--output-path={report}",
        f"--extra-headers={headers}", "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage",
    ]  # fmt: skip
    try:
        variables = environment() | {"CHROME_PATH": find() or "", "CI": "1"}
        done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        return {"score": None, "reason": f"{type(error).__name__}: {error}"[:300]}
    if not report.exists():
        return {"score": None, "reason": (done.stderr.strip() or done.stdout.strip())[-300:]}
    found = json.loads(report.read_text("utf-8"))
    score = found["categories"]["performance"]["score"]
    if score is None:
        return {"score": None, "reason": str(found.get("runtimeError", "no score"))[:300]}
    figures = {name: round(found["audits"][audit].get("numericValue", 0)) for name, audit in _AUDITS.items()}
    return {"score": round(score * 100), "version": found["lighthouseVersion"], **figures}
