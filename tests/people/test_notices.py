"""Notices: whose they are, what reading does, and where they stand."""

import pytest
from sqlalchemy import select

from lms.people import notice_actions, notice_words
from lms.people.models import AccountNotice, Notice
from lms.people.notice_words import Words
from tests.support.people import browser_of


@pytest.fixture
def tell(app, database, cast, now):
    """A function that tells officials (by key) about a question, in words of this test."""
    notice_words._writers["test"] = lambda facts: Words(f"About {facts['item']}", "Its key was corrected.", "/me/skills", "See my skills")

    def say(*keys: str, item: str = "C01-Q01", kind: str = "test") -> None:
        with database.writing() as session:
            notice_actions.tell(session, kind=kind, facts={cast.officials[key]: {"item": item} for key in keys}, now=now)

    yield say
    notice_words._writers.pop("test")


def ids(database, official_id):
    with database.reading() as session:
        return session.scalars(select(Notice.id).where(Notice.official_id == official_id, Notice.read_at.is_(None)).order_by(Notice.id)).all()


def test_one_reads_ones_own_notices_and_nobody_elses(app, cast, database, tell):
    tell("zhaxi")
    tell("meng", item="C09-Q09")
    page = browser_of(app, cast, "zhaxi").get("/me/notices").text
    assert "About C01-Q01" in page and "C09-Q09" not in page
    (foreign,) = ids(database, cast.officials["meng"])
    assert browser_of(app, cast, "zhaxi").post(f"/me/notices/{foreign}/read").status_code == 404
    assert ids(database, cast.officials["meng"]) == [foreign]


def test_members_of_partner_organisations_are_told_too(app, cast, database, tell, now):
    with database.writing() as session:
        about = {cast.accounts[key]: {"item": key} for key in ("author", "zhaxi")}
        assert notice_actions.tell_accounts(session, kind="test", facts=about, now=now) == 2
    author = browser_of(app, cast, "author")
    page = author.get("/me/notices").text
    assert "About author" in page and "About zhaxi" not in page and "About author" in author.get("/").text
    assert "About zhaxi" in browser_of(app, cast, "zhaxi").get("/me/notices").text
    with database.reading() as session:
        (notice,) = session.scalars(select(AccountNotice)).all()
    assert author.post(f"/me/notices/{notice.id}/read").location == "/me/skills"
    assert "You have read them all" in author.get("/me/notices").text


def test_looking_marks_nothing_as_read_but_going_on_does(app, cast, database, tell):
    tell("zhaxi", "meng")
    mine = browser_of(app, cast, "zhaxi")
    assert "1 notice is not read yet" in mine.get("/me/notices").text
    (first,) = ids(database, cast.officials["zhaxi"])
    answer = mine.post(f"/me/notices/{first}/read")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/skills")
    assert ids(database, cast.officials["zhaxi"]) == []
    assert len(ids(database, cast.officials["meng"])) == 1
    assert "You have read them all" in mine.get("/me/notices").text


def test_all_are_marked_as_read_at_once(app, cast, database, tell):
    tell("zhaxi", item="A1")
    tell("zhaxi", item="A2")
    tell("meng")
    assert browser_of(app, cast, "zhaxi").post("/me/notices/read").status_code == 303
    assert ids(database, cast.officials["zhaxi"]) == []
    assert len(ids(database, cast.officials["meng"])) == 1


def test_unread_ones_come_first_then_the_newest_a_page_at_a_time(app, cast, database, tell):
    for n in range(22):
        tell("zhaxi", item=f"N{n:02}")
    mine = browser_of(app, cast, "zhaxi")
    newest = ids(database, cast.officials["zhaxi"])[-1]
    mine.post(f"/me/notices/{newest}/read")
    first, second = mine.get("/me/notices").text, mine.get("/me/notices?page=2").text
    assert first.index("About N20") < first.index("About N19") and "About N21" not in first
    assert "About N00" in second and "About N21" in second


def test_the_home_page_shows_what_is_not_read_and_the_menu_counts_it(app, cast, tell):
    mine = browser_of(app, cast, "zhaxi")
    assert "Notices" not in mine.get("/").text.split("<main")[1]
    tell("zhaxi")
    home = mine.get("/").text
    assert "About C01-Q01" in home.split("<main")[1] and "Its key was corrected." in home
    assert '<span class="count" aria-hidden="true">1</span>' in home


def test_without_notices_the_page_says_what_they_are(app, cast):
    assert "There are no notices for you." in browser_of(app, cast, "zhaxi").get("/me/notices").text


def test_a_kind_that_nobody_writes_any_more_does_not_hide_the_others(app, cast, tell):
    tell("zhaxi", kind="forgotten")
    tell("zhaxi")
    page = browser_of(app, cast, "zhaxi").get("/me/notices").text
    assert "A notice of an earlier version" in page and "About C01-Q01" in page


def test_who_is_no_official_has_no_notices(app, cast):
    assert browser_of(app, cast, "auditor").get("/me/notices").status_code == 403
