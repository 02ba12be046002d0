"""Making, changing and switching rules, and applying them: twice or in any order gives the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from flask_babel import gettext as _
from sqlalchemy import insert
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.assignments import actions, fact_queries, rule_queries
from lms.assignments.actions import MOST_WORDS, Reason
from lms.assignments.enums import RuleKind, SourceKind
from lms.assignments.models import AssignmentRule, AssignmentRuleSwitch, AssignmentRuleVersion, FactState
from lms.assignments.rule_queries import Standing
from lms.assignments.rules import Finding, Rule, again
from lms.core.errors import Conflict, Invalid
from lms.core.ids import new_ref
from lms.people.calendar_queries import today as day_of
from lms.people.models import Unit

RULES = Actor(account_id=None, ref="", name="rules", grants=(), is_operator=True)
"""Who assigns at night: the rules that HR made."""


def make(session: Session, *, rule: Rule, unit: Unit, reason: str, actor: Actor, now: datetime) -> AssignmentRule:
    """A new rule for a unit and all below it; it is off until somebody switches it on. Raises Forbidden, Invalid."""
    policy.ensure_unit(actor, Permission.ASSIGN, unit.path)
    made = AssignmentRule(ref=new_ref(), unit_id=unit.id, version=0)
    session.add(made)
    session.flush()  # its id goes into the version
    _add_version(session, made, rule, reason, actor, now)
    return made


def change(session: Session, *, row: AssignmentRule, rule: Rule, reason: str, actor: Actor, now: datetime, seen: int) -> None:
    """A new version of a rule, whose kind stays; earlier ones are kept. Raises Forbidden, Invalid, Conflict if it was changed meanwhile."""
    policy.ensure_unit(actor, Permission.ASSIGN, session.get_one(Unit, row.unit_id).path)
    if row.version != seen:
        raise Conflict(_("Somebody changed this rule meanwhile. Look at it again."))
    if rule_queries.standing(session, row).rule.kind is not rule.kind:
        raise Invalid(_("A rule keeps its kind. Make a new one instead."))
    _add_version(session, row, rule, reason, actor, now)


def _add_version(session: Session, row: AssignmentRule, rule: Rule, reason: str, actor: Actor, now: datetime) -> None:
    reason = _reason(reason)
    row.version += 1
    known = {"rule_id": row.id, "version": row.version, "content": rule.data(), "reason": reason}
    session.add(AssignmentRuleVersion(**known, made_by=actor.name[:120], made_at=now))
    session.flush()
    audit.record(session, actor=actor, action=audit.Action.RULE_CHANGED, subject=row.ref, now=now, version=row.version, reason=reason, content=rule.data())


def switch(session: Session, *, row: AssignmentRule, running: bool, reason: str, actor: Actor, now: datetime) -> None:
    """Switch one rule on or off, with a reason. What it gave stays."""
    policy.ensure_unit(actor, Permission.ASSIGN, session.get_one(Unit, row.unit_id).path)
    if row.running == running:
        raise Conflict(_("Somebody has switched this rule already."))
    _note_switch(session, row.id, None, running, reason, actor, now, row.ref)
    row.running = running


def switch_all(session: Session, *, unit: Unit | None, running: bool, reason: str, actor: Actor, now: datetime) -> None:
    """Switch all rules on or off at once for a unit and those below it (None: for everybody, by the operator). Each keeps its own switch."""
    if unit is None:
        policy.ensure_unit(actor, Permission.ASSIGN, None)
    else:
        policy.ensure_unit(actor, Permission.ASSIGN, unit.path)
    path = unit.path if unit else "/"
    if (path not in rule_queries.off_paths(session)) == running:
        raise Conflict(_("Somebody has switched the rules already."))
    _note_switch(session, None, unit.id if unit else None, running, reason, actor, now, unit.code if unit else "all")


def _note_switch(
    session: Session, rule_id: int | None, unit_id: int | None, running: bool, reason: str, actor: Actor, now: datetime, subject: str
) -> None:
    reason = _reason(reason)
    session.add(AssignmentRuleSwitch(rule_id=rule_id, unit_id=unit_id, running=running, reason=reason, by=actor.name[:120], at=now))
    session.flush()
    audit.record(session, actor=actor, action=audit.Action.RULE_SWITCHED, subject=subject, now=now, running=running, reason=reason)


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid(_("Give a reason; it is kept with the rule."))
    if len(text) > MOST_WORDS:
        raise Invalid(_("Use at most %(n)d characters.", n=MOST_WORDS))
    return text


def give(session: Session, *, stands: Standing, found: Sequence[Finding], now: datetime) -> int:
    """Assign what a rule found today; returns to how many people. Who has it open keeps one assignment with this reason too."""
    hits: dict[tuple, dict[int, str]] = {}
    for one in found:
        if one.hit:
            starts = _counts_from(stands.rule, one, now)
            # of two occasions for the same thing (two facts of one lesson) the candidate's reader keeps the last
            hits.setdefault((one.candidate.thing, starts), {})[one.candidate.official_id] = one.candidate.occasion
    reason = Reason(SourceKind.RULE, stands.row.ref, version=stands.version.version)
    due = day_of(now) + timedelta(days=stands.rule.days)
    given = 0
    for (thing, starts), occasions in sorted(hits.items(), key=lambda pair: str(pair[0])):
        known = {"reason": reason, "due": due, "actor": RULES, "now": now, "counts_from": starts}
        result = actions.assign(session, official_ids=occasions, thing=thing, occasions=occasions, **known)
        given += len(result.made) + len(result.joined)
    return given


def _counts_from(rule: Rule, one: Finding, now: datetime) -> datetime | None:
    if not again(rule):
        return None
    return datetime.combine(one.day, time(), UTC) if rule.kind is RuleKind.LAW else now


def note_facts(session: Session, *, now: datetime) -> list[str]:
    """Remember every state of the register's facts; returns the facts that are not what they were."""
    known, rows, changed = fact_queries.newest(session), [], []
    for fact in fact_queries.register():
        before = known.get(fact.id)
        if before is not None and before.hash == fact.hash:
            continue
        seq = before.seq + 1 if before else 1
        rows.append({"fact": fact.id, "seq": seq, "hash": fact.hash, "content": fact.content, "seen_on": day_of(now)})
        if before is not None:
            changed.append(fact.id)
    if rows:
        session.execute(insert(FactState.__table__), rows)
    return changed
