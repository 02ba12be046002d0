"""Keeping the first measurement of a unit as its baseline, from the snapshot that released it."""

from __future__ import annotations

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from lms.competency.models import Snapshot, SnapshotCell, UnitBaseline

_CELL, _BASE = SnapshotCell.__table__.c, UnitBaseline.__table__.c
_NUMBERS = [column.name for column in _BASE if not column.primary_key and column.name != "as_of"]


def keep_first(session: Session, snapshot: Snapshot) -> None:
    """The cells of whole units that a snapshot shows with k people with evidence for the first time stay for good.

    Only what the snapshot released is kept, so a baseline says nothing that was not said on its day.
    """
    kept = select(_BASE.unit_id).where(_BASE.unit_id == _CELL.unit_id, _BASE.competency == _CELL.competency).exists()
    first = select(_CELL.unit_id, _CELL.competency, literal(snapshot.as_of), *(_CELL[name] for name in _NUMBERS)).where(
        _CELL.snapshot_id == snapshot.id, _CELL.direct.is_(False), _CELL.n_evidence >= snapshot.k, ~kept
    )
    session.execute(insert(UnitBaseline).from_select(["unit_id", "competency", "as_of", *_NUMBERS], first))
