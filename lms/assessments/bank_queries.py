"""What the rooms above may use of banks in files (pure but for reading them)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lms.assessments import sources
from lms.assessments.enums import Cognitive, Kind, Use
from lms.assessments.package import Bank, Question, parameters
from lms.assessments.package import questions as parts_of

__all__ = ["APPLIED", "Kind", "Use", "banks", "file_parameters", "parts_of"]

APPLIED = frozenset({Cognitive.APPLY, Cognitive.ANALYSE})


def banks(slugs: Sequence[str] = (), root: Path | None = None) -> dict[str, Bank]:
    """The faultless banks of a content folder by slug; all of them, or those named (unknown names are left out)."""
    reports = ((path.stem, sources.read(path)) for path in sources.bank_files(root) if not slugs or path.stem in slugs)
    return {slug: report.bank for slug, report in reports if report.bank}


def file_parameters(question: Question, *, in_set: bool, cuts_milli: Sequence[int]) -> tuple[int, int, int, int]:
    """An item's numbers before any data, as stored: a, b in thousandths, c in ten-thousandths, Vb in millionths."""
    numbers = parameters(question, in_set=in_set, cuts_milli=cuts_milli)
    return numbers.a_milli, numbers.b_milli, numbers.c_e4, numbers.vb_micro
