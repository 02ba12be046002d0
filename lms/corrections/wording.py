"""Corrections in words: kinds, states, keys (pure but for translation)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.i18n import pick
from lms.corrections.enums import CorrectionKind, CorrectionState

KINDS = {
    CorrectionKind.REKEY: _l("another key"),
    CorrectionKind.WITHDRAW: _l("withdrawn"),
    CorrectionKind.REINSTATE: _l("counts again"),
}
STATES = {
    CorrectionState.DRAFT: _l("draft"),
    CorrectionState.APPLYING: _l("being carried out"),
    CorrectionState.APPLIED: _l("carried out"),
    CorrectionState.DROPPED: _l("dropped"),
}
_STATE_NAMES = {"met": _l("Met"), "unclear": _l("Unclear"), "not_yet": _l("Not yet"), "no_evidence": _l("No evidence")}


def state_name(kind: str) -> str:
    """One of the four states of a competency."""
    return str(_STATE_NAMES[kind])


def display(m_milli: int | None) -> str:
    """An estimate as people see it: 500 + 100 m; a dash without evidence."""
    return "—" if m_milli is None else str(round(500 + m_milli / 10))


def key_words(question: Any, key: Any) -> list[str]:
    """A key as lines of text: options, steps in order, pairs, a number."""
    if question.type == "numeric":
        tolerance = key.get("tolerance") or 0
        return [f"{key['value']:g} ± {tolerance:g}" if tolerance else f"{key['value']:g}"]
    if question.type == "matching":
        left, right = ({entry.key: pick(entry) for entry in column} for column in (question.left, question.right))
        return [_("%(left)s — %(right)s", left=left[one], right=right[other]) for one, other in key.items()]
    named = {entry.key: pick(entry) for entry in getattr(question, "options", None) or question.steps}
    return [named[one] for one in ([key] if isinstance(key, str) else key)]
