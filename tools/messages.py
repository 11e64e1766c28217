"""Keeps the catalogues in step with the code: finds message ids, merges Chinese, reports what is missing or unused.

python -m tools.messages --fill FILE.json    merge a JSON object {id: Chinese} into the catalogue (safe side by side)
python -m tools.messages --check             list missing, unused and mismatched messages; exit 1 if there are any
python -m tools.messages --prune             delete entries no code uses
"""

import argparse
import ast
import fcntl
import io
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("estate_app", "miniprogram_api")
MARKERS = frozenset({"msg", "t", "n_"})
# These two define the markers and pass ids through; their own calls are not messages.
DEFINING = frozenset({Path("estate_app/kit/i18n.py"), Path("estate_app/ui/text.py")})
PLACEHOLDER = re.compile(r"\{(\w+)\}")
# A catalogue carries no clock of its own: two runs over the same code write the same bytes.
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Extraction:
    """The ids found in the code, and the places whose id is not a literal."""

    ids: frozenset[str]
    dynamic: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What is wrong with the catalogue, ready to print."""

    missing: tuple[str, ...]
    unused: tuple[str, ...]
    mismatched: tuple[str, ...]
    dynamic: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether code and catalogues agree."""
        return not (self.missing or self.unused or self.mismatched or self.dynamic)


def catalogue_path(root: Path, locale: str) -> Path:
    """Where a locale's catalogue lies."""
    return root / "estate_app" / "locale" / locale / "LC_MESSAGES" / "estate.po"


def extract(root: Path) -> Extraction:
    """Find every literal id passed to a marker below the source folders."""
    ids: set[str] = set()
    dynamic: list[str] = []
    for path in sorted(file for source in SOURCES for file in (root / source).rglob("*.py")):
        name = path.relative_to(root)
        if name in DEFINING:
            continue
        for call in _marked_calls(ast.parse(path.read_text("utf-8"), filename=str(name))):
            first = call.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                ids.add(first.value)
            else:
                dynamic.append(f"{name}:{call.lineno}")
    return Extraction(frozenset(ids), tuple(dynamic))


def _marked_calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKERS and node.args:
            yield node


def placeholders(text: str) -> frozenset[str]:
    """The `{name}` placeholders of a text."""
    return frozenset(PLACEHOLDER.findall(text))


def read_catalogue(path: Path) -> dict[str, str]:
    """Read a catalogue as id → translation; an absent file is an empty one."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file)
    return {str(entry.id): str(entry.string) for entry in catalogue if entry.id and entry.string}


def write_catalogue(path: Path, locale: str, entries: Mapping[str, str]) -> None:
    """Write a catalogue whole, sorted by id, in one rename."""
    catalogue = Catalog(
        locale=locale,
        project="estate",
        version="1",
        creation_date=EPOCH,
        revision_date=EPOCH,
        fuzzy=False,
    )
    for message_id in sorted(entries):
        catalogue.add(message_id, entries[message_id])
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=0, omit_header=False, include_lineno=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".po.new")
    draft.write_bytes(buffer.getvalue())
    draft.replace(path)


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Hold the catalogues for one writer; others wait."""
    folder = root / "estate_app" / "locale"
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def fill(root: Path, translations: Mapping[str, str]) -> list[str]:
    """Merge translations into the Chinese catalogue and say what was refused, one line each."""
    refused: list[str] = []
    with locked(root):
        path = catalogue_path(root, "zh")
        known = extract(root).ids
        entries = read_catalogue(path)
        for message_id, text in translations.items():
            if message_id not in known:
                refused.append(f"not in the code: {message_id!r}")
            elif placeholders(message_id) != placeholders(text):
                refused.append(f"placeholders differ: {message_id!r} → {text!r}")
            else:
                entries[message_id] = text
        write_catalogue(path, "zh", entries)
    return refused


def check(root: Path) -> Report:
    """Compare the code with the catalogues. English may leave out what equals its id."""
    found = extract(root)
    chinese = read_catalogue(catalogue_path(root, "zh"))
    english = read_catalogue(catalogue_path(root, "en"))
    return Report(
        missing=tuple(sorted(found.ids - chinese.keys())),
        unused=tuple(sorted((chinese.keys() | english.keys()) - found.ids)),
        mismatched=tuple(
            sorted(
                f"{message_id!r} → {text!r}"
                for entries in (chinese, english)
                for message_id, text in entries.items()
                if placeholders(message_id) != placeholders(text)
            )
        ),
        dynamic=found.dynamic,
    )


def prune(root: Path) -> int:
    """Delete the entries no code uses; return how many."""
    deleted = 0
    with locked(root):
        known = extract(root).ids
        for locale in ("zh", "en"):
            path = catalogue_path(root, locale)
            entries = read_catalogue(path)
            kept = {message_id: text for message_id, text in entries.items() if message_id in known}
            if len(kept) != len(entries):
                write_catalogue(path, locale, kept)
                deleted += len(entries) - len(kept)
    return deleted


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run one of the three commands; return the exit code."""
    parser = argparse.ArgumentParser(prog="tools.messages", description=__doc__)
    command = parser.add_mutually_exclusive_group(required=True)
    command.add_argument("--fill", type=Path, metavar="FILE.json")
    command.add_argument("--check", action="store_true")
    command.add_argument("--prune", action="store_true")
    options = parser.parse_args(arguments)
    if options.fill:
        refused = fill(root, json.loads(options.fill.read_text("utf-8")))
        _print_lines("refused", refused)
        return 1 if refused else 0
    if options.prune:
        sys.stdout.write(f"{prune(root)} deleted\n")
        return 0
    report = check(root)
    _print_lines("missing in Chinese", report.missing)
    _print_lines("unused", report.unused)
    _print_lines("placeholders differ", report.mismatched)
    _print_lines("id is not a literal", report.dynamic)
    return 0 if report.is_clean else 1


def _print_lines(title: str, lines: list[str] | tuple[str, ...]) -> None:
    for line in lines:
        sys.stdout.write(f"{title}: {line}\n")


if __name__ == "__main__":
    sys.exit(main())
