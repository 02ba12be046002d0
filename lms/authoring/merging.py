"""Merging by lines: what two authors made of one text, put together where they changed different places. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Part:
    """A run of lines. ``clash``: both changed the same lines differently; then ``mine`` and ``theirs`` differ, else they are one."""

    base: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    clash: bool = False


def merge(base: str, mine: str, theirs: str) -> str | None:
    """The text with both changes in it, or None where they clash."""
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    out: list[str] = []
    for part in parts(base, mine, theirs):
        if part.clash:
            return None
        out += part.mine
    return "".join(out)


def settled(base: str, mine: str, theirs: str, *, take: str) -> str:
    """The text with everything in it that fits, and ``mine``, ``theirs`` or ``both`` (theirs above mine) where the two clash."""
    out: list[str] = []
    for part in parts(base, mine, theirs):
        out += part.theirs if not part.clash or take == "theirs" else part.mine if take == "mine" else _one_below_the_other(part)
    return "".join(out)


def _one_below_the_other(part: Part) -> tuple[str, ...]:
    above = part.theirs
    if above and part.mine and not above[-1].endswith("\n"):
        above = (*above[:-1], above[-1] + "\n")
    return (*above, *part.mine)


def parts(base: str, mine: str, theirs: str) -> Iterator[Part]:
    """The three texts cut into runs of lines, in order; the runs of each joined give that text back where nothing was merged.

    Changes that touch (no unchanged line between them) count as one place: nobody can say in which order they belong.
    """
    old, one, two = (text.splitlines(keepends=True) for text in (base, mine, theirs))
    at = at_one = at_two = 0
    for start, start_one, start_two, size in _common(old, one, two):
        if (at, at_one, at_two) != (start, start_one, start_two):
            yield _changed(old[at:start], one[at_one:start_one], two[at_two:start_two])
        if size:
            same = tuple(old[start : start + size])
            yield Part(same, same, same)
        at, at_one, at_two = start + size, start_one + size, start_two + size


def _changed(old: list[str], one: list[str], two: list[str]) -> Part:
    base, mine, theirs = tuple(old), tuple(one), tuple(two)
    if mine == theirs or theirs == base:
        return Part(base, mine, mine)
    if mine == base:
        return Part(base, theirs, theirs)
    return Part(base, mine, theirs, clash=True)


def _common(old: list[str], one: list[str], two: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Runs of lines that all three share: where they begin in each and how long they are; the last one is the end, of length 0."""
    first, second = _blocks(old, one), _blocks(old, two)
    i = j = 0
    while i < len(first) and j < len(second):
        (a, in_one, n), (b, in_two, m) = first[i], second[j]
        start, end = max(a, b), min(a + n, b + m)
        if start < end:
            yield start, in_one + start - a, in_two + start - b, end - start
        if a + n < b + m:
            i += 1
        else:
            j += 1
    yield len(old), len(one), len(two), 0


def _blocks(old: list[str], new: list[str]) -> list[tuple[int, int, int]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [tuple(block) for block in matcher.get_matching_blocks() if block.size]
