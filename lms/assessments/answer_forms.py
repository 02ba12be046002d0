"""What every page with a question shares: why an answer can't be taken, and the number that a form carries."""

from __future__ import annotations

import re

from flask import request
from flask_babel import lazy_gettext as _l

from lms.assessments.marking import Refusal
from lms.core.ids import new_ref

TOKEN = re.compile(r"[A-Za-z0-9_-]{8,24}")
REASONS = {
    Refusal.EMPTY: _l("Choose or write an answer first, or put the question aside."),
    Refusal.UNKNOWN_OPTION: _l("This answer is not among those offered. Choose again."),
    Refusal.ONE_ONLY: _l("Choose one answer only."),
    Refusal.INCOMPLETE_ORDER: _l("Give every step a number."),
    Refusal.REPEATED: _l("Two steps have the same number. Give each number once."),
    Refusal.NOT_A_NUMBER: _l("Write a number in digits, such as 12 or 3.5."),
    Refusal.TOO_LONG: _l("The answer is too long. Shorten it."),
    Refusal.WRONG_SHAPE: _l("This answer can't be read. Please give it again."),
}


def form_token() -> str:
    """The token of the form that was sent; a new one if it carries none that could be ours."""
    sent = request.form.get("token", "")
    return sent if TOKEN.fullmatch(sent) else new_ref()
