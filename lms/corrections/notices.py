"""What corrections tell those affected, in words: what was wrong, what changed for them, how to appeal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.core import framework
from lms.core.i18n import pick
from lms.corrections.wording import state_name
from lms.people.notice_words import Facts, Words, Writer


def correction(facts: Facts) -> Words:
    """A question that the official answered was corrected, withdrawn, or a correction was taken back."""
    changes = facts["changes"]
    parts = [_said(facts), *(text for change in changes for text in _for_you(change))]
    parts.append(_("If you see it otherwise, you can appeal under My appeals."))
    code = changes[0]["competency"]
    return Words(_title(facts), " ".join(parts), url_for("competency.my_skill", code=code), _("See what it changed"))


def _title(facts: Facts) -> str:
    if facts["undo"]:
        return _("A correction of a question that you answered was taken back")
    return {
        "rekey": _("A question that you answered had a wrong key"),
        "withdraw": _("A question that you answered was withdrawn"),
        "reinstate": _("A question that you answered counts again"),
    }[facts["kind"]]


def _said(facts: Facts) -> str:
    return _("The reason: %(reason)s", reason=_ended(pick(facts)))


def _ended(text: str) -> str:
    """The text as a sentence: with a full stop if it has no end of its own."""
    return text if text.endswith((".", "!", "?", "。", "！", "？")) else _("%(text)s.", text=text)


def _for_you(change: dict[str, Any]) -> Iterator[str]:
    """What changed in one competency."""
    name = pick(framework.read().competency(change["competency"]).name) if change["competency"] in framework.read().codes else change["competency"]
    gained, lost, dropped, returned = (change[mark] for mark in ("gained", "lost", "dropped", "returned"))
    if gained:
        yield ngettext("%(name)s: %(num)d answer of yours now counts as right.", "%(name)s: %(num)d answers of yours now count as right.", gained, name=name)
    if lost:
        yield ngettext("%(name)s: %(num)d answer of yours is no longer right.", "%(name)s: %(num)d answers of yours are no longer right.", lost, name=name)
    if dropped:
        yield ngettext("%(name)s: %(num)d answer of yours does not count any more.", "%(name)s: %(num)d answers do not count any more.", dropped, name=name)
    if returned:
        yield ngettext("%(name)s: %(num)d answer of yours counts again.", "%(name)s: %(num)d answers of yours count again.", returned, name=name)
    if change["before_state"] != change["after_state"]:
        yield _("Your state was “%(before)s” and is now “%(after)s”.", before=state_name(change["before_state"]), after=state_name(change["after_state"]))
    else:
        yield _("Your state stays “%(state)s”.", state=state_name(change["after_state"]))


WRITERS: dict[str, Writer] = {"correction": correction}
