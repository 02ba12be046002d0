"""Reports in the background: making one, and once a night the scheduled ones and clearing away old files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.access.policy import scope
from lms.core import clock, jobs
from lms.core.db import database
from lms.core.errors import Refused
from lms.core.i18n import speaking
from lms.core.typesetting import typeset
from lms.people import notice_actions
from lms.people.calendar_queries import today
from lms.people.models import Account, Unit
from lms.people.queries import actor_of_account
from lms.reports import actions, content, files, queries, schedule, workbook
from lms.reports.content import Made, Skills
from lms.reports.enums import Form, State
from lms.reports.models import Report, ReportSchedule

Step = Callable[[int, int], None]
STEPS = 3
READY = "report_ready"
LONGEST = timedelta(hours=6)


def make(*, report: Step, ref: str) -> dict[str, Any]:
    """Make the report ``ref``: read, draw, keep. Run again it makes the file anew."""
    report(0, STEPS)
    with database().reading() as session:
        asked = session.scalar(select(Report).where(Report.ref == ref))
        if asked is None or asked.state == State.READY:
            return {}
        with speaking(asked.language):
            skills = content.read(session, _unit(session, asked), live=asked.live, now=clock.now())
    report(1, STEPS)
    try:
        body = body_of(skills, Made(asked.by, clock.now(), asked.live), asked.form, asked.language)
        files.keep(ref, body)
    except Exception:
        _note(ref, state=State.FAILED)
        raise
    report(2, STEPS)
    _ready(ref, skills, len(body))
    return {}


def _unit(session: Session, asked: Report) -> Unit:
    """The unit, if who asked may still have the report. Raises Refused."""
    actor = actor_of_account(session, asked.account_id)
    unit = session.get_one(Unit, asked.unit_id)
    needed = (Permission.REPORTS_MAKE, *((Permission.SKILLS_LIVE,) if asked.live else ()))
    if not all(scope(actor, permission).covers_unit(unit.path) for permission in needed):
        _note(asked.ref, state=State.FAILED)
        raise Refused("no longer allowed")
    return unit


def body_of(skills: Skills, made: Made, form: str, language: str) -> bytes:
    """The file, in its language. Raises Refused before the first snapshot."""
    if skills.view.as_of is None:
        raise Refused("no snapshot yet")
    with speaking(language):
        if form == Form.XLSX:
            return workbook.workbook(content.sheet_data(skills, made))
        return typeset("reports/report.typ", content.document(skills, made), now=made.at).pdf


def _note(ref: str, **values: Any) -> None:
    with database().writing() as session:
        found = session.scalar(select(Report).where(Report.ref == ref))
        for name, value in values.items() if found else ():
            setattr(found, name, value)


def _ready(ref: str, skills: Skills, size: int) -> None:
    """Keep that it is ready; who has an official's record is told of a scheduled one."""
    now = clock.now()
    with database().writing() as session:
        made = session.scalar(select(Report).where(Report.ref == ref))
        if made is None:  # deleted meanwhile
            files.forget(ref)
            return
        made.state, made.size, made.made_at, made.as_of = State.READY, size, now, today(skills.view.as_of)
        official_id = session.scalar(select(Account.official_id).where(Account.id == made.account_id))
        if official_id and made.schedule_id:
            told = {"report": ref, "zh": made.unit.zh, "en": made.unit.en, "form": made.form}
            notice_actions.tell(session, kind=READY, facts={official_id: told}, now=now)


def nightly(now: datetime) -> None:
    """Delete what is kept no longer; ask for what the schedules want today."""
    forget_old(now)
    for ref, account_id in _due(now):
        jobs.enqueue("reports.make", {"ref": ref}, account_id=account_id, now=now)


def forget_old(now: datetime) -> None:
    """Delete reports whose days are over, file and entry; say of those that a power cut left half-made that they were not made."""
    with database().writing() as session:
        for left in queries.stuck(session, now - LONGEST):
            left.state = State.FAILED
        for old in queries.outdated(session, today(now)):
            session.delete(old)
            files.forget(old.ref)


def _due(now: datetime) -> list[tuple[str, int]]:
    """Reports that schedules want today, written down; a schedule whose account may no longer have it is ended."""
    day, asked = today(now), []
    with database().writing() as session:
        for one in queries.running_schedules(session):
            actor = actor_of_account(session, one.account_id)
            if actor is None or not scope(actor, Permission.REPORTS_MAKE).covers_unit(one.unit.path):
                actions.end_schedule(session, actor=actor or _nobody(one), schedule=one, now=now, reason="no longer allowed")
            elif schedule.due(one.every, one.day, made_on=one.made_on, today=day):
                made = actions.ask(session, actor=actor, unit=one.unit, form=one.form, language=one.language, live=False, now=now, schedule=one)
                one.made_on = day
                asked.append((made.ref, one.account_id))
    return asked


def _nobody(one: ReportSchedule) -> Actor:
    """Whose account was closed, for the log."""
    return Actor(account_id=one.account_id, ref="", name=one.by, grants=())
