"""A comparison of two texts laid out side by side: old lines left, new ones right, what the other side lacks marked. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.authoring import bank_text
from lms.authoring.yaml_text import Text, Unreadable, same
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


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """A question that two banks have not alike: ``state`` is new, removed or changed; ``fields``: the keys that differ. "" is the rest of the bank."""

    code: str
    state: str
    fields: tuple[str, ...] = ()


def items(old: str, new: str) -> list[ItemDifference]:
    """Which questions of two banks differ, and the rest of the bank last; nothing where one of them can't be read."""
    try:
        before, after = _datas(old), _datas(new)
    except Unreadable:
        return []
    codes = [*after, *(code for code in before if code not in after)]
    found = [_item(code, before.get(code), after.get(code)) for code in sorted(codes, key=lambda code: not code)]
    return [one for one in found if one is not None]


def _datas(text: str) -> dict[str, Mapping[str, Any]]:
    """The questions by their codes, and under "" what else the bank says."""
    if not text.strip():
        return {}
    head = Text(text, bank_text.STYLE).data()
    rest = {key: value for key, value in head.items() if key != "items"}
    return {"": rest} | {block.code: block.data for block in bank_text.blocks(text) if block.code and isinstance(block.data, Mapping)}


def _item(code: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> ItemDifference | None:
    if old is None or new is None:
        return ItemDifference(code, "new" if old is None else "removed") if code else None
    keys = tuple(key for key in dict.fromkeys([*new, *old]) if not same(old.get(key), new.get(key)))
    return ItemDifference(code, "changed", keys) if keys else None
