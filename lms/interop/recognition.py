"""Which format a file has and by what that is seen, for people. Pure."""

from __future__ import annotations

import enum

from lms.interop import archive
from lms.interop.limits import LIMITS, Limits
from lms.interop.reading import recognised


class Why(enum.StrEnum):
    """By what a format was recognised."""

    CHOSEN = "chosen"
    QUIZ = "quiz"
    MANIFEST = "manifest"
    ITEM = "item"
    WORKBOOK = "workbook"
    TABLE = "table"
    ANSWER_LINES = "answer_lines"
    BRACES = "braces"


def recognise(data: bytes, filename: str, limits: Limits = LIMITS) -> tuple[str, Why]:
    """The format and why. Raises Invalid when it is none of ours, Refused for what is dangerous."""
    form = recognised(data, filename, limits)
    packed = data.startswith(archive.SIGNATURE)
    if form == "qti":
        return form, Why.MANIFEST if packed else Why.ITEM
    if form == "table":
        return form, Why.WORKBOOK if packed or not filename.lower().endswith((".csv", ".tsv")) else Why.TABLE
    return form, {"moodle": Why.QUIZ, "aiken": Why.ANSWER_LINES, "gift": Why.BRACES}[form]
