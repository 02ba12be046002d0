"""A placement is contested as a quiz is: the result by HR, a question by the administrator; it needs no leave to be begun again."""

from datetime import timedelta

import pytest

from lms.cases import actions
from lms.cases.enums import Finding, Outcome
from lms.competency import actions as competency
from lms.competency.rebuild import rebuild
from lms.core.errors import Invalid, NotFound
from lms.placement import actions as placement
from tests.placement.test_sittings import begin, go_through


@pytest.fixture
def sitting(desk):
    """Meng's placement, still running, after three answers."""
    meng = desk.actor("meng")
    with desk.database.writing() as session:
        competency.set_targets(session, position_id=desk.cast.positions["P01"], levels={"NET-1": 1, "NET-3": 2, "GOV-1": 3, "SRV-1": 1}, now=desk.now)
        rebuild(session, now=desk.now)
    made = begin(desk.database, meng, desk.now)
    assert len(go_through(desk.database, meng, made, desk.now, most=3)) == 3
    return made


def contest(desk, sitting, position=None, key="meng"):
    actor = desk.actor(key)
    with desk.database.writing() as session:
        return actions.open_case(session, actor=actor, attempt_ref=sitting.ref, position=position, text="It says the same twice.", now=desk.now).ref


def finish(desk, sitting):
    actor = desk.actor("meng")
    with desk.database.writing() as session:
        placement.finish(session, actor=actor, ref=sitting.ref, now=desk.now + timedelta(hours=1))


def test_only_ones_own_and_only_once_it_has_ended(desk, sitting):
    with pytest.raises(NotFound):
        contest(desk, sitting)
    finish(desk, sitting)
    with pytest.raises(NotFound):
        contest(desk, sitting, key="zhaxi")
    assert contest(desk, sitting)


def test_its_result_is_answered_by_hr_and_its_question_by_the_administrator_without_the_name(desk, sitting):
    finish(desk, sitting)
    mine = desk.browser("meng")
    link = f"/me/appeals/new?attempt={sitting.ref}"
    assert link in mine.get(f"/me/placement/{sitting.ref}/result").text and "Question 3" in mine.get(link).text
    result, question = contest(desk, sitting), contest(desk, sitting, 1)
    assert "Result of “Placement”" in desk.browser("hr").get(f"/cases/{result}").text
    page = desk.browser("admin").get(f"/cases/{question}").text
    assert "Question 1 of “Placement”" in page and "The key that holds now" in page and "孟旺" not in page
    assert f"/me/placement/{sitting.ref}/result" in mine.get(f"/me/appeals/{question}").text


def test_there_is_no_leave_to_give_for_it(desk, sitting):
    finish(desk, sitting)
    ref = contest(desk, sitting)
    desk.take_up(ref)
    assert "may be taken again" not in desk.browser("hr").get(f"/cases/{ref}").text
    with pytest.raises(Invalid):
        desk.answer(ref, Finding.UPHELD, Outcome.RETAKE)
    desk.answer(ref, Finding.NOT_UPHELD, Outcome.NO_CHANGE)
