"""Keeping estimates and cells true: after responses, completions, moves and new targets, in the caller's transaction.

Every action takes away what a pair added before and adds what it adds now. Officials are locked first, by id, and
cells last, in one order, so transactions wait for each other instead of deadlocking.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from lms.competency import evidence
from lms.competency.cells import Changes, Leaf
from lms.competency.enums import StateKind
from lms.competency.estimates import addition, against, columns, known, rules
from lms.competency.evidence import Pair, batches
from lms.competency.models import Proficiency, StateChange, Target
from lms.competency.rollup import unproven
from lms.competency.states import Rules
from lms.competency.target_queries import book
from lms.competency.targeting import BASELINE, Book, Profile, differences
from lms.competency.touched_actions import touch
from lms.core import clock
from lms.core.rows import Rows
from lms.people.events import OfficialMoved, Placement
from lms.people.models import Official, Position

TABLE = Proficiency.__table__
Stored = Mapping[str, Any]
"""Columns of a proficiency row."""


_IDS = bindparam("ids", expanding=True)
# key_share: facts that refer to an official do not wait, writers of the same official do
_PLACES = (
    select(Official.id, Official.unit_id, Official.position_id, Official.active)
    .where(Official.id.in_(_IDS))
    .order_by(Official.id)
    .with_for_update(key_share=True)
)
_STORED = select(TABLE).where(TABLE.c.official_id.in_(_IDS))


class Place(NamedTuple):
    """Where an official stands; `unit_id` is None for the inactive, who count nowhere. `home` is their unit all the same."""

    unit_id: int | None
    position_id: int
    home: int


class Changed(NamedTuple):
    """A state that is not what it was."""

    official_id: int
    competency: str
    before: str
    after: str


Watch = Callable[[Mapping[Pair, Stored], Mapping[Pair, Stored | None]], None]
"""Shown the stored rows of some pairs before and after a replay; a pair without evidence has no row, or None."""


def replay_pairs(session: Session, *, pairs: Iterable[Pair], now: datetime, watch: Watch | None = None) -> list[Changed]:
    """Make the estimates of `pairs` anew from all their facts, and the cells with them; answers whose state changed."""
    pairs = set(pairs)
    places = _lock_officials(session, {official_id for official_id, _ in pairs})
    targets, in_force, changes = profiles_of(book_of(session, places), places), rules(), Changes()
    codes: defaultdict[int, set[str]] = defaultdict(set)
    changed: list[Changed] = []
    for official_id, code in pairs:
        codes[official_id].add(code)
    for ids in batches(places):
        wanted = {(official_id, code): targets[official_id].levels.get(code, 0) for official_id in ids for code in codes[official_id]}
        facts, before = evidence.of_pairs(session, wanted), _stored(session, ids)
        after = {pair: columns(facts[pair], target, in_force) for pair, target in wanted.items()}
        for pair, target in wanted.items():
            _exchange(changes, places[pair[0]], pair[1], target, before.get(pair), after[pair], in_force)
        changed += _write_rows(session, before, after, now)
        if watch:
            watch(before, after)
    changes.write(session)
    return changed


def book_of(session: Session, places: Mapping[int, Place]) -> Book:
    """The rules that matter for officials where they stand."""
    return book(session, [(official_id, place.home, place.position_id) for official_id, place in places.items()])


def profiles_of(known: Book, places: Mapping[int, Place]) -> dict[int, Profile]:
    """What is asked of each official."""
    return {official_id: known.profile(official_id, place.home, place.position_id) for official_id, place in places.items()}


def _exchange(changes: Changes, place: Place, code: str, target: int, before: Stored | None, after: Stored | None, in_force: Rules) -> None:
    """Take away what the pair added to its cell and add what it adds now."""
    if place.unit_id is None:
        return
    leaf = Leaf(place.unit_id, place.position_id, code, target)
    changes.exchange(leaf, addition(before, in_force) if before else unproven(target), addition(after, in_force) if after else unproven(target))


def place_officials(session: Session, *, moves: Sequence[OfficialMoved], now: datetime) -> None:
    """Officials were added, moved, given another post, deactivated or reactivated: their record goes along."""
    by_id = _end_to_end(moves)
    places = _lock_officials(session, set(by_id))
    spots = [(m.official_id, p.unit_id, p.position_id) for m in by_id.values() for p in (m.before, m.after) if p]
    known_rules = book(session, [*spots, *((official_id, place.home, place.position_id) for official_id, place in places.items())])
    targets, in_force, changes = profiles_of(known_rules, places), rules(), Changes()
    _count_heads(changes, by_id.values(), known_rules)
    touch(session, by_id)
    for batch in batches(by_id):
        before = _stored(session, batch)
        after = {pair: _retargeted(row, targets[pair[0]].levels.get(pair[1], 0), in_force) for pair, row in before.items()}
        for pair, row in before.items():
            move = by_id[pair[0]]
            _shift(changes, move.before, row, -1, in_force)
            _shift(changes, move.after, after[pair], 1, in_force)
        _write_rows(session, before, after, now)
    changes.write(session)


def _end_to_end(moves: Iterable[OfficialMoved]) -> dict[int, OfficialMoved]:
    """One move an official: from where the first began to where the last ended."""
    joined: dict[int, OfficialMoved] = {}
    for move in moves:
        first = joined.get(move.official_id, move)
        joined[move.official_id] = OfficialMoved(move.official_id, first.before, move.after)
    return joined


def _count_heads(changes: Changes, moves: Iterable[OfficialMoved], known_rules: Book) -> None:
    """Everyone as if without evidence: required wherever they are asked for it. One addition a unit, post and profile."""
    heads: Counter[tuple[Placement, Profile]] = Counter()
    for move in moves:
        for place, sign in ((move.after, 1), (move.before, -1)):
            if place is not None:  # the inactive count nowhere
                heads[place, known_rules.profile(move.official_id, place.unit_id, place.position_id)] += sign
    for (place, profile), times in heads.items():
        for code, target in profile.levels.items():
            changes.add(Leaf(place.unit_id, place.position_id, code, target), unproven(target), times)


def _shift(changes: Changes, place: Placement | None, row: Stored, times: int, in_force: Rules) -> None:
    """Turn a counted head into one with evidence (1), or back (-1)."""
    if place is not None:
        _prove(changes, Leaf(place.unit_id, place.position_id, row["competency"], row["target_level"]), row, times, in_force)


def _prove(changes: Changes, leaf: Leaf, row: Stored, times: int, in_force: Rules) -> None:
    changes.add(leaf, unproven(leaf.target_level), -times)
    changes.add(leaf, addition(row, in_force), times)


def set_targets(session: Session, *, position_id: int, levels: Mapping[str, int], critical: Iterable[str] = (), now: datetime) -> list[str]:
    """Give a position the profile of the framework; answers the codes whose level changed. Cells and states follow."""
    before = targets_of(session, {position_id})[position_id]
    changed = sorted(differences(before, levels))
    critical = set(critical)
    rows = [{"position_id": position_id, "competency": code, "level": level, "critical": code in critical} for code, level in levels.items() if level]

    def write() -> None:
        session.execute(delete(Target).where(Target.position_id == position_id))
        if rows:
            session.execute(insert(Target), rows)

    if changed:
        baseline = session.scalar(select(Position.code).where(Position.id == position_id)) == BASELINE
        concerned = select(Official.id) if baseline else select(Official.id).where(Official.position_id == position_id)
        regroup(session, official_ids=set(session.scalars(concerned)), change=write, now=now)
    else:
        write()
    return changed


Regrouped = Mapping[int, tuple[Profile, Profile]]
"""Of each official of whom something else is asked: what was and what is."""


def regroup(session: Session, *, official_ids: set[int], change: Callable[[], None], now: datetime, reason: str = "") -> tuple[Regrouped, list[Changed]]:
    """Do `change`, which makes other rules hold for these officials, and move each from the leaves of what was asked to
    those of what is. All others must be asked the same as before."""
    places = _lock_officials(session, official_ids)
    was = profiles_of(book_of(session, places), places)
    change()
    session.flush()
    is_ = profiles_of(book_of(session, places), places)
    moved = {one: (was[one], is_[one]) for one in places if was[one].levels != is_[one].levels}
    changes, in_force = Changes(), rules()
    _move_heads(changes, places, moved)
    touch(session, moved)
    changed: list[Changed] = []
    for batch in batches(moved):
        changed += _move_rows(session, changes, places, {one: differences(moved[one][0].levels, moved[one][1].levels) for one in batch}, in_force, now, reason)
    changes.write(session)
    return moved, changed


def _move_heads(changes: Changes, places: Mapping[int, Place], moved: Regrouped) -> None:
    """Everyone as if without evidence, from the old leaves to the new. Few profiles and places, whoever many people."""
    heads = Counter((places[one], *profiles) for one, profiles in moved.items())
    for (place, was, is_), count in heads.items():
        if place.unit_id is None:
            continue
        for code, (old, new) in differences(was.levels, is_.levels).items():
            changes.add(Leaf(place.unit_id, place.position_id, code, old), unproven(old), -count)
            changes.add(Leaf(place.unit_id, place.position_id, code, new), unproven(new), count)


def _move_rows(
    session: Session, changes: Changes, places: Mapping[int, Place], asked: Mapping[int, Mapping[str, Any]], in_force: Rules, now: datetime, reason: str
) -> list[Changed]:
    """Decide the stored pairs anew against what is asked now, in rows and leaves."""
    before = {pair: row for pair, row in _stored(session, sorted(asked)).items() if pair[1] in asked[pair[0]]}
    after = {pair: _retargeted(row, asked[pair[0]][pair[1]].after, in_force) for pair, row in before.items()}
    for (official_id, code), row in before.items():
        unit_id, position_id, _home = places[official_id]
        if unit_id is not None:
            for stored, sign in ((row, -1), (after[official_id, code], 1)):
                _prove(changes, Leaf(unit_id, position_id, code, stored["target_level"]), stored, sign, in_force)
    return _write_rows(session, before, after, now, reason)


def decide_anew(session: Session, profiles: Mapping[int, Profile], *, now: datetime) -> Iterator[tuple[int, str, Stored]]:
    """Decide every stored pair of these officials against their profile; answers (official id, competency, row). Leaves are
    the caller's business."""
    in_force = rules()
    for batch in batches(profiles):
        before = _stored(session, batch)
        after = {pair: _retargeted(row, profiles[pair[0]].levels.get(pair[1], 0), in_force) for pair, row in before.items()}
        _write_rows(session, before, after, now)
        yield from ((*pair, row) for pair, row in after.items())


def _retargeted(row: Stored, target: int, in_force: Rules) -> Stored:
    return dict(row) | against(known(row), target, in_force)


def targets_of(session: Session, positions: Iterable[int] | None = None) -> dict[int, dict[str, int]]:
    """Target levels above 0 by position; each asked-for position is there."""
    found: dict[int, dict[str, int]] = {position: {} for position in positions or ()}
    query = select(Target.position_id, Target.competency, Target.level).where(Target.level > 0)
    for position, code, level in session.execute(query if positions is None else query.where(Target.position_id.in_(found))):
        found.setdefault(position, {})[code] = level
    return found


def _lock_officials(session: Session, ids: set[int]) -> dict[int, Place]:
    """Where officials stand; nobody else changes their estimates until the transaction ends."""
    places: dict[int, Place] = {}
    for batch in batches(ids):
        for row in session.execute(_PLACES, {"ids": batch}):
            places[row.id] = Place(row.unit_id if row.active else None, row.position_id, row.unit_id)
    return places


def _stored(session: Session, ids: Sequence[int]) -> dict[Pair, Stored]:
    rows = session.execute(_STORED, {"ids": ids}).mappings()
    return {(row["official_id"], row["competency"]): row for row in rows}


def _write_rows(session: Session, before: Mapping[Pair, Stored], after: Mapping[Pair, Stored | None], now: datetime, reason: str = "") -> list[Changed]:
    """Bring the rows of the pairs in `after` up to date, and note each change of state."""
    added: list[Stored] = []
    changed: dict[bool, list[Stored]] = {True: [], False: []}  # by whether they rest on the same evidence
    for pair, columns_ in after.items():
        if columns_ is not None:
            row, was = {"official_id": pair[0], "competency": pair[1], **columns_}, before.get(pair)
            if was is None:
                added.append(row)
            elif any(row[name] != was[name] for name in row):
                changed[row["evidence"] == was["evidence"] and row["model"] == was["model"]].append(row)
    _ADDED.write(session, map(_IN_ORDER, added))
    for same, rows in changed.items():
        update_rows(session, rows, same_evidence=same)
    gone = [pair for pair, row in after.items() if row is None and pair in before]
    touch(session, {row["official_id"] for rows in (added, *changed.values()) for row in rows} | {one for one, _code in gone})
    for official_id, code in gone:
        session.execute(delete(TABLE).where(TABLE.c.official_id == official_id, TABLE.c.competency == code))
    return _note_changes(session, before, after, now, reason)


_NAMES = [column.name for column in TABLE.columns]
_IN_ORDER = itemgetter(*_NAMES)
_ADDED = Rows(insert(TABLE), _NAMES)
_UPDATED = [column.name for column in TABLE.columns if not column.primary_key]
_AS_BEFORE = [name for name in _UPDATED if name not in ("evidence", "model")]


def _update(names: Sequence[str]) -> Any:
    mine = TABLE.c.official_id == bindparam("key_official"), TABLE.c.competency == bindparam("key_competency")
    return update(TABLE).where(*mine).values({name: bindparam(f"new_{name}") for name in names})


def _updates(names: Sequence[str]) -> tuple[Rows, Any]:
    return Rows(_update(names), [*(f"new_{name}" for name in names), "key_official", "key_competency"]), itemgetter(*names, "official_id", "competency")


_UPDATES = {True: _updates(_AS_BEFORE), False: _updates(_UPDATED)}


def update_rows(session: Session, rows: Sequence[Stored], *, same_evidence: bool = False) -> None:
    """Write the columns of existing proficiency rows; without those that say on what evidence, where they are as before."""
    rows_of, values = _UPDATES[same_evidence]
    rows_of.write(session, map(values, rows))


def _note_changes(session: Session, before: Mapping[Pair, Stored], after: Mapping[Pair, Stored | None], now: datetime, reason: str) -> list[Changed]:
    today = clock.day_number(now)
    found = [Changed(*pair, state_on(before.get(pair), today), state_on(row, today)) for pair, row in after.items() if _asked(before.get(pair), row, reason)]
    changed = [change for change in found if change.before != change.after]
    _CHANGES.write(session, ((*change, now, reason) for change in changed))
    return changed


_CHANGES = Rows(insert(StateChange.__table__), ("official_id", "competency", "before", "after", "at", "reason"))


def _asked(before: Stored | None, after: Stored | None, reason: str) -> bool:
    """Whether a pair has a state on both sides of a change of targets: what nobody asks for has none."""
    return not reason or all(row is None or row["target_level"] for row in (before, after))


def state_on(row: Stored | None, today: int) -> str:
    """The state of a row as it reads today: one past its last day is unclear."""
    if row is None:
        return StateKind.NO_EVIDENCE.value
    lapsed = row["confirmed_until"] is not None and row["confirmed_until"] < today
    return StateKind.UNCLEAR.value if lapsed else row["state"]
