"""What assignments tell officials, in words."""

from __future__ import annotations

from datetime import date

from flask import url_for
from flask_babel import gettext as _

from lms.assignments import wording
from lms.core.i18n import pick
from lms.people.notice_words import Facts, Words, Writer
from lms.web.filters import day


def title_of(facts: Facts) -> str:
    """The thing that a notice is about."""
    return wording.phrase(facts["kind"], pick(facts))


def _due(facts: Facts) -> date | None:
    return date.fromisoformat(facts["due"]) if facts["due"] else None


def _mine() -> str:
    return url_for("my_assignments.mine")


def assigned(facts: Facts) -> Words:
    """Something was assigned, or an assignment has a further reason."""
    text = _("%(thing)s, %(due)s. The page says who asks for it and why.", thing=title_of(facts), due=wording.due(_due(facts)))
    return Words(_("You have an assignment"), text, _mine(), _("My assignments"))


def withdrawn(facts: Facts) -> Words:
    """It need not be done any more."""
    text = _("%(thing)s is no longer asked of you.", thing=title_of(facts))
    return Words(_("An assignment was withdrawn"), _with_words(text, facts), _mine(), _("My assignments"))


def excused(facts: Facts) -> Words:
    """HR excused the official."""
    return Words(_("You are excused from an assignment"), _with_words(title_of(facts) + _("."), facts), _mine(), _("My assignments"))


def postponed(facts: Facts) -> Words:
    """More time was given."""
    text = _("%(thing)s: now %(due)s.", thing=title_of(facts), due=wording.due(_due(facts)))
    return Words(_("You have more time for an assignment"), _with_words(text, facts), _mine(), _("My assignments"))


def not_postponed(facts: Facts) -> Words:
    """A request for more time was refused."""
    text = _("%(thing)s stays due %(due)s.", thing=title_of(facts), due=wording.due(_due(facts)))
    return Words(_("The date of an assignment was not moved"), _with_words(text, facts), _mine(), _("My assignments"))


def reminder(facts: Facts) -> Words:
    """A date comes near, is today or is over."""
    return Words(_("Reminder of an assignment"), reminder_text(facts), _mine(), _("My assignments"))


def reminder_text(facts: Facts) -> str:
    """A reminder in a sentence, the same in a notice and in a mail."""
    due = _due(facts)
    assert due is not None
    slot, thing = facts["slot"], title_of(facts)
    if slot < 0:
        return _("%(thing)s is due on %(day)s.", thing=thing, day=day(due))
    if slot == 0:
        return _("%(thing)s is due today.", thing=thing)
    return _("%(thing)s was due on %(day)s. If you need more time, ask for it on the page.", thing=thing, day=day(due))


def _with_words(text: str, facts: Facts) -> str:
    return text + " " + _("Reason: %(reason)s", reason=facts["words"]) if facts.get("words") else text


WRITERS: dict[str, Writer] = {
    "assigned": assigned,
    "assignment_withdrawn": withdrawn,
    "assignment_excused": excused,
    "assignment_postponed": postponed,
    "assignment_not_postponed": not_postponed,
    "assignment_reminder": reminder,
}
