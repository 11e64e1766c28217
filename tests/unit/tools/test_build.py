"""The build step: what makes it run again, and what never reaches the committed lock."""

import json
from pathlib import Path

import pytest

from tools.build import LOCK, fingerprint, is_current, strip_registry, talk_to_own_origin


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small project with one page and one asset."""
    for name, text in {"estate_app/ui/page.py": "one", "assets/css/base.css": "two", "rxconfig.py": "three"}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


class TestFingerprint:
    def test_changes_with_a_page_an_asset_and_a_name(self, tree: Path) -> None:
        before = fingerprint(tree)
        (tree / "assets/css/base.css").write_text("changed")
        after_content = fingerprint(tree)
        (tree / "rxconfig.py").rename(tree / "estate_app/ui/moved.py")
        assert len({before, after_content, fingerprint(tree)}) == 3

    def test_does_not_change_with_a_service(self, tree: Path) -> None:
        before = fingerprint(tree)
        (tree / "estate_app/service.py").write_text("a service")
        assert fingerprint(tree) == before

    def test_a_build_is_current_only_with_the_stamp_of_its_sources(self, tree: Path) -> None:
        assert not is_current(tree)
        (tree / ".web").mkdir()
        (tree / ".web/estate-build.sha256").write_text(fingerprint(tree))
        assert is_current(tree)
        (tree / "estate_app/ui/page.py").write_text("edited")
        assert not is_current(tree)


class TestLock:
    def test_addresses_go_and_hashes_stay(self) -> None:
        lock = {
            "lockfileVersion": 3,
            "packages": {
                "": {"name": "x"},
                "node_modules/a": {"version": "1.0.0", "resolved": "https://host/a.tgz", "integrity": "sha512-x"},
            },
        }
        assert json.loads(strip_registry(json.dumps(lock)))["packages"]["node_modules/a"] == {"version": "1.0.0", "integrity": "sha512-x"}

    def test_the_committed_lock_names_no_host(self) -> None:
        text = (LOCK / "package-lock.json").read_text("utf-8")
        packages = json.loads(text)["packages"]
        assert len(packages) > 100
        assert not [name for name, package in packages.items() if "resolved" in package]
        assert "registry" not in text


class TestTalkToOwnOrigin:
    def test_extends_the_template_once(self, tmp_path: Path) -> None:
        path = tmp_path / "state.js"
        path.write_text("a\n  const endpoint = new URL(url_str);\nb\n")
        talk_to_own_origin(path)
        talk_to_own_origin(path)
        assert path.read_text().count("window.location") == 1

    def test_fails_loudly_when_the_template_changed(self, tmp_path: Path) -> None:
        path = tmp_path / "state.js"
        path.write_text("something else")
        with pytest.raises(RuntimeError, match="no longer holds the line"):
            talk_to_own_origin(path)
