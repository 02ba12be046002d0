"""Reading one person's competencies: how they stand, what moved them, and what there is to do about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assessments.enums import Purpose, Use
from lms.assessments.models import Assessment, Attempt, BankItem, Item, ItemRevision, Response
from lms.competency import estimates, evidence
from lms.competency.models import Proficiency
from lms.competency.proficiency import DEFAULT_TUNING, Completion, Step, steps
from lms.competency.proficiency import Proficiency as Estimate
from lms.competency.skills import Skill
from lms.competency.states import Rules, standing
from lms.competency.target_queries import Effective, effective
from lms.core import framework
from lms.core.i18n import Bilingual
from lms.courses.models import Course, CourseRevision, Lesson
from lms.learning.models import Completion as CompletionFact
from lms.learning.models import Enrolment, LessonDone
from lms.portfolio.models import Certificate, Judgement, Submission, WorkTaskRevision


def skills_of(session: Session, official_id: int, today: int) -> list[Skill]:
    """How the official stands on each competency that the post asks for, in the framework's order, on day ``today``."""
    return skills_of_many(session, [official_id], today)[official_id]


def skills_of_many(session: Session, official_ids: Sequence[int], today: int) -> dict[int, list[Skill]]:
    """Skills of several officials in a few queries, however many they are."""
    targets = effective(session, official_ids)
    order = {code: i for i, code in enumerate(framework.read().codes)}
    table = Proficiency.__table__
    rows = session.execute(select(table).where(table.c.official_id.in_(official_ids))).mappings()
    known, rules = {(row["official_id"], row["competency"]): estimates.known(row) for row in rows}, estimates.rules()
    return {
        one: [
            _skill(code, targets[one][code], known.get((one, code), Estimate()), rules, today)
            for code in sorted(targets[one], key=lambda code: order.get(code, len(order)))
        ]
        for one in official_ids
    }


def _skill(code: str, target: Effective, estimate: Estimate, rules: Rules, today: int) -> Skill:
    stands = standing(estimate, target.level, rules, today)
    return Skill(code, target.level, target.critical, stands, estimate.confirmed, estimate.expected)


@dataclass(frozen=True, slots=True)
class Moved:
    """One step of a replay with what was asked: the stem (never the key), or the title of the completed course."""

    step: Step
    what: Bilingual


def trail(session: Session, *, official_id: int, competency: str) -> list[Moved]:
    """Every fact that touched the pair, oldest first, replayed as the estimates are."""
    facts = evidence.of_pairs(session, [(official_id, competency)])[official_id, competency]
    stems = _stems(session, {response.item for response in facts.responses})
    titles = _completed(session, official_id, competency)
    titles |= _certificates(session, official_id, competency)
    works = _judged_tasks(session, official_id, competency)
    trace = steps(facts.responses, facts.completions, judgements=facts.judgements)
    return [Moved(step, _what(step, stems | works, titles)) for step in trace]


@dataclass(frozen=True, slots=True)
class Source:
    """From which version of an item a response came."""

    version: int


def sources(session: Session, *, official_id: int, competency: str) -> dict[tuple[str, int, str], Source]:
    """The item version behind each response of a pair, by (attempt reference, position, item code)."""
    query = (
        select(Response.attempt_ref, Response.position, Item.code, ItemRevision.version)
        .join(ItemRevision, ItemRevision.id == Response.item_revision_id)
        .join(Item, Item.id == Response.item_id)
        .where(Response.official_id == official_id, Response.competency == competency)
    )
    return {(row.attempt_ref, row.position, row.code): Source(row.version) for row in session.execute(query)}


def _stems(session: Session, codes: Iterable[str]) -> dict[str, Bilingual]:
    """The newest wording of each question, by code; items that came without one are left out."""
    query = select(Item.code, ItemRevision.content).join(Item, Item.id == ItemRevision.item_id).where(Item.code.in_(list(codes)))
    rows = session.execute(query.order_by(ItemRevision.version))
    return {row.code: Bilingual(row.content["stem"]["zh"], row.content["stem"]["en"]) for row in rows if "stem" in row.content}


def _completed(session: Session, official_id: int, competency: str) -> dict[datetime, Bilingual]:
    query = (
        select(CompletionFact.completed_at, CompletionFact.competencies, CourseRevision.title_zh, CourseRevision.title_en)
        .join(CourseRevision, CourseRevision.id == CompletionFact.revision_id)
        .where(CompletionFact.official_id == official_id)
    )
    return {row.completed_at: Bilingual(row.title_zh, row.title_en) for row in session.execute(query) if competency in evidence.moved(row)}


def _certificates(session: Session, official_id: int, competency: str) -> dict[datetime, Bilingual]:
    query = select(Certificate.issued_on, Certificate.title, Certificate.issuer).where(
        Certificate.official_id == official_id, Certificate.competency == competency, Certificate.revoked_at.is_(None)
    )
    texts = {datetime.combine(row.issued_on, time(), UTC): f"{row.title} ({row.issuer})" for row in session.execute(query)}
    return {at: Bilingual(text, text) for at, text in texts.items()}


def _judged_tasks(session: Session, official_id: int, competency: str) -> dict[str, Bilingual]:
    """Titles of the tasks of judged submissions, by the submission's reference."""
    query = (
        select(Submission.ref, WorkTaskRevision.content)
        .join(WorkTaskRevision, WorkTaskRevision.id == Submission.task_revision_id)
        .join(Judgement, Judgement.submission_id == Submission.id)
        .where(Judgement.official_id == official_id, Judgement.competency == competency)
    )
    return {row.ref: Bilingual(row.content["title"]["zh"], row.content["title"]["en"]) for row in session.execute(query)}


def _what(step: Step, stems: Mapping[str, Bilingual], titles: Mapping[datetime, Bilingual]) -> Bilingual:
    if isinstance(step.fact, Completion):
        return titles[step.fact.at]
    name = step.fact.order[-1]
    return stems.get(name, Bilingual(name, name))


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to do about a competency: a lesson not done yet, else the quiz of its course."""

    course_slug: str
    course: Bilingual
    assessment_slug: str
    lesson_slug: str | None = None
    lesson: Bilingual | None = None


def offers(session: Session, *, official_id: int, codes: Iterable[str], now: datetime) -> dict[str, Offer]:
    """What there is to do, by competency. A quiz taken within the cool-down is not offered: its answers would not count."""
    banked = _live_questions(session, codes)
    if not banked:
        return {}
    courses = _courses(session, {row.course_slug for row in banked})
    done, recent = _lessons_done(session, official_id), _recent_quizzes(session, official_id, now)
    found: dict[str, Offer] = {}
    for row in banked:
        course = courses.get(row.course_slug)
        offer = course and _offer(row, course, done, recent)
        # a lesson to read comes before a quiz to take
        if offer and (row.competency not in found or (offer.lesson and not found[row.competency].lesson)):
            found[row.competency] = offer
    return found


def _live_questions(session: Session, codes: Iterable[str]) -> Sequence[Any]:
    query = (
        select(ItemRevision.competency, ItemRevision.lesson_code, Assessment.slug, Assessment.course_slug)
        .join(BankItem, BankItem.item_revision_id == ItemRevision.id)
        .join(Assessment, Assessment.current_bank_id == BankItem.bank_id)
        .where(ItemRevision.use == Use.LIVE, ItemRevision.competency.in_(list(codes)), Assessment.course_slug.is_not(None))
        .distinct()
        .order_by(Assessment.slug, ItemRevision.lesson_code, ItemRevision.competency)
    )
    return session.execute(query).all()


def _courses(session: Session, slugs: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Title and lessons (by code) of the current revisions, by slug."""
    query = (
        select(
            *(Course.slug, CourseRevision.title_zh, CourseRevision.title_en),
            *(Lesson.code, Lesson.slug.label("lesson_slug"), Lesson.title_zh.label("zh"), Lesson.title_en.label("en")),
        )
        .join(CourseRevision, CourseRevision.id == Course.current_revision_id)
        .join(Lesson, Lesson.revision_id == CourseRevision.id)
        .where(Course.slug.in_(list(slugs)))
    )
    found: dict[str, dict[str, Any]] = {}
    for row in session.execute(query):
        course = found.setdefault(row.slug, {"title": Bilingual(row.title_zh, row.title_en), "lessons": {}})
        course["lessons"][row.code] = (row.lesson_slug, Bilingual(row.zh, row.en))
    return found


def _lessons_done(session: Session, official_id: int) -> set[str]:
    query = select(LessonDone.lesson_code).join(Enrolment, Enrolment.id == LessonDone.enrolment_id).where(Enrolment.official_id == official_id)
    return set(session.scalars(query))


def _recent_quizzes(session: Session, official_id: int, now: datetime) -> set[str]:
    since = now - timedelta(days=DEFAULT_TUNING.cool_down_days)
    query = select(Assessment.slug).join(Attempt, Attempt.assessment_id == Assessment.id)
    taken = query.where(Attempt.official_id == official_id, Attempt.purpose == Purpose.EVIDENCE, Attempt.submitted_at >= since)
    return set(session.scalars(taken))


def _offer(row: Any, course: Mapping[str, Any], done: set[str], recent: set[str]) -> Offer | None:
    if row.lesson_code in course["lessons"] and row.lesson_code not in done:
        lesson_slug, lesson = course["lessons"][row.lesson_code]
        return Offer(row.course_slug, course["title"], row.slug, lesson_slug, lesson)
    return None if row.slug in recent else Offer(row.course_slug, course["title"], row.slug)
