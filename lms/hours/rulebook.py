"""Which rules hold in a year for a unit, folded from the national to the unit's own (pure).

A year is computed by the versions that were in force on its first day; a later version never reaches back. A rule nearer to the unit
may ask for more hours and say how evidence counts; it can't ask for less than the rule above it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from lms.core.i18n import Bilingual
from lms.hours.enums import CountsAs, Kind, Level, Newcomers
from lms.hours.package import ALL_GROUPS, HALVES, QUARTERS, CreditRule, Group, NewcomerRule, Requirement, Transfer, Version

NEAREST = tuple(Level)
CLOSES = (1, 31)
"""Month and day of the following year: until the end of it, attendance of a year may be entered without giving a reason."""


@dataclass(frozen=True, slots=True)
class Provision:
    """Where a line of the ledger stands written: the rule's version, who set it, its own words."""

    name: str
    level: Level
    text: Bilingual


@dataclass(frozen=True, slots=True)
class Need:
    """What is asked of a group: ``quarters`` of an hour of one account in a window of years, or ``half_days``."""

    group: str
    account: CountsAs
    quarters: int
    half_days: int | None
    years: int
    first_year: int | None
    provision: Provision

    def window(self, year: int) -> tuple[int, int]:
        """First and last calendar year of the period that holds ``year``."""
        start = self.first_year if self.first_year is not None else year
        first = start + (year - start) // self.years * self.years
        return first, first + self.years - 1


@dataclass(frozen=True, slots=True)
class Crediting:
    """How evidence of one kind counts."""

    account: CountsAs | None
    quarters: int | None
    once_a_year: bool
    at_most: int | None
    provision: Provision


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All that holds in one year for one unit; ``names`` are the versions it was folded from."""

    year: int
    names: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    needs: tuple[Need, ...] = ()
    credit: dict[Kind, Crediting] = field(default_factory=dict)
    transfer: tuple[int, Provision] | None = None
    newcomers: tuple[Newcomers, Provision] | None = None
    minutes_per_hour: int | None = None

    def group_of(self, position: str, grade: str) -> Group | None:
        """The group of somebody at a post and of a grade."""
        return next((group for group in self.groups if group.holds(position, grade)), None)

    def needs_of(self, group: str) -> list[Need]:
        """What is asked of a group."""
        return [need for need in self.needs if need.group == group]


def in_force(versions: Iterable[Version], year: int) -> list[Version]:
    """The newest version of each rule that holds for the whole of ``year``."""
    newest: dict[str, Version] = {}
    for version in sorted(versions, key=lambda one: (one.effective_from, one.version)):
        if version.first_year <= year:
            newest[version.rule] = version
    return list(newest.values())


def pinned(versions: Iterable[Version], names: Collection[str]) -> list[Version]:
    """The versions by which a year was closed."""
    return [version for version in versions if version.name in names]


def fold(versions: Iterable[Version], *, year: int, units: Sequence[str]) -> Rulebook:
    """The rulebook of a unit. ``units`` are the codes from the root down to it; ``versions`` those in force, of any unit."""
    chosen = [version for version in versions if version.unit is None or version.unit in units]
    chosen.sort(key=lambda one: (NEAREST.index(one.level), units.index(one.unit) if one.unit else -1, one.rule))
    groups = next((version.groups for version in reversed(chosen) if version.groups), ())
    credit: dict[Kind, Crediting] = {}
    for version in chosen:
        credit |= {rule.kind: _crediting(version, rule) for rule in version.credit}
    return Rulebook(
        year,
        tuple(version.name for version in chosen),
        groups,
        _needs(chosen, [group.id for group in groups]),
        credit,
        _last(chosen, "transfer", lambda v, t: (t.hours * QUARTERS, provision(v, t))),
        _last(chosen, "newcomers", lambda v, t: (t.asks, provision(v, t))),
        _last(chosen, "minutes_per_hour", lambda v, t: t),
    )


def provision(version: Version, part: Requirement | CreditRule | Transfer | NewcomerRule) -> Provision:
    """The words of a part of a version."""
    return Provision(version.name, version.level, part.text.both)


def _last(chosen: Sequence[Version], name: str, make):
    return next((make(version, getattr(version, name)) for version in reversed(chosen) if getattr(version, name) is not None), None)


def _crediting(version: Version, rule: CreditRule) -> Crediting:
    hours, most = (None if value is None else value * QUARTERS for value in (rule.hours, rule.at_most))
    return Crediting(rule.account, hours, rule.once_a_year, most, provision(version, rule))


def _needs(chosen: Sequence[Version], groups: Sequence[str]) -> tuple[Need, ...]:
    """The strictest of each (group, account, length of the period); of two equals, the more general."""
    kept: dict[tuple[str, CountsAs, int], Need] = {}
    for version in chosen:
        for one in version.require:
            for group in groups if one.group == ALL_GROUPS else [one.group]:
                key = (group, one.account, one.years)
                if key not in kept or one.hours * QUARTERS > kept[key].quarters:
                    kept[key] = _need(version, one, group)
    return tuple(kept.values())


def _need(version: Version, one: Requirement, group: str) -> Need:
    days = None if one.or_days is None else one.or_days * HALVES
    return Need(group, one.account, one.hours * QUARTERS, days, one.years, one.first_year, provision(version, one))


def closes_after(year: int) -> date:
    """The last day on which a year is still open."""
    return date(year + 1, *CLOSES)
