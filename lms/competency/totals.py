"""Totals that cut across the unit tree: which of them may be released beside the tree, proved by linear programming (pure).

The tree's published cells say, whatever its shape, the sums of *rows*: each shown cell less the shown cells below it.
A total of another kind (all who hold a post) is the sum of a *column*. Who knows the sums of rows and columns knows
bounds of every block (row, column), and how many people each block has. A total that is a union of rows (a strand, a
tier of which every cell is shown) is known already and needs no check; every other one is released only if no block of
fewer than five people with evidence that was open before is pinned down by it: its number with evidence stays open, so do
two states at least, and no state is known to be held by all of them.

Most blocks are proved open without a program: if one person more here can be made up for in another row and column, there
is a second solution beside the true one. Only the rest is given to the solver.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

from lms.competency.suppression import NOBODY, Counts, K

Blocks = Mapping[tuple[str, str], Counts]
"""Counts by (row, column)."""

STATES = range(3)
SILENT = 3
HALF = 0.5


def safe_columns(blocks: Blocks, wanted: Iterable[str]) -> frozenset[str]:
    """The columns of ``wanted`` whose totals may be released together; where they pin a block down, the smallest go first."""
    known, shown = {key: counts for key, counts in blocks.items() if counts.n_required}, set(wanted)
    open_before: dict[tuple[str, str], Openness] = {}
    while shown:
        broken = _broken(known, shown, open_before)
        if broken is None:
            break
        column = broken[1] if broken[1] in shown else min(shown, key=lambda name: (column_total(known, name).n_evidence, name))
        shown.remove(column)
    return frozenset(shown)


def column_total(blocks: Blocks, column: str) -> Counts:
    """The counts of a column over all rows."""
    parts = [counts for (_row, name), counts in blocks.items() if name == column]
    return Counts(*(sum(values) for values in zip(*parts, strict=True))) if parts else NOBODY


Openness = tuple[bool, bool, bool]
"""What stays unknown of a block: its number with evidence; whether all are in one state; the numbers in two states."""

OPEN: Openness = (True, True, True)


def _broken(blocks: Blocks, shown: set[str], open_before: dict[tuple[str, str], Openness]) -> tuple[str, str] | None:
    """The first small block of which the totals of ``shown`` say more than the rows alone do."""
    people = {key: _people(counts) for key, counts in blocks.items()}
    for key in sorted(blocks):
        if blocks[key].n_evidence >= K or _proved_open(people, shown, key):
            continue
        after = openness(blocks, shown, key)
        if after == OPEN:
            continue
        if key not in open_before:
            open_before[key] = openness(blocks, set(), key)
        if any(before and not still for before, still in zip(open_before[key], after, strict=True)):
            return key
    return None


def _people(counts: Counts) -> tuple[int, int, int, int]:
    return (*counts.states, counts.n_required - counts.n_evidence)


def _proved_open(people: Mapping[tuple[str, str], tuple[int, ...]], shown: set[str], key: tuple[str, str]) -> bool:
    """Whether exchanges of one person with other blocks move the number with evidence and two states."""
    moving = {state for state in STATES if _exchange(people, shown, key, state, SILENT)}
    if not moving:
        return False
    others = moving | {s for s, t in product(STATES, STATES) if s != t and (_exchange(people, shown, key, s, t) or _exchange(people, shown, key, t, s))}
    return len(others) >= 2


def _exchange(people: Mapping[tuple[str, str], tuple[int, ...]], shown: set[str], key: tuple[str, str], a: int, b: int) -> bool:
    """Whether here one of ``a`` can become ``b`` or the reverse, made up for along the row and, where it is shown, the column."""
    return _cycle(people, shown, key, a, b) or _cycle(people, shown, key, b, a)


def _cycle(people: Mapping[tuple[str, str], tuple[int, ...]], shown: set[str], key: tuple[str, str], gain: int, lose: int) -> bool:
    row, column = key
    if not people[key][lose]:
        return False
    for (other_row, other), counts in people.items():
        if other_row != row or other == column or not counts[gain]:
            continue
        if column not in shown and other not in shown:
            return True
        if any(r != row and c == column and n[gain] and people.get((r, other), (0, 0, 0, 0))[lose] for (r, c), n in people.items()):
            return True
    return False


def openness(blocks: Blocks, shown: set[str], key: tuple[str, str]) -> Openness:
    """By linear programming, from the sums of rows and of the ``shown`` columns."""
    program = Program(blocks, shown)
    low, high = program.reach({(key, state): 1 for state in STATES})
    others = [program.reach({(key, other): 1 for other in STATES if other != state})[1] for state in STATES]
    spans = [program.reach({(key, state): 1}) for state in STATES]
    return high - low > HALF, min(others) > HALF, sum(top - bottom > HALF for bottom, top in spans) >= 2


class Program:
    """All counts that agree with the sums of rows and of shown columns: numbers from 0, no block above its people."""

    def __init__(self, blocks: Blocks, shown: set[str]) -> None:
        self.place = {(key, state): i for i, (key, state) in enumerate(product(blocks, STATES))}
        self.equal: list[tuple[list[int], int]] = []
        self.most: list[tuple[list[int], int]] = [([self.place[key, s] for s in STATES], counts.n_required) for key, counts in blocks.items()]
        groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for row, column in blocks:
            groups.setdefault(("row", row), []).append((row, column))
            if column in shown:
                groups.setdefault(("column", column), []).append((row, column))
        for members, state in product(groups.values(), STATES):
            self.equal.append(([self.place[key, state] for key in members], sum(blocks[key].states[state] for key in members)))

    def reach(self, goal: Mapping[tuple[tuple[str, str], int], int]) -> tuple[float, float]:
        """Least and greatest value of the weighted sum ``goal``."""
        import numpy as np  # here and below: only releases need them, and start-up should not pay for it
        from scipy.optimize import linprog

        weights = np.zeros(len(self.place))
        for name, weight in goal.items():
            weights[self.place[name]] = weight
        known = dict(zip(("A_eq", "b_eq", "A_ub", "b_ub"), (*_matrix(self.equal, len(weights)), *_matrix(self.most, len(weights))), strict=True))
        found = [linprog(sign * weights, **known, method="highs") for sign in (1, -1)]
        if any(one.status for one in found):
            raise ArithmeticError("the true counts are always a solution")
        return found[0].fun, -found[1].fun


def _matrix(rows: list[tuple[list[int], int]], width: int) -> tuple[Any, Any]:
    import numpy as np
    from scipy.sparse import csr_array

    columns = [i for members, _ in rows for i in members]
    lines = [n for n, (members, _) in enumerate(rows) for _i in members]
    return csr_array((np.ones(len(columns)), (lines, columns)), shape=(len(rows), width)), np.array([value for _, value in rows], float)
