"""What may be said about class hours outside HR (pure): counts of a unit by state, small groups hidden.

The rules are those of every published number of the platform: nothing about fewer than k people; below 2k no state that everybody or
nobody is in. Beside that, what one published unit leaves over when the published units below it are taken out must itself be such a
group, or nobody: otherwise the smaller unit is not published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    if counts.people < k:
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
    below = [path for path in shown if path != above and path.startswith(above)]
    tops = [path for path in below if not any(path != other and path.startswith(other) for other in below)]
    left = units[above] - sum((units[path] for path in tops), Counts())
    return left.people == 0 or may_show(left, k)
