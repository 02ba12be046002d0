"""What invented officials do with what they were assigned: quizzes as their ability and the course have it, checks, placements."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from lms.access.actor import Actor, Grant
from lms.access.permissions import Role
from lms.assessments import actions, check_actions, placing_queries, queries
from lms.assessments.course_tie import course_tie
from lms.assessments.marking import Answer
from lms.assessments.package import parameters
from lms.assessments.retake_actions import ensure_may_begin
from lms.assignments import thing_queries
from lms.assignments.enums import ThingKind
from lms.assignments.models import Assignment
from lms.core.errors import Refused
from lms.learning import actions as learning
from lms.operations import sample_county as county
from lms.operations import sample_fault
from lms.operations.sample_answers import answer_like
from lms.people.models import Official
from lms.placement import actions as placement
from lms.placement import flow as placement_flow
from lms.placement import queries as placement_queries

LEARNED = 0.35
"""What a course gives an invented official, in logits."""
CERTAIN = 50.0
"""Who practises answers rightly in the end."""
REMOTENESS = {"township": 1, "township-office": 1, "village": 2}


def person_of(official: Official) -> county.SamplePerson:
    """The invented person again, from the roster."""
    unit = official.unit
    place = county.SampleUnit(unit.code, unit.name_zh, unit.name_en, "", unit.tier, unit.connection, REMOTENESS.get(unit.tier, 0))
    return county.SamplePerson(official.staff_no, official.name, place, official.position.code, official.grade, official.birth_month, official.phone, "")


def answering(rng: random.Random, person: county.SamplePerson, learned: float) -> Callable[[Any], Answer]:
    """How the person answers: questions are as hard as their authors expect."""

    def answer(asked: Any) -> Answer:
        theta = county.ability(person, asked.competency) + learned
        return answer_like(rng, sample_fault.as_known(asked), theta, parameters(asked.question).b_milli / 1000)

    return answer


def do(session: Session, rng: random.Random, one: Assignment, at: datetime) -> None:
    """Do what was assigned, beginning at ``at``. Raises Refused when it can't be done yet: a retake's day, no question left, a piece of work."""
    _ACTS[ThingKind(one.kind)](session, rng, one, at)


def sit(session: Session, rng: random.Random, official: Official, slug: str, at: datetime) -> None:
    """The course read and its evidence quiz handed in, in one sitting of eight to 22 minutes."""
    answer = answering(rng, person_of(official), LEARNED)
    times = actions.Times(at, at + timedelta(minutes=rng.randint(8, 22)))
    tie, seed = course_tie(session, slug, official.id), f"{rng.getrandbits(60):x}"
    language = "en" if int(seed, 16) % 4 == 0 else "zh-Hans"  # one reader in four reads English
    actions.record_sitting(session, official_id=official.id, slug=slug, answer_to=answer, times=times, tie=tie, seed=seed, language=language)


def _quiz(session: Session, rng: random.Random, one: Assignment, at: datetime) -> None:
    ensure_may_begin(session, queries.assessment(session, one.code), official_id=one.official_id, now=at)
    sit(session, rng, one.official, one.code, at)


def _lesson(session: Session, rng: random.Random, one: Assignment, at: datetime) -> None:
    actor, thing = _actor(one.official), thing_queries.Thing(one.kind, one.code)
    slug, lesson_slug = thing_queries.named(session, [thing])[thing].path
    learning.begin(session, course_slug=slug, lesson_code=one.code, actor=actor, now=at)
    head, tie = queries.assessment(session, slug), course_tie(session, slug, one.official_id)
    answer = answering(rng, person_of(one.official), CERTAIN)
    asked = [checked.asked for checked in check_actions.check_of(session, head, one.code, official_id=one.official_id)]
    for place, question in enumerate(asked):
        given = check_actions.CheckAnswer(one.code, question.revision_id, answer(question), f"{rng.getrandbits(60):x}")
        check_actions.answer_check(session, actor=actor, head=head, given=given, tie=tie, now=at + timedelta(minutes=place))
    if not asked:
        learning.state_done(session, course_slug=slug, lesson_slug=lesson_slug, actor=actor, now=at)


def _placement(session: Session, rng: random.Random, one: Assignment, at: datetime) -> None:
    actor, answer = _actor(one.official), answering(rng, person_of(one.official), 0.0)
    sitting = placement.start(session, actor=actor, now=at)
    while (step := placement_flow.current(placement_queries.steps(session, sitting.id))) is not None:
        asked = placing_queries.question(session, step.revision_id)
        given = placement.GivenAnswer(step.place, answer(asked), f"{rng.getrandbits(60):x}")
        placement.answer(session, actor=actor, ref=sitting.ref, given=given, now=at + timedelta(minutes=step.place))


def _actor(official: Official) -> Actor:
    return Actor(None, official.ref, official.name, (Grant(Role.OFFICIAL),), official_id=official.id)


def _work(session: Session, rng: random.Random, one: Assignment, at: datetime) -> None:
    raise Refused("A piece of work is written and judged over months: it is left to the people who try the sample out.")


_ACTS = {
    ThingKind.COURSE: _quiz,
    ThingKind.QUIZ: _quiz,
    ThingKind.LESSON: _lesson,
    ThingKind.PLACEMENT: _placement,
    ThingKind.WORK_SAMPLE: _work,
}
