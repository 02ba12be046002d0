"""What comments tell the learner who made them, and officials who answer for them, in words."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.core.i18n import pick
from lms.feedback import wording
from lms.people.notice_words import Facts, Words, Writer
from lms.web.filters import day


def _mine(facts: Facts) -> str:
    return url_for("feedback.my_comment", ref=facts["ref"])


def _theirs(facts: Facts) -> str:
    return url_for("feedback_desk.comment", ref=facts["ref"])


def _about(facts: Facts) -> str:
    return wording.about_mine(SimpleNamespace(**facts))


def _day(facts: Facts) -> str:
    return day(date.fromisoformat(facts["due"]))


def _answered(facts: Facts) -> Words:
    return Words(_("Your comment was answered"), _about(facts), _mine(facts), _("Read the answer"))


def _declined(facts: Facts) -> Words:
    return Words(_("Your comment was declined, with a reason"), _about(facts), _mine(facts), _("Read the reason"))


def _taken_up(facts: Facts) -> Words:
    said = {"about": _about(facts), "promised": wording.promised(SimpleNamespace(**facts)), "day": _day(facts)}
    return Words(_("Your comment was taken up"), _("%(about)s. Promised by %(day)s: %(promised)s.", **said), _mine(facts), _("Read the answer"))


def _hidden(facts: Facts) -> Words:
    text = _("%(about)s. Reason: %(reason)s The comment counts and is answered all the same.", about=_about(facts), reason=facts["reason"])
    return Words(_("The words of your comment are hidden from others"), text, _mine(facts), _("Open the comment"))


def _shown(facts: Facts) -> Words:
    return Words(_("The words of your comment are shown again"), _about(facts), _mine(facts), _("Open the comment"))


def _overdue(facts: Facts) -> Words:
    text = _("%(about)s: it was due on %(day)s. Whoever answers was reminded.", about=_about(facts), day=_day(facts))
    return Words(_("The answer to your comment is late"), text, _mine(facts), _("Open the comment"))


def _due_to_owner(facts: Facts) -> Words:
    text = _("%(about)s: please answer by %(day)s.", about=wording.about(SimpleNamespace(**facts)), day=_day(facts))
    return Words(_("A comment is to be answered soon"), text, _theirs(facts), _("Open the comment"))


def _taken_over(facts: Facts) -> Words:
    organisation = pick({"zh": facts["zh"], "en": facts["en"]})
    text = ngettext(
        "%(num)d comment on courses of %(organisation)s waits for you and the others who answer there.",
        "%(num)d comments on courses of %(organisation)s wait for you and the others who answer there.",
        facts["n"],
        organisation=organisation,
    )
    return Words(_("An author has left; comments wait"), text, url_for("feedback_desk.comments"), _("Open the comments"))


def _overdue_to_owner(facts: Facts) -> Words:
    text = _("%(about)s: it was due on %(day)s. The learner knows that it is late.", about=wording.about(SimpleNamespace(**facts)), day=_day(facts))
    return Words(_("A comment is overdue"), text, _theirs(facts), _("Open the comment"))


WRITERS: dict[str, Writer] = {
    "comment_answered": _answered,
    "comment_declined": _declined,
    "comment_taken_up": _taken_up,
    "comment_hidden": _hidden,
    "comment_shown": _shown,
    "comment_overdue": _overdue,
    "comment_due_to_owner": _due_to_owner,
    "comment_overdue_to_owner": _overdue_to_owner,
    "comments_taken_over": _taken_over,
}
