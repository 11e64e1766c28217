"""Prints the path of a Chromium; installs one where none is found.

In turn: CHROMIUM_PATH, one on PATH, Playwright's own, the system's package when root on Debian.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The first Chromium that is there already."""
    given = os.environ.get("CHROMIUM_PATH")
    if given and Path(given).exists():
        return given
    for name in NAMES:
        if path := shutil.which(name):
            return path
    caches = (Path.home() / ".cache" / "ms-playwright").glob("chromium-*/chrome-linux*/chrome")
    return next((str(path) for path in sorted(caches, reverse=True)), None)


def install() -> None:
    """Install one: the system's package when root on Debian, else Playwright's own build."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], check=False, stdout=sys.stderr, env=environment)
        command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-noto-cjk"]
        if subprocess.run(command, check=False, stdout=sys.stderr, env=environment).returncode == 0:
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True, stdout=sys.stderr)


def main() -> None:
    """Print the path, or say what to do."""
    if find() is None:
        install()
    path = find()
    if path is None:
        sys.exit("No Chromium was found. Install one, or set CHROMIUM_PATH to it.")
    print(path)


if __name__ == "__main__":
    main()
