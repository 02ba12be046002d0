"""A wrong key is put right for everyone who answered, told, kept, and can be taken back to the bit."""

import pytest
from sqlalchemy import func, select

from lms.access.models import AuditEntry
from lms.competency.models import StateChange
from lms.competency.proficiency import ItemParameters, State, answered
from lms.core.clock import day_number
from lms.core.errors import Conflict, Forbidden, Invalid, Refused
from lms.corrections import actions, jobs, queries
from lms.corrections.enums import CorrectionKind, CorrectionState
from lms.corrections.models import Correction, CorrectionEffect, Remark
from lms.people.models import Notice
from tests.corrections.world import NOW, WHY, World
from tests.support.people import actor_of

PARAMETERS = ItemParameters(1.0, -2.0, 0.25, 0.25)


def by_hand(*scores: int) -> tuple[int, int]:
    """(m, V) of answers given on one day."""
    state = State(t_day=day_number(NOW) - 10)
    for score in scores:
        state = answered(state, PARAMETERS, score, day_number(NOW) - 10, 0.02)
    return state.m_milli, state.v_micro


def estimate(home: World, key: str) -> tuple[int, int]:
    row = home.row(key)
    return row.m_milli, row.v_micro


def test_before_the_correction_those_who_were_right_are_held_wrong(home):
    assert home.marks() == {"zhaxi": (0, False), "meng": (1, False), "lei": (0, False), "cheng": (0, False)}
    assert estimate(home, "zhaxi") == by_hand(0, 1, 1, 1) and estimate(home, "meng") == by_hand(1, 1, 1, 1)


def test_everyone_who_answered_is_marked_anew_and_estimated_anew(home):
    home.correct()
    assert home.marks() == {"zhaxi": (1, False), "meng": (0, False), "lei": (0, False), "cheng": (0, False)}
    assert estimate(home, "zhaxi") == by_hand(1, 1, 1, 1) and estimate(home, "meng") == by_hand(0, 1, 1, 1)
    assert estimate(home, "lei") == by_hand(0, 1, 1, 1) and estimate(home, "sun") == by_hand(1, 1, 1)
    assert home.check() == []


def test_states_and_unit_cells_follow(home):
    assert (home.row("zhaxi").state, home.row("meng").state) == ("unclear", "met")
    home.correct()
    assert (home.row("zhaxi").state, home.row("meng").state) == ("met", "unclear")
    with home.database.reading() as session:
        from lms.competency.queries import live_cells
        from lms.people.models import Unit

        unit = session.get_one(Unit, home.cast.units["513399101"])
        cell = live_cells(session, unit, day_number(NOW))[unit.id, False]["NET-1"]
    assert (cell.n_evidence, cell.met, cell.unclear) == (2, 1, 1)
    assert home.check() == []


def test_each_one_affected_is_told_in_both_languages_what_changed(home):
    home.correct()
    with home.database.reading() as session:
        told = {n.official_id: n for n in session.scalars(select(Notice))}
    assert set(told) == {home.cast.officials["zhaxi"], home.cast.officials["meng"]}
    texts = {key: home.browser(key).get("/").text for key in ("zhaxi", "meng", "lei")}
    assert "1 answer of yours now counts as right" in texts["zhaxi"] and "is now “Met”" in texts["zhaxi"]
    assert "is no longer right" in texts["meng"] and "The key named the wrong option." in texts["meng"]
    assert "key" not in texts["lei"].split("<main", 1)[1] and "钥匙写错了选项" in home.browser("zhaxi", "zh-Hans").get("/").text


def test_before_and_after_are_kept_and_the_chain_says_so(home):
    ref = home.correct()
    with home.database.reading() as session:
        one = queries.correction(session, ref)
        effects = {e.official_id: e for e in session.scalars(select(CorrectionEffect).where(CorrectionEffect.foreseen.is_(False)))}
        mine = effects[home.cast.officials["zhaxi"]]
        assert (one.state, one.applied_at is not None, len(effects)) == (CorrectionState.APPLIED, True, 2)
        assert (mine.gained, mine.lost, mine.before_m, mine.after_m) == (1, 0, by_hand(0, 1, 1, 1)[0], by_hand(1, 1, 1, 1)[0])
        assert (mine.before_state, mine.after_state) == ("unclear", "met")
        assert session.scalar(select(func.count()).select_from(Remark)) == 2
        audited = session.execute(select(AuditEntry.action, AuditEntry.official_id).where(AuditEntry.subject == "NET-1-Q0").order_by(AuditEntry.seq)).all()
    officials = {(("mark_corrected"), home.cast.officials[key]) for key in ("zhaxi", "meng")}
    assert {tuple(row) for row in audited} == {("correction_drafted", None), ("correction_begun", None), ("correction_applied", None)} | officials


def test_looking_ahead_says_the_same_and_changes_nothing(home):
    before, ref = home.derived(), home.draft()
    jobs.preview(report=lambda done, total: None, ref=ref)
    assert home.derived() == before and home.marks()["zhaxi"] == (0, False)
    with home.database.reading() as session:
        one = queries.correction(session, ref)
        ahead = {(e.official_id, e.gained, e.lost, e.before_m, e.after_m, e.before_state, e.after_state) for e in session.scalars(select(CorrectionEffect))}
        assert one.preview | {"states": None} == {
            "responses": 4, "blind": 1, "asked": 4, "units": 3, "officials": 2, "gained": 1, "lost": 1, "dropped": 0, "returned": 0, "states": None,
        }  # fmt: skip
        assert one.preview["states"] == [["NET-1", "met", "unclear", 1], ["NET-1", "unclear", "met", 1]]
    home.carry_out(ref)
    with home.database.reading() as session:
        came = {(e.official_id, e.gained, e.lost, e.before_m, e.after_m, e.before_state, e.after_state) for e in session.scalars(select(CorrectionEffect))}
    assert came == ahead


def test_taken_back_everything_is_as_before_to_the_bit(home):
    before, marks = home.derived(), home.marks()
    ref = home.correct()
    assert home.derived() != before
    home.undo(ref)
    assert home.derived() == before and home.marks() == marks and home.check() == []
    with home.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 4
        assert queries.undone_by(session, queries.correction(session, ref)) is not None


def test_a_withdrawn_question_stops_counting_even_for_imports_and_comes_back(home):
    before = home.derived()
    ref = home.correct(kind=CorrectionKind.WITHDRAW)
    assert home.marks() == {"zhaxi": (0, True), "meng": (1, True), "lei": (0, True), "cheng": (0, True)}
    assert {estimate(home, key) for key in ("zhaxi", "meng", "lei", "sun", "cheng")} == {by_hand(1, 1, 1)} and home.check() == []
    home.undo(ref)
    assert home.derived() == before and not any(void for _, void in home.marks().values())


def test_later_answers_are_marked_by_what_holds(home):
    home.correct()
    home.answer("dong", 1, NET_1_Q0="c")
    assert home.marks()["dong"] == (1, False)
    home.correct(kind=CorrectionKind.WITHDRAW)
    home.answer("he", 0.5, NET_1_Q0="c")
    assert home.marks()["he"] == (1, True) and home.check() == []


def test_answers_between_a_correction_and_its_undoing_are_marked_back_too(home):
    ref = home.correct()
    home.answer("dong", 1, NET_1_Q0="a")
    assert home.marks()["dong"] == (0, False)
    home.undo(ref)
    assert home.marks()["dong"] == (1, False) and home.check() == []


def test_only_the_last_correction_in_force_can_be_undone_and_only_once(home):
    first, second = home.correct(), home.correct(key="b")
    with pytest.raises(Refused):
        home.undo(first)
    home.undo(second)
    assert home.marks()["zhaxi"] == (1, False)
    home.undo(first)
    with pytest.raises(Refused):
        home.undo(first)
    assert home.marks()["meng"] == (1, False) and home.check() == []


def test_interrupted_it_goes_on_where_it_stopped_and_tells_nobody_twice(home, monkeypatch):
    monkeypatch.setattr("lms.competency.portion_actions.OFFICIALS", 1)
    ref = home.begin(home.draft())

    def power_cut(done, total):
        if done == 1:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        jobs.apply(report=power_cut, ref=ref)
    assert home.check() == []
    with home.database.reading() as session:
        assert queries.correction(session, ref).state == CorrectionState.APPLYING
    jobs.go_on(NOW)
    assert home.marks()["zhaxi"] == (1, False) and home.marks()["meng"] == (0, False) and home.check() == []
    with home.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 2
        assert queries.correction(session, ref).state == CorrectionState.APPLIED
        assert session.scalar(select(func.count()).select_from(StateChange).where(StateChange.before != "no_evidence")) >= 2


def test_what_cannot_be_ruled_is_refused(home):
    with pytest.raises(Invalid):
        home.draft(key="z")
    with pytest.raises(Invalid):
        home.draft(key="a")
    with pytest.raises(Invalid):
        home.draft(kind=CorrectionKind.REINSTATE)
    with home.database.writing() as session, pytest.raises(Invalid):
        actions.draft(session, actor=home.admin, revision_id=home.revisions["NET-1-Q0"], kind=CorrectionKind.WITHDRAW, reason=actions.Reason(), now=NOW)
    with home.database.writing() as session, pytest.raises(Forbidden):
        hr = actor_of(home.database, home.cast, "hr")
        actions.draft(session, actor=hr, revision_id=home.revisions["NET-1-Q0"], kind=CorrectionKind.WITHDRAW, reason=WHY, now=NOW)


def test_two_drafts_of_one_question_cannot_both_begin(home):
    first, second = home.draft(), home.draft(key="b")
    home.carry_out(first)
    with pytest.raises(Conflict):
        home.begin(second)
    with pytest.raises(Conflict):
        home.begin(first)
    with home.database.writing() as session:
        actions.drop(session, actor=home.admin, ref=second, now=NOW)
        assert session.scalar(select(Correction.state).where(Correction.ref == second)) == CorrectionState.DROPPED
