"""Attempts: what is acknowledged stays, what is sent twice is once, and facts appear once and in time."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.assessments import actions, check_actions, queries
from lms.assessments.enums import Purpose, StepKind
from lms.assessments.events import AttemptSubmitted, LessonCheckPassed
from lms.assessments.flow import GRACE, Verdict, current_answers
from lms.assessments.marking import mark, read_answer
from lms.assessments.models import Attempt, AttemptStep, Response
from lms.core import events
from lms.core.errors import Forbidden, NotFound, Refused
from tests.assessments.conftest import SLUG, start, tie_of
from tests.support.people import actor_of

MINUTE = timedelta(minutes=1)


@pytest.fixture
def heard(app):
    """Events as they are published, with nobody else listening."""
    before = dict(events._handlers)
    news = []
    kinds = (AttemptSubmitted, LessonCheckPassed)
    events.connect({kind: [lambda session, event: news.append(event)] for kind in kinds})
    yield news
    events.connect(before)


def key_of(question):
    """A right answer to any kind."""
    if question.type == "short":
        return "门户网站，王某，下周五"
    if question.type == "numeric":
        return str(question.answer.value)
    return read_answer(question, list(question.answer) if isinstance(question.answer, tuple) else question.answer)


def wrong(question):
    """A wrong answer to any kind."""
    if question.type == "matching":
        return {key: "D" for key in question.answer}
    if question.type in ("ordering", "multiple"):
        return list(reversed(question.answer)) if question.type == "ordering" else [next(o.key for o in question.options if o.key not in question.answer)]
    return next(option.key for option in question.options if option.key != question.answer)


def send(database, attempt, position, answer, token, now):
    with database.writing() as session:
        return actions.record_answer(session, attempt=attempt, position=position, answer=answer, token=token, now=now)


def asked(database, attempt, position):
    with database.reading() as session:
        return queries.asked(session, attempt.form[position - 1])


def answers(database, attempt):
    with database.reading() as session:
        return current_answers(queries.steps(session, attempt.id))


def submit(database, actor, attempt, now):
    with database.writing() as session:
        return actions.submit(session, actor=actor, ref=attempt.ref, now=now)


def responses(database, attempt):
    with database.reading() as session:
        return session.scalars(select(Response).where(Response.attempt_ref == attempt.ref).order_by(Response.position)).all()


def test_an_attempt_asks_fourteen_places_with_the_parts_of_its_set_together(accepted, zhaxi, now):
    attempt = start(accepted, zhaxi, now)
    assert attempt.deadline_at == now + 28 * MINUTE
    with accepted.reading() as session:
        codes = [one.code for one in queries.form_questions(session, attempt.form)]
    assert len(set(codes)) == len(codes) == 16
    first = codes.index("C01-Q16-1")
    assert codes[first : first + 3] == ["C01-Q16-1", "C01-Q16-2", "C01-Q16-3"]
    assert asked(accepted, attempt, first + 1).stimulus.en.startswith("A township plans its own mini-program")


def test_starting_twice_is_starting_once(accepted, zhaxi, meng, now):
    first, again, other = start(accepted, zhaxi, now), start(accepted, zhaxi, now + MINUTE), start(accepted, meng, now)
    assert first == again
    assert other.ref != first.ref
    assert start(accepted, zhaxi, now, Purpose.FORMATIVE).ref != first.ref


def test_a_course_that_nobody_reviewed_gives_no_evidence_but_practice(loaded, cast, now):
    zhaxi = actor_of(loaded, cast, "zhaxi")
    with pytest.raises(Refused):
        start(loaded, zhaxi, now)
    practice = start(loaded, zhaxi, now, Purpose.FORMATIVE)
    assert (practice.length, practice.deadline_at) == (1, None)


def test_only_officials_take_quizzes_and_only_their_own(accepted, zhaxi, meng, cast, now):
    with pytest.raises(Forbidden):
        start(accepted, actor_of(accepted, cast, "hr"), now)
    attempt = start(accepted, zhaxi, now)
    with pytest.raises(NotFound):
        submit(accepted, meng, attempt, now)


def test_an_answer_is_acknowledged_with_the_time_of_its_first_saving(accepted, zhaxi, now):
    attempt = start(accepted, zhaxi, now)
    key = key_of(asked(accepted, attempt, 1).question)
    first = send(accepted, attempt, 1, key, "token-one", now + MINUTE)
    repeat = send(accepted, attempt, 1, key, "token-one", now + 2 * MINUTE)
    assert (first.verdict, first.at) == (Verdict.ACCEPTED, now + MINUTE)
    assert (repeat.verdict, repeat.at) == (Verdict.REPEATED, now + MINUTE)
    with accepted.reading() as session:
        assert [step.kind for step in queries.steps(session, attempt.id)] == [StepKind.STARTED, StepKind.ANSWERED]


def test_two_tabs_have_two_tokens_and_the_latest_answer_by_server_order_counts(accepted, zhaxi, now):
    attempt = start(accepted, zhaxi, now)
    right, other = key_of(asked(accepted, attempt, 1).question), wrong(asked(accepted, attempt, 1).question)
    send(accepted, attempt, 1, right, "tab-one", now)
    send(accepted, attempt, 1, other, "tab-two", now)
    assert send(accepted, attempt, 1, right, "tab-one", now).verdict is Verdict.REPEATED  # a late retry of the first tab
    assert answers(accepted, attempt) == {1: other}


def test_going_back_and_choosing_otherwise_in_the_same_form_is_kept(accepted, zhaxi, now):
    attempt = start(accepted, zhaxi, now)
    right, other = key_of(asked(accepted, attempt, 1).question), wrong(asked(accepted, attempt, 1).question)
    for answer in (right, other, right):
        assert send(accepted, attempt, 1, answer, "same-form", now).verdict is Verdict.ACCEPTED
    assert answers(accepted, attempt) == {1: right}
    with accepted.reading() as session:
        assert session.scalar(select(func.count()).select_from(AttemptStep).where(AttemptStep.attempt_id == attempt.id)) == 4


def test_answers_sent_at_once_from_many_devices_are_all_kept_in_one_order(accepted, zhaxi, now):
    attempt = start(accepted, zhaxi, now)
    question = asked(accepted, attempt, 1).question
    both = [key_of(question), wrong(question)]
    said = []

    def device(number):
        for round_ in range(5):
            said.append(send(accepted, attempt, 1, both[round_ % 2], f"device-{number}-{round_ // 2}", now))

    threads = [threading.Thread(target=device, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.saved for one in said] == [True] * 20
    with accepted.reading() as session:
        seqs = session.scalars(select(AttemptStep.seq).where(AttemptStep.attempt_id == attempt.id).order_by(AttemptStep.seq)).all()
    assert seqs == list(range(1, 22))


def test_one_form_sent_at_once_by_many_is_one_step(accepted, zhaxi, now):
    attempt = start(accepted, zhaxi, now)
    key = key_of(asked(accepted, attempt, 1).question)
    said = []
    threads = [threading.Thread(target=lambda: said.append(send(accepted, attempt, 1, key, "one-token", now))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.verdict for one in said) == [Verdict.ACCEPTED] + [Verdict.REPEATED] * 5
    with accepted.reading() as session:
        assert len(queries.steps(session, attempt.id)) == 2


def test_starting_at_once_in_two_tabs_gives_one_attempt(app, accepted, zhaxi, now):
    refs = []

    def tab():
        with app.app_context():
            refs.append(start(accepted, zhaxi, now).ref)

    threads = [threading.Thread(target=tab) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refs) == 4
    assert len(set(refs)) == 1


def test_submission_turns_every_question_into_one_response_and_tells_what_moved(accepted, zhaxi, heard, now):
    attempt = start(accepted, zhaxi, now)
    for position in range(1, attempt.length):  # the last one stays open
        send(accepted, attempt, position, key_of(asked(accepted, attempt, position).question), f"token-{position:02}", now)
    closed = submit(accepted, zhaxi, attempt, now + MINUTE)
    facts = responses(accepted, attempt)
    assert closed.submitted_at == now + MINUTE
    assert [(fact.position, fact.correct, fact.fraction_milli) for fact in facts] == [(n, 1, 1000) for n in range(1, 16)] + [(16, 0, 0)]
    assert {fact.submitted_at for fact in facts} == {now + MINUTE}
    (submitted,) = heard
    assert (submitted.official_id, submitted.attempt_ref, submitted.course_slug, submitted.purpose) == (zhaxi.official_id, attempt.ref, SLUG, "evidence")
    assert submitted.pairs == {(zhaxi.official_id, code) for code in ("NET-1", "NET-3", "GOV-1")}


def test_submitting_twice_is_submitting_once(accepted, zhaxi, heard, now):
    attempt = start(accepted, zhaxi, now)
    first, again = submit(accepted, zhaxi, attempt, now), submit(accepted, zhaxi, attempt, now + MINUTE)
    assert first == again
    assert len(responses(accepted, attempt)) == 16
    assert len(heard) == 1
    assert send(accepted, attempt, 1, "a", "late-token", now).verdict is Verdict.CLOSED


def test_an_answer_in_grace_is_taken_a_later_one_refused_and_what_was_saved_counts(accepted, zhaxi, heard, now):
    attempt = start(accepted, zhaxi, now)
    first, second = (asked(accepted, attempt, n).question for n in (1, 2))
    assert send(accepted, attempt, 1, key_of(first), "in-grace", attempt.deadline_at + GRACE).saved
    late = attempt.deadline_at + GRACE + timedelta(seconds=1)
    assert send(accepted, attempt, 2, key_of(second), "too-late", late).verdict is Verdict.LATE
    closed = submit(accepted, zhaxi, attempt, late)
    assert closed.submitted_at == attempt.deadline_at
    assert [(fact.position, fact.correct) for fact in responses(accepted, attempt)] == [(1, 1)]  # the rest was never reached
    assert heard[0].submitted_at == attempt.deadline_at


def test_what_is_left_open_closes_after_its_deadline_and_not_before(accepted, zhaxi, now):
    attempt = start(accepted, zhaxi, now)

    def sweep(at):
        with accepted.writing() as session:
            return actions.close_overdue(session, now=at)

    assert [sweep(attempt.deadline_at), sweep(attempt.deadline_at + GRACE), sweep(attempt.deadline_at + MINUTE), sweep(attempt.deadline_at + MINUTE)] == [
        0,
        0,
        1,
        0,
    ]
    with accepted.reading() as session:
        assert queries.steps(session, attempt.id)[-1].kind is StepKind.EXPIRED


def test_practice_gives_no_response(accepted, zhaxi, heard, now):
    attempt = start(accepted, zhaxi, now, Purpose.FORMATIVE)
    send(accepted, attempt, 1, "1330", "token-1", now)
    submit(accepted, zhaxi, attempt, now)
    assert responses(accepted, attempt) == []
    assert [type(event) for event in heard] == [AttemptSubmitted]


def test_the_next_form_prefers_questions_not_seen_within_the_cool_down(accepted, zhaxi, now):
    first = start(accepted, zhaxi, now)
    submit(accepted, zhaxi, first, now)
    second = start(accepted, zhaxi, now + timedelta(days=14))
    with accepted.reading() as session:
        codes = [{one.code for one in queries.form_questions(session, attempt.form)} for attempt in (first, second)]
    easy = {"C01-Q02", "C01-Q03", "C01-Q05"}  # two of three are drawn
    assert easy <= codes[0] | codes[1]
    assert {"C01-Q06", "C01-Q12"} <= codes[0] | codes[1]  # one of two


def test_a_lesson_is_done_when_each_practice_item_was_right_once(accepted, zhaxi, heard, now):
    def check(answer, token):
        with accepted.writing() as session:
            head, tie = queries.assessment(session, SLUG), tie_of(session, zhaxi)
            revision_id = check_actions.check_of(session, head, "C01-L4", official_id=zhaxi.official_id)[0].asked.revision_id
            given = check_actions.CheckAnswer("C01-L4", revision_id, answer, token)
            (standing,) = check_actions.answer_check(session, actor=zhaxi, head=head, given=given, tie=tie, now=now)
            return standing.right_once

    assert [check("930", "try-one"), check("1330", "try-two"), check("1331", "try-three"), check("1330", "try-four")] == [False, True, True, True]
    assert heard == [LessonCheckPassed(official_id=zhaxi.official_id, lesson_code="C01-L4", now=now)]
    with accepted.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_a_sitting_of_the_past_is_an_ordinary_attempt(accepted, zhaxi, now):
    times = actions.Times(now - timedelta(days=200), now - timedelta(days=200) + 20 * MINUTE)
    with accepted.writing() as session:
        attempt = actions.record_sitting(
            session, official_id=zhaxi.official_id, slug=SLUG, answer_to=lambda one: key_of(one.question), times=times, tie=tie_of(session, zhaxi)
        )
    facts = responses(accepted, attempt)
    assert [fact.correct for fact in facts] == [1] * 16
    assert attempt.submitted_at == times.submitted_at
    for position, fact in enumerate(facts, 1):
        assert mark(asked(accepted, attempt, position).question, fact.answer["value"]).full
