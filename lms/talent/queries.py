"""Reading a unit's skills as its reader may see them: live for HR, the latest suppressed snapshot for everyone else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.access.policy import scope
from lms.competency import queries as competency
from lms.competency.models import Snapshot, StateChange
from lms.core import clock, framework
from lms.core.errors import Forbidden
from lms.core.i18n import pick
from lms.people import queries as people
from lms.people.models import Official, Unit
from lms.talent.heat import Column, Row


@dataclass(frozen=True, slots=True)
class View:
    """What a reader sees of a unit: its own row, its children's, and the source. ``snapshot`` is None when live."""

    unit: Unit
    whole: Row
    rows: tuple[Row, ...]
    snapshot: Snapshot | None
    as_of: datetime | None

    @property
    def live(self) -> bool:
        return self.snapshot is None and self.as_of is not None


@dataclass(frozen=True, slots=True)
class Reach:
    """How the reader reaches a unit: may they see live numbers, open people's records, export."""

    live: bool
    records: bool
    export: bool


def reach(actor: Actor, unit: Unit) -> Reach:
    """Raises Forbidden when the actor may not see the unit's skills in any form."""
    live = scope(actor, Permission.SKILLS_LIVE).covers_unit(unit.path)
    if not live and not scope(actor, Permission.SKILLS_SNAPSHOT).covers_unit(unit.path):
        raise Forbidden
    records = scope(actor, Permission.RECORD_READ).covers_unit(unit.path)
    return Reach(live, records, scope(actor, Permission.SKILLS_EXPORT).covers_unit(unit.path))


def visible_ancestors(session: Session, actor: Actor, unit: Unit) -> list[tuple[Unit, bool]]:
    """The units above, from the root down, each with whether its page is open to the actor."""
    scopes = [scope(actor, permission) for permission in (Permission.SKILLS_LIVE, Permission.SKILLS_SNAPSHOT)]
    return [(above, any(s.covers_unit(above.path) for s in scopes)) for above in people.ancestors(session, unit)]


def columns() -> list[Column]:
    """All competencies in the framework's order, in the reader's language."""
    known = framework.read()
    return [Column(c.code, pick(c.name), c.area, pick(known.areas[c.area]), c.strand) for c in known.competencies]


def live_view(session: Session, unit: Unit, now: datetime) -> View:
    """The numbers as they stand on the day of ``now``."""
    children = _children(session, unit)
    cells = competency.live_cells(session, unit, clock.day_number(now))
    return View(unit, *_rows(unit, children, cells), None, now)


def snapshot_view(session: Session, unit: Unit, snapshot: Snapshot | None) -> View:
    """The numbers of a snapshot; without one, nothing."""
    if snapshot is None:
        return View(unit, Row(unit.code, pick(unit), {}, total=True), (), None, None)
    children = _children(session, unit)
    cells = competency.snapshot_cells(session, snapshot, unit)
    return View(unit, *_rows(unit, children, cells), snapshot, snapshot.taken_at)


def _children(session: Session, unit: Unit) -> Sequence[Unit]:
    return session.scalars(select(Unit).where(Unit.parent_id == unit.id).order_by(Unit.code)).all()


def _rows(unit: Unit, children: Sequence[Unit], cells: dict[competency.Place, competency.Cells]) -> tuple[Row, tuple[Row, ...]]:
    whole = Row(unit.code, pick(unit), cells[unit.id, False], total=True)
    rows = [Row(child.code, pick(child), cells[child.id, False]) for child in children]
    if direct := cells.get((unit.id, True)):
        rows.insert(0, Row(unit.code, pick(unit), direct, direct=True))
    return whole, tuple(rows)


def latest_snapshot(session: Session) -> Snapshot | None:
    """The snapshot that everyone but HR sees."""
    return competency.latest_snapshot(session)


def snapshot_before(session: Session, moment: datetime) -> Snapshot | None:
    """The newest snapshot taken before ``moment``."""
    return session.scalar(select(Snapshot).where(Snapshot.taken_at < moment, Snapshot.ready).order_by(Snapshot.id.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class Movement:
    """How many people of a unit went from one state to another in a competency since a moment."""

    competency: str
    before: str
    after: str
    people: int


MOST_MOVEMENTS = 200


def movements(session: Session, unit: Unit, since: datetime) -> list[Movement]:
    """Changes of state by new answers, corrections or targets; for readers who may open the records. The most frequent first."""
    found: list[Movement] = people.counted(session, ("movements", unit.id, since.date()), lambda: _movements(session, unit, since))
    return found


def _movements(session: Session, unit: Unit, since: datetime) -> list[Movement]:
    c = StateChange
    count = func.count(c.official_id.distinct())
    query = (
        select(c.competency, c.before, c.after, count)
        .join(Official, Official.id == c.official_id)
        .join(Unit, Unit.id == Official.unit_id)
        .where(c.at > since, people.below(unit), Official.active)
        .group_by(c.competency, c.before, c.after)
        .order_by(count.desc(), c.competency, c.before, c.after)
        .limit(MOST_MOVEMENTS)
    )
    return [Movement(*row) for row in session.execute(query)]
