"""What is said about a state, in whole sentences of the reader's language."""

from __future__ import annotations

from datetime import date

from flask_babel import format_date, gettext, ngettext
from flask_babel import lazy_gettext as _l

from lms.competency.enums import ReasonCode, Rival, StateKind
from lms.competency.skills import Skill, Tally
from lms.competency.states import Reason
from lms.core import clock


def state_name(kind: StateKind) -> str:
    """The state in words."""
    return {
        StateKind.MET: gettext("Met"),
        StateKind.UNCLEAR: gettext("Unclear"),
        StateKind.NOT_YET: gettext("Not yet"),
        StateKind.NO_EVIDENCE: gettext("No evidence"),
    }[kind]


def reason(why: Reason) -> str:
    """What an unclear state lacks."""
    n = why.count
    return {
        ReasonCode.MORE_QUESTIONS: ngettext("%(n)d more question", "%(n)d more questions", n, n=n),
        ReasonCode.MORE_APPLIED: ngettext("%(n)d more question that applies it", "%(n)d more questions that apply it", n, n=n),
        ReasonCode.NEEDS_SCENARIO: gettext("needs a scenario"),
        ReasonCode.NEEDS_WORK_SAMPLE: gettext("needs a work sample, scored by two assessors"),
        ReasonCode.NEEDS_PANEL: gettext("needs a panel that reviews results"),
        ReasonCode.EVIDENCE_OLD: gettext("the evidence is old"),
        ReasonCode.TOO_CLOSE: gettext("too close to the target to tell"),
    }[why.code]


def full_date(value: int | date) -> str:
    """A day number, date or moment as a date in full; a moment as the date where the installation stands."""
    return format_date(clock.date_of(value) if isinstance(value, int) else value, "long")


def note(skill: Skill) -> str:
    """What stands under the state: until when it holds, or why it is unclear."""
    standing = skill.standing
    if standing.kind is StateKind.UNCLEAR:
        return _unclear(skill)
    if standing.until is None:
        return ""
    return gettext("holds until %(day)s without new evidence", day=full_date(standing.until))


def _unclear(skill: Skill) -> str:
    standing = skill.standing
    if standing.lapsed_on is not None:
        return gettext("lapsed on %(day)s: the evidence is old", day=full_date(standing.lapsed_on))
    return gettext("; ").join(reason(why) for why in standing.reasons)


def expiry(skill: Skill) -> str:
    """The date on which met or not yet lapses, or lapsed; a dash where there is nothing to lapse."""
    standing = skill.standing
    if standing.lapsed_on is not None:
        return gettext("lapsed on %(day)s", day=full_date(standing.lapsed_on))
    return full_date(standing.until) if standing.until is not None else ""


def summary(counts: Tally, post: str, *, own: bool) -> str:
    """The sentence that says it all, to the person (``own``) or to a reader of their record."""
    if not counts.total:
        return gettext("The post has no targets yet, so nothing is measured against it.")
    if counts.no_evidence == counts.total:
        return gettext("Nothing is known yet: no answer has counted so far. That is no failing; the first quiz changes it.")
    words = {"met": counts.met, "total": counts.total, "post": post}
    if own:
        met = gettext("Of the %(total)d competencies that the post “%(post)s” needs, you have reached the target in %(met)d.", **words)
    else:
        met = gettext("Of the %(total)d competencies that the post “%(post)s” needs, the target is reached in %(met)d.", **words)
    return f"{met} {_rest(counts)}"


def _rest(counts: Tally) -> str:
    open_ones = counts.unclear + counts.no_evidence
    if open_ones:
        return ngettext(
            "For %(n)d it is evidence that is missing, not necessarily ability.",
            "For %(n)d it is evidence that is missing, not necessarily ability.",
            open_ones, n=open_ones,
        )  # fmt: skip
    if counts.not_yet:
        return ngettext("%(n)d is still to be learned.", "%(n)d are still to be learned.", counts.not_yet, n=counts.not_yet)
    return gettext("Nothing is left to prove for now.")


RIVAL_NAMES = {
    Rival.PERCENT_CORRECT: _l("Per cent right of all answers"),
    Rival.DECAYING_AVERAGE: _l("Decaying average, the newest answer counting 65%%", share=65),
    Rival.HIGHEST_SCORE: _l("Highest score of a day"),
}
RIVAL_BLIND_SPOTS = {
    Rival.PERCENT_CORRECT: _l("Easy and hard questions count alike, and so do two answers and two hundred."),
    Rival.DECAYING_AVERAGE: _l("One slip at the end outweighs a year of right answers."),
    Rival.HIGHEST_SCORE: _l("Whoever tries most often scores highest."),
}
