"""From a gap to what is done first, and why (pure). The rule is data: ``board_rules.yaml``.

A gap is first asked whether it is known at all. Not enough evidence is an answer of its own, with the cheapest way to
get it; only then come training, and where training is too slow, people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import ceil, sqrt
from pathlib import Path
from typing import Any

import yaml

from lms.core.framework import EvidenceRule
from lms.core.i18n import Bilingual
from lms.talent.heat import Numbers, percent

FILE = Path(__file__).with_name("board_rules.yaml")


class Standing(StrEnum):
    """What may be said of a gap."""

    SHORT = "short"
    THIN = "thin"
    NOBODY = "nobody"
    HIDDEN = "hidden"
    FINE = "fine"


class Step(StrEnum):
    """What can be done about a gap."""

    PLACEMENT = "placement"
    QUIZ = "quiz"
    WORK_SAMPLE = "work_sample"
    LESSON = "lesson"
    COURSE = "course"
    PLAN = "plan"
    ORDER = "order"
    ROTATION = "rotation"
    RECRUITMENT = "recruitment"


class Why(StrEnum):
    """Why a step is proposed at its place."""

    NO_EVIDENCE = "no_evidence"
    LITTLE_EVIDENCE = "little_evidence"
    UNDECIDED = "undecided"
    FEW = "few"
    HIGH_LEVEL = "high_level"
    OTHER_EVIDENCE = "other_evidence"
    SMALL = "small"
    TRAIN = "train"
    MANY = "many"
    ALIKE = "alike"
    SOMEBODY_ELSE = "somebody_else"
    TOO_SLOW = "too_slow"
    KEEP = "keep"
    THE_OTHERS = "the_others"


@dataclass(frozen=True, slots=True)
class Rules:
    """The rule file. Levels in levels (one is a logit wide), times in minutes and months."""

    people: int
    coverage_percent: int
    decided_percent: int
    also_evidence_below: int
    placement_minutes: float
    quiz_minutes: float
    form_length: int
    when_unclear: int
    sample_minutes: int
    lesson_up_to: float
    plan_from: int
    order_from: int
    levels_per_course: float
    months_per_course: int
    months: int
    months_if_critical: int
    other_people_first: int
    words: Mapping[str, Bilingual]
    version: str


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules in force."""
    return parse(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def parse(data: Mapping[str, Any]) -> Rules:
    """Rules from the file's data."""
    enough, evidence, training, in_time = data["enough"], data["evidence"], data["training"], data["in_time"]
    return Rules(
        *(enough["people"], enough["coverage_percent"], enough["decided_percent"], data["also_evidence_below_percent"]),
        *(evidence["minutes_per_placement_question"], evidence["minutes_per_quiz_question"], evidence["questions_per_form"]),
        *(evidence["questions_when_unclear"], evidence["minutes_per_work_sample"]),
        *(data["lesson_up_to_levels"], data["plan_from_people"], data["order_from_people"], training["levels_per_course"], training["months_per_course"]),
        *(in_time["months"], in_time["months_if_critical"], data["other_people_first_up_to"]),
        {name: Bilingual(words["zh"], words["en"]) for name, words in data["words"].items()},
        data["version"],
    )


def decided_percent(cell: Numbers) -> int:
    """How many of those with evidence are decided, in per cent."""
    return percent(cell.met + cell.not_yet, cell.n_evidence)


def coverage_percent(cell: Numbers) -> int:
    """How many of those the posts ask for have evidence, in per cent."""
    return percent(cell.n_evidence, cell.n_required)


def standing(cell: Numbers | None, rule: Rules) -> Standing:
    """What may be said of a cell as its reader sees it; None is hidden."""
    if cell is None:
        return Standing.HIDDEN
    if not cell.n_evidence:
        return Standing.NOBODY
    if cell.n_evidence < min(rule.people, cell.n_required) or coverage_percent(cell) < rule.coverage_percent or decided_percent(cell) < rule.decided_percent:
        return Standing.THIN
    return Standing.SHORT if cell.not_yet else Standing.FINE


@dataclass(frozen=True, slots=True)
class Advice:
    """One step and why it stands where it stands; the first of a list comes first."""

    step: Step
    why: Why


def advice(cell: Numbers | None, rule: Rules, *, critical: bool = False, level: int = 2) -> tuple[Advice, ...]:
    """The steps for a gap, the first one first; ``level`` is the target level of most people in it."""
    found = standing(cell, rule)
    if cell is None or found is Standing.HIDDEN:
        return ()
    if found in (Standing.NOBODY, Standing.THIN):
        return _evidence_first(cell, rule, found, level)
    if found is Standing.FINE:
        return (Advice(Step.PLACEMENT, Why.KEEP),) if cell.unclear else ()
    return _training(cell, rule, critical)


def _evidence_first(cell: Numbers, rule: Rules, found: Standing, level: int) -> tuple[Advice, ...]:
    why = _why_thin(cell, rule, found)
    if level >= 4:  # questions alone never prove these levels
        return Advice(Step.WORK_SAMPLE, Why.HIGH_LEVEL), Advice(Step.PLACEMENT, Why.OTHER_EVIDENCE)
    first, second = (Step.QUIZ, Step.PLACEMENT) if level == 3 else (Step.PLACEMENT, Step.QUIZ)  # level 3 needs a case, which a form holds
    return Advice(first, why), Advice(second, Why.OTHER_EVIDENCE), Advice(Step.WORK_SAMPLE, Why.OTHER_EVIDENCE)


def _why_thin(cell: Numbers, rule: Rules, found: Standing) -> Why:
    if found is Standing.NOBODY:
        return Why.NO_EVIDENCE
    if coverage_percent(cell) < rule.coverage_percent:
        return Why.LITTLE_EVIDENCE
    return Why.UNDECIDED if decided_percent(cell) < rule.decided_percent else Why.FEW


def _training(cell: Numbers, rule: Rules, critical: bool) -> tuple[Advice, ...]:
    people = cell.not_yet + cell.unclear
    first = Advice(Step.COURSE, Why.TRAIN)
    if people >= rule.plan_from:
        first = Advice(Step.PLAN, Why.MANY)
    elif shortfall_of_short(cell) <= rule.lesson_up_to:
        first = Advice(Step.LESSON, Why.SMALL)
    steps = [first, *(Advice(step, Why.TRAIN) for step in (Step.COURSE, Step.LESSON) if step is not first.step)]
    if people >= rule.order_from:
        steps.append(Advice(Step.ORDER, Why.ALIKE))
    if coverage_percent(cell) < rule.also_evidence_below:
        steps.insert(1, Advice(Step.PLACEMENT, Why.THE_OTHERS))
    if not in_time(cell, rule, critical=critical):
        slow = [Advice(Step.ROTATION, Why.SOMEBODY_ELSE), Advice(Step.RECRUITMENT, Why.TOO_SLOW)]
        return (*slow, *steps) if critical and people <= rule.other_people_first else (*steps, *slow)
    return tuple(steps)


def shortfall_of_short(cell: Numbers) -> float:
    """Mean shortfall, in levels, over those who may be below: the gap is a mean over all with evidence."""
    people = cell.not_yet + cell.unclear
    return cell.gap * cell.n_evidence / people if cell.gap and people else 0.0


def months_needed(cell: Numbers, rule: Rules) -> int:
    """How long courses one after the other would take those who are short, on average."""
    return ceil(round(shortfall_of_short(cell) / rule.levels_per_course, 9)) * rule.months_per_course


def in_time(cell: Numbers, rule: Rules, *, critical: bool) -> bool:
    """Whether training closes the gap within the time that the rule gives."""
    return months_needed(cell, rule) <= (rule.months_if_critical if critical else rule.months)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to get evidence: what each person needs (questions, forms, samples), for how many people, minutes in all."""

    step: Step
    each: int
    people: int
    minutes: int
    high: bool = False
    """For those whose targets no question proves."""

    @property
    def minutes_each(self) -> int:
        return ceil(self.minutes / self.people) if self.people else 0


def ways_to_evidence(missing: Mapping[int, int], unclear: int, asked: Sequence[EvidenceRule], rule: Rules) -> list[Way]:
    """Ways to get the evidence that is missing, the cheapest first.

    ``missing``: people without any evidence by target level; ``unclear``: people whose evidence does not decide.
    Questions prove levels 1 to 3; people with higher targets need a work sample each, whatever else they do.
    """
    by_level = {one.level: one for one in asked}
    quiz = {level: n for level, n in missing.items() if n and by_level[level].quiz}
    questions = sum(n * by_level[level].min_items for level, n in quiz.items()) + unclear * rule.when_unclear
    people = sum(quiz.values()) + unclear
    high = sum(n for level, n in missing.items() if not by_level[level].quiz)
    found = []
    if people:
        forms = sum(n * ceil(by_level[level].min_items / rule.form_length) for level, n in quiz.items()) + unclear
        found.append(Way(Step.PLACEMENT, ceil(questions / people), people, ceil(questions * rule.placement_minutes)))
        found.append(Way(Step.QUIZ, ceil(forms / people), people, ceil(forms * rule.form_length * rule.quiz_minutes)))
        found.append(Way(Step.WORK_SAMPLE, 1, people, people * rule.sample_minutes))
    found.sort(key=lambda way: way.minutes)
    return [*found, Way(Step.WORK_SAMPLE, 1, high, high * rule.sample_minutes, high=True)] if high else found


@dataclass(frozen=True, slots=True)
class Line:
    """One gap of the board: whose (``key`` and ``name`` of a unit, post or tier; empty: the whole unit), in what."""

    key: str
    name: str
    code: str
    competency: str
    strand: str
    cell: Numbers | None
    critical: bool = False


ORDERS = ("gap", "people", "certainty", "coverage", "name")


def ordered(lines: Iterable[Line], order: str) -> list[Line]:
    """Largest shortfall, most people certainly below, least decided, least covered first; hidden ones last, by name."""

    def size(line: Line) -> float:
        cell = line.cell
        if cell is None:
            return 0.0
        sizes = {
            "people": -float(cell.not_yet),
            "certainty": float(decided_percent(cell)),
            "coverage": float(coverage_percent(cell)),
            "name": 0.0,
        }
        return sizes.get(order, -(cell.gap or 0.0))

    return sorted(lines, key=lambda line: (line.cell is None, size(line), line.key, line.code))


@dataclass(frozen=True, slots=True)
class Total:
    """Several cells together: pairs of person and competency. ``gap`` and ``se`` in levels over all with evidence; no mean across competencies."""

    n_required: int
    n_evidence: int
    met: int
    not_yet: int
    unclear: int
    no_evidence: int
    mean: float | None
    se: float | None
    gap: float | None


COUNTS = ("n_required", "n_evidence", "met", "not_yet", "unclear", "no_evidence")


def total(cells: Iterable[Numbers | None]) -> Total | None:
    """The sum of cells; hidden as soon as one of them is: a total says nothing that its published parts do not say."""
    known = list(cells)
    shown = [cell for cell in known if cell is not None]
    if not known or len(shown) < len(known):
        return None
    counts = [sum(getattr(cell, name) for cell in shown) for name in COUNTS]
    n = counts[1]
    if not n:
        return Total(*counts, None, None, None)
    gap = sum((cell.gap or 0.0) * cell.n_evidence for cell in shown) / n
    se = sqrt(sum(((cell.se or 0.0) * cell.n_evidence) ** 2 for cell in shown)) / n
    return Total(*counts, None, se, gap)
