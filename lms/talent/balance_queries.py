"""Reading the balance of a unit: groups of its people by tier, connection or place, from rollups or as released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.competency import total_queries
from lms.people import queries as people
from lms.people.enums import CONNECTION_NAMES, TIER_NAMES, Connection, Tier
from lms.people.models import Unit
from lms.talent import board_queries
from lms.talent.heat import Numbers
from lms.talent.models import UnitAccess
from lms.talent.queries import View

BY = ("connection", "tier", "place")


@dataclass(frozen=True, slots=True)
class Reached:
    """How a group reaches the platform: active people, with a password, who began a quiz; sittings begun and finished."""

    people: int
    activated: int
    tried: int
    begun: int
    finished: int


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people; its cells as their reader may see them, None where hidden."""

    key: str
    name: str
    cells: Mapping[str, Numbers | None]


def groups(session: Session, view: View, by: str) -> list[Group]:
    """The groups in the order of their enum or code; those of whom nothing is asked are left out."""
    if view.as_of is None:
        return []
    if by == "place":
        return [Group(row.code + ("*" if row.direct else ""), row.name, row.cells) for row in view.rows if row.cells]
    names = {str(one): str(name) for one, name in (TIER_NAMES if by == "tier" else CONNECTION_NAMES).items()}
    found = _cells(session, view, by)
    return [Group(str(key), names[str(key)], found[str(key)]) for key in (Tier if by == "tier" else Connection) if str(key) in found]


def _cells(session: Session, view: View, by: str) -> Mapping[str, Mapping[str, Numbers | None]]:
    if view.live:
        return board_queries.counted(session, view, total_queries.tier_cells if by == "tier" else total_queries.connection_cells)
    assert view.snapshot is not None
    released = board_queries.published_by_tier if by == "tier" else board_queries.published_by_connection
    return released(session, view.snapshot, view.unit)


def access(session: Session, view: View, by: str) -> dict[str, Reached]:
    """How the groups reach the platform, by key; for readers of live numbers only."""
    found: dict[str, Reached] = people.counted(session, ("access", view.unit.id, by), lambda: _access(session, view, by))
    return found


def _access(session: Session, view: View, by: str) -> dict[str, Reached]:
    a = UnitAccess
    sums = [func.sum(n) for n in (a.people, a.activated, a.tried, a.begun, a.finished)]
    inside = Unit.path.startswith(view.unit.path, autoescape=True)
    if by != "place":
        key = Unit.tier if by == "tier" else Unit.connection
        rows = session.execute(select(key, *sums).join(Unit, Unit.id == a.unit_id).where(inside).group_by(key))
        return {str(name): Reached(*(int(n) for n in numbers)) for name, *numbers in rows}
    found: dict[str, Reached] = {}
    for row in view.rows:
        mine = Unit.code == row.code if row.direct else Unit.path.startswith(_path(session, row.code), autoescape=True)
        numbers = session.execute(select(*sums).join(Unit, Unit.id == a.unit_id).where(mine)).one()
        if numbers[0] is not None:  # nothing was counted there yet
            found[row.code + ("*" if row.direct else "")] = Reached(*(int(n) for n in numbers))
    return found


def _path(session: Session, code: str) -> str:
    return session.scalars(select(Unit.path).where(Unit.code == code)).one()
