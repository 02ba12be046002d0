"""Whom a rule looks at, and what is known of them: reading for the test page and for the nightly job alike.

People are read in the order of their ids, so many at a time that memory does not grow with the roster.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from lms.assignments import evidence_queries, fact_queries
from lms.assignments.enums import RuleKind, SourceKind, ThingKind
from lms.assignments.models import (
    Assignment,
    AssignmentGroup,
    AssignmentReason,
    AssignmentRule,
    AssignmentRuleSwitch,
    AssignmentRuleVersion,
    PostArrival,
)
from lms.assignments.rules import Candidate, Finding, Past, Rule, find
from lms.assignments.thing_queries import Thing
from lms.competency import skill_queries
from lms.competency.enums import StateKind
from lms.competency.models import Proficiency
from lms.competency.target_queries import effective
from lms.core import clock
from lms.core.errors import NotFound
from lms.people.calendar_queries import today as day_of
from lms.people.models import Official, Position, Unit
from lms.people.queries import batches

BATCH = 500


class Standing(NamedTuple):
    """A rule as it stands: its row, the version in force and what that says."""

    row: AssignmentRule
    version: AssignmentRuleVersion
    rule: Rule


def standing(session: Session, row: AssignmentRule) -> Standing:
    """The version in force of a rule."""
    query = select(AssignmentRuleVersion).where(AssignmentRuleVersion.rule_id == row.id, AssignmentRuleVersion.version == row.version)
    version = session.scalars(query).one()
    return Standing(row, version, Rule.of(version.content))


def rule_by_ref(session: Session, ref: str) -> Standing:
    """Raises NotFound."""
    row = session.scalar(select(AssignmentRule).where(AssignmentRule.ref == ref))
    if row is None:
        raise NotFound
    return standing(session, row)


def rules(session: Session, *, running: bool | None = None) -> list[Standing]:
    """All rules in the order in which they were made."""
    query = select(AssignmentRule, AssignmentRuleVersion).join(
        AssignmentRuleVersion, (AssignmentRuleVersion.rule_id == AssignmentRule.id) & (AssignmentRuleVersion.version == AssignmentRule.version)
    )
    if running is not None:
        query = query.where(AssignmentRule.running.is_(running))
    return [Standing(row, version, Rule.of(version.content)) for row, version in session.execute(query.order_by(AssignmentRule.id))]


def versions(session: Session, row: AssignmentRule) -> Sequence[AssignmentRuleVersion]:
    """Every version of a rule, the newest first."""
    query = select(AssignmentRuleVersion).where(AssignmentRuleVersion.rule_id == row.id)
    return session.scalars(query.order_by(AssignmentRuleVersion.version.desc())).all()


def version_of(session: Session, ref: str, number: int) -> AssignmentRuleVersion | None:
    """One version by the rule's reference."""
    query = select(AssignmentRuleVersion).join(AssignmentRule, AssignmentRule.id == AssignmentRuleVersion.rule_id)
    return session.scalar(query.where(AssignmentRule.ref == ref, AssignmentRuleVersion.version == number))


def switches(session: Session, *, rule_id: int | None = None) -> Sequence[AssignmentRuleSwitch]:
    """What was switched, the newest first: one rule, or all rules for units."""
    query = select(AssignmentRuleSwitch).where(AssignmentRuleSwitch.rule_id.is_not_distinct_from(rule_id))
    return session.scalars(query.order_by(AssignmentRuleSwitch.id.desc())).all()


def off_paths(session: Session) -> tuple[str, ...]:
    """Paths of the units for which all rules are switched off; "/" for everybody."""
    newest = select(func.max(AssignmentRuleSwitch.id)).where(AssignmentRuleSwitch.rule_id.is_(None)).group_by(AssignmentRuleSwitch.unit_id)
    query = select(Unit.path).select_from(AssignmentRuleSwitch).outerjoin(Unit, Unit.id == AssignmentRuleSwitch.unit_id)
    return tuple(path or "/" for path in session.scalars(query.where(AssignmentRuleSwitch.id.in_(newest), AssignmentRuleSwitch.running.is_(False))))


def findings(session: Session, stands: Standing, today: date) -> Iterator[list[Finding]]:
    """Everyone whom the rule looks at on a day, hit or not, in portions."""
    unit = session.get_one(Unit, stands.row.unit_id)
    off = off_paths(session)
    for portion in _candidates(session, stands.rule, unit, today):
        pasts = _pasts(session, stands, portion, off)
        yield [find(stands.rule, one, pasts[one], today) for one in portion]


def _candidates(session: Session, rule: Rule, unit: Unit, today: date) -> Iterator[list[Candidate]]:
    reader = {
        RuleKind.POST: _arrived, RuleKind.NEWCOMER: _arrived, RuleKind.GAP: _with_gap,
        RuleKind.LAW: _under_law, RuleKind.EXPIRY: _expiring,
    }[rule.kind]  # fmt: skip
    yield from reader(session, rule, unit, today)


def _in_portions(session: Session, query: Select) -> Iterator[list]:
    """Rows of a query (first column: an official's id, its order), in portions by id: no cursor stays open between them."""
    last = 0
    while rows := session.execute(query.where(Official.id > last).order_by(Official.id).limit(BATCH)).all():
        yield rows
        last = rows[-1][0]


def _people(unit: Unit, *columns) -> Select:
    """Active officials of a unit and all below it."""
    query = select(Official.id, *columns).join(Unit, Unit.id == Official.unit_id)
    return query.where(Official.active, Unit.path.startswith(unit.path, autoescape=True))


def _arrived(session: Session, rule: Rule, unit: Unit, _today: date) -> Iterator[list[Candidate]]:
    """Who came to the post (or to the roster) on or after the rule's day, and is still there."""
    newest = select(PostArrival.official_id, func.max(PostArrival.on_day).label("day")).group_by(PostArrival.official_id)
    newest = newest.where(PostArrival.on_day >= rule.since)
    if rule.kind is RuleKind.POST:
        newest = newest.join(Position, Position.id == PostArrival.position_id).where(Position.code == rule.position)
    else:
        newest = newest.where(PostArrival.first)
    came = newest.subquery()
    query = _people(unit, came.c.day, Position.code).join(came, came.c.official_id == Official.id).join(Position, Position.id == Official.position_id)
    if rule.kind is RuleKind.POST:
        query = query.where(Position.code == rule.position)
    for rows in _in_portions(session, query):
        yield [Candidate(i, (rule.thing_kind, rule.thing_code), _occasion(rule, day), day, code) for i, day, code in rows]


def _occasion(rule: Rule, day: date) -> str:
    return f"post:{rule.position}:{day}" if rule.kind is RuleKind.POST else "newcomer"


def _with_gap(session: Session, rule: Rule, unit: Unit, today: date) -> Iterator[list[Candidate]]:
    """Whose post asks for the competency and who stands in one of the rule's states."""
    query = _people(unit)
    if rule.states == (StateKind.NOT_YET,):  # what is stored names them; the rest need not be read
        stored = (Proficiency.official_id == Official.id) & (Proficiency.competency == rule.competency)
        query = query.join(Proficiency, stored).where(Proficiency.state == StateKind.NOT_YET)
    for rows in _in_portions(session, query):
        skills = skill_queries.skills_of_many(session, [row[0] for row in rows], clock.day_number(today))
        found = ((i, skill) for i, held in skills.items() for skill in held if skill.competency == rule.competency)
        wanted = [(i, s) for i, s in found if s.kind in rule.states and (s.critical or not rule.critical_only)]
        yield [Candidate(i, (rule.thing_kind, rule.thing_code), f"gap:{rule.competency}", today, s.kind) for i, s in sorted(wanted, key=lambda p: p[0])]


def _expiring(session: Session, rule: Rule, unit: Unit, today: date) -> Iterator[list[Candidate]]:
    """Whose "met" ends within the rule's days."""
    day = clock.day_number(today)
    stored = (Proficiency.official_id == Official.id) & (Proficiency.competency == rule.competency)
    query = _people(unit, Proficiency.confirmed_until).join(Proficiency, stored).where(Proficiency.state == StateKind.MET, Proficiency.target_level > 0)
    query = query.where(Proficiency.confirmed_until.between(day, day + rule.within))
    for rows in _in_portions(session, query):
        yield [
            Candidate(i, (rule.thing_kind, rule.thing_code), f"expiry:{rule.competency}:{until}", clock.date_of(until), rule.competency) for i, until in rows
        ]


def _under_law(session: Session, rule: Rule, unit: Unit, _today: date) -> Iterator[list[Candidate]]:
    """Whose post asks for a competency that a lesson with a changed fact serves; a candidate for each such lesson."""
    changed = fact_queries.changes(session, since=rule.since, fact=rule.fact)
    citing = fact_queries.citing(session, [change.fact for change in changed])
    # several changed facts of one lesson are one reason to read it: the last change
    lessons = {one.code: (change, one.competencies) for change in sorted(changed, key=lambda c: (c.seen_on, c.fact)) for one in citing.get(change.fact, ())}
    if not lessons:
        return
    for rows in _in_portions(session, _people(unit)):
        asked = effective(session, [row[0] for row in rows])
        yield [
            Candidate(i, (ThingKind.LESSON, code), f"law:{change.fact}:{change.seq}", change.seen_on, change.fact)
            for (i,) in rows
            for code, (change, moved) in sorted(lessons.items())
            if any(one in asked.get(i, {}) for one in moved)
        ]


def _pasts(session: Session, stands: Standing, portion: Sequence[Candidate], off: Sequence[str]) -> dict[Candidate, Past]:
    ids = sorted({one.official_id for one in portion})
    done = {thing: evidence_queries.done(session, Thing(*thing), ids) for thing in {one.thing for one in portion}}
    given, where = _given(session, stands.row.ref, ids), _outside(session, ids, off)
    pasts = {}
    for one in portion:
        at, day, ended = done[one.thing].get(one.official_id), *given.get((one.official_id, one.occasion, one.thing[1]), (None, ""))
        pasts[one] = Past(day_of(at) if at else None, day, ended, one.official_id in where)
    return pasts


def _given(session: Session, ref: str, ids: Sequence[int]) -> dict[tuple[int, str, str], tuple[date, str]]:
    """When the rule last gave what for which occasion, and how that stands, by (official, occasion, code)."""
    query = (
        select(Assignment.official_id, AssignmentReason.occasion, Assignment.code, AssignmentReason.at, Assignment.state, AssignmentReason.withdrawn_at)
        .join(AssignmentReason, AssignmentReason.assignment_id == Assignment.id)
        .join(AssignmentGroup, AssignmentGroup.id == AssignmentReason.group_id)
        .where(AssignmentGroup.source_kind == SourceKind.RULE, AssignmentGroup.source_ref == ref)
        .order_by(AssignmentReason.id)
    )
    rows = (row for batch in batches(ids) for row in session.execute(query.where(Assignment.official_id.in_(batch))))
    return {(i, occasion, code): (day_of(at), "withdrawn" if gone else state) for i, occasion, code, at, state, gone in rows}


def _outside(session: Session, ids: Sequence[int], off: Sequence[str]) -> set[int]:
    """Who is in a unit for which all rules are switched off."""
    if not off:
        return set()
    under = or_(*(Unit.path.startswith(path, autoescape=True) for path in off))
    query = select(Official.id).join(Unit, Unit.id == Official.unit_id).where(under)
    return {i for batch in batches(ids) for i in session.scalars(query.where(Official.id.in_(batch)))}
