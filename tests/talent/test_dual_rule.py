"""The rule of both strands, on known levels: no compensation, coverage first, and nobody is judged by what is open."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import yaml
from hypothesis import given
from hypothesis import strategies as st

from lms.core import framework
from lms.talent import dual
from lms.talent.dual import Verdict, standing

STRANDS = {f"T{n}": "T" for n in range(5)} | {f"G{n}": "G" for n in range(5)}


@dataclass(frozen=True)
class Level:
    level: int
    possible: int
    measured: bool = True


SURE, DOUBTFUL, LOW, UNKNOWN = Level(3, 4), Level(1, 3), Level(1, 1), Level(0, 5, measured=False)


def person(technology: list[Level], governance: list[Level], target: int = 3) -> dual.Standing:
    levels = {f"T{n}": level for n, level in enumerate(technology)} | {f"G{n}": level for n, level in enumerate(governance)}
    targets = {f"T{n}": target for n in range(len(technology))} | {f"G{n}": target for n in range(len(governance))}
    return standing(targets, levels, STRANDS)


def test_four_of_five_in_both_strands_is_exactly_enough():
    found = person([SURE] * 4 + [Level(0, 0)], [SURE] * 4 + [Level(0, 0)])
    assert (found.technology.score, found.governance.score) == (Fraction(4, 5), Fraction(4, 5))
    assert found.verdict is Verdict.MET
    assert found.index_milli == 800


def test_one_strand_does_not_make_up_for_the_other():
    found = person([SURE] * 5, [LOW] * 5)
    assert found.technology.meets and not found.governance.could
    assert found.verdict is Verdict.NOT_YET
    assert found.index == 2 * Fraction(1) * Fraction(1, 3) / (1 + Fraction(1, 3))


def test_what_is_open_is_never_held_against_anybody():
    assert person([SURE] * 5, [DOUBTFUL] * 5).verdict is Verdict.OPEN


def test_below_three_quarters_of_coverage_nothing_is_said_and_no_number_given():
    found = person([SURE] * 4, [LOW] * 2 + [UNKNOWN] * 2)
    assert found.governance.coverage == Fraction(1, 2)
    assert (found.verdict, found.index) == (Verdict.OPEN, None)


def test_at_three_quarters_what_is_unmeasured_is_left_out():
    found = person([SURE] * 4, [SURE] * 3 + [UNKNOWN])
    assert found.governance.score == 1
    assert found.verdict is Verdict.MET


def test_three_at_level_three_are_needed_even_where_targets_are_low():
    found = person([Level(2, 2)] * 4, [Level(2, 2)] * 4, target=2)
    assert (found.technology.score, found.technology.strong) == (1, 0)
    assert found.verdict is Verdict.NOT_YET


def test_a_strand_without_targets_decides_nothing():
    assert standing({"T0": 1}, {"T0": SURE}, STRANDS).verdict is Verdict.OPEN


def test_the_index_is_nought_when_both_strands_are():
    assert person([Level(0, 0)] * 4, [Level(0, 0)] * 4).index == 0


ANY = st.builds(lambda level, more, measured: Level(level, min(5, level + more), measured), st.integers(0, 5), st.integers(0, 5), st.booleans())


@given(st.lists(ANY, min_size=5, max_size=5), st.lists(ANY, min_size=5, max_size=5), st.integers(1, 5))
def test_not_yet_means_that_no_outcome_of_what_is_open_would_be_met(technology, governance, target):
    found = person(technology, governance, target)
    if found.verdict is Verdict.NOT_YET:
        best = person(*([Level(x.possible if x.measured else 5, 5) for x in strand] for strand in (technology, governance)), target)
        assert best.verdict is not Verdict.MET


@given(st.lists(ANY, min_size=5, max_size=5), st.lists(ANY, min_size=5, max_size=5), st.integers(1, 5), st.integers(0, 4))
def test_to_have_proven_more_never_takes_met_away(technology, governance, target, place):
    before = person(technology, governance, target)
    if before.verdict is Verdict.MET and technology[place].measured:
        technology[place] = Level(5, 5)
        assert person(technology, governance, target).verdict is Verdict.MET


def test_the_numbers_are_those_of_the_framework():
    rule = yaml.safe_load((framework.content_root() / "assessments" / "framework.yaml").read_text(encoding="utf-8"))["composite"]
    assert rule["label_dual"]["when"] == "T >= 0.8 and G >= 0.8 and at least 3 competencies at L3 or above in each strand and coverage >= 0.75 in each strand"
    assert (Fraction(8, 10), 3, 3, Fraction(75, 100)) == (dual.SCORE, dual.STRONG, dual.STRONG_LEVEL, dual.COVERAGE)
    assert len(framework.read().guards) == 4
