"""Units' figures of both strands, attacked: whoever sees every row of a month can't solve for a hidden one, by linear programming."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from lms.competency.level_queries import Counts, fates
from lms.talent import dual_actions

STATES = ("met", "not_yet", "unclear")
CHILDREN = {None: [1], 1: [2, 3, 4], 2: [5, 6], 3: [7, 8, 9]}
UNITS = range(1, 10)
NOW = datetime(2026, 11, 23, tzinfo=UTC)

PEOPLE = st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 7), st.integers(0, 4))
COUNTY = st.lists(PEOPLE, min_size=9, max_size=9)


def tallies(people) -> dict[int, Counter[str]]:
    """People directly at each unit: covered ones by state, and those not covered."""
    found = {}
    for unit, (met, not_yet, unclear, uncovered) in zip(UNITS, people, strict=True):
        covered = met + not_yet + unclear
        numbers = {"people": covered + uncovered, "covered": covered, "met": met, "not_yet": not_yet, "unclear": unclear, "index": 500 * covered}
        found[unit] = Counter(numbers)
    return found


def released(people, before) -> dict[tuple[str, bool], dict]:
    direct = tallies(people)
    known = {key: None if row["people"] is None else Counts(*(row[name] for name in dual_actions.COUNTS)) for key, row in before.items()}
    decided = fates(dual_actions._node(1, CHILDREN, direct), known)
    rows = dual_actions._rows(1, CHILDREN, direct, dual_actions._Release(decided, before))
    return {(str(row["unit_id"]), row["direct"]): row for row in rows}


def members(place: tuple[str, bool]) -> list[int]:
    unit, direct = int(place[0]), place[1]
    return [unit] if direct else [unit, *(one for child in CHILDREN.get(unit, ()) for one in members((str(child), False)))]


def weights(units: list[int], state: int) -> np.ndarray:
    row = np.zeros(27)
    row[[3 * (unit - 1) + state for unit in units]] = 1
    return row


def truly(people, place, state: int) -> int:
    return sum(people[unit - 1][state] for unit in members(place))


def pinned(people, rows, place) -> bool:
    """Whether the attacker knows all three counts of a place: from every row that is true today, and the roster."""
    facts = [(weights(members(seen), n), row[state]) for seen, row in rows.items() for n, state in enumerate(STATES) if row[state] == truly(people, seen, n)]
    left, right = [fact[0] for fact in facts] or None, [fact[1] for fact in facts] or None
    most = [(0, sum(people[i // 3])) for i in range(27)]
    ends = [linprog(sign * weights(members(place), n), A_eq=left, b_eq=right, bounds=most, method="highs").fun for n in range(3) for sign in (1, -1)]
    return all(-ends[2 * n + 1] - ends[2 * n] < 0.5 for n in range(3))


def hidden_with_people(people, rows) -> list[tuple[str, bool]]:
    return [place for place, row in rows.items() if row["people"] is None and sum(truly(people, place, n) for n in range(3))]


@settings(max_examples=25)
@given(COUNTY)
def test_no_hidden_row_can_be_worked_out(people):
    rows = released(people, {})
    assert [place for place in hidden_with_people(people, rows) if pinned(people, rows, place)] == []


@settings(max_examples=25)
@given(COUNTY, COUNTY, st.integers(0, 8))
def test_a_later_month_tells_of_nobody_either(people, others, moved):
    first = released(people, {})
    later = [*people[:moved], others[moved], *people[moved + 1 :]]
    rows = released(later, first)
    assert [place for place in hidden_with_people(later, rows) if pinned(later, rows, place)] == []


@given(COUNTY)
def test_what_is_shown_is_true_and_of_at_least_five(people):
    shown = {place: row for place, row in released(people, {}).items() if row["people"] is not None}
    assert all(row[state] == truly(people, place, n) for place, row in shown.items() for n, state in enumerate(STATES))
    assert all(row["covered"] >= 5 and row["index_milli"] == 500 for row in shown.values())
