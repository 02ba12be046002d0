"""`lms gaps`: a unit and its children by competency, from the last snapshot, as table, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.competency.queries import latest_snapshot, snapshot_cells
from lms.competency.rollup import CellOnDay
from lms.core import framework
from lms.core.errors import NotFound, Refused
from lms.people.models import Unit

HIDDEN = CellOnDay(*[None] * len(CellOnDay._fields))
NOBODY = CellOnDay(0, 0, 0, 0, 0, 0, None, None, None)
COLUMNS = ("unit", "competency", *CellOnDay._fields)


@dataclass(frozen=True, slots=True)
class GapTable:
    """`rows` have the keys of COLUMNS; a suppressed number is None. Mean, se and gap in logits."""

    unit: str
    as_of: str
    competencies: list[str]
    rows: list[dict[str, Any]]


def of_unit(session: Session, code: str) -> GapTable:
    """The unit itself first, then its children by code. Raises NotFound and, before the first snapshot, Refused."""
    unit = session.scalar(select(Unit).where(Unit.code == code))
    if unit is None:
        raise NotFound(f"There is no unit with the code {code}.")
    snapshot = latest_snapshot(session)
    if snapshot is None:
        raise Refused("There is no snapshot yet. Take one with --refresh.")
    children = session.scalars(select(Unit).where(Unit.parent_id == unit.id).order_by(Unit.code)).all()
    cells, codes = snapshot_cells(session, snapshot, unit), list(framework.read().codes)
    rows = [_row(place.code, name, cells[place.id, False].get(name, NOBODY)) for place in (unit, *children) for name in codes]
    return GapTable(unit.code, snapshot.as_of.isoformat(), codes, rows)


def _row(unit: str, competency: str, cell: CellOnDay | None) -> dict[str, Any]:
    return {"unit": unit, "competency": competency, **(cell or HIDDEN)._asdict()}


def as_json(table: GapTable) -> str:
    return json.dumps(asdict(table), ensure_ascii=False, indent=1) + "\n"


def as_csv(table: GapTable) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table.rows)
    return out.getvalue()


def as_table(table: GapTable) -> str:
    """For a terminal; what is hidden shows as a dot."""
    lines = [f"Unit {table.unit}, snapshot of {table.as_of}; · = hidden or nobody", _line(COLUMNS)]
    lines += [_line([row[name] for name in COLUMNS]) for row in table.rows]
    return "\n".join(lines) + "\n"


def _line(values: Any) -> str:
    return " ".join(_text(value).rjust(11) for value in values)


def _text(value: Any) -> str:
    if value is None:
        return "·"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


WRITERS: dict[str, Callable[[GapTable], str]] = {"table": as_table, "json": as_json, "csv": as_csv}
