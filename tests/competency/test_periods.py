"""Releases that follow each other: subtracting two of them tells of nobody, and what was hidden stays so."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from lms.competency.periods import Fate, fates, moved, tells_of_nobody
from lms.competency.suppression import NOBODY, Node, hidden_cells
from tests.competency.test_suppression import STATES, cell, cells, equations, leaf, trees


def release(root: Node, before: dict) -> dict:
    """What is published of every cell: today's numbers, the ones before, or None."""
    now, decided = dict(cells(root)), fates(root, before)
    return {key: now[key] if fate is Fate.FRESH else before[key] if fate is Fate.KEPT else None for key, fate in decided.items()}


def county(*parts: Node) -> Node:
    return Node("county", NOBODY, parts)


def test_the_first_release_follows_the_rule_of_a_single_one():
    root = county(leaf("tiny", 1, 1, 1), leaf("small", 4, 4, 4), leaf("big", 9, 9, 9))
    assert {key for key, fate in fates(root, {}).items() if fate is not Fate.FRESH} == hidden_cells(root)


def test_people_are_counted_once_when_they_go_from_one_state_to_another():
    assert moved((3, -3, 0)) == 3 and moved((2, 1, 0)) == 3 and moved((0, 0, 0)) == 0
    assert tells_of_nobody((0, 0, 0)) and tells_of_nobody((5, -5, 0)) and not tells_of_nobody((4, -1, -3))


def test_a_person_who_moves_between_two_units_changes_neither_of_them():
    before = release(county(leaf("a", 5, 5, 5), leaf("b", 6, 6, 6), leaf("c", 7, 7, 7)), {})
    after = release(county(leaf("a", 4, 5, 5), leaf("b", 7, 6, 6), leaf("c", 7, 7, 7)), before)
    assert after == before


def test_a_unit_is_renewed_when_five_have_moved_and_the_county_with_it():
    before = release(county(leaf("a", 5, 5, 5), leaf("b", 6, 6, 6), leaf("c", 7, 7, 7)), {})
    after = release(county(leaf("a", 10, 5, 5), leaf("b", 6, 6, 6), leaf("c", 7, 7, 7)), before)
    assert after["a", False] == cell(10, 5, 5) and after["county", False] == cell(23, 18, 18)


def test_one_person_beside_five_keeps_the_county_back_so_that_subtraction_does_not_tell():
    before = release(county(leaf("a", 5, 5, 5), leaf("b", 6, 6, 6), leaf("c", 7, 7, 7)), {})
    after = release(county(leaf("a", 10, 5, 5), leaf("b", 7, 6, 6), leaf("c", 7, 7, 7)), before)
    assert after["b", False] == before["b", False]
    rest = tuple(x - y for x, y in zip(after["county", False].states, after["a", False].states, strict=True))
    then = tuple(x - y for x, y in zip(before["county", False].states, before["a", False].states, strict=True))
    assert tells_of_nobody(tuple(x - y for x, y in zip(rest, then, strict=True)))


def test_a_cell_hidden_for_the_sake_of_another_is_not_shown_while_that_would_tell_of_yesterday():
    before = release(county(leaf("tiny", 1, 1, 1), leaf("small", 4, 4, 4), leaf("big", 9, 9, 9)), {})
    assert before["tiny", False] is None and before["small", False] is None
    grown = county(leaf("tiny", 3, 2, 2), leaf("small", 4, 4, 4), leaf("big", 9, 9, 9))
    after = release(grown, before)
    assert after["tiny", False] is None and after["small", False] is None  # four moved: with small shown, tiny of yesterday were known
    later = release(county(leaf("tiny", 6, 6, 6), leaf("small", 4, 4, 4), leaf("big", 9, 9, 9)), before)
    assert later["tiny", False] == cell(6, 6, 6) and later["small", False] == cell(4, 4, 4)


def test_a_cell_that_shrank_below_five_keeps_its_last_numbers_and_covers_nobody_alone():
    before = release(county(leaf("a", 2, 2, 2), leaf("b", 6, 6, 6), leaf("c", 7, 7, 7)), {})
    after = release(county(leaf("a", 0, 0, 1), leaf("b", 6, 6, 6), leaf("c", 7, 7, 7)), before)
    assert after["a", False] == cell(2, 2, 2)
    assert after["county", False] == before["county", False]  # b and c did not change: the county would tell of the one who is left


changes = st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(range(3)), st.sampled_from((1, -1))), max_size=4)


def changed(root: Node, few) -> Node:
    """The same tree after a few people gained or lost a state somewhere; nobody goes below zero."""
    leaves = sum(1 for _ in _leaves(root))
    wanted = {}
    for place, state, step in few:
        wanted.setdefault(place % leaves, []).append((state, step))
    counter = iter(range(leaves))

    def visit(node: Node) -> Node:
        counts, number = list(node.direct.states), next(counter)
        for state, step in wanted.get(number, []):
            counts[state] = max(0, counts[state] + step)
        silent = node.direct.n_required - node.direct.n_evidence
        return Node(node.code, cell(*counts, silent), tuple(visit(child) for child in node.children))

    return visit(root)


def _leaves(root: Node):
    yield root
    for child in root.children:
        yield from _leaves(child)


class Attack:
    """Two releases, the trees behind them as unknowns, and an attacker who knows that at most four people changed."""

    def __init__(self, first: Node, second: Node) -> None:
        self.one, self.two = release(first, {}), None
        decided = fates(second, self.one)
        self.two = {key: dict(cells(second))[key] if fate is Fate.FRESH else None for key, fate in decided.items()}
        self.keys = list(dict(cells(first)))
        self.leaves = [key for key in self.keys if key not in {parent for parent, _ in equations(first)}]
        self.where = {name: i for i, name in enumerate((t, key, s) for t in ("one", "two", "up", "down") for key in self.keys for s in STATES)}
        self.left, self.right, self.most, self.limit = [], [], [], []
        for t, published in (("one", self.one), ("two", self.two)):
            for parent, children in equations(first):
                for s in STATES:
                    self.say({(t, parent, s): 1} | {(t, child, s): -1 for child in children}, 0)
            for key, counts in published.items():
                for s, n in zip(STATES, counts.states if counts else (), strict=False):
                    self.say({(t, key, s): 1}, n)
        for key in self.leaves:
            for s in STATES:
                self.say({("two", key, s): 1, ("one", key, s): -1, ("up", key, s): -1, ("down", key, s): 1}, 0)
        for way in ("up", "down"):
            self.most.append(self.row({(way, key, s): 1 for key in self.leaves for s in STATES}))
            self.limit.append(4)

    def row(self, weights) -> np.ndarray:
        row = np.zeros(len(self.where))
        for name, weight in weights.items():
            row[self.where[name]] += weight
        return row

    def say(self, weights, value) -> None:
        self.left.append(self.row(weights))
        self.right.append(value)

    def width(self, weights) -> float:
        goal = self.row(weights)
        known = {"A_eq": np.array(self.left), "b_eq": self.right, "A_ub": np.array(self.most), "b_ub": self.limit}
        ends = [linprog(sign * goal, **known, method="highs") for sign in (1, -1)]
        assert {end.status for end in ends} <= {0, 3}  # solved, or without bound
        return float("inf") if any(end.status for end in ends) else -ends[1].fun - ends[0].fun


@settings(max_examples=25, deadline=None)
@given(trees(depth=2), changes)
def test_linear_programming_over_two_releases_pins_no_hidden_cell_when_few_people_changed(root, few):
    second = changed(root, few)
    attack = Attack(root, second)
    then, now = dict(cells(root)), dict(cells(second))
    for key, published in attack.one.items():
        if published is None and then[key].n_required:
            assert attack.width({("one", key, s): 1 for s in STATES}) > 0.5
            assert sum(attack.width({("one", key, s): 1}) > 0.5 for s in STATES) >= 2
    for key, published in attack.two.items():
        if published is None and attack.one[key] is None and now[key].n_required:
            assert attack.width({("two", key, s): 1 for s in STATES}) > 0.5


@settings(max_examples=150, deadline=None)
@given(trees(depth=3), changes, changes)
def test_what_two_releases_tell_apart_is_nothing_or_five_people(root, few, more):
    """Of every family both of whose releases show the parent: each fresh child's change, and the change of the rest."""
    second = changed(changed(root, few), more)
    before = release(root, {})
    decided, now = fates(second, before), dict(cells(second))
    fresh = {key for key, fate in decided.items() if fate is Fate.FRESH and before[key] is not None}
    change = {key: tuple(a - b for a, b in zip(now[key].states, before[key].states, strict=True)) for key in fresh}
    assert all(tells_of_nobody(one) for one in change.values())
    for parent, children in equations(second):
        if parent in fresh:
            known = [change[child] for child in children if child in fresh]
            rest = tuple(change[parent][i] - sum(one[i] for one in known) for i in range(3))
            assert tells_of_nobody(rest)
