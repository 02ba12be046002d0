"""Estimates before and after a completion: which answers stand on which side, and that a gain once stamped stays."""

from datetime import UTC, datetime, timedelta

from lms.competency.around import Completed, newest, spans
from lms.competency.proficiency import Completion, ItemParameters, Response, State, replay

START = datetime(2026, 1, 1, tzinfo=UTC)
ITEM = ItemParameters(1.0, 0.0, 0.25, 0.0)


def on(day: float, *items: str, correct: int | None = 1) -> list[Response]:
    return [Response(item, ITEM, START + timedelta(days=day), correct, position=n) for n, item in enumerate(items)]


def done(day: float, course: int = 1) -> Completed:
    return Completed(START + timedelta(days=day), course)


def counts(found) -> list[tuple[int, int, int]]:
    return [(span.course_id, span.before.n, span.after.n) for span in found]


def test_the_quiz_that_completes_a_course_follows_it_and_no_answer_is_on_both_sides():
    before, quiz = on(0, "a", "b", "c", "d"), on(100, "e", "f", "g", "h", "i", correct=0)
    (span,) = spans([*quiz, *before], [done(100)])
    assert (span.before.n, span.after.n) == (4, 5)
    assert span.before == replay(before).confirmed
    assert span.after == replay(quiz).confirmed  # from the prior: nothing of the answers before
    assert span.before.m_milli > 0 > span.after.m_milli


def test_each_side_needs_four_counted_answers():
    assert spans([*on(0, "a", "b", "c"), *on(100, "e", "f", "g", "h")], [done(100)]) == []
    assert spans([*on(0, "a", "b", "c", "d"), *on(100, "e", "f", "g")], [done(100)]) == []
    assert spans([*on(0, "a", "b", "c", "d"), *on(100, "e", "f", "g", "h", correct=None)], [done(100)]) == []


def test_what_is_remembered_from_before_does_not_count_after():
    assert spans([*on(0, "a", "b", "c", "d"), *on(50, "a", "b", "c", "d")], [done(50)]) == []
    assert counts(spans([*on(0, "a", "b", "c", "d"), *on(90, "a", "b", "c", "d")], [done(90)])) == [(1, 4, 4)]


def test_what_follows_ends_after_half_a_year():
    responses = [*on(0, "a", "b", "c", "d"), *on(100, "e", "f", "g", "h"), *on(279, "i"), *on(280, "j")]
    assert counts(spans(responses, [done(100)])) == [(1, 4, 5)]


def test_another_completion_that_moves_the_competency_parts_the_answers():
    responses = [*on(0, "a", "b", "c", "d"), *on(100, "e", "f", "g", "h"), *on(130, "i", "j", "k", "l", "m")]
    assert counts(spans(responses, [done(130, 2), done(100, 1)])) == [(1, 4, 4), (2, 4, 5)]


def test_who_completed_two_versions_of_a_course_counts_once_with_the_newest():
    responses = [*on(0, "a", "b", "c", "d"), *on(100, "e", "f", "g", "h"), *on(130, "i", "j", "k", "l", "m")]
    found = spans(responses, [done(100, 1), done(130, 1)])
    assert counts(found) == [(1, 4, 4), (1, 4, 5)]
    assert counts(newest(found)) == [(1, 4, 5)]
    assert counts(newest(spans(responses, [done(100, 1), done(130, 2)]))) == [(1, 4, 4), (2, 4, 5)]


def test_the_expected_track_moves_by_the_gain_of_the_completion_and_the_confirmed_one_does_not():
    responses = on(0, "a", "b", "c", "d")
    at = START + timedelta(days=0.5)
    usual, told = replay(responses, [Completion(at)]), replay(responses, [Completion(at, (520, 31_000))])
    assert told.confirmed == usual.confirmed == replay(responses).confirmed
    before = replay(responses).expected
    assert usual.expected == State(before.m_milli + 350, before.v_micro + 50_000, before.t_day, 4)
    assert told.expected == State(before.m_milli + 520, before.v_micro + 31_000, before.t_day, 4)
