"""Every act that the code writes into the audit trail has a word, so that a manager reads no machine's name."""

import ast
import re
from pathlib import Path

import pytest

from estate_app.ui.pages.common.audit import AREAS, THINGS, VERBS
from estate_app.ui.pages.common.audit_fields import FIELDS

ROOT = Path(__file__).parents[2] / "estate_app"
WRITTEN = re.compile(r'\brecord\(\s*\w+,\s*\w+(?:\.\w+)*(?:\([^()]*\))?,\s*f?"([a-z_]+):([a-z_]+|\{[^"]*)"')
STEP = re.compile(r'\b(?:add_step|move)\(\s*uow,\s*\w+,\s*\w+,\s*(?:[\w.]+,\s*)?"([a-z_]+)"')


def _written() -> set[tuple[str, str]]:
    found = set()
    for path in ROOT.rglob("*.py"):
        text = path.read_text("utf-8")
        found |= {(area, verb) for area, verb in WRITTEN.findall(text)}
        found |= {("repair", verb) for verb in STEP.findall(text)}
    return found


def test_the_search_finds_what_is_written():
    found = _written()
    assert {("bill", "void"), ("repair", "accept"), ("grant", "add")} <= found
    assert len(found) > 60


@pytest.mark.parametrize(("area", "verb"), sorted(_written()))
def test_an_act_has_a_word(area, verb):
    assert area in AREAS
    assert verb in VERBS or verb.startswith("{")


NAMED = re.compile(r'^_?(?:ENTITY|SUBJECT) = "([a-z_]+)"$|\brecord\([^"]*"[a-z_]+:[^"]+",\s*"([a-z_]+)"', re.MULTILINE)


def test_every_thing_that_an_entry_is_about_has_a_word():
    found = {a or b for path in ROOT.rglob("*.py") for a, b in NAMED.findall(path.read_text("utf-8")) if "ui" not in path.parts}
    assert len(found) > 30
    assert sorted(found - set(THINGS)) == []


def _is_kept(node: ast.AST) -> ast.Dict | None:
    """The dict literal of what an entry keeps: an argument `before` or `after`, or a variable of such a name."""
    if isinstance(node, ast.keyword) and node.arg in {"before", "after"} and isinstance(node.value, ast.Dict):
        return node.value
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0] if isinstance(node, ast.Assign) else None
    if isinstance(target, ast.Name) and target.id in {"before", "after", "fact"}:
        return node.value if isinstance(node, ast.AnnAssign | ast.Assign) and isinstance(node.value, ast.Dict) else None
    return None


def _fields() -> set[str]:
    found = set()
    for path in ROOT.rglob("*.py"):
        text = path.read_text("utf-8")
        if "record(" not in text or "ui" in path.relative_to(ROOT).parts:
            continue
        kept = (_is_kept(node) for node in ast.walk(ast.parse(text)))
        found |= {key.value for one in kept if one for key in one.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
    return found


def test_every_field_that_an_entry_keeps_has_a_word():
    found = _fields()
    assert len(found) > 60
    assert sorted(found - set(FIELDS)) == []
