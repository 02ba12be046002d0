"""The language in which a quiz shows its questions: the reader's, unless another one was granted to them.

Who was granted a language may still switch; the switch is remembered until they sign out.
"""

from __future__ import annotations

from datetime import datetime

from flask import g, request
from flask import session as cookie
from sqlalchemy.orm import Session

from lms.core.i18n import LANGUAGES
from lms.people import accommodation_queries

SWITCHED = "questions"


def granted_language(session: Session, official_id: int, *, now: datetime) -> str:
    """The language granted to an official, empty if none is."""
    granted = accommodation_queries.accommodation(session, official_id, now=now)
    return granted.language if granted else ""


def shown_in(granted: str) -> str:
    """The language of the questions for a reader to whom ``granted`` was granted (empty: none)."""
    if not granted:
        return g.language
    switched = cookie.get(SWITCHED)
    return switched if switched in LANGUAGES else granted


def answered_in() -> str:
    """The language in which the question of the posted form was shown, so that the answer path asks nothing."""
    said = request.form.get("shown_in")
    return said if said in LANGUAGES else g.language


def switch(to: str) -> None:
    """Remember the reader's own choice."""
    if to in LANGUAGES:
        cookie[SWITCHED] = to
