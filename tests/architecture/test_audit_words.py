"""Every act that the code writes into the audit trail has a word, so that a manager reads no machine's name."""

import re
from pathlib import Path

import pytest

from estate_app.ui.pages.common.audit import AREAS, VERBS

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
