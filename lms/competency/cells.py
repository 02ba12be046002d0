"""Cells of the heat map in the database: collecting changes of leaves, and adding them to leaves and to the tree above.

Additions are relative (`x = x + delta`), in one fixed order of rows, so concurrent writers neither overwrite nor
deadlock each other. A row whose sums are all zero means the same as no row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.competency.models import LeafRollup, TreeExpiry, TreeRollup
from lms.competency.rollup import SUMS, Contribution, Delta, Lapse, Sums
from lms.core.rows import Rows
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

Tree = Mapping[Branch, Delta]
"""Tree cells, or changes of them."""


class Changes:
    """Changes of leaves, added up before they are written."""

    def __init__(self) -> None:
        self.leaves: defaultdict[Leaf, Delta] = defaultdict(Delta)

    def add(self, leaf: Leaf, part: Contribution, times: int = 1) -> None:
        if part.sums and times:
            self.leaves[leaf].add(part, times)

    def exchange(self, leaf: Leaf, before: Contribution, after: Contribution) -> None:
        """Take one contribution away and add another."""
        if before != after:
            self.leaves[leaf].exchange(before, after)

    def write(self, session: Session) -> None:
        """Add everything to the tables."""
        leaves = {leaf: delta for leaf, delta in self.leaves.items() if delta}
        if not leaves:
            return
        tree = spread(leaves, ancestors(session, {leaf.unit_id for leaf in leaves}))
        _add_sums(session, LeafRollup, leaves)
        _add_sums(session, TreeRollup, tree)
        _add_lapses(session, tree)


def ancestors(session: Session, unit_ids: Iterable[int] | None = None) -> dict[int, list[int]]:
    """The ids from the root down to each unit itself; of all units when none are named."""
    query = select(Unit.id, Unit.path)
    rows = session.execute(query if unit_ids is None else query.where(Unit.id.in_(list(unit_ids))))
    return {unit_id: [int(part) for part in path.split("/") if part] for unit_id, path in rows}


def spread(leaves: Mapping[Leaf, Delta], above: Mapping[int, list[int]]) -> Tree:
    """What leaves add to every unit above them; leaves with target 0 ask for nothing and stay out."""
    units: defaultdict[Branch, Delta] = defaultdict(Delta)
    for leaf, delta in leaves.items():
        if leaf.target_level:
            units[leaf.unit_id, leaf.competency].merge(delta)
    totals: defaultdict[Branch, Delta] = defaultdict(Delta)
    for (unit_id, competency), delta in units.items():
        for place in above[unit_id]:
            totals[place, competency].merge(delta)
    return totals


def values(sums: Sums) -> dict[str, int]:
    """Column values of a cell's sums."""
    row = dict(zip(COLUMNS, sums, strict=True))
    row["n_unclear"] = sums.n_evidence - sums.met - sums.not_yet
    return row


_pick = attrgetter(*COLUMNS)


def sums_of(row: Any) -> Sums:
    """The sums in a row of a rollup table."""
    return Sums._make(_pick(row))


def expiry_day(lapse: Lapse) -> int:
    """The first day on which the state no longer holds: what the table keeps."""
    return lapse[1] + 1


def _add_sums(session: Session, model: type, cells: Mapping[tuple, Delta]) -> None:
    _addition(model, session.get_bind().dialect.name).write(session, ((*key, *_in_order(cells[key].sums)) for key in sorted(cells) if cells[key].sums))


def _in_order(sums: Sums) -> tuple[int, ...]:
    """The values of `values`, in the order of `_SUM_NAMES`."""
    return (*sums, sums.n_evidence - sums.met - sums.not_yet)


_SUM_NAMES = (*COLUMNS, "n_unclear")


def _add_lapses(session: Session, tree: Tree) -> None:
    rows = sorted((*branch, str(lapse[0]), expiry_day(lapse), n) for branch, delta in tree.items() for lapse, n in delta.lapses.items() if n)
    _addition(TreeExpiry, session.get_bind().dialect.name).write(session, rows)


@cache
def _addition(model: type, engine: str) -> Rows:
    """The engine's own INSERT, which knows ON CONFLICT: every column outside the key is added to what is there."""
    if engine == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert
    statement = insert(model.__table__)
    sums = {c.name: c + statement.excluded[c.name] for c in model.__table__.columns if not c.primary_key}
    names = ("n",) if model is TreeExpiry else _SUM_NAMES
    return Rows(statement.on_conflict_do_update(index_elements=key_names(model), set_=sums), (*key_names(model), *names))


@cache
def key_names(model: type) -> tuple[str, ...]:
    """Names of a table's key columns."""
    return tuple(column.name for column in model.__table__.primary_key)


def sweep(session: Session) -> None:
    """Remove rows that say nothing any more; a nightly courtesy."""
    session.execute(delete(TreeExpiry).where(TreeExpiry.n == 0))
    for model in (LeafRollup, TreeRollup):
        session.execute(delete(model).where(model.n_required == 0, model.n_evidence == 0))
