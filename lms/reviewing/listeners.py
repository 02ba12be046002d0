"""What reviews do when others publish news; registered in ``lms.wiring``."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import operator
from lms.access.permissions import Role
from lms.partners.events import MemberLeft
from lms.people.models import RoleGrant
from lms.reviewing import actions

PLATFORM = operator("platform")


def member_left(session: Session, event: MemberLeft) -> None:
    """Who no longer reviews for an organisation hands over the reviews that were open; elsewhere they may go on."""
    if Role.REVIEWER not in event.roles:
        return
    query = select(RoleGrant.id).where(RoleGrant.account_id == event.account_id, RoleGrant.role == Role.REVIEWER, RoleGrant.revoked_at.is_(None))
    only = event.partner_id if session.scalar(query.limit(1)) is not None else None
    reason = _("no longer reviews for the organisation")
    actions.end_tasks(session, account_id=event.account_id, partner_id=only, by=PLATFORM, reason=reason, now=event.at)
