"""How people stand apart from their own targets: the levels they have proven, and another post's targets.

Also the release rule of unit trees, for figures that others make of what is known here. Permission is the caller's business.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.competency import estimates, target_queries
from lms.competency.levels import NOTHING_PROVEN, Proven, proven
from lms.competency.models import Proficiency, Touched
from lms.competency.periods import Fate, fates
from lms.competency.proficiency import Proficiency as Estimate
from lms.competency.skills import Skill
from lms.competency.states import standing
from lms.competency.suppression import Counts, Node
from lms.core import framework

__all__ = ["NOTHING_PROVEN", "Counts", "Fate", "Node", "Proven", "Skill", "fates"]


class Wanted(NamedTuple):
    """What a post asks for in one competency."""

    level: int
    critical: bool


def levels_of_many(session: Session, official_ids: Sequence[int], today: int) -> dict[int, dict[str, Proven]]:
    """By official, then by competency, what is proven on day ``today``; competencies without evidence are left out."""
    rules = estimates.rules()
    found: defaultdict[int, dict[str, Proven]] = defaultdict(dict)
    for (official_id, code), known in _known(session, official_ids).items():
        found[official_id][code] = proven(known, rules, today)
    return found


def against(session: Session, official_ids: Sequence[int], targets: Mapping[str, Wanted], today: int) -> dict[int, list[Skill]]:
    """How officials would stand on ``today`` against targets that need not be their own, in the framework's order."""
    rules, known = estimates.rules(), _known(session, official_ids)
    codes = [code for code in framework.read().codes if code in targets]
    return {
        official_id: [_skill(code, targets[code], known.get((official_id, code), Estimate()), rules, today) for code in codes] for official_id in official_ids
    }


def _skill(code: str, wanted: Wanted, known: Estimate, rules: Any, today: int) -> Skill:
    return Skill(code, wanted.level, wanted.critical, standing(known, wanted.level, rules, today), known.confirmed, known.expected)


def _known(session: Session, official_ids: Sequence[int]) -> dict[tuple[int, str], Estimate]:
    table = Proficiency.__table__
    rows = session.execute(select(table).where(table.c.official_id.in_(official_ids))).mappings()
    return {(row["official_id"], row["competency"]): estimates.known(row) for row in rows}


def wanted(session: Session, *, unit_id: int, position_id: int, official_id: int = 0) -> dict[str, Wanted]:
    """What would be asked of whoever stands at that unit and post (of ``official_id``, if named), by competency."""
    here = target_queries.Stand(official_id, unit_id, position_id)
    found = target_queries.book(session, [here]).profile(*here).effective
    return {code: Wanted(one.level, one.critical) for code, one in found.items() if one.level}


def wanted_by_many(session: Session, official_ids: Sequence[int]) -> dict[int, dict[str, Wanted]]:
    """What is asked of each official where they are, by competency."""
    found = target_queries.effective(session, official_ids)
    return {official_id: {code: Wanted(one.level, one.critical) for code, one in known.items()} for official_id, known in found.items()}


def estimates_of(session: Session, official_ids: Select[Any]) -> dict[int, dict[str, int]]:
    """The estimates in milli-logits by official and competency, in one pass."""
    c = Proficiency.__table__.c
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for official_id, code, m_milli in session.connection().execute(select(c.official_id, c.competency, c.m_milli).where(c.official_id.in_(official_ids))):
        found[official_id][code] = m_milli
    return found


def newest_touch(session: Session) -> int:
    """The last note that something about an official changed; 0 when none waits for the night."""
    return session.scalar(select(Touched.id).order_by(Touched.id.desc()).limit(1)) or 0


def touched_after(session: Session, note: int) -> set[int]:
    """Officials of whom something changed after that note. What the night took up in the meantime is not among them."""
    return set(session.scalars(select(Touched.official_id).where(Touched.id > note)))


def cuts(targets: Mapping[str, Wanted]) -> dict[str, int]:
    """Where each target begins, in milli-logits: an estimate below it is never met."""
    rules = estimates.rules()
    return {code: rules.cut(one.level) for code, one in targets.items()}


def shortfall_milli(skill: Skill) -> int:
    """How far the estimate lies below the target's cut, in milli-logits; 0 without evidence."""
    return max(0, estimates.rules().cut(skill.target) - skill.confirmed.m_milli) if skill.confirmed else 0
