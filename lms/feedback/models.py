"""Tables of comments: what learners say of lessons and questions, with a clock, and which partner answers for a course."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class CommentOwner(Base):
    """The partner organisation whose authors answer comments on a course; a course without one is the administrator's."""

    __tablename__ = "comment_owner"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    named_by: Mapped[str] = mapped_column(String(120))
    named_at: Mapped[datetime]


class Comment(Base):
    """A learner's comment on a lesson or a question. What happened stands in its steps; ``state`` and ``answer`` repeat the last of them.

    ``code`` is the lasting id of the lesson or question, ``title_*`` its name when the comment was made, ``revision`` the version that
    the learner had before them. ``hidden_reason``: why the words are not shown to others; they stay stored and the comment counts.
    """

    __tablename__ = "learner_comment"
    __table_args__ = (Index("ix_learner_comment_state_due_on", "state", "due_on"), Index("ix_learner_comment_subject_code", "subject", "code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"), index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    subject: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(60))
    revision: Mapped[str] = mapped_column(String(20), default="")
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(240))
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(String(1000), default="")
    may_show: Mapped[bool] = mapped_column(default=False, server_default=false())
    state: Mapped[str] = mapped_column(String(12))
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    promise: Mapped[str] = mapped_column(String(12), default="")
    promised: Mapped[str] = mapped_column(String(120), default="")
    answer: Mapped[str] = mapped_column(String(2000), default="")
    shown: Mapped[bool] = mapped_column(default=False, server_default=false())
    closed_at: Mapped[datetime | None]
    # whether it was closed by its day; None while it is not closed
    in_time: Mapped[bool | None]
    hidden_reason: Mapped[str] = mapped_column(String(300), default="")

    @property
    def zh(self) -> str:
        return self.title_zh

    @property
    def en(self) -> str:
        return self.title_en


class CommentStep(Base):
    """One thing that happened to a comment; ``by`` names who answers for it, never the one who commented. ``due_on``: the day until
    which the next thing was due at that moment."""

    __tablename__ = "learner_comment_step"
    __table_args__ = (UniqueConstraint("comment_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("learner_comment.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    by: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(String(2000), default="")
    due_on: Mapped[date]
    at: Mapped[datetime]
