"""What waits to be marked, and the marks given. Nothing here says whose work it is: no name, no unit, no language of a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.access.permissions import Role
from lms.assessments.enums import Kind
from lms.assessments.models import Item, ItemRevision, Response
from lms.core.errors import NotFound
from lms.marking.models import Conflict, Mark, PanelSeat
from lms.people.models import Account, RoleGrant
from lms.portfolio.enums import State, TaskKind
from lms.portfolio.models import Submission, WorkTaskRevision

MOST_LISTED = 20
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Answer:
    """A short answer with its question. ``points`` are the highest of each criterion; ``key`` seeds the choice of double marking."""

    response: Response
    code: str
    level: int
    content: dict[str, Any]

    @property
    def rubric(self) -> list[dict[str, Any]]:
        return self.content["rubric"]

    @property
    def points(self) -> list[int]:
        return [one["points"] for one in self.rubric]

    @property
    def text(self) -> str:
        return str((self.response.answer or {}).get("value") or "")

    @property
    def key(self) -> str:
        return f"{self.response.attempt_ref}:{self.response.position}:{self.code}"


def _not_mine(query: Select, actor: Actor, own: Any, **target: Any) -> Select:
    """Without what is the actor's own, what they marked, and what they declared a conflict for."""
    (name, column), *_ = target.items()
    marked = select(Mark.id).where(getattr(Mark, name) == column, Mark.account_id == actor.account_id).exists()
    conflict = select(Conflict.id).where(getattr(Conflict, name) == column, Conflict.account_id == actor.account_id).exists()
    return query.where(own != (actor.official_id or NOBODY), ~marked, ~conflict)


def answers_waiting(actor: Actor) -> Select:
    """Short answers that the actor may mark: (response id, item code, what the item holds, submitted at), oldest first."""
    query = (
        select(Response.id, Item.code, ItemRevision.content, Response.submitted_at)
        .join(ItemRevision, ItemRevision.id == Response.item_revision_id)
        .join(Item, Item.id == Response.item_id)
        .where(Response.correct.is_(None), Response.void.is_(False), ItemRevision.kind == Kind.SHORT)
    )
    return _not_mine(query, actor, Response.official_id, response_id=Response.id).order_by(Response.submitted_at, Response.id)


def works_waiting(actor: Actor) -> Select:
    """Work samples that the actor may judge, and panels on which they sit: (submission ref, kind, task, handed in at), oldest first."""
    seat = select(PanelSeat.id).where(PanelSeat.submission_id == Submission.id, PanelSeat.account_id == actor.account_id, PanelSeat.ended_at.is_(None))
    query = (
        select(Submission.ref, WorkTaskRevision.kind, WorkTaskRevision.content, Submission.handed_in_at)
        .join(WorkTaskRevision, WorkTaskRevision.id == Submission.task_revision_id)
        .where(Submission.state == State.HANDED_IN, (WorkTaskRevision.kind == TaskKind.WORK_SAMPLE) | seat.exists())
    )
    return _not_mine(query, actor, Submission.official_id, submission_id=Submission.id).order_by(Submission.handed_in_at, Submission.id)


def count(session: Session, query: Select) -> int:
    """How many rows a query has."""
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def waiting(session: Session, actor: Actor) -> int:
    """How much waits for the actor altogether."""
    return count(session, answers_waiting(actor)) + count(session, works_waiting(actor))


def answer(session: Session, response_id: int, *, lock: bool = False) -> Answer:
    """A short answer. Raises NotFound for anything else."""
    response = session.get(Response, response_id, with_for_update=lock or None, populate_existing=lock)
    revision = session.get(ItemRevision, response.item_revision_id) if response else None
    if response is None or revision is None or revision.kind != Kind.SHORT:
        raise NotFound
    return Answer(response, session.get_one(Item, response.item_id).code, revision.level, revision.content)


def marks_of(session: Session, *, response_id: int | None = None, submission_id: int | None = None) -> Sequence[Mark]:
    """The marks of one thing, in the order in which they came."""
    where = Mark.response_id == response_id if response_id is not None else Mark.submission_id == submission_id
    return session.scalars(select(Mark).where(where).order_by(Mark.id)).all()


def marks_now(session: Session, submission: Submission) -> list[Mark]:
    """The marks of the round in which a piece of work is judged now."""
    return [mark for mark in marks_of(session, submission_id=submission.id) if mark.round == submission.round]


def marked_by(session: Session, account_id: int | None, *, limit: int) -> list[dict[str, Any]]:
    """What an assessor marked, the newest first: ``at``, ``content``, and either ``response_id`` with ``code`` or ``ref``; ``done``: all marks are in."""
    work = select(Mark.id, Mark.at, Submission.ref, WorkTaskRevision.content, (Submission.state == State.JUDGED).label("done"))
    work = work.join(Submission, Submission.id == Mark.submission_id).join(WorkTaskRevision, WorkTaskRevision.id == Submission.task_revision_id)
    answers = select(Mark.id, Mark.at, Mark.response_id, Item.code, ItemRevision.content, Response.correct.is_not(None).label("done"))
    answers = answers.join(Response, Response.id == Mark.response_id).join(Item, Item.id == Response.item_id)
    answers = answers.join(ItemRevision, ItemRevision.id == Response.item_revision_id)
    found = [row for query in (work, answers) for row in session.execute(_last(query, account_id, limit)).mappings()]
    return [dict(row) for row in sorted(found, key=lambda row: row["id"], reverse=True)[:limit]]


def _last(query: Select, account_id: int | None, limit: int) -> Select:
    return query.where(Mark.account_id == account_id).order_by(Mark.id.desc()).limit(limit)


def has_conflict(session: Session, account_id: int | None, **target: int) -> bool:
    """Whether the account declared a conflict of interest for a response or submission."""
    (name, value), *_ = target.items()
    return session.scalar(select(Conflict.id).where(getattr(Conflict, name) == value, Conflict.account_id == account_id)) is not None


def seats(session: Session, submission_id: int) -> Sequence[PanelSeat]:
    """Who sits on the panel of a submission."""
    return session.scalars(select(PanelSeat).where(PanelSeat.submission_id == submission_id, PanelSeat.ended_at.is_(None)).order_by(PanelSeat.id)).all()


def eligible(session: Session, submission: Submission) -> Sequence[Account]:
    """Assessors who may sit on a panel: in office, not the official themselves, no conflict declared, and not who judged it before an appeal."""
    conflicted = select(Conflict.account_id).where(Conflict.submission_id == submission.id)
    earlier = select(Mark.account_id).where(Mark.submission_id == submission.id, Mark.round < submission.round)
    holds = select(RoleGrant.id).where(RoleGrant.account_id == Account.id, RoleGrant.role == Role.ASSESSOR, RoleGrant.revoked_at.is_(None))
    query = select(Account).where(Account.active, holds.exists(), Account.id.not_in(conflicted), Account.id.not_in(earlier))
    query = query.where(Account.official_id.is_(None) | (Account.official_id != submission.official_id))
    return session.scalars(query.order_by(Account.name, Account.id).limit(200)).all()


@dataclass(frozen=True, slots=True)
class Double:
    """Two independent marks of one thing: ``name`` its task or item, ``title`` what that asks, as ``{zh, en}``;
    ``first`` and ``second`` numbers by criterion, ``points`` the highest of each."""

    name: str
    title: dict[str, str]
    kind: str
    first: tuple[int, ...]
    second: tuple[int, ...]
    points: tuple[int, ...]


def doubles(session: Session, *, since: datetime) -> list[Double]:
    """The first two marks of everything that was marked twice since a moment."""
    found: dict[tuple[int | None, int | None, int], list[Mark]] = {}
    for mark in session.scalars(select(Mark).where(Mark.at >= since).order_by(Mark.id)):
        found.setdefault((mark.response_id, mark.submission_id, mark.round), []).append(mark)
    twice = {key: marks[:2] for key, marks in found.items() if len(marks) > 1}
    items = _items(session, [response for response, _, _ in twice if response is not None])
    tasks = _tasks(session, [submission for _, submission, _ in twice if submission is not None])
    return [_double(marks, items.get(key[0]) if key[0] is not None else tasks.get(key[1])) for key, marks in twice.items()]


def _double(marks: Sequence[Mark], known: Any) -> Double:
    name, title, kind, points = known
    return Double(name, title, kind, tuple(marks[0].grades), tuple(marks[1].grades), points)


def _items(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, dict[str, str], str, tuple[int, ...]]]:
    query = select(Response.id, Item.code, ItemRevision.content).join(Item, Item.id == Response.item_id)
    query = query.join(ItemRevision, ItemRevision.id == Response.item_revision_id).where(Response.id.in_(ids))
    rows = session.execute(query)
    return {row.id: (row.code, row.content["stem"], "answer", tuple(one["points"] for one in row.content["rubric"])) for row in rows}


def _tasks(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, dict[str, str], str, tuple[int, ...]]]:
    query = select(Submission.id, WorkTaskRevision.content).join(WorkTaskRevision, WorkTaskRevision.id == Submission.task_revision_id)
    rows = session.execute(query.where(Submission.id.in_(ids)))
    return {row.id: (row.content["id"], row.content["title"], "work", (3,) * len(row.content["rubric"])) for row in rows}
