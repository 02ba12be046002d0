"""Reading what a transfer would change. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.competency import level_queries, queries
from lms.competency.skills import Skill
from lms.competency.transfers import Figures, Line, Share, Sum, lines, total
from lms.core import framework
from lms.people.models import Official, Position, Unit

__all__ = ["Effect", "Figures", "Line", "Sum", "effect", "total"]


@dataclass(frozen=True, slots=True)
class Effect:
    """A transfer worked out: the person's competencies against what the new place asks for, and both units' lines."""

    official: Official
    unit: Unit
    position: Position
    skills_before: Sequence[Skill]
    skills: Sequence[Skill]
    old: Sequence[Line]
    new: Sequence[Line]


def effect(session: Session, official: Official, unit: Unit, position: Position, today: int) -> Effect:
    """What moving ``official`` to that unit and post would change, as of day ``today``."""
    here = _skills(session, official, official.unit_id, official.position_id, today)
    there = _skills(session, official, unit.id, position.id, today)
    before, after = _shares(here), _shares(there)
    both = [_lines(session, one, official.unit, unit, before, after, today) for one in (official.unit, unit)]
    return Effect(official, unit, position, here, there, *both)


def _skills(session: Session, official: Official, unit_id: int, position_id: int, today: int) -> list[Skill]:
    wanted = level_queries.wanted(session, unit_id=unit_id, position_id=position_id, official_id=official.id)
    return level_queries.against(session, [official.id], wanted, today)[official.id]


def _shares(skills: Sequence[Skill]) -> dict[str, Share]:
    return {skill.competency: Share(skill.target, str(skill.kind), level_queries.shortfall_milli(skill)) for skill in skills}


def _lines(session: Session, shown: Unit, old: Unit, new: Unit, before: Mapping[str, Share], after: Mapping[str, Share], today: int) -> list[Line]:
    cells = queries.live_cells(session, shown, today)[shown.id, False]
    leaving = before if old.path.startswith(shown.path) else None
    joining = after if new.path.startswith(shown.path) else None
    return lines(cells, framework.read().codes, leaving=leaving, joining=joining)
