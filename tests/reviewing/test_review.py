"""A draft on its way to release: who may do what, what each step needs, and that nothing is half-done."""

from __future__ import annotations

from sqlalchemy import select

from lms.authoring.models import CourseDraft
from lms.courses.models import Course
from lms.reviewing import release_actions
from lms.reviewing.enums import Capacity, ReviewState


def test_two_people_accept_and_the_administrator_releases(world, draft):
    review = world.submit(draft)
    assert world.state(review) == ReviewState.WAITING
    for key, capacity in (("expert", Capacity.SUBJECT_EXPERT), ("desk", Capacity.PRACTITIONER)):
        world.name(review, key, capacity)
        world.declare(review, key)
    assert world.state(review) == ReviewState.READING
    world.judge(review, "expert")
    assert world.state(review) == ReviewState.READING
    world.judge(review, "desk")
    assert world.state(review) == ReviewState.ACCEPTED
    world.act(release_actions.release, "admin", ref=review)
    with world.database.reading() as session:
        course = session.scalars(select(Course)).one()
        revision, made = course.current, session.scalars(select(CourseDraft)).one()
        assert (revision.version, revision.status, revision.provisional, revision.review_ref) == ("1.0.0", "released", False, review)
        assert [(one["name"], one["role"]) for one in revision.meta["reviewers"]] == [("专家", "subject_expert"), ("窗口主任", "practitioner")]
        assert (made.state, made.released_revision_id) == ("released", revision.id)
    assert world.state(review) == ReviewState.RELEASED
