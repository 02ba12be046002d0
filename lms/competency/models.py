"""Tables of competency: targets, estimates with their uncertainty, rollups and snapshots. All but targets can be rebuilt.

Rollup columns are integers so that sums are exact: m in milli-logits, V in micro-logit², t in days since 1970-01-01.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base

Big = BigInteger


class FrameworkRevision(Base):
    """A loaded version of the framework with its positions; the newest row is in force."""

    __tablename__ = "framework_revision"
    __table_args__ = (UniqueConstraint("version", "hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(20))
    hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]]
    loaded_at: Mapped[datetime]


class Target(Base):
    """The level a post needs in a competency; 0 = not required. No row means 0."""

    __tablename__ = "target"

    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"), primary_key=True)
    competency: Mapped[str] = mapped_column(String(12), primary_key=True)
    level: Mapped[int]
    critical: Mapped[bool] = mapped_column(default=False)


class TargetVersion(Base):
    """One version of the targets that a post, a unit, a post in a unit, or a person has of its own; never edited.

    A version is complete: it replaces the one before it on the same ``scope_key``, and without lines it ends it. While it
    comes into force in portions it holds for officials with an id up to ``in_to``, and the one before no longer for them
    (``out_to``), so that what holds for whom is certain at any moment. ``active``: it holds for somebody.
    """

    __tablename__ = "target_version"
    __table_args__ = (UniqueConstraint("scope_key", "number"), Index("ix_target_version_active", "active"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    scope_key: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    scope: Mapped[str] = mapped_column(String(8))
    position_id: Mapped[int | None] = mapped_column(ForeignKey("position.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    official_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"), index=True)
    valid_from: Mapped[date]
    reason: Mapped[str] = mapped_column(String(400))
    state: Mapped[str] = mapped_column(String(12), index=True)
    signatures_needed: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    author: Mapped[str] = mapped_column(String(120))
    drafted_at: Mapped[datetime]
    in_force_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=False)
    in_to: Mapped[int] = mapped_column(default=0)
    out_to: Mapped[int] = mapped_column(default=0)
    job_ref: Mapped[str] = mapped_column(String(24), default="")


class TargetLine(Base):
    """What a version asks for in one competency; 0 = not required."""

    __tablename__ = "target_line"

    version_id: Mapped[int] = mapped_column(ForeignKey("target_version.id"), primary_key=True)
    competency: Mapped[str] = mapped_column(String(12), primary_key=True)
    level: Mapped[int]
    critical: Mapped[bool] = mapped_column(default=False)


class TargetSignature(Base):
    """An expert signed a version and said whether their own interests are touched."""

    __tablename__ = "target_signature"

    version_id: Mapped[int] = mapped_column(ForeignKey("target_version.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    conflict: Mapped[bool]
    conflict_words: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime]


class Proficiency(Base):
    """The replayed state of one (official, competency). No row = no evidence.

    ``m_milli … n`` confirmed track; ``expected_*`` the track with course completions. ``evidence`` holds what the
    evidence rules count: see ``competency.proficiency``. ``model`` is the version of cuts, q and gamma it was made with.
    """

    __tablename__ = "proficiency"

    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"), primary_key=True)
    competency: Mapped[str] = mapped_column(String(12), primary_key=True)
    m_milli: Mapped[int]
    v_micro: Mapped[int]
    t_day: Mapped[int]
    n: Mapped[int]
    expected_m_milli: Mapped[int]
    expected_v_micro: Mapped[int]
    expected_t_day: Mapped[int]
    evidence: Mapped[list[Any]]
    target_level: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    confirmed_until: Mapped[int | None]
    model: Mapped[str] = mapped_column(String(20))


class _Sums:
    """The integer sums of a cell. Counts of states are as of the last evidence; expiries say what has lapsed since."""

    n_required: Mapped[int] = mapped_column(default=0)
    n_evidence: Mapped[int] = mapped_column(default=0)
    sum_m: Mapped[int] = mapped_column(Big, default=0)
    sum_m2: Mapped[int] = mapped_column(Big, default=0)
    sum_v: Mapped[int] = mapped_column(Big, default=0)
    sum_v2: Mapped[int] = mapped_column(Big, default=0)
    sum_t: Mapped[int] = mapped_column(Big, default=0)
    level_0: Mapped[int] = mapped_column(default=0)
    level_1: Mapped[int] = mapped_column(default=0)
    level_2: Mapped[int] = mapped_column(default=0)
    level_3: Mapped[int] = mapped_column(default=0)
    level_4: Mapped[int] = mapped_column(default=0)
    level_5: Mapped[int] = mapped_column(default=0)
    n_met: Mapped[int] = mapped_column(default=0)
    n_not_yet: Mapped[int] = mapped_column(default=0)
    n_unclear: Mapped[int] = mapped_column(default=0)
    sum_gap: Mapped[int] = mapped_column(Big, default=0)


class LeafRollup(_Sums, Base):
    """Sums over the officials directly in a unit, at one post, with one effective target level."""

    __tablename__ = "leaf_rollup"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"), primary_key=True)
    competency: Mapped[str] = mapped_column(String(12), primary_key=True)
    target_level: Mapped[int] = mapped_column(primary_key=True)


class TreeRollup(_Sums, Base):
    """Sums over a unit and all below it, of those whose post requires the competency: what heat maps read."""

    __tablename__ = "tree_rollup"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    competency: Mapped[str] = mapped_column(String(12), primary_key=True)


class TreeExpiry(Base):
    """How many of a tree cell's ``met`` or ``not_yet`` lapse at the start of ``day`` without new evidence."""

    __tablename__ = "tree_expiry"
    # with n at its end, a heat map adds lapses up without looking into the table: a fifth of its work
    __table_args__ = (Index("ix_tree_expiry_counts", "unit_id", "competency", "state", "day", "n"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    competency: Mapped[str] = mapped_column(String(12), primary_key=True)
    state: Mapped[str] = mapped_column(String(12), primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]


class Touched(Base):
    """Something about an official changed that nightly work has not taken up yet; see ``touched_actions``."""

    __tablename__ = "touched"

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))


class StateChange(Base):
    """An official's state in a competency changed: for "what changed" on their pages. Derived; kept for a year."""

    __tablename__ = "state_change"
    __table_args__ = (Index("ix_state_change_official", "official_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    competency: Mapped[str] = mapped_column(String(12))
    before: Mapped[str] = mapped_column(String(12))
    after: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    # why, where it was no evidence: "target"
    reason: Mapped[str] = mapped_column(String(12), default="", server_default="")


class Snapshot(Base):
    """A day's suppressed figures for everyone but HR. Not ``ready``: it is still being written, and nobody sees it."""

    __tablename__ = "snapshot"

    id: Mapped[int] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]
    as_of: Mapped[date] = mapped_column(index=True)
    k: Mapped[int]
    ready: Mapped[bool] = mapped_column(default=True, server_default=true())


class _Published:
    """A cell's numbers as they may be shown; all None where they are hidden. Thousandths of a logit for mean, se and gap."""

    n_required: Mapped[int | None]
    n_evidence: Mapped[int | None]
    met: Mapped[int | None]
    not_yet: Mapped[int | None]
    unclear: Mapped[int | None]
    no_evidence: Mapped[int | None]
    mean_milli: Mapped[int | None]
    se_milli: Mapped[int | None]
    gap_milli: Mapped[int | None]


class SnapshotCell(_Published, Base):
    """A unit's cell in a snapshot; ``direct`` = only the people directly at it, for units that have others below.

    A hidden cell has no numbers at all, not even in the table.
    """

    __tablename__ = "snapshot_cell"

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    direct: Mapped[bool] = mapped_column(primary_key=True, default=False)
    competency: Mapped[str] = mapped_column(String(12), primary_key=True)


class SnapshotPost(_Published, Base):
    """A county's total of one post in a snapshot, released only where it gives nobody in the unit tree away."""

    __tablename__ = "snapshot_post"

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"), primary_key=True)
    competency: Mapped[str] = mapped_column(String(12), primary_key=True)


class UnitBaseline(Base):
    """The first figures of a unit's cell that a snapshot released with at least k people with evidence; kept for good."""

    __tablename__ = "unit_baseline"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    competency: Mapped[str] = mapped_column(String(12), primary_key=True)
    as_of: Mapped[date]
    n_required: Mapped[int]
    n_evidence: Mapped[int]
    met: Mapped[int]
    not_yet: Mapped[int]
    unclear: Mapped[int]
    no_evidence: Mapped[int]
    mean_milli: Mapped[int | None]
    se_milli: Mapped[int | None]
    gap_milli: Mapped[int | None]
