"""Comments follow the lines they were made on into later versions (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Anchor:
    """Lines ``first`` to ``last`` of a version, from 1. ``changed``: their words are others now. ``gone``: they were taken out; the
    place is where they stood."""

    first: int
    last: int
    changed: bool = False
    gone: bool = False


def follow(old: Sequence[str], new: Sequence[str], first: int, last: int) -> Anchor:
    """Where lines ``first`` to ``last`` of ``old`` stand in ``new``. Lines out of range are brought into it."""
    first = min(max(first, 1), max(len(old), 1))
    last = min(max(last, first), max(len(old), 1))
    places: list[int] = []
    changed, fallback = False, 1
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        begin, end = max(i1, first - 1), min(i2, last)
        if i1 <= first - 1 < i2 or (i1 == i2 and i1 <= first - 1):
            fallback = min(j1 + 1, max(len(new), 1))
        if begin >= end:
            continue
        if tag == "equal":
            places += [j1 + (begin - i1), j1 + (end - i1) - 1]
            continue
        changed = True
        if tag == "replace":
            places += [_within(j1, j2, i1, i2, begin), _within(j1, j2, i1, i2, end - 1)]
    if not places:
        return Anchor(fallback, fallback, changed=True, gone=True)
    return Anchor(min(places) + 1, max(places) + 1, changed)


def _within(j1: int, j2: int, i1: int, i2: int, line: int) -> int:
    """The line of a replacing block that stands for ``line`` of the replaced one: at the same share of its length."""
    return min(j1 + (line - i1) * (j2 - j1) // (i2 - i1), j2 - 1)
