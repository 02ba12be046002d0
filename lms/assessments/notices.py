"""What assessments tells officials, in words."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from lms.people.notice_words import Facts, Words, Writer


def retake_allowed(facts: Facts) -> Words:
    """Somebody gave leave to take a quiz again before its day."""
    text = _("You may take its evidence quiz once more whenever you like, before the usual day.")
    return Words(_("A quiz is open to you again: %(quiz)s", quiz=facts["slug"]), text, url_for("assessments.intro", slug=facts["slug"]), _("To the quiz"))


WRITERS: dict[str, Writer] = {"retake_allowed": retake_allowed}
