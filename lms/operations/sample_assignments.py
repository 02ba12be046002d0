"""Assignments of the sample county: one by hand that is over, one that runs with a request for more time, a rule that is on and one that is off."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.assignments import actions, exception_actions, jobs, rule_actions
from lms.assignments.actions import Reason
from lms.assignments.enums import RuleKind, SourceKind, State
from lms.assignments.models import Assignment
from lms.assignments.rules import Rule
from lms.core.db import database
from lms.courses.models import Course
from lms.operations import sample_county as county
from lms.people.models import Account, Official, Position, Unit
from lms.people.queries import actor_of_account, unit_by_code

OVER, RUNS = "县里换发新终端，人人先学一遍", "迎接年底网络安全检查"
AGO = timedelta(days=60)
SAFETY = "account-security"
MOST = 24
"""So many people of a post, so that the lists stay readable."""


def make(now: datetime) -> str:
    """HR assigns, an official asks for more time, a rule is applied."""
    with database().writing() as session:
        hr = _actor(session, "hr")
        _assign(session, hr, ("course", "C01"), "P02", now.date() - timedelta(days=10), OVER, now - AGO)
    jobs.close_done(now)
    with database().writing() as session:
        _assign(session, hr, ("quiz", _safety(session)), "P01", now.date() + timedelta(days=5), RUNS, now - timedelta(days=20))
        _ask(session, now)
    with database().writing() as session:
        _rules(session, hr, now)
    given = sum(jobs.apply_rules(now).values())
    return f"Assignments by hand; a rule gave {given} more, another one is off."


def _actor(session: Session, login: str) -> Actor:
    actor = actor_of_account(session, session.scalars(select(Account.id).where(Account.login == login)).one())
    assert actor is not None
    return actor


def _safety(session: Session) -> str:
    """The course on account security and its quiz, which has the same name; else the first course there is."""
    slugs = session.scalars(select(Course.slug).where(Course.current_revision_id.is_not(None)).order_by(Course.code)).all()
    return SAFETY if SAFETY in slugs else slugs[0]


def _assign(session: Session, hr: Actor, thing: tuple[str, str], post: str, due: date, words: str, at: datetime) -> None:
    where = unit_by_code(session, county.COUNTY)
    query = select(Official.id).join(Position, Position.id == Official.position_id).join(Unit, Unit.id == Official.unit_id)
    query = query.where(Position.code == post, Official.active, Unit.path.startswith(where.path)).order_by(Official.id).limit(MOST)
    reason = Reason(SourceKind.HAND, words=words)
    actions.assign(session, official_ids=session.scalars(query).all(), thing=thing, due=due, reason=reason, actor=hr, now=at)


def _ask(session: Session, now: datetime) -> None:
    """The first who has something open asks for a fortnight."""
    query = select(Assignment).where(Assignment.state == State.OPEN, Assignment.due_on > now.date()).order_by(Assignment.id)
    one = session.scalars(query).first()
    account_id = session.scalars(select(Account.id).where(Account.official_id == one.official_id)).one() if one else None
    actor = actor_of_account(session, account_id) if account_id else None
    if one is None or actor is None:
        return
    until = one.due_on + timedelta(days=14)
    exception_actions.ask(session, one=one, words="月底前在村里核对低保名单，想晚两周。", until=until, actor=actor, now=now)


def _rules(session: Session, hr: Actor, now: datetime) -> None:
    unit = unit_by_code(session, f"{county.COUNTY}101")
    gap = Rule(RuleKind.GAP, "course", _safety(session), days=90, competency="SEC-1", states=("not_yet", "unclear"))
    law = Rule(RuleKind.LAW, days=30, since=now.date())
    on = rule_actions.make(session, rule=gap, unit=unit, reason="窗口每天经手群众的账号和材料", actor=hr, now=now)
    rule_actions.switch(session, row=on, running=True, reason="试看过名单，人数合适", actor=hr, now=now)
    rule_actions.make(session, rule=law, unit=unit_by_code(session, county.COUNTY), reason="法规改了，学过的人要重读", actor=hr, now=now)
