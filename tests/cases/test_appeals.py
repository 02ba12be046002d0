"""Appeals go their way, by whom they belong to, in time, with what follows."""

from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from lms.access.models import AuditEntry
from lms.assessments.models import RetakePermission
from lms.cases import queries
from lms.cases.enums import CASE_FLOW, RUNNING, CaseState, Finding, Outcome
from lms.cases.models import CaseStep
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.people.calendar_queries import today
from lms.people.models import Notice
from tests.assessments.conftest import start

ALLOWED = {("open", "taken_up"), ("open", "withdrawn"), ("taken_up", "answered"), ("taken_up", "withdrawn")}


def test_the_flow_is_this_table_and_no_other():
    found = {(str(a), str(b)) for a, b in product(CaseState, CaseState) if b in CASE_FLOW[a]}
    assert found == ALLOWED and set(RUNNING) == {state for state in CaseState if CASE_FLOW[state]}


def test_the_clock_runs_fifteen_days_and_is_overdue_on_the_sixteenth(desk):
    case = desk.case(desk.appeal())
    opened = today(desk.now)
    assert queries.due_on(date(2026, 11, 23)) == date(2026, 12, 8) and case.due_on == opened + timedelta(days=15)
    assert not queries.is_overdue(case, opened + timedelta(days=15)) and queries.is_overdue(case, opened + timedelta(days=16))
    with desk.database.reading() as session:
        counts = [queries.waiting(session, desk.actor("hr"), today=opened + timedelta(days=n)) for n in (15, 16)]
    assert counts == [(1, 0), (1, 1)]


def test_a_result_goes_its_way_and_every_step_is_kept(desk):
    ref = desk.appeal()
    desk.take_up(ref)
    desk.answer(ref, reason="The line was up all day.")
    case = desk.case(ref)
    assert (case.state, case.finding, case.outcome, case.taken_up_by) == ("answered", "not_upheld", "no_change", "人事")
    with desk.database.reading() as session:
        steps = session.execute(select(CaseStep.seq, CaseStep.kind, CaseStep.by_official).order_by(CaseStep.seq)).all()
        assert [tuple(row) for row in steps] == [(1, "opened", True), (2, "taken_up", False), (3, "answered", False)]
        assert session.scalars(select(Notice.kind).order_by(Notice.id)).all() == ["appeal_taken_up", "appeal_answered"]
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == ref).order_by(AuditEntry.seq)).all()
    assert actions == ["appeal_opened", "appeal_taken_up", "appeal_answered"]


@pytest.mark.parametrize("taken_up", [False, True])
def test_what_is_withdrawn_cannot_be_answered(desk, taken_up):
    ref = desk.appeal()
    if taken_up:
        desk.take_up(ref)
    desk.withdraw(ref)
    for later in (desk.answer, desk.take_up, desk.withdraw):
        with pytest.raises(Conflict):
            later(ref)
    assert desk.case(ref).state == "withdrawn"


def test_what_was_not_taken_up_cannot_be_answered_and_an_answer_stands(desk):
    ref = desk.appeal()
    with pytest.raises(Conflict):
        desk.answer(ref)
    desk.take_up(ref)
    desk.answer(ref)
    with pytest.raises(Conflict):
        desk.answer(ref)


def test_the_same_is_contested_once_at_a_time(desk):
    ref = desk.appeal()
    with pytest.raises(Conflict):
        desk.appeal()
    assert desk.appeal(position=1) != ref
    desk.withdraw(ref)
    assert desk.appeal()


def test_only_ones_own_result_and_only_answered_questions(desk):
    with pytest.raises(NotFound):
        desk.appeal(key="meng")
    with pytest.raises(NotFound):
        desk.appeal(position=999)


@pytest.mark.parametrize(
    ("who", "position"), [("hr_neighbour", None), ("admin", None), ("head", None), ("hr", 1), ("hr_neighbour", 1), ("author", 1), ("zhaxi", None)]
)
def test_who_does_not_own_an_appeal_is_refused(desk, who, position):
    ref = desk.appeal(position)
    with pytest.raises(Forbidden):
        desk.take_up(ref, key=who)
    browser = desk.browser(who)
    assert browser.get(f"/cases/{ref}").status_code == 403
    assert browser.post(f"/cases/{ref}/answer", data={"finding": "upheld", "outcome": "retake", "reason": "x"}).status_code == 403
    assert desk.case(ref).state == "open"
    with desk.database.reading() as session:
        assert session.execute(queries.cases(desk.actor(who), today=today(desk.now), state="all")).all() == []


def test_a_retake_granted_opens_the_quiz_at_once(desk):
    ref = desk.appeal()
    desk.take_up(ref)
    desk.answer(ref, Finding.UPHELD, Outcome.RETAKE, reason="The line was down.")
    with desk.database.reading() as session:
        given = session.scalars(select(RetakePermission)).one()
    assert (given.official_id, given.reason, given.granted_by, given.used_at) == (desk.cast.officials["zhaxi"], "The line was down.", "人事", None)
    assert start(desk.database, desk.actor("zhaxi"), desk.now + timedelta(days=1))


@pytest.mark.parametrize(
    ("finding", "outcome", "reason"),
    [(Finding.NOT_UPHELD, Outcome.RETAKE, "No."), (Finding.UPHELD, Outcome.NO_CHANGE, "  "), (Finding.UPHELD, Outcome.NO_CHANGE, "x" * 4001)],
)
def test_an_answer_that_contradicts_itself_or_gives_no_reason_is_refused(desk, finding, outcome, reason):
    ref = desk.appeal()
    desk.take_up(ref)
    with pytest.raises(Invalid):
        desk.answer(ref, finding, outcome, reason=reason)
    assert desk.case(ref).state == "taken_up"


def test_a_correction_is_named_by_who_corrects_and_exists(desk):
    result, question = desk.appeal(), desk.appeal(1)
    desk.take_up(result)
    desk.take_up(question, key="admin")
    with pytest.raises(Invalid):
        desk.answer(result, Finding.UPHELD, Outcome.CORRECTION, correction="x")
    with pytest.raises(Invalid):
        desk.answer(question, Finding.UPHELD, Outcome.CORRECTION, correction="nowhere", key="admin")
