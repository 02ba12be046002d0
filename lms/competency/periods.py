"""Which cells of a unit tree are renewed from one release to the next, so that two of them subtracted tell of nobody (pure).

Whoever keeps the release before can subtract it from the next. What can be worked out so - the change of a shown cell,
and the change of what a parent leaves after its shown children - is therefore nothing, or the movement of at least five
people between states. A cell that moved less keeps the numbers it had, and as many others with it as it takes. A cell
that was hidden comes back only when those hidden with it before remain safe even if nobody changed in between.

Keeping what was published is always safe, so the fallback of every family is to keep it whole. Without a release
before, the rule is that of ``suppression``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from lms.competency.suppression import Counts, K, Key, Node, rest_is_safe, showable, total

Before = Mapping[Key, Counts | None]
"""The release before: None where a cell was hidden, no entry where there was none."""

Change = tuple[int, int, int]


class Fate(Enum):
    """What becomes of a cell. KEPT: what the release before said of it, be it numbers or nothing; FRESH: today's numbers."""

    FRESH = "fresh"
    KEPT = "kept"
    HIDDEN = "hidden"


class _Cell(NamedTuple):
    key: Key
    now: Counts
    below: tuple[_Cell, ...]


def fates(root: Node, before: Before) -> dict[Key, Fate]:
    """What becomes of every cell of the hierarchy. Deterministic: the smallest is kept back first, then by code."""
    held: set[Key] = set()
    top = _cell(root)
    _decide(top, before, held)
    found: dict[Key, Fate] = {}
    _spread(top, before, held, found, inherited=False)
    return found


def moved(change: Change) -> int:
    """The least number of people whose changes of state explain a difference of counts."""
    return max(sum(part for part in change if part > 0), -sum(part for part in change if part < 0))


def tells_of_nobody(change: Change) -> bool:
    """Whether a difference may be known: nothing at all, or at least five people."""
    return not any(change) or moved(change) >= K


def _cell(node: Node) -> _Cell:
    below = tuple(_cell(child) for child in node.children)
    now = total([node.direct, *(cell.now for cell in below)])
    if below:
        below = (*below, _Cell((node.code, True), node.direct, ()))
    return _Cell((node.code, False), now, below)


def _less(now: Sequence[int], then: Sequence[int]) -> Change:
    met, not_yet, unclear = (a - b for a, b in zip(now, then, strict=True))
    return met, not_yet, unclear


def _change(cell: _Cell, before: Before) -> Change | None:
    """How its states changed since the release before; None where that said nothing."""
    then = before.get(cell.key)
    return None if then is None else _less(cell.now.states, then.states)


def _decide(cell: _Cell, before: Before, held: set[Key]) -> None:
    for child in cell.below:
        _decide(child, before, held)
    change = _change(cell, before)
    if not showable(cell.now) or not (change is None or tells_of_nobody(change)) or not _protect(cell, before, held):
        held.add(cell.key)


def _protect(cell: _Cell, before: Before, held: set[Key]) -> bool:
    """Hold back more of the children until the family is safe. False when even holding all of them does not help."""
    family = [child for child in cell.below if child.now.n_required > 0 or before.get(child.key)]
    closed = [child for child in family if child.key in held]
    fresh = sorted((child for child in family if child.key not in held), key=lambda c: (c.now.n_evidence, c.key))
    while not _safe(cell, closed, fresh, before):
        if not fresh:
            return False
        # the smallest that helps at once, else the smallest
        chosen = next((c for c in fresh if _safe(cell, [*closed, c], [o for o in fresh if o is not c], before)), fresh[0])
        fresh.remove(chosen)
        closed.append(chosen)
        held.add(chosen.key)
    return True


def _safe(parent: _Cell, closed: Sequence[_Cell], fresh: Sequence[_Cell], before: Before) -> bool:
    """Whether a fresh parent beside fresh and closed children gives no small group away, today or against the release before."""
    unknown = [cell for cell in closed if _change(cell, before) != (0, 0, 0)]  # who did not change is known from before
    if not rest_is_safe([cell.now for cell in unknown]):
        return False
    return before.get(parent.key) is None or _safe_against(parent, closed, fresh, before)


def _safe_against(parent: _Cell, closed: Sequence[_Cell], fresh: Sequence[_Cell], before: Before) -> bool:
    still = [cell.now for cell in closed if before.get(cell.key) is None]
    if any(before.get(cell.key) is None for cell in fresh) and not rest_is_safe(still):
        return False
    return tells_of_nobody(_change_of_rest(parent, fresh, before))


def _change_of_rest(parent: _Cell, fresh: Sequence[_Cell], before: Before) -> Change:
    """What subtraction tells of all that was not, or is not, shown by itself."""
    known = [change for cell in fresh if (change := _change(cell, before)) is not None]
    whole = _change(parent, before) or (0, 0, 0)
    met, not_yet, unclear = (whole[i] - sum(change[i] for change in known) for i in range(3))
    return met, not_yet, unclear


def _spread(cell: _Cell, before: Before, held: set[Key], found: dict[Key, Fate], *, inherited: bool) -> None:
    inherited = inherited or cell.key in held
    found[cell.key] = Fate.FRESH if not inherited else Fate.KEPT if before.get(cell.key) else Fate.HIDDEN
    for child in cell.below:
        _spread(child, before, held, found, inherited=inherited)
