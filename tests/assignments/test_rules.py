"""Rules: read from forms, find whom they hit and why, and give the same however often and in whatever order they run."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lms.access.actor import operator
from lms.assignments import exception_actions, rule_actions, rule_queries
from lms.assignments.enums import RuleKind
from lms.assignments.models import Assignment, AssignmentReason, FactState, PostArrival
from lms.assignments.rules import Candidate, Fault, Known, Past, Rule, Why, find, read
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.people.models import Unit

DAY = date(2026, 11, 23)
POST = Rule(RuleKind.POST, "course", "internet-and-governance", days=60, position="P01", since=date(2026, 11, 1))
GAP = Rule(RuleKind.GAP, "course", "internet-and-governance", days=90, competency="NET-1", states=("no_evidence",))
LAW = Rule(RuleKind.LAW, days=30, fact="LF-101", since=date(2026, 11, 1))
EXPIRY = Rule(RuleKind.EXPIRY, "quiz", "internet-and-governance", days=60, competency="NET-1", within=60)
KNOWN = Known(frozenset({"P01"}), frozenset({"NET-1"}), frozenset({"LF-101"}), frozenset({("course", "internet-and-governance")}))
CANDIDATE = Candidate(1, ("course", "internet-and-governance"), "post:P01:2026-11-10", date(2026, 11, 10))


def test_a_form_becomes_a_rule_and_back():
    values = {"position": "P01", "since": "2026-11-01", "thing_kind": "course", "thing_code": "internet-and-governance", "days": "60"}
    assert read(RuleKind.POST, values, [], KNOWN) == (POST, {})
    for rule in (POST, GAP, LAW, EXPIRY):
        assert Rule.of(rule.data()) == rule


def test_what_is_wrong_with_a_form_is_said_by_field():
    rule, faults = read(RuleKind.GAP, {"competency": "SEC-9", "days": "3"}, [], KNOWN)
    assert rule is None
    assert faults == {"competency": Fault.UNKNOWN, "days": Fault.NO_NUMBER, "states": Fault.MISSING, "thing": Fault.MISSING}
    assert read(RuleKind.POST, {"since": "yesterday"}, [], KNOWN)[1]["since"] is Fault.NO_DAY


@pytest.mark.parametrize(
    ("rule", "past", "why"),
    [
        (POST, Past(), Why.IN_POST),
        (POST, Past(done_on=date(2020, 1, 1)), Why.DONE),
        (POST, Past(given_on=date(2020, 1, 1)), Why.GIVEN),
        (POST, Past(given_on=date(2020, 1, 1), ended="excused"), Why.EXCUSED),
        (POST, Past(off=True), Why.SWITCHED_OFF),
        (GAP, Past(), Why.GAP),
        (GAP, Past(done_on=DAY - timedelta(days=364)), Why.DONE),
        (GAP, Past(done_on=DAY - timedelta(days=365)), Why.GAP),
        (GAP, Past(given_on=DAY - timedelta(days=364)), Why.GIVEN),
        (GAP, Past(given_on=DAY - timedelta(days=365)), Why.GAP),
        (LAW, Past(), Why.NOT_READ),
        (LAW, Past(done_on=date(2026, 11, 9)), Why.LAW),
        (LAW, Past(done_on=date(2026, 11, 11)), Why.DONE),
        (EXPIRY, Past(done_on=DAY - timedelta(days=59)), Why.DONE),
        (EXPIRY, Past(done_on=DAY - timedelta(days=60)), Why.EXPIRES),
    ],
)
def test_who_is_hit_and_why(rule, past, why):
    assert find(rule, CANDIDATE, past, DAY).why is why


# --- with the database


@pytest.fixture
def rule(world, database):
    """rule(Rule, "513399"): makes a rule and switches it on; answers its reference."""

    def make(rule, unit="513399", *, running=True):
        with database.writing() as session:
            place = session.scalars(select(Unit).where(Unit.code == unit)).one()
            row = rule_actions.make(session, rule=rule, unit=place, reason="Network year", actor=operator(), now=world.now)
            if running:
                rule_actions.switch(session, row=row, running=True, reason="Tested", actor=operator(), now=world.now)
            return row.ref

    return make


def arrive(database, cast, *arrivals):
    """(person, post, day, whether first)"""
    with database.writing() as session:
        for key, post, day, first in arrivals:
            session.add(PostArrival(official_id=cast.officials[key], position_id=cast.positions[post], first=first, on_day=day))


def found(session, cast, ref, today=DAY, code=""):
    """Who is found (for a thing), by key: why."""
    keys = {official_id: key for key, official_id in cast.officials.items()}
    stands = rule_queries.rule_by_ref(session, ref)
    every = [one for portion in rule_queries.findings(session, stands, today) for one in portion]
    return {keys[one.candidate.official_id]: one.why for one in every if code in ("", one.candidate.thing[1])}


def run(database, now, *refs):
    """Apply rules as the night does; answers how many assignments they gave."""
    given = 0
    for ref in refs:
        with database.writing() as session:
            stands = rule_queries.rule_by_ref(session, ref)
            for portion in list(rule_queries.findings(session, stands, now.date())):
                given += rule_actions.give(session, stands=stands, found=portion, now=now)
    return given


def assignments(session):
    """All there is, comparable: person, thing, state, due, and the occasions."""
    rows = session.execute(
        select(Assignment.official_id, Assignment.kind, Assignment.code, Assignment.state, Assignment.due_on, AssignmentReason.occasion)
        .join(AssignmentReason, AssignmentReason.assignment_id == Assignment.id)
        .order_by(Assignment.official_id, Assignment.code, AssignmentReason.occasion)
    )
    return [tuple(row) for row in rows]


def test_whoever_is_new_in_the_post_is_hit_and_nobody_else(world, database, cast, rule, read):
    arrive(database, cast, ("meng", "P01", date(2026, 11, 10), False), ("zhaxi", "P01", date(2026, 10, 31), False), ("lei", "P02", date(2026, 11, 10), True))
    arrive(database, cast, ("cheng", "P01", date(2026, 11, 10), False))  # of the neighbour county
    ref = rule(POST)
    assert read(lambda s: found(s, cast, ref)) == {"meng": Why.IN_POST}
    assert run(database, world.now, ref) == 1
    assert read(assignments) == [
        (cast.officials["meng"], "course", "internet-and-governance", "open", date(2027, 1, 22), "post:P01:2026-11-10"),
    ]


def test_newcomers_are_those_who_joined(world, database, cast, rule, read):
    arrive(database, cast, ("meng", "P01", date(2026, 11, 10), False), ("lei", "P02", date(2026, 11, 10), True))
    ref = rule(replace(POST, kind=RuleKind.NEWCOMER, position=""))
    assert read(lambda s: found(s, cast, ref)) == {"lei": Why.NEWCOMER}


def test_a_rule_gives_once_and_what_was_excused_stays_excused(world, database, cast, rule, read):
    arrive(database, cast, ("meng", "P01", date(2026, 11, 10), False))
    ref = rule(POST)
    assert [run(database, world.now, ref), run(database, world.now + timedelta(days=1), ref)] == [1, 0]
    with database.writing() as session:
        exception_actions.excuse(session, one=world.of(session, "meng")[0], words="Leave", actor=world.actor("hr"), now=world.now)
    assert run(database, world.now + timedelta(days=2), ref) == 0
    assert read(lambda s: found(s, cast, ref)) == {"meng": Why.EXCUSED}


def test_who_has_done_it_is_left_alone(world, database, cast, rule, read):
    arrive(database, cast, ("meng", "P01", date(2026, 11, 10), False))
    world.complete("meng", world.now - timedelta(days=400))
    ref = rule(POST)
    assert read(lambda s: found(s, cast, ref)) == {"meng": Why.DONE}
    assert run(database, world.now, ref) == 0


def test_an_open_assignment_by_hand_gets_the_rule_as_second_reason(world, database, cast, rule, read):
    arrive(database, cast, ("meng", "P01", date(2026, 11, 10), False))
    world.assign("meng")
    ref = rule(POST)
    assert run(database, world.now, ref) == 1
    assert read(lambda s: [(one.due_on, len(one.reasons)) for one in world.of(s, "meng")]) == [(date(2026, 12, 31), 2)]


def test_a_gap_rule_hits_those_whose_post_asks_for_it(world, database, cast, rule, read):
    asked = read(lambda s: {key for key, codes in _asked(s, cast).items() if "NET-1" in codes and key != "cheng"})
    ref = rule(GAP)
    assert asked and read(lambda s: set(found(s, cast, ref))) == asked
    assert run(database, world.now, ref) == len(asked)
    assert run(database, world.now, ref) == 0


def _asked(session, cast):
    from lms.competency.target_queries import effective

    targets = effective(session, list(cast.officials.values()))
    return {key: targets[official_id] for key, official_id in cast.officials.items()}


def test_a_rule_of_a_township_stays_there(world, database, cast, rule, read):
    ref = rule(GAP, "513399201")
    assert read(lambda s: set(found(s, cast, ref))) == {"lei", "sun"}


def test_rules_are_switched_off_in_one_place_for_a_unit_and_all_below(world, database, cast, rule, read):
    ref = rule(GAP)
    with database.writing() as session:
        town = session.scalars(select(Unit).where(Unit.code == "513399201")).one()
        rule_actions.switch_all(session, unit=town, running=False, reason="Flood", actor=world.actor("hr"), now=world.now)
        with pytest.raises(Conflict):
            rule_actions.switch_all(session, unit=town, running=False, reason="Flood", actor=world.actor("hr"), now=world.now)
        with pytest.raises(Forbidden):
            rule_actions.switch_all(session, unit=town, running=True, reason="No", actor=world.actor("hr_neighbour"), now=world.now)
    why = read(lambda s: found(s, cast, ref))
    assert {why[key] for key in ("lei", "sun")} == {Why.SWITCHED_OFF} and why["meng"] is Why.GAP
    with database.writing() as session:
        town = session.scalars(select(Unit).where(Unit.code == "513399201")).one()
        rule_actions.switch_all(session, unit=town, running=True, reason="Over", actor=world.actor("hr"), now=world.now)
    assert read(lambda s: found(s, cast, ref))["lei"] is Why.GAP


def test_the_operator_switches_off_everything_and_hr_can_t(world, database, cast, rule, read):
    ref = rule(GAP)
    with database.writing() as session:
        with pytest.raises(Forbidden):
            rule_actions.switch_all(session, unit=None, running=False, reason="x", actor=world.actor("hr"), now=world.now)
        rule_actions.switch_all(session, unit=None, running=False, reason="Stop", actor=operator(), now=world.now)
    assert set(read(lambda s: found(s, cast, ref)).values()) == {Why.SWITCHED_OFF}


def test_rules_keep_their_versions_and_need_reasons(world, database, rule, read):
    ref = rule(POST, running=False)
    with database.writing() as session:
        row = rule_queries.rule_by_ref(session, ref).row
        known = {"row": row, "actor": world.actor("hr"), "now": world.now}
        with pytest.raises(Invalid):
            rule_actions.change(session, rule=POST, reason=" ", seen=1, **known)
        rule_actions.change(session, rule=replace(POST, days=90), reason="More time", seen=1, **known)
        with pytest.raises(Conflict):
            rule_actions.change(session, rule=POST, reason="Too late", seen=1, **known)
        with pytest.raises(Invalid):
            rule_actions.change(session, rule=GAP, reason="Another kind", seen=2, **known)
    held = read(lambda s: [(v.version, v.content["days"], v.reason) for v in rule_queries.versions(s, rule_queries.rule_by_ref(s, ref).row)])
    assert held == [(2, 90, "More time"), (1, 60, "Network year")]


def test_hr_makes_rules_for_its_own_units_only(world, database):
    with database.writing() as session:
        county = session.scalars(select(Unit).where(Unit.code == "513399")).one()
        for who in ("hr_neighbour", "head", "admin"):
            with pytest.raises(Forbidden):
                rule_actions.make(session, rule=POST, unit=county, reason="x", actor=world.actor(who), now=world.now)
        assert rule_actions.make(session, rule=POST, unit=county, reason="x", actor=world.actor("hr"), now=world.now).running is False


def test_a_changed_fact_sends_those_who_read_the_lesson_back_to_it(world, database, cast, rule, read):
    from lms.assessments.events import LessonCheckPassed
    from lms.assignments import fact_queries
    from lms.core import events

    code, fact = read(lambda s: next((found[0].code, f) for f, found in fact_queries.citing(s, [one.id for one in fact_queries.register()]).items()))
    with database.writing() as session:
        events.publish(session, LessonCheckPassed(cast.officials["meng"], code, world.now - timedelta(days=90)))
    with database.writing() as session:
        assert rule_actions.note_facts(session, now=world.now - timedelta(days=30)) == []
    ref = rule(replace(LAW, fact=""))
    assert read(lambda s: found(s, cast, ref)) == {}
    with database.writing() as session:
        session.execute(FactState.__table__.update().where(FactState.fact == fact).values(hash="of another text"))
    with database.writing() as session:
        assert rule_actions.note_facts(session, now=world.now - timedelta(days=1)) == [fact]
        assert rule_actions.note_facts(session, now=world.now) == []
    why = read(lambda s: found(s, cast, ref, code=code))
    assert why.pop("meng") is Why.LAW and set(why.values()) == {Why.NOT_READ}
    assert [run(database, world.now, ref), run(database, world.now, ref)] == [1, 0]
    assert read(lambda s: [(one.kind, one.code, one.state, one.due_on) for one in world.of(s, "meng")]) == [("lesson", code, "open", date(2026, 12, 23))]


def test_evidence_that_expires_asks_for_the_quiz_again(world, database, cast, rule, read):
    from lms.competency.models import Proficiency

    day = (DAY - date(1970, 1, 1)).days
    with database.writing() as session:
        for key, until in (("meng", day + 60), ("zhaxi", day + 61), ("dong", day - 1)):
            session.add(
                Proficiency(
                    official_id=cast.officials[key], competency="NET-1", m_milli=900, v_micro=100000, t_day=day - 900, n=20, expected_m_milli=900,
                    expected_v_micro=100000, expected_t_day=day - 900, evidence=[], target_level=1, state="met", confirmed_until=until, model="x",
                )
            )  # fmt: skip
    ref = rule(EXPIRY)
    assert read(lambda s: found(s, cast, ref)) == {"meng": Why.EXPIRES}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_rules_give_the_same_in_any_order_and_however_often(world, database, cast, rule, data):
    with database.reading() as session:
        known = rule_queries.rules(session)
    if not known:
        arrive(database, cast, ("meng", "P01", date(2026, 11, 10), False), ("zhaxi", "P01", date(2026, 11, 12), True))
        for one in (POST, GAP, replace(POST, kind=RuleKind.NEWCOMER, position="", days=30)):
            rule(one)
    results = []
    for _ in range(2):
        session = database.new_session(write=True)
        try:
            stands = data.draw(st.permutations(rule_queries.rules(session)))
            for one in [*stands, *data.draw(st.permutations(stands))]:
                everyone = [finding for portion in rule_queries.findings(session, one, DAY) for finding in portion]
                for finding in data.draw(st.permutations(everyone)):
                    rule_actions.give(session, stands=one, found=[finding], now=world.now)
            results.append(assignments(session))
        finally:
            session.rollback()
            session.close()
    assert results[0] == results[1] and len(results[0]) > 0
    assert len({row[:3] for row in results[0]}) == len({(row[0], row[2]) for row in results[0] if row[3] == "open"})
