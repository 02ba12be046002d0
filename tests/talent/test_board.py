"""From a gap to what is done first: evidence before training, training before people, each with its reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.competency.rollup import CellOnDay
from lms.core import framework
from lms.talent import board
from lms.talent.board import Line, Standing, Step, Why

RULE = board.rules()


def cell(met: int, not_yet: int, unclear: int, silent: int = 0, gap: float = 0.0, se: float = 0.1) -> CellOnDay:
    n = met + not_yet + unclear
    return CellOnDay(n + silent, n, met, not_yet, unclear, silent, 0.0 if n else None, se if n else None, gap if n else None)


def steps(*numbers, **how) -> list[tuple[Step, Why]]:
    asked = {key: how.pop(key) for key in ("critical", "level") if key in how}
    return [(one.step, one.why) for one in board.advice(cell(*numbers, **how), RULE, **asked)]


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ((0, 0, 0, 9), Standing.NOBODY),
        ((2, 1, 0, 0), Standing.SHORT),  # three people are all there are
        ((2, 1, 0, 4), Standing.THIN),  # three of seven
        ((4, 4, 2, 30), Standing.THIN),  # a quarter is covered
        ((2, 1, 7, 0), Standing.THIN),  # three of ten are decided
        ((5, 5, 2, 8), Standing.SHORT),
        ((9, 0, 2, 0), Standing.FINE),
    ],
)
def test_what_may_be_said_of_a_gap(numbers, found):
    assert board.standing(cell(*numbers), RULE) is found


def test_nought_and_a_hundred_per_cent_are_said_only_of_none_and_of_all():
    one = cell(399, 0, 1, 1)
    assert (board.decided_percent(one), board.coverage_percent(one)) == (99, 99)
    other = cell(1, 0, 399, 100_000)
    assert (board.decided_percent(other), board.coverage_percent(other)) == (1, 1)
    assert (board.decided_percent(cell(0, 0, 9)), board.coverage_percent(cell(4, 4, 0))) == (0, 100)


def test_hidden_numbers_lead_to_no_proposal():
    assert board.standing(None, RULE) is Standing.HIDDEN and board.advice(None, RULE) == ()


def test_without_evidence_a_placement_comes_first_and_no_training_at_all():
    assert steps(0, 0, 0, 9) == [(Step.PLACEMENT, Why.NO_EVIDENCE), (Step.QUIZ, Why.OTHER_EVIDENCE), (Step.WORK_SAMPLE, Why.OTHER_EVIDENCE)]


def test_level_three_needs_a_case_and_level_four_a_work_sample():
    assert steps(0, 0, 0, 9, level=3)[0] == (Step.QUIZ, Why.NO_EVIDENCE)
    assert steps(0, 0, 0, 9, level=4)[0] == (Step.WORK_SAMPLE, Why.HIGH_LEVEL)


def test_the_reason_says_what_kind_of_evidence_is_missing():
    assert steps(4, 4, 2, 30)[0][1] is Why.LITTLE_EVIDENCE
    assert steps(2, 1, 7, 0)[0][1] is Why.UNDECIDED
    assert steps(0, 3, 0, 1)[0][1] is Why.FEW  # three of four, all of them decided


def test_a_small_shortfall_is_a_lesson_a_larger_one_a_course_and_many_people_a_plan():
    assert steps(6, 4, 0, gap=0.1)[0] == (Step.LESSON, Why.SMALL)  # 0.25 a person who is short
    assert steps(6, 4, 0, gap=0.4)[0] == (Step.COURSE, Why.TRAIN)  # one level each
    assert steps(20, 15, 5, gap=0.2)[0] == (Step.PLAN, Why.MANY)


def test_ten_who_lack_the_same_can_be_a_class_of_a_partner():
    assert (Step.ORDER, Why.ALIKE) not in steps(6, 5, 4, gap=0.4)
    assert steps(6, 6, 4, gap=0.4)[-1] == (Step.ORDER, Why.ALIKE)
    assert steps(20, 15, 5, gap=2.0)[-3:] == [(Step.ORDER, Why.ALIKE), (Step.ROTATION, Why.SOMEBODY_ELSE), (Step.RECRUITMENT, Why.TOO_SLOW)]


def test_what_training_cannot_close_in_time_asks_for_people():
    slow = {"gap": 2.0}  # ten people with a level of two on average, all of it with five of them: four levels, twelve courses
    assert board.months_needed(cell(5, 5, 0, **slow), RULE) == 36
    assert steps(5, 5, 0, **slow)[-2:] == [(Step.ROTATION, Why.SOMEBODY_ELSE), (Step.RECRUITMENT, Why.TOO_SLOW)]
    assert steps(5, 5, 0, **slow, critical=True)[:2] == [(Step.ROTATION, Why.SOMEBODY_ELSE), (Step.RECRUITMENT, Why.TOO_SLOW)]
    assert steps(5, 8, 0, gap=2.5, critical=True)[0] == (Step.COURSE, Why.TRAIN)  # eight cannot all be replaced


def test_a_critical_gap_waits_less():
    numbers = cell(5, 5, 0, gap=0.5)  # one level each: three courses, nine months
    assert board.months_needed(numbers, RULE) == 9
    assert board.in_time(numbers, RULE, critical=False) and not board.in_time(numbers, RULE, critical=True)


def test_a_known_gap_with_half_covered_also_asks_for_evidence_of_the_others():
    assert (Step.PLACEMENT, Why.THE_OTHERS) in steps(5, 5, 2, 12, gap=0.4)
    assert (Step.PLACEMENT, Why.THE_OTHERS) not in steps(5, 5, 2, 2, gap=0.4)


def test_the_cheapest_way_to_evidence_stands_first_with_its_minutes():
    ways = board.ways_to_evidence({1: 2, 2: 3}, 4, framework.read().rules, RULE)
    # 2·4 + 3·6 questions for those without, 3 each for four undecided: 38 questions of 0.8 minutes; a form of 14 takes 28
    assert [(way.step, way.each, way.people, way.minutes) for way in ways] == [
        (Step.PLACEMENT, 5, 9, 31),
        (Step.QUIZ, 1, 9, 252),
        (Step.WORK_SAMPLE, 1, 9, 1080),
    ]
    assert ways[0].minutes_each == 4


def test_people_with_the_highest_targets_need_work_samples_beside_the_questions_of_others():
    ways = board.ways_to_evidence({2: 1, 4: 3}, 0, framework.read().rules, RULE)
    assert ways[-1] == board.Way(Step.WORK_SAMPLE, 1, 3, 360, high=True)
    assert [way.step for way in board.ways_to_evidence({4: 3}, 0, framework.read().rules, RULE)] == [Step.WORK_SAMPLE]


def line(key: str, code: str, *numbers, **how) -> Line:
    return Line(key, key, code, code, "T", cell(*numbers, **how) if numbers else None)


def test_orders_put_hidden_lines_last():
    lines = [line("a", "X"), line("b", "Y", 5, 1, 4, gap=0.9), line("c", "Z", 1, 9, 0, 10, gap=0.2)]
    assert [one.key for one in board.ordered(lines, "gap")] == ["b", "c", "a"]
    assert [one.key for one in board.ordered(lines, "people")] == ["c", "b", "a"]
    assert [one.key for one in board.ordered(lines, "certainty")] == ["b", "c", "a"]
    assert [one.key for one in board.ordered(lines, "coverage")] == ["c", "b", "a"]


def test_a_total_is_hidden_as_soon_as_a_part_is():
    assert board.total([cell(3, 3, 3), None]) is None
    both = board.total([cell(3, 3, 3, gap=0.5), cell(0, 3, 0, 2, gap=1.5)])
    assert (both.n_required, both.n_evidence, both.met, both.not_yet, both.unclear, both.no_evidence) == (14, 12, 3, 6, 3, 2)
    assert both.gap == pytest.approx((9 * 0.5 + 3 * 1.5) / 12)


numbers = st.tuples(*[st.integers(0, 40)] * 4)


@given(numbers, st.floats(0, 4), st.booleans(), st.integers(1, 5))
def test_advice_always_has_a_reason_and_never_trains_people_of_whom_nothing_is_known(counts, gap, critical, level):
    one = cell(*counts, gap=gap)
    found = [(a.step, a.why) for a in board.advice(one, RULE, critical=critical, level=level)]
    assert len({step for step, _ in found}) == len(found)
    if board.standing(one, RULE) in (Standing.NOBODY, Standing.THIN) and one.n_required:
        assert {step for step, _ in found} <= {Step.PLACEMENT, Step.QUIZ, Step.WORK_SAMPLE} and found
    if board.standing(one, RULE) is Standing.SHORT:
        assert {Step.COURSE, Step.LESSON} <= {step for step, _ in found}
