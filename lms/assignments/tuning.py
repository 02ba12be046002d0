"""How reminders and recommendations are tuned: data of the content, read once a process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lms.assignments import schedule as reminding
from lms.assignments.schedule import Schedule
from lms.core import framework, yamlfile

FILE = "assignments.yaml"


@dataclass(frozen=True, slots=True)
class Tuning:
    """The schedule of reminders; at most so many recommendations; for so many days a refusal holds."""

    schedule: Schedule = Schedule()
    most: int = 3
    refused_days: int = 180


def read() -> Tuning:
    """What ``assessments/assignments.yaml`` says; the defaults without such a file. Raises ValueError for a wrong one."""
    return _read(framework.content_root() / "assessments" / FILE)


@lru_cache(maxsize=4)
def _read(path: Path) -> Tuning:
    if not path.is_file():
        return Tuning()
    data = yamlfile.read(path).data or {}
    held = data.get("recommendations") or {}
    most, days = held.get("most", 3), held.get("refused_days", 180)
    if not (isinstance(most, int) and 1 <= most <= 5 and isinstance(days, int) and 30 <= days <= 1000):
        raise ValueError(f"{path}: recommendations: 1 to 5, refused for 30 to 1000 days")
    return Tuning(reminding.read(data), most, days)
