"""The table of what courses are worth, for files and the command line."""

from __future__ import annotations

from collections.abc import Iterable

from lms.core.i18n import pick
from lms.psychometrics.effect_queries import Worth

HEADING = ("course", "title", "competency", "officials", "before", "after", "change", "se", "low", "high", "d_z", "expected", "learned_from")
FEW = "<5"


def rows(lines: Iterable[Worth]) -> list[tuple[object, ...]]:
    """A row a line, the heading first; on the skills scale; empty where fewer than five officials were measured."""
    return [HEADING, *(_row(line) for line in lines)]


def _row(line: Worth) -> tuple[object, ...]:
    low, high = line.interval or ("", "")
    n = FEW if line.few and line.n else line.n
    shown = ("" if value is None else value for value in (line.before, line.after, line.change, line.se))
    d_z = "" if line.d_z is None else round(line.d_z, 2)
    return (line.slug, pick(line.course), line.competency, n, *shown, low, high, d_z, line.expected, line.learned_from)
