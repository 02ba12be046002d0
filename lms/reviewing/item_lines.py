"""Where in the text of a bank each item stands (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

START = re.compile(r"""^( *)-\s+\{?\s*id:\s*["']?([A-Za-z0-9][A-Za-z0-9_-]*)""")


@dataclass(frozen=True, slots=True)
class Lines:
    """An item's lines in the bank's text, from 1, both included."""

    code: str
    first: int
    last: int


def blocks(text: str) -> list[Lines]:
    """Every item with its lines; parts of a set belong to the set."""
    lines = text.splitlines()
    begin = next((n for n, line in enumerate(lines) if line.startswith("items:")), len(lines))
    starts = [(n, match) for n, line in enumerate(lines[begin:], begin) if (match := START.match(line))]
    indent = min((len(match[1]) for _, match in starts), default=0)
    own = [(n, match[2]) for n, match in starts if len(match[1]) == indent]
    ends = [n for n, _ in own[1:]] + [len(lines)]
    return [Lines(code, n + 1, _end(lines, n, end)) for (n, code), end in zip(own, ends, strict=False)]


def _end(lines: Sequence[str], begin: int, end: int) -> int:
    """The last line that says something; remarks before the next item belong to that one."""
    while end - 1 > begin and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return end


def counts(found: Sequence[Lines], lines: Iterable[int]) -> dict[str, int]:
    """Item -> how many of the given lines lie in it; '' counts those outside of every item."""
    counted: dict[str, int] = {}
    for line in lines:
        code = next((one.code for one in found if one.first <= line <= one.last), "")
        counted[code] = counted.get(code, 0) + 1
    return counted
