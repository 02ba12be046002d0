"""Partner organisations in words: roles, states, what a link is worth."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.access.permissions import Role
from lms.core.i18n import enumerated
from lms.partners.enums import LinkState

MEMBER_ROLES = {
    Role.AUTHOR: _l("Author"),
    Role.REVIEWER: _l("Reviewer"),
    Role.COORDINATOR: _l("Coordinator"),
}
ROLE_HINTS = {
    Role.AUTHOR: _l("writes courses and questions, answers comments on them"),
    Role.REVIEWER: _l("reviews courses of others as a named expert"),
    Role.COORDINATOR: _l("invites members, answers training orders, keeps training bases"),
}
STATES = {
    "open": _l("working with us"),
    "ending": _l("agreement ends soon or has ended"),
    "closed": _l("closed"),
    "all": _l("all"),
}
ORDERS = {
    "name": _l("name of the organisation"),
    "code": _l("code of the organisation"),
    "members": _l("most members first"),
    "agreement": _l("end of the agreement"),
    "newest": _l("newest first"),
}
INVITATION_STATES = {
    "open": _l("not answered yet"),
    "expired": _l("expired"),
    "accepted": _l("accepted"),
    "withdrawn": _l("withdrawn"),
}


def roles(held: Iterable[str]) -> str:
    """Roles in an enumeration."""
    return enumerated(str(MEMBER_ROLES[Role(role)]) for role in held)


def who(name: str) -> str:
    """A member's name, or what stands for an official's."""
    return name or _("a practitioner from a county office")


def link(worth: LinkState) -> tuple[str, str]:
    """What has become of an invitation, and what to do."""
    again = _("Ask whoever invited you for a new invitation.")
    return {
        LinkState.USED: (_("This invitation has been used"), _("A link works once. If it was you who accepted, sign in with your password.")),
        LinkState.WITHDRAWN: (_("This invitation was withdrawn"), again),
        LinkState.REPLACED: (_("This link was replaced by a newer one"), _("The invitation was sent to you again. Use the link in the latest mail or note.")),
        LinkState.EXPIRED: (_("This invitation has expired"), again),
        LinkState.CLOSED: (_("The organisation no longer works with this platform"), _("Nobody can join it. If this is a mistake, ask the administrator.")),
    }[worth]
