"""A comparison of two texts laid out side by side: old lines left, new ones right, what the other side lacks marked. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lms.core.comparison import CONTEXT, Line, Span, compare

KINDS = {"in": "added", "out": "removed"}


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
    return [_row(line) for line in compare(old, new, context=context)]


def _row(line: Line) -> Row:
    kind = KINDS.get(line.kind, line.kind)
    return Row(kind, line.old or 0, tuple(_side(line.spans, "out")), line.new or 0, tuple(_side(line.spans, "in")), line.count)


def _side(spans: Sequence[Span], own: str) -> Iterator[Piece]:
    return (Piece(span.text, span.kind == own) for span in spans if span.kind in ("same", own))
