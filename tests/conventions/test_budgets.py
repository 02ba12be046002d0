"""Sizes that keep a change local and a function readable."""

import statistics

from tests.conventions.source import functions, modules

LONGEST_FUNCTION, LONGEST_FILE = 60, 400


def lengths() -> list[int]:
    return sorted(f.end_lineno - f.lineno + 1 for m in modules() for f in functions(m))


def test_no_function_is_longer_than_60_lines():
    long = [f"{m.path}:{f.lineno} {f.name}" for m in modules() for f in functions(m) if f.end_lineno - f.lineno + 1 > LONGEST_FUNCTION]
    assert long == []


def test_no_file_is_longer_than_400_lines():
    assert [f"{m.path} {m.text.count(chr(10))}" for m in modules() if m.text.count("\n") > LONGEST_FILE] == []


def test_most_functions_are_short():
    sizes = lengths()
    assert statistics.median(sizes) <= 8
    assert sizes[int(0.9 * len(sizes))] <= 25
