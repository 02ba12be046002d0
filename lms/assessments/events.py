"""News from assessments."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AttemptSubmitted:
    """An attempt was submitted (or ran out of time). ``purpose`` as in ``assessments.enums.Purpose``; ``pairs`` as below."""

    official_id: int
    attempt_ref: str
    course_slug: str | None
    course_revision_id: int | None
    purpose: str
    submitted_at: datetime
    pairs: Set[tuple[int, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class ResponsesRecorded:
    """Response facts were appended by other ways than an attempt; ``pairs`` = (official id, competency code) whose estimates must be replayed."""

    pairs: Set[tuple[int, str]]
    now: datetime


@dataclass(frozen=True, slots=True)
class LessonCheckAnswered:
    """A question of a lesson's check was answered by an official who had passed that check before."""

    official_id: int
    lesson_code: str
    now: datetime


@dataclass(frozen=True, slots=True)
class LessonCheckPassed:
    """Every practice item of a lesson has been answered right once by the official."""

    official_id: int
    lesson_code: str
    now: datetime
