"""What appeals tell the official who made them, and officials who answer for them, in words."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from flask import url_for
from flask_babel import gettext as _

from lms.cases.wording import FINDINGS, OUTCOMES, about
from lms.people.notice_words import Facts, Words, Writer
from lms.web.filters import day


def _about(facts: Facts) -> str:
    return about(SimpleNamespace(zh=facts["zh"], en=facts["en"], position=facts["question"], subject=facts.get("subject")))


def _day(facts: Facts) -> str:
    return day(date.fromisoformat(facts["due"]))


def _mine(facts: Facts) -> str:
    return url_for("cases.my_appeal", ref=facts["ref"])


def _theirs(facts: Facts) -> str:
    return url_for("cases.case", ref=facts["ref"])


def _taken_up(facts: Facts) -> Words:
    text = _("%(about)s: %(name)s looks into it.", about=_about(facts), name=facts["by"])
    return Words(_("Your appeal was taken up"), text, _mine(facts), _("Open the appeal"))


def _answered(facts: Facts) -> Words:
    said = {"about": _about(facts), "finding": FINDINGS[facts["finding"]], "outcome": OUTCOMES[facts["outcome"]]}
    text = _("%(about)s: %(finding)s. %(outcome)s.", **said)
    return Words(_("Your appeal was answered"), text, _mine(facts), _("Read the answer"))


def _message(facts: Facts) -> Words:
    return Words(_("A message about your appeal"), _about(facts), _mine(facts), _("Read and reply"))


def _overdue(facts: Facts) -> Words:
    text = _("%(about)s: the answer was due on %(day)s. Whoever answers was reminded.", about=_about(facts), day=_day(facts))
    return Words(_("The answer to your appeal is late"), text, _mine(facts), _("Open the appeal"))


def _message_to_owner(facts: Facts) -> Words:
    return Words(_("A message in an appeal that you answer for"), _about(facts), _theirs(facts), _("Read and reply"))


def _due_to_owner(facts: Facts) -> Words:
    text = _("%(about)s: please answer by %(day)s.", about=_about(facts), day=_day(facts))
    return Words(_("An appeal is to be answered soon"), text, _theirs(facts), _("Open the appeal"))


def _overdue_to_owner(facts: Facts) -> Words:
    text = _("%(about)s: the answer was due on %(day)s. The official knows that it is late.", about=_about(facts), day=_day(facts))
    return Words(_("An appeal is overdue"), text, _theirs(facts), _("Open the appeal"))


WRITERS: dict[str, Writer] = {
    "appeal_taken_up": _taken_up,
    "appeal_answered": _answered,
    "appeal_message": _message,
    "appeal_overdue": _overdue,
    "appeal_message_to_owner": _message_to_owner,
    "appeal_due_to_owner": _due_to_owner,
    "appeal_overdue_to_owner": _overdue_to_owner,
}
