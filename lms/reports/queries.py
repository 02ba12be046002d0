"""Reading reports and their schedules, as far as a scope reaches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.access.policy import scope
from lms.core.errors import Forbidden, NotFound
from lms.people.models import Unit
from lms.people.queries import within
from lms.reports.enums import State
from lms.reports.models import Report, ReportSchedule

ORDERS = {"newest": (Report.id.desc(),), "unit": (Unit.code, Report.id.desc()), "as_of": (Report.as_of.desc(), Report.id.desc())}
MOST_SCHEDULES = 50


def visible(actor: Actor) -> ColumnElement[bool]:
    """Reports on the units for which the actor may make one; live ones only where the actor sees live numbers."""
    return and_(within(scope(actor, Permission.REPORTS_MAKE)), or_(Report.live.is_(False), within(scope(actor, Permission.SKILLS_LIVE))))


def reports(actor: Actor, *, text: str = "", order: str = "newest", unit: Unit | None = None) -> Select[Any]:
    """Rows (Report, Unit) that the actor may see; ``text`` in the unit's code or name, or in who asked for it."""
    query = select(Report, Unit).join(Unit, Unit.id == Report.unit_id).where(visible(actor)).order_by(*ORDERS.get(order, ORDERS["newest"]))
    if unit is not None:
        query = query.where(Report.unit_id == unit.id)
    if text:
        wanted = text.lower()
        columns = (Unit.code, Unit.name_zh, Unit.name_en, Report.by)
        query = query.where(or_(*(func.lower(column).contains(wanted, autoescape=True) for column in columns)))
    return query


def report(session: Session, actor: Actor, ref: str) -> Report:
    """The report ``ref``. Raises NotFound, also where the actor may not know of it."""
    found = session.scalar(select(Report).join(Unit, Unit.id == Report.unit_id).where(Report.ref == ref, visible(actor)))
    if found is None:
        raise NotFound
    return found


def schedules(session: Session, actor: Actor, unit: Unit | None = None) -> Sequence[ReportSchedule]:
    """Schedules that are not ended, of one unit or of all that the actor makes reports on; at most fifty."""
    query = select(ReportSchedule).join(Unit, Unit.id == ReportSchedule.unit_id).where(ReportSchedule.ended_at.is_(None))
    query = query.where(within(scope(actor, Permission.REPORTS_MAKE))).order_by(Unit.code, ReportSchedule.id)
    if unit is not None:
        query = query.where(ReportSchedule.unit_id == unit.id)
    return session.scalars(query.limit(MOST_SCHEDULES)).all()


def schedule(session: Session, actor: Actor, ref: str) -> ReportSchedule:
    """The schedule ``ref``. Raises NotFound, or Forbidden outside of the actor's units."""
    found = session.scalar(select(ReportSchedule).where(ReportSchedule.ref == ref))
    if found is None:
        raise NotFound
    if not scope(actor, Permission.REPORTS_MAKE).covers_unit(found.unit.path):
        raise Forbidden
    return found


def may_remove(actor: Actor, one: Report | ReportSchedule) -> bool:
    """Who asked for it may delete it or end it, and HR of the unit."""
    return one.account_id == actor.account_id or scope(actor, Permission.SKILLS_LIVE).covers_unit(one.unit.path)


def running_schedules(session: Session) -> Sequence[ReportSchedule]:
    """All schedules that are not ended, by id: a handful for each unit that wants any."""
    return session.scalars(select(ReportSchedule).where(ReportSchedule.ended_at.is_(None)).order_by(ReportSchedule.id)).all()


def unopened(session: Session, account_id: int, *, limit: int) -> Sequence[Report]:
    """Scheduled reports of an account that are ready and were not opened yet, the newest first."""
    query = select(Report).where(Report.account_id == account_id, Report.schedule_id.is_not(None), Report.state == State.READY, Report.opened_at.is_(None))
    return session.scalars(query.order_by(Report.id.desc()).limit(limit)).all()


def outdated(session: Session, day: date, *, limit: int = 500) -> Sequence[Report]:
    """Reports whose file is kept no longer on ``day``."""
    return session.scalars(select(Report).where(Report.kept_until < day).order_by(Report.id).limit(limit)).all()


def stuck(session: Session, before: datetime, *, limit: int = 500) -> Sequence[Report]:
    """Reports that were asked for before that moment and never came to an end, say after a power cut."""
    return session.scalars(select(Report).where(Report.state == State.MAKING, Report.asked_at < before).order_by(Report.id).limit(limit)).all()
