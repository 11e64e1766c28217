"""The catalogue tool: what it finds, what it merges, what it refuses."""

import json
import threading
from pathlib import Path

import pytest

from tools.messages import (
    catalogue_path,
    check,
    extract,
    fill,
    main,
    prune,
    read_catalogue,
    write_catalogue,
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small source tree with two messages and one id that is not a literal."""
    source = tmp_path / "estate_app"
    source.mkdir()
    (source / "one.py").write_text('title = t("Report a fault")\nerror = msg("Write at least {count} characters", count=10)\n')
    return tmp_path


class TestExtract:
    def test_finds_literal_ids_of_all_three_markers(self, tree: Path) -> None:
        (tree / "estate_app" / "two.py").write_text('LABEL = n_("Sub" "mitted")\nother("Not a message")\n')
        assert extract(tree).ids == {
            "Report a fault",
            "Write at least {count} characters",
            "Submitted",
        }

    def test_reports_the_line_of_an_id_that_is_not_a_literal(self, tree: Path) -> None:
        (tree / "estate_app" / "two.py").write_text('\nname = "x"\nmsg(name)\nt(f"hello {name}")\n')
        assert extract(tree).dynamic == ("estate_app/two.py:3", "estate_app/two.py:4")


class TestFill:
    def test_merges_and_keeps_what_was_there(self, tree: Path) -> None:
        assert fill(tree, {"Report a fault": "我要报修"}) == []
        assert fill(tree, {"Write at least {count} characters": "请至少写 {count} 个字"}) == []
        assert read_catalogue(catalogue_path(tree, "zh")) == {
            "Report a fault": "我要报修",
            "Write at least {count} characters": "请至少写 {count} 个字",
        }

    def test_refuses_an_unknown_id_and_a_lost_placeholder(self, tree: Path) -> None:
        refused = fill(
            tree,
            {"Nobody says this": "没有", "Write at least {count} characters": "请多写"},
        )
        assert refused == [
            "not in the code: 'Nobody says this'",
            "placeholders differ: 'Write at least {count} characters' → '请多写'",
        ]
        assert read_catalogue(catalogue_path(tree, "zh")) == {}

    def test_side_by_side_runs_lose_nothing(self, tree: Path) -> None:
        ids = [f"Sentence {number}" for number in range(12)]
        (tree / "estate_app" / "two.py").write_text("\n".join(f't("{message_id}")' for message_id in ids))
        workers = [threading.Thread(target=fill, args=(tree, {message_id: f"译{message_id}"})) for message_id in ids]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert read_catalogue(catalogue_path(tree, "zh")).keys() == set(ids)

    def test_writes_the_same_bytes_twice(self, tree: Path) -> None:
        fill(tree, {"Report a fault": "我要报修"})
        first = catalogue_path(tree, "zh").read_bytes()
        fill(tree, {"Report a fault": "我要报修"})
        assert catalogue_path(tree, "zh").read_bytes() == first


class TestCheck:
    def test_lists_missing_unused_and_mismatched(self, tree: Path) -> None:
        write_catalogue(
            catalogue_path(tree, "zh"),
            "zh",
            {
                "Gone": "没了",
                "Write at least {count} characters": "请至少写 {number} 个字",
            },
        )
        report = check(tree)
        assert report.missing == ("Report a fault",)
        assert report.unused == ("Gone",)
        assert report.mismatched == ("'Write at least {count} characters' → '请至少写 {number} 个字'",)

    def test_english_needs_no_entry_that_equals_its_id(self, tree: Path) -> None:
        fill(
            tree,
            {
                "Report a fault": "我要报修",
                "Write at least {count} characters": "请至少写 {count} 个字",
            },
        )
        assert check(tree).is_clean


class TestPrune:
    def test_deletes_only_what_no_code_uses(self, tree: Path) -> None:
        write_catalogue(
            catalogue_path(tree, "zh"),
            "zh",
            {"Gone": "没了", "Report a fault": "我要报修"},
        )
        assert prune(tree) == 1
        assert read_catalogue(catalogue_path(tree, "zh")) == {"Report a fault": "我要报修"}


def test_the_command_fills_then_passes_its_check(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"], tree) == 1
    assert "missing in Chinese: Report a fault\n" in capsys.readouterr().out
    file = tree / "zh.json"
    file.write_text(
        json.dumps(
            {
                "Report a fault": "我要报修",
                "Write at least {count} characters": "至少 {count} 个字",
            }
        )
    )
    assert main(["--fill", str(file)], tree) == 0
    assert main(["--check"], tree) == 0
