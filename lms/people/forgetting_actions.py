"""Who somebody was is forgotten three years after they left, as the privacy notice says; answers stay for the statistics of questions, as nobody's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.core.errors import Refused
from lms.core.events import publish
from lms.people.calendar_queries import today
from lms.people.events import OfficialsForgotten
from lms.people.models import Accommodation, Account, ActivationCode, KnownDevice, Notice, Official, SignInSession

YEARS = 3
NOBODY = "–"
"""Stands where the name of a forgotten person stood."""


def latest(day: date) -> date:
    """Who left by this day has been gone for three years on ``day``."""
    leap = (day.month, day.day) == (2, 29)  # three years before it there is none
    return day.replace(year=day.year - YEARS, day=28 if leap else day.day)


def due(session: Session, *, left_by: date, now: datetime) -> Sequence[Official]:
    """Who left by a day and is not forgotten yet, in the order of staff numbers. Raises Refused for a day that is less than three years ago."""
    if left_by > (last := latest(today(now))):
        raise Refused(_("The record of who left is kept for three years: name a day up to %(day)s.", day=last))
    gone = Official.active.is_(False), Official.deactivated_at.is_not(None), Official.name != NOBODY
    found = session.scalars(select(Official).where(*gone).order_by(Official.staff_no))
    return [one for one in found if today(one.deactivated_at) <= left_by]


def forget(session: Session, *, actor: Actor, people: Sequence[Official], now: datetime) -> None:
    """Take name, number and everything written by or about these persons away; whoever holds more of them listens to ``OfficialsForgotten``."""
    for official in people:
        official.name, official.staff_no = NOBODY, official.ref
        official.grade = official.birth_month = official.phone = ""
        official.joined_on = official.retires_on = None
        _close(session, official)
    audit.record_many(session, actor=actor, now=now, events=[audit.Event(Action.PERSON_FORGOTTEN, one.ref, one.id) for one in people])
    ids = [official.id for official in people]
    for model in (Accommodation, Notice):
        session.execute(delete(model).where(model.official_id.in_(ids)))
    publish(session, OfficialsForgotten(ids))


def _close(session: Session, official: Official) -> None:
    """The account stays as what rows of others point to; nobody can sign in to it, and it names nobody."""
    account = session.scalar(select(Account).where(Account.official_id == official.id))
    if account is None:
        return
    account.login, account.name, account.password_hash, account.active = account.ref, NOBODY, None, False
    for model in (ActivationCode, SignInSession, KnownDevice):
        session.execute(delete(model).where(model.account_id == account.id))
