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
from itertools import islice, product
from typing import Any

from lms.competency.suppression import NOBODY, Counts, K

Blocks = Mapping[tuple[str, str], Counts]
"""Counts by (row, column)."""

STATES = range(3)
SILENT = 3
NONE = (0, 0, 0, 0)
HALF = 0.5


def safe_columns(blocks: Blocks, wanted: Iterable[str]) -> frozenset[str]:
    """The columns of ``wanted`` whose totals may be released together; where they pin a block down, the smallest go first."""
    known, shown = {key: counts for key, counts in blocks.items() if counts.n_required}, set(wanted)
    search = _Search(known)
    while shown:
        broken = search.broken(shown)
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


class _Search:
    """Looks for blocks of which totals say more than the rows alone do.

    A total less only takes knowledge away: what was open stays open, what was a solution stays one. Both are kept.
    """

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self.small = [key for key in sorted(blocks) if blocks[key].n_evidence < K]
        self.rows = {(column, row): counts for (row, column), counts in blocks.items()}
        self.open_before: dict[tuple[str, str], Openness] = {}
        self.solutions: list[Any] = []

    def broken(self, shown: set[str]) -> tuple[str, str] | None:
        """The first small block that the totals of ``shown`` betray; those before it are open and are not asked about again."""
        exchanges, witnesses = Exchanges(self.blocks, shown), Witnesses(self.blocks, shown, self.solutions)
        for n, key in enumerate(self.small):
            if exchanges.prove_open(key):
                continue
            if key not in self.open_before:
                self.open_before[key] = openness_in_row(self.blocks[key], column_total(self.rows, key[0]))
            if not _lost(self.open_before[key], witnesses.openness(key)) or witnesses.prove(key, self.open_before[key]):
                continue
            self.small = self.small[n:]
            return key
        return None


def _lost(before: Openness, after: Openness) -> bool:
    return any(was and not still for was, still in zip(before, after, strict=True))


class Exchanges:
    """Second solutions beside the true one: one person more here, made up for along the row and, where it is shown, the column."""

    def __init__(self, blocks: Blocks, shown: set[str]) -> None:
        self.shown = shown
        self.people = {key: (*counts.states, counts.n_required - counts.n_evidence) for key, counts in blocks.items()}
        self.rows: dict[str, dict[str, tuple[int, ...]]] = {}
        for (row, column), numbers in self.people.items():
            self.rows.setdefault(row, {})[column] = numbers
        self._makers: dict[tuple[str, str, int, int], list[str]] = {}

    def prove_open(self, key: tuple[str, str]) -> bool:
        """Whether exchanges move the block's number with evidence and two of its states."""
        moving = {state for state in STATES if self._either(key, state, SILENT)}
        if len(moving) >= 2 or not moving:
            return len(moving) >= 2
        [first] = moving
        return any(self._either(key, first, other) for other in STATES if other != first)

    def _either(self, key: tuple[str, str], a: int, b: int) -> bool:
        return self._cycle(key, a, b) or self._cycle(key, b, a)

    def _cycle(self, key: tuple[str, str], gain: int, lose: int) -> bool:
        row, column = key
        if not self.people[key][lose]:
            return False
        partners = [other for other, numbers in self.rows[row].items() if other != column and numbers[gain]]
        return any((column not in self.shown and other not in self.shown) or self._made_up(row, column, other, gain, lose) for other in partners)

    def _made_up(self, row: str, column: str, other: str, gain: int, lose: int) -> bool:
        """Whether some other row can do the reverse in the same two columns; the first two such rows are remembered."""
        known = self._makers.get((column, other, gain, lose))
        if known is None:
            found = (r for r, cells in self.rows.items() if cells.get(column, NONE)[gain] and cells.get(other, NONE)[lose])
            known = self._makers[column, other, gain, lose] = list(islice(found, 2))
        return any(maker != row for maker in known)


class Witnesses:
    """Other solutions: what differs between them is open. A few far from each other, then those that were sought for one block."""

    DRAWS = 1
    DECIDING = (
        tuple((tuple(STATES), most) for most in (True, False)),
        tuple((tuple(other for other in STATES if other != state), True) for state in STATES),
        tuple(((state,), most) for state in STATES for most in (True, False)),
    )
    """What decides each part of the openness, as (states, greatest or least): the number with evidence, all states but one, each state."""

    def __init__(self, blocks: Blocks, shown: set[str], solutions: list[Any]) -> None:
        self.blocks, self.shown, self.solutions = blocks, shown, solutions
        self._program: Program | None = None

    @property
    def program(self) -> Program:
        """Made when first asked for, with solutions to begin with."""
        if self._program is None:
            import numpy as np

            self._program = Program(self.blocks, self.shown)
            if not self.solutions:
                draw = np.random.default_rng(0)  # always the same goals: a release can be repeated
                for goal in draw.standard_normal((self.DRAWS, len(self._program.place))):
                    self.solutions += [self._program.solve(sign * goal).x for sign in (1, -1)]
        return self._program

    def openness(self, key: tuple[str, str]) -> Openness:
        """What they alone show to be open; the rest may be so as well."""
        import numpy as np

        places = [self.program.place[key, state] for state in STATES]
        states = np.array([found[places] for found in self.solutions])
        people = states.sum(axis=1)
        others = min((people - states[:, state]).max() for state in STATES)
        return bool(people.max() - people.min() > HALF), bool(others > HALF), sum(states.max(axis=0) - states.min(axis=0) > HALF) >= 2

    def prove(self, key: tuple[str, str], before: Openness) -> bool:
        """Whether nothing of ``before`` is lost: of what was open, one part after the other; the first that is lost ends it."""
        return all(self._still_open(key, part) for part, was in enumerate(before) if was)

    def _still_open(self, key: tuple[str, str], part: int) -> bool:
        """Whether a part of the openness is left: seeks the extremes that decide it, until the solutions found show it."""
        for states, most in self.DECIDING[part]:
            if self.openness(key)[part]:
                return True
            self.solutions.append(self.program.extreme(dict.fromkeys([(key, state) for state in states], 1), most=most))
        return self.openness(key)[part]


def openness_in_row(block: Counts, row: Counts) -> Openness:
    """`openness` from the sum of a block's row alone, in closed form: no other row has a say, and the rest of its own is as good as one block."""
    here, held = block.n_required, (*row.states, row.n_required - row.n_evidence)

    def reach(states: Iterable[int]) -> tuple[int, int]:
        some = sum(held[state] for state in states)
        return max(0, here - (row.n_required - some)), min(here, some)

    low, high = reach(STATES)
    others = [reach(other for other in STATES if other != state)[1] for state in STATES]
    spans = [reach((state,)) for state in STATES]
    return high > low, min(others) > 0, sum(top > bottom for bottom, top in spans) >= 2


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
        self._known: dict[str, Any] | None = None
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

        weights = np.zeros(len(self.place))
        for name, weight in goal.items():
            weights[self.place[name]] = weight
        return self.solve(weights).fun, -self.solve(-weights).fun

    def extreme(self, goal: Mapping[tuple[tuple[str, str], int], int], *, most: bool) -> Any:
        """A solution with the greatest (or least) value of the weighted sum ``goal``."""
        import numpy as np

        weights = np.zeros(len(self.place))
        for name, weight in goal.items():
            weights[self.place[name]] = -weight if most else weight
        return self.solve(weights).x

    def solve(self, weights: Any) -> Any:
        """The solution with the least weighted sum."""
        from scipy.optimize import LinearConstraint, milp

        if self._known is None:
            self._known = LinearConstraint(*_matrix(self.equal, self.most, len(self.place)))
        found = milp(weights, constraints=self._known)  # nothing is asked to be whole: a linear program, handed to the solver as it is
        if found.status:
            raise ArithmeticError("the true counts are always a solution")
        return found


def _matrix(equal: list[tuple[list[int], int]], most: list[tuple[list[int], int]], width: int) -> tuple[Any, Any, Any]:
    """The sums that have a value or a bound, with the least and the greatest each may be."""
    import numpy as np
    from scipy.sparse import csc_array

    rows = [*equal, *most]
    columns = [i for members, _ in rows for i in members]
    lines = [n for n, (members, _) in enumerate(rows) for _i in members]
    high = np.array([value for _, value in rows], float)
    low = np.where(np.arange(len(rows)) < len(equal), high, -np.inf)
    return csc_array((np.ones(len(columns)), (lines, columns)), shape=(len(rows), width)), low, high
