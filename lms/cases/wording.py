"""Appeals in words (pure but for translation)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.cases.enums import CaseState, CaseStepKind, Finding, Outcome
from lms.core.i18n import pick

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
}
STEPS = {
    CaseStepKind.OPENED: _l("Appeal opened"),
    CaseStepKind.MESSAGE: _l("Message"),
    CaseStepKind.TAKEN_UP: _l("Taken up"),
    CaseStepKind.ANSWERED: _l("Answered"),
    CaseStepKind.WITHDRAWN: _l("Withdrawn"),
    CaseStepKind.REMINDED: _l("Reminded"),
}


def about(case: Any, question: int | None) -> str:
    """What an appeal is about: a result, or a question of it."""
    title = pick(case)
    return _("Question %(n)d of “%(title)s”", n=question, title=title) if question else _("Result of “%(title)s”", title=title)


def answer_lines(question: Any, answer: Any) -> list[str]:
    """An answer or a key as lines of text: options, steps in order, pairs, a number, or what was written."""
    if answer is None or answer == "":
        return [_("Not answered")]
    if question.type == "matching":
        left, right = ({entry.key: pick(entry) for entry in column} for column in (question.left, question.right))
        return [f"{left[one]} — {right[other]}" for one, other in answer.items()]
    if isinstance(answer, dict):
        return [f"{answer['value']:g}" + (f" ± {answer['tolerance']:g}" if answer.get("tolerance") else "")]
    named = {entry.key: pick(entry) for entry in getattr(question, "options", None) or getattr(question, "steps", ())}
    return [named.get(one, one) for one in ([answer] if isinstance(answer, str) else answer)]
