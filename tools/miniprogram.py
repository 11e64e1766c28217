"""The mini-program's checks: its types follow the API, its pages and templates are right, and a host runs them in a browser.

python -m tools.miniprogram check        types from the API as it is now to the templates; fails when the client no longer fits
python -m tools.miniprogram types        write miniprogram/typings/api.d.ts anew from the API
python -m tools.miniprogram compile      let WeChat's own compilers read every template and style sheet (Linux on x86-64)
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
SOURCE = ROOT / "miniprogram" / "src"
TYPINGS = ROOT / "miniprogram" / "typings" / "api.d.ts"
# The compilers that WeChat's own test tools bring along, as binaries: none is run that is not just this one.
COMPILERS = "miniprogram-compiler@0.2.3"
COMPILER_SHA = {
    "wcc": "a9ae4babf6c8c07541ebc86b4a9c091f3ad69f7343b0c1e31c3ed7775b4eafd4",
    "wcsc": "ad2b53804ccf0d2266ad26afd349613985d021662cb9c7c758bef2d3f88f34fb",
}


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


def compile_all() -> int:
    """Let WeChat's compilers of templates and style sheets read the client; 0 when they accept all of it."""
    with tempfile.TemporaryDirectory() as folder:
        install = ["npm", "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--silent", COMPILERS]
        subprocess.run(install, cwd=folder, env=environment(), check=True)
        found = Path(folder) / "node_modules" / "miniprogram-compiler" / "bin" / "linux"
        for name, wanted in COMPILER_SHA.items():
            if hashlib.sha256((found / name).read_bytes()).hexdigest() != wanted:
                raise SystemExit(f"{name} is not the compiler that this check knows")
            (found / name).chmod(0o755)
        refused = 0
        for kind, command in (("wxml", [str(found / "wcc"), "-d"]), ("wxss", [str(found / "wcsc"), "-lc"])):
            files = sorted(str(path.relative_to(SOURCE)) for path in SOURCE.rglob(f"*.{kind}"))
            code = subprocess.run([*command, *files, "-o", f"{folder}/{kind}.js"], cwd=SOURCE, check=False).returncode
            sys.stdout.write(f"{len(files)} {kind} files {'refused' if code else 'accepted'}\n")
            refused |= code
    size = sum(path.stat().st_size for path in SOURCE.rglob("*") if path.is_file())
    sys.stdout.write(f"the folder holds {size / 1024:.0f} KB\n")
    return refused


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
    parser.add_argument("what", choices=("check", "types", "compile", "host"))
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
    return compile_all() if options.what == "compile" else check()


if __name__ == "__main__":
    sys.exit(main())
