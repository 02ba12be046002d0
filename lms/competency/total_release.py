"""Releasing totals by post beside a snapshot: for counties, which never lie in each other, so no two totals can be subtracted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.competency.models import Snapshot, SnapshotPost
from lms.competency.periods import Fate, fates
from lms.competency.rollup import NO_SUMS, CellOnDay, Sums, on_day
from lms.competency.suppression import Counts, Node
from lms.competency.total_queries import leaf_blocks
from lms.competency.totals import column_total, safe_columns
from lms.people.enums import Tier
from lms.people.models import Unit

Leaves = Mapping[tuple[int, int], Sums]
"""Sums by (unit id, position id), of one competency."""

NUMBERS = tuple(c.name for c in SnapshotPost.__table__.columns if not c.primary_key)
ROOT = "all posts"


Place = tuple[int, bool]
"""(unit id, True for the people directly at it instead of its whole subtree)."""


class Shown:
    """Where a snapshot shows numbers of which competencies: one bit each, so that a province takes some megabytes."""

    def __init__(self) -> None:
        self._bits: dict[Place, int] = {}
        self._place: dict[str, int] = {}

    def add(self, place: Place, code: str) -> None:
        """The place's cell in that competency is shown."""
        self._bits[place] = self._bits.get(place, 0) | 1 << self._place.setdefault(code, len(self._place))

    def at(self, unit_ids: Iterable[int]) -> defaultdict[str, set[Place]]:
        """Places of these units whose numbers are shown, by competency."""
        found: defaultdict[str, set[Place]] = defaultdict(set)
        places = [place for unit_id in unit_ids for place in ((unit_id, False), (unit_id, True)) if place in self._bits]
        for code, bit in self._place.items():
            found[code] = {place for place in places if self._bits[place] >> bit & 1}
        return found


def totals_to_release(session: Session, shown: Shown, before: Snapshot | None) -> Iterator[dict[str, Any]]:
    """Rows of the totals by post that may be shown outside HR beside the cells ``shown``; hidden ones without any number."""
    for county in session.scalars(select(Unit).where(Unit.tier == Tier.COUNTY).order_by(Unit.code)):
        yield from _county(session, county, shown, before)


def _county(session: Session, county: Unit, shown: Shown, before: Snapshot | None) -> Iterator[dict[str, Any]]:
    leaves: defaultdict[str, dict[tuple[int, int], Sums]] = defaultdict(dict)
    for unit_id, position_id, code, sums in leaf_blocks(session, county):
        leaves[code][unit_id, position_id] = sums
    paths = dict(session.execute(select(Unit.id, Unit.path).where(Unit.path.startswith(county.path, autoescape=True))).all())
    places = shown.at(paths)
    known = _released(session, before, county)
    for code, found in leaves.items():
        then = known.get(code, {})
        decided = _fates(found, paths, places[code], county, then)
        for position_id, fate in decided.items():
            key = {"unit_id": county.id, "position_id": position_id, "competency": code}
            kept = dict(zip(NUMBERS, then[position_id], strict=True)) if fate is Fate.KEPT else None
            yield key | (kept or columns_of(_total(found, position_id) if fate is Fate.FRESH else None))


def columns_of(cell: CellOnDay | None) -> dict[str, int | None]:
    """A cell as the tables of snapshots keep it; a hidden one without any number."""
    numbers: Sequence[Any] = cell or [None] * len(CellOnDay._fields)
    row = dict(zip(CellOnDay._fields, numbers, strict=True))
    for name in ("mean", "se", "gap"):
        value = row.pop(name)
        row[f"{name}_milli"] = None if value is None else round(value * 1000)
    return row


def _total(leaves: Leaves, position_id: int) -> CellOnDay:
    return on_day(sum((sums for (_unit, post), sums in leaves.items() if post == position_id), NO_SUMS))


def _released(session: Session, before: Snapshot | None, county: Unit) -> dict[str, dict[int, tuple[int | None, ...]]]:
    """The totals released with the snapshot before, by competency and post."""
    found: defaultdict[str, dict[int, tuple[int | None, ...]]] = defaultdict(dict)
    c = SnapshotPost.__table__.c
    if before is not None:
        query = select(c.competency, c.position_id, *(c[name] for name in NUMBERS)).where(c.snapshot_id == before.id, c.unit_id == county.id)
        for code, position_id, *numbers in session.execute(query):
            found[code][position_id] = tuple(numbers)
    return dict(found)


def _fates(leaves: Leaves, paths: Mapping[int, str], shown: set[tuple[int, bool]], county: Unit, then: Mapping[int, tuple[Any, ...]]) -> dict[int, Fate]:
    """What becomes of each post's total: by the rule of a family of cells, then by the program over rows and posts."""
    posts = sorted({position_id for _, position_id in leaves})
    if (county.id, False) not in shown:
        return dict.fromkeys(posts, Fate.HIDDEN)
    blocks = _blocks(leaves, paths, shown)
    totals = {post: column_total(blocks, str(post)) for post in posts}
    root = Node(ROOT, children=tuple(Node(str(post), counts) for post, counts in totals.items()))
    before = {(str(post), False): None if numbers[0] is None else Counts(*numbers[:5]) for post, numbers in then.items()}
    decided = fates(root, before)
    fresh = [str(post) for post in posts if decided[str(post), False] is Fate.FRESH]
    safe = safe_columns(blocks, fresh)
    return {post: _fate(decided[str(post), False], str(post) in safe, then.get(post)) for post in posts}


def _fate(fate: Fate, safe: bool, then: tuple[Any, ...] | None) -> Fate:
    if fate is not Fate.FRESH or safe:
        return fate
    return Fate.KEPT if then and then[0] is not None else Fate.HIDDEN


def _blocks(leaves: Leaves, paths: Mapping[int, str], shown: set[tuple[int, bool]]) -> dict[tuple[str, str], Counts]:
    """Counts by (row, post): the row of a unit's people is the nearest shown cell above them."""
    blocks: dict[tuple[str, str], Counts] = {}
    for (unit_id, position_id), sums in leaves.items():
        key = (_row(unit_id, paths, shown), str(position_id))
        here = Counts(sums.n_required, sums.n_evidence, sums.met, sums.not_yet, sums.n_evidence - sums.met - sums.not_yet)
        blocks[key] = Counts(*(a + b for a, b in zip(blocks.get(key, Counts(0, 0, 0, 0, 0)), here, strict=True)))
    return blocks


def _row(unit_id: int, paths: Mapping[int, str], shown: set[tuple[int, bool]]) -> str:
    if (unit_id, True) in shown:
        return f"{unit_id} directly"
    above = [int(part) for part in paths[unit_id].strip("/").split("/")]
    return next((str(place) for place in reversed(above) if (place, False) in shown), "")
