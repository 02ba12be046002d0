"""People taken out of a plan and put in by hand: the plan is made anew around them, the one before stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.access.audit import Action
from lms.access.models import AuditEntry
from lms.planning.enums import PlanState, RefusalKind
from lms.planning.limits import Hand, Limits, Wish, with_hands
from lms.planning.models import Plan


def newest(county) -> Plan:
    with county.database.reading() as session:
        return session.scalars(select(Plan).order_by(Plan.id.desc()).limit(1)).one()


def choose(county, ref: str, key: str = "hr", **form) -> str:
    """Send choices; the reference of the newest plan."""
    answer = county.browser(key).post(f"/talent/plans/{ref}/by-hand", data=form)
    assert answer.status_code == 303, answer.text
    return newest(county).ref


def test_who_is_taken_out_of_a_course_does_not_get_it_and_the_hours_go_elsewhere(county):
    ref = county.make(hours=10)
    assert ("lei", "security") in county.places(ref)
    again = choose(county, ref, out=f"{county.cast.refs['lei']}:security")
    # Lei's critical SEC-1 is then moved by networks-two alone; of the 2 hours that are free Zhaxi gets security
    assert county.places(again) == {("sun", "security"), ("lei", "networks-two"), ("zhaxi", "security")}
    assert county.places(ref) == {("sun", "security"), ("lei", "security"), ("lei", "networks-two")}
    assert (county.plan(again).name, county.plan(again).starts_on) == ("Autumn", county.plan(ref).starts_on)
    with county.database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.PLAN_BY_HAND)).one()
    assert entry.official_id == county.cast.officials["lei"]


def test_who_must_get_a_course_gets_it_whatever_it_closes(county):
    again = choose(county, county.make(hours=10), staff_no="yx000002", course="networks", wish="must")
    assert ("meng", "networks") in county.places(again) and ("meng", "networks") not in county.places(county.make(hours=10))
    assert county.plan(again).facts["hands_lost"] == 0
    assert county.plan(again).result["hours"] <= 10


def test_who_must_not_get_any_course_is_in_no_plan_any_more_until_left_to_it_again(county):
    out = choose(county, county.make(), staff_no="YX000003", course="", wish="not")
    assert "lei" not in {who for who, _ in county.places(out)}
    page = county.browser().get(f"/talent/plans/{out}/people").text
    assert "Set by hand so far" in page and "YX000003" in page
    back = choose(county, out, free=f"{county.cast.refs['lei']}:")
    assert Limits.of(county.plan(back).limits).hands == ()
    assert "lei" in {who for who, _ in county.places(back)}


def test_choices_by_hand_that_break_a_limit_are_named_and_can_be_changed(county):
    ref = choose(county, county.make(hours=1, unit="513399"), staff_no="YX000003", course="networks-two", wish="must")
    plan = county.plan(ref)
    assert (plan.state, plan.refusals[0]["kind"]) == (PlanState.REFUSED, RefusalKind.HAND_HOURS)
    page = county.browser().get(f"/talent/plans/{ref}").text
    assert "What is set already takes 6 class hours of 1." in page and "Change what was set by hand" in page


def test_a_place_that_cannot_be_kept_is_counted(county):
    ref = choose(county, county.make(), staff_no="YX000005", course="networks", wish="must")  # Dong has no evidence, so no measured gap
    assert county.plan(ref).facts["hands_lost"] == 1 and county.places(ref) == county.places(county.make())
    assert "1 place put in by hand could not be kept" in county.browser().get(f"/talent/plans/{ref}").text


def test_other_limits_keep_what_was_set_by_hand_if_wanted(county):
    ref = choose(county, county.make(hours=10), out=f"{county.cast.refs['lei']}:security")
    form = {"unit": "513399", "name": "Wider", "starts_on": "2026-12-01", "ends_on": "2027-03-01", "hours": "100", "person_hours": "24"}
    form |= {"floor_percent": "0", "critical_weight": "2", "hour_cost": "", "budget": ""}
    page = county.browser().get(f"/talent/plans/new?like={ref}").text
    assert "Keep the 1 choice that was made by hand" in page
    county.browser().post("/talent/plans/new", data=form | {"hands": ref})
    assert ("lei", "security") not in county.places(newest(county).ref)
    county.browser().post("/talent/plans/new", data=form)
    assert ("lei", "security") in county.places(newest(county).ref)
    assert "Keep the 1 choice" in county.browser().post("/talent/plans/new", data=form | {"hands": ref, "hours": "none"}).text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Choose somebody to take out or to put in."),
        ({"staff_no": "NOBODY", "wish": "not"}, "Nobody in this unit has the staff number NOBODY."),
        ({"staff_no": "YX000003", "wish": "must", "course": ""}, "Choose the course that this person must get."),
    ],
)
def test_what_is_missing_is_said_and_no_plan_is_made(county, form, said):
    ref = county.make(hours=10)
    hr = county.browser()
    answer = hr.post(f"/talent/plans/{ref}/by-hand", data=form)
    assert answer.location.endswith(f"/talent/plans/{ref}/people#by-hand")
    assert said in hr.get(answer.location.partition("#")[0]).text
    assert newest(county).ref == ref


def test_a_decided_plan_is_not_changed_by_hand_and_strangers_change_nothing(county):
    ref = county.make(hours=10)
    out = {"out": f"{county.cast.refs['lei']}:security"}
    assert county.browser("head").post(f"/talent/plans/{ref}/by-hand", data=out).status_code == 403
    county.decide(ref)
    assert county.browser().post(f"/talent/plans/{ref}/by-hand", data=out).status_code == 409
    assert "Make the plan anew" not in county.browser().get(f"/talent/plans/{ref}/people").text


choices = st.lists(st.builds(Hand, st.integers(1, 3), st.sampled_from(["", "a", "b"]), st.just(Wish.NOT)), max_size=6).map(tuple)


@given(choices, choices)
def test_later_choices_win_and_nobody_has_two_about_the_same(before, new):
    hands = with_hands(with_hands((), before), new)
    assert len({(one.official_id, one.course) for one in hands}) == len(hands)
    for one in hands:
        assert not one.course or (one.official_id, "") not in {(other.official_id, other.course) for other in hands}
    assert with_hands(hands, ()) == hands
    assert Limits.of(Limits(hours=1, hands=hands).stored()).hands == hands
