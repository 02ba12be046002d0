"""What competency does when others publish news; registered in `lms.wiring`."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lms.assessments.events import ResponsesRecorded
from lms.competency import actions, rebuild
from lms.core import clock
from lms.learning.events import CourseCompleted
from lms.people.events import OfficialsMoved, UnitsMoved


def responses_recorded(session: Session, event: ResponsesRecorded) -> None:
    actions.replay_pairs(session, pairs=event.pairs, now=event.now)


def course_completed(session: Session, event: CourseCompleted) -> None:
    actions.replay_pairs(session, pairs={(event.official_id, code) for code in event.competencies}, now=event.completed_at)


def officials_moved(session: Session, event: OfficialsMoved) -> None:
    # the news carries no time: a state that changes with the post changes now
    actions.place_officials(session, moves=event.moves, now=clock.now())


def units_moved(session: Session, event: UnitsMoved) -> None:
    rebuild.rebuild_tree(session)
