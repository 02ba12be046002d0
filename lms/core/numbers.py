"""Whole numbers out of forms and addresses."""

from __future__ import annotations

MOST = 2**63 - 1
"""The largest whole number that a database keeps."""


def whole(text: str, *, least: int = 0, most: int = MOST) -> int | None:
    """The number from ``least`` to ``most`` that ``text`` writes in digits, those of full width too; None for everything else."""
    text = text.strip()
    if not text.isdecimal() or len(text) > len(str(MOST)):
        return None
    number = int(text)
    return number if least <= number <= most else None
