"""Assigning, joining, withdrawing: one open assignment a person and thing."""

from datetime import date, timedelta

import pytest

from lms.assignments import actions
from lms.assignments.actions import Reason
from lms.assignments.enums import SourceKind
from lms.core.errors import Forbidden, Invalid
from tests.assignments.conftest import COURSE, DUE

PLAN = Reason(SourceKind.PLAN, "plan-1", "Plan of 2027")


def known(world, session, key):
    """(state, due, sources) of a person's assignments."""
    return [(one.state, one.due_on, [r.group.source_kind for r in one.reasons if r.withdrawn_at is None]) for one in world.of(session, key)]


def test_hr_assigns_a_course_to_several_people(world, read):
    given = world.assign("meng", "zhaxi")
    assert len(given.made) == 2 and not given.joined and not given.already
    assert read(lambda s: known(world, s, "meng")) == [("open", DUE, ["hand"])]


def test_a_course_is_found_by_its_code_too(world, read):
    world.assign("meng", thing=("course", "c01"))
    assert read(lambda s: [(one.kind, one.code) for one in world.of(s, "meng")]) == [COURSE]


def test_a_second_reason_joins_and_the_earlier_due_date_holds(world, read):
    world.assign("meng")
    second = world.assign("meng", reason=PLAN, due=date(2026, 12, 1))
    assert second.joined == [world.cast.officials["meng"]] and not second.made
    assert read(lambda s: known(world, s, "meng")) == [("open", date(2026, 12, 1), ["hand", "plan"])]


def test_a_later_due_date_joins_without_moving_the_first(world, read):
    world.assign("meng")
    world.assign("meng", reason=PLAN, due=DUE + timedelta(days=40))
    assert read(lambda s: known(world, s, "meng")) == [("open", DUE, ["hand", "plan"])]


def test_the_same_plan_gives_the_same_thing_once(world, read):
    world.assign("meng", reason=PLAN)
    again = world.assign("meng", reason=PLAN)
    assert again.unchanged == [world.cast.officials["meng"]] and again.group_ref == ""
    assert read(lambda s: known(world, s, "meng")) == [("open", DUE, ["plan"])]


def test_what_was_done_before_counts_and_says_so(world, read):
    world.complete("meng", world.now - timedelta(days=100))
    given = world.assign("meng")
    assert given.already == [world.cast.officials["meng"]] and not given.made
    one = read(lambda s: world.of(s, "meng"))[0]
    assert (one.state, one.done_before, one.done_at) == ("done", True, world.now - timedelta(days=100))


def test_what_was_done_before_does_not_count_when_it_is_to_be_done_again(world, read):
    world.complete("meng", world.now - timedelta(days=100))
    world.assign("meng", counts_from=world.now)
    assert read(lambda s: known(world, s, "meng")) == [("open", DUE, ["hand"])]


def test_a_withdrawn_plan_takes_back_what_only_it_gave(world, database, read):
    world.assign("meng")
    world.assign("meng", "zhaxi", reason=PLAN, due=date(2026, 12, 1))
    with database.writing() as session:
        lost = actions.withdraw(session, source_kind=SourceKind.PLAN, source_ref="plan-1", actor=world.actor("hr"), now=world.now)
    assert lost == 2
    assert read(lambda s: known(world, s, "meng")) == [("open", DUE, ["hand"])]
    assert read(lambda s: known(world, s, "zhaxi")) == [("withdrawn", date(2026, 12, 1), [])]


def test_a_withdrawn_plan_may_assign_again(world, database, read):
    world.assign("zhaxi", reason=PLAN)
    with database.writing() as session:
        actions.withdraw(session, source_kind=SourceKind.PLAN, source_ref="plan-1", actor=world.actor("hr"), now=world.now)
    assert world.assign("zhaxi", reason=PLAN).made == [world.cast.officials["zhaxi"]]
    assert read(lambda s: [one[0] for one in known(world, s, "zhaxi")]) == ["withdrawn", "open"]


def test_nobody_assigns_outside_their_units(world):
    with pytest.raises(Forbidden):
        world.assign("meng", "cheng")
    with pytest.raises(Forbidden):
        world.assign("meng", by="head")
    with pytest.raises(Forbidden):
        world.assign("meng", by="admin")
    assert world.assign("cheng", by="hr_neighbour").made


def test_nobody_withdraws_outside_their_units(world, database):
    world.assign("meng", reason=PLAN)
    with database.writing() as session, pytest.raises(Forbidden):
        actions.withdraw(session, source_kind=SourceKind.PLAN, source_ref="plan-1", actor=world.actor("hr_neighbour"), now=world.now)


def test_one_s_own_choice_is_for_oneself_only(world):
    own = Reason(SourceKind.RECOMMENDATION)
    assert world.assign("meng", by="meng", reason=own, due=None).made
    with pytest.raises(Forbidden):
        world.assign("zhaxi", by="meng", reason=own, due=None)


@pytest.mark.usefixtures("english")
def test_only_what_there_is_can_be_assigned_and_not_for_yesterday(world):
    with pytest.raises(Invalid, match="no such thing"):
        world.assign("meng", thing=("course", "no-such-course"))
    with pytest.raises(Invalid, match="over already"):
        world.assign("meng", due=world.now.date() - timedelta(days=1))
