"""Who could take over a critical post: ready, nearly with what is missing, or nobody (pure).

The rule is data: ``bench_rule.yaml``. It counts what is *met*; what is not decided is missing evidence, not a failing. Whoever
retires within the horizon is no reserve for others.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import yaml

FILE = Path(__file__).with_name("bench_rule.yaml")


class Skill(Protocol):
    """A competency of the post as somebody stands on it; ``kind`` is one of the four states."""

    competency: str
    target: int
    critical: bool
    kind: str


class Readiness(enum.StrEnum):
    """How near somebody is to a post."""

    READY = "ready"
    NEARLY = "nearly"
    FAR = "far"


class Strength(enum.StrEnum):
    """How well a post is covered; the codes are those of the states that look the same."""

    ENOUGH = "met"
    THIN = "unclear"
    NOBODY = "not_yet"


@dataclass(frozen=True, slots=True)
class Bar:
    """What is asked of one kind of readiness."""

    met_percent: int
    critical_missing_at_most: int
    not_yet_at_most: int

    def passed(self, skills: Sequence[Skill]) -> bool:
        met = sum(skill.kind == "met" for skill in skills)
        below = sum(skill.kind == "not_yet" for skill in skills)
        critical = sum(skill.critical and skill.kind != "met" for skill in skills)
        enough = 100 * met >= self.met_percent * len(skills)
        return enough and critical <= self.critical_missing_at_most and below <= self.not_yet_at_most


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule in force."""

    version: str
    critical_at_least: int
    horizon_years: int
    enough_ready: int
    ready: Bar
    nearly: Bar


def parse(data: Mapping[str, Any]) -> Rule:
    """A rule from the file's data."""
    numbers = {name: data[name] for name in ("version", "critical_at_least", "horizon_years", "enough_ready")}
    return Rule(**numbers, ready=Bar(**data["ready"]), nearly=Bar(**data["nearly"]))


@lru_cache(maxsize=1)
def rule() -> Rule:
    """The rule as the file says it."""
    return parse(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def readiness(skills: Sequence[Skill], by: Rule) -> Readiness:
    """How near somebody is to the post with these skills asked for; nobody is ready for a post that asks for nothing."""
    if not skills:
        return Readiness.FAR
    if by.ready.passed(skills):
        return Readiness.READY
    return Readiness.NEARLY if by.nearly.passed(skills) else Readiness.FAR


def missing(skills: Iterable[Skill]) -> list[Skill]:
    """What stands between somebody and the post: critical ones first, then by competency."""
    return sorted((skill for skill in skills if skill.kind != "met"), key=lambda skill: (not skill.critical, skill.competency))


def horizon(today: date, by: Rule) -> date:
    """The last day on which a retirement counts; 29 February becomes the 28th."""
    year = today.year + by.horizon_years
    return today.replace(year=year, day=28) if (today.month, today.day) == (2, 29) else today.replace(year=year)


def strength(*, ready: int, nearly: int, retiring: int, by: Rule) -> Strength:
    """How well a post is covered by ``ready`` and ``nearly`` people against ``retiring`` holders."""
    if ready >= max(by.enough_ready, retiring):
        return Strength.ENOUGH
    return Strength.THIN if ready or nearly else Strength.NOBODY
