"""Comments due soon or overdue: a reminder each, once; the learner learns that it is late; everybody sees the clock."""

from datetime import timedelta

from lms.access.permissions import Role
from lms.core.ids import new_ref
from lms.feedback import actions, jobs, queries
from lms.feedback.enums import CommentState, Promise
from lms.people.calendar_queries import today
from lms.people.models import RoleGrant


def remind(office, days: int) -> int:
    at = office.now + timedelta(days=days)
    with office.database.writing() as session:
        return actions.remind(session, today=today(at), now=at)


def make_author(office, key: str, partner_id: int) -> None:
    with office.database.writing() as session:
        known = {"account_id": office.cast.accounts[key], "partner_id": partner_id}
        session.add(RoleGrant(ref=new_ref(), role=Role.AUTHOR, granted_by="test", granted_at=office.now, **known))


def standing(office, days: int = 0):
    at = office.now + timedelta(days=days)
    with office.database.reading() as session:
        rows = queries.standing(session, today=today(at), since=at - timedelta(days=90))
        return [(owner and owner.code, row.open, row.promised, row.overdue, row.closed, row.in_time) for owner, row in rows]


def test_three_days_before_and_when_overdue_each_once(office):
    office.give_to_partner()
    make_author(office, "sun", office.cast.partner_id)
    ref = office.say()
    assert [remind(office, n) for n in (0, 10, 11, 12, 14, 15, 16, 30)] == [0, 0, 1, 0, 0, 1, 0, 0]
    assert office.told("sun") == ["comment_due_to_owner", "comment_overdue_to_owner"] and office.told("zhaxi") == ["comment_overdue"]
    assert office.steps(ref) == ["made", "reminded", "reminded"]
    page = office.browser("sun").get("/me/notices").text
    assert "A comment is overdue" in page and "扎西" not in page
    assert "The answer to your comment is late" in office.browser("zhaxi").get("/me/notices").text


def test_who_made_it_is_not_reminded_though_they_answer_for_the_course_and_cannot_answer_it(office):
    office.give_to_partner()
    make_author(office, "zhaxi", office.cast.partner_id)
    ref = office.say()
    assert remind(office, 12) == 1 and office.told("zhaxi") == []
    assert office.browser("zhaxi").get(f"/comments/{ref}").status_code == 404


def test_a_promise_has_a_clock_of_its_own(office):
    ref = office.say()
    assert remind(office, 12) == 1
    office.reply(ref, CommentState.TAKEN_UP, promise=Promise.CORRECTION, promised="Q7", until=today(office.now) + timedelta(days=60))
    assert [remind(office, n) for n in (20, 56, 57, 58, 61, 62)] == [0, 0, 1, 0, 1, 0]


def test_the_nightly_job_reminds(office):
    ref = office.say()
    jobs.remind(office.now + timedelta(days=16))
    assert office.steps(ref) == ["made", "reminded"]


def test_the_clock_counts_by_organisation(office):
    assert standing(office) == []
    refs = [office.say(text=f"{n}") for n in range(4)]
    office.reply(refs[0])
    office.reply(refs[1], at=office.now + timedelta(days=20))
    office.reply(refs[2], CommentState.TAKEN_UP, promise=Promise.CORRECTION, promised="Q7", until=today(office.now) + timedelta(days=60))
    assert standing(office, 20) == [(None, 1, 1, 1, 2, 1)]
    office.give_to_partner()
    assert standing(office, 20) == [("U01", 1, 1, 1, 2, 1)] and standing(office, 100) == [("U01", 1, 1, 2, 1, 0)]


def test_home_tells_who_answers_and_the_administrator_of_the_overdue(office):
    office.give_to_partner()
    office.say(at=office.now - timedelta(days=20))
    office.say(text="new")
    assert "2 comments wait for an answer" in office.browser("author").get("/").text
    admin = office.browser("admin").get("/").text
    assert "1 comment waits for an answer" in admin and "1 is overdue." in admin
