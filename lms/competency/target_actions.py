"""Drafting, signing and withdrawing targets, and bringing them into force portion by portion.

A version goes draft → signed → in force → superseded, or it is withdrawn before it comes into force. It is never edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.competency import rebuild
from lms.competency import target_version_queries as versions
from lms.competency.actions import Changed, Regrouped, regroup
from lms.competency.enums import OPEN_TARGETS, TargetState
from lms.competency.models import TargetLine, TargetSignature, TargetVersion
from lms.competency.target_version_queries import Thing
from lms.competency.targeting import EVERYONE, Line, differences
from lms.core import framework
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.ids import new_ref
from lms.people import notice_actions
from lms.people.calendar_queries import today
from lms.people.models import Official, Unit

PORTION = 400  # officials: a transaction is over in some tens of milliseconds
LEVELS = range(6)
CHANGE = "target"
"""Why a state changed; and the kind of notice that says so."""


def ensure_may_edit(session: Session, actor: Actor, thing: Thing) -> None:
    """HR sets targets in its subtree; what holds for a post everywhere needs the whole tree."""
    if not may_edit(session, actor, thing):
        raise Forbidden


def may_edit(session: Session, actor: Actor, thing: Thing) -> bool:
    """Whether the actor may draft targets for it."""
    scope = policy.scope(actor, Permission.TARGETS_EDIT)
    place = thing.official.unit if thing.official else thing.unit
    if place is not None:
        return scope.covers_unit(place.path)
    return covers_everything(session, scope)


def covers_everything(session: Session, scope: policy.Scope) -> bool:
    """Whether every tree lies in the scope."""
    roots = session.scalars(select(Unit.path).where(Unit.parent_id.is_(None))).all()
    return scope.everything or (bool(roots) and all(scope.covers_unit(path) for path in roots))


def draft(
    session: Session, *, actor: Actor, thing: Thing, lines: Mapping[str, Line], valid_from: date, reason: str, signatures: int, now: datetime
) -> TargetVersion:
    """Write the next version down; nothing holds by it yet. Without lines it ends what the thing has of its own."""
    ensure_may_edit(session, actor, thing)
    key = thing.key
    last = versions.newest(session, key)
    _check(session, thing, lines, valid_from, reason, last, now)
    head = {"scope_key": key, "number": last.number + 1 if last else 1, "scope": thing.scope.value, "valid_from": valid_from, "reason": reason.strip()}
    by = {"author_id": actor.account_id, "author": actor.name, "drafted_at": now, "signatures_needed": max(1, signatures)}
    version = TargetVersion(ref=new_ref(), state=TargetState.DRAFT, **head, **thing.ids, **by)
    session.add(version)
    session.flush()
    rows = [{"version_id": version.id, "competency": code, "level": line.level, "critical": line.critical} for code, line in lines.items()]
    if rows:
        session.execute(insert(TargetLine), rows)
    _log(session, actor, audit.Action.TARGETS_DRAFTED, version, now, lines={code: [*line] for code, line in lines.items()})
    return version


def _check(session: Session, thing: Thing, lines: Mapping[str, Line], valid_from: date, reason: str, last: TargetVersion | None, now: datetime) -> None:
    if not reason.strip():
        raise Invalid(_("Say why: those concerned will read it."))
    if valid_from < today(now):
        raise Invalid(_("Targets hold from today on at the earliest. What is past was measured against the targets of its time."))
    if set(lines) - set(framework.read().codes) or any(line.level not in LEVELS for line in lines.values()):
        raise Invalid(_("A target is a level from 0 to 5 in a competency of the framework."))
    if last is not None and last.state in OPEN_TARGETS:
        raise Conflict(_("There is a version that is not in force yet. Withdraw it first, or wait until it is in force."))
    own = versions.lines_in_force(session, thing.key)
    if dict(lines) == own:
        raise Invalid(_("This is what holds already: nothing would change."))
    if not thing.is_baseline:
        _check_baseline(session, lines)


def _check_baseline(session: Session, lines: Mapping[str, Line]) -> None:
    """Nobody is asked for less than the baseline for all."""
    for code, least in versions.baseline_for_all(session).items():
        if code in lines and lines[code].level < least.level:
            raise Invalid(_("%(code)s: the baseline for all asks for level %(level)d, so nobody can be asked for less.", code=code, level=least.level))


def sign(session: Session, *, actor: Actor, version: TargetVersion, conflict: bool, words: str, now: datetime) -> bool:
    """An expert other than the author puts their name to it; answers whether that was the last signature needed."""
    policy.ensure(actor, Permission.TARGETS_SIGN)
    session.refresh(version, with_for_update=True)  # two who sign at once: the second sees the first
    if version.state != TargetState.DRAFT:
        raise Conflict(_("This version is no draft any more."))
    if actor.account_id is None or actor.account_id == version.author_id:
        raise Forbidden(_("Whoever drafted a version does not sign it."))
    if version.official_id is not None and version.official_id == actor.official_id:
        raise Forbidden(_("Nobody signs their own targets."))
    if conflict and not words.strip():
        raise Invalid(_("Say in a few words what the conflict of interest is."))
    signed = versions.signatures(session, version)
    if actor.account_id in {one.account_id for one in signed}:
        raise Conflict(_("You have signed this version already."))
    session.add(TargetSignature(version_id=version.id, account_id=actor.account_id, name=actor.name, conflict=conflict, conflict_words=words.strip(), at=now))
    complete = len(signed) + 1 >= version.signatures_needed
    if complete:
        version.state = TargetState.SIGNED
    _log(session, actor, audit.Action.TARGETS_SIGNED, version, now, conflict=conflict)
    session.flush()
    return complete


def withdraw(session: Session, *, actor: Actor, version: TargetVersion, now: datetime) -> None:
    """Take a version back that has not begun to hold for anybody."""
    ensure_may_edit(session, actor, versions.thing_of(session, version))
    session.refresh(version, with_for_update=True)
    if version.state not in OPEN_TARGETS or version.active:
        raise Conflict(_("Only a version that does not hold yet can be withdrawn."))
    version.state, version.ended_at = TargetState.WITHDRAWN, now
    _log(session, actor, audit.Action.TARGETS_WITHDRAWN, version, now)


def _log(session: Session, actor: Actor, action: audit.Action, version: TargetVersion, now: datetime, **detail: Any) -> None:
    audit.record(session, actor=actor, action=action, subject=version.ref, official_id=version.official_id, now=now, targets_of=version.scope_key, **detail)


@dataclass(frozen=True, slots=True)
class Portion:
    """How far a version is after a portion."""

    finished: bool
    seen: int
    moved: int


def advance(session: Session, *, ref: str, actor: Actor, now: datetime) -> Portion:
    """Make a signed version that is due hold for the next `PORTION` officials of its scope; at the end it is in force.

    Each portion is a transaction of its own; in between it is certain for whom which version holds.
    """
    version = session.scalar(select(TargetVersion).where(TargetVersion.ref == ref).with_for_update())
    if version is None or version.state != TargetState.SIGNED or version.valid_from > today(now):
        return Portion(True, 0, 0)
    ids = _next(session, version)
    if len(ids) <= PORTION:
        rebuild.lock(session)  # nobody joins while the last ones are counted
        ids = _next(session, version)
    last = len(ids) <= PORTION
    edge = EVERYONE if last else ids[PORTION - 1]
    previous = session.scalar(select(TargetVersion).where(TargetVersion.scope_key == version.scope_key, TargetVersion.active, TargetVersion.id != version.id))

    def change() -> None:
        version.active, version.in_to = True, edge
        if previous is not None:
            previous.out_to = edge

    moved, changed = regroup(session, official_ids=set(ids[:PORTION]), change=change, now=now, reason=CHANGE)
    _tell(session, version, moved, changed, now)
    if last:
        _finish(session, version, previous, actor, now)
    return Portion(last, len(ids[:PORTION]), len(moved))


def _next(session: Session, version: TargetVersion) -> list[int]:
    """The next officials of the scope, one more than a portion."""
    query = versions.in_scope(versions.thing_of(session, version)).where(Official.id > version.in_to).order_by(Official.id)
    return list(session.scalars(query.limit(PORTION + 1)))


def _finish(session: Session, version: TargetVersion, previous: TargetVersion | None, actor: Actor, now: datetime) -> None:
    if previous is not None:
        previous.state, previous.active, previous.ended_at = TargetState.SUPERSEDED, False, now
    version.state, version.in_force_at = TargetState.IN_FORCE, now
    _log(session, actor, audit.Action.TARGETS_IN_FORCE, version, now)


def _tell(session: Session, version: TargetVersion, moved: Regrouped, changed: Iterable[Changed], now: datetime) -> None:
    """Everybody of whom something else is asked reads what, since when and why."""
    states = {(one.official_id, one.competency): one for one in changed}
    active = set(session.scalars(select(Official.id).where(Official.id.in_(moved), Official.active)))
    about = {"version": version.ref, "scope": version.scope, "day": version.valid_from.isoformat(), "reason": version.reason}
    facts = {}
    for official_id in sorted(active):
        was, is_ = moved[official_id]
        changes = [
            {"competency": code, "before": old, "after": new, **_states(states.get((official_id, code)))}
            for code, (old, new) in differences(was.levels, is_.levels).items()
        ]
        facts[official_id] = {**about, "changes": changes}
    notice_actions.tell(session, kind=CHANGE, facts=facts, now=now)


def _states(one: Changed | None) -> dict[str, str]:
    return {"state_before": one.before, "state_after": one.after} if one else {}
