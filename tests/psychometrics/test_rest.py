"""The estimate without the own question is the model's own replay without it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.competency.proficiency import DEFAULT_TUNING, ItemParameters, State, aged, answered
from lms.psychometrics.rest import Facts, without_own_question

ANSWER = st.tuples(st.integers(0, 3), st.integers(0, 5), st.sampled_from([0.0, 0.4, 1.0]), st.integers(0, 900))


@given(st.lists(ANSWER, min_size=1, max_size=14))
@settings(max_examples=60, deadline=None)
def test_it_equals_the_scalar_replay_without_the_question(answers):
    answers = sorted(answers, key=lambda one: (one[0], one[3]))
    official, unit, score, day = (np.array(part) for part in zip(*answers))
    b = unit / 2 - 1
    ones = np.ones(len(b))
    found = without_own_question(Facts(official, unit, score.astype(float), day, ones * 1.2, b, ones * 0.2, ones * 0.1))
    for i in range(len(answers)):
        state = None
        for j in range(len(answers)):
            if official[j] == official[i] and unit[j] != unit[i]:
                parameters = ItemParameters(1.2, float(b[j]), 0.2, 0.1)
                state = answered(state or State(), parameters, float(score[j]), int(day[j]), DEFAULT_TUNING.q_confirmed)
        if state is None:
            assert (found.m[i], found.v[i], found.n[i]) == (0, 1, 0)
            continue
        assert found.m[i] == pytest.approx(state.m_milli / 1000, abs=0.01)
        assert found.v[i] == pytest.approx(aged(state.v_micro, abs(int(day[i]) - state.t_day), DEFAULT_TUNING.q_confirmed), abs=0.001)
        assert found.n[i] == state.n


def test_nobody_is_no_error():
    nothing = np.zeros(0)
    assert len(without_own_question(Facts(*[nothing] * 8)).m) == 0
