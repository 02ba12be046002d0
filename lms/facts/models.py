"""Tables of the register of facts: each fact with all its versions, and the flags that a change sets on what cites it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base


class Fact(Base):
    """A fact as it stands; ``number`` is its newest version. ``conf`` in percent; ``src`` codes of sources; ``file_hash`` what the
    content's file said when it was last taken from there (empty: made in the browser)."""

    __tablename__ = "fact"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    number: Mapped[int]
    statement_zh: Mapped[str] = mapped_column(Text)
    statement_en: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(12), index=True)
    conf: Mapped[int]
    src: Mapped[list[Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    review_by: Mapped[date | None] = mapped_column(index=True)
    origin: Mapped[str] = mapped_column(String(8))
    file_hash: Mapped[str] = mapped_column(String(64), default="")
    changed_at: Mapped[datetime]

    @property
    def zh(self) -> str:
        return self.statement_zh

    @property
    def en(self) -> str:
        return self.statement_en


class FactRevision(Base):
    """One version of a fact, never changed. ``substance``: what is taught may change; otherwise wording, source or date only."""

    __tablename__ = "fact_revision"
    __table_args__ = (UniqueConstraint("fact_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fact_id: Mapped[int] = mapped_column(ForeignKey("fact.id"))
    number: Mapped[int]
    statement_zh: Mapped[str] = mapped_column(Text)
    statement_en: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(12))
    conf: Mapped[int]
    src: Mapped[list[Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    review_by: Mapped[date | None]
    substance: Mapped[bool]
    origin: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[int | None]
    at: Mapped[datetime]

    @property
    def zh(self) -> str:
        return self.statement_zh

    @property
    def en(self) -> str:
        return self.statement_en


class FactSource(Base):
    """A source that facts name by its code."""

    __tablename__ = "fact_source"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class FactDoubt(Base):
    """Something that may not be written as a fact."""

    __tablename__ = "fact_doubt"

    id: Mapped[int] = mapped_column(primary_key=True)
    fact_code: Mapped[str] = mapped_column(String(12), default="")
    what: Mapped[str] = mapped_column(Text)


class FactChange(Base):
    """One reason to look at everything that cites a fact: its version ``number`` changed it, put it in doubt, or its review is overdue."""

    __tablename__ = "fact_change"
    __table_args__ = (Index("ix_fact_change_fact_id_number", "fact_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    fact_id: Mapped[int] = mapped_column(ForeignKey("fact.id"))
    number: Mapped[int]
    cause: Mapped[str] = mapped_column(String(12))
    opened_at: Mapped[datetime]

    fact: Mapped[Fact] = relationship()


class FactFlag(Base):
    """A lesson or question that somebody has to look at because a fact it cites changed. ``course_slug`` and ``title_*`` are of the time of
    the flag; ``suspended``: a live question that is not drawn until this is settled. Who answers for the course looks, or the administrator."""

    __tablename__ = "fact_flag"
    __table_args__ = (Index("ix_fact_flag_state_due_on", "state", "due_on"), Index("ix_fact_flag_subject_code", "subject", "code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    fact_id: Mapped[int] = mapped_column(ForeignKey("fact.id"), index=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("fact_change.id"), index=True)
    subject: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(60))
    course_slug: Mapped[str] = mapped_column(String(80), default="", index=True)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(240))
    version: Mapped[str] = mapped_column(String(20), default="")
    suspended: Mapped[bool]
    state: Mapped[str] = mapped_column(String(12))
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    settled_at: Mapped[datetime | None]

    fact: Mapped[Fact] = relationship()
    change: Mapped[FactChange] = relationship()

    @property
    def zh(self) -> str:
        return self.title_zh

    @property
    def en(self) -> str:
        return self.title_en


class FactFlagStep(Base):
    """One thing that happened to a flag."""

    __tablename__ = "fact_flag_step"
    __table_args__ = (UniqueConstraint("flag_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    flag_id: Mapped[int] = mapped_column(ForeignKey("fact_flag.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    by: Mapped[str] = mapped_column(String(120), default="")
    account_id: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date]
    at: Mapped[datetime]
