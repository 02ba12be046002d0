"""Work judged anew after an appeal: by others, blind to what was decided; the earlier result stands until then and is kept."""

import pytest
from sqlalchemy import select

from lms.core.errors import Conflict
from lms.marking import queries
from lms.portfolio.models import Judgement
from lms.portfolio.queries import by_ref
from tests.marking.desk import FAIR, GOOD, NOW, POOR
from tests.support.people import browser_of

ASSESSORS = ("assessor", "assessor_two", "assessor_three")


def judgement(desk):
    with desk.database.reading() as session:
        return session.scalars(select(Judgement)).one()


def failed(desk) -> str:
    ref = desk.hand_in("zhaxi")
    desk.judge(ref, "assessor", POOR, "没有附件。")
    assert desk.judge(ref, "assessor_two", POOR)
    return ref


def test_only_judged_work_is_judged_anew(desk):
    ref = desk.hand_in("zhaxi")
    with pytest.raises(Conflict):
        desk.judge_anew(ref)


def test_the_earlier_result_stands_until_others_have_judged_and_is_then_kept_beside(app, desk):
    ref = failed(desk)
    before = desk.proficiency("zhaxi", "LAW-2").m_milli
    desk.judge_anew(ref)
    assert (judgement(desk).passed, desk.state(ref)) == (False, "handed_in") and desk.proficiency("zhaxi", "LAW-2").m_milli == before
    assert "This result stands until they have judged" in browser_of(app, desk.cast, "zhaxi").get(f"/me/evidence/{ref}").text
    desk.make_assessor("meng")
    desk.judge(ref, "assessor_three", FAIR)
    assert desk.judge(ref, "meng", GOOD)
    one = judgement(desk)
    assert (one.passed, one.level, one.criteria, one.assessors, one.at) == (True, 4, [2, 2, 2, 2], 2, NOW)
    assert one.former == [{"level": 2, "passed": False, "criteria": [1, 1, 1, 0], "assessors": 2, "comments": ["没有附件。"]}]
    assert desk.proficiency("zhaxi", "LAW-2").m_milli > before
    assert desk.differences() == []
    assert "this result has replaced the earlier one" in browser_of(app, desk.cast, "zhaxi").get(f"/me/evidence/{ref}").text


def test_who_judged_before_is_not_asked_again_and_the_others_see_nothing_of_it(app, desk):
    ref = failed(desk)
    desk.judge_anew(ref)
    for key, offered in zip(ASSESSORS, (False, False, True), strict=True):
        assert ("Judge the oldest" in browser_of(app, desk.cast, key).get("/marking/").text) is offered
    with pytest.raises(Conflict):
        desk.judge(ref, "assessor", GOOD)
    page = browser_of(app, desk.cast, "assessor_three").get(f"/marking/works/{ref}").text
    assert "没有附件。" not in page and "not passed" not in page and "All marks are in" not in page
    assert "All marks are in" in browser_of(app, desk.cast, "assessor").get(f"/marking/works/{ref}").text


def test_a_panel_is_convened_anew_without_those_who_sat_on_it(desk):
    ref = desk.hand_in("zhaxi", "WS-GOV-1-L5")
    desk.convene(ref, *ASSESSORS)
    for key in ASSESSORS:
        desk.judge(ref, key, POOR)
    desk.judge_anew(ref)
    with desk.database.reading() as session:
        submission = by_ref(session, ref)
        assert queries.seats(session, submission.id) == [] and queries.eligible(session, submission) == []


def test_marks_of_two_rounds_are_not_compared(desk):
    ref = failed(desk)
    desk.judge_anew(ref)
    desk.make_assessor("meng")
    desk.judge(ref, "assessor_three", FAIR)
    desk.judge(ref, "meng", GOOD)
    with desk.database.reading() as session:
        found = [(one.first, one.second) for one in queries.doubles(session, since=NOW)]
    assert sorted(found) == [((1, 1, 1, 0), (1, 1, 1, 0)), ((2, 2, 2, 2), (3, 3, 2, 2))]
