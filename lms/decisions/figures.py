"""The figures of decisions and plans: cells frozen as plain numbers, what a measure reads from them, and the hash (pure).

A cell is ``{required, evidence, met, not_yet, gap_milli}`` or None where it is hidden; ``gap_milli`` is the mean shortfall of those
with evidence in thousandths of a level. Values are thousandths: of the people asked, or of a level.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from lms.decisions.enums import Measure

Cells = Mapping[str, Mapping[str, int | None] | None]
ALL = ""
"""Instead of a competency: all of them together."""


class Cell(Protocol):
    """A unit's cell as competency reads it; ``gap`` in logits, which are levels here."""

    n_required: int
    n_evidence: int
    met: int
    not_yet: int
    gap: float | None


def plain(cell: Cell | None) -> dict[str, int | None] | None:
    """A cell as plain numbers; None stays None: it is hidden."""
    if cell is None:
        return None
    gap = None if cell.gap is None else round(1000 * cell.gap)
    return {"required": cell.n_required, "evidence": cell.n_evidence, "met": cell.met, "not_yet": cell.not_yet, "gap_milli": gap}


def value(cells: Cells, measure: Measure | str, competency: str) -> int | None:
    """What a measure reads; None where it is hidden, nobody is asked, or nobody has evidence of a shortfall."""
    chosen = [cell for code, cell in cells.items() if competency in (ALL, code)]
    if not chosen or any(cell is None for cell in chosen):
        return None
    return _read([dict(cell) for cell in chosen if cell], Measure(measure))


def _read(cells: list[dict[str, Any]], measure: Measure) -> int | None:
    required, evidence = (sum(cell[name] for cell in cells) for name in ("required", "evidence"))
    if measure is Measure.SHORTFALL:
        short = sum(cell["gap_milli"] * cell["evidence"] for cell in cells if cell["gap_milli"] is not None)
        return round(short / evidence) if evidence else None
    part = evidence if measure is Measure.COVERAGE else sum(cell["met"] for cell in cells)
    return round(1000 * part / required) if required else None


def better(measure: Measure | str) -> int:
    """1 where more is better, −1 where less is."""
    return -1 if Measure(measure) is Measure.SHORTFALL else 1


def way(start: int | None, now: int | None, target: int) -> int | None:
    """How much of the way from start to target is behind, in per cent from 0 to 100; None where it cannot be said."""
    if start is None or now is None:
        return None
    if start == target:
        return 100
    part = 100 * (now - start) / (target - start)
    return 100 if part >= 100 else min(max(round(part), 0), 99)  # all of the way is said only of a goal that is reached


def reached(measure: Measure | str, now: int | None, target: int) -> bool | None:
    """Whether a goal is reached; None where it cannot be said."""
    return None if now is None else better(measure) * (now - target) >= 0


def content_hash(parts: Mapping[str, Any]) -> str:
    """SHA-256 of the content in canonical JSON."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(known: object) -> str:
    return known.isoformat() if isinstance(known, date | datetime) else str(known)


def lines(cells: Cells, codes: Iterable[str]) -> list[tuple[str, Mapping[str, int | None] | None]]:
    """The cells in the framework's order; competencies that nobody is asked for are left out."""
    return [(code, cells[code]) for code in codes if code in cells]
