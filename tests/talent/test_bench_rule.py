"""Ready, nearly, nobody: the rule as data, on known people."""

from dataclasses import dataclass
from datetime import date

from lms.people.roster_columns import HEADINGS, TableKind, bare
from lms.talent import bench
from lms.talent.bench import Readiness, Strength

RULE = bench.rule()


@dataclass(frozen=True)
class Skill:
    competency: str
    kind: str
    critical: bool = False
    target: int = 2


def of(critical: str, *others: str) -> list[Skill]:
    return [Skill("LAW-2", critical, critical=True), *(Skill(f"C-{n}", kind) for n, kind in enumerate(others))]


def test_every_critical_one_and_four_fifths_of_all_make_ready():
    assert bench.readiness(of("met", "met", "met", "met", "unclear"), RULE) is Readiness.READY


def test_a_critical_one_still_open_makes_nearly_and_says_which():
    skills = of("unclear", "met", "met", "no_evidence", "met")
    assert bench.readiness(skills, RULE) is Readiness.NEARLY
    assert [skill.competency for skill in bench.missing(skills)] == ["LAW-2", "C-2"]


def test_who_is_certainly_below_in_one_is_not_ready_however_much_is_met():
    assert bench.readiness(of("met", *["met"] * 8, "not_yet"), RULE) is Readiness.NEARLY


def test_too_little_met_is_neither():
    assert bench.readiness(of("met", "met", "no_evidence", "no_evidence", "no_evidence"), RULE) is Readiness.FAR


def test_nobody_is_ready_for_a_post_that_asks_for_nothing():
    assert bench.readiness([], RULE) is Readiness.FAR


def test_as_many_ready_as_retire_is_enough_fewer_is_thin_none_is_nobody():
    def strength(ready, nearly, retiring):
        return bench.strength(ready=ready, nearly=nearly, retiring=retiring, by=RULE)

    assert [strength(1, 0, 0), strength(2, 0, 2), strength(1, 5, 2), strength(0, 1, 0), strength(0, 0, 0)] == [
        Strength.ENOUGH, Strength.ENOUGH, Strength.THIN, Strength.THIN, Strength.NOBODY,
    ]  # fmt: skip


def test_the_horizon_is_three_years_on_the_day():
    assert [bench.horizon(day, RULE) for day in (date(2026, 11, 23), date(2028, 2, 29))] == [date(2029, 11, 23), date(2031, 2, 28)]


def test_the_roster_knows_the_retirement_date_by_either_name():
    assert {HEADINGS[TableKind.ROSTER][bare(heading)] for heading in ("退休日期", "retirement_date", "Retirement date")} == {"retires_on"}
