"""What a plan must keep to, as it is asked for, stored and compared (pure)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

WEIGHTS = (1, 2, 3)
"""How much more a critical competency of a post may count."""


class Wish(StrEnum):
    """What a hand wants of a course for somebody, whatever the optimiser would do."""

    MUST = "must"
    NOT = "not"


class Hand(NamedTuple):
    """One choice by hand. ``course``: a slug; empty with NOT: no course at all."""

    official_id: int
    course: str
    wish: str


MOST_HANDS = 500


def with_hands(before: tuple[Hand, ...], new: tuple[Hand, ...], free: Collection[tuple[int, str]] = ()) -> tuple[Hand, ...]:
    """Choices with later ones in the place of earlier ones about the same; pairs of official and course in ``free`` are left to the optimiser."""
    known = {(one.official_id, one.course): one for one in before if (one.official_id, one.course) not in free}
    known |= {(one.official_id, one.course): one for one in new}
    nothing = {official for (official, course), one in known.items() if not course and one.wish == Wish.NOT}
    return tuple(one for key, one in sorted(known.items()) if not one.course or one.official_id not in nothing)


@dataclass(frozen=True, slots=True)
class Limits:
    """``hours`` in all and ``person_hours`` (None: no limit) in class hours; ``floor_percent`` of its share that each unit gets at least;
    ``seats`` by course slug (0: not in this plan, missing: no limit); codes of ``must_posts``; money in yuan: ``budget`` at ``hour_cost`` for
    an hour of one person; ``hands``: who must or must not get what;
    ``only``: the code of the competency whose gap alone is planned for."""

    hours: int
    person_hours: int | None = None
    floor_percent: int = 0
    critical_weight: int = 2
    seats: Mapping[str, int] = field(default_factory=dict)
    must_posts: tuple[str, ...] = ()
    hour_cost: int = 0
    budget: int | None = None
    hands: tuple[Hand, ...] = ()
    only: str = ""

    @property
    def total(self) -> int:
        """Hours that time and money allow."""
        if self.budget is None or not self.hour_cost:
            return self.hours
        return min(self.hours, self.budget // self.hour_cost)

    def stored(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self) | {"must_posts": list(self.must_posts), "seats": dict(self.seats), "hands": [list(one) for one in self.hands]}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Limits:
        """From plain data."""
        hands = tuple(Hand(*one) for one in data.get("hands", ()))
        return cls(**{**data, "must_posts": tuple(data["must_posts"]), "hands": hands})
