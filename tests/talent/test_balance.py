"""Is it the line or the teaching? The split adds up exactly and says so in the right word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.talent import balance
from lms.talent.balance import Sums, Verdict


def group(*cells: tuple[int, int, int]) -> dict[str, Sums]:
    return {f"C-{n}": Sums(*cell) for n, cell in enumerate(cells)}


def test_the_same_teaching_with_less_coverage_is_the_line():
    found = balance.split(group((100, 20, 10)), group((100, 80, 40)))
    assert found.difference == pytest.approx(-0.3)
    assert (found.line.value, found.teaching.value, found.asked) == pytest.approx((-0.3, 0.0, 0.0))
    assert balance.verdict(found) is Verdict.LINE


def test_the_same_coverage_with_fewer_met_is_the_teaching():
    found = balance.split(group((100, 80, 20)), group((100, 80, 60)))
    assert (found.line.value, found.teaching.value) == pytest.approx((0.0, -0.4))
    assert balance.verdict(found) is Verdict.TEACHING


def test_kitagawas_two_factors_are_shared_out_by_halves():
    # C 0.5 and 0.8, P 0.4 and 0.6: (0.5-0.8)·(0.4+0.6)/2 and (0.4-0.6)·(0.5+0.8)/2
    found = balance.split(group((100, 50, 20)), group((100, 80, 48)))
    assert (found.line.value, found.teaching.value) == pytest.approx((-0.15, -0.13))
    assert found.difference == pytest.approx(0.2 - 0.48)
    assert balance.verdict(found) is Verdict.BOTH


def test_posts_that_ask_for_other_things_are_neither_line_nor_teaching():
    easy, hard = (100, 80, 72), (10, 8, 1)
    found = balance.split(group(easy, hard), group((10, 8, 7), (100, 80, 10)))
    assert found.asked > 0.49 and abs(found.line.value) < 0.02 and abs(found.teaching.value) < 0.05


def test_a_group_without_evidence_explains_nothing_by_its_teaching():
    found = balance.split(group((50, 0, 0)), group((50, 40, 20)))
    assert (found.teaching.value, found.line.value) == pytest.approx((0.0, -0.4))


def test_five_people_are_no_difference():
    found = balance.split(group((5, 3, 1)), group((500, 300, 150)))
    assert balance.verdict(found) is Verdict.NONE


def test_line_and_teaching_that_pull_apart_are_both_said():
    found = balance.split(group((1000, 900, 300)), group((1000, 400, 360)))
    assert found.line.value > 0 > found.teaching.value
    assert balance.verdict(found) is Verdict.AGAINST


def test_a_group_of_which_nothing_is_asked_is_refused():
    with pytest.raises(ValueError, match="nothing is asked"):
        balance.split(group((0, 0, 0)), group((5, 3, 1)))


@st.composite
def groups(draw):
    def one() -> Sums:
        asked = draw(st.integers(0, 60))
        evidence = draw(st.integers(0, asked))
        return Sums(asked, evidence, draw(st.integers(0, evidence)))

    return group(*(one() for _ in range(draw(st.integers(1, 4))))) | {"always": Sums(7, 5, 2)}


@given(groups(), groups())
def test_the_parts_add_up_to_the_difference_and_turn_their_sign_with_it(one, two):
    found, turned = balance.split(one, two), balance.split(two, one)
    assert found.asked + found.line.value + found.teaching.value == pytest.approx(found.difference, abs=1e-12)
    assert (turned.asked, turned.line.value, turned.teaching.value) == pytest.approx((-found.asked, -found.line.value, -found.teaching.value), abs=1e-12)
    assert turned.se == pytest.approx(found.se)


@given(groups(), groups())
def test_what_is_shown_in_whole_points_adds_up_too(one, two):
    found = balance.split(one, two)
    shown = balance.whole_points(found)
    assert shown.line + shown.teaching + shown.asked == shown.difference == round(100 * found.difference)
    exact = (found.line.value, found.teaching.value, found.asked)
    assert all(abs(part - 100 * value) < 1 + 1e-9 for part, value in zip(shown[1:], exact, strict=True))


def test_parts_that_each_round_down_still_make_up_the_difference():
    found = balance.Split(-0.036, -0.002, balance.Part(-0.033, 0.01), balance.Part(-0.001, 0.01))
    assert balance.whole_points(found) == (-4, -4, 0, 0)


def test_groups_together_are_their_sums():
    assert balance.together([group((5, 3, 1)), group((7, 4, 2), (1, 1, 1))]) == {"C-0": Sums(12, 7, 3), "C-1": Sums(1, 1, 1)}
