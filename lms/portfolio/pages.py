"""The pages of the portfolio, put together. No deciding who may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.core import framework
from lms.core.i18n import pick
from lms.people.calendar_queries import today as day_of
from lms.portfolio import post, queries
from lms.portfolio.enums import CLOSED, KIND_NAMES, STATE_NAMES, State, TaskKind
from lms.portfolio.models import Judgement, Submission, WorkTaskRevision


def evidence_of(session: Session, official_id: int, now: datetime, *, own: bool = True) -> dict[str, Any]:
    """Everything beyond quizzes about one official, and what they may hand in; drafts are for their owner (``own``) alone."""
    targets, offered = post.targets(session, official_id), queries.offered(session)
    for_post = [one for one in offered if targets.get(one.competency, 0) >= one.level]
    return {
        "works": [one for one in works(session, official_id) if own or one["state"] in CLOSED],
        "certificates": certificates(session, official_id, now),
        "declared": [_declaration(code, row) for code, row in sorted(queries.declared(session, official_id).items())],
        "for_post": [_offer(session, one, official_id, now) for one in for_post],
        "others": [_offer(session, one, official_id, now) for one in offered if one not in for_post],
        "competencies": [(one.code, f"{one.code} {pick(one.name)}") for one in framework.read().competencies],
        "levels": [(str(n), f"{n} {pick(framework.read().level_names[n])}") for n in range(1, 6)],
    }


def works(session: Session, official_id: int) -> list[dict[str, Any]]:
    """The official's pieces of work as lines of a table."""
    judged = queries.judgements_of(session, official_id)
    return [_line(one, judged.get(one.id)) for one in queries.submissions_of(session, official_id)]


def _line(submission: Submission, judged: Judgement | None) -> dict[str, Any]:
    revision = submission.revision
    return {
        "ref": submission.ref,
        "title": pick(revision.content["title"]),
        "competency": name_of(revision.competency),
        "kind": KIND_NAMES[TaskKind(revision.kind)],
        "panel": revision.kind == TaskKind.PANEL,
        "state": submission.state,
        "state_name": STATE_NAMES[State(submission.state)],
        "at": submission.handed_in_at or submission.started_at,
        "result": result(judged),
    }


def result(judged: Judgement | None) -> str:
    """What was decided, in words; empty before."""
    if judged is None:
        return ""
    if judged.passed:
        return _("passed: shows level %(level)d", level=judged.level)
    return _("not passed: shows level %(level)d", level=judged.level) if judged.level else _("not passed: below level 1")


def certificates(session: Session, official_id: int, now: datetime) -> list[dict[str, Any]]:
    """Recognised certificates as lines, with what has become of each."""
    return [
        {"row": row, "competency": name_of(row.competency), "status": _status(row, now), "file": queries.certificate_file(session, row.id) is not None}
        for row in queries.certificates_of(session, official_id)
    ]


def _status(row: Any, now: datetime) -> str:
    if row.revoked_at is not None and row.revoke_reason:
        return _("recognition ended: %(reason)s", reason=row.revoke_reason)
    if row.revoked_at is not None or (row.expires_on is not None and row.expires_on < day_of(now)):
        return _("expired")
    return _("recognised")


def _declaration(code: str, row: Any) -> dict[str, Any]:
    return {"code": code, "competency": name_of(code), "level": row.level, "at": row.declared_at}


def _offer(session: Session, revision: WorkTaskRevision, official_id: int, now: datetime) -> dict[str, Any]:
    found = queries.why_not(session, official_id=official_id, task_id=revision.task_id, now=now)
    return task_parts(revision) | {"code": revision.content["id"], "open": found is None, "why_not": found}


def task_parts(revision: WorkTaskRevision) -> dict[str, Any]:
    """A task with its rubric and the level that anchors it, in the reader's language."""
    task, competency = revision.content, framework.read().competency(revision.competency)
    return {
        "title": pick(task["title"]),
        "competency": name_of(revision.competency),
        "competency_code": revision.competency,
        "level": revision.level,
        "anchor": pick(competency.levels[revision.level - 1]),
        "panel": revision.kind == TaskKind.PANEL,
        "kind": KIND_NAMES[TaskKind(revision.kind)],
        "task": pick(task["task"]),
        "hand_in": pick(task["hand_in"]),
        "kinds": task["kinds"],
        "max_files": task["max_files"],
        "rubric": [{"name": pick(one), "grades": [pick(grade) for grade in one["grades"]]} for one in task["rubric"]],
    }


def work(session: Session, submission: Submission) -> dict[str, Any]:
    """One piece of work with its task, files and result."""
    judged = queries.judgement_of(session, submission.id)
    task = task_parts(submission.revision)
    return {
        "submission": submission,
        "state_name": STATE_NAMES[State(submission.state)],
        "task": task,
        "files": queries.files_of(session, submission.id),
        "judged": judged,
        "result": result(judged),
        "grades": _grades(task["rubric"], judged.criteria) if judged else [],
    }


def _grades(rubric: Sequence[dict[str, Any]], grades: Sequence[int]) -> list[dict[str, Any]]:
    """Each criterion with its settled grade, and what the next grade asks for."""
    return [
        {"name": one["name"], "grade": grade, "means": one["grades"][grade], "next": one["grades"][grade + 1] if grade < 3 else ""}
        for one, grade in zip(rubric, grades, strict=True)
    ]


def name_of(code: str) -> str:
    """A competency's code and name."""
    try:
        return f"{code} {pick(framework.read().competency(code).name)}"
    except KeyError:
        return code
