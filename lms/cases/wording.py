"""Appeals in words (pure but for translation)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.assessments.answer_words import answer_lines
from lms.cases.enums import CaseState, CaseStepKind, Finding, Outcome, Subject
from lms.core.i18n import pick

__all__ = ["answer_lines"]

STATES = {
    CaseState.OPEN: _l("waiting"),
    CaseState.TAKEN_UP: _l("taken up"),
    CaseState.ANSWERED: _l("answered"),
    CaseState.WITHDRAWN: _l("withdrawn"),
}
FINDINGS = {Finding.UPHELD: _l("Upheld"), Finding.PARTLY: _l("Partly upheld"), Finding.NOT_UPHELD: _l("Not upheld")}
OUTCOMES = {
    Outcome.NO_CHANGE: _l("Nothing changes"),
    Outcome.CORRECTION: _l("The question is corrected, for everybody"),
    Outcome.RETAKE: _l("The quiz may be taken again before its day"),
    Outcome.JUDGED_ANEW: _l("Other assessors judge the work anew"),
}
STEPS = {
    CaseStepKind.OPENED: _l("Appeal opened"),
    CaseStepKind.MESSAGE: _l("Message"),
    CaseStepKind.TAKEN_UP: _l("Taken up"),
    CaseStepKind.ANSWERED: _l("Answered"),
    CaseStepKind.WITHDRAWN: _l("Withdrawn"),
    CaseStepKind.REMINDED: _l("Whoever answers was reminded"),
}
ORDERS = [("due", _l("due first")), ("newest", _l("newest first")), ("unit", _l("unit"))]


def about(case: Any) -> str:
    """What an appeal is about: a result, a question of it, or judged work; ``case`` or the facts of a notice."""
    title = pick(case)
    if case.subject == Subject.WORK:
        return _("Judgement of “%(title)s”", title=title)
    return _("Question %(n)d of “%(title)s”", n=case.position, title=title) if case.position else _("Result of “%(title)s”", title=title)


def standing(case: Any) -> str:
    """How it ended, or how far it is."""
    return str(FINDINGS[case.finding] if case.finding else STATES[case.state])
