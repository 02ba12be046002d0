"""Reading the portfolio: tasks on offer, submissions, judgements, certificates, declared levels. Who may see is the caller's business."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.portfolio.enums import State, TaskKind
from lms.portfolio.models import Certificate, Declaration, Judgement, Submission, WorkFile, WorkTask, WorkTaskRevision
from lms.portfolio.package import Task, parse_task

AGAIN_AFTER = timedelta(days=90)
"""A task that was judged may be handed in again only then: before, it would be memory of the comments."""


def offered(session: Session) -> list[WorkTaskRevision]:
    """The current revision of every task, by competency and level."""
    r = WorkTaskRevision
    query = select(r).join(WorkTask, (WorkTask.id == r.task_id) & (WorkTask.version == r.version))
    return list(session.scalars(query.order_by(r.competency, r.level)))


def offered_by_code(session: Session, code: str) -> WorkTaskRevision:
    """The current revision of one task. Raises NotFound."""
    r = WorkTaskRevision
    found = session.scalar(select(r).join(WorkTask, (WorkTask.id == r.task_id) & (WorkTask.version == r.version)).where(WorkTask.code == code))
    if found is None:
        raise NotFound
    return found


def task_of(submission: Submission) -> Task:
    """The task as it read when the work was begun."""
    return parse_task(submission.revision.content)


def by_ref(session: Session, ref: str) -> Submission:
    """A submission. Raises NotFound."""
    found = session.scalar(select(Submission).where(Submission.ref == ref))
    if found is None:
        raise NotFound
    return found


def own(session: Session, ref: str, official_id: int | None) -> Submission:
    """An official's own submission. Raises NotFound for anybody else's: strangers learn nothing."""
    found = by_ref(session, ref)
    if found.official_id != official_id:
        raise NotFound
    return found


def submissions_of(session: Session, official_id: int, *, limit: int = 100) -> Sequence[Submission]:
    """An official's submissions, the newest first; withdrawn drafts are left out."""
    query = select(Submission).where(Submission.official_id == official_id, Submission.state != State.WITHDRAWN)
    return session.scalars(query.order_by(Submission.started_at.desc(), Submission.id.desc()).limit(limit)).all()


def files_of(session: Session, submission_id: int) -> Sequence[WorkFile]:
    """The files of a submission in their order."""
    return session.scalars(select(WorkFile).where(WorkFile.submission_id == submission_id).order_by(WorkFile.place)).all()


def file_at(session: Session, submission_id: int, place: int) -> WorkFile:
    """One file of a submission. Raises NotFound."""
    found = session.scalar(select(WorkFile).where(WorkFile.submission_id == submission_id, WorkFile.place == place))
    if found is None:
        raise NotFound
    return found


def judgement_of(session: Session, submission_id: int) -> Judgement | None:
    """What was decided on a submission."""
    return session.scalar(select(Judgement).where(Judgement.submission_id == submission_id))


def judgements_of(session: Session, official_id: int) -> dict[int, Judgement]:
    """Judgements of an official by submission."""
    return {row.submission_id: row for row in session.scalars(select(Judgement).where(Judgement.official_id == official_id))}


def why_not(session: Session, *, official_id: int, task_id: int, now: datetime) -> State | None:
    """What keeps an official from beginning a task: a piece of work on its way, or one judged lately; None: nothing."""
    query = (
        select(Submission)
        .join(WorkTaskRevision, WorkTaskRevision.id == Submission.task_revision_id)
        .where(Submission.official_id == official_id, WorkTaskRevision.task_id == task_id, Submission.state != State.WITHDRAWN)
    )
    for one in session.scalars(query.order_by(Submission.id.desc())):
        if one.state != State.JUDGED or now < one.ended_at + AGAIN_AFTER:
            return State(one.state)
    return None


def certificates_of(session: Session, official_id: int) -> Sequence[Certificate]:
    """Certificates recognised for an official, revoked ones too, the newest first."""
    query = select(Certificate).where(Certificate.official_id == official_id).order_by(Certificate.recognised_at.desc(), Certificate.id.desc())
    return session.scalars(query).all()


def expired(today: date) -> Select[tuple[Certificate]]:
    """Recognised certificates whose last day lies before ``today``, the oldest first."""
    query = select(Certificate).where(Certificate.revoked_at.is_(None), Certificate.expires_on < today)
    return query.order_by(Certificate.expires_on, Certificate.id)


def certificate_by_ref(session: Session, ref: str, *, official_id: int) -> Certificate:
    """A certificate of an official. Raises NotFound."""
    found = session.scalar(select(Certificate).where(Certificate.ref == ref, Certificate.official_id == official_id))
    if found is None:
        raise NotFound
    return found


def certificate_file(session: Session, certificate_id: int) -> WorkFile | None:
    """The copy of a certificate, where HR kept one."""
    return session.scalar(select(WorkFile).where(WorkFile.certificate_id == certificate_id))


def declared(session: Session, official_id: int) -> dict[str, Declaration]:
    """The level that an official declares for each competency; what was taken back is left out."""
    rows = session.scalars(select(Declaration).where(Declaration.official_id == official_id).order_by(Declaration.id))
    newest = {row.competency: row for row in rows}
    return {code: row for code, row in newest.items() if row.level}


def is_panel(submission: Submission) -> bool:
    """Whether a panel judges it."""
    return submission.revision.kind == TaskKind.PANEL
