"""Tables of reviews: a draft goes round by round between its authors and two reviewers until it is released."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class Review(Base):
    """One draft's way to release. Titles are those of the draft when it was last submitted; ``round`` is the number of the latest round.

    ``change``, ``change_zh``, ``change_en``: how much the version changes and what its changelog will say, as the authors propose.
    ``due_on``: when the next thing is due, of whoever has to do it. ``after_due_on``: of a hot fix, when its second review is due.
    """

    __tablename__ = "review"
    __table_args__ = (Index("ix_review_state_due_on", "state", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("course_draft.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    slug: Mapped[str] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(String(20))
    title_zh: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str] = mapped_column(String(240))
    hot_fix: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(12))
    round: Mapped[int]
    change: Mapped[str] = mapped_column(String(8))
    change_zh: Mapped[str] = mapped_column(String(600))
    change_en: Mapped[str] = mapped_column(String(600))
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    released_version: Mapped[str] = mapped_column(String(20), default="")
    closed_at: Mapped[datetime | None]
    after_due_on: Mapped[date | None]
    # whether the second review of a hot fix agreed; None: not given yet, or none is needed
    after_agreed: Mapped[bool | None]

    @property
    def zh(self) -> str:
        return self.title_zh

    @property
    def en(self) -> str:
        return self.title_en


class ReviewRound(Base):
    """What was submitted: ``files`` maps each path to the number of its version; ``words`` says what changed since the round before."""

    __tablename__ = "review_round"
    __table_args__ = (UniqueConstraint("review_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    number: Mapped[int]
    account_id: Mapped[int | None]
    submitted_by: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(Text)
    files: Mapped[dict[str, Any]]
    # the version that was live then; '' for a new course
    live_version: Mapped[str] = mapped_column(String(20), default="")
    at: Mapped[datetime]


class Reviewer(Base):
    """Somebody named to review, in one capacity. ``conflict`` None: not declared yet. ``ended_at``: handed back or replaced, and why.

    ``after``: named for the second review of a hot fix that is released already.
    """

    __tablename__ = "reviewer"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    capacity: Mapped[str] = mapped_column(String(16))
    after: Mapped[bool] = mapped_column(default=False)
    named_by: Mapped[str] = mapped_column(String(120))
    named_at: Mapped[datetime]
    due_on: Mapped[date]
    conflict: Mapped[bool | None]
    conflict_words: Mapped[str] = mapped_column(String(1000), default="")
    declared_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(String(1000), default="")


class ReviewVerdict(Base):
    """A reviewer's finding of one round; never changed. A reviewer gives one a round."""

    __tablename__ = "review_verdict"
    __table_args__ = (UniqueConstraint("reviewer_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    round: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(12))
    reasons: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class LineComment(Base):
    """A reviewer's comment on lines of a file, made on version ``edit``; ``quote`` keeps the lines as they read then."""

    __tablename__ = "review_comment"
    __table_args__ = (Index("ix_review_comment_review_path", "review_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    round: Mapped[int]
    path: Mapped[str] = mapped_column(String(160))
    edit: Mapped[int]
    first_line: Mapped[int]
    last_line: Mapped[int]
    quote: Mapped[str] = mapped_column(Text)
    weight: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    resolved_by: Mapped[str] = mapped_column(String(120), default="")
    resolved_at: Mapped[datetime | None]


class CommentAnswer(Base):
    """One answer under a comment, of an author, the reviewer or the administrator."""

    __tablename__ = "review_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("review_comment.id"), index=True)
    account_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class ReviewStep(Base):
    """One thing that happened to a review; ``due_on``: the day on which the next thing was due from then on."""

    __tablename__ = "review_step"
    __table_args__ = (UniqueConstraint("review_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    by: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    round: Mapped[int]
    due_on: Mapped[date | None]
    at: Mapped[datetime]
