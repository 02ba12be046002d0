"""What organisations tell their members, in words."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.core.i18n import pick
from lms.partners import words
from lms.people.notice_words import Facts, Words, Writer


def _organisation(facts: Facts) -> str:
    return pick({"zh": facts["zh"], "en": facts["en"]})


def _there(facts: Facts) -> dict[str, Any]:
    return {"url": url_for("partners.organisation", ref=facts["ref"]), "action": _("Open the organisation")}


def _joined(facts: Facts) -> Words:
    text = _("%(who)s has accepted the invitation to %(organisation)s.", who=words.who(facts["name"]), organisation=_organisation(facts))
    return Words(_("An invitation was accepted"), text, **_there(facts))


def _left(facts: Facts) -> Words:
    said = {"who": words.who(facts["name"]), "organisation": _organisation(facts)}
    text = _("%(who)s no longer belongs to %(organisation)s. Drafts and comments stay with the organisation and its other authors.", **said)
    return Words(_("A member has left"), text, **_there(facts))


def _roles(facts: Facts) -> Words:
    text = _("In %(organisation)s you are now: %(roles)s.", organisation=_organisation(facts), roles=words.roles(facts["roles"]))
    return Words(_("Your roles have changed"), text, **_there(facts))


def _ended(facts: Facts) -> Words:
    text = _("You no longer belong to %(organisation)s. Reason: %(reason)s", organisation=_organisation(facts), reason=facts["reason"])
    return Words(_("Your membership has ended"), text)


def _closed(facts: Facts) -> Words:
    text = _("%(organisation)s no longer works with this platform. Reason: %(reason)s", organisation=_organisation(facts), reason=facts["reason"])
    return Words(_("Your organisation was closed"), text)


WRITERS: dict[str, Writer] = {
    "member_joined": _joined,
    "member_left": _left,
    "member_roles": _roles,
    "membership_ended": _ended,
    "organisation_closed": _closed,
}
