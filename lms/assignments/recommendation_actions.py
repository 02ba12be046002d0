"""Answering a recommendation: taking it up is an assignment to oneself without a date, refusing it keeps it away. Nobody is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.assignments import actions, thing_queries, tuning
from lms.assignments.actions import MOST_WORDS, Assigned, Reason
from lms.assignments.enums import SourceKind
from lms.assignments.models import RecommendationAnswer
from lms.assignments.thing_queries import Thing
from lms.core.errors import Invalid
from lms.people.calendar_queries import today as day_of


def accept(session: Session, *, thing: Thing | tuple[str, str], actor: Actor, now: datetime) -> Assigned:
    """Take it up: it stands among one's assignments, without a date and without reminders. Raises Forbidden, Invalid."""
    policy.ensure(actor, Permission.LEARN)
    assert actor.official_id is not None
    thing = thing_queries.found(session, thing)
    session.add(RecommendationAnswer(official_id=actor.official_id, kind=thing.kind, code=thing.code, accepted=True, at=now))
    reason = Reason(SourceKind.RECOMMENDATION)
    return actions.assign(session, official_ids=[actor.official_id], thing=thing, due=None, reason=reason, actor=actor, now=now)


def decline(session: Session, *, thing: Thing | tuple[str, str], words: str = "", actor: Actor, now: datetime) -> RecommendationAnswer:
    """Refuse it, with a reason or without; it stays away for the days that the content sets. Raises Forbidden, Invalid."""
    policy.ensure(actor, Permission.LEARN)
    thing, words = thing_queries.found(session, thing), words.strip()
    if len(words) > MOST_WORDS:
        raise Invalid(_("Use at most %(n)d characters.", n=MOST_WORDS))
    until = day_of(now) + timedelta(days=tuning.read().refused_days)
    made = RecommendationAnswer(official_id=actor.official_id, kind=thing.kind, code=thing.code, accepted=False, words=words, at=now, until=until)
    session.add(made)
    return made
