"""The page about agreement, put together: kappa by item and task, and over all; small numbers are not shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from lms.core.i18n import pick
from lms.marking.agreement import Pair, weighted_kappa, words_of
from lms.marking.queries import Double

LEAST = 5
"""Fewer double marks say nothing, and would let one see a single pair."""


def rows(doubles: Sequence[Double]) -> list[dict[str, Any]]:
    """One line for all work samples, one for all short answers, then one a task and item."""
    groups: defaultdict[tuple[str, str], list[Double]] = defaultdict(list)
    for one in doubles:
        groups[one.kind, one.name].append(one)
    names = {"work": _("All work samples"), "answer": _("All short answers")}
    totals = [_row(name, kind, [one for one in doubles if one.kind == kind]) for kind, name in names.items()]
    return [*totals, *(_row(pick(found[0].title), kind, found, code) for (kind, code), found in sorted(groups.items()))]


def _row(name: str, kind: str, doubles: Sequence[Double], code: str = "") -> dict[str, Any]:
    n = len(doubles)
    kappa = weighted_kappa([pair for one in doubles for pair in pairs(one)]) if n >= LEAST else None
    said = _words(kappa) if n >= LEAST else _("shown from %(n)d double marks on", n=LEAST)
    return {"name": name, "code": code, "kind": kind, "n": n, "kappa": "" if kappa is None else f"{kappa:.2f}", "words": said}


def pairs(one: Double) -> list[Pair]:
    """The two marks as numbers: grades by criterion for work samples, the share of all points for short answers."""
    if one.kind == "work":
        return list(zip(one.first, one.second, strict=True))
    return [(sum(one.first) / sum(one.points), sum(one.second) / sum(one.points))]


def _words(kappa: float | None) -> str:
    if kappa is None:
        return _("all marks are the same, so there is nothing to compare")
    return {
        "poor": _("no better than chance"),
        "slight": _("slight"),
        "fair": _("fair"),
        "moderate": _("moderate"),
        "substantial": _("substantial"),
        "almost_perfect": _("nearly complete"),
    }[words_of(kappa)]
