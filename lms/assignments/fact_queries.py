"""The register of facts and what hangs on it: which facts there are, which changed, which lessons state them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.assignments.models import FactState
from lms.core import framework, yamlfile
from lms.courses.models import Course, CourseRevision, Lesson

MEANING = ("zh", "en", "status")
"""What makes a fact another one; sources, notes and review dates may change without it."""


class Fact(NamedTuple):
    """A fact as the register has it now."""

    id: str
    content: dict[str, Any]
    hash: str


class Change(NamedTuple):
    """A fact changed: seen on a day for the ``seq``-th time (the first state is 1, which is no change)."""

    fact: str
    seq: int
    seen_on: date


class Citing(NamedTuple):
    """A lesson that states a fact, and the competencies its course moves."""

    code: str
    competencies: tuple[str, ...]


def register() -> list[Fact]:
    """The facts of the register's file, which is part of the courses; [] when there is none."""
    path = framework.content_root() / "courses" / "facts.yaml"
    if not path.is_file():
        return []
    data = yamlfile.read(path).data or {}
    return [_fact(entry) for entry in data.get("facts", ()) if isinstance(entry, dict) and entry.get("id")]


def _fact(entry: dict[str, Any]) -> Fact:
    content = {name: entry.get(name, "") for name in MEANING}
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return Fact(entry["id"], content, digest)


def newest(session: Session) -> dict[str, FactState]:
    """The last state seen of every fact."""
    last = select(FactState.fact, func.max(FactState.seq).label("seq")).group_by(FactState.fact).subquery()
    query = select(FactState).join(last, (last.c.fact == FactState.fact) & (last.c.seq == FactState.seq))
    return {state.fact: state for state in session.scalars(query)}


def changes(session: Session, *, since: date | None, fact: str = "") -> list[Change]:
    """The last change of each fact (or of one) on or after a day."""
    found = [Change(state.fact, state.seq, state.seen_on) for state in newest(session).values() if state.seq > 1]
    return sorted(change for change in found if fact in ("", change.fact) and (since is None or change.seen_on >= since))


def citing(session: Session, facts: Iterable[str]) -> dict[str, list[Citing]]:
    """The lessons of current revisions that state each fact."""
    wanted = set(facts)
    if not wanted:
        return {}
    stated = Lesson.meta["zh"]["front"]["facts"]  # both languages state the same
    query = select(Lesson.code, stated, CourseRevision.meta["moves"]).join(CourseRevision, CourseRevision.id == Lesson.revision_id)
    found: dict[str, list[Citing]] = {}
    for code, facts, moves in session.execute(query.join(Course, Course.current_revision_id == CourseRevision.id).order_by(Lesson.code)):
        for fact in sorted(wanted & set(facts or ())):
            found.setdefault(fact, []).append(Citing(code, tuple(move["c"] for move in moves)))
    return found
