"""What the register tells authors, administrators and learners, in words."""

from __future__ import annotations

from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.core.i18n import pick
from lms.people.notice_words import Facts, Words, Writer
from lms.web.filters import day


def _flagged(facts: Facts) -> Words:
    said = [_("“%(fact)s” (%(code)s).", code=facts["code"], fact=pick(facts))]
    said.append(ngettext("%(num)d lesson or question cites it; please look by %(day)s.", "%(num)d lessons and questions cite it; please look by %(day)s.",
                         facts["n"], day=_day(facts)))  # fmt: skip
    if facts["suspended"]:
        said.append(ngettext("%(num)d question is not drawn until then.", "%(num)d questions are not drawn until then.", facts["suspended"]))
    return Words(_("A fact that your courses cite has changed"), " ".join(said), url_for("fact_flags.flags"), _("Look at them"))


def _due(facts: Facts) -> Words:
    title = ngettext("%(num)d lesson or question is to be looked at", "%(num)d lessons and questions are to be looked at", facts["n"])
    late = ngettext("%(num)d is overdue.", "%(num)d are overdue.", facts["overdue"]) if facts["overdue"] else _("The first is due on %(day)s.", day=_day(facts))
    return Words(title, late, url_for("fact_flags.flags"), _("Look at them"))


def _day(facts: Facts) -> str:
    return day(date.fromisoformat(facts["due"]))


def _closed(facts: Facts) -> Words:
    text = _("%(quiz)s: a fact that several questions rest on has changed. They are being checked; you are told when it opens.", quiz=pick(facts))
    return Words(_("A quiz is closed for now"), text, url_for("assessments.intro", slug=facts["slug"]), _("To the quiz"))


def _open_again(facts: Facts) -> Words:
    text = _("%(quiz)s: its questions have been checked.", quiz=pick(facts))
    return Words(_("A quiz is open again"), text, url_for("assessments.intro", slug=facts["slug"]), _("To the quiz"))


def _closed_to_owner(facts: Facts) -> Words:
    text = _("%(quiz)s: too many questions are not drawn, so that no form can be filled. It opens when they have been looked at.", quiz=pick(facts))
    return Words(_("A quiz is closed until its questions have been looked at"), text, url_for("fact_flags.flags", state="suspended"), _("Look at them"))


def _open_to_owner(facts: Facts) -> Words:
    text = _("%(quiz)s: its questions have been checked.", quiz=pick(facts))
    return Words(_("A quiz is open again"), text, url_for("fact_flags.flags", state="all"), _("Open the list"))


WRITERS: dict[str, Writer] = {
    "fact_flagged": _flagged,
    "facts_due": _due,
    "quiz_closed": _closed,
    "quiz_open_again": _open_again,
    "quiz_closed_to_owner": _closed_to_owner,
    "quiz_open_again_to_owner": _open_to_owner,
}
