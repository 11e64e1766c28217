"""Cold start, from the process's start to a `/readyz` of 200, and resident memory then, beside a bare Reflex hello app."""

from statistics import median

from bench.bare_pages import bare_pages, serving_bare
from bench.plan import STARTS, ratio, say
from bench.process import Server, resident_mb
from bench.world import product, world


def measure() -> dict[str, object]:
    """Start each several times, the data already there, and give the medians."""
    with bare_pages() as (folder, variables), world() as site:
        ours, bare = [], []
        for _ in range(STARTS):
            with product(site) as server:
                ours.append(_weigh(server, "ours"))
            with serving_bare(folder, variables) as server:
                bare.append(_weigh(server, "bare"))
    seconds, bare_seconds = median(s for s, _ in ours), median(s for s, _ in bare)
    web, bare_web = median(m["web"] for _, m in ours), median(m["web"] for _, m in bare)
    return {
        "starts": STARTS,
        "ready_s": round(seconds, 2),
        "bare_ready_s": round(bare_seconds, 2),
        "ready_ratio": ratio(seconds, bare_seconds),
        "rss_mb": round(web, 1),
        "bare_rss_mb": round(bare_web, 1),
        "rss_ratio": ratio(web, bare_web),
        "sandbox_rss_mb": round(median(m.get("sandbox", 0.0) for _, m in ours), 1),
    }


def _weigh(server: Server, name: str) -> tuple[float, dict[str, float]]:
    memory = resident_mb(server.process.pid)
    say(f"  {name}: ready in {server.ready_seconds:.2f} s, {memory} MB")
    return server.ready_seconds, memory
