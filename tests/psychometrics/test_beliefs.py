"""Shares of wrong ideas and both languages of a question, by hand-made answers with exact values."""

from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from lms.psychometrics.beliefs import RARE, Finding, Line, belief, judge, wilson
from lms.psychometrics.two_languages import alike, compare, most_apart


def lines(people: int, chosen: int, chance: float = 0.25, each: int = 1) -> list[Line]:
    """So many people with `each` answers, of whom the first `chosen` choose the idea every time."""
    return [Line(official, official < chosen, chance) for official in range(people) for _ in range(each)]


def test_fewer_than_five_officials_give_no_numbers():
    assert belief(lines(4, 4, each=3)) is None
    assert belief(lines(5, 1)).share == 0.2


def test_one_answer_each_gives_wilsons_interval():
    found = belief(lines(100, 40))
    assert (found.officials, found.answers, found.share, found.chance) == (100, 100, 0.4, 0.25)
    # Wilson (1927) for 40 of 100
    assert wilson(0.4, 100) == pytest.approx((0.30940, 0.49800), abs=5e-6)
    # the spread between officials, n/(n-1) * p(1-p)/n, is a hair above that of independent answers: one an official is the least
    assert (found.low, found.high) == wilson(0.4, 100)


def test_answers_of_one_official_count_together():
    """Forty people who always choose it and sixty who never do say no more with three answers each than with one."""
    once, thrice = belief(lines(100, 40)), belief(lines(100, 40, each=3))
    assert thrice.answers == 300
    assert (thrice.low, thrice.high) == (once.low, once.high)


def test_what_is_held_is_more_than_blind_guessing_and_no_false_alarm():
    held, guessed, seen_through = judge([belief(lines(100, 60)), belief(lines(100, 26)), belief(lines(100, 5))])
    assert [held.finding, guessed.finding, seen_through.finding] == [Finding.HELD, Finding.UNCLEAR, Finding.REJECTED]
    # z = (0.60 - 0.25) / sqrt(0.25 * 0.75 / 100) = 8.083
    assert held.p == pytest.approx(3.16e-16, rel=0.01)


def test_among_many_ideas_one_small_excess_is_no_finding():
    excess = belief(lines(100, 33))  # z = 1.85, p = 0.032
    assert judge([excess])[0].finding is Finding.HELD
    assert judge([excess, *[belief(lines(100, 25))] * 9])[0].finding is Finding.UNCLEAR


def test_a_number_that_nobody_guesses_needs_more_than_slips():
    slip, error = judge([belief(lines(100, 2, chance=0.0)), belief(lines(100, 15, chance=0.0))])
    assert slip.share == RARE
    assert (slip.finding, error.finding) == (Finding.UNCLEAR, Finding.HELD)


def test_an_idea_of_those_who_do_not_know_is_found_though_most_know():
    """70 of 100 are right, 24 of the 30 others choose this one of three wrong options: 24 % of all, 80 % of the wrong."""
    wrong = [Line(official, official < 24, 0.25, official < 30, 1 / 3) for official in range(100)]
    (found,) = judge([belief(wrong)])
    assert (found.share, found.wrong.answers, found.wrong.share, found.finding) == (0.24, 30, 0.8, Finding.DRAWS)
    # z = (0.8 - 1/3) / sqrt(1/3 * 2/3 / 30) = 5.422
    assert found.wrong.p == pytest.approx(2.9e-8, rel=0.05)
    alike = [Line(official, official < 10, 0.25, official < 30, 1 / 3) for official in range(100)]
    assert judge([belief(alike)])[0].finding is Finding.REJECTED
    assert belief([line._replace(wrong=line.official < 4) for line in wrong]).wrong is None  # four wrong answers tell nothing


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=200))
def test_the_interval_holds_the_share_and_the_order_of_answers_is_nothing(answers):
    given_lines = [Line(official, chosen, 0.25) for official, chosen in answers]
    found, other = belief(given_lines), belief(reversed(given_lines))
    if found is None:
        assert len({official for official, _ in answers}) < 5
    else:
        assert 0 <= found.low <= found.share + 1e-12 and found.share - 1e-12 <= found.high <= 1
        assert (other.low, other.high) == pytest.approx((found.low, found.high))


def answers(zh: dict[str, int], en: dict[str, int]) -> tuple[list[str], np.ndarray, list[frozenset[str]]]:
    """Choosers of each option in either language; the key is b."""
    made = [(name, option) for name, counts in (("zh-Hans", zh), ("en", en)) for option, n in counts.items() for _ in range(n)]
    return [name for name, _ in made], np.array([float(option == "b") for _, option in made]), [frozenset((option,)) for _, option in made]


def test_both_languages_with_their_shares():
    found = compare(*answers({"a": 10, "b": 60, "c": 20, "d": 10}, {"a": 20, "b": 20, "c": 5, "d": 5}), "abcd", "b")
    zh, en = found.told["zh-Hans"], found.told["en"]
    assert (zh.n, zh.p, zh.shares) == (100, 0.6, {"a": 0.1, "b": 0.6, "c": 0.2, "d": 0.1})
    assert (en.n, en.p, en.shares) == (50, 0.4, {"a": 0.4, "b": 0.4, "c": 0.1, "d": 0.1})
    # of the wrong answers only: 10, 20, 10 against 20, 5, 5
    assert found.tested and found.chance == pytest.approx(chi2_contingency([[10, 20, 10], [20, 5, 5]], correction=False).pvalue)
    assert found.chance == pytest.approx(exp(-12.8333 / 2), rel=1e-4)  # χ² = 12.8333 with two degrees of freedom
    assert most_apart(found.told, "b") == "a"  # 25 % against 67 % of the wrong answers


def test_how_hard_it_is_in_a_language_is_no_difference_of_options():
    found = compare(*answers({"a": 20, "b": 40, "c": 20}, {"a": 10, "b": 60, "c": 10}), "abc", "b")
    assert found.chance == pytest.approx(1.0)


def test_a_language_of_four_or_four_without_a_language_hide_both():
    assert compare(*answers({"b": 50}, {"b": 4}), "ab", "b") is None
    language, score, chosen = answers({"b": 50}, {"b": 20})
    assert compare([*language[:-4], *[""] * 4], score, chosen, "ab", "b") is None  # what both leave of the whole would be these four
    assert compare([*language[:-5], *[""] * 5], score, chosen, "ab", "b").told["en"].n == 15


def test_too_few_wrong_answers_are_not_tested():
    found = compare(*answers({"a": 3, "b": 50, "c": 1}, {"a": 1, "b": 50, "c": 3}), "abc", "b")
    assert (found.tested, found.chance) == (False, 1.0)


def test_options_that_nearly_nobody_chooses_are_taken_together():
    assert alike(np.array([[30.0, 10, 1, 1], [10.0, 30, 1, 1]])) is None  # together still fewer than five expected
    joined = alike(np.array([[30.0, 10, 4, 4], [10.0, 30, 4, 4]]))
    assert joined == pytest.approx(chi2_contingency([[30, 10, 8], [10, 30, 8]], correction=False).pvalue)
