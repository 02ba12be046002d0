"""Quiz pages as a browser meets them, without script: saving, going back, two tabs, deadlines, and what results show."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.assessments import actions, queries
from lms.assessments.flow import GRACE, current_answers
from lms.assessments.models import Attempt, AttemptStep, Response
from lms.assessments.presenting import PAIR
from lms.core import clock
from lms.learning.models import Completion, LessonDone
from tests.assessments.banks import first_bank, samples
from tests.assessments.conftest import SLUG, start
from tests.assessments.test_attempts import asked, key_of, wrong
from tests.support.people import browser_of

TOKEN = re.compile(r'name="token" value="([\w-]+)"')


def form_for(question, answer):
    """The fields a browser sends for an answer."""
    if question.type == "ordering":
        return {PAIR + key: str(number) for number, key in enumerate(answer, 1)}
    if question.type == "matching":
        return {PAIR + key: value for key, value in answer.items()}
    return {"answer": answer}


def token_in(page):
    return TOKEN.search(page.text)[1]


def begin(browser, purpose="evidence"):
    reply = browser.post(f"/assessments/{SLUG}/start", data={"purpose": purpose})
    assert reply.status_code == 303
    return reply.location.split("/")[2]


def attempt_of(database, ref):
    with database.reading() as session:
        official_id = session.scalar(select(Attempt.official_id).where(Attempt.ref == ref))
        return queries.attempt(session, ref, official_id=official_id)


def kept(database, ref):
    with database.reading() as session:
        return current_answers(queries.steps(session, attempt_of(database, ref).id))


def answer(browser, database, ref, n, given=key_of, **more):
    """Open question n, fill it in and send it."""
    page = browser.get(f"/attempts/{ref}/{n}")
    question = asked(database, attempt_of(database, ref), n).question
    return browser.post(f"/attempts/{ref}/{n}", data=form_for(question, given(question)) | {"token": token_in(page)} | more)


def test_the_introduction_tells_practice_from_evidence(browser):
    page = browser.get(f"/assessments/{SLUG}/").text
    assert "14 questions" in page
    assert "You have 28 minutes." in page
    assert 'class="mode evidence"' in page
    assert 'class="mode practice"' in page
    assert "Begin the evidence quiz" in page
    assert "Begin the practice quiz" in page


def test_an_unreviewed_course_offers_practice_only_and_says_why(app, loaded, cast):
    browser = browser_of(app, cast, "zhaxi")
    page = browser.get(f"/assessments/{SLUG}/").text
    assert "nobody has accepted it for evidence" in page
    assert "Begin the evidence quiz" not in page
    assert browser.post(f"/assessments/{SLUG}/start", data={"purpose": "evidence"}).status_code == 409


def test_a_quiz_from_start_to_result_without_script(browser, accepted, cast):
    ref = begin(browser)
    for n in range(1, 17):
        reply = answer(browser, accepted, ref, n)
        assert reply.status_code == 303
        assert reply.location == (f"/attempts/{ref}/{n + 1}" if n < 16 else f"/attempts/{ref}/review")
        assert f"Question {n} is saved on the server" in browser.get(reply.location).text
    assert "Every question has an answer." in browser.get(f"/attempts/{ref}/review").text
    reply = browser.post(f"/attempts/{ref}/submit")
    assert reply.location == f"/attempts/{ref}/result"
    page = browser.get(reply.location).text
    assert "Result by competency" in page
    assert "NET-1" in page
    with accepted.reading() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == 16
        assert session.scalar(select(Completion.hours)) == 4


def test_the_result_of_evidence_never_shows_a_key_or_which_question_was_wrong(browser, accepted):
    ref = begin(browser)
    for n in range(1, 17):
        answer(browser, accepted, ref, n, given=wrong)
    browser.post(f"/attempts/{ref}/submit")
    page = browser.get(f"/attempts/{ref}/result").text
    assert "Beliefs to correct" in page
    assert "Lessons to read again" in page
    with accepted.reading() as session:
        for one in queries.form_questions(session, attempt_of(accepted, ref).form):
            assert one.question.stem.en not in page
            assert one.question.rationale.en not in page
            options = [o for o in getattr(one.question, "options", ()) if o.key in one.question.answer]
            assert [o.en for o in options if o.en in page and len(o.en) > 8] == []


def test_a_practice_quiz_shows_what_was_right_and_why(browser, accepted):
    ref = begin(browser, "formative")
    answer(browser, accepted, ref, 1, given=lambda question: "0930")
    browser.post(f"/attempts/{ref}/submit")
    page = browser.get(f"/attempts/{ref}/result").text
    assert "0 of 1 right." in page
    assert "Your answer: 0930" in page
    assert "Right: 1330" in page
    assert "Other operators have four hours at most" in page


def test_sending_a_form_twice_keeps_one_answer(browser, accepted):
    ref = begin(browser)
    page = browser.get(f"/attempts/{ref}/1")
    question = asked(accepted, attempt_of(accepted, ref), 1).question
    data = form_for(question, key_of(question)) | {"token": token_in(page)}
    locations = [browser.post(f"/attempts/{ref}/1", data=data).location for _ in range(3)]
    assert locations == [f"/attempts/{ref}/2"] * 3
    with accepted.reading() as session:
        assert session.scalar(select(func.count()).select_from(AttemptStep)) == 2


def test_two_tabs_have_two_tokens_and_the_later_answer_counts(browser, accepted):
    ref = begin(browser)
    question = asked(accepted, attempt_of(accepted, ref), 1).question
    tabs = [token_in(browser.get(f"/attempts/{ref}/1")) for _ in range(2)]
    assert tabs[0] != tabs[1]
    for token, value in zip(tabs, (key_of(question), wrong(question))):
        browser.post(f"/attempts/{ref}/1", data=form_for(question, value) | {"token": token})
    assert kept(accepted, ref) == {1: wrong(question)}


def test_a_second_device_goes_on_where_the_first_was(app, browser, accepted, cast):
    ref = begin(browser)
    answer(browser, accepted, ref, 1)
    phone = browser_of(app, cast, "zhaxi", language="zh-Hans")
    reply = phone.post(f"/assessments/{SLUG}/start", data={"purpose": "evidence"})
    assert reply.location == f"/attempts/{ref}/"
    assert phone.get(reply.location).location == f"/attempts/{ref}/2"
    answer(phone, accepted, ref, 2)
    assert kept(accepted, ref).keys() == {1, 2}


def test_an_answer_is_shown_again_when_one_comes_back(browser, accepted):
    ref = begin(browser)
    for n in range(1, 17):
        answer(browser, accepted, ref, n)
        page = browser.get(f"/attempts/{ref}/{n}").text
        question = asked(accepted, attempt_of(accepted, ref), n).question
        expected = len(question.answer) if question.type in ("multiple", "ordering", "matching") else 1
        assert page.count(" checked") + len(re.findall(r"<option [^>]* selected", page)) == expected


def test_an_answer_that_cannot_be_read_is_not_saved_and_says_why(browser, accepted):
    ref = begin(browser)
    reply = browser.post(f"/attempts/{ref}/1", data={"token": "12345678"})
    assert reply.status_code == 422
    assert "Please put this right" in reply.text
    assert kept(accepted, ref) == {}


def test_a_form_without_a_token_or_with_a_wild_one_is_kept_once_each(browser, accepted):
    ref = begin(browser)
    question = asked(accepted, attempt_of(accepted, ref), 1).question
    for token in ("", "x", "'; DROP TABLE attempt; --", "a" * 500, "~~~~~~~~~"):
        assert browser.post(f"/attempts/{ref}/1", data=form_for(question, key_of(question)) | {"token": token}).status_code == 303
    assert kept(accepted, ref) == {1: key_of(question)}


def test_scripts_get_the_acknowledgement_as_json(browser, accepted):
    ref = begin(browser)
    question = asked(accepted, attempt_of(accepted, ref), 1).question
    reply = browser.post(f"/attempts/{ref}/1", data=form_for(question, key_of(question)), headers={"Accept": "application/json"})
    assert reply.json["saved"] is True
    assert reply.json["message"].startswith("Question 1 is saved on the server, ")
    refused = browser.post(f"/attempts/{ref}/1", data={}, headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json["saved"]) == (422, False)


def test_open_questions_are_named_before_finishing(browser, accepted):
    ref = begin(browser)
    answer(browser, accepted, ref, 3)
    page = browser.get(f"/attempts/{ref}/review").text
    assert "15 questions are open" in page
    assert "an open question counts as not right" in page
    assert answer(browser, accepted, ref, 5, back="review").location == f"/attempts/{ref}/review"


def test_after_the_deadline_an_answer_is_refused_with_a_reason_and_the_rest_counts(browser, accepted, now):
    ref = begin(browser)
    answer(browser, accepted, ref, 1)
    page = browser.get(f"/attempts/{ref}/2")
    question = asked(accepted, attempt_of(accepted, ref), 2).question
    deadline = attempt_of(accepted, ref).deadline_at
    data = form_for(question, key_of(question)) | {"token": token_in(page)}
    with clock.at(deadline + GRACE):
        assert browser.post(f"/attempts/{ref}/2", data=data).location == f"/attempts/{ref}/3"
    with clock.at(deadline + GRACE + timedelta(seconds=1)):
        reply = browser.post(f"/attempts/{ref}/3", data=form_for(*_third(accepted, ref)), follow_redirects=True)
        assert "came after the deadline and was not taken" in reply.text
        assert "The time was over" in reply.text
        assert "14 questions that you had not reached are not counted." in reply.text
    assert kept(accepted, ref).keys() == {1, 2}
    with accepted.reading() as session:
        assert session.scalars(select(Response.submitted_at)).all() == [deadline] * 2


def _third(database, ref):
    question = asked(database, attempt_of(database, ref), 3).question
    return question, key_of(question)


def test_opening_an_attempt_whose_time_is_over_closes_it(browser, accepted):
    ref = begin(browser)
    answer(browser, accepted, ref, 1)
    with clock.at(attempt_of(accepted, ref).deadline_at + timedelta(hours=1)):
        assert browser.get(f"/attempts/{ref}/2").location == f"/attempts/{ref}/result"
        assert "The time was over" in browser.get(f"/attempts/{ref}/result").text


def test_what_was_handed_in_cannot_be_changed(browser, accepted):
    ref = begin(browser)
    page = browser.get(f"/attempts/{ref}/1")
    browser.post(f"/attempts/{ref}/submit")
    question = asked(accepted, attempt_of(accepted, ref), 1).question
    data = form_for(question, key_of(question)) | {"token": token_in(page)}
    reply = browser.post(f"/attempts/{ref}/1", data=data, follow_redirects=True)
    assert "this attempt was submitted before" in reply.text
    assert kept(accepted, ref) == {}


def test_nobody_sees_or_changes_the_attempt_of_another(app, browser, accepted, cast):
    ref = begin(browser)
    meng = browser_of(app, cast, "meng")
    for path in ("", "1", "review", "result"):
        assert meng.get(f"/attempts/{ref}/{path}").status_code == 404
    assert meng.post(f"/attempts/{ref}/1", data={"answer": "a"}).status_code == 404
    assert meng.post(f"/attempts/{ref}/submit").status_code == 404
    assert browser_of(app, cast, "hr").get(f"/attempts/{ref}/1").status_code == 403


@pytest.mark.parametrize("n", [0, 17, 99999])
def test_questions_that_do_not_exist_are_not_found(browser, accepted, n):
    ref = begin(browser)
    assert browser.get(f"/attempts/{ref}/{n}").status_code == 404
    assert browser.post(f"/attempts/{ref}/{n}", data={"answer": "a"}).status_code == 404


def test_every_kind_of_question_can_be_read_and_answered(browser, accepted, cast, now):
    """A form made of all twelve samples."""
    from lms.access.actor import operator
    from lms.assessments.bank_actions import load_bank
    from lms.assessments.enums import Purpose, Use

    with accepted.writing() as session:
        load_bank(session, actor=operator(), slug="samples", bank=samples(), now=now)
        head = queries.assessment(session, "samples")
        form = queries.leaves(session, queries.bank_rows(session, head.bank_id, use=Use.LIVE))
        sitting = actions.Sitting(cast.officials["zhaxi"], Purpose.FORMATIVE, form, "seed", None)
        ref = actions.insert_attempt(session, head, sitting, tie=None, now=now).ref
    for n in range(1, len(form) + 1):
        assert answer(browser, accepted, ref, n).status_code == 303
    browser.post(f"/attempts/{ref}/submit")
    page = browser.get(f"/attempts/{ref}/result").text
    assert "14 of 15 right." in page
    assert "A person will read your answer" in page


def test_a_lesson_check_is_answered_until_right_and_marks_the_lesson_done(browser, accepted):
    browser.get(f"/courses/{SLUG}/04-at-your-desk")
    address = f"/courses/{SLUG}/04-at-your-desk/check"
    page = browser.get(address)
    assert "0 of 1 answered right" in page.text
    reply = browser.post(address, data={"n": 1, "answer": "0930", "token": token_in(page)}, follow_redirects=True)
    assert "Not right" in reply.text
    assert "Other operators have four hours at most" in reply.text
    page = browser.get(f"{address}?n=1")
    reply = browser.post(address, data={"n": 1, "answer": "13:30", "token": token_in(page)}, follow_redirects=True)
    assert "The check is done" in reply.text
    with accepted.reading() as session:
        assert session.execute(select(LessonDone.lesson_code, LessonDone.how)).all() == [("C01-L4", "check")]


def test_a_lesson_without_practice_items_says_so(browser):
    assert "This lesson has no check." in browser.get(f"/courses/{SLUG}/01-page-to-desk/check").text
    assert browser.get(f"/courses/{SLUG}/no-such-lesson/check").status_code == 404


def test_options_stand_in_the_same_order_in_both_languages_and_at_every_reload(app, browser, accepted, cast):
    ref = begin(browser)
    chinese = browser_of(app, cast, "zhaxi", language="zh-Hans")
    for n in range(1, 17):
        orders = [
            re.findall(r'(?:name="answer" value|<option value|name)="((?:pair-)?\w+)"', one.get(f"/attempts/{ref}/{n}").text)
            for one in (browser, chinese, browser)
        ]
        assert orders[0] == orders[1] == orders[2]


def test_no_page_of_a_running_evidence_quiz_holds_a_key(browser, accepted):
    ref = begin(browser)
    for n in range(1, 17):
        page = browser.get(f"/attempts/{ref}/{n}").text
        question = asked(accepted, attempt_of(accepted, ref), n).question
        assert question.rationale.en not in page
        assert "misconception" not in page
        assert not re.search(r'class="[^"]*\b(right|wrong)\b', page)


def test_the_number_of_queries_of_an_answer_is_small_and_constant(app, browser, accepted):
    from sqlalchemy import event

    ref = begin(browser)
    attempt = attempt_of(accepted, ref)
    counts = []
    seen = []
    event.listen(accepted.engine, "before_cursor_execute", listener := lambda *args: seen.append(args[2]))
    for n in (1, 8, 16):
        question = asked(accepted, attempt, n).question
        data = form_for(question, key_of(question)) | {"token": f"token-{n:04}"}
        browser.post(f"/attempts/{ref}/{n}", data=data)
        seen.clear()
        browser.post(f"/attempts/{ref}/{n}", data=data | {"token": f"other-{n:04}"})
        counts.append(len([statement for statement in seen if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK"))]))
    event.remove(accepted.engine, "before_cursor_execute", listener)
    assert max(counts) <= 6
    assert len(set(counts)) == 1


def test_the_first_bank_covers_every_cell(accepted, zhaxi, now):
    attempt = start(accepted, zhaxi, now)
    assert attempt.length == first_bank().blueprint.form_length + 2  # a set of three fills one place
