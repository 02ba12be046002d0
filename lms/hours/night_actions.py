"""The night's work on class hours, in portions: standings of open years, the closing of ended years, what heads may see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from lms.access.permissions import Role
from lms.hours import actions, evidence_queries, queries, rulebook
from lms.hours.disclosure import Counts, released
from lms.hours.enums import State
from lms.hours.models import HoursClosing, HoursFigures, HoursRollup, HoursStale, HoursStanding
from lms.people.models import Official, RoleGrant, Unit

PERIODS_BACK = 5


def without_standing(session: Session, year: int) -> list[int]:
    """Active officials who have no standing of a year yet."""
    has = select(HoursStanding.id).where(HoursStanding.official_id == Official.id, HoursStanding.year == year).exists()
    return list(session.scalars(select(Official.id).where(Official.active, ~has).order_by(Official.id)))


def with_evidence(session: Session, year: int) -> list[int]:
    """Officials whose standing of a year may have changed because a rule, a unit, a grade or a piece of evidence did."""
    since = datetime(year - PERIODS_BACK, 1, 1, tzinfo=queries.zone())
    return sorted(evidence_queries.officials_with_evidence(session, since))


def refresh_year(session: Session, official_ids: Collection[int], year: int) -> None:
    """Compute one open year of some officials anew."""
    actions.replace(session, queries.ledgers(session, queries.counted_in(session, official_ids, year, closed=False), year), year)


def newest_note(session: Session) -> int:
    """The last of what is noted as stale when the night begins."""
    return session.scalar(select(func.max(HoursStale.id))) or 0


def forget_notes(session: Session, until: int) -> None:
    """What was noted before the night is done with it."""
    session.execute(delete(HoursStale).where(HoursStale.id <= until))


def due(session: Session, now: datetime) -> list[int]:
    """Years that are over, may be closed and are not."""
    this, first = queries.today(now), min((version.first_year for version in queries.versions(session)), default=None)
    if first is None:
        return []
    closed = queries.closings(session)
    return [year for year in range(first, this.year) if year not in closed and this > rulebook.closes_after(year)]


def close(session: Session, year: int, *, now: datetime) -> HoursClosing:
    """Close a year: from now on it is computed by the versions that were in force in it, whatever comes."""
    names = sorted(version.name for version in rulebook.in_force(queries.versions(session), year))
    closing = HoursClosing(year=year, versions=names, closed_at=now)
    session.add(closing)
    session.flush()
    return closing


def take_figures(session: Session, year: int, *, now: datetime, k: int) -> int:
    """Write what heads of units may see of a year, so that last night's figures subtracted tell of nobody; returns for how many units."""
    heads = select(RoleGrant.unit_id).where(RoleGrant.role == Role.UNIT_HEAD, RoleGrant.revoked_at.is_(None), RoleGrant.unit_id.is_not(None))
    units = session.scalars(select(Unit).where(Unit.id.in_(heads)).order_by(Unit.path)).all()
    day = queries.today(now)
    found = {unit.path: _counts(queries.counts(session, unit, year, day)) for unit in units}
    before = _published(session, year)
    shown = released(found, {path: counts for path, (counts, _taken) in before.items()}, k)
    session.execute(delete(HoursFigures).where(HoursFigures.year == year))
    for unit in units:
        counts = shown.get(unit.path)
        kept = counts is not None and unit.path in before and counts != found[unit.path]
        session.add(_figures(unit.id, year, counts, before[unit.path][1] if kept else now))
    session.flush()
    return len(units)


def _published(session: Session, year: int) -> dict[str, tuple[Counts, datetime]]:
    """By path, what heads were shown last of a year and when it was taken."""
    f = HoursFigures
    query = select(Unit.path, f.fulfilled, f.on_way, f.behind, f.taken_at).join(Unit, Unit.id == f.unit_id).where(f.year == year, f.people.is_not(None))
    return {path: (Counts(*numbers), taken_at) for path, *numbers, taken_at in session.execute(query)}


def analyse(session: Session) -> None:
    """Let the database look at the spread of the standings: without it, it reads a province to list a village."""
    for table in (HoursStanding, HoursRollup):
        session.execute(text(f"ANALYZE {table.__tablename__}"))


def _counts(found: dict[State, int]) -> Counts:
    return Counts(found[State.FULFILLED], found[State.ON_WAY], found[State.BEHIND])


def _figures(unit_id: int, year: int, counts: Counts | None, now: datetime) -> HoursFigures:
    numbers = {name: getattr(counts, name) if counts else None for name in ("people", "fulfilled", "on_way", "behind")}
    return HoursFigures(unit_id=unit_id, year=year, taken_at=now, **numbers)
