"""A course's quality page: its blueprint against live questions, the wrong ideas that are held, both languages of a question; no small group."""

import csv
import io

import pytest
from sqlalchemy import delete, func, select

from lms.access.models import AuditEntry
from lms.assessments.models import Assessment, BankItem, BankRevision, Item, Response
from lms.core.errors import NotFound
from lms.courses.models import Course, CourseRevision, Lesson
from lms.psychometrics import jobs, quality_queries
from lms.psychometrics.models import IdeaStatistic, ItemStatistic
from lms.psychometrics.quality_queries import Cover
from tests.psychometrics.county import County, Plan, county
from tests.support.people import browser_of

IDEAS = {"M-A": "选项甲", "M-C": "选项丙", "M-D": "选项丁", "M-NEW": "没人遇到"}


def with_course(found: County) -> None:
    """The county's twelve questions as the bank of a course: options a, c and d stand for wrong ideas, of six questions only."""
    session = found.session
    course = Course(slug="network", code="C09")
    session.add(course)
    session.flush()
    words = {"summary_zh": "", "summary_en": "", "hours": 2, "meta": {"moves": []}, "loaded_at": found.now, "status": "released", "provisional": False}
    revision = CourseRevision(ref="r1", course_id=course.id, version="1.0.0", hash="h", title_zh="网络", title_en="Networks", **words)
    session.add(revision)
    session.flush()
    course.current_revision_id = revision.id
    lesson = {"code": "C09-L1", "slug": "first", "title_zh": "第一课", "title_en": "Lesson one", "html_zh": "", "html_en": "", "meta": {}}
    session.add(Lesson(revision_id=revision.id, place=1, hours=2, **lesson))
    bank = session.scalars(select(BankRevision)).one()
    assessment = session.get_one(Assessment, bank.assessment_id)
    assessment.course_slug, assessment.current_bank_id = course.slug, bank.id
    cells = [("A", "M", 3), ("A", "H", 1), ("U", "E", 1)]
    blueprint = {"cells": [{"competency": "NET-1", "cognitive": c, "difficulty": d, "count": n} for c, d, n in cells]}
    bank.meta = {"blueprint": blueprint, "misconceptions": {code: {"zh": zh, "en": f"Idea {code}"} for code, zh in IDEAS.items()}}
    for n, (code, one) in enumerate(found.revisions.items()):
        session.scalars(select(Item).where(Item.code == code)).one().assessment_id = assessment.id
        session.add(BankItem(bank_id=bank.id, item_revision_id=one.id, place=n))
        tags = {"a": "M-A", "c": "M-C", "d": "M-D"} if n % 2 == 0 else {}
        options = [{k: v for k, v in option.items() if k != "misconception"} for option in one.content["options"]]
        why = {"zh": "错", "en": "wrong"}
        options = [option | ({"misconception": tags[option["key"]]} if option["key"] in tags else {"why": why}) for option in options]
        one.content = one.content | {"options": options}
        one.lesson_code, one.difficulty = "C09-L1", "M" if n < 5 else "H" if n < 10 else "E"
    session.flush()


@pytest.fixture
def planted(database, worlds, now):
    def build():
        with database.writing() as session:
            found = county(session, now, people=120, plan=Plan(idle="Q02"))
            with_course(found)
        jobs.refresh_figures(now)
        return found

    return worlds.make(database, "120 officials, an idle option at Q02, with course and figures", build)


def text_of(app, planted, address: str, language: str = "en", who: str = "author") -> str:
    answer = browser_of(app, planted.cast, who, language=language).get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_blueprint_against_what_is_live_and_wrong_ideas_over_their_questions(database, planted):
    with database.reading() as session:
        found = quality_queries.quality(session, "network")
        medium, hard, easy = found.cells
        assert [(one.wanted, one.live, one.cover) for one in found.cells] == [(3, 5, Cover.THIN), (1, 5, Cover.ENOUGH), (1, 0, Cover.MISSING)]
        assert (medium.answers, medium.asked, medium.known) == (600, 600, 5)  # 120 officials, five questions each
        assert (hard.items, easy.items) == (["Q05", "Q06", "Q07", "Q08", "Q09"], [])
        assert found.outside == ["Q10", "Q11"]  # easy ones that apply: no cell asks for them
        with pytest.raises(NotFound):
            quality_queries.quality(session, "nothing")

        # a wrong idea, over the questions that offer it
        rows = {row.code: row for row in session.scalars(select(IdeaStatistic))}
        shares = {row.code: row.detail["parts"][0]["options"]["a"]["share"] for row in session.scalars(select(ItemStatistic))}
        assert set(rows) == {"M-A", "M-C", "M-D"}
        offered = ["Q00", "Q02", "Q04", "Q06", "Q08", "Q10"]
        one = rows["M-A"]
        assert (one.officials, one.answers, one.items, one.lessons, one.chance_milli) == (120, 720, offered, ["C09-L1"], 250)
        assert one.share_milli == round(1000 * sum(shares[code] for code in offered) / 6)
        assert one.low_milli < one.share_milli < one.high_milli
        others = [row.detail["parts"][0] for row in session.scalars(select(ItemStatistic)) if row.code in offered]
        assert (one.wrong_answers, one.wrong_chance_milli) == (round(120 * sum(1 - part["p"] for part in others)), 333)
        assert one.wrong_share_milli == pytest.approx(720 * one.share_milli / one.wrong_answers, abs=3)
        ideas = quality_queries.quality(session, "network").ideas
        assert ideas[-1].code == "M-NEW" and ideas[-1].row is None
        assert [str(title) for title, _ in ideas[0].lessons] in (["Lesson one"], ["第一课"])


def test_a_question_of_few_stays_out_of_the_sum(database, now):
    """Otherwise the sum less the other questions would be these few people's answers."""
    with database.writing() as session:
        found = county(session, now, people=9)
        with_course(found)
        few = [official_id for n, official_id in enumerate(sorted(found.abilities)) if n > 3]
        session.execute(delete(Response).where(Response.item_id == found.revisions["Q00"].item_id, Response.official_id.in_(few)))
    jobs.refresh_figures(now)
    with database.reading() as session:
        one = session.get_one(IdeaStatistic, ("empty", "M-A"))
        assert (one.answers, one.items) == (45, ["Q02", "Q04", "Q06", "Q08", "Q10"])
        (cell, *_) = quality_queries.quality(session, "network").cells
        assert (cell.live, cell.known, cell.answers) == (5, 4, 36)


def test_fewer_than_five_officials_leave_no_number(app, database, now):
    with database.writing() as session:
        found = county(session, now, people=4)
        with_course(found)
    jobs.refresh_figures(now)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(IdeaStatistic)) == 0
    text = text_of(app, found, "/author/courses/network")
    assert "No wrong idea has been offered to five officials yet." in text and "4 wrong ideas that fewer than five officials have met" in text
    assert "5 questions with fewer than 5" in text


def test_the_page_in_both_languages_leads_on_and_its_tables_leave_as_files(app, planted, database):
    text = text_of(app, planted, "/author/courses/network")
    words = ("Idea M-A", "25 % by blind guessing", "of 720 answers by 120 officials", "33 % if all wrong options drew alike", "Lesson one")
    assert all(one in text for one in (*words, "chosen less often than blind guessing would", "too few for one form"))
    assert "/author/items/Q02" in text and "/courses/network/first" in text and "S000" not in text
    assert "Drafts of your organisation" in text
    assert "选项甲" in text_of(app, planted, "/author/courses/network", "zh-Hans")
    assert browser_of(app, planted.cast, "author").get("/author/courses/nothing").status_code == 404
    assert [browser_of(app, planted.cast, who).get("/author/courses/network").status_code for who in ("hr", "head", "zhaxi", "auditor")] == [403] * 4

    browser = browser_of(app, planted.cast, "author", language="en")
    ideas = list(csv.reader(io.StringIO(browser.get("/author/courses/network/ideas.csv").data.decode("utf-8-sig"))))
    assert {row[0]: row[2:4] for row in ideas[1:]} == {"M-A": ["120", "720"], "M-C": ["120", "720"], "M-D": ["120", "720"], "M-NEW": ["", ""]}
    cover = list(csv.reader(io.StringIO(browser.get("/author/courses/network/coverage.csv").data.decode("utf-8-sig"))))
    assert [row[3:5] for row in cover[1:]] == [["3", "5"], ["1", "5"], ["1", "0"]]
    assert browser.get("/author/courses/network/ideas.xlsx").data[:2] == b"PK"
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(AuditEntry.action == "items_exported")) == 3

    with database.reading() as session:
        part = session.scalars(select(ItemStatistic).where(ItemStatistic.code == "Q02")).one().detail["parts"][0]
    told = part["languages"]["told"]
    assert (told["zh-Hans"]["n"], told["en"]["n"]) == (80, 40)
    # both together are the whole
    assert 80 * told["zh-Hans"]["shares"]["a"] + 40 * told["en"]["shares"]["a"] == pytest.approx(120 * part["options"]["a"]["share"])
    text = text_of(app, planted, "/author/items/Q02")
    assert "Both languages side by side" in text and "中文 (n = 80)" in text and "English (n = 40)" in text
    assert "Too few answered wrong in one of the languages" in text
    assert "no option draws more in one language" in text_of(app, planted, "/author/items/Q09")


def test_an_option_that_draws_in_one_language_only_is_flagged_beside_every_other_doubt(app, database, now):
    """As when one word of it was translated amiss: who answers wrong in English takes d, in Chinese anything."""
    with database.writing() as session:
        found = county(session, now, people=180, seed=2, plan=Plan(wrong_key="Q06"))
        with_course(found)
        wrong = select(Response).where(Response.item_id == found.revisions["Q07"].item_id, Response.correct == 0)
        for response in session.scalars(wrong):
            if response.official_id % 3 == 0:
                response.answer = {"value": "d"}
    jobs.refresh_figures(now)
    with database.reading() as session:
        flags = {row.code: row.flags.split() for row in session.scalars(select(ItemStatistic)) if "options" in row.flags.split()}
        assert set(flags) == {"Q07"}
        other = session.scalars(select(ItemStatistic).where(ItemStatistic.code == "Q06")).one()
        assert other.detail["parts"][0]["languages"]["tested"] and "key" in other.flags.split()
    text = text_of(app, found, "/author/items/Q07")
    assert "Wrong options draw differently in the two languages" in text and "here the languages differ most" in text
