"""A bare machine installs what this one has: every package is pinned once, and the files agree."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", re.MULTILINE)


def pins(name: str) -> list[tuple[str, str]]:
    """Name, as PEP 503 normalises it, and version of every pin in a requirements file."""
    return [(re.sub(r"[-_.]+", "-", package).lower(), version) for package, version in PIN.findall((ROOT / name).read_text())]


def test_no_package_is_pinned_twice() -> None:
    """Two spellings of one package with two versions cannot be installed together."""
    twice = [package for package, count in Counter(package for package, _ in pins("constraints.txt")).items() if count > 1]
    assert twice == []


def test_what_is_required_is_what_is_constrained() -> None:
    constrained = dict(pins("constraints.txt"))
    required = pins("requirements.txt") + pins("requirements-dev.txt")
    assert len(required) > 20
    assert {package: version for package, version in required if constrained.get(package) != version} == {}
