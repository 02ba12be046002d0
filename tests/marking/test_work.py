"""Work samples and panels: two who don't see each other, a third when they differ, three on a panel; and what it proves."""

import pytest
from sqlalchemy import func, select

from lms.access.models import AuditEntry
from lms.competency.enums import StateKind
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.marking import queries
from lms.marking.models import Mark
from lms.people.notice_queries import unread
from lms.portfolio.models import Judgement
from tests.marking.desk import FAIR, GOOD, PANEL, POOR


def judgement(desk, ref=None):
    with desk.database.reading() as session:
        return session.scalars(select(Judgement)).one_or_none()


def waits_for(desk, key):
    with desk.database.reading() as session:
        return queries.count(session, queries.works_waiting(desk.actor(key)))


def test_two_assessors_who_agree_confirm_level_four(desk):
    ref = desk.hand_in("zhaxi")
    assert desk.judge(ref, "assessor", GOOD) is False and judgement(desk) is None
    assert desk.judge(ref, "assessor_two", FAIR) is True
    found = judgement(desk)
    assert (found.level, found.passed, found.criteria, found.assessors, desk.state(ref)) == (4, True, [2, 2, 2, 2], 2, "judged")
    row = desk.proficiency("zhaxi", "LAW-2")
    assert (row.m_milli, row.v_micro, row.n, row.state) == (2381, 47619, 4, StateKind.MET)
    assert row.evidence == [[ref, row.t_day, True, False, 4, 4, 2, False]]
    assert desk.differences() == []


def test_the_official_is_told_and_the_log_names_the_assessors_without_the_official(desk):
    ref = desk.hand_in("zhaxi")
    desk.judge(ref, "assessor", GOOD)
    desk.judge(ref, "assessor_two", GOOD)
    with desk.database.reading() as session:
        (notice,) = unread(session, desk.actor("zhaxi"))
        assert (notice.kind, notice.facts["passed"], notice.facts["level"]) == ("work_judged", True, 4)
        marked = session.scalars(select(AuditEntry).where(AuditEntry.action == "work_marked").order_by(AuditEntry.seq)).all()
        judged = session.scalars(select(AuditEntry).where(AuditEntry.action == "work_judged")).one()
    assert [(entry.actor, entry.official_id) for entry in marked] == [("评审甲", None), ("评审乙", None)]
    assert (judged.actor, judged.official_id) == ("assessors", desk.cast.officials["zhaxi"])


def test_a_third_judges_when_two_differ_and_the_majority_decides(desk):
    ref = desk.hand_in("zhaxi")
    desk.judge(ref, "assessor", GOOD)
    assert desk.judge(ref, "assessor_two", POOR) is False
    assert (waits_for(desk, "assessor"), waits_for(desk, "assessor_two"), waits_for(desk, "assessor_three")) == (0, 0, 1)
    assert desk.judge(ref, "assessor_three", [1, 2, 2, 1]) is True
    found = judgement(desk)
    assert (found.level, found.passed, found.criteria, found.assessors) == (3, False, [1, 2, 2, 1], 3)
    row = desk.proficiency("zhaxi", "LAW-2")
    assert row.state == StateKind.NOT_YET and row.m_milli == round(1500 / (1 + 0.1 / 3)) and desk.differences() == []


def test_nobody_marks_twice_nor_after_the_decision(desk):
    ref = desk.hand_in("zhaxi")
    desk.judge(ref, "assessor", GOOD)
    with pytest.raises(Conflict):
        desk.judge(ref, "assessor", GOOD)
    desk.judge(ref, "assessor_two", GOOD)
    with pytest.raises(Forbidden):
        desk.judge(ref, "assessor_three", GOOD)
    with desk.database.reading() as session:
        assert session.scalar(select(func.count(Mark.id))) == 2


@pytest.mark.parametrize("grades", [[3, 3, 3], [3, 3, 3, 4], [3, 3, 3, -1], [3, 3, 3, 3, 3]])
def test_every_criterion_needs_a_grade_from_nought_to_three(desk, grades):
    ref = desk.hand_in("zhaxi")
    with pytest.raises(Invalid):
        desk.judge(ref, "assessor", grades)


def test_a_panel_is_three_whom_hr_convenes_and_confirms_level_five(desk):
    ref = desk.hand_in("zhaxi", PANEL)
    with pytest.raises(Forbidden):
        desk.judge(ref, "assessor", GOOD)
    with pytest.raises(Invalid):
        desk.convene(ref, "assessor", "assessor_two")
    desk.convene(ref, "assessor", "assessor_two", "assessor_three")
    assert [desk.judge(ref, key, GOOD) for key in ("assessor", "assessor_two", "assessor_three")] == [False, False, True]
    row = desk.proficiency("zhaxi", "GOV-1")
    assert (judgement(desk).level, row.state, row.n) == (5, StateKind.MET, 4)
    assert row.m_milli == round(3500 / (1 + 0.1 / 3)) and desk.differences() == []


def test_only_assessors_sit_on_a_panel_and_who_has_judged_keeps_the_seat(desk):
    ref = desk.hand_in("zhaxi", PANEL)
    with pytest.raises(Invalid):
        desk.convene(ref, "assessor", "assessor_two", "head")
    desk.convene(ref, "assessor", "assessor_two", "assessor_three")
    desk.judge(ref, "assessor", GOOD)
    with pytest.raises(Invalid):
        desk.convene(ref, "assessor_two", "assessor_three", "hr")


def test_quizzes_alone_never_confirm_level_four(desk):
    # nineteen points in twenty would not do it either: the rule asks for judged work
    response = desk.answered("zhaxi")
    desk.mark(response, "assessor", [1, 1, 1])
    row = desk.proficiency("zhaxi", "LAW-2")
    assert row is None or row.state != StateKind.MET


def test_a_short_answer_is_settled_by_one_marker_and_counts_from_the_day_it_was_given(desk):
    from lms.marking.settling import is_double

    n = next(n for n in range(50) if not is_double(f"A{n}:{n}:SHORT-1", 1))
    assert desk.mark(desk.answered("zhaxi", position=n), "assessor", [1, 1, 0]) == 667
    row = desk.proficiency("zhaxi", "LAW-2")
    assert row.n == 1 and row.evidence[0][4] == 2 and desk.differences() == []


def test_an_answer_of_level_three_waits_for_its_second_and_a_third_when_they_differ(desk):
    response = desk.answered("zhaxi", level=3)
    assert desk.mark(response, "assessor", [1, 1, 1]) is None and desk.proficiency("zhaxi", "LAW-2") is None
    with pytest.raises(Conflict):
        desk.mark(response, "assessor", [1, 1, 1])
    assert desk.mark(response, "assessor_two", [1, 0, 0]) is None
    assert desk.mark(response, "assessor_three", [1, 1, 0]) == 667
    assert desk.proficiency("zhaxi", "LAW-2").evidence[0][4] == 3
    with pytest.raises(Conflict):
        desk.mark(response, "assessor_two", [1, 1, 1])
    assert desk.differences() == []
