"""What follows from an answer is carried out: a correction that is named, other assessors, a quiz earlier. Work is contested as results are."""

import pytest
from sqlalchemy import select

from lms.assessments import queries as assessments
from lms.assessments.models import Response
from lms.cases.enums import OUTCOMES_OF, Finding, Outcome, Subject
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.corrections import actions as corrections
from lms.corrections import jobs
from lms.corrections.enums import CorrectionKind
from lms.portfolio.models import Submission
from tests.cases.conftest import Desk
from tests.marking.desk import GOOD, POOR
from tests.marking.desk import desk as marking_desk


def corrected(desk: Desk, ref: str) -> str:
    """The contested question is withdrawn by its administrator, to the end; answers the correction's reference."""
    admin = desk.actor("admin")
    with desk.database.writing() as session:
        known = {"revision_id": desk.case(ref).item_revision_id, "kind": CorrectionKind.WITHDRAW, "now": desk.now}
        made = corrections.draft(session, actor=admin, reason=corrections.Reason(en="Two options say the same."), **known).ref
    with desk.database.writing() as session:
        corrections.begin(session, actor=admin, ref=made, now=desk.now)
    jobs.apply(report=lambda done, total: None, ref=made)
    return made


def test_an_upheld_question_is_corrected_and_the_answer_names_the_correction(desk):
    ref = desk.appeal(1)
    desk.take_up(ref, key="admin")
    with desk.database.reading() as session:
        head = assessments.attempt(session, desk.attempt, official_id=desk.cast.officials["zhaxi"])
        contested = select(Response).where(Response.attempt_ref == head.ref, Response.position == 1)
        assert session.scalars(contested).one().void is False
    correction = corrected(desk, ref)
    assert "Which correction" in desk.browser("admin").get(f"/cases/{ref}").text
    desk.answer(ref, Finding.UPHELD, Outcome.CORRECTION, reason="You are right.", correction=correction, key="admin")
    case = desk.case(ref)
    assert (case.state, case.outcome, case.correction_ref) == ("answered", "correction", correction)
    with desk.database.reading() as session:
        assert session.scalars(contested).one().void is True
    mine = desk.browser("zhaxi").get(f"/me/appeals/{ref}").text
    assert "The question is corrected, for everybody" in mine and "Two options say the same." in mine and "See what it moved for you" in mine
    assert f"/corrections/{correction}" in desk.browser("admin").get(f"/cases/{ref}").text


def test_a_correction_of_another_question_does_not_answer_this_one(desk):
    one, other = desk.appeal(1), desk.appeal(2) if len(positions(desk)) > 1 else None
    assert other
    desk.take_up(one, key="admin")
    with pytest.raises(Invalid):
        desk.answer(one, Finding.UPHELD, Outcome.CORRECTION, correction=corrected(desk, other), key="admin")


def positions(desk: Desk) -> list[int]:
    with desk.database.reading() as session:
        return list(session.scalars(select(Response.position).where(Response.attempt_ref == desk.attempt)))


@pytest.mark.parametrize(("position", "outcome"), [(None, Outcome.CORRECTION), (None, Outcome.JUDGED_ANEW), (1, Outcome.JUDGED_ANEW)])
def test_what_cannot_follow_is_refused(desk, position, outcome):
    ref, key = desk.appeal(position), "hr" if position is None else "admin"
    desk.take_up(ref, key=key)
    with pytest.raises(Invalid):
        desk.answer(ref, Finding.UPHELD, outcome, key=key)
    assert set(OUTCOMES_OF) == set(Subject)


@pytest.fixture
def work(desk, worlds):
    """A piece of work that two assessors failed; answers (the assessors' desk, its reference)."""
    at_work = marking_desk(desk.database, desk.cast, worlds)
    ref = at_work.hand_in("zhaxi")
    at_work.judge(ref, "assessor", POOR)
    at_work.judge(ref, "assessor_two", POOR)
    return at_work, ref


def test_judged_work_is_contested_and_other_assessors_judge_it_anew(desk, work):
    at_work, work_ref = work
    mine, hr = desk.browser("zhaxi"), desk.browser("hr")
    link = f"/me/appeals/new?work={work_ref}"
    assert link in mine.get(f"/me/evidence/{work_ref}").text and "Contest the judgement of my work" in mine.get(link).text
    made = mine.post("/me/appeals/new", data={"work": work_ref, "text": "Annex 2 was not read."}, follow_redirects=True)
    ref = made.request.path.rsplit("/", 1)[-1]
    assert "Judgement of" in made.text and "under way" in mine.post("/me/appeals/new", data={"work": work_ref, "text": "again"}).text
    page = hr.get(f"/cases/{ref}").text
    assert "扎西" in page and f"/people/{desk.cast.refs['zhaxi']}/evidence/{work_ref}" in page
    desk.take_up(ref)
    page = hr.get(f"/cases/{ref}").text
    assert "Other assessors judge the work anew" in page and "may be taken again" not in page and "corrected, for everybody" not in page
    desk.answer(ref, Finding.UPHELD, Outcome.JUDGED_ANEW, reason="Annex 2 is there.")
    assert at_work.state(work_ref) == "handed_in"
    at_work.make_assessor("meng")
    at_work.judge(work_ref, "assessor_three", GOOD)
    at_work.judge(work_ref, "meng", GOOD)
    assert at_work.state(work_ref) == "judged" and at_work.differences() == []
    assert "passed: shows level 4" in mine.get(f"/me/evidence/{work_ref}").text
    with desk.database.reading() as session:
        assert session.scalars(select(Submission.round)).one() == 2


def test_work_is_contested_by_its_owner_once_judged_and_answered_by_hr_of_the_subtree(desk, work):
    at_work, work_ref = work
    waiting = at_work.hand_in("meng")
    assert desk.browser("meng").get(f"/me/appeals/new?work={waiting}").status_code == 404
    assert desk.browser("meng").get(f"/me/appeals/new?work={work_ref}").status_code == 404
    with pytest.raises(NotFound):
        desk.appeal_work(work_ref, key="meng")
    ref = desk.appeal_work(work_ref)
    for key in ("hr_neighbour", "admin", "assessor"):
        with pytest.raises(Forbidden):
            desk.take_up(ref, key=key)
    assert ref in desk.browser("hr").get("/cases/").text and ref not in desk.browser("admin").get("/cases/").text
