"""What a plan must keep to, as it is asked for, stored and compared (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

WEIGHTS = (1, 2, 3)
"""How much more a critical competency of a post may count."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``hours`` in all and ``person_hours`` (None: no limit) in class hours; ``floor_percent`` of its share that each unit gets at least;
    ``seats`` by course slug (0: not in this plan, missing: no limit); codes of ``must_posts``; money in yuan: ``budget`` at ``hour_cost`` for
    an hour of one person."""

    hours: int
    person_hours: int | None = None
    floor_percent: int = 0
    critical_weight: int = 2
    seats: Mapping[str, int] = field(default_factory=dict)
    must_posts: tuple[str, ...] = ()
    hour_cost: int = 0
    budget: int | None = None

    @property
    def total(self) -> int:
        """Hours that time and money allow."""
        if self.budget is None or not self.hour_cost:
            return self.hours
        return min(self.hours, self.budget // self.hour_cost)

    @property
    def money_binds(self) -> bool:
        """The budget, not the hours, is the limit."""
        return self.total < self.hours

    def stored(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self) | {"must_posts": list(self.must_posts), "seats": dict(self.seats)}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Limits:
        """From plain data."""
        return cls(**{**data, "must_posts": tuple(data["must_posts"])})
