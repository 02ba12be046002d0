"""Recommendations: what is worth most to this person, with what comes first; a refusal is respected and stays private."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.assignments import recommendation_actions, recommendation_queries
from lms.assignments.models import RecommendationAnswer
from lms.assignments.recommending import Gap, Offer, Recommendation, recommend, worth
from lms.people.models import Notice

NET, SEC = Gap("NET-1", 460, 500), Gap("SEC-1", 480, 500, critical=True)
BASIC = Offer("C01", "basic", {"NET-1": (35, 0)})
SAFE = Offer("C02", "safe", {"SEC-1": (30, 24), "NET-1": (35, 0)}, before=("C01",))


def asked(gaps, offers, **more):
    known = {"done": set(), "away": set(), "most": 3, "placement": True} | more
    return recommend(gaps, offers, **known)


def test_a_course_is_worth_what_it_closes_of_one_s_own_gaps():
    assert worth(BASIC, [NET]) == 35
    assert worth(SAFE, [NET, SEC]) == 35 + 2 * 20
    assert worth(BASIC, [Gap("NET-1", None, 500)]) == 0


def test_what_comes_first_is_recommended_first():
    assert asked([NET, SEC], [BASIC, SAFE]) == [Recommendation("basic", SEC, 30, 24, "safe")]
    assert asked([NET, SEC], [BASIC, SAFE], done={"C01"}) == [Recommendation("safe", SEC, 30, 24)]


def test_where_too_little_is_known_evidence_comes_first():
    gaps = [Gap("NET-1", None, 500, undecided=True), Gap("SEC-1", None, 600, undecided=True)]
    assert asked(gaps, [BASIC]) == [Recommendation(unknown=2)]
    assert asked(gaps, [BASIC], placement=False) == []
    assert asked(gaps[:1], [BASIC]) == []


def test_courses_that_require_each_other_do_not_go_in_circles():
    one, two = Offer("C01", "one", {"NET-1": (35, 0)}, ("C02",)), Offer("C02", "two", {}, ("C01",))
    assert [step.slug for step in asked([NET], [one, two])] == ["two"]


offers = st.lists(st.sampled_from([f"C{n:02}" for n in range(6)]), unique=True).flatmap(
    lambda codes: st.tuples(
        *(
            st.builds(
                lambda code, gain, before: Offer(code, code.lower(), {"NET-1": (gain, 0)}, tuple(before)),
                st.just(code), st.integers(0, 60), st.lists(st.sampled_from([f"C{n:02}" for n in range(6)]), max_size=2),
            )
            for code in codes
        )
    )
)  # fmt: skip


@given(offers, st.sets(st.sampled_from([f"c{n:02}" for n in range(6)])), st.sets(st.sampled_from([f"C{n:02}" for n in range(6)])))
def test_nothing_refused_or_done_and_never_more_than_three(found, away, done):
    steps = asked([NET], list(found), away=away, done=done)
    slugs = [step.slug for step in steps]
    assert len(steps) <= 3 and len(set(slugs)) == len(slugs)
    assert not set(slugs) & away and not {slug.upper() for slug in slugs} & done
    first = {offer.slug: offer for offer in found}
    codes = {offer.code for offer in found}
    for slug in slugs:  # what comes before it is done, or not there, or waits for it itself
        missing = [code for code in first[slug].before if code in codes and code not in done and code != first[slug].code]
        assert not missing or any(slug.upper() in _all_before(first, code.lower(), set()) for code in missing)


def _all_before(first, slug, seen):
    for code in first[slug].before:
        if code.lower() in first and code not in seen:
            seen.add(code)
            _all_before(first, code.lower(), seen)
    return seen


# --- with the database


def slugs(session, world):
    return [(one.thing.kind, one.thing.code) for one in recommendation_queries.recommendations(session, world.cast.officials["meng"], world.now)]


def test_whoever_has_no_evidence_is_asked_for_some_and_may_refuse(world, database, read):
    assert read(lambda s: slugs(s, world)) == [("placement", "post")]
    with database.writing() as session:
        made = recommendation_actions.decline(session, thing=("placement", ""), actor=world.actor("meng"), now=world.now)
        assert made.until == world.now.date() + timedelta(days=180)
    assert read(lambda s: slugs(s, world)) == []
    assert read(lambda s: list(s.scalars(select(Notice)))) == []


def test_a_refusal_ends_after_its_time(world, database, read):
    with database.writing() as session:
        recommendation_actions.decline(session, thing=("placement", ""), words="Not now", actor=world.actor("meng"), now=world.now - timedelta(days=181))
    assert read(lambda s: slugs(s, world)) == [("placement", "post")]
    assert read(lambda s: s.scalars(select(RecommendationAnswer)).one().words) == "Not now"


def test_taking_it_up_is_an_assignment_without_a_date_that_nobody_is_told_of(world, database, read):
    with database.writing() as session:
        assert recommendation_actions.accept(session, thing=("placement", ""), actor=world.actor("meng"), now=world.now).made
    one = read(lambda s: world.of(s, "meng"))[0]
    assert (one.kind, one.due_on, one.state) == ("placement", None, "open")
    assert read(lambda s: list(s.scalars(select(Notice)))) == []
    assert read(lambda s: slugs(s, world)) == []


def test_a_learned_gap_names_the_course_and_where_to_begin(world, database, read):
    from lms.competency.models import Proficiency

    with database.writing() as session:
        session.add(
            Proficiency(
                official_id=world.cast.officials["meng"], competency="NET-3", m_milli=-1500, v_micro=90000, t_day=20700, n=12, expected_m_milli=-1400,
                expected_v_micro=90000, expected_t_day=20700, evidence=[], target_level=1, state="not_yet", confirmed_until=None, model="x",
            )
        )  # fmt: skip
        recommendation_actions.decline(session, thing=("placement", ""), actor=world.actor("meng"), now=world.now)
    (found,) = read(lambda s: recommendation_queries.recommendations(s, world.cast.officials["meng"], world.now))
    assert (found.thing.code, found.step.gap.competency, found.step.gap.points, found.step.gap.begins) == ("internet-and-governance", "NET-3", 360, 400)
    assert (found.step.gain, found.step.n, found.lesson[0]) == (35, 0, "01-page-to-desk")
