"""What reports tells, in words: a scheduled report is ready."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from lms.core.i18n import pick
from lms.people.notice_words import Facts, Words, Writer


def ready(facts: Facts) -> Words:
    """A scheduled report was made."""
    text = _("The report on the skills of %(unit)s that you had scheduled is made.", unit=pick({"zh": facts["zh"], "en": facts["en"]}))
    return Words(_("A report is ready"), text, url_for("reports.report", ref=facts["report"]), _("Open the report"))


WRITERS: dict[str, Writer] = {"report_ready": ready}
