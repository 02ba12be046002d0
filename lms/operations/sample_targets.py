"""Targets of the sample county's own: one of a township that holds, and a draft of HR that waits for the expert."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.competency import target_actions, target_jobs
from lms.competency.models import TargetVersion
from lms.competency.target_version_queries import Thing
from lms.competency.targeting import Line
from lms.core.db import database
from lms.operations import sample_county as county
from lms.people.calendar_queries import today
from lms.people.models import Account, Position, Unit
from lms.people.queries import actor_of_account, unit_by_code

TOWNSHIP, SATELLITE = f"{county.COUNTY}204", "信息员要自己看护新开通的线路"
CLERKS = "窗口换用新的政务外网终端"


def make(now: datetime) -> str:
    """HR drafts both; the expert signs one, which comes into force."""
    with database().writing() as session:
        hr, expert = (_actor(session, login) for login in ("hr", "expert"))
        township = _draft(session, hr, TOWNSHIP, "P02", {"NET-1": Line(3, True), "NET-2": Line(3)}, SATELLITE, now)
        target_actions.sign(session, actor=expert, version=township, conflict=False, words="", now=now)
        _draft(session, hr, county.COUNTY, "P01", {"SEC-1": Line(3, True), "NET-1": Line(2)}, CLERKS, now)
    target_jobs.nightly(now)
    return "Targets of a township in force, and a draft for the county's counters."


def _actor(session: Session, login: str) -> Actor:
    account_id = session.scalars(select(Account.id).where(Account.login == login)).one()
    return actor_of_account(session, account_id)


def _draft(session: Session, actor: Actor, unit: str, post: str, lines: Mapping[str, Line], reason: str, now: datetime) -> TargetVersion:
    where: Unit = unit_by_code(session, unit)
    thing = Thing(unit=where, position=session.scalars(select(Position).where(Position.code == post)).one())
    return target_actions.draft(session, actor=actor, thing=thing, lines=lines, valid_from=today(now), reason=reason, signatures=1, now=now)
