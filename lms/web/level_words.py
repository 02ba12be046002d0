"""What each level asks for, in words, from the framework's own evidence rules (pure but for translation)."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from lms.core.framework import EvidenceRule


def asks_for(rule: EvidenceRule) -> str:
    """One level's rule as a sentence."""
    if not rule.quiz:
        panel = _("A panel of three assessors judges documented results.")
        return _("Two assessors judge a work sample independently, or a panel does.") if rule.work_sample else panel
    parts = [ngettext("%(num)d different question in quizzes that count.", "%(num)d different questions in quizzes that count.", rule.min_items)]
    if rule.half_applied:
        parts.append(_("At least half of them ask to apply what is known."))
    if rule.needs_scenario:
        parts.append(_("A case is among them."))
    return " ".join([*parts, _("Or a work sample.")])
