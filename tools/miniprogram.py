"""The mini-program's checks: its types follow the API, its pages and templates are right, and a host runs them in a browser.

python -m tools.miniprogram check        types from the API as it is now to the templates; fails when the client no longer fits
python -m tools.miniprogram types        write miniprogram/typings/api.d.ts anew from the API
python -m tools.miniprogram host FOLDER  build the page that runs the mini-program in a browser
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools.build import environment

ROOT = Path(__file__).resolve().parents[1]
CHECKS = ROOT / "tests" / "miniprogram"
TYPINGS = ROOT / "miniprogram" / "typings" / "api.d.ts"


def prepare() -> None:
    """Install the checks' own packages from the committed lock, unless just these lie there."""
    stamp = CHECKS / "node_modules" / ".estate-lock.sha256"
    wanted = hashlib.sha256((CHECKS / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    for last in (False, True):
        if _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], check=last) == 0:
            break
    stamp.write_text(wanted)


def openapi_text() -> str:
    """The API's description as the types are made from it."""
    from miniprogram_api.app import create_app

    document = create_app().openapi()
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"] = {code: answer for code, answer in operation["responses"].items() if code.startswith("2")}
            operation.pop("operationId", None)
    return json.dumps(_bare(document), sort_keys=True)


def _bare(value: Any) -> Any:
    """A description without prose: a reworded sentence is no drift."""
    if isinstance(value, dict):
        is_prose = isinstance(value.get("description"), str)
        left_out = {
            "examples",
            "example",
            "summary",
            *(["description"] if is_prose else []),
            *(["title"] if isinstance(value.get("title"), str) else []),
        }
        return {name: _bare(one) for name, one in value.items() if name not in left_out}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def write_types(target: Path = TYPINGS) -> None:
    """Write the client's types from the API."""
    with tempfile.TemporaryDirectory() as folder:
        description = Path(folder) / "openapi.json"
        description.write_text(openapi_text(), "utf-8")
        _run(
            ["npx", "openapi-typescript", str(description), "-o", str(target), "--alphabetize", "--default-non-nullable", "false"],
            quiet=True,
        )


def check() -> int:
    """Check the client against the API as it is now; 0 when all is well.

    The committed types serve the editor. What is new in the API and not yet in them breaks nothing and is only said.
    """
    prepare()
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "api.d.ts"
        write_types(fresh)
        if fresh.read_text("utf-8") != TYPINGS.read_text("utf-8"):
            sys.stdout.write("the API has changed since miniprogram/typings was written: run `python -m tools.miniprogram types`\n")
        return _run(["node", "check.ts", str(fresh)], check=False)


def build_host(folder: Path) -> None:
    """Build the page that runs the mini-program in a browser."""
    prepare()
    _run(["node", "host/build.ts", str(folder)])


def _run(command: list[str], *, check: bool = True, quiet: bool = False) -> int:
    silent = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, cwd=CHECKS, env=environment(), check=check, stdout=silent).returncode


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="tools.miniprogram", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("check", "types", "host"))
    parser.add_argument("folder", nargs="?", type=Path)
    options = parser.parse_args()
    if options.what == "host":
        if options.folder is None:
            parser.error("say into which folder")
        build_host(options.folder.resolve())
        return 0
    if options.what == "types":
        prepare()
        write_types()
        return 0
    return check()


if __name__ == "__main__":
    sys.exit(main())
