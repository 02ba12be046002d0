"""When reminders are given (pure): a few days before, on the day, weekly after, never more than a handful.

The schedule is data: ``reminders`` in ``assessments/assignments.yaml`` of the content, else the default below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Schedule:
    """``before``: days before the due date; ``on_day``; ``after_every`` so many days after it, at most ``most`` reminders in all.

    ``late`` days after its slot a reminder is no longer given: a machine that was off does not make up for it.
    """

    before: tuple[int, ...] = (7,)
    on_day: bool = True
    after_every: int = 7
    most: int = 6
    late: int = 3

    def slots(self) -> list[int]:
        """Days after the due date (negative: before it) on which a reminder is due, in order."""
        found = sorted({-days for days in self.before}) + ([0] if self.on_day else [])
        return (found + list(self._weekly(self.most - len(found))))[: self.most]

    def _weekly(self, number: int) -> Iterator[int]:
        return (self.after_every * (n + 1) for n in range(max(0, number)))

    def slot(self, due_on: date, today: date, made_on: date) -> int | None:
        """The slot of the reminder to give today, None when there is none; what was due before the assignment was made is not."""
        passed = (today - due_on).days
        reached = [slot for slot in self.slots() if slot <= passed <= slot + self.late]
        if not reached or (made_on - due_on).days >= reached[-1]:
            return None
        return reached[-1]


def read(data: Mapping[str, Any]) -> Schedule:
    """The schedule of a settings file; raises ValueError with what is wrong."""
    held = data.get("reminders") or {}
    wrong = sorted(held.keys() - {"before", "on_day", "after_every", "most", "late"})
    if wrong:
        raise ValueError(f"reminders: no such setting: {', '.join(wrong)}")
    before = tuple(held.get("before", (7,)))
    schedule = Schedule(**{**held, "before": before})
    numbers = [*before, schedule.after_every, schedule.most]
    if not all(isinstance(n, int) and 0 < n <= 90 for n in numbers) or schedule.most > 12 or not 0 <= schedule.late <= 7:
        raise ValueError("reminders: days from 1 to 90, at most 12 reminders, at most 7 days late")
    return schedule
