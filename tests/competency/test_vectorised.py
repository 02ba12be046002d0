"""The vectorised code answers the same integers as the scalar code, everywhere."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.competency import vectorised
from lms.competency.proficiency import ItemParameters, Proficiency, State, answered
from lms.competency.rollup import SUMS, Sums, contribution
from lms.competency.states import StateKind, verdict
from lms.competency.vectorised import Pairs, add_to_cells, answered_many, verdicts
from tests.competency.pure import RULES

rows = st.lists(
    st.tuples(
        st.integers(-6000, 6000),
        st.integers(1, 1_000_000),
        st.integers(0, 3000),
        st.integers(300, 2500),
        st.integers(-4000, 4000),
        st.sampled_from([0, 300, 2000, 2500]),
        st.integers(0, 1_000_000),
        st.booleans(),
    ),
    min_size=1,
    max_size=40,
)


def scalar(row):
    m, v, days, *item, right = row
    after = answered(State(m, v), ItemParameters.from_integers(*item), int(right), days, 0.02)
    return after.m_milli, after.v_micro


def many(rows):
    m, v, days, a, b, c, vb, right = (np.array(column) for column in zip(*rows, strict=True))
    new_m, new_v = answered_many(m, v, days, (a / 1000, b / 1000, c / 10_000, vb / 1_000_000), right, 0.02)
    return list(zip(new_m.tolist(), new_v.tolist(), strict=True))


@given(rows)
def test_updates_are_identical(rows):
    assert many(rows) == [scalar(row) for row in rows]


def test_results_next_to_a_rounding_boundary_are_left_to_the_scalar_code(monkeypatch):
    monkeypatch.setattr(vectorised, "NEAR_BOUNDARY", 0.6)  # every result is next to a boundary now
    monkeypatch.setattr(vectorised, "owen_many", lambda m, v, *item: (m + 1e-9, v))
    row = (120, 800_000, 30, 1200, 500, 2000, 100_000, True)
    assert many([row]) == [scalar(row)]


pairs = st.lists(
    st.tuples(st.integers(-3000, 4500), st.integers(1, 1_000_000), st.integers(19_000, 20_000), st.integers(1, 9), st.integers(1, 5), st.integers(0, 3)),
    min_size=1,
    max_size=30,
)


@settings(max_examples=50)
@given(pairs)
def test_verdicts_and_sums_are_identical_where_no_evidence_rule_is_met(rows):
    m, v, t, n, target, cell = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    columns = Pairs(m, v, t, n, target, np.full(len(rows), -1))
    expected = [verdict(Proficiency(State(*row[:4])), row[4], RULES) for row in rows]
    kinds, until = verdicts(columns, RULES)
    assert [(k, u or None) for k, u in zip(kinds.tolist(), until.tolist(), strict=True)] == [
        (-1 if e.kind is StateKind.NOT_YET else 0, e.until) for e in expected
    ]
    sums = [Sums()] * 4
    for row in rows:
        sums[row[5]] += contribution(Proficiency(State(*row[:4])), row[4], RULES).sums
    assert add_to_cells(cell, columns, RULES, 4).tolist() == [[getattr(s, name) for name in SUMS] for s in sums]
