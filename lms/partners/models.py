"""Tables of partner organisations beyond their name: contact and agreement, invitations and their one-time codes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base
from lms.people.models import Partner


class PartnerProfile(Base):
    """What is kept of a partner organisation: whom to ask, from when to when the agreement holds, why it was closed."""

    __tablename__ = "partner_profile"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), primary_key=True)
    contact_name: Mapped[str] = mapped_column(String(80), default="")
    contact_mail: Mapped[str] = mapped_column(String(160), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    agreement_from: Mapped[date | None]
    agreement_until: Mapped[date | None]
    agreement_note: Mapped[str] = mapped_column(String(400), default="")
    close_reason: Mapped[str] = mapped_column(String(400), default="")
    closed_by: Mapped[str] = mapped_column(String(120), default="")
    changed_by: Mapped[str] = mapped_column(String(120), default="")
    changed_at: Mapped[datetime]


class Invitation(Base):
    """Somebody asked to join an organisation with ``roles``. Its codes stand in a table of their own, the newest counts.

    ``mail`` is empty when the link is handed over; ``account_id`` is who accepted.
    """

    __tablename__ = "partner_invitation"
    __table_args__ = (Index("ix_partner_invitation_partner_id_state", "partner_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    name: Mapped[str] = mapped_column(String(80))
    mail: Mapped[str] = mapped_column(String(160), default="")
    roles: Mapped[list[Any]]
    language: Mapped[str] = mapped_column(String(8), default="")
    state: Mapped[str] = mapped_column(String(12))
    invited_by: Mapped[str] = mapped_column(String(120))
    inviter_account_id: Mapped[int | None]
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_by: Mapped[str] = mapped_column(String(120), default="")
    ended_at: Mapped[datetime | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    partner: Mapped[Partner] = relationship()


class InvitationCode(Base):
    """A one-time code of an invitation, stored as a digest; a newer one replaces it."""

    __tablename__ = "partner_invitation_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("partner_invitation.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
