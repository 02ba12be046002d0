"""Once a night: facts noted, evidence looked for, rules applied, reminders given, mails sent. Portions are transactions of their own."""

from __future__ import annotations

import logging
import smtplib
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from lms.assignments import actions, mail_actions, mailing, rule_actions, rule_queries, tuning
from lms.assignments.enums import State
from lms.assignments.models import Assignment
from lms.core import clock, jobs
from lms.core.db import database
from lms.people.calendar_queries import today as day_of

PORTION = 500
PAUSES = (0, 30, 120)
"""Seconds before each try to reach the mail server; what is left waits for the next night."""

log = logging.getLogger("lms.assignments")


def nightly(now: datetime) -> None:
    """Everything that a new day means for assignments."""
    close_done(now)
    apply_rules(now)
    remind(now)
    if mailing.mailing(current_app.config["SETTINGS"]) is not None:
        jobs.enqueue("assignments.send_mail", {}, account_id=None, now=now)


def close_done(now: datetime) -> int:
    """Close open assignments whose evidence came without news (an import, a restored backup)."""
    last, closed = 0, 0
    while True:
        with database().writing() as session:
            query = select(Assignment).where(Assignment.state == State.OPEN, Assignment.id > last).order_by(Assignment.id).limit(PORTION)
            held = session.scalars(query).all()
            if not held:
                return closed
            last = held[-1].id
            closed += actions.close_done(session, held, now=now)


def apply_rules(now: datetime) -> dict[str, int]:
    """Apply every rule that is switched on; returns how many assignments each gave, by its reference."""
    with database().writing() as session:
        rule_actions.note_facts(session, now=now)
    with database().reading() as session:
        refs = [stands.row.ref for stands in rule_queries.rules(session, running=True)]
    return {ref: _apply(ref, now) for ref in refs}


def _apply(ref: str, now: datetime) -> int:
    given = 0
    with database().reading() as session:
        stands = rule_queries.rule_by_ref(session, ref)
        for portion in rule_queries.findings(session, stands, day_of(now)):
            if any(one.hit for one in portion):
                with database().writing() as writing:
                    given += rule_actions.give(writing, stands=stands, found=portion, now=now)
    return given


def remind(now: datetime) -> int:
    """Give the reminders of the day."""
    schedule, known = tuning.read().schedule, mailing.mailing(current_app.config["SETTINGS"])
    last, given = 0, 0
    while True:
        with database().writing() as session:
            ids = session.scalars(
                select(Assignment.id)
                .where(Assignment.state == State.OPEN, Assignment.due_on.is_not(None), Assignment.id > last)
                .order_by(Assignment.id)
                .limit(PORTION)
            ).all()
            if not ids:
                return given
            found = mail_actions.due_reminders(session, schedule, day_of(now), after=last, limit=PORTION)
            given += mail_actions.remind(session, found, mailing=known, now=now)
            last = ids[-1]


def send_mail(*, report: jobs.Report, wait: Callable[[float], None] = time.sleep) -> dict[str, Any]:
    """Send what is queued; a server that can't be reached is tried again after a while, and the next night."""
    settings, sent = current_app.config["SETTINGS"], 0
    if not settings.mail_host:
        return {"sent": 0}
    for number, pause in enumerate(PAUSES, 1):
        if pause:
            wait(pause)
        try:
            sent += _send_all(settings)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail server not reached", extra={"event": "mail", "reason": type(error).__name__})
        with database().reading() as session:
            left = len(mail_actions.queued(session))
        report(number, len(PAUSES))
        if not left:
            break
    return {"sent": sent, "left": left}


def _send_all(settings: Any) -> int:
    with database().reading() as session:
        mails = [(mail.id, mail.address, mail.subject, mail.body) for mail in mail_actions.queued(session)]
    return mailing.send(settings, mails, sent=_note_sent, trouble=_note_trouble) if mails else 0


def _note_sent(mail_id: int) -> None:
    with database().writing() as session:
        mail_actions.note_sent(session, mail_id, now=clock.now())


def _note_trouble(mail_id: int, trouble: str, lasting: bool) -> None:
    with database().writing() as session:
        mail_actions.note_trouble(session, mail_id, trouble, lasting=lasting)
