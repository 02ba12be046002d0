"""Appeals due soon or overdue: a reminder each to who should answer, once; the official learns that it is late; the list shows it."""

from datetime import timedelta

from sqlalchemy import select

from lms.cases import actions, jobs
from lms.cases.models import CaseStep
from lms.people.calendar_queries import today
from lms.people.models import Notice


def remind(desk, days: int) -> int:
    at = desk.now + timedelta(days=days)
    with desk.database.writing() as session:
        return actions.remind(session, today=today(at), now=at)


def told(desk, key: str) -> list[str]:
    with desk.database.reading() as session:
        return list(session.scalars(select(Notice.kind).where(Notice.official_id == desk.cast.officials[key]).order_by(Notice.id)))


def test_reminders_three_days_before_and_when_overdue_each_once(desk):
    desk.make_hr("sun")
    desk.appeal()
    assert [remind(desk, n) for n in (0, 11, 12, 13, 15, 16, 17, 30)] == [0, 0, 1, 0, 0, 1, 0, 0]
    assert told(desk, "sun") == ["appeal_due_to_owner", "appeal_overdue_to_owner"] and told(desk, "zhaxi") == ["appeal_overdue"]
    with desk.database.reading() as session:
        assert list(session.scalars(select(CaseStep.kind).order_by(CaseStep.seq))) == ["opened", "reminded", "reminded"]
    assert "The answer to your appeal is late" in desk.browser("zhaxi").get("/me/notices").text
    owner = desk.browser("sun").get("/me/notices").text
    assert "An appeal is to be answered soon" in owner and "The official knows that it is late." in owner


def test_a_server_that_was_off_for_a_month_reminds_once_that_it_is_late(desk):
    desk.make_hr("sun")
    desk.appeal()
    assert [remind(desk, 40), remind(desk, 41)] == [1, 0]
    assert told(desk, "sun") == ["appeal_overdue_to_owner"]


def test_only_who_took_it_up_is_reminded_and_nobody_once_it_is_closed(desk):
    desk.make_hr("sun")
    desk.make_hr("meng")
    ref, other = desk.appeal(), desk.appeal(1)
    desk.take_up(ref, key="meng")
    desk.withdraw(other)
    assert remind(desk, 12) == 1
    assert told(desk, "meng") == ["appeal_due_to_owner"] and told(desk, "sun") == []
    desk.answer(ref, key="meng")
    assert remind(desk, 20) == 0


def test_hr_of_another_subtree_and_the_official_themselves_are_not_reminded(desk):
    desk.make_hr("zhaxi")
    desk.make_hr("dong", unit="513398")
    desk.appeal()
    assert remind(desk, 12) == 1
    assert told(desk, "zhaxi") == [] and told(desk, "dong") == []


def test_the_nightly_job_reminds_and_the_list_of_the_overdue_names_it(desk):
    ref = desk.appeal()
    jobs.remind(desk.now + timedelta(days=16))
    with desk.database.reading() as session:
        assert list(session.scalars(select(CaseStep.kind).order_by(CaseStep.seq))) == ["opened", "reminded"]
    hr = desk.browser("hr")
    assert ref not in hr.get("/cases/?state=overdue").text
    desk.put_due(ref, today(desk.now) - timedelta(days=30))
    assert ref in hr.get("/cases/?state=overdue").text and "is overdue" in hr.get("/").text
