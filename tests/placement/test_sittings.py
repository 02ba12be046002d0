"""Sittings in the database, on both engines: nothing twice, nothing lost, and evidence like any other."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.assessments import placing_queries as questions
from lms.assessments.models import Item, ItemRevision, Response
from lms.competency.models import Proficiency
from lms.competency.rebuild import differences
from lms.core import clock
from lms.core.errors import NotFound, Refused
from lms.placement import actions, flow, jobs, queries
from lms.placement.actions import GivenAnswer
from lms.placement.enums import End, StepKind
from lms.placement.flow import Verdict
from lms.placement.models import PlacementSitting, PlacementStep
from tests.assessments.test_attempts import key_of, wrong
from tests.support.people import actor_of

MINUTE = timedelta(minutes=1)


def begin(database, actor, now):
    with database.writing() as session:
        return actions.start(session, actor=actor, now=now)


def steps_of(database, sitting):
    with database.reading() as session:
        return queries.steps(session, sitting.id)


def waiting(database, sitting):
    """The question that waits, and its step."""
    step = flow.current(steps_of(database, sitting))
    with database.reading() as session:
        return step, step and questions.question(session, step.revision_id)


def send(database, actor, sitting, place, answer, now, token="token-00"):
    with database.writing() as session:
        return actions.answer(session, actor=actor, ref=sitting.ref, given=GivenAnswer(place, answer, token), now=now)


def go_through(database, actor, sitting, now, answer_to=key_of, most=60):
    """Answer until it ends; the codes asked, in order."""
    asked = []
    for _ in range(most):
        step, asked_one = waiting(database, sitting)
        if step is None:
            break
        asked.append(asked_one.code)
        send(database, actor, sitting, step.place, answer_to(asked_one.question), now + len(asked) * MINUTE, f"token-{step.place:03}")
    return asked


def responses(database):
    with database.reading() as session:
        query = select(Response, Item.code).join(Item, Item.id == Response.item_id).order_by(Response.position)
        return [(r.position, code, r.correct, r.source, r.attempt_ref, r.submitted_at) for r, code in session.execute(query)]


def nothing_differs(database, now):
    with database.reading() as session:
        return list(differences(session)) == []


def test_a_whole_sitting_becomes_evidence_and_a_rebuild_finds_nothing(accepted, zhaxi, now):
    sitting = begin(accepted, zhaxi, now)
    asked = go_through(accepted, zhaxi, sitting, now)
    last = now + len(asked) * MINUTE
    assert [(position, code, source, ref, at) for position, code, _, source, ref, at in responses(accepted)] == [
        (n, code, "placement", sitting.ref, last) for n, code in enumerate(asked, 1)
    ]
    assert all(correct == 1 for _, _, correct, *_ in responses(accepted))
    with accepted.reading() as session:
        rows = {row.competency: row for row in session.scalars(select(Proficiency).where(Proficiency.official_id == zhaxi.official_id))}
    assert rows["NET-1"].state == "met"
    assert rows["NET-1"].n == 4
    assert "SRV-1" not in rows
    assert nothing_differs(accepted, last)


def test_only_live_questions_of_the_post_without_a_marker_are_asked(accepted, zhaxi, now):
    sitting = begin(accepted, zhaxi, now)
    go_through(accepted, zhaxi, sitting, now, wrong)
    with accepted.reading() as session:
        used = session.execute(select(ItemRevision.use, ItemRevision.kind, ItemRevision.competency).where(ItemRevision.id.in_(sitting.pool))).all()
        pool = len(sitting.pool)
    assert {row.use for row in used} == {"live"}
    assert "short" not in {row.kind for row in used}
    assert {row.competency for row in used} == {"NET-1", "NET-3", "GOV-1"}
    assert pool == len(set(sitting.pool))


def test_all_wrong_is_not_yet_after_four_answers_and_the_rest_is_not_asked(accepted, zhaxi, now):
    sitting = begin(accepted, zhaxi, now)
    go_through(accepted, zhaxi, sitting, now, wrong)
    with accepted.reading() as session:
        stands = queries.progress(session, sitting, queries.steps(session, sitting.id))
    net3 = stands.tracks["NET-3"]
    assert (net3.closed, net3.state.n >= 4) == ("not_yet", True)
    assert stands.tracks["SRV-1"].closed == "exhausted"


def test_a_reload_and_another_device_show_the_same_question(accepted, zhaxi, now):
    sitting = begin(accepted, zhaxi, now)
    send(accepted, zhaxi, sitting, 1, None, now)
    assert len({waiting(accepted, sitting)[0].revision_id for _ in range(5)}) == 1
    assert begin(accepted, zhaxi, now + timedelta(days=3)).ref == sitting.ref
    assert waiting(accepted, sitting)[0].place == 2


def test_the_choice_is_what_seed_and_steps_give(accepted, zhaxi, now):
    """The recorded questions can be derived anew from the start of the sitting and the answers."""
    sitting = begin(accepted, zhaxi, now)
    go_through(accepted, zhaxi, sitting, now)
    steps = steps_of(accepted, sitting)
    with accepted.reading() as session:
        for n, step in enumerate(steps):
            if step.kind is StepKind.ASKED:
                assert actions.next_question(session, sitting, steps[:n]).ref == step.revision_id


def test_a_double_click_is_one_answer_and_a_changed_one_comes_too_late(accepted, zhaxi, now):
    sitting = begin(accepted, zhaxi, now)
    _, asked = waiting(accepted, sitting)
    right = key_of(asked.question)
    assert send(accepted, zhaxi, sitting, 1, right, now) is Verdict.ACCEPTED
    before = steps_of(accepted, sitting)
    assert send(accepted, zhaxi, sitting, 1, right, now + MINUTE) is Verdict.REPEATED
    assert send(accepted, zhaxi, sitting, 1, None, now + MINUTE) is Verdict.TOO_LATE
    assert send(accepted, zhaxi, sitting, 9, None, now + MINUTE) is Verdict.TOO_LATE
    assert steps_of(accepted, sitting) == before


def test_many_sending_the_same_answer_at_once_append_one_step(app, accepted, zhaxi, now):
    sitting = begin(accepted, zhaxi, now)
    said = []

    def click():
        with app.app_context():
            said.append(send(accepted, zhaxi, sitting, 1, None, now))

    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == [Verdict.ACCEPTED] + [Verdict.REPEATED] * 5
    assert [step.kind for step in steps_of(accepted, sitting)] == [StepKind.ASKED, StepKind.ANSWERED, StepKind.ASKED]


def test_a_token_of_another_question_does_no_harm(accepted, zhaxi, now):
    sitting = begin(accepted, zhaxi, now)
    assert send(accepted, zhaxi, sitting, 1, None, now, "the-same-token") is Verdict.ACCEPTED
    assert send(accepted, zhaxi, sitting, 2, None, now, "the-same-token") is Verdict.ACCEPTED


def test_finishing_early_counts_what_was_answered_and_not_the_open_question(accepted, zhaxi, now):
    sitting = begin(accepted, zhaxi, now)
    send(accepted, zhaxi, sitting, 1, None, now)
    for _ in range(2):
        with accepted.writing() as session:
            actions.finish(session, actor=zhaxi, ref=sitting.ref, now=now + MINUTE)
    assert [(position, correct) for position, _, correct, *_ in responses(accepted)] == [(1, 0)]
    assert steps_of(accepted, sitting)[-1].answer == End.STOPPED
    assert send(accepted, zhaxi, sitting, 2, None, now) is Verdict.TOO_LATE
    assert nothing_differs(accepted, now)


def test_a_sitting_left_alone_for_a_fortnight_ends_at_night(accepted, zhaxi, now):
    sitting = begin(accepted, zhaxi, now)
    send(accepted, zhaxi, sitting, 1, None, now + timedelta(days=1))
    jobs.close_left_open(now + timedelta(days=14))
    assert responses(accepted) == []
    jobs.close_left_open(now + timedelta(days=16))
    assert len(responses(accepted)) == 1
    assert steps_of(accepted, sitting)[-1].answer == End.LEFT


def test_what_was_met_within_ninety_days_is_not_asked_again(accepted, zhaxi, now):
    first = begin(accepted, zhaxi, now)
    send(accepted, zhaxi, first, 1, None, now)
    seen = {step.revision_id for step in steps_of(accepted, first) if step.kind is StepKind.ASKED}
    with accepted.writing() as session:
        actions.finish(session, actor=zhaxi, ref=first.ref, now=now)
    soon = begin(accepted, zhaxi, now + timedelta(days=89))
    assert seen.isdisjoint(soon.pool)
    with accepted.writing() as session:
        actions.finish(session, actor=zhaxi, ref=soon.ref, now=now + timedelta(days=89))
    assert seen & set(begin(accepted, zhaxi, now + timedelta(days=200)).pool)


def test_the_next_sitting_starts_from_what_is_known_and_leaves_out_what_is_decided(accepted, zhaxi, now):
    go_through(accepted, zhaxi, begin(accepted, zhaxi, now), now)
    with accepted.reading() as session:
        tracks = {track.competency: track for track in queries.start_of(session, zhaxi.official_id, clock.day_number(now) + 30)}
        row = session.get(Proficiency, (zhaxi.official_id, "NET-1"))
    assert tracks["NET-1"].state.m_milli == row.m_milli
    assert tracks["NET-1"].state.v_micro == pytest.approx(row.v_micro + 1e6 * 0.02 * 30 / (365.25 / 12), abs=1)
    assert tracks["SRV-1"].state.n == 0


def test_what_many_were_asked_of_late_is_passed_over(accepted, cast, zhaxi, now):
    first = begin(accepted, zhaxi, now)
    second = begin(accepted, actor_of(accepted, cast, "meng"), now)
    with accepted.reading() as session:
        counts, sittings = queries.exposure(session)
        item = session.scalar(select(Item.code).join(ItemRevision).where(ItemRevision.id == waiting(accepted, first)[0].revision_id))
    assert (sittings, counts.total()) == (2, 2)
    assert second.overused == [item]
    assert waiting(accepted, second)[0].revision_id != waiting(accepted, first)[0].revision_id


def test_without_an_accepted_course_there_is_nothing_to_ask(county, cast, now):
    actor = actor_of(county, cast, "zhaxi")
    with pytest.raises(Refused), county.writing() as session:
        actions.start(session, actor=actor, now=now)
    with county.reading() as session:
        assert session.scalar(select(func.count()).select_from(PlacementSitting)) == 0


def test_a_strangers_sitting_is_not_found(accepted, cast, zhaxi, now):
    sitting = begin(accepted, zhaxi, now)
    with pytest.raises(NotFound):
        send(accepted, actor_of(accepted, cast, "meng"), sitting, 1, None, now)
    with accepted.reading() as session:
        assert session.scalar(select(func.count()).select_from(PlacementStep)) == 1
