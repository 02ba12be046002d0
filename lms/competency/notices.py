"""What competency tells officials, in words: other targets hold for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.competency.enums import StateKind
from lms.competency.targeting import Scope
from lms.competency.wording import state_name
from lms.core import framework
from lms.core.i18n import pick
from lms.people.notice_words import Facts, Words, Writer
from lms.web.filters import day


def target(facts: Facts) -> Words:
    """A version of targets came into force for the official."""
    since = day(date.fromisoformat(facts["day"]))
    title = {
        Scope.POST: _("The targets of your post changed on %(day)s", day=since),
        Scope.UNIT: _("The targets of your unit changed on %(day)s", day=since),
        Scope.PERSON: _("Your own targets changed on %(day)s", day=since),
    }[Scope(facts["scope"])]
    told = [_change(one) for one in facts["changes"]]
    told.append(_("The reason: %(reason)s", reason=_ended(facts["reason"])))
    told.append(_("What you have shown stays as it is; only what it is measured against is new."))
    return Words(title, " ".join(told), url_for("competency.my_skills"), _("See my skills"))


def _ended(text: str) -> str:
    """The text as a sentence: with a full stop if it has no end of its own."""
    return text if text.endswith((".", "!", "?", "。", "！", "？")) else _("%(text)s.", text=text)


def _change(one: dict[str, Any]) -> str:
    words = {"name": _name(one["competency"]), "before": one["before"], "after": one["after"]}
    if not one["after"]:
        text = _("%(name)s: not required any more.", **words)
    elif not one["before"]:
        text = _("%(name)s: level %(after)d is required now.", **words)
    else:
        text = _("%(name)s: level %(after)d instead of level %(before)d.", **words)
    if "state_after" in one:
        states = {side: state_name(StateKind(one[f"state_{side}"])) for side in ("before", "after")}
        text = f"{text} " + _("Your state was “%(before)s” and is now “%(after)s”.", **states)
    return text


def _name(code: str) -> str:
    return pick(framework.read().competency(code).name) if code in framework.read().codes else code


WRITERS: dict[str, Writer] = {"target": target}
