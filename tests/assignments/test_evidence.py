"""What closes each kind of assignment: the facts that prove it, and nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.assessments.events import AttemptSubmitted, ResponsesRecorded
from lms.assessments.models import Assessment, Attempt
from lms.core import events
from lms.placement.models import PlacementSitting, PlacementStep
from lms.portfolio.events import WorkHandedIn
from lms.portfolio.models import Submission, WorkTask, WorkTaskRevision
from tests.assignments.conftest import QUIZ


def attempt(world, key, purpose, at, ref):
    """A quiz is handed in, and its news told."""
    official_id = world.cast.officials[key]
    with world.database.writing() as session:
        head = session.scalars(select(Assessment).where(Assessment.slug == QUIZ[1])).one()
        known = {"assessment_id": head.id, "bank_id": head.current_bank_id, "form": [], "seed": "s", "started_at": at, "submitted_at": at}
        session.add(Attempt(ref=ref, official_id=official_id, purpose=purpose, **known))
        session.flush()
        events.publish(session, AttemptSubmitted(official_id, ref, None, None, purpose, at))


def placement(world, key, *, answered=True):
    """A placement is ended, with an answer or without."""
    official_id, now = world.cast.officials[key], world.now
    with world.database.writing() as session:
        known = {"seed": "s", "start": [], "pool": [], "overused": [], "maximum": 10, "started_at": now, "finished_at": now}
        sitting = PlacementSitting(ref=f"sitting-{key}", official_id=official_id, **known)
        session.add(sitting)
        session.flush()
        if answered:
            session.add(PlacementStep(sitting_id=sitting.id, seq=1, kind="answered", place=1, answer={"value": "a"}, at=now))
            session.flush()
        events.publish(session, ResponsesRecorded(frozenset({(official_id, "NET-1")}), now))


@pytest.fixture
def task(world, read):
    """The code of a work sample that is offered."""
    return read(lambda s: s.scalars(select(WorkTask.code).where(WorkTask.version.is_not(None)).order_by(WorkTask.code)).first())


def work(world, key, code, state):
    with world.database.writing() as session:
        revision = session.scalars(select(WorkTaskRevision).join(WorkTask, WorkTask.id == WorkTaskRevision.task_id).where(WorkTask.code == code)).first()
        official_id = world.cast.officials[key]
        handed_in = world.now if state == "handed_in" else None
        session.add(
            Submission(ref=f"w-{key}", official_id=official_id, task_revision_id=revision.id, state=state, started_at=world.now, handed_in_at=handed_in)
        )
        session.flush()
        events.publish(session, WorkHandedIn(official_id, f"w-{key}", world.now))


def states(world, read, *keys):
    return [read(lambda s, key=key: world.of(s, key)[0].state) for key in keys]


def test_a_quiz_that_counts_closes_it_and_practice_does_not(world, read):
    world.assign("meng", thing=QUIZ)
    attempt(world, "meng", "formative", world.now, "practice")
    assert states(world, read, "meng") == ["open"]
    attempt(world, "meng", "evidence", world.now, "counted")
    assert states(world, read, "meng") == ["done"]


def test_a_quiz_taken_before_counts_unless_it_is_to_be_taken_again(world, read):
    for key in ("meng", "zhaxi"):
        attempt(world, key, "evidence", world.now - timedelta(days=9), f"before-{key}")
    world.assign("meng", thing=QUIZ)
    world.assign("zhaxi", thing=QUIZ, counts_from=world.now)
    assert states(world, read, "meng", "zhaxi") == ["done", "open"]
    attempt(world, "zhaxi", "evidence", world.now, "again")
    assert states(world, read, "zhaxi") == ["done"]


def test_a_placement_with_answers_closes_it_and_an_empty_one_does_not(world, read):
    world.assign("meng", "zhaxi", thing=("placement", ""))
    placement(world, "meng")
    placement(world, "zhaxi", answered=False)
    assert states(world, read, "meng", "zhaxi") == ["done", "open"]


def test_work_that_is_handed_in_closes_it_and_a_draft_does_not(world, task, read):
    world.assign("meng", "zhaxi", thing=("work_sample", task))
    work(world, "meng", task, "handed_in")
    work(world, "zhaxi", task, "draft")
    assert states(world, read, "meng", "zhaxi") == ["done", "open"]
    assert read(lambda s: world.of(s, "meng")[0].done_at) == world.now
