"""Reading where a unit began: the first released measurement of each of its cells."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.competency.models import UnitBaseline
from lms.competency.rollup import CellOnDay


class Baseline(NamedTuple):
    """The cell as it was released on the day `as_of`; mean, se and gap in logits."""

    as_of: date
    cell: CellOnDay


def baseline(session: Session, unit_id: int) -> dict[str, Baseline]:
    """By competency; none where no snapshot has released k people with evidence yet. Everybody may see it."""
    return baselines(session, [unit_id])[unit_id]


def baselines(session: Session, unit_ids: Collection[int]) -> dict[int, dict[str, Baseline]]:
    """The same for several units; each asked-for unit is there."""
    found: dict[int, dict[str, Baseline]] = {unit_id: {} for unit_id in unit_ids}
    for row in session.scalars(select(UnitBaseline).where(UnitBaseline.unit_id.in_(found))):
        logits = (None if value is None else value / 1000 for value in (row.mean_milli, row.se_milli, row.gap_milli))
        counts = row.n_required, row.n_evidence, row.met, row.not_yet, row.unclear, row.no_evidence
        found[row.unit_id][row.competency] = Baseline(row.as_of, CellOnDay(*counts, *logits))
    return found
