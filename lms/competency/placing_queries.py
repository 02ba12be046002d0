"""Where a placement starts: what is known of each competency of an official's post, aged to a day."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.competency import estimates, skill_queries, wording
from lms.competency.models import Proficiency
from lms.competency.proficiency import DEFAULT_TUNING, EvidenceItem, State
from lms.competency.skills import Skill
from lms.competency.states import Standing


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """One competency of the post; without evidence the state is the prior's with n = 0."""

    competency: str
    target: int
    critical: bool
    state: State
    evidence: tuple[EvidenceItem, ...]


def starting_points(session: Session, official_id: int, today: int) -> list[StartingPoint]:
    """For each competency with a target of 1 or more, in the framework's order."""
    rows = session.execute(select(Proficiency.__table__).where(Proficiency.official_id == official_id)).mappings()
    known = {row["competency"]: estimates.known(row).evidence for row in rows}
    return [_point(skill, known.get(skill.competency, ()), today) for skill in skill_queries.skills_of(session, official_id, today)]


def _point(skill: Skill, evidence: tuple[EvidenceItem, ...], today: int) -> StartingPoint:
    before = skill.confirmed
    if before is None:
        return StartingPoint(skill.competency, skill.target, skill.critical, State(t_day=today), ())
    aged = State(before.m_milli, round(1_000_000 * before.variance_at(today, DEFAULT_TUNING.q_confirmed)), today, before.n)
    return StartingPoint(skill.competency, skill.target, skill.critical, aged, evidence)


def note(competency: str, target: int, standing: Standing) -> str:
    """Why what is known is unclear, or until when it holds, in the reader's language."""
    return wording.note(Skill(competency, target, False, standing))
