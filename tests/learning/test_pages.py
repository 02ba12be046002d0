"""The learner's pages say where one is, in one's language, without JavaScript; a lesson costs few queries and few bytes."""

import gzip
import re

import pytest
from flask import g
from sqlalchemy import event, func, select

from lms.access.actor import operator
from lms.courses import content
from lms.learning.models import Enrolment
from tests.support.people import browser_of

COURSE = "/courses/known-course/"


@pytest.fixture
def zhaxi(app, cast, load):
    return browser_of(app, cast, "zhaxi", language="zh-Hans")


@pytest.fixture
def statements(database):
    """The SQL statements that a test's requests run."""
    seen = []

    def note(connection, cursor, statement, *more):
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def text(response) -> str:
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_catalogue_lists_the_course_with_its_mark(zhaxi):
    page = text(zhaxi.get("/courses/"))
    assert f'<a href="{COURSE}">域名与证书</a>' in page
    assert 'class="badge provisional"' in page


def test_search_finds_a_two_character_word(zhaxi):
    assert f'href="{COURSE}02-certificates"' in text(zhaxi.get("/courses/?q=小锁"))


def test_search_without_result_offers_a_way_back(zhaxi):
    page = text(zhaxi.get("/courses/?q=没有这词"))
    assert COURSE not in page and 'href="/courses/"' in page


@pytest.mark.parametrize("query", ["standing=nonsense", "order=nonsense", "page=0", "page=99999", "page=x", "competency=%27%22%3E"])
def test_a_strange_address_is_answered(zhaxi, query):
    assert zhaxi.get(f"/courses/?{query}").status_code == 200


def test_lesson_shows_text_sections_and_neighbours(zhaxi):
    page = text(zhaxi.get(f"{COURSE}01-names"))
    assert "<h1>域名</h1>" in page and "<p>域名给人看，地址给机器用。</p>" in page
    assert '<a href="#s1">怎样解析</a>' in page and '<a rel="next" href="02-certificates">' in page


def test_lesson_in_english(zhaxi):
    zhaxi.set_cookie("language", "en")
    assert "<h1>Names</h1>" in text(zhaxi.get(f"{COURSE}01-names"))


def test_lasting_id_leads_to_the_lesson(zhaxi):
    assert zhaxi.get(f"{COURSE}C90-L2").headers["Location"] == f"{COURSE}02-certificates"
    assert zhaxi.get(f"{COURSE}C90-L9").status_code == 404
    assert zhaxi.get("/courses/nothing/01-names").status_code == 404


def test_reading_a_lesson_begins_the_course_once(zhaxi, database):
    for _ in range(3):
        zhaxi.get(f"{COURSE}01-names")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Enrolment)) == 1


def test_saying_done_leads_on_and_shows_on_the_course(zhaxi):
    assert zhaxi.post(f"{COURSE}01-names/done").headers["Location"] == f"{COURSE}02-certificates"
    assert zhaxi.post(f"{COURSE}02-certificates/done").headers["Location"] == COURSE
    assert text(zhaxi.get(COURSE)).count('class="badge done"') == 2


def test_a_learner_in_the_middle_is_told_of_the_new_version_and_may_take_it(zhaxi, revise):
    zhaxi.post(f"{COURSE}02-certificates/done")
    revise()
    assert "域名给人看" in text(zhaxi.get(f"{COURSE}01-names"))
    assert f'action="{COURSE}newest"' in text(zhaxi.get(COURSE))
    assert zhaxi.post(f"{COURSE}newest").headers["Location"] == COURSE
    assert "名字给人看" in text(zhaxi.get(f"{COURSE}01-names"))


def test_who_only_looks_has_no_statement_to_make(app, cast, load):
    hr = browser_of(app, cast, "hr")
    assert "/done" not in text(hr.get(f"{COURSE}01-names"))
    assert hr.post(f"{COURSE}01-names/done").status_code == 403
    assert hr.get(COURSE).status_code == 200


def test_strangers_are_asked_to_sign_in(client, load):
    for address in ("/courses/", COURSE, f"{COURSE}01-names"):
        assert client.get(address).status_code in (302, 401)


def test_a_picture_is_served_to_keep_and_can_not_act(app, cast, folder, load):
    folder.replace("course.yaml", 'version: "1.0.0"\nstatus', 'version: "1.1.0"\nstatus')
    folder.append("course.yaml", '- {version: "1.1.0", date: "2026-11-24", zh: 配图, en: Picture}\n')
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    folder.show_picture(drawn)
    load()
    browser = browser_of(app, cast, "zhaxi", language="zh-Hans")
    address = re.search(r'src="(assets/[^"]+)"', text(browser.get(f"{COURSE}01-names")))[1]
    picture = browser.get(COURSE + address)
    assert (picture.data, picture.mimetype) == (drawn, "image/svg+xml")
    assert "immutable" in picture.headers["Cache-Control"] and "sandbox" in picture.headers["Content-Security-Policy"]
    assert browser.get(f"{COURSE}assets/0000000000000000/map.svg").status_code == 404
    assert browser.get(f"{COURSE}assets/%25/map.svg").status_code == 404


def test_a_lesson_read_again_costs_at_most_three_queries(zhaxi, statements):
    zhaxi.get(f"{COURSE}01-names")
    statements.clear()
    text(zhaxi.get(f"{COURSE}01-names"))
    assert len(statements) <= 3, statements


def test_the_catalogue_costs_the_same_for_one_course_and_for_two(zhaxi, app, database, folder, tmp_path, now, statements):
    zhaxi.get("/courses/")
    statements.clear()
    zhaxi.get("/courses/")
    one = len(statements)
    second = type(folder)(tmp_path / "second")
    second.path = second.path.rename(second.path.with_name("other-course"))
    for name in ("course.yaml", *(f"lessons/{p.name}" for p in sorted(second.path.glob("lessons/*.md")))):
        (second.path / name).write_text((second.path / name).read_text(encoding="utf-8").replace("C90", "C91"), encoding="utf-8")
    second.replace("course.yaml", "slug: known-course", "slug: other-course")
    with database.writing() as session:
        content.load_folders(session, [second.path], actor=operator(), now=now)
    statements.clear()
    assert text(zhaxi.get("/courses/")).count('<li class="card">') == 2
    assert len(statements) == one


def test_a_lesson_page_is_light_and_needs_no_script(zhaxi):
    page = zhaxi.get(f"{COURSE}01-names")
    addresses = re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', text(page))
    weight = len(gzip.compress(page.data))
    for address in addresses:
        with zhaxi.get(address) as part:
            weight += len(gzip.compress(part.data))
    assert len(addresses) + 1 <= 4
    assert weight <= 30 * 1024
    assert "<script" not in text(page)


def test_a_kept_page_shows_each_reader_their_own_state_and_token(app, cast, zhaxi):
    meng = browser_of(app, cast, "meng", language="zh-Hans")
    zhaxi.post(f"{COURSE}01-names/done")
    mine, theirs = text(zhaxi.get(f"{COURSE}01-names")), text(meng.get(f"{COURSE}01-names"))
    g.pop("csrf_token")  # the test's own context would keep it for the next request
    assert ("01-names/done" in mine, "01-names/done" in theirs) == (False, True)
    tokens = re.findall(r'name="csrf_token" value="([^"]+)"', theirs)
    assert tokens and "\x02" not in theirs
    assert not set(tokens) & set(re.findall(r'name="csrf_token" value="([^"]+)"', text(zhaxi.get(f"{COURSE}02-certificates"))))


def test_home_leads_to_where_one_was(zhaxi):
    assert f'href="{COURSE}"' in text(zhaxi.get("/"))
    zhaxi.post(f"{COURSE}01-names/done")
    assert f'href="{COURSE}02-certificates"' in text(zhaxi.get("/"))
    zhaxi.post(f"{COURSE}02-certificates/done")
    assert f'href="{COURSE}"' in text(zhaxi.get("/"))
