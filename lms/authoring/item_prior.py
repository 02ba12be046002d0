"""The author's judgement of difficulty as a number (item-writing rules, section 5). Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

SHARES = (95, 90, 85, 80, 75, 70, 65, 60, 55, 50, 45, 40, 35, 30)
"""Of a hundred colleagues just at the boundary of the item's level, how many would get it right."""
MULTIPLE_GUESS = 0.03


def guess(item: Mapping[str, Any]) -> float:
    """The share that would be right without knowing anything."""
    options = item.get("options")
    if item.get("type") in ("single", "truefalse"):
        return 1 / len(options) if isinstance(options, list) and options else 0.25
    return MULTIPLE_GUESS if item.get("type") == "multiple" else 0.0


def prior_b(share: int, item: Mapping[str, Any]) -> float | None:
    """``ln((1 − p) / (p − c))`` to one decimal, in logits from the level's cut; None where the share is what guessing gives."""
    p, c = share / 100, guess(item)
    return round(math.log((1 - p) / (p - c)), 1) + 0.0 if p > c + 0.01 else None


def share_of(b: float, item: Mapping[str, Any]) -> int:
    """The share that a difficulty stands for, in per cent."""
    c = guess(item)
    return round(100 * (c + (1 - c) / (1 + math.exp(b)))) if abs(b) < 20 else (100 if b < 0 else round(100 * c))
