"""What class hours do when something happens elsewhere."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lms.hours import actions, evidence_queries, queries
from lms.learning.events import CourseCompleted
from lms.people.events import OfficialsMoved
from lms.portfolio.events import EvidenceRecorded


def course_completed(session: Session, event: CourseCompleted) -> None:
    """The course's hours count at once: the official's page computes them, the unit's report does before it is shown."""
    actions.note_stale(session, event.official_id, event.completed_at.astimezone(queries.zone()).year)


def evidence_recorded(session: Session, event: EvidenceRecorded) -> None:
    """A judged work sample or a certificate may count, if a rule says so: in the year of its day, which may be over."""
    found = {official_id for official_id, _code in event.pairs}
    this = queries.today(event.now).year
    actions.refresh(session, found, since=min(evidence_queries.first_judged(session, found, queries.zone()) or this, this), now=event.now)


def officials_moved(session: Session, event: OfficialsMoved) -> None:
    """Another unit or post may ask for something else; who is not active is not counted; who is new has no evidence yet."""
    books = queries.Books(session)
    moved = {move.official_id for move in event.moves if move.before and move.after}
    added = {move.official_id for move in event.moves if not move.before}
    gone = {move.official_id for move in event.moves if not move.after}
    for year in queries.open_standing_years(session):
        for batch in queries.people.batches(sorted(gone)):
            actions.remove(session, batch, year)
        for batch in queries.people.batches(sorted(moved | added)):
            actions.replace(session, queries.ledgers(session, batch, year, books=books), year)
