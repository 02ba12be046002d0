"""Pages of reviews: who opens them, what they show, and that they work with forms alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from lms.facts import actions as facts
from lms.facts import content
from lms.facts import queries as fact_queries
from tests.support.people import browser_of

LESSON = "lessons/02-names-numbers-routes.en.md"


@pytest.fixture
def browse(app, world):
    return lambda key: browser_of(app, world.cast, key)


def text(page) -> str:
    return page.get_data(as_text=True)


def test_a_review_from_submission_to_release_by_forms_alone(app, world, draft, browse):
    author, admin, expert, desk = (browse(key) for key in ("author", "admin", "expert", "desk"))
    page = author.get(f"/reviews/submit/{draft}")
    assert "What changed, for the reviewers" in text(page)
    said = {"words": "Please look at lesson 2.", "change": "minor", "change_zh": "新课", "change_en": "New course"}
    review = author.post(f"/reviews/submit/{draft}", data=said).headers["Location"].rpartition("/")[2]
    assert "New course" in text(author.get(f"/reviews/{review}"))
    assert expert.get(f"/reviews/{review}").status_code == 404

    for key, capacity in (("expert", "subject_expert"), ("desk", "practitioner")):
        assert "suggested" in text(admin.get(f"/reviews/{review}/reviewers"))
        assert admin.post(f"/reviews/{review}/reviewers", data={"capacity": capacity, "account": world.ref(key)}).status_code == 303
    for client in (expert, desk):
        assert "First: have you a conflict of interest?" in text(client.get(f"/reviews/{review}"))
        assert client.get(f"/reviews/{review}/files/{LESSON}").status_code == 403
        assert client.post(f"/reviews/{review}/declare", data={"conflict": "no"}).status_code == 303

    read = (f"files/{LESSON}", f"files/{LESSON}?view=text&line=12", "files/course.yaml", "files/bank.yaml?view=text", "items/", "items/C01-Q01?line=40")
    for address in read:
        assert expert.get(f"/reviews/{review}/{address}").status_code == 200, address
    assert "<h1>How a web page reaches your desk (Chinese)</h1>" in expert.get(f"/reviews/{review}/files/lessons/01-page-to-desk.zh.md").text
    for page in (expert.get(f"/reviews/{review}"), author.get(f"/reviews/{review}/files/course.yaml")):
        assert "How a web page reaches your desk (English)" in page.text and "Lesson 01-page-to-desk" not in page.text
    remark = {"path": LESSON, "line": "12", "last": "13", "weight": "must", "text": "This name is wrong."}
    place = expert.post(f"/reviews/{review}/comments", data=remark).headers["Location"]
    assert "This name is wrong." in text(expert.get(place.partition("#")[0]))
    comment = place.partition("#k-")[2]
    assert "This name is wrong." in text(author.get(f"/reviews/{review}/files/{LESSON}?view=text"))
    author.post(f"/reviews/{review}/comments/{comment}/answer", data={"text": "It is right: see the register."})
    accepted = {"verdict": "accept", "reasons": "I read all of it; it is right."}
    assert "must be mended" in text(expert.post(f"/reviews/{review}/judge", data=accepted))
    assert expert.post(f"/reviews/{review}/comments/{comment}/resolve").status_code == 303
    assert expert.post(f"/reviews/{review}/judge", data=accepted).status_code == 303
    assert desk.post(f"/reviews/{review}/judge", data=accepted).status_code == 303

    assert "accepted, to be released" in text(admin.get(f"/reviews/{review}"))
    assert "Release version 1.0.0" in text(admin.get(f"/reviews/{review}/release"))
    assert admin.post(f"/reviews/{review}/release").status_code == 303
    assert "Version 1.0.0 is released" in text(author.get(f"/reviews/{review}"))
    for client in (author, expert, admin):
        assert "Version 1.0.0 is live" in text(client.get("/")) or client.get("/reviews/?state=all").status_code == 200
    assert "Reviewed by 专家 · subject expert" in text(browse("hr").get("/reviews/courses/internet-and-governance"))
    course = text(browse("hr").get("/courses/internet-and-governance/"))
    assert "as subject expert" in course and "as practitioner" in course and "/reviews/courses/internet-and-governance" in course
    assert "/reviews/courses/" not in text(browse("zhaxi").get("/courses/internet-and-governance/"))
    assert admin.get("/reviews/export.csv?state=all").data.count(b"\n") == 2


def test_reviewers_read_which_facts_changed_after_the_draft_had_cited_them(app, world, draft):
    with world.database.writing() as session:
        list(content.load(session, world.now))
    review, expert = world.in_reading(draft), browser_of(app, world.cast, "expert")
    assert "Facts have changed" not in expert.get(f"/reviews/{review}").text
    with world.database.writing() as session:
        said = replace(facts.said_by(fact_queries.fact(session, "LF-407")), en="Amended.")
        known = {"reason": "It was amended.", "now": world.now + timedelta(hours=1), "substance": True}
        facts.change(session, actor=world.actors["admin"], code="LF-407", said=said, **known)
    page = BeautifulSoup(expert.get(f"/reviews/{review}").text, "html.parser")
    notice = page.find(string="Facts have changed since they were cited here").find_parent(class_="notice")
    places = [" ".join(row.stripped_strings) for row in notice.select("li li")]
    assert "Names, numbers and routes (English) · written before the fact changed" in places
    assert "The fact LF-407 changed on" in notice.text
    assert {expert.get(link["href"]).status_code for link in notice.select("a")} == {200}
