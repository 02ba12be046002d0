"""Reading decisions and the figures they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission as P
from lms.access.policy import Scope
from lms.competency import queries as competency
from lms.core import clock
from lms.core.errors import NotFound
from lms.decisions import figures
from lms.decisions.enums import STANDING, DecisionState, OptionKind
from lms.decisions.models import Decision
from lms.people import queries as people
from lms.people.calendar_queries import today as day_of
from lms.people.models import Official, Unit

CURRENT = (DecisionState.DRAFT, *STANDING)
CONTENT = ("number", "version", "unit_id", "by", "question", "figures", "options", "chosen", "reason", "limits", "measure", "competency", "aim", "before")
"""What stays as it is from the decision on, with its dates."""


def frozen(session: Session, unit: Unit, *, now: datetime) -> dict[str, Any]:
    """The unit's figures as plain numbers: live for HR, and as they may be shown to others."""
    live = competency.live_cells(session, unit, clock.day_number(now))[unit.id, False]
    shown = published(session, unit)
    return {"unit": unit.code, "as_of": now.isoformat(), "live": {code: figures.plain(cell) for code, cell in live.items()}, "published": shown}


def published(session: Session, unit: Unit) -> dict[str, Any] | None:
    """The unit's cells of the latest snapshot, hidden ones None; None before the first."""
    snapshot = competency.latest_snapshot(session)
    if snapshot is None:
        return None
    cells = competency.snapshot_cells(session, snapshot, unit)[unit.id, False]
    return {"as_of": day_of(snapshot.taken_at).isoformat(), "cells": {code: figures.plain(cell) for code, cell in cells.items()}}


def measured(found: dict[str, Any], measure: str, code: str) -> dict[str, Any]:
    """What a measure reads in frozen figures: for HR and for others, with both dates."""
    shown = found["published"]
    return {
        "live": figures.value(found["live"], measure, code),
        "as_of": found["as_of"],
        "published": figures.value(shown["cells"], measure, code) if shown else None,
        "published_as_of": shown["as_of"] if shown else None,
    }


def content(decision: Decision) -> dict[str, Any]:
    """What the hash covers."""
    known = {name: getattr(decision, name) for name in CONTENT}
    decided = decision.decided_at.isoformat() if decision.decided_at else None
    return known | {"review_on": decision.review_on and decision.review_on.isoformat(), "decided_at": decided}


def is_unchanged(decision: Decision) -> bool:
    """Whether a decided record is still what was decided."""
    return figures.content_hash(content(decision)) == decision.content_hash


def by_ref(session: Session, actor: Actor, ref: str, *, lock: bool = False) -> Decision:
    """A decision of a unit for which ``actor`` decides. Raises NotFound, Forbidden."""
    query = select(Decision).where(Decision.ref == ref)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    policy.ensure_unit(actor, P.PLANS_EDIT, found.unit.path)
    return found


def begun(session: Session, actor: Actor, ref: str) -> Decision | None:
    """The draft that the same form began before, if it did."""
    return session.scalar(select(Decision).where(Decision.ref == ref, Decision.account_id == actor.account_id)) if ref else None


def lies_within(session: Session, unit: Unit, transfer: dict[str, Any]) -> bool:
    """Whether both units of a transfer are ``unit`` or lie below it: whoever decides for it may open the records of both."""
    codes = {transfer["from"], transfer["to"]}
    return set(session.scalars(select(Unit.code).where(Unit.code.in_(codes), people.below(unit)))) == codes


def out_of_reach(session: Session, actor: Actor, decision: Decision) -> set[int]:
    """The numbers of those options that weigh a person of whom the reader may know nothing."""
    transfers = {n: {one["figures"]["from"], one["figures"]["to"]} for n, one in enumerate(decision.options) if one["kind"] == OptionKind.WHAT_IF}
    codes = set().union(*transfers.values())
    within = people.within(policy.scope(actor, P.TALENT_SEARCH))
    reach = set(session.scalars(select(Unit.code).where(Unit.code.in_(codes), within))) if codes else set()
    return {n for n, places in transfers.items() if places - reach}


def versions(session: Session, decision: Decision) -> Sequence[Decision]:
    """All versions of a decision, the newest first."""
    return session.scalars(select(Decision).where(Decision.number == decision.number).order_by(Decision.version.desc())).all()


ORDERS = {
    "newest": (Decision.created_at.desc(), Decision.id.desc()),
    "review": (Decision.review_on.is_(None), Decision.review_on, Decision.id),
    "unit": (Unit.code, Decision.id),
}


def listed(scope: Scope, *, today: date, text: str = "", state: str = "current", order: str = "newest") -> Select[Any]:
    """Rows (Decision, Unit) of ``scope``; ``state``: one of the states, ``current``, ``due`` or ``all``."""
    query = select(Decision, Unit).join(Unit, Unit.id == Decision.unit_id).where(people.within(scope))
    query = query.where(_in_state(state, today))
    if text:
        wanted = text.lower()
        query = query.where(or_(*(func.lower(column).contains(wanted, autoescape=True) for column in (Decision.question, Decision.reason, Unit.name_zh))))
    return query.order_by(*ORDERS.get(order, ORDERS["newest"]))


def _in_state(state: str, today: date) -> ColumnElement[bool]:
    if state == "all":
        return Decision.id.is_not(None)
    if state == "due":
        return due(today)
    return Decision.state.in_([state] if state in set(DecisionState) else CURRENT)


def due(today: date) -> ColumnElement[bool]:
    """Decisions whose review should have begun by ``today``."""
    return (Decision.state == DecisionState.DECIDED) & (Decision.review_on <= today)


def waiting(session: Session, actor: Actor, *, today: date) -> Sequence[Decision]:
    """Decisions that wait for a review by ``actor``, the oldest first."""
    query = select(Decision).join(Unit, Unit.id == Decision.unit_id).where(due(today), people.within(policy.scope(actor, P.PLANS_EDIT)))
    return session.scalars(query.order_by(Decision.review_on, Decision.id).limit(20)).all()


def _reads(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Units whose published decisions concern ``actor``: their own, those that they answer for, and all above these."""
    answers = policy.scope(actor, P.SKILLS_SNAPSHOT)
    own = policy.scope(actor, P.OWN_RECORD).official_id
    path = session.scalar(select(Unit.path).join(Official, Official.unit_id == Unit.id).where(Official.id == own)) if own else None
    return or_(people.within(answers), *(literal(one).startswith(Unit.path) for one in (*answers.paths, path) if one))


def concerning(session: Session, actor: Actor) -> Select[Any]:
    """Rows (Decision, Unit) that are published, stand and concern ``actor``, the newest first."""
    query = _published_to(session, actor).where(Decision.state.in_(STANDING))
    return query.order_by(Decision.published_at.desc(), Decision.id.desc())


def _published_to(session: Session, actor: Actor) -> Select[Any]:
    query = select(Decision, Unit).join(Unit, Unit.id == Decision.unit_id)
    return query.where(Decision.published_at.is_not(None), _reads(session, actor))


def published_one(session: Session, actor: Actor, ref: str) -> Decision:
    """A published decision that concerns ``actor``, also one that a new version has replaced. Raises NotFound, for others too."""
    found = session.execute(_published_to(session, actor).where(Decision.ref == ref)).first()
    if found is None:
        raise NotFound
    return found[0]


def published_after(session: Session, decision: Decision) -> Decision | None:
    """The newest published version that replaced this one."""
    query = select(Decision).where(Decision.number == decision.number, Decision.version > decision.version, Decision.published_at.is_not(None))
    return session.scalar(query.order_by(Decision.version.desc()).limit(1))
