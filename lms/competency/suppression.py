"""Which cells of a unit tree must not be shown to those outside HR, for one competency (pure).

Rule (k = 5): no cell with fewer than five people with evidence; below ten, no cell in which a state is held by all
or by none; and no subtraction may give a hidden cell away. What a published parent leaves after its shown children
is the *rest*: its hidden children together. The rest is as good as published, so it has to be of two cells at least
and pass the rule of a cell itself, with two states in it. Where even hiding every child does not achieve that, the
parent is hidden. A hidden parent hides all below it. People who sit directly at a parent count as a child; children
without any official are empty by the roster and hide nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

K = 5
K_STATES = 10

Key = tuple[str, bool]
"""(unit code, True for the people directly at it instead of its whole subtree)."""


class Counts(NamedTuple):
    """What suppression looks at: officials with a target, those with evidence, and their states."""

    n_required: int
    n_evidence: int
    met: int
    not_yet: int
    unclear: int

    @property
    def states(self) -> tuple[int, int, int]:
        return (self.met, self.not_yet, self.unclear)


NOBODY = Counts(0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Node:
    """A unit with its people directly at it; its whole is the sum with its children."""

    code: str
    direct: Counts = NOBODY
    children: tuple[Node, ...] = ()


class _Cell(NamedTuple):
    key: Key
    counts: Counts
    below: tuple[_Cell, ...]


def showable(counts: Counts) -> bool:
    """Whether a cell may be shown on its own account."""
    n = counts.n_evidence
    if n < K:
        return False
    return n >= K_STATES or all(0 < held < n for held in counts.states)


def rest_is_safe(hidden: Sequence[Counts]) -> bool:
    """Whether the joint numbers of hidden siblings (parent less shown children) give no small group away."""
    if not hidden:
        return True
    joint = total(hidden)
    return len(hidden) >= 2 and showable(joint) and sum(held > 0 for held in joint.states) >= 2


def hidden_cells(root: Node) -> frozenset[Key]:
    """Keys of all cells of the hierarchy that must not be shown. Deterministic: the smallest next, then by code."""
    top = _cell(root)
    marked: set[Key] = set()
    _mark(top, marked)
    hidden: set[Key] = set()
    _spread(top, marked, hidden, inherited=False)
    return frozenset(hidden)


def _cell(node: Node) -> _Cell:
    below = tuple(_cell(child) for child in node.children)
    counts = total([node.direct, *(cell.counts for cell in below)])
    if below:
        below = (*below, _Cell((node.code, True), node.direct, ()))
    return _Cell((node.code, False), counts, below)


def total(parts: Iterable[Counts]) -> Counts:
    """The counts of several groups together."""
    return reduce(lambda left, right: Counts(*(a + b for a, b in zip(left, right, strict=True))), parts, NOBODY)


def _mark(cell: _Cell, marked: set[Key]) -> None:
    """Mark `cell` and cells below it that the rule hides, children first: a hopeless family hides its parent."""
    for child in cell.below:
        _mark(child, marked)
    if not showable(cell.counts) or not _protect_children(cell, marked):
        marked.add(cell.key)


def _protect_children(cell: _Cell, marked: set[Key]) -> bool:
    """Hide more children until the rest is safe. False when hiding them all does not help."""
    family = [child for child in cell.below if child.counts.n_required > 0]
    shown = sorted((c for c in family if c.key not in marked), key=lambda c: (c.counts.n_evidence, c.key))
    hidden = [child.counts for child in family if child.key in marked]
    while not rest_is_safe(hidden):
        if not shown:
            return False
        chosen = next((c for c in shown if rest_is_safe([*hidden, c.counts])), shown[0])
        shown.remove(chosen)
        hidden.append(chosen.counts)
        marked.add(chosen.key)
    return True


def _spread(cell: _Cell, marked: set[Key], hidden: set[Key], *, inherited: bool) -> None:
    inherited = inherited or cell.key in marked
    if inherited:
        hidden.add(cell.key)
    for child in cell.below:
        _spread(child, marked, hidden, inherited=inherited)
