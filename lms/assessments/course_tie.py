"""What assessments must know of the course they belong to.

Courses are a sibling capability, so somebody above both answers: ``wiring`` connects the one function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from lms.core.i18n import Bilingual


@dataclass(frozen=True, slots=True)
class LessonTie:
    """A lesson of the course: its place in addresses and its title."""

    slug: str
    title: Bilingual


@dataclass(frozen=True, slots=True)
class CourseTie:
    """A course as one official meets it: the revision they began (else the current one), and whether it gives evidence.

    ``provisional``: nobody has reviewed it. It gives evidence then only in a sample instance or where an administrator
    has accepted it (course format, rule 9). ``lessons`` by lesson code.
    """

    slug: str
    title: Bilingual
    revision_id: int | None
    provisional: bool
    gives_evidence: bool
    retired: bool = False
    """Nobody new begins the course, nor takes its quiz."""
    lessons: Mapping[str, LessonTie] = field(default_factory=dict)


Provider = Callable[[Session, str, int | None], CourseTie | None]

_providers: list[Provider] = []


def connect(provider: Provider) -> None:
    """Name the function that answers; called once, by ``wiring``."""
    _providers[:] = [provider]


def course_tie(session: Session, course_slug: str | None, official_id: int | None) -> CourseTie | None:
    """The course ``course_slug`` for that official; None when no such course is loaded."""
    if course_slug is None or not _providers:
        return None
    return _providers[0](session, course_slug, official_id)
