"""Two texts side by side, line by line, with the words that differ marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

CONTEXT = 3
TOKEN = re.compile(r"[A-Za-z0-9_]+|\s+|.", re.S)
MOST_TOKENS = 3000


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a line; ``marked`` when the other side does not have it."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison: ``kind`` is same, changed, added, removed, or gap (``skipped`` lines that are the same on both sides)."""

    kind: str
    left_line: int = 0
    left: tuple[Piece, ...] = ()
    right_line: int = 0
    right: tuple[Piece, ...] = ()
    skipped: int = 0


def rows(old: str, new: str, *, context: int | None = CONTEXT) -> list[Row]:
    """The comparison of ``old`` (left) with ``new`` (right); ``context``: so many equal lines around each change, None for all."""
    left, right = old.splitlines(), new.splitlines()
    found: list[Row] = []
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Row("same", a + n + 1, _plain(left[a + n]), c + n + 1, _plain(right[c + n])) for n in range(b - a)]
        else:
            found += _changed(left, right, (a, b), (c, d))
    return found if context is None else _folded(found, context)


def changed(old: str, new: str) -> bool:
    """Whether there is anything to see."""
    return old.splitlines() != new.splitlines()


def _plain(line: str) -> tuple[Piece, ...]:
    return (Piece(line),)


def _changed(left: Sequence[str], right: Sequence[str], old: tuple[int, int], new: tuple[int, int]) -> Iterator[Row]:
    (a, b), (c, d) = old, new
    for n in range(max(b - a, d - c)):
        one, other = (left[a + n] if a + n < b else None), (right[c + n] if c + n < d else None)
        if one is None:
            yield Row("added", right_line=c + n + 1, right=(Piece(other or "", True),))
        elif other is None:
            yield Row("removed", left_line=a + n + 1, left=(Piece(one, True),))
        else:
            ours, theirs = _marked(one, other)
            yield Row("changed", a + n + 1, ours, c + n + 1, theirs)


def _marked(one: str, other: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    left, right = TOKEN.findall(one), TOKEN.findall(other)
    if len(left) + len(right) > MOST_TOKENS:
        return (Piece(one, True),), (Piece(other, True),)
    codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return (
        tuple(Piece("".join(left[a:b]), tag != "equal") for tag, a, b, _, _ in codes if a < b),
        tuple(Piece("".join(right[c:d]), tag != "equal") for tag, _, _, c, d in codes if c < d),
    )


def _folded(found: list[Row], context: int) -> list[Row]:
    near = {n + step for n, row in enumerate(found) if row.kind != "same" for step in range(-context, context + 1)}
    out: list[Row] = []
    for n, row in enumerate(found):
        if n in near:
            out.append(row)
        elif out and out[-1].kind == "gap":
            out[-1] = Row("gap", skipped=out[-1].skipped + 1)
        else:
            out.append(Row("gap", skipped=1))
    return out
