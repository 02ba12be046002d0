"""A comment reaches its owner with a due date, and the answer reaches who made it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.access.models import AuditEntry
from lms.core.errors import Conflict, Invalid, NotFound, TooMany
from lms.feedback import actions, queries
from lms.feedback.enums import CommentState, Kind, Promise
from lms.people.calendar_queries import today
from tests.feedback.conftest import LESSON, SLUG

PROMISE = {"state": CommentState.TAKEN_UP, "promise": Promise.VERSION, "promised": "1.3"}


def listed(office, key, **how) -> list[str]:
    with office.database.reading() as session:
        return [row[0].ref for row in session.execute(queries.comments(office.actor(key), queries.Choice(**how), today=today(office.now)))]


def test_a_comment_on_a_lesson_names_lesson_version_kind_and_day(office):
    found = office.comment(office.say(Kind.HARD, " Too many terms. "))
    assert (found.subject, found.code, found.kind, found.text, found.state) == ("lesson", LESSON, "hard", "Too many terms.", "open")
    assert found.due_on == today(office.now) + timedelta(days=14) and found.revision and found.course_id


def test_a_comment_on_a_question_of_ones_own_quiz(office):
    ref = office.handed_in()
    found = office.comment(office.say(attempt=ref, n="1"))
    assert found.subject == "question" and found.code.startswith("C01-Q") and found.revision == "1" and not found.may_show
    for key, n in (("meng", "1"), ("zhaxi", "99"), ("zhaxi", "0")):
        with pytest.raises(NotFound):
            office.say(key=key, attempt=ref, n=n)


def test_a_comment_on_a_question_of_a_lessons_check(office):
    found = office.comment(office.say(course=SLUG, lesson="C01-L4", n="1"))
    assert (found.subject, found.code) == ("question", "C01-Q18")
    with pytest.raises(NotFound):
        office.say(course=SLUG, lesson="C01-L4", n="99")


def test_the_same_said_twice_is_once_and_a_day_has_a_limit(office):
    first = office.say(text="x")
    assert office.say(text="x") == first != office.say(text="y") != office.say(text="x", key="meng")
    for n in range(28):
        office.say(text=f"{n}")
    with pytest.raises(TooMany):
        office.say(text="one more")
    assert office.say(text="tomorrow", at=office.now + timedelta(days=1, minutes=1))


def test_a_thousand_characters_and_no_more(office):
    assert len(office.comment(office.say(text="字" * 1000)).text) == 1000
    with pytest.raises(Invalid):
        office.say(text="字" * 1001)


def test_without_an_owner_the_administrator_answers_with_one_its_authors_and_nobody_else(office):
    ref = office.say()
    assert listed(office, "admin") == [ref] and listed(office, "author") == []
    office.give_to_partner()
    assert listed(office, "admin") == listed(office, "author") == [ref]
    office.give_to_partner("")
    assert listed(office, "author") == []
    assert listed(office, "hr") == listed(office, "zhaxi") == listed(office, "head") == []
    with pytest.raises(NotFound):
        office.reply(ref, key="author")


def test_an_answer_closes_it_and_reaches_the_learner(office):
    office.give_to_partner()
    ref = office.say()
    office.reply(ref, key="author", text="The date was wrong: 1994.")
    found = office.comment(ref)
    assert (found.state, found.answer, found.in_time) == ("answered", "The date was wrong: 1994.", True)
    assert office.told("zhaxi") == ["comment_answered"] and office.steps(ref) == ["made", "answered"]
    with pytest.raises(Conflict):
        office.reply(ref)
    with office.database.reading() as session:
        logged = session.scalars(select(AuditEntry).where(AuditEntry.action == "comment_answered")).one()
    assert (logged.subject, logged.official_id) == (ref, office.cast.officials["zhaxi"])


def test_taken_up_is_a_promise_with_a_name_and_a_day_of_its_own(office):
    ref, day = office.say(), today(office.now) + timedelta(days=40)
    for half in ({"promise": None}, {"promised": " "}, {"until": None}, {"until": day + timedelta(days=81)}, {"text": ""}):
        with pytest.raises(Invalid):
            office.reply(ref, **(PROMISE | {"until": day} | half))
    office.reply(ref, **PROMISE, until=day)
    found = office.comment(ref)
    assert (found.state, found.promise, found.promised, found.due_on, found.closed_at) == ("taken_up", "version", "1.3", day, None)
    with pytest.raises(Conflict):
        office.reply(ref, **PROMISE, until=day)
    office.reply(ref, text="Version 1.3 is out.", at=office.now + timedelta(days=41))
    assert (office.comment(ref).state, office.comment(ref).in_time) == ("answered", False)
    assert office.told("zhaxi") == ["comment_taken_up", "comment_answered"]


def test_declined_needs_a_reason(office):
    ref = office.say()
    with pytest.raises(Invalid):
        office.reply(ref, CommentState.DECLINED, " ")
    office.reply(ref, CommentState.DECLINED, "The law says so: article 12.")
    assert office.comment(ref).state == "declined" and office.told("zhaxi") == ["comment_declined"]


def test_an_answer_is_shown_to_others_only_if_both_agree_and_only_for_lessons(office):
    quiz = office.handed_in()
    yes, no = office.say(may_show=True), office.say(Kind.HARD)
    office.reply(yes, shown=True, text="Yes.")
    office.reply(no, shown=True, text="No.")
    office.reply(office.say(Kind.UNFIT, may_show=True), text="Kept.")
    office.reply(office.say(may_show=True, attempt=quiz, n="1"), shown=True, text="Question.")
    office.reply(office.say(Kind.OTHER, may_show=True), CommentState.DECLINED, shown=True, text="Declined.")
    with office.database.reading() as session:
        assert [one.ref for one in queries.asked_by_others(session, LESSON)] == [yes]


def test_hidden_words_keep_the_comment_counted_answerable_and_unsearched(office):
    ref = office.say(text="Clerk Wang is a fool")
    assert listed(office, "admin", text="wang") == [ref]
    with pytest.raises(Invalid):
        office.hide(ref, " ")
    office.hide(ref)
    assert listed(office, "admin", text="wang") == [] and listed(office, "admin") == [ref]
    assert office.comment(ref).text == "Clerk Wang is a fool"
    with pytest.raises(Conflict):
        office.hide(ref)
    admin = office.actor("admin")
    with office.database.writing() as session:
        actions.show_again(session, actor=admin, ref=ref, reason="Wang is a character of the case.", now=office.now)
    office.reply(ref)
    assert office.steps(ref) == ["made", "hidden", "shown", "answered"] and listed(office, "admin", text="wang", state="all") == [ref]
    assert office.told("zhaxi") == ["comment_hidden", "comment_shown", "comment_answered"]


def test_a_comment_without_words_has_none_to_hide(office):
    ref = office.say()
    with pytest.raises(Conflict):
        office.hide(ref)


def test_the_list_is_narrowed_and_ordered(office):
    first = office.say(Kind.ERROR)
    second = office.say(Kind.HARD, course=SLUG, lesson="C01-L2", at=office.now + timedelta(days=1))
    assert listed(office, "admin") == [first, second] and listed(office, "admin", order="newest") == [second, first]
    assert listed(office, "admin", kind="hard") == listed(office, "admin", text="C01-L2") == [second]
    assert listed(office, "admin", course=SLUG) == [first, second] and listed(office, "admin", course="other") == []
    office.reply(first)
    assert listed(office, "admin") == [second] and listed(office, "admin", state="answered") == [first]
    assert listed(office, "admin", state="all", order="place") == [first, second]
