"""Whole numbers out of forms and addresses."""

from __future__ import annotations

import re

MOST = 2**63 - 1
"""The largest whole number that a database keeps."""
MOST_ROWS = 2**31 - 1
"""The largest that it keeps as the number of a row or of a version: PostgreSQL's columns for these end there."""
_GROUPED = re.compile("\\d{1,3}([,\uff0c]\\d{3})+")


def whole(text: str, *, least: int = 0, most: int = MOST) -> int | None:
    """The number from ``least`` to ``most`` that ``text`` writes in digits; None for everything else.

    Digits of full width are read too, and separators of thousands, as our own pages write them: 1,200.
    """
    text = text.strip()
    if _GROUPED.fullmatch(text):
        text = re.sub("[,\uff0c]", "", text)
    if not text.isdecimal() or len(text) > len(str(MOST)):
        return None
    number = int(text)
    return number if least <= number <= most else None
