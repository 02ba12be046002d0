"""Progress is kept on the server and honest: a check done, or one's own word; the revision one began is the one to finish."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.assessments.events import AttemptSubmitted, LessonCheckPassed
from lms.core import events
from lms.core.errors import Conflict, Forbidden, NotFound
from lms.courses import queries as courses
from lms.learning import actions, queries
from lms.learning.events import CourseCompleted
from lms.learning.models import Completion, Enrolment, LessonDone
from tests.support.people import actor_of

SLUG = "known-course"


@pytest.fixture
def zhaxi(database, cast, load):
    return actor_of(database, cast, "zhaxi")


def state_done(database, actor, now, lesson="01-names"):
    with database.writing() as session:
        actions.state_done(session, course_slug=SLUG, lesson_slug=lesson, actor=actor, now=now)


def place(database, actor):
    with database.reading() as session:
        return queries.reading(session, SLUG, official_id=actor.official_id)


def version(database, actor):
    with database.reading() as session:
        return courses.contents(session, place(database, actor).revision_ref).version


def test_own_statement_makes_a_lesson_done(database, zhaxi, now):
    state_done(database, zhaxi, now)
    assert place(database, zhaxi).done == {"C90-L1": "statement"}


def test_saying_it_twice_changes_nothing(database, zhaxi, now):
    state_done(database, zhaxi, now)
    state_done(database, zhaxi, now + timedelta(hours=1))
    with database.reading() as session:
        assert [(done.lesson_code, done.done_at) for done in session.scalars(select(LessonDone))] == [("C90-L1", now)]
        assert session.scalar(select(func.count()).select_from(Enrolment)) == 1


def test_a_passed_check_makes_a_lesson_done(database, zhaxi, now):
    with database.writing() as session:
        events.publish(session, LessonCheckPassed(zhaxi.official_id, "C90-L2", now))
    assert place(database, zhaxi).done == {"C90-L2": "check"}


def test_a_check_of_a_lesson_that_is_gone_harms_nothing(database, zhaxi, now):
    with database.writing() as session:
        events.publish(session, LessonCheckPassed(zhaxi.official_id, "C77-L1", now))
    assert place(database, zhaxi).done == {}


def test_progress_is_ones_own(database, cast, zhaxi, now):
    state_done(database, zhaxi, now)
    meng = actor_of(database, cast, "meng")
    assert (place(database, meng).done, place(database, meng).enrolment_id) == ({}, None)


def test_a_lesson_that_does_not_exist_is_not_found(database, zhaxi, now):
    with pytest.raises(NotFound):
        state_done(database, zhaxi, now, lesson="09-nothing")


@pytest.mark.parametrize("who", ["hr", "admin", "author"])
def test_who_is_no_official_has_no_progress(database, cast, load, now, who):
    with pytest.raises(Forbidden):
        state_done(database, actor_of(database, cast, who), now)


def test_learners_in_the_middle_finish_the_revision_they_began(database, cast, zhaxi, revise, now):
    state_done(database, zhaxi, now)
    revise()
    meng = actor_of(database, cast, "meng")
    assert (version(database, zhaxi), version(database, meng)) == ("1.0.0", "1.1.0")


def test_a_learner_may_change_over_and_keeps_what_is_done(database, zhaxi, revise, now):
    state_done(database, zhaxi, now)
    revise()
    with database.writing() as session:
        actions.take_current_revision(session, course_slug=SLUG, actor=zhaxi, now=now)
    assert (version(database, zhaxi), place(database, zhaxi).done) == ("1.1.0", {"C90-L1": "statement"})
    with database.writing() as session, pytest.raises(Conflict):
        actions.take_current_revision(session, course_slug=SLUG, actor=zhaxi, now=now)


@pytest.mark.parametrize(("done", "last", "expected"), [
    ((), "", "C90-L1"),
    (("C90-L1",), "C90-L1", "C90-L2"),
    (("C90-L2",), "C90-L2", "C90-L1"),
    (("C90-L1", "C90-L2"), "C90-L2", None),
])
def test_where_to_go_on(database, zhaxi, done, last, expected):
    with database.reading() as session:
        contents = courses.contents(session, place(database, zhaxi).revision_ref)
    line = queries.next_lesson(contents, set(done), last)
    assert (line.code if line else None) == expected


def submit(database, official_id, now, ref="a1", purpose="evidence", revision_id=None):
    with database.writing() as session:
        events.publish(session, AttemptSubmitted(official_id, ref, SLUG, revision_id, purpose, now))


@pytest.fixture
def heard(monkeypatch):
    """What learning publishes."""
    published = []
    real = events.publish

    def listen(session, event):
        if isinstance(event, CourseCompleted):
            published.append((event.official_id, tuple(event.competencies)))
        real(session, event)

    monkeypatch.setattr(events, "publish", listen)
    return published


def test_hours_are_credited_when_the_evidence_quiz_is_handed_in(database, zhaxi, heard, now):
    submit(database, zhaxi.official_id, now)
    with database.reading() as session:
        (completed,) = queries.completions(session, zhaxi.official_id)
    assert (completed.slug, completed.version, completed.hours, completed.completed_at) == (SLUG, "1.0.0", 2, now)
    assert heard == [(zhaxi.official_id, ("NET-1",))]


def test_hours_are_credited_once_a_revision(database, zhaxi, heard, now):
    submit(database, zhaxi.official_id, now)
    submit(database, zhaxi.official_id, now + timedelta(days=1), ref="a2")
    with database.reading() as session:
        assert [c.attempt_ref for c in session.scalars(select(Completion))] == ["a1"]
    assert len(heard) == 1


@pytest.mark.parametrize("purpose", ["formative", "check"])
def test_practice_credits_nothing(database, zhaxi, heard, now, purpose):
    submit(database, zhaxi.official_id, now, purpose=purpose)
    with database.reading() as session:
        assert queries.completions(session, zhaxi.official_id) == []
    assert heard == []


def test_the_catalogue_counts_lessons_of_the_revision_begun(database, zhaxi, now):
    state_done(database, zhaxi, now)
    with database.reading() as session:
        (progress,) = queries.progress_by_course(session, zhaxi.official_id).values()
    assert (progress.done, progress.total, progress.completed, str(progress.standing)) == (1, 2, False, "under_way")


def test_where_one_was(database, zhaxi, now):
    state_done(database, zhaxi, now)
    with database.reading() as session:
        (course,) = queries.under_way(session, zhaxi.official_id)
    assert (course.slug, course.done, course.total, course.next_slug, course.next_title.zh) == (SLUG, 1, 2, "02-certificates", "证书")
    submit(database, zhaxi.official_id, now)
    with database.reading() as session:
        assert queries.under_way(session, zhaxi.official_id) == []
