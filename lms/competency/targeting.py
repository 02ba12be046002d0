"""Which target holds for whom: the most specific rule wins, and the answer names it (pure).

A person's own rule comes first; then the rules of units, the nearest first, and at the same unit the one for the
official's post before the one for everyone; then the rule of the post; then the post's profile in the framework. The
framework's baseline (or the rule that replaces it) is the least for everybody.
"""

from __future__ import annotations

import enum
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

BASELINE = "P00"
"""Code of the post that asks for the baseline only."""

EVERYONE = 2**31 - 1
"""A boundary of official ids that includes all of them."""
ANYBODY = EVERYONE
"""Stands for an official without rules of their own, whom every version in force has reached."""


class Scope(enum.StrEnum):
    """What a target is set for."""

    PERSON = "person"
    UNIT = "unit"
    POST = "post"
    PROFILE = "profile"
    """The post's profile in the framework: no rule was made."""


class Line(NamedTuple):
    """Level 0 to 5 (0 = not required), and whether the post hinges on it."""

    level: int
    critical: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A version of own targets that holds for the officials with `out_to` < id <= `in_to` in its scope."""

    ref: str
    scope: Scope
    lines: Mapping[str, Line]
    valid_from: date | None = None
    position_id: int | None = None
    unit_id: int | None = None
    official_id: int | None = None
    in_to: int = EVERYONE
    out_to: int = 0

    @property
    def key(self) -> str:
        """The same for all versions of the targets of one thing."""
        ids = {Scope.PERSON: (self.official_id,), Scope.UNIT: (self.unit_id, self.position_id), Scope.POST: (self.position_id,)}[self.scope]
        return ":".join([self.scope.value, *(str(one) for one in ids if one is not None)])

    def holds_for(self, official_id: int) -> bool:
        return self.out_to < official_id <= self.in_to


class Effective(NamedTuple):
    """The target that holds, and why: `rule` is the reference of the version ("" = the framework's profile).

    `floor`: the baseline for all asks for more than what is more specific. `unit_id`, `position_id`: those of the rule.
    """

    level: int
    critical: bool
    rule: str = ""
    scope: Scope = Scope.PROFILE
    valid_from: date | None = None
    unit_id: int | None = None
    position_id: int | None = None
    floor: bool = False


class Profile:
    """Everything that is asked of somebody: shared by all of whom the same is asked, and compared by identity."""

    __slots__ = ("effective", "levels")

    def __init__(self, effective: Mapping[str, Effective]) -> None:
        self.effective = effective
        """By competency, level 0 included."""
        self.levels = {code: one.level for code, one in effective.items() if one.level}
        """Levels above 0."""


Lines = Mapping[str, Line]
Paths = Mapping[int, Sequence[int]]


class Book:
    """All rules that matter for some officials. `profiles`: the framework's lines by position id; `paths`: ids from the
    root to each unit itself, by unit id; `baseline`: the id of the position that asks for the baseline only."""

    def __init__(self, profiles: Mapping[int, Lines], baseline: int | None = None, rules: Iterable[Rule] = (), paths: Paths | None = None) -> None:
        self.profiles, self.baseline, self.rules, self.paths = profiles, baseline, tuple(rules), paths or {}
        self._by_key: dict[str, list[Rule]] = {}
        for rule in self.rules:
            self._by_key.setdefault(rule.key, []).append(rule)
        self._persons = {rule.official_id for rule in self.rules if rule.scope is Scope.PERSON}
        edges = {edge for rule in self.rules for edge in (rule.in_to, rule.out_to)}
        self._edges = sorted(edges - {0, EVERYONE})
        self._known: dict[tuple, Profile] = {}

    def having(self, rule: Rule) -> Book:
        """The same book with `rule` in force instead of what its scope has of its own."""
        return Book(self.profiles, self.baseline, [*(one for one in self.rules if one.key != rule.key), rule], self.paths)

    def profile(self, official_id: int, unit_id: int, position_id: int) -> Profile:
        """What is asked of an official of that unit and post. Everyone of whom the same rules ask gets the same object."""
        own = official_id if official_id in self._persons else 0
        key = unit_id, position_id, own, bisect_left(self._edges, official_id)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Profile(self._resolve(official_id, unit_id, position_id))
        return found

    def levels(self, official_id: int, unit_id: int, position_id: int) -> Mapping[str, int]:
        """Levels above 0 by competency."""
        return self.profile(official_id, unit_id, position_id).levels

    def _resolve(self, official_id: int, unit_id: int, position_id: int) -> dict[str, Effective]:
        keys = [f"person:{official_id}"]
        for place in reversed(self.paths.get(unit_id, ())):
            keys += [f"unit:{place}:{position_id}", f"unit:{place}"]
        found = self._of_post(official_id, position_id)
        for key in reversed(keys):
            found |= self._own(key, official_id)
        if self.baseline is None:
            return found
        least = self._of_post(official_id, self.baseline)
        return found | {code: _raised(found.get(code), one) for code, one in least.items() if one.level > _level(found.get(code))}

    def _of_post(self, official_id: int, position_id: int) -> dict[str, Effective]:
        profile = self.profiles.get(position_id, {})
        return {code: Effective(*line, position_id=position_id) for code, line in profile.items()} | self._own(f"post:{position_id}", official_id)

    def _own(self, key: str, official_id: int) -> dict[str, Effective]:
        rule = next((rule for rule in self._by_key.get(key, ()) if rule.holds_for(official_id)), None)
        if rule is None:
            return {}
        origin = rule.ref, rule.scope, rule.valid_from, rule.unit_id, rule.position_id
        return {code: Effective(line.level, line.critical, *origin) for code, line in rule.lines.items()}


def _level(one: Effective | None) -> int:
    return one.level if one else 0


def _raised(asked: Effective | None, least: Effective) -> Effective:
    """The baseline's level; what was critical stays so."""
    return least._replace(floor=True, critical=least.critical or (asked is not None and asked.critical))


class Difference(NamedTuple):
    """A level that is asked otherwise."""

    before: int
    after: int


def differences(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, Difference]:
    """What changes between two profiles' levels, by competency."""
    codes = sorted(before.keys() | after.keys())
    return {code: Difference(before.get(code, 0), after.get(code, 0)) for code in codes if before.get(code, 0) != after.get(code, 0)}
