"""A sitting's steps: whatever is sent, in whatever order and how often, the facts are the same."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.assessments.forms_queries import Stream
from lms.placement import flow
from lms.placement.enums import StepKind
from lms.placement.flow import Step, Verdict
from lms.placement.selection import LIMITS, Chance
from tests.placement.known import RULES, case, single, track

NOW = datetime(2026, 11, 23, tzinfo=UTC)
BANK = {"NET-1": (*(single(f"Q{n}", b=n / 5 - 1) for n in range(10)), case("K")), "SEC-1": tuple(single(f"S{n}", competency="SEC-1") for n in range(6))}
START = (track("NET-1", 3), track("SEC-1", 1))
SINGLES = {part.ref: (piece, part) for pieces in BANK.values() for piece in pieces for part in piece.parts}


def stands(steps):
    scores = [(step.revision_id, float(step.answer == "right")) for step in flow.answered(steps)]
    return flow.progress(START, BANK, scores, RULES, LIMITS)


def ask(steps):
    now = stands(steps)
    part = flow.next_part(now, Chance(Stream(f"x/{now.asked}")), RULES)
    return [*steps, Step(StepKind.ASKED, NOW, now.asked + 1, part.ref)] if part else [*steps, Step(StepKind.FINISHED, NOW)]


def send(steps, place, answer):
    """What the server does with one form; the steps after it."""
    if flow.judge(steps, place, answer) is not Verdict.ACCEPTED:
        return steps
    return ask([*steps, Step(StepKind.ANSWERED, NOW, place, steps[-1].revision_id, answer)])


def facts(steps):
    return [(step.place, step.revision_id, step.answer) for step in flow.answered(steps)]


answers = st.lists(st.sampled_from(["right", "wrong", None]), min_size=30, max_size=30)
noise = st.lists(st.tuples(st.integers(1, 30), st.sampled_from(["right", "wrong", None]), st.integers(0, 60)), max_size=30)


@settings(max_examples=60, deadline=None)
@given(answers, noise)
def test_repeats_old_tabs_and_forms_of_other_questions_change_no_fact(intended, disturbances):
    calm, disturbed = ask([]), ask([])
    for place, answer in enumerate(intended, 1):
        for where, what, when in disturbances:
            if when % 30 == place and where != disturbed[-1].place:
                disturbed = send(disturbed, where, what)
        calm = send(calm, place, answer)
        disturbed = send(send(disturbed, place, answer), place, answer)
    assert facts(disturbed) == facts(calm)
    assert disturbed == calm


@settings(max_examples=60, deadline=None)
@given(answers)
def test_nobody_is_asked_anything_twice_and_a_begun_case_is_asked_to_its_end(intended):
    steps = ask([])
    for place, answer in enumerate(intended, 1):
        steps = send(steps, place, answer)
    asked = [step.revision_id for step in steps if step.kind is StepKind.ASKED]
    assert len(asked) == len(set(asked)) <= LIMITS.maximum
    in_case = [n for n, ref in enumerate(asked) if SINGLES[ref][0].is_set]
    assert in_case in ([], list(range(in_case[0], in_case[0] + 3)) if in_case else [])


def test_the_same_answer_again_is_a_repeat_another_one_is_too_late():
    steps = send(ask([]), 1, "right")
    assert flow.judge(steps, 1, "right") is Verdict.REPEATED
    assert flow.judge(steps, 1, "wrong") is Verdict.TOO_LATE
    assert flow.judge(steps, 7, "wrong") is Verdict.TOO_LATE
    assert flow.judge(steps, 2, None) is Verdict.ACCEPTED


def test_a_question_withdrawn_meanwhile_is_left_out_of_the_replay():
    steps = send(ask([]), 1, "right")
    gone = steps[0].revision_id
    bank = {code: tuple(piece for piece in pieces if piece.parts[0].ref != gone) for code, pieces in BANK.items()}
    now = flow.progress(START, bank, [(gone, 1.0)], RULES, LIMITS)
    assert [one.asked for one in now.tracks.values()] == [0, 0]


def test_a_track_survives_its_way_through_plain_data():
    one = track("NET-1", 3, m=0.4, v=0.5, items=3, critical=True)
    assert flow.from_data(flow.to_data(one)) == one
