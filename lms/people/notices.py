"""What people tells officials, in words: accommodations granted and ended."""

from __future__ import annotations

from datetime import date

from flask import url_for
from flask_babel import gettext as _

from lms.people.notice_words import Facts, Words, Writer
from lms.web.filters import day
from lms.web.navigation import LANGUAGE_NAMES


def accommodation_granted(facts: Facts) -> Words:
    """Extra time, large type or another language was granted."""
    return Words(_("An accommodation was granted to you"), " ".join(terms(facts)), _in_record(), _("See it in my record"))


def accommodation_ended(facts: Facts) -> Words:
    """It ended before its date."""
    text = _("Quizzes that you begin from now on have the usual time, type and language. A quiz that is running keeps its deadline.")
    return Words(_("Your accommodation has ended"), text, _in_record(), _("See it in my record"))


def _in_record() -> str:
    return url_for("operations.my_record", _anchor="accommodations")


def terms(facts: Facts) -> list[str]:
    """What is granted, a sentence each; ``until`` as ISO date or empty."""
    said = []
    if facts["time_percent"] != 100:
        said.append(_("Quizzes that count give you %(percent)d %% of the usual time.", percent=facts["time_percent"]))
    if facts["large_type"]:
        said.append(_("All pages use large type."))
    if facts["language"]:
        said.append(_("Questions are shown in this language: %(language)s. You can still switch.", language=LANGUAGE_NAMES[facts["language"]]))
    if facts["until"]:
        said.append(_("Last day: %(day)s.", day=day(date.fromisoformat(facts["until"]))))
    return said


WRITERS: dict[str, Writer] = {"accommodation_granted": accommodation_granted, "accommodation_ended": accommodation_ended}
