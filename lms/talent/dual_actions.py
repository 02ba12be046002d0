"""Working out who meets both strands, for everybody, and what units may show of it by year. All of it can be made again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from lms.competency import touched_actions
from lms.competency.level_queries import Counts, Fate, Node, fates
from lms.core import clock
from lms.core.instance import fact, set_fact
from lms.people.calendar_queries import today as day_of
from lms.people.models import Official, Unit
from lms.talent import dual_queries
from lms.talent.dual import STRONG_LEVEL, Verdict
from lms.talent.dual_queries import Person
from lms.talent.models import DualStanding, DualTally, DualYear, StrongLevel

BATCH = 500
RULES = "standings in both strands: rules"
# into the tables themselves: nobody needs the rows as objects
_STANDINGS, _STRONG = insert(DualStanding.__table__), insert(StrongLevel.__table__)


def refresh(session: Session, official_ids: Sequence[int], *, now: datetime, waiting: Mapping[int, Collection[int]] | None = None) -> None:
    """Write the standing of these officials as of ``now``; of those who left, forget it. ``waiting``: what is taken up by that."""
    touched_actions.taken_up(session, official_ids, waiting or {})
    active = session.scalars(select(Official.id).where(Official.id.in_(official_ids), Official.active)).all()
    today = clock.day_number(now)
    found = dual_queries.standings(session, active, today)
    for table in (StrongLevel, DualStanding):
        session.execute(delete(table).where(table.official_id.in_(official_ids)))
    if found:
        session.connection().execute(_STANDINGS, [_row(i, person, today) for i, person in found.items()])
    strong = [row for i, person in found.items() for row in _strong(i, person)]
    if strong:
        session.connection().execute(_STRONG, strong)


def _row(official_id: int, person: Person, today: int) -> dict[str, Any]:
    standing = person.standing
    return {
        "official_id": official_id, "verdict": standing.verdict.value, "covered": standing.covered, "as_of": today, "index_milli": standing.index_milli,
        "strong_technology": standing.technology.strong, "strong_governance": standing.governance.strong,
        "holds_until": person.until,
    }  # fmt: skip


def _strong(official_id: int, person: Person) -> Iterator[dict[str, Any]]:
    for code, proven in person.levels.items():
        if proven.level >= STRONG_LEVEL:
            yield {"official_id": official_id, "competency": code, "level": proven.level}


@dataclass(frozen=True, slots=True)
class Due:
    """Whose standing is to be worked out anew, and the rows that say so."""

    official_ids: Sequence[int]
    waiting: Mapping[int, Collection[int]]


def due(session: Session, *, now: datetime) -> Due:
    """Those of whom something changed since they were looked at, whose day has come, who were never looked at; everybody when the rules changed."""
    waiting = touched_actions.touched(session)
    if fact(session, RULES) != touched_actions.rules_version():
        return Due([one for ids in batches(session) for one in ids], waiting)
    over = session.scalars(select(DualStanding.official_id).where(DualStanding.holds_until < clock.day_number(now)))
    without = select(Official.id).outerjoin(DualStanding, DualStanding.official_id == Official.id).where(Official.active, DualStanding.official_id.is_(None))
    return Due(sorted({*waiting, *over, *session.scalars(without)}), waiting)


def batches(session: Session) -> Iterator[list[int]]:
    """Ids of all officials in lists that one short transaction can take."""
    last = 0
    while found := session.scalars(select(Official.id).where(Official.id > last).order_by(Official.id).limit(BATCH)).all():
        yield list(found)
        last = found[-1]


def count(session: Session, *, now: datetime) -> None:
    """Say as of when the standings are, and count the standings by unit: a province's page need not read a million of them."""
    d = DualStanding
    query = select(Official.unit_id, d.verdict, func.count()).join(Official, Official.id == d.official_id).where(Official.active)
    set_fact(session, RULES, touched_actions.rules_version())
    set_fact(session, dual_queries.AS_OF, str(clock.day_number(day_of(now))))
    session.execute(delete(DualTally))
    session.execute(insert(DualTally).from_select(["unit_id", "verdict", "n"], query.group_by(Official.unit_id, d.verdict)))


def year_is_due(session: Session, *, now: datetime) -> bool:
    """Whether this month's figures of the year are still to be taken: once a month, so that two days never show one person's move."""
    newest = session.scalar(select(func.max(DualYear.taken_at)))
    return newest is None or (newest.year, newest.month) != (now.year, now.month)


def take_year(session: Session, *, now: datetime) -> None:
    """Write the units' figures of the year of ``now`` from the standings, as they may be shown outside HR.

    They follow the figures taken before them: a unit in which fewer than five people moved keeps those.
    """
    children, direct, before = _tree(session), _direct(session), _before(session)
    known = {key: None if row["people"] is None else Counts(*(row[name] for name in COUNTS)) for key, row in before.items()}
    rows: list[dict[str, Any]] = []
    for root in children.get(None, ()):
        decided = fates(_node(root, children, direct), known)
        rows += _rows(root, children, direct, _Release(decided, before))
    session.execute(delete(DualYear).where(DualYear.year == now.year))
    if rows:
        session.execute(insert(DualYear), [row | {"year": now.year, "taken_at": now} for row in rows])


COUNTS = ("people", "covered", "met", "not_yet", "unclear")
NUMBERS = (*COUNTS, "index_milli")


@dataclass(frozen=True, slots=True)
class _Release:
    """What becomes of each cell, and the numbers taken before."""

    decided: Mapping[Any, Fate]
    before: Mapping[Any, Mapping[str, int | None]]

    def row(self, unit_id: int, direct: bool, tally: Tally) -> dict[str, Any]:
        """The numbers of a cell as they may be shown. Where no count changed, the index stays too: it could tell of one person."""
        place, key = (str(unit_id), direct), {"unit_id": unit_id, "direct": direct}
        then, now = self.before.get(place, {}), {name: tally[name] for name in COUNTS}
        fate = self.decided[place]
        if fate is Fate.HIDDEN:
            return key | dict.fromkeys(NUMBERS)
        same = all(then.get(name) == now[name] for name in COUNTS)
        if fate is Fate.KEPT or same:
            return key | {name: then[name] for name in NUMBERS}
        return key | now | {"index_milli": 10 * round(tally["index"] / tally["covered"] / 10) if tally["covered"] else None}


def _before(session: Session) -> dict[Any, dict[str, int | None]]:
    """The numbers taken last, by place."""
    year = session.scalar(select(func.max(DualYear.year)))
    rows = session.scalars(select(DualYear).where(DualYear.year == year)) if year else ()
    return {(str(row.unit_id), row.direct): {name: getattr(row, name) for name in NUMBERS} for row in rows}


Tally = Counter[str]
"""People, those covered, each verdict among those covered, and the sum of their indices."""


def _tree(session: Session) -> dict[int | None, list[int]]:
    children: defaultdict[int | None, list[int]] = defaultdict(list)
    for unit_id, parent_id in session.execute(select(Unit.id, Unit.parent_id).order_by(Unit.code)):
        children[parent_id].append(unit_id)
    return children


def _direct(session: Session) -> dict[int, Tally]:
    """The tallies of the people directly at each unit."""
    d = DualStanding
    columns = Official.unit_id, d.verdict, d.covered, func.count(), func.coalesce(func.sum(d.index_milli), 0)
    query = select(*columns).join(Official, Official.id == d.official_id).where(Official.active).group_by(Official.unit_id, d.verdict, d.covered)
    found: defaultdict[int, Tally] = defaultdict(Counter)
    for unit_id, verdict, covered, n, total in session.execute(query):
        found[unit_id].update({"people": n})
        if covered:
            found[unit_id].update({"covered": n, verdict: n, "index": int(total)})
    return found


def _counts(tally: Mapping[str, int]) -> Counts:
    verdicts = (tally.get(one.value, 0) for one in (Verdict.MET, Verdict.NOT_YET, Verdict.OPEN))
    return Counts(tally.get("people", 0), tally.get("covered", 0), *verdicts)


def _node(unit_id: int, children: Mapping[int | None, list[int]], direct: Mapping[int, Tally]) -> Node:
    below = tuple(_node(child, children, direct) for child in children.get(unit_id, ()))
    return Node(str(unit_id), _counts(direct.get(unit_id, {})), below)


def _rows(unit_id: int, children: Mapping[int | None, list[int]], direct: Mapping[int, Tally], release: _Release) -> list[dict[str, Any]]:
    """Rows of the unit and all below it, the unit's own first."""
    below = children.get(unit_id, ())
    rows = [release.row(unit_id, False, _tally_below(unit_id, children, direct))]
    if below:
        rows.append(release.row(unit_id, True, Counter(direct.get(unit_id, {}))))
    return [*rows, *(row for child in below for row in _rows(child, children, direct, release))]


def _tally_below(unit_id: int, children: Mapping[int | None, list[int]], direct: Mapping[int, Tally]) -> Tally:
    return _sum([Counter(direct.get(unit_id, {})), *(_tally_below(child, children, direct) for child in children.get(unit_id, ()))])


def _sum(parts: Iterable[Tally]) -> Tally:
    whole: Tally = Counter()
    for part in parts:
        whole.update(part)
    return whole
