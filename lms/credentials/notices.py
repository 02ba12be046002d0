"""What credentials tells officials, in words: a certificate was revoked, or no longer holds after a correction."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from lms.core.i18n import pick
from lms.people.notice_words import Facts, Words, Writer


def _name(facts: Facts) -> str:
    name = pick({"zh": facts["zh"], "en": facts["en"]})
    return name if facts["level"] is None else _("%(competency)s, level %(level)d", competency=name, level=facts["level"])


def revoked(facts: Facts) -> Words:
    """HR revoked it."""
    text = _("Your certificate “%(name)s” was revoked. Reason: %(reason)s", name=_name(facts), reason=facts["reason"])
    return Words(_("A certificate of yours was revoked"), text, url_for("credentials.mine"), _("To my certificates"))


def superseded(facts: Facts) -> Words:
    """Its evidence was corrected."""
    text = _("The evidence of your certificate “%(name)s” was corrected and no longer supports it, so the certificate ended.", name=_name(facts))
    again = _("As soon as new evidence supports it, you can ask for another.")
    return Words(_("A certificate of yours no longer holds"), f"{text} {again}", url_for("credentials.mine"), _("To my certificates"))


WRITERS: dict[str, Writer] = {"issued_certificate_revoked": revoked, "issued_certificate_superseded": superseded}
