"""The glossary: all terms of all courses, found in both languages, and said openly where courses disagree."""

import pytest

from lms.access.actor import operator
from lms.courses import content
from tests.courses.folder import Folder
from tests.support.people import browser_of

GLOSSARY = "/courses/glossary"


@pytest.fixture
def zhaxi(app, cast):
    return browser_of(app, cast, "zhaxi", language="zh-Hans")


@pytest.fixture
def second(database, load, now, tmp_path):
    """Another course, which translates the known course's term differently and has terms of its own."""
    folder = Folder(tmp_path / "second")
    path = folder.path.rename(folder.path.with_name("second-course"))
    for file in [path / "course.yaml", *(path / "lessons").iterdir()]:
        words = file.read_text(encoding="utf-8").replace("C90", "C91").replace("known-course", "second-course").replace("域名与证书", "第二门课")
        words = words.replace("en: domain name system (DNS)}", "en: name service}\n- {zh: 归档, en: filing}\n- {zh: 备案, en: filing}")
        file.write_text(words, encoding="utf-8")
    with database.writing() as session:
        content.load_folders(session, [path], actor=operator(), now=now)


def text(response) -> str:
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_without_a_course_it_says_so(zhaxi):
    assert "还没有课程带来术语。" in text(zhaxi.get(GLOSSARY))


def test_a_term_with_its_course(zhaxi, load):
    page = text(zhaxi.get(GLOSSARY))
    assert '<span lang="zh-Hans">域名系统</span>' in page and '<span lang="en">domain name system (DNS)</span>' in page
    assert '<a href="/courses/known-course/">域名与证书</a>' in page and "1条术语" in page


@pytest.mark.parametrize("query", ["域名", "DNS", "system NAME"])
def test_search_in_either_language(zhaxi, load, query):
    assert "domain name system (DNS)" in text(zhaxi.get(GLOSSARY, query_string={"q": query}))


def test_a_search_without_result_offers_a_way_back(zhaxi, load):
    page = text(zhaxi.get(f"{GLOSSARY}?q=没有这词"))
    assert "没有符合的术语" in page and f'href="{GLOSSARY}"' in page


def test_what_courses_translate_differently_is_shown(zhaxi, second):
    page = text(zhaxi.get(f"{GLOSSARY}?q=域名"))
    assert page.count("各课程的译法不一致。") == 2
    wanted = ("domain name system (DNS)", 'href="/courses/known-course/"', "name service", 'href="/courses/second-course/"')
    assert sorted(wanted, key=page.index) == list(wanted)


def test_terms_with_one_translation_point_at_each_other(zhaxi, second):
    page = text(zhaxi.get(f"{GLOSSARY}?q=备案"))
    assert '英文相同的还有： <span lang="zh-Hans">归档</span>' in page


@pytest.mark.parametrize(("order", "first"), [("zh", "备案"), ("en", "域名系统"), ("used", "域名系统"), ("nonsense", "备案")])
def test_orders(zhaxi, second, order, first):
    page = text(zhaxi.get(f"{GLOSSARY}?order={order}"))
    assert page.split('rowheader"><span lang="zh-Hans">')[1].startswith(first)


@pytest.mark.parametrize("address", ["/courses/", "/courses/known-course/"])
def test_the_way_to_it(zhaxi, load, address):
    assert f'href="{GLOSSARY}"' in text(zhaxi.get(address))


def test_the_way_to_it_from_a_lesson(zhaxi, load):
    assert 'href="../glossary"' in text(zhaxi.get("/courses/known-course/01-names"))
