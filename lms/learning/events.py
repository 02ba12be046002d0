"""News from learning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CourseCompleted:
    """An official completed a course that moves ``competencies`` (codes); feeds the expected track."""

    official_id: int
    course_id: int
    competencies: Sequence[str]
    completed_at: datetime
