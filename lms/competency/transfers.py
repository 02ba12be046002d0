"""What a transfer would change: both units' coverage and gaps before and after, and the person's own gaps (pure).

Nothing is stored. A unit counts everyone at it and below it, so a move inside a unit changes it only where the post changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol


class Cell(Protocol):
    """A unit's cell; ``gap`` the mean shortfall of those with evidence, in logits."""

    n_required: int
    n_evidence: int
    met: int
    not_yet: int
    gap: float | None


@dataclass(frozen=True, slots=True)
class Share:
    """What one person is in a cell: what is asked of them, the state, the shortfall in milli-logits."""

    target: int
    kind: str
    shortfall_milli: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """A unit's numbers in one competency; ``short_milli`` is the sum of shortfalls of those with evidence."""

    required: int = 0
    evidence: int = 0
    met: int = 0
    not_yet: int = 0
    short_milli: int = 0

    def add(self, share: Share | None, times: int) -> Figures:
        """With the person's share ``times`` times more: 1 to add it, −1 to take it away."""
        if share is None or share.target == 0:
            return self
        known = share.kind != "no_evidence"
        return replace(
            self,
            required=self.required + times,
            evidence=self.evidence + times * known,
            met=self.met + times * (share.kind == "met"),
            not_yet=self.not_yet + times * (share.kind == "not_yet"),
            short_milli=self.short_milli + times * share.shortfall_milli,
        )

    @property
    def gap_milli(self) -> int | None:
        """Mean shortfall of those with evidence."""
        return round(self.short_milli / self.evidence) if self.evidence else None


@dataclass(frozen=True, slots=True)
class Line:
    """One competency of a unit, before and after."""

    competency: str
    before: Figures
    after: Figures

    @property
    def changes(self) -> bool:
        return self.before != self.after


def figures(cell: Cell | None) -> Figures:
    """The numbers of a cell; None is an empty one."""
    if cell is None:
        return Figures()
    short = round((cell.gap or 0.0) * 1000 * cell.n_evidence)
    return Figures(cell.n_required, cell.n_evidence, cell.met, cell.not_yet, short)


def lines(cells: Mapping[str, Cell | None], codes: Iterable[str], *, leaving: Mapping[str, Share] | None, joining: Mapping[str, Share] | None) -> list[Line]:
    """The unit's competencies before and after: ``leaving`` and ``joining`` are the person's shares, None where they do not leave or join it."""
    found = []
    for code in codes:
        before = figures(cells.get(code))
        after = before.add((leaving or {}).get(code), -1).add((joining or {}).get(code), 1)
        if before.required or after.required:
            found.append(Line(code, before, after))
    return found


@dataclass(frozen=True, slots=True)
class Sum:
    """A unit over all its competencies, in pairs of person and competency."""

    required: int
    evidence: int
    met: int
    not_yet: int


def total(parts: Sequence[Figures]) -> Sum:
    """The sum of many."""
    return Sum(*(sum(getattr(part, name) for part in parts) for name in ("required", "evidence", "met", "not_yet")))
