"""What placement has to say on the home page: one that can be gone on with, or that would tell much."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.assessments import placing_queries as questions
from lms.competency.model_queries import day_of
from lms.placement import actions, pages, queries
from lms.web.home import Step, Urgency

MUCH = 3
"""From so many undecided competencies on, a placement is worth a hint."""


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step]:
    """The open placement, if there is one."""
    official_id = policy.scope(actor, Permission.TAKE_ASSESSMENT).official_id
    sitting = queries.open_sitting(session, official_id=official_id) if official_id is not None else None
    if sitting is not None:
        why = _("The question where you stopped waits for you. Every answer sent so far is saved.")
        yield Step(Urgency.CONTINUE, _("A placement you have begun"), why, _("Go on with the placement"), url_for("placement.question", ref=sitting.ref))
    elif official_id is not None and _would_tell(session, official_id, now):
        why = _("One sitting over all that your post needs: you need not learn what you can do already. Stop and go on whenever you like.")
        yield Step(Urgency.START, _("Find out where you stand"), why, _("Look at the placement"), url_for("placement.intro"))


def _would_tell(session: Session, official_id: int, now: datetime) -> bool:
    """Whether much is undecided, there are questions that count, and the last sitting is not of these days."""
    last = next(iter(queries.sittings(session, official_id=official_id, limit=1)), None)
    if last is not None and now - last.started_at < actions.FORTNIGHT:
        return False
    tracks = queries.start_of(session, official_id, day_of(now))
    much = pages.undecided(tracks, queries.rules()) >= MUCH
    return much and next(questions.evidence_banks(session, official_id), None) is not None
