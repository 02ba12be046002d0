"""Simulated people: the accuracy asked for, exposure, and what banks lack. All chance comes from seeds, so figures are exact."""

import json
from functools import cache
from statistics import fmean

import pytest
from click.testing import CliRunner

from lms.cli import lms
from lms.placement import report, simulation
from lms.placement.banks import hardest
from lms.placement.simulation import BANK, generated
from tests.placement.known import RULES, case, single

SEEDS = (1, 2, 3)

pytestmark = pytest.mark.xdist_group("simulation")  # what is simulated once serves several tests


@cache
def compared(seed: int) -> tuple[report.Summary, ...]:
    """Placement and fixed form on a generated bank of 300 items over 12 competencies."""
    return tuple(report.compared(generated(BANK, RULES, seed=seed), RULES, count=500, seed=seed))


def test_84_per_cent_right_with_at_most_55_questions_ahead_of_a_fixed_form_of_60():
    """18,000 decisions about 1,500 people and three banks."""
    placed, fixed = zip(*map(compared, SEEDS), strict=True)
    assert max(one.longest for one in placed) <= 55
    assert {one.shortest for one in fixed} == {60}
    assert fmean(one.right for one in placed) >= 0.84
    assert fmean(one.right for one in placed) >= fmean(one.right for one in fixed) + 0.02


@pytest.mark.parametrize("seed", SEEDS)
def test_its_intervals_tell_the_truth_and_what_it_says_is_right(seed):
    placed, _ = compared(seed)
    assert 0.78 <= placed.coverage <= 0.83
    assert placed.decided_right >= 0.90


@pytest.mark.parametrize("seed", SEEDS)
def test_no_item_is_asked_in_much_more_than_a_quarter_of_sittings(seed):
    placed, _ = compared(seed)
    assert placed.most_exposed <= 0.27
    assert placed.over_cap == 0


def test_the_same_seed_gives_the_same_people_answers_and_figures():
    world = generated(BANK, RULES, seed=4)
    once, again = (simulation.adaptive(world, RULES, count=20, seed=4) for _ in range(2))
    assert (once.lengths, once.outcomes, once.asked) == (again.lengths, again.outcomes, again.asked)


def test_a_small_bank_lacks_what_one_sitting_in_four_needs():
    pieces = {"NET-1": [single(f"Q{n}", b=-1.0) for n in range(6)] + [case("K")]}
    (found,) = report.shortages(pieces, ["NET-1"], RULES, count=60, seed=1)
    assert (found.questions, found.cases, found.cases_missing) == (6, 1, 3)
    for need in found.needs:
        assert need.missing == need.needed - 6 > 0
        assert need.questions >= 4


def test_a_competency_without_any_question_lacks_all_that_its_rule_asks():
    (found,) = report.shortages({}, ["NET-1"], RULES, count=10, seed=1)
    assert [need.missing for need in found.needs] == [16, 24, 32]


def test_the_most_demanding_competencies_of_a_post_in_the_frameworks_order():
    assert hardest({"A": 1, "B": 3, "C": 2, "D": 2}, 3, ["D", "C", "B", "A"]) == {"D": 2, "C": 2, "B": 3}


def test_the_command_prints_the_same_as_data():
    done = CliRunner().invoke(lms, ["assessments", "simulate", "--generated", "60", "--people", "20", "--format", "json"])
    assert done.exit_code == 0, done.output
    data = json.loads(done.output)
    assert [test["test"] for test in data["tests"]] == ["placement", "fixed form of 60"]
    assert data["items"] == 60


def test_the_command_refuses_an_unknown_bank_and_post():
    for wrong in (["--bank", "no-such-bank"], ["--position", "P99"]):
        done = CliRunner().invoke(lms, ["assessments", "simulate", "--people", "10", *wrong])
        assert done.exit_code == 1


def test_own_banks_are_simulated_with_a_table_for_authors():
    done = CliRunner().invoke(lms, ["assessments", "simulate", "--people", "12", "--bank", "internet-and-governance", "--competencies", "19"])
    assert done.exit_code == 0, done.output
    assert "Items missing, for authors:" in done.output
