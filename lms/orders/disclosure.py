"""What a partner sees of an order's people: numbers, none of a group below k (pure).

Posts and tiers are released as one table of joint cells. Two tables beside each other (posts here, tiers there) could be
subtracted from one another; the totals by post or by tier of a single table can't.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

K = 5


@dataclass(frozen=True, slots=True)
class Mix:
    """People by (post code, tier); ``others``: those of small cells together. ``people`` None: fewer than k."""

    people: int | None
    cells: tuple[tuple[str, str, int], ...] = ()
    others: int = 0


def mix(pairs: Iterable[tuple[str, str]]) -> Mix:
    """The table of (post code, tier) pairs, one a person: every number in it, and what is left of the total, is 0 or at least k."""
    counts = Counter(pairs)
    total = sum(counts.values())
    if total < K:
        return Mix(None)
    shown = sorted(((n, *key) for key, n in counts.items() if n >= K), reverse=True)
    rest = total - sum(n for n, *_ in shown)
    while 0 < rest < K:
        rest += shown.pop()[0]  # the smallest joins: what is left over must be no small group either
    return Mix(total, tuple((post, tier, n) for n, post, tier in sorted(shown, key=lambda cell: (-cell[0], cell[1:]))), rest)


def part_of(part: int, whole: int) -> int | None:
    """``part`` of a ``whole`` that is known, where neither it nor what it leaves is a small group; None otherwise."""
    safe = whole >= K and all(n == 0 or n >= K for n in (part, whole - part))
    return part if safe else None
