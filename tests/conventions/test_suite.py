"""The tests themselves: each runs, and each says something."""

import ast
import re

from tests.conventions.source import ROOT

TESTS = [f for f in sorted((ROOT / "tests").rglob("*.py")) if "data" not in f.parts]
MAY_SKIP = {"tests/conftest.py", "tests/browser/conftest.py"}  # where the machine lacks a browser or PostgreSQL


def test_no_test_is_switched_off():
    off = re.compile(r"pytest\.(mark\.)?(skip|xfail|importorskip)" + r"\b")
    found = [str(f.relative_to(ROOT)) for f in TESTS if off.search(f.read_text(encoding="utf-8")) and f.name != "test_suite.py"]
    assert set(found) - MAY_SKIP == set()


def test_every_test_asserts():
    def says_something(function: ast.FunctionDef) -> bool:
        return any(isinstance(n, ast.Assert) for n in ast.walk(function)) or any(
            isinstance(n, ast.Call) and re.search(r"raises|expect|assert|check|shows?|refused", ast.unparse(n.func)) for n in ast.walk(function)
        )

    trees = ((f, ast.parse(f.read_text(encoding="utf-8"))) for f in TESTS if f.name.startswith("test_"))
    tests = [(f, n) for f, tree in trees for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")]
    assert [f"{f.relative_to(ROOT)}:{n.lineno} {n.name}" for f, n in tests if not says_something(n)] == []
