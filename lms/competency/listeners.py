"""What competency does when others publish news; registered in `lms.wiring`."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lms.assessments.events import AttemptSubmitted, ResponsesRecorded
from lms.competency import actions, rebuild
from lms.core import clock
from lms.learning.events import CourseCompleted
from lms.people.events import OfficialsMoved, UnitsMoved
from lms.portfolio.events import EvidenceRecorded

WAITING = "competency.pairs_of_completed_courses"


def responses_recorded(session: Session, event: ResponsesRecorded) -> None:
    actions.replay_pairs(session, pairs=event.pairs, now=event.now)


def course_completed(session: Session, event: CourseCompleted) -> None:
    """Remember what the course moves: the submission that completed it is replayed right after, once for both."""
    session.info.setdefault(WAITING, set()).update((event.official_id, code) for code in event.competencies)


def attempt_submitted(session: Session, event: AttemptSubmitted) -> None:
    """Replay what an attempt's answers move, together with what completing its course moves."""
    pairs = event.pairs | session.info.pop(WAITING, set())
    if pairs:
        actions.replay_pairs(session, pairs=pairs, now=event.submitted_at)


def evidence_recorded(session: Session, event: EvidenceRecorded) -> None:
    """A judgement, or a certificate recognised or revoked."""
    actions.replay_pairs(session, pairs=event.pairs, now=event.now)


def officials_moved(session: Session, event: OfficialsMoved) -> None:
    # the news carries no time: a state that changes with the post changes now
    actions.place_officials(session, moves=event.moves, now=clock.now())


def units_moved(session: Session, event: UnitsMoved) -> None:
    rebuild.rebuild_tree(session, event.unit_ids, now=clock.now())
