"""Tables of assignments: who is asked to do what, why, by when; rules in versions; reminders; answers to recommendations.

What happened is appended (reasons, steps, reminders); ``state``, ``due_on`` and ``done_at`` of an assignment repeat the last of it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base
from lms.people.models import Official, Unit


class AssignmentGroup(Base):
    """One act of assigning: one thing, one reason, one due date, for one or many people."""

    __tablename__ = "assignment_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(80))
    due_on: Mapped[date | None]
    source_kind: Mapped[str] = mapped_column(String(16))
    source_ref: Mapped[str] = mapped_column(String(60), default="", index=True)
    # of a rule: the version whose sentence is the reason
    source_version: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(String(400), default="")
    made_by: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime]


class Assignment(Base):
    """One official and one thing. At most one is open for the same thing; ``counts_from`` None: what was done before counts too."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index("ix_assignment_official_state", "official_id", "state"),
        Index("ix_assignment_state_due", "state", "due_on"),
        Index(
            "uq_assignment_open",
            *("official_id", "kind", "code"),
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    kind: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(80))
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(12))
    counts_from: Mapped[datetime | None]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    # it was done already when it was assigned
    done_before: Mapped[bool] = mapped_column(default=False)

    official: Mapped[Official] = relationship()
    reasons: Mapped[list[AssignmentReason]] = relationship(back_populates="assignment", order_by="AssignmentReason.id")


class AssignmentReason(Base):
    """Why an official has an assignment; a second reason joins the first. ``due_on`` is the group's, or later where more time was given.

    ``occasion`` says for what a rule gave it (a fact's change, an expiry), so that it gives it once.
    """

    __tablename__ = "assignment_reason"
    __table_args__ = (
        UniqueConstraint("assignment_id", "group_id"),
        Index("ix_assignment_reason_group", "group_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("assignment_group.id"))
    occasion: Mapped[str] = mapped_column(String(80), default="")
    due_on: Mapped[date | None]
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    assignment: Mapped[Assignment] = relationship(back_populates="reasons")
    group: Mapped[AssignmentGroup] = relationship()


class AssignmentStep(Base):
    """What happened to an assignment; appended, never changed. ``due_on`` is the due date from then on."""

    __tablename__ = "assignment_step"
    __table_args__ = (UniqueConstraint("assignment_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(400), default="")
    due_on: Mapped[date | None]
    by: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]


class TimeRequest(Base):
    """An official asks for more time; HR answers. At most one waits for an answer."""

    __tablename__ = "time_request"
    __table_args__ = (
        Index(
            "uq_time_request_waiting",
            "assignment_id",
            unique=True,
            sqlite_where=text("answer IS NULL"),
            postgresql_where=text("answer IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    words: Mapped[str] = mapped_column(String(400))
    until: Mapped[date]
    asked_at: Mapped[datetime]
    # "granted" or "refused"
    answer: Mapped[str | None] = mapped_column(String(12))
    answer_words: Mapped[str] = mapped_column(String(400), default="")
    answered_by: Mapped[str] = mapped_column(String(120), default="")
    answered_at: Mapped[datetime | None]

    assignment: Mapped[Assignment] = relationship()


class AssignmentReminder(Base):
    """A reminder was given; ``slot`` is its place in the schedule as days after the due date (negative: before)."""

    __tablename__ = "assignment_reminder"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]


class MailAddress(Base):
    """Where an official wants reminders by mail; an empty address with ``wanted`` False: no mail, whatever the installation knows."""

    __tablename__ = "mail_address"

    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    wanted: Mapped[bool]
    at: Mapped[datetime]


class MailMessage(Base):
    """One mail, at most one a person and day. ``state`` queued, sent or failed; the text is emptied once it is sent."""

    __tablename__ = "mail_message"
    __table_args__ = (UniqueConstraint("official_id", "day"), Index("ix_mail_message_state", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    day: Mapped[date]
    address: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(String(4000))
    state: Mapped[str] = mapped_column(String(12))
    tries: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class AssignmentRule(Base):
    """A rule's lasting identity. ``version`` is the one in force; ``running``: it is switched on."""

    __tablename__ = "assignment_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    version: Mapped[int]
    running: Mapped[bool] = mapped_column(default=False)

    unit: Mapped[Unit] = relationship()


class AssignmentRuleVersion(Base):
    """(rule, version): what it says, in data from which its sentence is made; never changes."""

    __tablename__ = "assignment_rule_version"
    __table_args__ = (UniqueConstraint("rule_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("assignment_rule.id"))
    version: Mapped[int]
    content: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(400))
    made_by: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime]


class AssignmentRuleSwitch(Base):
    """A rule (``rule_id``), or all rules for a unit and those below it (``unit_id``), or all rules at all (neither), was switched on or off.

    Appended; the newest row of each holds. Without a row: a rule is off, all others are on.
    """

    __tablename__ = "assignment_rule_switch"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("assignment_rule.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    running: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(400))
    by: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]


class PostArrival(Base):
    """An official came to a post (``first``: to the roster): what rules for newcomers and posts look at."""

    __tablename__ = "post_arrival"
    __table_args__ = (Index("ix_post_arrival_on", "on_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"), index=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"))
    first: Mapped[bool]
    on_day: Mapped[date]


class FactState(Base):
    """A state of a fact of the register, as seen on a day; appended. The second and later ones of a fact are changes."""

    __tablename__ = "fact_state"
    __table_args__ = (UniqueConstraint("fact", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fact: Mapped[str] = mapped_column(String(12))
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]]
    seen_on: Mapped[date]


class RecommendationAnswer(Base):
    """What an official answered to a recommendation, for themselves: a refusal keeps it away until ``until``."""

    __tablename__ = "recommendation_answer"
    __table_args__ = (Index("ix_recommendation_answer_official", "official_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    kind: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(80))
    accepted: Mapped[bool]
    words: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime]
    until: Mapped[date | None]
