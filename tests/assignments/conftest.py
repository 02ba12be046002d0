"""The known course, its quiz, the posts' targets and the work samples, loaded; how tests assign and do things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor, operator
from lms.assessments import content as assessment_content
from lms.assignments import actions
from lms.assignments.actions import Assigned, Reason
from lms.assignments.enums import SourceKind
from lms.assignments.models import Assignment
from lms.competency import content as competency_content
from lms.courses import content as course_content
from lms.courses.models import Course
from lms.learning.events import CourseCompleted
from lms.learning.models import Completion
from lms.portfolio import content as portfolio_content
from tests.support.people import actor_of

COURSE = ("course", "internet-and-governance")
QUIZ = ("quiz", "internet-and-governance")
LESSON = ("lesson", "C01-L1")
DUE = date(2026, 12, 31)


@dataclass(frozen=True, slots=True)
class World:
    """The county with its course; actors by key."""

    database: Any
    cast: Any
    now: datetime
    actors: dict[str, Actor]

    def actor(self, key: str) -> Actor:
        """``operator`` is the command line."""
        return operator() if key == "operator" else self.actors[key]

    def assign(
        self, *keys: str, thing: tuple[str, str] = COURSE, due: date | None = DUE, by: str = "hr", reason: Reason | None = None, **more: Any
    ) -> Assigned:
        """Assign something to people by their keys."""
        ids, actor = [self.cast.officials[key] for key in keys], self.actor(by)
        reason = reason or Reason(SourceKind.HAND, words="Network year")
        given = {"thing": thing, "due": due, "reason": reason, "actor": actor, "now": self.now}
        with self.database.writing() as session:
            return actions.assign(session, official_ids=ids, **(given | more))

    def of(self, session: Session, key: str) -> list[Assignment]:
        """The assignments of a person, the oldest first."""
        return list(session.scalars(select(Assignment).where(Assignment.official_id == self.cast.officials[key]).order_by(Assignment.id)))

    def complete(self, key: str, at: datetime | None = None, *, quiet: bool = False) -> None:
        """A person completes the course, as learning would note it; ``quiet``: without the news of it."""
        from lms.core import events

        at = at or self.now
        with self.database.writing() as session:
            course = session.scalars(select(Course).where(Course.slug == COURSE[1])).one()
            known = {"official_id": self.cast.officials[key], "course_id": course.id, "revision_id": course.current_revision_id}
            session.add(Completion(**known, attempt_ref="known", hours=4, competencies="NET-1,NET-3,GOV-1", completed_at=at))
            session.flush()
            if not quiet:
                events.publish(session, CourseCompleted(self.cast.officials[key], course.id, ("NET-1", "NET-3", "GOV-1"), at))


@pytest.fixture
def world(app, database, cast, worlds, now) -> World:
    def load() -> None:
        with database.writing() as session:
            for module in (competency_content, course_content, assessment_content, portfolio_content):
                list(module.load(session, now))

    worlds.make(database, "framework, course, bank, tasks", load)
    keys = ("hr", "hr_neighbour", "head", "admin", "meng", "zhaxi")
    return World(database, cast, now, {key: actor_of(database, cast, key) for key in keys})


@pytest.fixture
def read(database) -> Callable[..., Any]:
    """read(f): what ``f(session)`` answers."""

    def ask(question: Callable[[Session], Any]) -> Any:
        with database.reading() as session:
            return question(session)

    return ask
