"""Tables of the portfolio: tasks in versions, submissions with their files, judgements, certificates, declared levels."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base


class WorkTask(Base):
    """A task's lasting identity; ``version`` is the one offered now, None when the task was taken out."""

    __tablename__ = "work_task"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    version: Mapped[int | None]


class WorkTaskRevision(Base):
    """(task, version) as in the file; never changes. Submissions point here."""

    __tablename__ = "work_task_revision"
    __table_args__ = (UniqueConstraint("task_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("work_task.id"))
    version: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(12))
    competency: Mapped[str] = mapped_column(String(12), index=True)
    level: Mapped[int]
    content: Mapped[dict[str, Any]]
    loaded_at: Mapped[datetime]

    work_task: Mapped[WorkTask] = relationship()


class Submission(Base):
    """What an official hands in for a task. ``state`` as in ``portfolio.enums.FLOW``; it may be returned once.

    ``round`` counts how often it is judged: 1, and one more each time an appeal leads to other assessors.
    """

    __tablename__ = "submission"
    __table_args__ = (Index("ix_submission_official_state", "official_id", "state"), Index("ix_submission_state", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    task_revision_id: Mapped[int] = mapped_column(ForeignKey("work_task_revision.id"))
    state: Mapped[str] = mapped_column(String(12))
    round: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    note: Mapped[str] = mapped_column(String(4000), default="")
    return_reason: Mapped[str] = mapped_column(String(400), default="")
    started_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    revision: Mapped[WorkTaskRevision] = relationship()


class WorkFile(Base):
    """A file of a submission or certificate. ``name`` is for its owner only; on disk it is ``stored_as``, a random name."""

    __tablename__ = "work_file"
    __table_args__ = (UniqueConstraint("submission_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"), index=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    place: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(8))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str] = mapped_column(String(60), unique=True)
    added_at: Mapped[datetime]


class Judgement(Base):
    """A settled work sample or panel: a fact that moves the estimate. ``criteria`` are the settled grades, ``level`` 0 to 5.

    ``comments`` of its assessors, without names. ``former``: what stood before other assessors judged it anew, the oldest first.
    """

    __tablename__ = "judgement"
    __table_args__ = (Index("ix_judgement_pair", "official_id", "competency"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), unique=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    competency: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(12))
    level: Mapped[int]
    passed: Mapped[bool]
    criteria: Mapped[list[Any]]
    assessors: Mapped[int]
    comments: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    former: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    at: Mapped[datetime]


class Certificate(Base):
    """A certificate from elsewhere, recognised by HR. It confirms no level; it moves the expected track like a completed course."""

    __tablename__ = "certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(160))
    competency: Mapped[str] = mapped_column(String(12))
    level: Mapped[int]
    issued_on: Mapped[date]
    expires_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(400))
    recognised_by: Mapped[str] = mapped_column(String(120))
    recognised_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str] = mapped_column(String(120), default="")
    revoke_reason: Mapped[str] = mapped_column(String(400), default="")


class Declaration(Base):
    """A level that an official declares for themselves: shown apart, never counted. The newest row of a competency holds; 0 takes it back."""

    __tablename__ = "declaration"
    __table_args__ = (Index("ix_declaration_pair", "official_id", "competency"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    competency: Mapped[str] = mapped_column(String(12))
    level: Mapped[int]
    declared_at: Mapped[datetime]
