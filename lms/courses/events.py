"""What happens to courses, for rooms above."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CourseReleased:
    """A reviewed draft became the current revision of a course; ``order_ref``: of the training order for which it was written;
    ``partner_id``: of the organisation that wrote it, None where the installation did."""

    course_id: int
    revision_id: int
    slug: str
    version: str
    draft_ref: str
    order_ref: str | None
    at: datetime
    partner_id: int | None = None
