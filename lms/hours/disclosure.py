"""What may be said about class hours outside HR (pure): counts of a unit by state, small groups hidden.

The rules are those of every published number of the platform: nothing about fewer than k people; below 2k no state that everybody or
nobody is in. Beside that, what one published unit leaves over when the published units below it are taken out must itself be such a
group, or nobody: otherwise the smaller unit is not published.

Nor does a night subtracted from the next tell of fewer than k: a unit in which fewer people moved keeps the figures it had, and so does one
that would give away by subtraction what moved elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

K = 5


@dataclass(frozen=True, slots=True)
class Counts:
    """People by state."""

    fulfilled: int = 0
    on_way: int = 0
    behind: int = 0

    @property
    def people(self) -> int:
        return self.fulfilled + self.on_way + self.behind

    def __sub__(self, other: Counts) -> Counts:
        return Counts(self.fulfilled - other.fulfilled, self.on_way - other.on_way, self.behind - other.behind)

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.fulfilled + other.fulfilled, self.on_way + other.on_way, self.behind + other.behind)


def may_show(counts: Counts, k: int = K) -> bool:
    """Whether a group's counts tell nothing about any one of them."""
    if counts.people < k or min(counts.fulfilled, counts.on_way, counts.behind) < 0:
        return False
    return counts.people >= 2 * k or min(counts.fulfilled, counts.on_way, counts.behind) > 0


def publishable(units: Mapping[str, Counts], k: int = K) -> set[str]:
    """The paths whose counts may be published together; from the root down, so that the larger unit is shown rather than the smaller."""
    shown: set[str] = set()
    for path in sorted(units, key=lambda one: (len(one), one)):
        if may_show(units[path], k) and all(_safe(above, [*shown, path], units, k) for above in shown if path.startswith(above)):
            shown.add(path)
    return shown


def _safe(above: str, shown: Sequence[str], units: Mapping[str, Counts], k: int) -> bool:
    """Whether what is left of ``above``, without the topmost published units below it, is nobody or a group that may be shown."""
    left = units[above] - sum((units[path] for path in _tops(above, shown)), Counts())
    return left.people == 0 or may_show(left, k)


def released(units: Mapping[str, Counts], before: Mapping[str, Counts], k: int = K) -> dict[str, Counts]:
    """What is published tonight, by path, after ``before`` was: today's counts, or the ones before, which are known anyway."""
    kept = {path: counts for path, counts in before.items() if path in units}
    fresh = {path for path in publishable(units, k) if path not in kept or _tells_nothing(units[path] - kept[path], k)}
    while held := _give_away(units, kept, fresh, k):
        fresh -= held
    return kept | {path: units[path] for path in fresh}


def moved(change: Counts) -> int:
    """The least number of people who explain a difference."""
    parts = (change.fulfilled, change.on_way, change.behind)
    return max(sum(part for part in parts if part > 0), -sum(part for part in parts if part < 0))


def _tells_nothing(change: Counts, k: int) -> bool:
    return change == Counts() or moved(change) >= k


def _group(left: Counts, k: int) -> bool:
    return left == Counts() or may_show(left, k)


def _give_away(units: Mapping[str, Counts], kept: Mapping[str, Counts], fresh: set[str], k: int) -> set[str]:
    """Units that must not be renewed beside the others; empty when all may."""
    shown = kept | {path: units[path] for path in fresh}
    for above in sorted(fresh):
        tops = _tops(above, shown)
        if above in kept:
            then = kept[above] - sum((kept[path] for path in _tops(above, kept)), Counts())
            if new := {path for path in tops if path not in kept and not _group(then - units[path], k)}:
                return new  # hidden before: with nobody moved since, the night before would be known
            change = units[above] - kept[above] - sum((units[path] - kept[path] for path in tops if path in kept and path in fresh), Counts())
            if not _tells_nothing(change, k):
                return {above}
        if not _group(units[above] - sum((shown[path] for path in tops), Counts()), k):
            return {above}
    return set()


def _tops(above: str, shown: Iterable[str]) -> list[str]:
    """The topmost of the published units below another."""
    below = [path for path in shown if path != above and path.startswith(above)]
    return [path for path in below if not any(path != other and path.startswith(other) for other in below)]
