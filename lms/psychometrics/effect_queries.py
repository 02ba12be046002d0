"""What courses are worth: measured anew from everyone's answers, or as the last night found it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.competency import around_queries
from lms.competency.model_queries import display
from lms.core import framework
from lms.core.i18n import Bilingual
from lms.courses.models import Course, CourseRevision
from lms.learning import gain_queries
from lms.psychometrics import effects
from lms.psychometrics.effects import Around, Change
from lms.psychometrics.models import CourseChange


@dataclass(frozen=True, slots=True)
class Measured:
    """A course and competency with the officials measured around a completion; ``change`` None where they are too few."""

    course_id: int
    competency: str
    n: int
    change: Change | None


def measure(session: Session) -> list[Measured]:
    """Every course and competency with at least one official measured on both sides."""
    people: defaultdict[tuple[int, str], list[Around]] = defaultdict(list)
    for code, span in around_queries.spans_of_everyone(session):
        logits = (span.before.m_milli / 1e3, span.before.v_micro / 1e6, span.after.m_milli / 1e3, span.after.v_micro / 1e6)
        people[span.course_id, code].append(Around(*logits))
    return [Measured(*key, len(found), effects.change(found)) for key, found in sorted(people.items())]


@dataclass(frozen=True, slots=True)
class Worth:
    """A line of the table, on the skills scale (500 + 100 a logit); numbers are None where fewer than five were measured.

    ``before`` and ``after`` are places on the scale, ``change``, ``se`` and the 95 % ``interval`` of the change are points. ``expected``: the gain
    that completions carry from now on, learned from ``learned_from`` officials (0: the prior).
    """

    slug: str
    course: Bilingual
    competency: str
    name: Bilingual | str
    n: int
    before: int | None
    after: int | None
    change: int | None
    se: int | None
    interval: tuple[int, int] | None
    d_z: float | None
    expected: int
    learned_from: int
    at: datetime | None

    @property
    def few(self) -> bool:
        return self.change is None


def worth(session: Session) -> list[Worth]:
    """All courses with each competency they move, in the order of their codes."""
    found = {(row.course_id, row.competency): row for row in session.scalars(select(CourseChange))}
    known, names = gain_queries.gains(session), {one.code: one.name for one in framework.read().competencies}
    lines = []
    for course_id, slug, title, codes in _courses(session):
        for code in sorted({*codes, *(code for owner, code in found if owner == course_id)}):
            row, gain = found.get((course_id, code)), known.get((course_id, code))
            expected = (_points(gain.gamma_milli), gain.n) if gain else (gain_queries.PRIOR_POINTS, 0)
            lines.append(Worth(slug, title, code, names.get(code, code), row.n if row else 0, *_numbers(row), *expected, row.at if row else None))
    return lines


def _numbers(row: CourseChange | None) -> tuple[Any, ...]:
    """Before, after, change, standard error, interval and d_z as they are shown; the interval is rounded once, from what was measured."""
    if row is None or row.before_milli is None or row.after_milli is None or row.change_milli is None or row.se_milli is None:
        return (None,) * 6
    low, high = (_points(row.change_milli + sign * 1.96 * row.se_milli) for sign in (-1, 1))
    places = display(row.before_milli), display(row.after_milli)
    return (*places, _points(row.change_milli), _points(row.se_milli), (low, high), None if row.dz_milli is None else row.dz_milli / 1000)


def _courses(session: Session) -> Sequence[tuple[int, str, Bilingual, list[str]]]:
    r = CourseRevision
    query = select(Course.id, Course.slug, r.title_zh, r.title_en, r.meta).join(r, r.id == Course.current_revision_id).order_by(Course.code)
    return [(id_, slug, Bilingual(zh, en), [move["c"] for move in meta["moves"]]) for id_, slug, zh, en, meta in session.execute(query)]


def _points(milli: float) -> int:
    return round(milli / 10)
