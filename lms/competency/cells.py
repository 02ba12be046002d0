"""Cells of the heat map in the database: collecting changes of leaves, and adding them to leaves and to the tree above.

Additions are relative (`x = x + delta`), in one fixed order of rows, so concurrent writers neither overwrite nor
deadlock each other. A row whose sums are all zero means the same as no row.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.competency.models import LeafRollup, TreeExpiry, TreeRollup
from lms.competency.rollup import SUMS, Contribution, Delta, Lapse, Sums
from lms.people.models import Unit

COLUMNS = tuple({"met": "n_met", "not_yet": "n_not_yet"}.get(name, name) for name in SUMS)
"""Columns of the rollup tables in the order of `rollup.SUMS`; `n_unclear` follows from them."""


class Leaf(NamedTuple):
    """Key of a leaf: the officials directly in a unit, at one post, with one target level."""

    unit_id: int
    position_id: int
    competency: str
    target_level: int


Branch = tuple[int, str]
"""(unit id, competency): key of a tree cell."""

Tree = tuple[dict[Branch, Sums], dict[tuple[Branch, Lapse], int]]
"""Sums and histogram bins of tree cells."""


class Changes:
    """Changes of leaves, added up before they are written."""

    def __init__(self) -> None:
        self.leaves: defaultdict[Leaf, Delta] = defaultdict(Delta)

    def add(self, leaf: Leaf, part: Contribution, times: int = 1) -> None:
        if part.sums and times:
            self.leaves[leaf].add(part, times)

    def write(self, session: Session) -> None:
        """Add everything to the tables."""
        leaves = {leaf: delta for leaf, delta in self.leaves.items() if delta}
        if not leaves:
            return
        sums, lapses = spread(leaves, ancestors(session, {leaf.unit_id for leaf in leaves}))
        _add_sums(session, LeafRollup, {leaf: delta.sums for leaf, delta in leaves.items() if delta.sums})
        _add_sums(session, TreeRollup, {branch: total for branch, total in sums.items() if total})
        _add_lapses(session, {key: count for key, count in lapses.items() if count})


def ancestors(session: Session, unit_ids: Iterable[int] | None = None) -> dict[int, list[int]]:
    """The ids from the root down to each unit itself; of all units when none are named."""
    query = select(Unit.id, Unit.path)
    rows = session.execute(query if unit_ids is None else query.where(Unit.id.in_(list(unit_ids))))
    return {unit_id: [int(part) for part in path.split("/") if part] for unit_id, path in rows}


def spread(leaves: Mapping[Leaf, Delta], above: Mapping[int, list[int]]) -> Tree:
    """What leaves add to every unit above them; leaves with target 0 ask for nothing and stay out."""
    totals: defaultdict[Branch, Delta] = defaultdict(Delta)
    for leaf, delta in leaves.items():
        for unit_id in above[leaf.unit_id] if leaf.target_level else ():
            branch = totals[unit_id, leaf.competency]
            branch.sums += delta.sums
            branch.lapses.update(delta.lapses)
    sums = {branch: delta.sums for branch, delta in totals.items()}
    lapses = Counter({(branch, lapse): n for branch, delta in totals.items() for lapse, n in delta.lapses.items()})
    return sums, dict(lapses)


def values(sums: Sums) -> dict[str, int]:
    """Column values of a cell's sums."""
    row = dict(zip(COLUMNS, (getattr(sums, name) for name in SUMS), strict=True))
    return row | {"n_unclear": sums.n_evidence - sums.met - sums.not_yet}


def sums_of(row: Any) -> Sums:
    """The sums in a row of a rollup table."""
    return Sums(*(getattr(row, name) for name in COLUMNS))


def expiry_day(lapse: Lapse) -> int:
    """The first day on which the state no longer holds: what the table keeps."""
    return lapse[1] + 1


def _add_sums(session: Session, model: type, cells: Mapping[tuple, Sums]) -> None:
    names = key_names(model)
    rows = [dict(zip(names, key, strict=True)) | values(cells[key]) for key in sorted(cells)]
    _upsert(session, model, rows, (*COLUMNS, "n_unclear"))


def _add_lapses(session: Session, lapses: Mapping[tuple[Branch, Lapse], int]) -> None:
    keys = sorted((unit_id, competency, str(lapse[0]), expiry_day(lapse), n) for ((unit_id, competency), lapse), n in lapses.items())
    _upsert(session, TreeExpiry, [dict(zip(("unit_id", "competency", "state", "day", "n"), key, strict=True)) for key in keys], ("n",))


def key_names(model: type) -> tuple[str, ...]:
    """Names of a table's key columns."""
    return tuple(column.name for column in model.__table__.primary_key)


def _upsert(session: Session, model: type, rows: list[dict[str, Any]], added: tuple[str, ...]) -> None:
    """Insert rows, or add their `added` columns to the rows that are there."""
    if not rows:
        return
    statement = insert_for(session, model)
    sums = {name: getattr(model, name) + statement.excluded[name] for name in added}
    session.execute(statement.on_conflict_do_update(index_elements=key_names(model), set_=sums), rows)


def insert_for(session: Session, model: type) -> Any:
    """The engine's own INSERT, which knows ON CONFLICT."""
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert
    return insert(model)


def sweep(session: Session) -> None:
    """Remove rows that say nothing any more; a nightly courtesy."""
    session.execute(delete(TreeExpiry).where(TreeExpiry.n == 0))
    for model in (LeafRollup, TreeRollup):
        session.execute(delete(model).where(model.n_required == 0, model.n_evidence == 0))
