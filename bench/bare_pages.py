"""The machine's own limit for pages: a bare Reflex app, built once a run into a temporary folder with the product's node_modules.

    python -m bench.bare_pages build    compile and bundle, in the folder
    python -m bench.bare_pages serve    serve it, in the folder, as the product is served

`/` says hello; a click on `/echo` sets a var and the page shows it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.plan import say
from bench.process import ROOT, Server, free_port, serving
from tools.build import environment, talk_to_own_origin

_CONFIG = """
import os
import reflex as rx
port = int(os.environ["BARE_PORT"])
url = f"http://localhost:{port}"
config = rx.Config(app_name="bare", frontend_port=port, backend_port=port, backend_host="127.0.0.1", api_url=url, deploy_url=url,
    cors_allowed_origins=[url], telemetry_enabled=False, show_built_with_reflex=False, frontend_lazy_bundled_libraries=True,
    disable_plugins=[rx.plugins.SitemapPlugin])
"""
_APP = """
import reflex as rx

class Echo(rx.State):
    shown: int = 0

    @rx.event
    def push(self):
        self.shown += 1

def hello():
    return rx.el.main(rx.el.h1("Hello"))

def echo():
    return rx.el.main(rx.el.button("push", on_click=Echo.push, id="push"), rx.el.p(Echo.shown, id="shown"))

app = rx.App(html_lang="en")
app.add_page(hello, route="/", title="Hello", description="Hello")
app.add_page(echo, route="/echo", title="Echo", description="Echo")
"""


@contextmanager
def bare_pages() -> Iterator[tuple[Path, dict[str, str]]]:
    """Build the bare app into a temporary folder; gives the folder and the environment to serve it in."""
    folder = Path(tempfile.mkdtemp(prefix="estate-bare-"))
    try:
        say("  building the bare Reflex app")
        (folder / "rxconfig.py").write_text(_CONFIG)
        # The product's lock: its package.json names what its node_modules hold.
        shutil.copytree(ROOT / "reflex.lock", folder / "reflex.lock")
        (folder / "bare").mkdir()
        (folder / "bare" / "__init__.py").touch()
        (folder / "bare" / "bare.py").write_text(_APP)
        variables = environment() | {"BARE_PORT": str(free_port()), "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"}
        command = [sys.executable, "-m", "bench.bare_pages", "build"]
        done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"the bare app was not built:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        yield folder, variables
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def serving_bare(folder: Path, variables: dict[str, str]) -> Iterator[Server]:
    """Serve the built bare app."""
    port = int(variables["BARE_PORT"])
    arguments = ["-m", "bench.bare_pages", "serve"]
    with serving(arguments, port=port, ready="/ping", log=folder / "bare.log", environment=variables, cwd=folder) as server:
        yield server


def _build() -> None:
    from reflex.utils import build, frontend_skeleton, js_runtimes, prerequisites
    from reflex_base import constants
    from reflex_base.environment import environment as reflex_environment

    # What the bare app needs is a part of what the product has installed.
    js_runtimes.install_frontend_packages = lambda *_: None
    reflex_environment.REFLEX_ENV_MODE.set(constants.Env.PROD)
    web = Path.cwd() / ".web"
    prerequisites.initialize_reflex_user_directory()  # type: ignore[no-untyped-call]
    frontend_skeleton.initialize_web_directory()  # type: ignore[no-untyped-call]
    frontend_skeleton.sync_root_lockfiles_to_web()
    _share(ROOT / ".web" / "node_modules", web / "node_modules")
    prerequisites.get_compiled_app(prerender_routes=True, trigger="export")
    build.setup_frontend(Path.cwd())
    talk_to_own_origin(web / "utils" / "state.js")
    build.build()  # type: ignore[no-untyped-call]


def _share(source: Path, target: Path) -> None:
    """Link every file of the product's node_modules; Vite does not follow one link to the whole. On another disk they are copied."""
    copy = os.link if source.stat().st_dev == target.parent.stat().st_dev else shutil.copy2
    shutil.copytree(source, target, symlinks=True, copy_function=copy, ignore=shutil.ignore_patterns(".vite*", ".cache"))


def _serve() -> None:
    from granian.constants import Interfaces
    from granian.server import Server as Granian

    os.environ.update({"REFLEX_ENV_MODE": "prod", "__REFLEX_SKIP_COMPILE": "true", "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true"})
    Granian(
        target="bare.bare:app",
        factory=True,
        address="127.0.0.1",
        port=int(os.environ["BARE_PORT"]),
        interface=Interfaces.ASGI,
        workers=1,
        log_access=False,
        websockets=True,
    ).serve()


if __name__ == "__main__":
    {"build": _build, "serve": _serve}[sys.argv[1]]()
