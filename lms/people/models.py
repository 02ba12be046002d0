"""Tables of people: units in a tree, officials at posts, accounts with roles, sessions and imports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base


class Unit(Base):
    """A node of the tree. ``path`` is ``/1/4/77/``: the ids from the root to the unit itself, so a subtree is a prefix."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(160), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    path: Mapped[str] = mapped_column(String(200), index=True)
    tier: Mapped[str] = mapped_column(String(20))
    connection: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime]

    @property
    def zh(self) -> str:
        return self.name_zh

    @property
    def en(self) -> str:
        return self.name_en or self.name_zh


class Position(Base):
    """A post's profile in words; its targets belong to competency."""

    __tablename__ = "position"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(160))
    summary_zh: Mapped[str] = mapped_column(String(400), default="")
    summary_en: Mapped[str] = mapped_column(String(400), default="")
    tier: Mapped[str] = mapped_column(String(20), default="")

    @property
    def zh(self) -> str:
        return self.name_zh

    @property
    def en(self) -> str:
        return self.name_en


class Partner(Base):
    """A partner organisation: university, enterprise or institute."""

    __tablename__ = "partner"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime]
    # no longer works with us: nobody holds a role in it, and nothing new is given to it
    closed_at: Mapped[datetime | None]

    @property
    def zh(self) -> str:
        return self.name_zh

    @property
    def en(self) -> str:
        return self.name_en


class Official(Base):
    """A person on the roster. Never deleted, only deactivated; dates are kept as precisely as the roster gave them."""

    __tablename__ = "official"
    __table_args__ = (Index("ix_official_unit_active", "unit_id", "active"), Index("ix_official_name", "name"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    staff_no: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"), index=True)
    grade: Mapped[str] = mapped_column(String(40), default="")
    birth_month: Mapped[str] = mapped_column(String(7), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    joined_on: Mapped[date | None]
    retires_on: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
    position: Mapped[Position] = relationship()


class Account(Base):
    """What one signs in with: an official's staff number or a login of its own. No password until activation."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    official_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_set_at: Mapped[datetime | None]
    language: Mapped[str | None] = mapped_column(String(8))
    # larger letters on every page, as they chose
    large_type: Mapped[bool] = mapped_column(default=False, server_default=false())
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    official: Mapped[Official | None] = relationship()
    grants: Mapped[list[RoleGrant]] = relationship(back_populates="account")


class RoleGrant(Base):
    """One role for one account, in a unit's subtree or a partner organisation where the role needs one."""

    __tablename__ = "role_grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    granted_by: Mapped[str] = mapped_column(String(120))
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(back_populates="grants")
    unit: Mapped[Unit | None] = relationship()
    partner: Mapped[Partner | None] = relationship()


class ActivationCode(Base):
    """A one-time code, stored as a hash; a new one for the same account ends the older ones."""

    __tablename__ = "activation_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), index=True)
    issued_by: Mapped[str] = mapped_column(String(120))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class SignInSession(Base):
    """One signed-in device. The cookie holds the token, the table its hash; ending it here ends it everywhere."""

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    device: Mapped[str] = mapped_column(String(120), default="")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInFailure(Base):
    """A failed sign-in or activation, kept for the throttle's window and then deleted."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_login_at", "login", "at"), Index("ix_sign_in_failure_address_at", "address", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class RosterImport(Base):
    """An uploaded file on its way: checked, shown, confirmed, applied. The file itself lies in ``instance/uploads``."""

    __tablename__ = "roster_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(12), default="")
    filename: Mapped[str] = mapped_column(String(200))
    stored_as: Mapped[str] = mapped_column(String(80))
    complete_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(String(12))
    check_job_ref: Mapped[str] = mapped_column(String(24), default="")
    apply_job_ref: Mapped[str] = mapped_column(String(24), default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)


class KnownDevice(Base):
    """A device that once signed in to an account: others' failures never lock it out."""

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("account_id", "token_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    token_hash: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[datetime]


class Notice(Base):
    """Something the platform tells an official. ``kind`` and ``facts`` are put into words when it is read, in the reader's language."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_official_id_at", "official_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    kind: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class AccountNotice(Base):
    """Something the platform tells an account without a staff record, such as an author's; otherwise like :class:`Notice`."""

    __tablename__ = "account_notice"
    __table_args__ = (Index("ix_account_notice_account_id_at", "account_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Accommodation(Base):
    """What makes quizzes fair for an official: granted by HR, applied by the server, ended with a date or by HR.

    ``time_percent`` 100 = the usual time, 150 = half as much again; ``language`` empty = as they choose.
    """

    __tablename__ = "accommodation"

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"), index=True)
    time_percent: Mapped[int] = mapped_column(default=100)
    large_type: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(8), default="")
    reason: Mapped[str] = mapped_column(String(400))
    granted_by: Mapped[str] = mapped_column(String(120))
    granted_at: Mapped[datetime]
    until: Mapped[date | None]
    ended_at: Mapped[datetime | None]
