"""Stored equals derived: everything computed again from facts, compared with the tables, and put right where it differs.

One pass over officials by id with three streams (responses, completions, stored rows); memory grows with units and
posts, not with officials.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from lms.competency import evidence
from lms.competency.actions import TABLE, Place, Stored, decide_anew, update_rows
from lms.competency.cells import Changes, Leaf, ancestors, expiry_day, key_names, spread, sums_of, values
from lms.competency.enums import StateKind
from lms.competency.estimates import addition, columns, constants_version, rules
from lms.competency.evidence import STREAM
from lms.competency.models import LeafRollup, TargetVersion, TreeExpiry, TreeRollup
from lms.competency.rollup import NO_SUMS, Contribution, Delta, unproven
from lms.competency.target_queries import full_book
from lms.competency.targeting import Profile
from lms.competency.touched_actions import touch
from lms.people.models import Official, Unit

WRITE_BATCH = 1000


class Difference(NamedTuple):
    """A row that is stored otherwise than derived; None where there is no such row."""

    table: str
    key: tuple
    stored: Stored | None
    derived: Stored | None

    def __str__(self) -> str:
        name = f"{self.table} {', '.join(map(str, self.key))}"
        if self.stored is None or self.derived is None:
            return f"{name}: {'missing' if self.stored is None else 'not derived from any fact'}"
        parts = (f"{c} {self.stored[c]!r} instead of {value!r}" for c, value in self.derived.items() if self.stored[c] != value)
        return f"{name}: {'; '.join(parts)}"


def differences(session: Session) -> Iterator[Difference]:
    """Every row that differs, estimates first, then cells. Reads only."""
    changes = Changes()
    yield from _estimates(session, changes)
    yield from _leaves(session, changes)
    yield from _tree(session, changes.leaves)


def rebuild(session: Session, *, now: datetime) -> Counter[str]:
    """Put every differing row right; answers how many, by table. Writers of cells wait until the transaction ends."""
    lock(session)
    written: Counter[str] = Counter()
    pending: list[Difference] = []
    for difference in differences(session):
        if pending and (difference.table != pending[0].table or len(pending) == WRITE_BATCH):
            _correct(session, pending)
            pending = []
        pending.append(difference)
        written[difference.table] += 1
    _correct(session, pending)
    return written


def made_otherwise(session: Session) -> bool:
    """Whether any estimate was made with other cuts, rules or constants than those in force."""
    return session.scalar(select(TABLE.c.official_id).where(~TABLE.c.model.startswith(f"{constants_version()}/", autoescape=True)).limit(1)) is not None


def lock(session: Session) -> None:
    """Keep other writers out, where the engine lets several write at once. Every change of estimates locks officials first."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE official IN EXCLUSIVE MODE"))


def freeze(session: Session) -> None:
    """Make all reads of a session see one moment; SQLite's do already. Call before the first read."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _estimates(session: Session, changes: Changes) -> Iterator[Difference]:
    in_force, targets, heads = rules(), full_book(session), Counter()
    facts = evidence.of_everyone(session)
    stored = evidence.by_official(session, select(TABLE), TABLE.c.official_id)
    current, held = next(facts, None), next(stored, None)
    for official_id, place in _officials(session):
        profile = targets.profile(official_id, place.home, place.position_id)
        if place.unit_id is not None:
            heads[place, profile] += 1
        known = current[1] if current and current[0] == official_id else {}
        rows = {row.competency: row._mapping for row in held[1]} if held and held[0] == official_id else {}
        derived = _derive(known, profile.levels, in_force)
        _add_rows(changes, place, derived, in_force)
        yield from _compare("proficiency", rows, derived, lambda code, owner=official_id: (owner, code))
        current = next(facts, None) if known else current
        held = next(stored, None) if rows else held
    _add_heads(changes, heads)


def _officials(session: Session) -> Iterator[tuple[int, Place]]:
    query = select(Official.id, Official.unit_id, Official.position_id, Official.active).order_by(Official.id)
    with session.execute(query, execution_options=STREAM) as rows:
        for row in rows:
            yield row.id, Place(row.unit_id if row.active else None, row.position_id, row.unit_id)


def _derive(known: Mapping[str, evidence.Facts], targets: Mapping[str, int], in_force: Any) -> dict[str, Stored]:
    rows = {code: columns(facts, targets.get(code, 0), in_force) for code, facts in known.items()}
    return {code: row for code, row in rows.items() if row is not None}


def _add_rows(changes: Changes, place: Place, rows: Mapping[str, Stored], in_force: Any) -> None:
    for code, row in rows.items() if place.unit_id is not None else ():
        leaf = Leaf(place.unit_id, place.position_id, code, row["target_level"])
        changes.add(leaf, unproven(leaf.target_level), -1)
        changes.add(leaf, addition(row, in_force))


def _add_heads(changes: Changes, heads: Mapping[tuple[Place, Profile], int]) -> None:
    for (place, profile), count in heads.items():
        for code, target in profile.levels.items():
            changes.add(Leaf(place.unit_id, place.position_id, code, target), unproven(target), count)


def _compare(table: str, stored: Mapping[Any, Stored], derived: Mapping[Any, Stored], key: Any = lambda name: name) -> Iterator[Difference]:
    for name in sorted(stored.keys() | derived.keys()):
        was, is_ = stored.get(name), derived.get(name)
        if was is None or is_ is None or any(was[column] != value for column, value in is_.items()):
            yield Difference(table, key(name), was, is_)


def _leaves(session: Session, changes: Changes) -> Iterator[Difference]:
    derived = {leaf: values(delta.sums) for leaf, delta in changes.leaves.items() if delta.sums}
    yield from _compare("leaf_rollup", _cells(session, LeafRollup), derived)


def _tree(session: Session, leaves: Mapping[Leaf, Delta]) -> Iterator[Difference]:
    tree = spread(leaves, ancestors(session))
    yield from _compare("tree_rollup", _cells(session, TreeRollup), {branch: values(delta.sums) for branch, delta in tree.items() if delta.sums})
    derived = {(*branch, str(lapse[0]), expiry_day(lapse)): {"n": n} for branch, delta in tree.items() for lapse, n in delta.lapses.items() if n}
    stored = {(row.unit_id, row.competency, row.state, row.day): {"n": row.n} for row in session.execute(select(TreeExpiry.__table__)) if row.n}
    yield from _compare("tree_expiry", stored, derived)


def _cells(session: Session, model: type) -> dict[tuple, Stored]:
    """Stored cells by key; an all-zero row is no row."""
    names = key_names(model)
    rows = session.execute(select(model.__table__), execution_options=STREAM)
    key = attrgetter(*names)
    return {key(row): row._mapping for row in rows if sums_of(row)}


TABLES: dict[str, Any] = {t.name: t for t in (TABLE, LeafRollup.__table__, TreeRollup.__table__, TreeExpiry.__table__)}


def _correct(session: Session, wrong: list[Difference]) -> None:
    """Write the derived rows of one table over the stored ones."""
    if not wrong:
        return
    table = TABLES[wrong[0].table]
    names = [column.name for column in table.primary_key]
    updated = table is TABLE  # cells are replaced: an all-zero row may be there without counting as stored
    fresh, changed = [], []
    for difference in wrong:
        key = dict(zip(names, difference.key, strict=True))
        if difference.derived is None or not updated:
            session.execute(delete(table).where(*(table.c[name] == part for name, part in key.items())))
        if difference.derived is not None:
            (changed if updated and difference.stored is not None else fresh).append(key | dict(difference.derived))
    if updated:
        touch(session, {difference.key[0] for difference in wrong})
    update_rows(session, changed)
    if fresh:
        session.execute(insert(table), fresh)


def rebuild_tree(session: Session, unit_ids: Collection[int], *, now: datetime) -> None:
    """Make tree cells anew from leaves and stored states, after the units named were hung elsewhere.

    What units ask for themselves holds for those below them: then their people may be asked for something else.
    """
    lock(session)
    if session.execute(_UNIT_RULES).first():
        _recount(session, unit_ids, now)
    changes = Changes()
    for row in session.execute(select(LeafRollup.__table__), execution_options=STREAM):
        changes.leaves[Leaf(row.unit_id, row.position_id, row.competency, row.target_level)].sums = sums_of(row)
    _add_lapses(session, changes)
    pending = list(_tree(session, changes.leaves))
    for table in ("tree_rollup", "tree_expiry"):
        _correct(session, [difference for difference in pending if difference.table == table])


_UNIT_RULES = select(TargetVersion.id).where(TargetVersion.active, TargetVersion.unit_id.is_not(None)).limit(1)


def _recount(session: Session, unit_ids: Collection[int], now: datetime) -> None:
    """Resolve the targets of everyone in the subtrees anew, and make the leaves there from what is stored."""
    tops = session.scalars(select(Unit.path).where(Unit.id.in_(unit_ids))).all()
    units = [unit for unit, path in session.execute(select(Unit.id, Unit.path)) if path.startswith(tuple(tops))]
    changes, in_force, targets, heads = Changes(), rules(), full_book(session), Counter()
    for batch in evidence.batches(units):
        stands = session.execute(select(Official.id, Official.unit_id, Official.position_id, Official.active).where(Official.unit_id.in_(batch))).all()
        places = {row.id: Place(row.unit_id if row.active else None, row.position_id, row.unit_id) for row in stands}
        touch(session, places)
        profiles = {one: targets.profile(one, place.home, place.position_id) for one, place in places.items()}
        heads.update((place, profiles[one]) for one, place in places.items() if place.unit_id is not None)
        for official_id, code, row in decide_anew(session, profiles, now=now):
            _add_rows(changes, places[official_id], {code: row}, in_force)
        session.execute(delete(LeafRollup).where(LeafRollup.unit_id.in_(batch)))
    _add_heads(changes, heads)
    names = key_names(LeafRollup)
    rows = [dict(zip(names, leaf, strict=True)) | values(delta.sums) for leaf, delta in changes.leaves.items() if delta.sums]
    if rows:
        session.execute(insert(LeafRollup.__table__), rows)


def _add_lapses(session: Session, changes: Changes) -> None:
    o, p = Official.__table__, TABLE
    columns_ = (o.c.unit_id, o.c.position_id, p.c.competency, p.c.target_level, p.c.state, p.c.confirmed_until)
    query = select(*columns_).join(o, o.c.id == p.c.official_id).where(o.c.active, p.c.confirmed_until.is_not(None))
    for row in session.execute(query, execution_options=STREAM):
        changes.leaves[Leaf(*row[:4])].add(Contribution(NO_SUMS, (StateKind(row.state), row.confirmed_until)))
