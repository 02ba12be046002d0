"""Drawing by lot who is trained first (pure): from a seed that is kept, so that everyone can draw again and find the same."""

from __future__ import annotations

import random
from collections.abc import Iterable


def draw(people: Iterable[int], places: int, seed: int) -> frozenset[int]:
    """The ids of ``places`` people, each as likely as any other; the same for the same people, number and seed.

    Raises ValueError for fewer than none, or more places than people.
    """
    known = sorted(set(people))
    return frozenset(random.Random(seed).sample(known, places))  # noqa: S311 - a lot with a published seed, no secret
