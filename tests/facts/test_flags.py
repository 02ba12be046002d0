"""A changed fact flags what cites it; its live questions are drawn nowhere until a person has looked; nothing answered is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.assessments import queries as assessments
from lms.assessments import suspension_actions, suspension_queries
from lms.assessments.enums import Purpose, Use
from lms.assessments.models import Response
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from lms.facts import actions, citation_queries, flag_queries, jobs
from lms.facts.enums import FactStatus, FlagState
from lms.facts.models import FactFlag
from lms.feedback import actions as comments
from lms.learning import actions as learning
from lms.learning import queries as progress
from lms.placement import actions as placement
from tests.assessments.conftest import SLUG, start

LIVE = ["C01-Q01", "C01-Q03"]


def drawn(desk) -> set[str]:
    with desk.database.reading() as session:
        head = assessments.assessment(session, SLUG)
        return {row.code for use in Use for row in assessments.bank_rows(session, head.bank_id, use=use)}


def test_a_change_flags_and_suspends_and_a_look_lets_in_again(desk):
    before = drawn(desk)
    desk.change("LF-411")
    flags = desk.flags()
    assert flags == dict.fromkeys(["C01-L1", "C01-L2", *LIVE], FlagState.OPEN)
    assert desk.suspended() == LIVE
    assert before - drawn(desk) == set(LIVE)
    with desk.database.reading() as session:
        flag = session.scalars(select(FactFlag).where(FactFlag.code == "C01-Q01")).one()
        assert flag.due_on == actions.clock().look_by(actions.day_of(desk.now))
    assert desk.look(FlagState.STILL_RIGHT, "C01-Q01", "C01-L1", key="author") == 2
    assert desk.suspended() == LIVE[1:]
    desk.look(FlagState.TO_CHANGE, "C01-Q03", key="author")
    assert desk.suspended() == LIVE[1:]
    with pytest.raises(Invalid):  # the version that was flagged is still in force
        desk.look(FlagState.CHANGED, "C01-Q03", key="author")
    desk.look(FlagState.STILL_RIGHT, "C01-Q03", key="admin")
    assert drawn(desk) == before
    with pytest.raises(Conflict):
        admin = desk.actor("admin")
        with desk.database.writing() as session:
            actions.look(session, actor=admin, refs=[desk_ref(session, "C01-Q03")], state=FlagState.STILL_RIGHT, reason="x", now=desk.now)


def desk_ref(session, code):
    return session.scalars(select(FactFlag.ref).where(FactFlag.code == code)).one()


def test_neither_new_forms_nor_practice_nor_placements_ask_what_is_suspended(desk):
    zhaxi, meng = desk.actor("zhaxi"), desk.actor("meng")
    early = start(desk.database, meng, desk.now)
    for code in ("LF-408", "LF-144"):
        desk.change(code)
    assert desk.suspended() == ["C01-Q07", "C01-Q18"]
    with desk.database.reading() as session:
        held = suspension_queries.suspended(session)
        head = assessments.assessment(session, SLUG)
        pool = placement.questions.live_questions(session, [head.bank_id], {"NET-1", "NET-3"})
        assert "C01-Q08" in {row.piece for row in pool}
        assert "C01-Q07" not in {row.piece for row in pool}
        kept = placement.questions.still_asked(session, early.form, given=set(early.form[:1]))
        asked = {one.revision_id: one for one in assessments.all_asked(session, early.form)}
        assert kept == [one for one in early.form if one == early.form[0] or asked[one].item_id not in held]
    form = start(desk.database, zhaxi, desk.now).form
    with desk.database.reading() as session:
        assert not {one.item_id for one in assessments.all_asked(session, form)} & held
    with pytest.raises(Refused):
        start(desk.database, zhaxi, desk.now, Purpose.FORMATIVE)
    # a sitting that was begun before keeps its questions, and they count
    with desk.database.reading() as session:
        assert assessments.attempt(session, early.ref, official_id=meng.official_id).form == early.form


def test_a_lesson_whose_whole_check_is_suspended_can_be_done_without(desk):
    with desk.database.reading() as session:
        place = progress.reading(session, SLUG, official_id=None)
        lessons = progress.lessons_with_check(session, place)
        head = assessments.assessment(session, SLUG)
        rows = [row for row in assessments.bank_rows(session, head.bank_id, use=Use.PRACTICE) if row.lesson_code == "C01-L4"]
    assert lessons == {"C01-L4"}
    admin = desk.actor("admin")
    with desk.database.writing() as session:
        assert suspension_actions.suspend(session, actor=admin, item_ids=[row.item_id for row in rows], ref="r", reason="LF-1", now=desk.now) == len(rows)
    with desk.database.reading() as session:
        assert progress.lessons_with_check(session, progress.reading(session, SLUG, official_id=None)) == frozenset()
    with desk.database.writing() as session:
        assert suspension_actions.lift(session, actor=admin, ref="r", now=desk.now) == len(rows)
    with desk.database.reading() as session:
        assert progress.lessons_with_check(session, progress.reading(session, SLUG, official_id=None)) == lessons


def test_a_quiz_that_cannot_be_filled_closes_with_a_sentence_and_opens_again(desk):
    zhaxi = desk.actor("zhaxi")
    with desk.database.writing() as session:
        learning.begin(session, course_slug=SLUG, lesson_code="C01-L1", actor=zhaxi, now=desk.now)
    page = desk.browser("zhaxi").get(f"/assessments/{SLUG}/").text
    assert "Closed for now" not in page
    desk.change("LF-409")
    with desk.database.reading() as session:
        [filling] = flag_queries.fillings(session)
        assert (filling.course_slug, filling.places, filling.empty) == (SLUG, 14, 0)
        [foreseen] = flag_queries.fillings(session, without=citation_queries.citing(session, {"LF-411"}))
    desk.change("LF-411")
    with desk.database.reading() as session:
        [filling] = flag_queries.fillings(session)
        assert (filling.empty, filling) == (1, foreseen)
    with pytest.raises(Refused) as refused:
        start(desk.database, zhaxi, desk.now)
    assert str(refused.value) == suspension_queries.closed_sentence()
    assert "Closed for now" in desk.browser("zhaxi").get(f"/assessments/{SLUG}/").text
    assert ("zhaxi", "quiz_closed") in desk.told()
    assert ("author", "quiz_closed_to_owner") in desk.told()
    desk.look(FlagState.STILL_RIGHT, *desk.suspended(), key="author")
    assert ("zhaxi", "quiz_open_again") in desk.told()
    assert len(start(desk.database, zhaxi, desk.now).form) >= 14


def test_a_second_reason_keeps_a_question_out_and_wording_flags_nothing(desk):
    desk.change("LF-408", substance=False, note="Looked up again.")
    desk.change("LF-408", substance=False, en="The same in other words")
    assert desk.flags() == {}
    desk.change("LF-407")
    desk.change("LF-410")
    assert "C01-Q09" in desk.suspended()
    with desk.database.reading() as session:
        [first, second] = session.scalars(select(FactFlag.ref).where(FactFlag.code == "C01-Q09").order_by(FactFlag.id)).all()
    admin = desk.actor("admin")
    with desk.database.writing() as session:
        actions.look(session, actor=admin, refs=[first], state=FlagState.STILL_RIGHT, reason="Right.", now=desk.now)
    assert "C01-Q09" in desk.suspended()
    desk.change("LF-410", zh="又改了")  # what waits already waits for the newest version
    with desk.database.reading() as session:
        flag = flag_queries.by_ref(session, admin, second)
        assert (flag.change.number, [step.kind for step in flag_queries.steps(session, [flag.id])[flag.id]]) == (3, ["flagged", "again"])
    with desk.database.writing() as session:
        actions.look(session, actor=admin, refs=[second], state=FlagState.STILL_RIGHT, reason="Right.", now=desk.now)
    assert "C01-Q09" not in desk.suspended()


def test_who_may_change_and_who_may_look(desk):
    desk.change("LF-411")
    author, admin = desk.actor("author"), desk.actor("admin")
    with desk.database.writing() as session:
        comments.name_owner(session, actor=admin, slug=SLUG, partner_code="", now=desk.now)
        with pytest.raises(NotFound):
            actions.look(session, actor=author, refs=[desk_ref(session, "C01-Q01")], state=FlagState.STILL_RIGHT, reason="x", now=desk.now)
        fact = actions.queries.fact(session, "LF-411")
        with pytest.raises(Forbidden):
            actions.change(session, actor=author, code="LF-411", said=actions.Statement(fact.zh, "x", FactStatus.KNOWN, 1), reason="x", now=desk.now)


def test_overdue_reviews_flag_without_suspending_and_reminders_come_once(desk):
    day = actions.day_of(desk.now)
    desk.change("LF-401", substance=False, review_by=day - timedelta(days=1))
    jobs.nightly(desk.now)
    assert {code for code in desk.flags() if code.startswith("C01")} == {"C01-L3", "C01-Q06"}
    assert desk.suspended("C") == []
    jobs.nightly(desk.now + timedelta(days=1))
    assert sum(kind == "fact_flagged" for _, kind in desk.told()) == len({who for who, kind in desk.told() if kind == "fact_flagged"})
    desk.change("LF-401", status=FactStatus.DOUBTFUL)
    assert desk.suspended() == ["C01-Q06"]
    late = desk.now + timedelta(days=30)
    jobs.nightly(late)
    jobs.nightly(late + timedelta(hours=1))
    assert sum(row == ("author", "facts_due") for row in desk.told()) == 1
    quiet = desk.browser("zhaxi").get(f"/courses/{SLUG}/C01-L3", follow_redirects=True).text
    assert "is being checked again" in quiet
    assert "LF-401" in desk.browser("author").get(f"/courses/{SLUG}/C01-L3", follow_redirects=True).text
    with desk.database.reading() as session:
        assert session.scalar(select(func.count(Response.id))) == 0
