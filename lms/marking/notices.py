"""Notices of marking in words."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from lms.core import framework
from lms.core.i18n import pick
from lms.people.notice_words import Facts, Words, Writer


def _answer_marked(facts: Facts) -> Words:
    names = {one.code: pick(one.name) for one in framework.read().competencies}
    words = {"name": names.get(facts["competency"], facts["competency"]), "share": f"{facts['share'] // 10}%"}
    text = _("It earned %(share)s of the points for “%(name)s” and counts from the day you gave it.", **words)
    text = " ".join([text, *(_("The assessor wrote: “%(comment)s”", comment=comment) for comment in facts.get("comments", ()))])
    return Words(_("A short answer of yours was marked"), text, url_for("competency.my_skill", code=facts["competency"]), _("See what it moved"))


WRITERS: dict[str, Writer] = {"answer_marked": _answer_marked}
