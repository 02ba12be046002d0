"""Exceptions have reasons: excused, postponed, asked for and answered; evidence and departures end assignments."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lms.assignments import actions, exception_actions
from lms.assignments.actions import Reason
from lms.assignments.enums import Shown, SourceKind
from lms.assignments.models import Assignment, AssignmentStep, PostArrival, TimeRequest
from lms.assignments.standing import earliest, later, shown
from lms.core import events
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.people.events import OfficialMoved, OfficialsMoved, Placement
from lms.people.models import Notice
from lms.portfolio.events import WorkHandedIn
from tests.assignments.conftest import DUE, LESSON

PLAN = Reason(SourceKind.PLAN, "plan-1", "Plan of 2027")


def only(session, world, key="meng") -> Assignment:
    (one,) = world.of(session, key)
    return one


def kinds(session, key, world):
    return list(session.scalars(select(Notice.kind).where(Notice.official_id == world.cast.officials[key]).order_by(Notice.id)))


def test_overdue_is_read_from_the_date():
    assert shown("open", DUE, DUE) is Shown.OPEN
    assert shown("open", DUE, DUE + timedelta(days=1)) is Shown.OVERDUE
    assert shown("open", None, DUE) is Shown.OPEN
    assert shown("done", DUE, DUE + timedelta(days=1)) is Shown.DONE


def test_due_dates_of_several_reasons():
    assert earliest([None, DUE, date(2026, 12, 1)]) == date(2026, 12, 1)
    assert earliest([None]) is None
    assert later(DUE, date(2026, 12, 1)) == DUE
    assert later(None, DUE) is None


@pytest.mark.usefixtures("english")
def test_hr_excuses_with_a_reason_and_the_official_is_told(world, database, read):
    world.assign("meng")
    with database.writing() as session:
        with pytest.raises(Invalid, match="reason"):
            exception_actions.excuse(session, one=only(session, world), words=" ", actor=world.actor("hr"), now=world.now)
        exception_actions.excuse(session, one=only(session, world), words="Parental leave", actor=world.actor("hr"), now=world.now)
    assert read(lambda s: only(s, world).state) == "excused"
    assert read(lambda s: kinds(s, "meng", world)) == ["assigned", "assignment_excused"]
    assert read(lambda s: list(s.scalars(select(AssignmentStep.kind).order_by(AssignmentStep.id)))) == ["made", "excused"]


def test_who_is_excused_can_be_assigned_again(world, database):
    world.assign("meng")
    with database.writing() as session:
        exception_actions.excuse(session, one=only(session, world), words="Leave", actor=world.actor("hr"), now=world.now)
    assert world.assign("meng").made


def test_an_official_asks_for_more_time_and_hr_grants_it(world, database, read):
    world.assign("meng")
    with database.writing() as session:
        asked = {"until": date(2027, 1, 31), "actor": world.actor("meng"), "now": world.now}
        request = exception_actions.ask(session, one=only(session, world), words="Flood duty", **asked)
        with pytest.raises(Conflict):
            exception_actions.ask(session, one=only(session, world), words="Again", until=date(2027, 1, 31), actor=world.actor("meng"), now=world.now)
        with pytest.raises(Forbidden):
            exception_actions.answer(session, request=request, granted=True, words="", actor=world.actor("hr_neighbour"), now=world.now)
        exception_actions.answer(session, request=request, granted=True, words="", actor=world.actor("hr"), now=world.now)
    assert read(lambda s: only(s, world).due_on) == date(2027, 1, 31)
    assert read(lambda s: s.scalars(select(TimeRequest)).one().answer) == "granted"


def test_a_refusal_needs_a_reason_and_leaves_the_date(world, database, read):
    world.assign("meng")
    with database.writing() as session:
        request = exception_actions.ask(session, one=only(session, world), words="Busy", until=date(2027, 1, 31), actor=world.actor("meng"), now=world.now)
        with pytest.raises(Invalid):
            exception_actions.answer(session, request=request, granted=False, words="", actor=world.actor("hr"), now=world.now)
        exception_actions.answer(session, request=request, granted=False, words="The law is in force by then", actor=world.actor("hr"), now=world.now)
    assert read(lambda s: only(s, world).due_on) == DUE
    assert read(lambda s: kinds(s, "meng", world)) == ["assigned", "assignment_not_postponed"]


def test_nobody_asks_for_somebody_else_nor_backwards(world, database):
    world.assign("meng")
    with database.writing() as session:
        with pytest.raises(Forbidden):
            exception_actions.ask(session, one=only(session, world), words="x", until=date(2027, 1, 31), actor=world.actor("zhaxi"), now=world.now)
        with pytest.raises(Invalid):
            exception_actions.ask(session, one=only(session, world), words="x", until=DUE, actor=world.actor("meng"), now=world.now)
        with pytest.raises(Invalid):
            exception_actions.ask(session, one=only(session, world), words="x", until=DUE + timedelta(days=367), actor=world.actor("meng"), now=world.now)


def test_more_time_outlives_a_withdrawn_second_reason(world, database, read):
    world.assign("meng")
    with database.writing() as session:
        exception_actions.postpone(session, one=only(session, world), until=date(2027, 2, 1), words="Flood", actor=world.actor("hr"), now=world.now)
    world.assign("meng", reason=PLAN, due=date(2026, 12, 10))
    assert read(lambda s: only(s, world).due_on) == date(2026, 12, 10)
    with database.writing() as session:
        actions.withdraw(session, source_kind="plan", source_ref="plan-1", actor=world.actor("hr"), now=world.now)
    assert read(lambda s: (only(s, world).state, only(s, world).due_on)) == ("open", date(2027, 2, 1))


def test_a_completed_course_closes_its_assignment(world, read):
    world.assign("meng", "zhaxi")
    world.complete("meng")
    one = read(lambda s: only(s, world))
    assert (one.state, one.done_at, one.done_before) == ("done", world.now, False)
    assert read(lambda s: only(s, world, "zhaxi").state) == "open"


def test_evidence_that_nobody_announced_is_found(world, database, read):
    world.assign("meng")
    world.complete("meng", quiet=True)
    with database.writing() as session:
        assert actions.fulfil(session, official_ids=[world.cast.officials["meng"]], kinds=["course"], now=world.now) == 1
    assert read(lambda s: only(s, world).state) == "done"


def test_what_was_done_too_early_does_not_close_what_is_to_be_done_again(world, database, read):
    world.complete("meng", world.now - timedelta(days=30))
    world.assign("meng", counts_from=world.now)
    with database.writing() as session:
        assert actions.fulfil(session, official_ids=[world.cast.officials["meng"]], kinds=["course"], now=world.now) == 0
    assert read(lambda s: only(s, world).state) == "open"


def test_reading_a_lesson_is_shown_by_its_check(world, database, read):
    from lms.assessments.events import LessonCheckPassed

    world.assign("meng", thing=LESSON)
    with database.writing() as session:
        events.publish(session, LessonCheckPassed(world.cast.officials["meng"], "C01-L1", world.now))
    assert read(lambda s: only(s, world).state) == "done"


CHECKED = ("lesson", "C01-L4")
"""A lesson with a check."""


def statement(world, key):
    """A person says that the lesson is read."""
    from lms.learning import actions as learning

    with world.database.writing() as session:
        learning.state_done(session, course_slug="internet-and-governance", lesson_slug="04-at-your-desk", actor=world.actor(key), now=world.now)


def answer_check(world, key, at):
    """A person answers every question of the lesson's check."""
    from lms.assessments.models import Assessment, Attempt, AttemptStep

    with world.database.writing() as session:
        head = session.scalars(select(Assessment)).first()
        known = {"assessment_id": head.id, "bank_id": head.current_bank_id, "purpose": "check", "seed": "C01-L4", "started_at": at}
        attempt = Attempt(ref=f"check-{at:%j}", official_id=world.cast.officials[key], form=[1, 2], **known)
        session.add(attempt)
        session.flush()
        for seq, place in enumerate((1, 2, 2), 1):
            session.add(AttemptStep(attempt_id=attempt.id, seq=seq, kind="answered", place=place, answer={"value": "a"}, at=at))


def test_one_s_own_word_is_no_evidence_where_the_lesson_has_a_check(world, database, read):
    statement(world, "meng")
    world.assign("meng", "zhaxi", thing=CHECKED)
    assert read(lambda s: only(s, world).state) == "open"
    answer_check(world, "meng", world.now)
    with database.writing() as session:
        assert actions.fulfil(session, official_ids=list(world.cast.officials.values()), kinds=["lesson"], now=world.now) == 1
    assert read(lambda s: only(s, world).state) == "done"


def test_a_lesson_to_be_read_again_is_done_when_its_check_is_answered_again(world, database, read):
    answer_check(world, "meng", world.now - timedelta(days=40))
    world.assign("meng", thing=CHECKED, counts_from=world.now - timedelta(days=10))
    assert read(lambda s: only(s, world).state) == "open"
    answer_check(world, "meng", world.now - timedelta(days=5))
    with database.writing() as session:
        actions.fulfil(session, official_ids=[world.cast.officials["meng"]], kinds=["lesson"], now=world.now)
    assert read(lambda s: (only(s, world).state, only(s, world).done_at)) == ("done", world.now - timedelta(days=5))


def test_handing_in_somebody_else_s_work_closes_nothing(world, database, read):
    world.assign("meng")
    with database.writing() as session:
        events.publish(session, WorkHandedIn(world.cast.officials["meng"], "none", world.now))
    assert read(lambda s: only(s, world).state) == "open"


def test_who_leaves_the_roster_has_nothing_open(world, database, cast, read):
    world.assign("meng")
    place = Placement(cast.units["513399101"], cast.positions["P01"])
    with database.writing() as session:
        events.publish(session, OfficialsMoved([OfficialMoved(cast.officials["meng"], place, None)]))
    assert read(lambda s: only(s, world).state) == "withdrawn"


def test_arrivals_are_noted_once_a_post(world, database, cast, read):
    first, second = Placement(cast.units["513399101"], cast.positions["P01"]), Placement(cast.units["513399102"], cast.positions["P02"])
    moves = [(None, first), (first, Placement(cast.units["513399102"], cast.positions["P01"])), (first, second)]
    for before, after in moves:
        with database.writing() as session:
            events.publish(session, OfficialsMoved([OfficialMoved(cast.officials["meng"], before, after)]))
    rows = read(lambda s: [(row.position_id, row.first, row.on_day) for row in s.scalars(select(PostArrival).order_by(PostArrival.id))])
    assert rows == [(cast.positions["P01"], True, world.now.date()), (cast.positions["P02"], False, world.now.date())]
