"""Targets of posts, units and persons: drafted, signed, in force on their day, and everyone concerned counted anew and told."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.access.actor import Actor, Grant, operator
from lms.access.audit import Action
from lms.access.models import AuditEntry
from lms.access.permissions import Role
from lms.competency import target_actions, target_jobs
from lms.competency import target_version_queries as versions
from lms.competency.enums import TargetState
from lms.competency.models import StateChange, TargetSignature
from lms.competency.rebuild import differences
from lms.competency.target_queries import effective
from lms.competency.targeting import Line, Scope
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.people.models import Notice, Position, Unit
from tests.competency.test_incremental import cell, county, met
from tests.competency.world import CODES, NOW, World, world
from tests.support.people import PEOPLE

DAY = timedelta(days=1)


def clean(home: World) -> bool:
    return [str(d) for d in differences(home.session)] == []


def test_a_signed_rule_of_a_unit_holds_for_its_subtree(database):
    with county(database) as home:
        home.own(home.thing(unit="513399"), NET_1=3)
        home.advance()
        assert {key: home.levels(key).get("NET-1") for key in ("zhaxi", "lei", "he", "cheng")} == {"zhaxi": 3, "lei": 3, "he": 3, "cheng": 1}
        assert home.levels("zhaxi")["SEC-1"] == 2
        known = effective(home.session, [home.cast.officials["zhaxi"]])[home.cast.officials["zhaxi"]]
        assert (known["NET-1"].scope, known["NET-1"].valid_from, known["SEC-1"].scope) == (Scope.UNIT, NOW.date(), Scope.PROFILE)
        # he's post asks for GOV-1 only: now he is required in NET-1 as well
        assert cell(home, "513399").n_required == 6 and clean(home)


def test_a_higher_target_turns_met_into_not_met_and_says_why(database):
    with county(database) as home:
        met(home)
        version = home.own(home.thing(unit="513399101", position="P01"), NET_1=4)
        assert home.row("zhaxi", "NET-1").state == "met"
        home.advance()
        row = home.row("zhaxi", "NET-1")
        assert (row.target_level, row.state) == (4, "not_yet")
        assert (cell(home, "513399101").met, cell(home, "513399101").not_yet, cell(home, "513399101").n_required) == (0, 1, 2)
        last = home.session.scalars(select(StateChange).order_by(StateChange.id.desc())).first()
        assert (last.before, last.after, last.reason) == ("met", "not_yet", "target")
        told = {n.official_id: n for n in home.session.scalars(select(Notice))}
        assert set(told) == {home.cast.officials["zhaxi"], home.cast.officials["meng"]}
        mine = told[home.cast.officials["zhaxi"]]
        change = {"competency": "NET-1", "before": 1, "after": 4, "state_before": "met", "state_after": "not_yet"}
        assert mine.kind == "target" and mine.facts["changes"] == [change] and mine.facts["reason"] == "A reason"
        assert told[home.cast.officials["meng"]].facts["changes"] == [{"competency": "NET-1", "before": 1, "after": 4}]
        assert mine.facts["version"] == version.ref and clean(home)


def test_what_nobody_asks_for_any_more_has_no_state_that_changes(database):
    with county(database) as home:
        met(home)
        noted = len(home.session.scalars(select(StateChange)).all())
        home.own(home.thing(official="zhaxi"), NET_1=0)
        home.advance()
        assert "NET-1" not in home.levels("zhaxi") and len(home.session.scalars(select(StateChange)).all()) == noted
        assert home.session.scalars(select(Notice.facts)).one()["changes"] == [{"competency": "NET-1", "before": 1, "after": 0}] and clean(home)


def test_a_rule_holds_from_its_day(database):
    with county(database) as home:
        version = home.own(home.thing(position="P02"), days=2, NET_1=4)
        home.advance()
        assert (version.state, home.levels("lei")["NET-1"]) == (TargetState.SIGNED, 2)
        home.next_day()
        home.next_day()
        home.advance()
        assert (version.state, home.levels("lei")["NET-1"]) == (TargetState.IN_FORCE, 4) and clean(home)


def test_a_new_version_supersedes_the_one_before_and_an_empty_one_ends_it(database):
    with county(database) as home:
        first = home.own(home.thing(official="lei"), NET_1=4, GOV_1=2)
        home.advance()
        second = home.own(home.thing(official="lei"), NET_1=5)
        assert (first.number, second.number) == (1, 2)
        home.advance()
        assert (first.state, second.state, home.levels("lei")) == (TargetState.SUPERSEDED, TargetState.IN_FORCE, {"NET-1": 5, "SEC-1": 3, "GOV-1": 1})
        home.own(home.thing(official="lei"))
        home.advance()
        assert home.levels("lei") == {"NET-1": 2, "SEC-1": 3, "GOV-1": 1} and clean(home)


def test_whoever_moves_is_measured_against_what_holds_there(database):
    with county(database) as home:
        home.own(home.thing(unit="513398"), NET_1=3)
        home.advance()
        met(home)
        home.place("zhaxi", unit="513398101")
        assert home.row("zhaxi", "NET-1").target_level == 3 and cell(home, "513398101").n_required == 2
        home.place("zhaxi", unit="513399101")
        assert home.row("zhaxi", "NET-1").target_level == 1 and clean(home)


def test_a_unit_hung_elsewhere_comes_under_the_rules_there(database):
    with county(database) as home:
        home.own(home.thing(unit="513398"), NET_1=3)
        home.advance()
        met(home)
        home.hang("513399101", "513398")
        assert home.row("zhaxi", "NET-1").target_level == 3 and home.levels("meng")["NET-1"] == 3
        assert cell(home, "513398").n_required == 3 and clean(home)


def test_the_framework_of_a_post_changes_only_who_has_no_rule_of_their_own(database):
    with county(database) as home:
        home.own(home.thing(official="zhaxi"), NET_1=4)
        home.advance()
        home.retarget("P01", NET_1=2)
        assert (home.levels("zhaxi"), home.levels("meng")) == ({"NET-1": 4}, {"NET-1": 2}) and clean(home)


def test_in_portions_it_is_certain_at_any_moment_for_whom_which_version_holds(database, monkeypatch):
    monkeypatch.setattr(target_actions, "PORTION", 2)
    with county(database) as home:
        met(home, "dong")
        version = home.own(home.thing(position="P02"), NET_1=4)
        home.advance(portions=1)
        assert [home.levels(key)["NET-1"] for key in ("lei", "sun", "dong")] == [4, 4, 2]
        assert version.state == TargetState.SIGNED and clean(home)
        home.answer(("dong", "NET-1-Q7", 700, 0), ("lei", "NET-1-Q1", 700, 1))
        home.place("cheng", position="P02")
        assert clean(home) and home.row("lei", "NET-1").target_level == 4
        home.advance()
        assert [home.levels(key)["NET-1"] for key in ("lei", "sun", "dong", "cheng")] == [4, 4, 4, 4]
        assert version.state == TargetState.IN_FORCE and clean(home)


@pytest.mark.usefixtures("english")
def test_nobody_signs_what_they_drafted_nor_their_own_targets_nor_twice(database):
    with county(database) as home:
        thing, reviewer = home.thing(unit="513399"), home.expert()
        author = Actor(home.cast.accounts["admin"], "r", "root", (Grant(Role.ADMINISTRATOR), Grant(Role.REVIEWER)))
        by = {"valid_from": NOW.date(), "reason": "R", "now": NOW}
        version = target_actions.draft(home.session, actor=author, thing=thing, lines={"NET-1": Line(3)}, signatures=2, **by)
        said = {"version": version, "conflict": False, "words": "", "now": NOW}
        with pytest.raises(Forbidden, match="drafted"):
            target_actions.sign(home.session, actor=author, **said)
        assert target_actions.sign(home.session, actor=reviewer, **said) is False
        with pytest.raises(Conflict, match="already"):
            target_actions.sign(home.session, actor=reviewer, **said)
        with pytest.raises(Forbidden):
            target_actions.sign(home.session, actor=Actor(home.cast.accounts["hr"], "h", "hr", (Grant(Role.HR, "/"),)), **said)
        with pytest.raises(Invalid, match="conflict"):
            target_actions.sign(home.session, actor=home.expert("assessor_two"), **said | {"conflict": True})
        assert target_actions.sign(home.session, actor=home.expert("assessor_two"), **said | {"conflict": True, "words": "I wrote its course."}) is True
        assert version.state == TargetState.SIGNED
        assert [(s.name, s.conflict) for s in versions.signatures(home.session, version)] == [("assessor", False), ("assessor_two", True)]
        own = target_actions.draft(home.session, actor=author, thing=home.thing(official="he"), lines={"NET-1": Line(3)}, signatures=1, **by)
        me = Actor(home.cast.accounts["assessor"], "x", "x", (Grant(Role.REVIEWER),), official_id=home.cast.officials["he"])
        with pytest.raises(Forbidden, match="their own"):
            target_actions.sign(home.session, actor=me, **said | {"version": own})


def test_hr_drafts_in_its_subtree_and_for_posts_only_with_the_whole_tree(database):
    with county(database) as home:
        paths = {unit.code: unit.path for unit in home.session.scalars(select(Unit))}
        township = Actor(home.cast.accounts["hr"], "h", "hr", (Grant(Role.HR, paths["513399201"]),))
        root = Actor(home.cast.accounts["hr"], "h", "hr", (Grant(Role.HR, paths["51"]),))
        others = [home.thing(unit="513399101"), home.thing(unit="513399"), home.thing(official="zhaxi"), home.thing(position="P01")]
        given = {"lines": {"NET-1": Line(5)}, "valid_from": NOW.date(), "reason": "R", "signatures": 1, "now": NOW}
        for thing in others:
            with pytest.raises(Forbidden):
                target_actions.draft(home.session, actor=township, thing=thing, **given)
            assert target_actions.draft(home.session, actor=root, thing=thing, **given).state == TargetState.DRAFT
        assert target_actions.draft(home.session, actor=township, thing=home.thing(official="lei"), **given).state == TargetState.DRAFT


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"reason": " "}, "Say why"),
        ({"valid_from": NOW.date() - DAY}, "at the earliest"),
        ({"lines": {"XXX-1": Line(1)}}, "level from 0 to 5"),
        ({"lines": {"NET-1": Line(6)}}, "level from 0 to 5"),
        ({"lines": {}}, "nothing would change"),
    ],
)
def test_what_a_draft_must_say(database, change, wrong):
    with county(database) as home:
        given = {"lines": {"NET-1": Line(5)}, "valid_from": NOW.date(), "reason": "R", "signatures": 1, "now": NOW}
        with pytest.raises(Invalid, match=wrong):
            target_actions.draft(home.session, actor=operator(), thing=home.thing(unit="513399"), **given | change)


@pytest.mark.usefixtures("english")
def test_one_version_at_a_time_is_on_its_way_and_can_be_withdrawn(database):
    with county(database) as home:
        first = home.own(home.thing(unit="513399"), days=3, NET_1=3)
        with pytest.raises(Conflict, match="not in force yet"):
            home.own(home.thing(unit="513399"), NET_1=4)
        target_actions.withdraw(home.session, actor=operator(), version=first, now=NOW)
        second = home.own(home.thing(unit="513399"), NET_1=4)
        home.advance()
        assert (first.state, second.number, home.levels("he")["NET-1"]) == (TargetState.WITHDRAWN, 2, 4)
        with pytest.raises(Conflict):
            target_actions.withdraw(home.session, actor=operator(), version=second, now=NOW)


def test_every_step_is_in_the_audit_log(database):
    with county(database) as home:
        version = home.own(home.thing(official="lei"), NET_1=4)
        home.advance()
        logged = home.session.execute(select(AuditEntry.action, AuditEntry.official_id).where(AuditEntry.subject == version.ref).order_by(AuditEntry.seq)).all()
        assert [row.action for row in logged] == [Action.TARGETS_DRAFTED, Action.TARGETS_SIGNED, Action.TARGETS_IN_FORCE]
        assert {row.official_id for row in logged} == {home.cast.officials["lei"]}
        assert home.session.scalars(select(TargetSignature.name)).all() == ["assessor"]


@pytest.mark.usefixtures("english")
def test_the_baseline_for_all_is_a_floor_that_moves_everyone(database):
    with county(database) as home:
        met(home)
        base = Position(code="P00", name_zh="底线", name_en="Baseline")
        home.session.add(base)
        home.session.flush()
        home.cast.positions["P00"] = base.id
        home.retarget("P00", NET_1=1, GOV_1=2)
        assert home.levels("zhaxi") == {"NET-1": 1, "SEC-1": 2, "GOV-1": 2} and home.levels("he") == {"NET-1": 1, "GOV-1": 3}
        assert cell(home, "513399").n_required == 6 and clean(home)
        with pytest.raises(Invalid, match="baseline for all asks for level 1"):
            home.own(home.thing(official="he"), NET_1=0)
        home.own(home.thing(position="P00"), NET_1=3)
        home.advance()
        assert {home.levels(key)["NET-1"] for key, *_ in PEOPLE} == {3} and home.row("zhaxi", "NET-1").target_level == 3 and clean(home)
        with pytest.raises(Invalid, match="baseline for all asks for level 3"):
            home.own(home.thing(official="he"), NET_1=2)
        home.own(home.thing(position="P02"), NET_1=4)
        home.advance()
        assert (home.levels("lei")["NET-1"], home.levels("zhaxi")["NET-1"]) == (4, 3) and clean(home)


def test_answers_and_moves_in_the_middle_of_a_change_lose_nothing(app, database, monkeypatch):
    """Writers on other connections while a change for a post comes into force, two officials at a time."""
    monkeypatch.setattr(target_actions, "PORTION", 2)
    with database.writing() as session:
        home = world(session)
        version = home.own(home.thing(position="P02"), NET_1=4, GOV_1=0)
        home.own(home.thing(unit="513399"), SEC_1=1)
    keys = [key for key, *_ in PEOPLE]

    def write(n: int) -> None:
        with app.app_context(), database.writing() as session:
            mine = replace(home, session=session)
            if n % 4 == 0:
                mine.place(keys[n % 7], position=("P01", "P02")[n % 8 > 0])
            else:
                mine.answer(*[(keys[(n + k) % 7], f"{code}-Q{n % 8}", n, 1) for k in range(3) for code in CODES], ref=f"A{n}")

    def carry(_n: int) -> None:
        with app.app_context():
            target_jobs.nightly(NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: carry(n) if n in (3, 9) else write(n), range(20)))
    with database.reading() as session:
        assert list(differences(session)) == []
        assert versions.by_ref(session, version.ref).state == TargetState.IN_FORCE


def test_two_experts_who_sign_at_once_complete_it(app, database):
    with database.writing() as session:
        home = world(session)
        by = {"actor": operator(), "lines": {"NET-1": Line(3)}, "valid_from": NOW.date(), "reason": "R", "signatures": 2, "now": NOW}
        ref = target_actions.draft(session, thing=home.thing(unit="513399"), **by).ref

    def sign(account: str) -> bool:
        with app.app_context(), database.writing() as session:
            version = versions.by_ref(session, ref)
            return target_actions.sign(session, actor=home.expert(account), version=version, conflict=False, words="", now=NOW)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(sign, ("assessor", "assessor_two"))) == [False, True]
