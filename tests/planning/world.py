"""Known people with known gaps, and known courses.

Zhaxi and Meng (P01, service centre), Lei (P02, township office), Sun (P02, village), Dong (P02, data centre; no evidence), Cheng (neighbour county).
Cuts: level 2 begins at 0, level 3 at 1000 milli-logits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.assignments.models import Assignment
from lms.core import jobs
from lms.core.db import Database
from lms.courses.models import Course, CourseRevision
from lms.learning.models import Completion, Enrolment
from lms.people.models import Official, Unit
from lms.people.queries import unit_by_code
from lms.planning import actions, queries
from lms.planning.limits import Limits
from lms.planning.models import Plan, PlanItem
from tests.support.people import Cast, actor_of, browser_of
from tests.support.worlds import Worlds

COURSES = (
    # slug, code, hours, moves
    ("networks", "C01", 4, {"NET-1": (0, 2)}),
    ("networks-two", "C02", 6, {"NET-1": (1, 3), "SEC-1": (0, 2)}),
    ("security", "C03", 2, {"SEC-1": (0, 3)}),
)
ESTIMATES = {
    # official: {competency: (expected estimate, target level)}
    "zhaxi": {"NET-1": (-600, 2), "SEC-1": (-200, 2)},
    "meng": {"NET-1": (-500, 2)},
    "lei": {"NET-1": (300, 3), "SEC-1": (-900, 2)},
    "sun": {"SEC-1": (-300, 2)},
    "cheng": {"NET-1": (-900, 2)},
}
CRITICAL = {"P02": ("SEC-1",)}


@dataclass
class World:
    app: Flask
    database: Database
    cast: Cast
    now: datetime
    courses: dict[str, int] = field(default_factory=dict)

    def actor(self, key: str = "hr"):
        return actor_of(self.database, self.cast, key)

    def browser(self, key: str = "hr", language: str = "en") -> FlaskClient:
        return browser_of(self.app, self.cast, key, language=language)

    def make(self, unit: str = "513399", *, name: str = "Autumn", **limits) -> str:
        """A plan, made; its reference."""
        period, actor = (date(2026, 12, 1), date(2027, 3, 1)), self.actor()
        with self.database.writing() as session:
            asked = Limits(**({"hours": 100} | limits))
            plan = actions.ask_for(session, actor=actor, unit=unit_by_code(session, unit), name=name, period=period, limits=asked, now=self.now)
            ref = plan.ref
        jobs.enqueue("planning.make", {"ref": ref}, account_id=None, now=self.now)
        return ref

    def plan(self, ref: str) -> Plan:
        with self.database.reading() as session:
            return queries.plan(session, ref)

    def places(self, ref: str) -> set[tuple[str, str]]:
        """Who gets what: (official, course)."""
        names = {number: key for key, number in self.cast.officials.items()}
        query = select(PlanItem.official_id, Course.slug).join(Course, Course.id == PlanItem.course_id).join(Plan, Plan.id == PlanItem.plan_id)
        with self.database.reading() as session:
            return {(names[official], slug) for official, slug in session.execute(query.where(Plan.ref == ref))}

    def decide(self, ref: str, key: str = "hr", words: str = "Our service year") -> bool:
        actor = self.actor(key)
        with self.database.writing() as session:
            new = actions.decide(session, actor=actor, ref=ref, words=words, now=self.now)
        jobs.enqueue("planning.carry_out", {"ref": ref, "account_id": self.cast.accounts[key]}, account_id=None, now=self.now)
        return new

    def undo(self, ref: str, key: str = "hr", words: str = "The budget fell") -> bool:
        actor = self.actor(key)
        with self.database.writing() as session:
            new = actions.take_back(session, actor=actor, ref=ref, words=words, now=self.now)
        jobs.enqueue("planning.undo", {"ref": ref, "account_id": self.cast.accounts[key]}, account_id=None, now=self.now)
        return new

    def assignments(self) -> dict[tuple[str, str], str]:
        """State of the only assignment by (official, course)."""
        names = {number: key for key, number in self.cast.officials.items()}
        with self.database.reading() as session:
            return {(names[one.official_id], one.code): one.state for one in session.scalars(select(Assignment))}

    def begin(self, key: str, slug: str) -> None:
        with self.database.writing() as session:
            revision = session.get_one(Course, self.courses[slug]).current_revision_id
            ids = {"official_id": self.cast.officials[key], "course_id": self.courses[slug], "revision_id": revision}
            session.add(Enrolment(**ids, started_at=self.now))

    def complete(self, key: str, slug: str) -> None:
        with self.database.writing() as session:
            revision = session.get_one(Course, self.courses[slug]).current_revision_id
            ids = {"official_id": self.cast.officials[key], "course_id": self.courses[slug], "revision_id": revision}
            session.add(Completion(**ids, attempt_ref="A1", hours=2, competencies="", completed_at=self.now - timedelta(days=30)))

    def move(self, key: str, unit: str) -> None:
        with self.database.writing() as session:
            session.get_one(Official, self.cast.officials[key]).unit_id = session.scalar(select(Unit.id).where(Unit.code == unit))


def world(app: Flask, database: Database, cast: Cast, worlds: Worlds, now: datetime) -> World:
    made = World(app, database, cast, now)

    def make() -> dict[str, int]:
        with database.writing() as session:
            _courses(session, made)
            _targets(session, made)
            _estimates(session, made)
        return made.courses

    made.courses = worlds.make(database, "courses and measured people", make)
    return made


def _courses(session, made: World) -> None:
    for slug, code, hours, moves in COURSES:
        course = Course(slug=slug, code=code)
        session.add(course)
        session.flush()
        revision = CourseRevision(
            ref=f"rev-{slug}", course_id=course.id, version="1", hash=slug, status="released", provisional=False, title_zh=f"课程{code}",
            title_en=f"Course {slug}", summary_zh="", summary_en="", hours=hours, assessment_slug=None, loaded_at=made.now,
            meta={"moves": [{"c": c, "from": low, "to": high} for c, (low, high) in moves.items()]},
        )  # fmt: skip
        session.add(revision)
        session.flush()
        course.current_revision_id, made.courses[slug] = revision.id, course.id


def _targets(session, made: World) -> None:
    from lms.competency.models import Target

    for post, codes in CRITICAL.items():
        session.add_all(Target(position_id=made.cast.positions[post], competency=code, level=2, critical=True) for code in codes)


def _estimates(session, made: World) -> None:
    from lms.competency.models import Proficiency

    day = (made.now.date() - date(1970, 1, 1)).days - 10
    same = {"v_micro": 200_000, "t_day": day, "n": 5, "expected_v_micro": 200_000, "expected_t_day": day, "evidence": [], "state": "not_yet", "model": "t"}
    for key, lines in ESTIMATES.items():
        for code, (m, level) in lines.items():
            ids = {"official_id": made.cast.officials[key], "competency": code}
            session.add(Proficiency(**ids, m_milli=m, expected_m_milli=m, target_level=level, confirmed_until=None, **same))
