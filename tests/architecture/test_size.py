"""Files, functions and States stay small enough to read."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(p for folder in ("estate_app", "miniprogram_api", "tools") for p in (ROOT / folder).rglob("*.py"))
MAX_FILE, MAX_FUNCTION, MAX_STATE, MAX_VARS = 400, 50, 150, 12


def length(node: ast.AST) -> int:
    return node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_fits_its_budget(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    too_long = [
        f"{n.name}: {length(n)} lines"
        for n in ast.walk(tree)
        if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and length(n) > MAX_FUNCTION
    ]
    states = [n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and any("rx.State" in ast.unparse(b) for b in n.bases)]
    for state in states:
        own = [
            v
            for v in state.body
            if isinstance(v, ast.AnnAssign) and not v.target.id.startswith("_") and "ClassVar" not in ast.unparse(v.annotation)
        ]
        if length(state) > MAX_STATE or len(own) > MAX_VARS:
            too_long.append(f"{state.name}: {length(state)} lines, {len(own)} vars")
    assert (text.count("\n") <= MAX_FILE, too_long) == (True, [])


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_float_comes_near_money(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    near = [
        ast.unparse(n)
        for n in ast.walk(tree)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "float" and "_fen" in ast.unparse(n)
    ]
    divided = [
        ast.unparse(n)
        for n in ast.walk(tree)
        if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Div) and "_fen" in ast.unparse(n) and "Decimal" not in ast.unparse(n)
    ]
    charts = "analytics" in path.parts or "bench" in path.parts  # a chart's axis is not money
    assert charts or (near + divided) == []
