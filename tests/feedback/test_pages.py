"""The pages: two taps for the learner, a desk without names for who answers, closed doors for everybody else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.access.models import AuditEntry
from lms.core import sheets
from lms.feedback.enums import CommentState
from tests.feedback.conftest import LESSON, SLUG

NAMES = ("扎西", "YX000001", "County service centre", "县政务服务中心")
NEW = f"/me/comments/new?course={SLUG}&lesson={LESSON}"


def two_taps(browser, start: str, kind: str = "error", **more):
    """Follow the link, tap a kind: the form's own hidden fields and nothing else."""
    link = re.search(r'href="(/me/comments/new\?[^"]+)"', browser.get(start).text).group(1).replace("&amp;", "&")
    form = browser.get(link).text
    assert f'name="kind" value="{kind}"' in form
    fields = dict(re.findall(r'<input type="hidden" name="(course|lesson|attempt|n)" value="([^"]*)"', form))
    return browser.post("/me/comments/new", data=fields | {"kind": kind, "text": ""} | more)


def test_two_taps_on_a_lesson_and_the_answer_comes_back(office):
    zhaxi = office.browser("zhaxi")
    answer = two_taps(zhaxi, f"/courses/{SLUG}/01-page-to-desk", "hard", may_show="1")
    assert answer.status_code == 303
    page = zhaxi.get(answer.location).text
    assert "Thank you. You get an answer by" in page and "Hard to understand" in page
    ref = answer.location.rsplit("/", 1)[-1]
    sent = office.browser("admin").post(f"/comments/{ref}/answer", data={"state": "answered", "text": "Rewritten.", "shown": "1"})
    assert sent.status_code == 303
    assert "Rewritten." in zhaxi.get(answer.location).text and "answered" in zhaxi.get("/me/comments").text
    assert "Your comment was answered" in zhaxi.get("/me/notices").text and "Your comment was answered" in zhaxi.get("/").text
    others = office.browser("meng").get(NEW).text
    assert "What others asked" in others and "Rewritten." in others and "扎西" not in others


def test_two_taps_on_a_question_from_the_result_and_from_a_check(office):
    zhaxi, quiz = office.browser("zhaxi"), office.handed_in()
    answer = two_taps(zhaxi, f"/attempts/{quiz}/result")
    assert answer.status_code == 303 and "A question of" in zhaxi.get(answer.location).text
    page = zhaxi.get(f"/me/comments/new?attempt={quiz}&n=2").text
    assert "Comment on this question" in page and "may_show" not in page and "What others asked" not in page
    assert zhaxi.get(f"/me/comments/new?course={SLUG}&lesson=C01-L4&n=1").status_code == 200


@pytest.mark.parametrize("data", [{}, {"kind": "nonsense"}, {"kind": "error", "text": "x" * 1001}])
def test_what_is_no_comment_comes_back_with_the_words_kept(office, data):
    page = office.browser("zhaxi").post("/me/comments/new", data={"course": SLUG, "lesson": LESSON, "text": "Half a thought"} | data)
    assert page.status_code == 422 and "Please put this right" in page.text and (data.get("text") or "Half a thought")[:10] in page.text


def test_who_answers_sees_neither_name_nor_unit_on_page_list_and_file(office):
    office.give_to_partner()
    ref = office.say(text="The figure is old.")
    author = office.browser("author")
    pages = [author.get(f"/comments/{ref}").text, author.get("/comments/").text, author.get("/comments/export.csv").data.decode("utf-8-sig")]
    assert all("The figure is old." in page for page in pages)
    assert [name for name in NAMES for page in pages if name in page] == []
    assert office.comment(ref).opened_at.astimezone().strftime("%H:%M:%S") not in pages[0]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_file_holds_the_list_and_the_log_says_so(office, form):
    ref, other = office.say(text="Wang is a fool"), office.say()
    office.hide(ref)
    rows = sheets.read_table(office.browser("admin").get(f"/comments/export.{form}?order=newest").data, f"comments.{form}")
    assert [rows[0][n] for n in (0, 1, 2, 5, 6)] == ["Reference", "Course", "Code", "Kind", "Words"]
    assert [[row[n] for n in (0, 1, 2, 6)] for row in rows[1:]] == [[other, SLUG, LESSON, ""], [ref, SLUG, LESSON, "hidden: It names a citizen."]]
    with office.database.reading() as session:
        assert session.scalars(select(AuditEntry.action).where(AuditEntry.action == "comments_exported")).all() == ["comments_exported"]


def test_the_reason_for_hiding_stands_wherever_the_words_stood(office):
    office.give_to_partner()
    ref = office.say(text="Wang is a fool")
    admin = office.browser("admin")
    assert admin.post(f"/comments/{ref}/hide", data={"reason": " "}).status_code == 422
    assert admin.post(f"/comments/{ref}/hide", data={"reason": "It names a citizen."}).status_code == 303
    for page in (office.browser("author").get(f"/comments/{ref}").text, office.browser("author").get("/comments/").text, admin.get(f"/comments/{ref}").text):
        assert "It names a citizen." in page and "Wang is a fool" not in page
    mine = office.browser("zhaxi").get(f"/me/comments/{ref}").text
    assert "It names a citizen." in mine and "Wang is a fool" in mine and "It names a citizen." in office.browser("zhaxi").get("/me/notices").text
    assert admin.post(f"/comments/{ref}/show", data={"reason": "A character of the case."}).status_code == 303
    assert "Wang is a fool" in admin.get(f"/comments/{ref}").text


def test_half_a_promise_is_refused_with_what_was_written_and_a_whole_one_stands(office):
    ref, admin = office.say(), office.browser("admin")
    half = admin.post(f"/comments/{ref}/answer", data={"state": "taken_up", "text": "We look into it.", "promise": "version"})
    assert half.status_code == 422 and "Say what you promise" in half.text and "We look into it." in half.text
    late = {"state": "taken_up", "text": "We look into it.", "promise": "version", "promised": "1.3", "until": "2090-01-01"}
    refusals = {"state": {"text": "We look into it."}, "text": {"state": "answered"}, "until": late}
    assert 'href="#promise"' in half.text
    for field, given in refusals.items():
        assert f'href="#{field}"' in admin.post(f"/comments/{ref}/answer", data=given).text
    until = (office.comment(ref).due_on + timedelta(days=10)).isoformat()
    whole = {"state": "taken_up", "text": "We look into it.", "promise": "version", "promised": "1.3", "until": until}
    assert admin.post(f"/comments/{ref}/answer", data=whole).status_code == 303
    mine = office.browser("zhaxi").get(f"/me/comments/{ref}").text
    assert "a new version: 1.3" in mine and "taken up" in mine
    assert admin.post(f"/comments/{ref}/answer", data={"state": "nonsense"}).status_code == 422


def test_closed_doors(office):
    ref = office.say()
    assert [office.browser(key).get(f"/me/comments/{ref}").status_code for key in ("zhaxi", "meng", "admin")] == [200, 404, 403]
    assert [office.browser(key).get(f"/comments/{ref}").status_code for key in ("admin", "author", "hr", "head", "zhaxi")] == [200, 404, 403, 403, 403]
    assert [office.browser(key).get("/comments/").status_code for key in ("admin", "author", "hr", "zhaxi")] == [200, 200, 403, 403]
    assert [office.browser(key).get("/comments/owners").status_code for key in ("admin", "author", "hr")] == [200, 403, 403]
    assert office.browser("author").post(f"/comments/{ref}/answer", data={"state": "answered", "text": "x"}).status_code == 404
    assert office.browser("hr").get(NEW).status_code == 403 and office.browser("zhaxi").get("/me/comments/new").status_code == 404


def test_everybody_who_is_signed_in_sees_the_clock_but_nobody_else(office, client):
    office.say()
    for key in ("meng", "hr", "author", "auditor"):
        page = office.browser(key).get("/comments/clock").text
        assert "within 14 days" in page and "Administrator" in page and "扎西" not in page
    assert client.get("/comments/clock").status_code in (302, 303, 401)


def test_the_administrator_names_who_answers_for_a_course(office):
    admin = office.browser("admin")
    assert "Partner University" in admin.get("/comments/owners").text and "/comments/owners" in admin.get("/comments/").text
    assert "/comments/owners" not in office.browser("author").get("/comments/").text
    assert admin.post("/comments/owners", data={"course": SLUG, "partner": "U01"}).status_code == 303
    ref = office.say()
    assert "Partner University" in office.browser("author").get(f"/comments/{ref}").text
    assert "no partner organisation" in admin.post("/comments/owners", data={"course": SLUG, "partner": "U9"}, follow_redirects=True).text
    assert admin.post("/comments/owners", data={"course": "none", "partner": ""}).status_code == 404


def test_ones_own_record_holds_comments_and_what_happened(office):
    ref = office.say(text="The figure is old.")
    office.reply(ref, CommentState.DECLINED, "It is of 2024.")
    page = office.browser("zhaxi").get("/me/record").text
    assert "Your comments on lessons and questions" in page and "What happened to your comments" in page
    assert "Your comments on lessons" not in office.browser("meng").get("/me/record").text
