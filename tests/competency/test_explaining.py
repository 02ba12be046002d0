"""What a reader is shown of an update is what the update did; other rules say what they would say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.competency import rivals
from lms.competency.explaining import expected_right, left, moved, working
from lms.competency.proficiency import Completion, ItemParameters, Response, steps

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)


def answer(correct, day=0, item="I1", fraction=None, **parameters) -> Response:
    given = {"a": 1.0, "b": 0.0, "c": 0.0, "vb": 0.0} | parameters
    return Response(item, ItemParameters(**given), NOON + timedelta(days=day), correct, fraction_milli=fraction)


def test_the_first_right_answer_to_an_average_question():
    (step,) = steps([answer(1)])
    shown = working(step)
    assert (shown.days, shown.m, shown.v_aged) == (0, 0.0, 1.0)
    assert shown.s == pytest.approx(1.974033, abs=1e-6)
    assert (shown.d, shown.expected) == (0.0, 0.5)
    assert moved(shown) == pytest.approx(0.404190, abs=1e-6)
    assert shown.after.m_milli == 404
    assert left(shown) == pytest.approx(0.836630, abs=1e-6)


def test_waiting_is_shown_as_ageing_up_to_the_prior():
    shown = [working(step) for step in steps([answer(1), answer(0, day=60, item="I2"), answer(0, day=800, item="I3")])]
    assert [one.days for one in shown] == [0, 60, 740]
    assert shown[1].v_aged == pytest.approx(shown[1].v + 0.02 * 60 / (365.25 / 12), abs=1e-9)
    assert shown[2].v_aged == 1.0


def test_a_completed_course_and_a_repeated_question_have_no_working():
    replayed = list(steps([answer(1), answer(1, day=10)], [Completion(NOON)]))
    assert [working(step) is None for step in replayed] == [True, False, True]


facts = st.lists(
    st.builds(
        answer,
        correct=st.sampled_from([0, 1]),
        day=st.integers(0, 900),
        item=st.sampled_from([f"I{n}" for n in range(9)]),
        fraction=st.sampled_from([None, None, 0, 250, 500, 1000]),
        a=st.floats(0.4, 2.2),
        b=st.floats(-2.5, 2.5),
        c=st.sampled_from([0.0, 0.03, 0.25]),
        vb=st.floats(0, 0.6),
    ),
    min_size=1,
    max_size=12,
)


@given(facts)
def test_the_working_leads_to_the_stored_estimate(answers):
    found = [one for step in steps(answers) if (one := working(step))]
    assert found
    for one in found:
        assert round(1000 * (one.m + moved(one))) == pytest.approx(one.after.m_milli, abs=1)
    assert 0 < expected_right(found) < len(found)


def test_percent_correct_counts_all_alike():
    assert rivals.percent_correct([answer(1), answer(1), answer(0)]) == pytest.approx(2 / 3)


def test_a_decaying_average_gives_the_newest_answer_65_per_cent():
    assert rivals.decaying_average([answer(0, day=2), answer(1, day=0), answer(1, day=1)]) == pytest.approx(0.35)


def test_the_highest_day_and_the_latest_day():
    answers = [answer(1, day=0), answer(0, day=0), answer(1, day=5), answer(0, day=9), answer(0, day=9), answer(1, day=9)]
    assert rivals.highest_score(answers) == 1.0
    assert rivals.latest_score(answers) == pytest.approx(1 / 3)


@given(facts)
def test_the_variance_shown_is_the_one_kept(answers):
    """For right and wrong answers; of a fraction the mixture is named."""
    for one in filter(None, map(working, steps(answers))):
        if one.response.score in (0, 1):
            assert left(one) == pytest.approx(one.after.v_micro / 1e6, abs=2e-6)
