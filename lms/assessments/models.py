"""Tables of assessments: immutable item revisions, attempts as lists of steps, responses as facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base


class Assessment(Base):
    """An assessment's lasting identity; ``current_bank_id`` is what new attempts draw from."""

    __tablename__ = "assessment"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    course_slug: Mapped[str | None] = mapped_column(String(80), index=True)
    # no foreign key: the two tables would need each other before either exists
    current_bank_id: Mapped[int | None]


class BankRevision(Base):
    """One state of an item bank: its blueprint, misconceptions and feedback rules in ``meta``."""

    __tablename__ = "bank_revision"
    __table_args__ = (UniqueConstraint("assessment_id", "hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    hash: Mapped[str] = mapped_column(String(64))
    form_length: Mapped[int]
    meta: Mapped[dict[str, Any]]
    loaded_at: Mapped[datetime]
    # the review in which it was released on this installation, with which version of its course; None: loaded from a file
    review_ref: Mapped[str | None] = mapped_column(String(24))
    course_version: Mapped[str | None] = mapped_column(String(20))


class BankSource(Base):
    """The file of a bank, byte for byte as it was loaded."""

    __tablename__ = "bank_source"

    bank_id: Mapped[int] = mapped_column(ForeignKey("bank_revision.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Item(Base):
    """An item's lasting identity, never reused. A scenario's parts are items with a ``parent_id``."""

    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessment.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))


class ItemRevision(Base):
    """(item, version): content as in the package, and the parameters responses are weighed by.

    ``a_milli`` and ``b_milli`` in thousandths, ``c_e4`` in ten-thousandths, ``vb_micro`` in micro-logit².
    """

    __tablename__ = "item_revision"
    __table_args__ = (UniqueConstraint("item_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    version: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(12))
    use: Mapped[str] = mapped_column(String(10))
    competency: Mapped[str] = mapped_column(String(12), index=True)
    level: Mapped[int]
    cognitive: Mapped[str] = mapped_column(String(1))
    difficulty: Mapped[str] = mapped_column(String(1))
    lesson_code: Mapped[str] = mapped_column(String(24), default="", index=True)
    a_milli: Mapped[int]
    b_milli: Mapped[int]
    c_e4: Mapped[int]
    vb_micro: Mapped[int]
    in_scenario: Mapped[bool] = mapped_column(default=False)
    # number of the calibration that gave a, b and Vb; 0: they are still the author's
    calibration: Mapped[int] = mapped_column(default=0, server_default="0")
    content: Mapped[dict[str, Any]]

    item: Mapped[Item] = relationship()


class ItemRuling(Base):
    """What was ruled on an item revision after it was put to people: another key, or that it is no evidence at all.

    Content stays as the package has it; ``key`` has the form of the kind's ``answer``, None: the package's own. A row
    is never deleted, so that a lifted ruling is noticed by processes that remember the question.
    """

    __tablename__ = "item_ruling"

    item_revision_id: Mapped[int] = mapped_column(ForeignKey("item_revision.id"), primary_key=True)
    key: Mapped[dict[str, Any] | None]
    withdrawn: Mapped[bool] = mapped_column(default=False)
    correction_ref: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]


class ItemSuspension(Base):
    """A question that is not drawn into new forms, checks or placements until a person has looked at it. ``ref`` names what asks for the
    look; a row is never deleted. Answers given before stay what they are. A case is suspended with all its parts."""

    __tablename__ = "item_suspension"
    __table_args__ = (UniqueConstraint("item_id", "ref"), Index("ix_item_suspension_lifted_at_item_id", "lifted_at", "item_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    ref: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str] = mapped_column(String(120))
    suspended_by: Mapped[str] = mapped_column(String(120))
    suspended_at: Mapped[datetime]
    lifted_by: Mapped[str] = mapped_column(String(120), default="")
    lifted_at: Mapped[datetime | None]


class BankItem(Base):
    """Which item revisions a bank revision holds, in the package's order."""

    __tablename__ = "bank_item"

    bank_id: Mapped[int] = mapped_column(ForeignKey("bank_revision.id"), primary_key=True)
    item_revision_id: Mapped[int] = mapped_column(ForeignKey("item_revision.id"), primary_key=True, index=True)
    place: Mapped[int]


class Attempt(Base):
    """One sitting. ``form`` (item revision ids in order) and ``seed`` never change; ``submitted_at`` repeats its last step."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_official_assessment", "official_id", "assessment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank_revision.id"))
    course_revision_id: Mapped[int | None] = mapped_column(ForeignKey("course_revision.id"))
    purpose: Mapped[str] = mapped_column(String(12))
    form: Mapped[list[Any]]
    seed: Mapped[str] = mapped_column(String(32))
    # in which it was begun; unknown for sittings of before this was kept
    language: Mapped[str | None] = mapped_column(String(8))
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]


class RetakePermission(Base):
    """Leave to take an evidence quiz once more before its date, given by a person for a reason."""

    __tablename__ = "retake_permission"
    __table_args__ = (Index("ix_retake_permission_official_assessment", "official_id", "assessment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    granted_by: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(400))
    at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AttemptStep(Base):
    """One thing that happened in an attempt; appended, never changed. ``token`` makes a repeated send the same step."""

    __tablename__ = "attempt_step"
    __table_args__ = (UniqueConstraint("attempt_id", "seq"), UniqueConstraint("attempt_id", "token"))

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    place: Mapped[int | None]
    answer: Mapped[dict[str, Any] | None]
    token: Mapped[str | None] = mapped_column(String(32))
    at: Mapped[datetime]


class Response(Base):
    """An official's answer to an item revision, marked: a fact. ``correct`` is None while a person has yet to mark it.

    Order of replay: (submitted_at, attempt_ref, position, item code); an import's ``attempt_ref`` is ``import`` and its
    position 0, so that the order never depends on a database key.
    """

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("official_id", "item_id", "attempt_ref", "submitted_at"),
        Index("ix_response_pair", "official_id", "competency"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    competency: Mapped[str] = mapped_column(String(12))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    item_revision_id: Mapped[int] = mapped_column(ForeignKey("item_revision.id"))
    attempt_ref: Mapped[str] = mapped_column(String(24))
    position: Mapped[int]
    correct: Mapped[int | None]
    fraction_milli: Mapped[int | None]
    # of a short answer: how many people marked it; two let it help to a higher level than one
    markers: Mapped[int | None]
    # of a withdrawn item: kept, but no evidence
    void: Mapped[bool] = mapped_column(default=False, server_default=false())
    answer: Mapped[dict[str, Any] | None]
    source: Mapped[str] = mapped_column(String(40))
    submitted_at: Mapped[datetime]
