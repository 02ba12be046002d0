"""A hot fix: one subject expert before, a practitioner afterwards, nothing but the passage; learners who read it are told."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from lms.core.errors import Invalid
from lms.courses.models import Course
from lms.learning import actions as learning
from lms.people.models import Notice
from lms.reviewing import actions, queries, release_actions, submission_actions
from lms.reviewing.enums import Capacity, Change, ReviewState, Verdict
from lms.reviewing.models import Review
from tests.reviewing.conftest import SLUG
from tests.support.people import actor_of, browser_of

LESSON = "lessons/02-names-numbers-routes.en.md"
OLD, NEW = "Thirteen is the number of names", "Thirteen was the number of names"


@pytest.fixture
def live(world, draft):
    world.released(draft)
    return world


def submit(world, draft: str) -> str:
    said = submission_actions.Submission("A number was wrong.", Change.MAJOR, "十三是名称数", "Thirteen counts names")
    return world.act(submission_actions.submit, "author", draft_ref=draft, said=said)


def test_a_hot_fix_from_beginning_to_second_review(app, live):
    world = live
    readers = {key: actor_of(world.database, world.cast, key) for key in ("zhaxi", "meng", "lei")}
    with world.database.writing() as session:
        for key, lesson in (("zhaxi", "02-names-numbers-routes"), ("meng", "01-page-to-desk")):
            learning.state_done(session, course_slug=SLUG, lesson_slug=lesson, actor=readers[key], now=world.now)
    author, admin = browser_of(app, world.cast, "author"), browser_of(app, world.cast, "admin")
    draft = author.post(f"/reviews/courses/{SLUG}/hot-fix").headers["Location"].rpartition("/")[2]
    page = author.get(f"/reviews/submit/{draft}").get_data(as_text=True)
    assert "Nothing has been changed." in page
    world.write(draft, LESSON, OLD, NEW)
    assert "One subject expert reads it before it is released" in author.get(f"/reviews/submit/{draft}").get_data(as_text=True)
    review = submit(world, draft)
    with world.database.reading() as session:
        found = session.scalars(select(Review).where(Review.ref == review)).one()
        assert (found.hot_fix, found.change, found.due_on) == (True, "patch", date(2026, 11, 25))
    world.name(review, "expert", Capacity.SUBJECT_EXPERT)
    with pytest.raises(Exception, match="nobody is needed"):
        world.name(review, "desk", Capacity.PRACTITIONER)
    world.declare(review, "expert")
    world.judge(review, "expert")
    assert world.state(review) == ReviewState.ACCEPTED
    world.act(release_actions.release, "admin", ref=review)
    with world.database.reading() as session:
        revision = session.scalars(select(Course)).one().current
        assert (revision.version, revision.meta["changelog"][0]["en"], revision.meta["changelog"][0]["zh"]) == (
            "1.0.1", "Corrected: Thirteen counts names", "更正：十三是名称数",
        )  # fmt: skip
        assert [one["role"] for one in revision.meta["reviewers"]] == ["subject_expert", "practitioner"]
        assert session.scalars(select(Notice.official_id).where(Notice.kind == "course_corrected")).all() == [world.cast.officials["zhaxi"]]
        found = session.scalars(select(Review).where(Review.ref == review)).one()
        assert (found.after_due_on, found.after_agreed) == (date(2026, 12, 21), None)
        assert queries.is_overdue(found, date(2026, 12, 22)) and not queries.is_overdue(found, date(2026, 12, 21))
    assert "was corrected" in browser_of(app, world.cast, "zhaxi").get("/me/notices").get_data(as_text=True)
    assert "second review" in admin.get(f"/reviews/{review}/reviewers").get_data(as_text=True)

    world.name(review, "desk", Capacity.PRACTITIONER)
    world.declare(review, "desk")
    world.judge(review, "desk", Verdict.SEND_BACK, "The number is right only since 2020.")
    with world.database.reading() as session:
        found = session.scalars(select(Review).where(Review.ref == review)).one()
        assert (found.state, found.after_agreed) == (ReviewState.RELEASED, False)
        assert [step.kind for step in queries.steps(session, found)][-1] == "objected"
    history = browser_of(app, world.cast, "hr").get(f"/reviews/courses/{SLUG}").get_data(as_text=True)
    assert "Correction" in history and "second review: objected" in history
    with pytest.raises(Exception, match="can't give a verdict now|can’t give a verdict now"):
        world.judge(review, "desk")


def test_more_than_the_passage_is_no_hot_fix(live):
    draft = live.next_draft(hot_fix=True)
    live.write(draft, LESSON, "hours: 1", "hours: 2")
    live.write(draft, LESSON, OLD, NEW + " and more" * 100)
    with pytest.raises(Invalid) as refused:
        submit(live, draft)
    said = " ".join(map(str, refused.value.details))
    assert "a hot fix changes at most 600" in said and "a hot fix changes neither hours nor levels" in said


def test_what_nobody_reviewed_has_no_hot_fix(app, world):
    from lms.access.actor import operator
    from lms.core.framework import content_root
    from lms.courses import content

    with world.database.writing() as session:
        content.load_folders(session, [content_root() / "courses" / SLUG], actor=operator(), now=world.now)
    author = browser_of(app, world.cast, "author")
    assert author.post(f"/reviews/courses/{SLUG}/hot-fix").headers["Location"].endswith(f"/reviews/courses/{SLUG}")
    draft = world.next_draft(hot_fix=True)
    assert "was never reviewed" in author.get(f"/reviews/submit/{draft}").get_data(as_text=True)
    assert actions.SHORTEST == 10
