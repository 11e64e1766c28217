"""`python -m bench [NAME…]`: one JSON line per measure on stdout, ours beside the machine's own limit measured in the same run."""

import importlib
import json
import os
import sys
import time

from bench.plan import IS_QUICK, say

NAMES = ("live", "api", "bill_run", "import_rooms", "start", "weight", "dispatch_one", "dispatch_plan", "reconcile")


def main(names: list[str]) -> int:
    """Run the measures that are named, or all."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        say(f"there is no measure {', '.join(unknown)}; there are {', '.join(NAMES)}")
        return 2
    for name in names or NAMES:
        say(f"{name} …")
        started = time.monotonic()
        figures = importlib.import_module(f"bench.measures.{name}").measure()
        line = {"measure": name, **figures, "cores": os.cpu_count(), "took_s": round(time.monotonic() - started, 1)}
        print(json.dumps(line | ({"quick": True} if IS_QUICK else {}), ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
