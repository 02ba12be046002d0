"""A retired course: nobody new begins it or takes its quiz, who began it goes on, and it can be offered again."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lms.access.actor import operator
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.courses import content, queries, release_actions
from lms.learning.models import Enrolment
from tests.courses.folder import Folder
from tests.support.people import actor_of, browser_of

SLUG = "known-course"
REASON = "The law it explains is no longer in force."


@pytest.fixture
def loaded(database, tmp_path, now, english):
    with database.writing() as session:
        content.load_folders(session, [Folder(tmp_path / "content").path], actor=operator(), now=now)


def test_newcomers_are_turned_away_and_learners_go_on(app, database, cast, now, loaded):
    zhaxi, meng, admin = (browser_of(app, cast, key) for key in ("zhaxi", "meng", "admin"))
    assert zhaxi.get(f"/courses/{SLUG}/01-names").status_code == 200
    assert "say it in a sentence" not in admin.post(f"/reviews/courses/{SLUG}/retire", data={"reason": ""}).get_data(as_text=True)
    assert admin.post(f"/reviews/courses/{SLUG}/retire", data={"reason": REASON}).status_code == 303
    begun, newcomer = (client.get(f"/courses/{SLUG}/").get_data(as_text=True) for client in (zhaxi, meng))
    assert "You began it and may finish it." in begun and REASON in newcomer and "Read the first lesson" not in newcomer
    assert meng.get(f"/courses/{SLUG}/01-names").status_code == 200
    assert meng.post(f"/courses/{SLUG}/01-names/done").status_code == 409
    assert zhaxi.post(f"/courses/{SLUG}/01-names/done").status_code == 302
    assert SLUG in zhaxi.get("/courses/").get_data(as_text=True) and SLUG not in meng.get("/courses/").get_data(as_text=True)
    with database.reading() as session:
        assert session.scalar(select(func.count(Enrolment.id))) == 1
        assert queries.courses(session) == [] and [card.retired for card in queries.courses(session, retired=True)] == [True]
    assert admin.post(f"/reviews/courses/{SLUG}/reinstate", data={"reason": "A new law says the same."}).status_code == 303
    assert meng.post(f"/courses/{SLUG}/01-names/done").status_code == 302
    assert "Was retired before" in admin.get(f"/reviews/courses/{SLUG}").get_data(as_text=True)


def test_only_the_administrator_retires_with_a_reason_and_once(database, cast, now, loaded):
    admin, author = actor_of(database, cast, "admin"), actor_of(database, cast, "author")
    with database.writing() as session:
        with pytest.raises(Forbidden):
            release_actions.retire(session, actor=author, slug=SLUG, reason=REASON, now=now)
        with pytest.raises(Invalid):
            release_actions.retire(session, actor=admin, slug=SLUG, reason="old", now=now)
        with pytest.raises(Conflict):
            release_actions.reinstate(session, actor=admin, slug=SLUG, reason=REASON, now=now)
        release_actions.retire(session, actor=admin, slug=SLUG, reason=REASON, now=now)
        with pytest.raises(Conflict):
            release_actions.retire(session, actor=admin, slug=SLUG, reason=REASON, now=now)
