"""What decisions tell officials, in words."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from flask import url_for
from flask_babel import gettext as _

from lms.core.i18n import pick
from lms.people.notice_words import Facts, Words, Writer
from lms.web.filters import day


def _due(facts: Facts) -> Words:
    text = _("“%(question)s”: the review was set for %(day)s.", question=facts["question"], day=day(date.fromisoformat(facts["day"])))
    return Words(_("A decision waits for its review"), text, url_for("decisions.record", ref=facts["ref"]), _("Open the decision"))


def _published(facts: Facts) -> Words:
    unit = pick(SimpleNamespace(zh=facts["zh"], en=facts["en"]))
    text = _("%(unit)s: %(question)s", unit=unit, question=facts["question"])
    return Words(_("A decision that concerns you was published"), text, url_for("decisions.published", ref=facts["ref"]), _("Read the decision"))


WRITERS: dict[str, Writer] = {"decision_due": _due, "decision_published": _published}
