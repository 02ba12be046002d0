"""What a learner comments on, found from where they stand: a lesson, a question of its check, or a question of an own quiz handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assessments import check_actions
from lms.assessments import queries as assessments
from lms.assessments.models import ItemRevision
from lms.core.errors import NotFound
from lms.core.i18n import Bilingual
from lms.courses import queries as courses
from lms.feedback import queries
from lms.feedback.enums import Subject
from lms.learning import queries as learning


@dataclass(frozen=True, slots=True)
class About:
    """A lesson or a question, with its name and the version that the learner has before them; ``stem``: what the question asks."""

    subject: Subject
    code: str
    title: Bilingual
    course_id: int | None = None
    revision: str = ""
    stem: object = ""


def find(session: Session, place: Mapping[str, str], *, official_id: int | None) -> About:
    """What ``place`` names: ``course`` and ``lesson``, with ``n`` a question of the lesson's check; or ``attempt`` and ``n``. Raises NotFound."""
    n = int(place["n"][:4]) if place.get("n", "").isdecimal() else 0
    if place.get("attempt"):
        return _of_attempt(session, place["attempt"][:24], n, official_id)
    slug, code = place.get("course", "")[:80], place.get("lesson", "")[:80]
    return _of_check(session, slug, code, n, official_id) if n else lesson(session, slug, code, official_id=official_id)


def lesson(session: Session, slug: str, code: str, *, official_id: int | None) -> About:
    """A lesson by its lasting id, in the revision that the learner reads. Raises NotFound."""
    reading = learning.reading(session, slug, official_id=official_id)
    contents = courses.contents(session, reading.revision_ref)
    line = contents.by_code(code)
    if line is None:
        raise NotFound
    return About(Subject.LESSON, line.code, line.title, reading.course_id, contents.version)


def _of_check(session: Session, slug: str, code: str, n: int, official_id: int | None) -> About:
    within = lesson(session, slug, code, official_id=official_id)
    head = assessments.assessment_of_course(session, slug)
    asked = check_actions.check_of(session, head, code, official_id=official_id) if head else []
    if n > len(asked):
        raise NotFound
    return _question(session, asked[n - 1].asked, within.title, within.course_id)


def _of_attempt(session: Session, ref: str, n: int, official_id: int | None) -> About:
    attempt = assessments.attempt(session, ref, official_id=official_id)
    if attempt.submitted_at is None or not 1 <= n <= attempt.length:
        raise NotFound
    title = assessments.course_title(session, attempt)
    named = Bilingual(title, title) if isinstance(title, str) else title
    return _question(session, assessments.asked(session, attempt.form[n - 1]), named, queries.course_id(session, attempt.course_slug))


def _question(session: Session, asked: assessments.Asked, title: Bilingual, course_id: int | None) -> About:
    version = session.scalar(select(ItemRevision.version).where(ItemRevision.id == asked.revision_id))
    return About(Subject.QUESTION, asked.set_code or asked.code, title, course_id, str(version or ""), asked.question.stem)
