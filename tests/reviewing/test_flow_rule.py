"""The rules of a review alone: random histories find no way to release around two accepting, unbiased people who did not write it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.reviewing import flow
from lms.reviewing.clock import FILE, clock, parse
from lms.reviewing.enums import OPEN, REVIEW_FLOW, Capacity, ReviewState, Verdict
from lms.reviewing.flow import Authorship, Candidate, Hindrance, Reader, Standing

AUTHORS = frozenset({1, 2})
EXPERT, DESK = Capacity.SUBJECT_EXPERT, Capacity.PRACTITIONER

readers = st.builds(
    Reader,
    account_id=st.integers(1, 6),
    capacity=st.sampled_from(Capacity),
    conflict=st.sampled_from([None, False, False, True]),
    ended=st.booleans(),
    after=st.sampled_from([False, False, True]),
    verdicts=st.dictionaries(st.integers(1, 3), st.sampled_from(Verdict), max_size=3),
)
standings = st.builds(
    Standing,
    hot_fix=st.booleans(),
    round=st.integers(1, 3),
    readers=st.lists(readers, max_size=5).map(tuple),
    authors=st.just(AUTHORS),
    open_must=st.integers(0, 1),
    returned=st.booleans(),
    withdrawn=st.booleans(),
)


@given(standings)
def test_nothing_is_released_without_everyone_needed_having_accepted_this_round(standing):
    if not flow.may_release(standing):
        return
    good = [
        one
        for one in standing.readers
        if one.verdicts.get(standing.round) is Verdict.ACCEPT and one.conflict is False and not one.ended and one.account_id not in AUTHORS
    ]
    capacities = {one.capacity: one.account_id for one in good}
    assert EXPERT in capacities and (standing.hot_fix or DESK in capacities)
    assert standing.hot_fix or len({one.account_id for one in good}) >= 2
    assert standing.open_must == 0 and not standing.returned and not standing.withdrawn


@given(standings, st.data())
def test_whatever_happens_next_the_flow_knows_the_step(standing, data):
    """One thing happens: a reader is named or ends, declares, gives a verdict, the round returns. The state moves only as REVIEW_FLOW says."""
    before = flow.state(standing)
    if before not in OPEN:
        return
    after = data.draw(st.sampled_from(_next(standing)))
    wanted = flow.state(after)
    assert wanted == before or wanted in REVIEW_FLOW[before] or (before is ReviewState.SENT_BACK and not after.returned)


def _next(standing: Standing) -> list[Standing]:
    found = [replace(standing, withdrawn=True), replace(standing, returned=True)]
    for n, one in enumerate(standing.readers):
        others = standing.readers[:n], standing.readers[n + 1 :]
        changes = [replace(one, ended=True), replace(one, conflict=True)]
        if flow.may_judge(standing, one):
            changes += [replace(one, verdicts={**one.verdicts, standing.round: verdict}) for verdict in Verdict]
        found += [replace(standing, readers=(*others[0], change, *others[1])) for change in changes]
    found += [replace(standing, readers=(*standing.readers, Reader(9, capacity))) for capacity in flow.to_name(standing)]
    return found


def accepted(account: int, capacity: Capacity, **more: object) -> Reader:
    return Reader(account, capacity, conflict=False, verdicts={1: Verdict.ACCEPT}, **more)


FULL = Standing(False, 1, (accepted(5, EXPERT), accepted(6, DESK)), AUTHORS)


@pytest.mark.parametrize(("standing", "state", "may"), [
    (FULL, ReviewState.ACCEPTED, True),
    (replace(FULL, open_must=1), ReviewState.ACCEPTED, False),
    (replace(FULL, round=2), ReviewState.READING, False),
    (replace(FULL, readers=(accepted(5, EXPERT), accepted(5, DESK))), ReviewState.ACCEPTED, False),
    (replace(FULL, readers=(accepted(5, EXPERT), accepted(1, DESK))), ReviewState.READING, False),
    (replace(FULL, readers=(accepted(5, EXPERT), accepted(6, DESK, ended=True))), ReviewState.WAITING, False),
    (replace(FULL, readers=(accepted(5, EXPERT), replace(accepted(6, DESK), conflict=True))), ReviewState.WAITING, False),
    (replace(FULL, readers=(accepted(5, EXPERT), replace(accepted(6, DESK), conflict=None))), ReviewState.READING, False),
    (replace(FULL, readers=(accepted(5, EXPERT),)), ReviewState.WAITING, False),
    (replace(FULL, readers=(accepted(5, EXPERT),), hot_fix=True), ReviewState.ACCEPTED, True),
    (replace(FULL, readers=(accepted(6, DESK),), hot_fix=True), ReviewState.WAITING, False),
    (replace(FULL, returned=True), ReviewState.SENT_BACK, False),
    (replace(FULL, released=True), ReviewState.RELEASED, False),
])  # fmt: skip
def test_known_standings(standing, state, may):
    assert (flow.state(standing), flow.may_release(standing)) == (state, may)


def test_verdicts_return_together():
    first = replace(FULL, readers=(replace(accepted(5, EXPERT), verdicts={1: Verdict.SEND_BACK}), Reader(6, DESK, conflict=False)))
    assert not flow.must_return(first)
    assert flow.must_return(replace(first, readers=(first.readers[0], accepted(6, DESK))))


def test_a_released_hot_fix_waits_for_its_practitioner():
    fixed = replace(FULL, hot_fix=True, released=True, readers=(accepted(5, EXPERT),))
    assert flow.to_name(fixed) == (DESK,)
    second = Reader(6, DESK, conflict=False, after=True)
    assert flow.may_judge(replace(fixed, readers=(*fixed.readers, second)), second)
    assert flow.to_name(replace(fixed, readers=(*fixed.readers, second))) == ()
    assert flow.to_name(replace(FULL, released=True)) == ()


WROTE = Authorship(frozenset({1}), frozenset({2}), frozenset({"李老师"}), frozenset({10}))


@pytest.mark.parametrize(("candidate", "capacity", "why"), [
    (Candidate(1, "a", frozenset({11})), EXPERT, Hindrance.AUTHOR),
    (Candidate(2, "b", frozenset({11})), EXPERT, Hindrance.EARLIER_AUTHOR),
    (Candidate(3, "李老师", frozenset({11})), EXPERT, Hindrance.NAMED_AUTHOR),
    (Candidate(4, "c", frozenset({10})), DESK, Hindrance.SAME_PARTNER),
    (Candidate(4, "c", frozenset({10})), EXPERT, None),
    (Candidate(7, "d", frozenset({11})), DESK, Hindrance.NAMED),
    (Candidate(8, "e", frozenset({11})), DESK, Hindrance.CONFLICT),
    (Candidate(9, "f", frozenset({11})), DESK, None),
])  # fmt: skip
def test_who_can_not_be_named_and_why(candidate, capacity, why):
    assert flow.hindrance(candidate, capacity, WROTE, [Reader(7, EXPERT), Reader(8, EXPERT, conflict=True)]) == why


def test_others_and_those_with_least_to_read_are_suggested_first():
    own, busy, free = Candidate(3, "x", frozenset({10})), Candidate(4, "y", frozenset({11}), 2), Candidate(5, "z", frozenset({11}))
    assert flow.suggested([own, busy, free], WROTE) == [free, busy, own]


def test_the_clock_counts_working_days_and_a_hot_fix_is_quicker():
    friday = date(2026, 11, 20)
    assert clock().due_on(friday, "name") == date(2026, 11, 25)
    assert clock().due_on(friday, "read", hot_fix=True) == date(2026, 11, 24)
    assert clock().due_on(friday, "second_review") == date(2026, 12, 18)
    with pytest.raises(ValueError, match="no number of at least 1: read_within"):
        parse({"schema": "review-clock/1"} | {name: 1 for name in clock().__slots__ if name != "read_within"})
    assert FILE.is_file()
