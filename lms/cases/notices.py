"""What appeals tell the official who made them, in words."""

from __future__ import annotations

from types import SimpleNamespace

from flask import url_for
from flask_babel import gettext as _

from lms.cases.wording import FINDINGS, OUTCOMES, about
from lms.people.notice_words import Facts, Words, Writer


def _about(facts: Facts) -> str:
    return about(SimpleNamespace(zh=facts["zh"], en=facts["en"]), facts["question"])


def _taken_up(facts: Facts) -> Words:
    text = _("%(about)s: %(name)s looks into it.", about=_about(facts), name=facts["by"])
    return Words(_("Your appeal was taken up"), text, url_for("cases.my_appeal", ref=facts["ref"]), _("Open the appeal"))


def _answered(facts: Facts) -> Words:
    said = {"about": _about(facts), "finding": FINDINGS[facts["finding"]], "outcome": OUTCOMES[facts["outcome"]]}
    text = _("%(about)s: %(finding)s. %(outcome)s.", **said)
    return Words(_("Your appeal was answered"), text, url_for("cases.my_appeal", ref=facts["ref"]), _("Read the answer"))


WRITERS: dict[str, Writer] = {"appeal_taken_up": _taken_up, "appeal_answered": _answered}
