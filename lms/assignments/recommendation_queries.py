"""What there is to recommend to a person today, read from their gaps, the courses and their own answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments import evidence_queries, tuning
from lms.assignments.enums import State, ThingKind
from lms.assignments.models import Assignment, RecommendationAnswer
from lms.assignments.recommending import Gap, Offer, Recommendation, recommend
from lms.assignments.thing_queries import PLACEMENT, Thing
from lms.competency import skill_queries
from lms.competency.enums import StateKind
from lms.core import clock, framework
from lms.core.i18n import Bilingual
from lms.courses import queries as courses
from lms.courses.models import Course, Lesson
from lms.learning import gain_queries
from lms.learning.models import Completion, Enrolment, LessonDone
from lms.people.calendar_queries import today as day_of

MIDDLE, POINTS = 500, 10
"""The scale of the skills page: 500 at zero, a point is ten milli-logits."""
PLACEMENT_AGAIN_DAYS = 90


@dataclass(frozen=True, slots=True)
class Recommended:
    """A recommendation with its titles and the lesson to begin with; ``first_for`` is the title of the course that it comes before."""

    thing: Thing
    step: Recommendation
    title: Bilingual
    lesson: tuple[str, Bilingual] | None = None
    first_for: Bilingual | None = None


def recommendations(session: Session, official_id: int, now: datetime) -> list[Recommended]:
    """At most a few next steps for an official, the best first; [] when nothing is worth it."""
    known = tuning.read()
    skills = [s for s in skill_queries.skills_of(session, official_id, clock.day_number(now)) if s.kind is not StateKind.MET]
    if not skills:
        return []
    cards = courses.courses(session)
    away = _away(session, official_id, now)
    done = set(session.scalars(select(Course.code).join(Completion, Completion.course_id == Course.id).where(Completion.official_id == official_id)))
    recent = evidence_queries.done(session, Thing(ThingKind.PLACEMENT, PLACEMENT), [official_id], since=now - timedelta(days=PLACEMENT_AGAIN_DAYS))
    gains = {card.course_id: {e.code: (e.points, e.n) for e in gain_queries.expected(session, card.course_id, card.moves)} for card in cards}
    offers = [Offer(card.code, card.slug, gains[card.course_id], card.prerequisites) for card in cards]
    placement = not recent and (str(ThingKind.PLACEMENT), PLACEMENT) not in away
    slugs = {code for kind, code in away if kind == ThingKind.COURSE}
    steps = recommend([_gap(skill) for skill in skills], offers, done=done, away=slugs, most=known.most, placement=placement)
    titles = {card.slug: card.title for card in cards}
    return [_recommended(session, step, official_id, titles) for step in steps]


def _gap(skill) -> Gap:
    state = skill.expected or skill.confirmed
    points = None if state is None else round(MIDDLE + state.m_milli / POINTS)
    begins = round(MIDDLE + framework.read().cuts_milli[skill.target - 1] / POINTS)
    return Gap(skill.competency, points, begins, skill.critical, skill.undecided)


def _away(session: Session, official_id: int, now: datetime) -> set[tuple[str, str]]:
    """What is open for the official already, and what they refused not so long ago."""
    opened = select(Assignment.kind, Assignment.code).where(Assignment.official_id == official_id, Assignment.state == State.OPEN)
    answer = RecommendationAnswer
    refused = select(answer.kind, answer.code).where(answer.official_id == official_id, answer.accepted.is_(False), answer.until >= day_of(now))
    return {(kind, code) for query in (opened, refused) for kind, code in session.execute(query)}


def _recommended(session: Session, step: Recommendation, official_id: int, titles: dict[str, Bilingual]) -> Recommended:
    if not step.slug:
        return Recommended(Thing(ThingKind.PLACEMENT, PLACEMENT), step, Bilingual("", ""))
    lesson = _next_lesson(session, step.slug, official_id)
    return Recommended(Thing(ThingKind.COURSE, step.slug), step, titles[step.slug], lesson, titles.get(step.first_for))


def _next_lesson(session: Session, slug: str, official_id: int) -> tuple[str, Bilingual] | None:
    """The first lesson of the course that the official has not done: slug and title."""
    done = select(LessonDone.lesson_code).join(Enrolment, Enrolment.id == LessonDone.enrolment_id).where(Enrolment.official_id == official_id)
    query = select(Lesson.slug, Lesson.title_zh, Lesson.title_en).join(Course, Course.current_revision_id == Lesson.revision_id)
    row = session.execute(query.where(Course.slug == slug, Lesson.code.not_in(done)).order_by(Lesson.place).limit(1)).one_or_none()
    return (row.slug, Bilingual(row.title_zh, row.title_en)) if row else None
