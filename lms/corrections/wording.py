"""Corrections in words: kinds, states (pure but for translation)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

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
