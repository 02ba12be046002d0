"""Who sees what: small cells stay hidden, also from those who subtract, add and solve equations."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from lms.competency.suppression import NOBODY, Counts, Node, hidden_cells, rest_is_safe, showable

STATES = ("met", "not_yet", "unclear")


def cell(met: int, not_yet: int, unclear: int, silent: int = 0) -> Counts:
    n = met + not_yet + unclear
    return Counts(n + silent, n, met, not_yet, unclear)


def leaf(code: str, *states: int) -> Node:
    return Node(code, cell(*states))


def whole(node: Node) -> Counts:
    parts = [node.direct, *(whole(child) for child in node.children)]
    return Counts(*(sum(column) for column in zip(*parts, strict=True)))


def cells(node: Node):
    """Every cell of the hierarchy by key: units, and the people directly at a unit with children."""
    yield (node.code, False), whole(node)
    if node.children:
        yield (node.code, True), node.direct
    for child in node.children:
        yield from cells(child)


def equations(node: Node):
    """(parent, children) keys: what the public knows of how cells add up."""
    if node.children:
        yield (node.code, False), [*((child.code, False) for child in node.children), (node.code, True)]
    for child in node.children:
        yield from equations(child)


def ranges(root: Node, hidden, goal):
    """Least and greatest value of `goal` ({(key, state): weight}) that fits everything published."""
    numbers = dict(cells(root))
    columns = {(key, state): i for i, (key, state) in enumerate((k, s) for k in numbers for s in STATES)}
    left, right = [], []

    def equation(weights, value):
        row = np.zeros(len(columns))
        for name, weight in weights.items():
            row[columns[name]] += weight
        left.append(row)
        right.append(value)

    for parent, children in equations(root):
        for state in STATES:
            equation({(parent, state): 1} | {(child, state): -1 for child in children}, 0)
    for key, counts in numbers.items():
        if key not in hidden or counts.n_required == 0:
            for state in STATES:
                equation({(key, state): 1}, getattr(counts, state))
    target = np.zeros(len(columns))
    for name, weight in goal.items():
        target[columns[name]] = weight
    found = []
    for sign in (1, -1):
        result = linprog(sign * target, A_eq=np.array(left).reshape(-1, len(columns)), b_eq=right, bounds=(0, 10_000))
        assert result.status == 0
        found.append(sign * result.fun)
    return found


def assert_nothing_leaks(root: Node) -> None:
    hidden, numbers = hidden_cells(root), dict(cells(root))
    for key, counts in numbers.items():
        if key not in hidden:
            assert showable(counts) or counts.n_required == 0
        elif counts.n_required:
            assert_not_pinned(root, hidden, key)


def assert_not_pinned(root: Node, hidden, key) -> None:
    """The number of people with evidence stays open, and no state is known to be held by all of them."""
    low, high = ranges(root, hidden, {(key, state): 1 for state in STATES})
    assert high - low > 0.5
    for state in STATES:
        others = {(key, other): 1 for other in STATES if other != state}
        assert ranges(root, hidden, others)[1] > 0.5
    open_states = [state for state in STATES if np.ptp(ranges(root, hidden, {(key, state): 1})) > 0.5]
    assert len(open_states) >= 2


def test_cells_under_five_are_hidden_empty_ones_too():
    assert not showable(cell(1, 1, 2)) and not showable(cell(0, 0, 0, 9))
    assert showable(cell(2, 2, 1))


def test_below_ten_a_state_of_all_or_of_none_is_hidden():
    assert not showable(cell(4, 5, 0)) and not showable(cell(0, 0, 9))
    assert showable(cell(4, 6, 0)) and showable(cell(0, 0, 10))


def test_a_county_of_large_units_is_shown_whole():
    root = Node("county", NOBODY, (leaf("a", 5, 5, 5), leaf("b", 6, 6, 6)))
    assert hidden_cells(root) == {("county", True)}  # nobody sits there: no number to show, and nothing to hide


def test_one_small_unit_takes_the_next_smallest_along():
    root = Node("county", NOBODY, (leaf("tiny", 1, 1, 1), leaf("small", 4, 4, 4), leaf("big", 9, 9, 9)))
    assert hidden_cells(root) >= {("tiny", False), ("small", False)}
    assert ("big", False) not in hidden_cells(root) and ("county", False) not in hidden_cells(root)
    assert_nothing_leaks(root)


def test_two_small_units_with_too_few_people_together_take_a_third():
    root = Node("county", NOBODY, (leaf("a", 1, 0, 0), leaf("b", 0, 1, 1), leaf("c", 4, 4, 4), leaf("d", 5, 5, 5)))
    assert {code for code, direct in hidden_cells(root) if not direct} == {"a", "b", "c"}


def test_hidden_units_that_all_hold_one_state_take_one_with_another():
    root = Node("county", NOBODY, (leaf("a", 0, 0, 4), leaf("b", 0, 0, 4), leaf("same", 0, 0, 12), leaf("mixed", 5, 5, 5), leaf("d", 9, 9, 9)))
    assert {code for code, direct in hidden_cells(root) if not direct} == {"a", "b", "mixed"}
    assert_nothing_leaks(root)


def test_people_directly_at_the_parent_are_protected_like_a_child():
    root = Node("county", cell(1, 1, 0), (leaf("a", 5, 5, 5), leaf("b", 8, 8, 8)))
    assert hidden_cells(root) == {("county", True), ("a", False)}
    assert_nothing_leaks(root)


def test_a_family_that_cannot_be_protected_hides_its_parent_and_everything_below():
    alike = Node("alike", NOBODY, (leaf("x", 0, 0, 3), leaf("y", 0, 0, 20)))
    root = Node("county", NOBODY, (alike, leaf("b", 8, 8, 8), leaf("c", 9, 9, 9)))
    hidden = hidden_cells(root)
    assert {("alike", False), ("x", False), ("y", False), ("b", False)} <= hidden
    assert_nothing_leaks(root)


def test_units_without_officials_do_not_count_as_cover():
    root = Node("county", NOBODY, (leaf("tiny", 1, 1, 1), Node("empty"), leaf("big", 9, 9, 9)))
    assert ("big", False) in hidden_cells(root)
    assert_nothing_leaks(root)


def test_a_chain_of_only_children_stands_or_falls_together():
    chain = Node("province", NOBODY, (Node("prefecture", NOBODY, (leaf("county", 5, 5, 5),)),))
    assert {code for code, direct in hidden_cells(chain) if not direct} == set()
    small = Node("province", NOBODY, (Node("prefecture", NOBODY, (leaf("county", 1, 1, 1),)),))
    assert {code for code, direct in hidden_cells(small) if not direct} == {"province", "prefecture", "county"}


def test_the_rest_must_be_two_cells_five_people_and_two_states():
    assert rest_is_safe([])
    assert not rest_is_safe([cell(9, 9, 9)])
    assert not rest_is_safe([cell(1, 1, 0), cell(1, 0, 1)])
    assert not rest_is_safe([cell(0, 0, 20), cell(0, 0, 3)])
    assert rest_is_safe([cell(4, 0, 6), cell(1, 0, 1)])


counts = st.builds(cell, st.integers(0, 7), st.integers(0, 7), st.integers(0, 9), st.integers(0, 3))


@st.composite
def trees(draw, depth=3, prefix="u"):
    """Random units, up to three tiers deep, small cells everywhere."""
    direct = draw(st.one_of(st.just(NOBODY), counts))
    size = draw(st.integers(0, 4)) if depth > 1 else 0
    return Node(prefix, direct, tuple(draw(trees(depth=depth - 1, prefix=f"{prefix}{i}")) for i in range(size)))


@settings(max_examples=40, deadline=None)
@given(trees())
def test_linear_programming_over_the_published_numbers_pins_no_hidden_cell(root):
    assert_nothing_leaks(root)


@settings(deadline=None)
@given(trees(depth=4))
def test_hidden_parents_hide_all_below_and_the_answer_is_always_the_same(root):
    hidden = hidden_cells(root)
    assert hidden == hidden_cells(root)
    for parent, children in equations(root):
        if parent in hidden:
            assert hidden.issuperset(children)
