"""Answers and keys in words (pure but for translation)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from lms.core.i18n import pick


def answer_lines(question: Any, answer: Any) -> list[str]:
    """An answer or a key as lines of text: options, steps in order, pairs, a number with its tolerance, or what was written."""
    if answer is None or answer == "":
        return [_("Not answered")]
    if question.type == "matching":
        left, right = ({entry.key: pick(entry) for entry in column} for column in (question.left, question.right))
        return [_("%(left)s — %(right)s", left=left[one], right=right[other]) for one, other in answer.items()]
    if isinstance(answer, dict):
        return [f"{answer['value']:g}" + (f" ± {answer['tolerance']:g}" if answer.get("tolerance") else "")]
    named = {entry.key: pick(entry) for entry in getattr(question, "options", None) or getattr(question, "steps", ())}
    return [named.get(one, one) for one in ([answer] if isinstance(answer, str) else answer)]
