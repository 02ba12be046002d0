"""Which target holds: the most specific rule wins, and the answer names it."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from lms.competency.targeting import BASELINE, EVERYONE, Book, Effective, Line, Rule, Scope, differences

TOWNSHIP, COUNTY, PROVINCE = 3, 2, 1
PATHS = {PROVINCE: [PROVINCE], COUNTY: [PROVINCE, COUNTY], TOWNSHIP: [PROVINCE, COUNTY, TOWNSHIP], 4: [PROVINCE, 4]}
CLERK, OFFICER, EVERYBODY = 10, 11, 12
PROFILES = {CLERK: {"A": Line(1), "B": Line(2, True)}, OFFICER: {"A": Line(3)}, EVERYBODY: {"A": Line(1), "C": Line(1)}}
DAY = date(2026, 3, 1)


def rule(ref: str, level: int, *, code: str = "A", **place: int) -> Rule:
    scope = Scope.PERSON if "official_id" in place else Scope.UNIT if "unit_id" in place else Scope.POST
    return Rule(ref, scope, {code: Line(level)}, DAY, **place)


LADDER = (
    rule("post", 2, position_id=CLERK),
    rule("province", 3, unit_id=PROVINCE),
    rule("province clerks", 4, unit_id=PROVINCE, position_id=CLERK),
    rule("township", 5, unit_id=TOWNSHIP),
    rule("township clerks", 2, unit_id=TOWNSHIP, position_id=CLERK),
    rule("person", 4, official_id=7),
)
WINNERS = ("", "post", "province", "province clerks", "township", "township clerks", "person")


def test_without_rules_the_posts_profile_holds():
    found = Book(PROFILES).profile(1, TOWNSHIP, CLERK)
    assert found.levels == {"A": 1, "B": 2}
    assert found.effective["B"] == Effective(2, True, "", Scope.PROFILE, position_id=CLERK)


def test_the_most_specific_rule_wins():
    """From the profile up: the post, far units before near ones, at one unit everyone before the post, the person."""
    for n, winner in enumerate(WINNERS):
        for order in (1, -1):
            book = Book(PROFILES, rules=LADDER[:n][::order], paths=PATHS)
            assert book.profile(7, TOWNSHIP, CLERK).effective["A"].rule == winner


def test_a_rule_says_nothing_about_competencies_that_it_leaves_out():
    book = Book(PROFILES, rules=[rule("person", 4, official_id=7)], paths=PATHS)
    assert book.levels(7, TOWNSHIP, CLERK) == {"A": 4, "B": 2}


def test_a_units_rule_holds_for_its_subtree_and_nowhere_else():
    book = Book(PROFILES, rules=[rule("county", 5, unit_id=COUNTY)], paths=PATHS)
    assert [book.levels(1, unit, OFFICER)["A"] for unit in (PROVINCE, COUNTY, TOWNSHIP, 4)] == [3, 5, 5, 3]


def test_a_rule_of_level_0_takes_a_competency_away():
    found = Book(PROFILES, rules=[rule("county", 0, code="B", unit_id=COUNTY)], paths=PATHS).profile(1, COUNTY, CLERK)
    assert found.levels == {"A": 1} and found.effective["B"].rule == "county"


def test_the_baseline_is_the_least_for_everybody():
    book = Book(PROFILES, EVERYBODY, [rule("person", 0, official_id=7)], PATHS)
    found = book.profile(7, TOWNSHIP, CLERK)
    assert found.levels == {"A": 1, "B": 2, "C": 1}
    assert found.effective["A"].floor and found.effective["C"].floor and not found.effective["B"].floor
    raised = Book(PROFILES, EVERYBODY, [rule("base", 2, position_id=EVERYBODY)], PATHS)
    assert raised.levels(1, COUNTY, CLERK)["A"] == 2 and raised.levels(1, COUNTY, OFFICER)["A"] == 3
    assert raised.profile(1, COUNTY, CLERK).effective["A"].rule == "base"


def test_a_version_that_comes_into_force_in_portions_holds_up_to_its_boundary():
    old = Rule("old", Scope.POST, {"A": Line(2)}, DAY, CLERK, in_to=EVERYONE, out_to=50)
    new = Rule("new", Scope.POST, {"A": Line(4)}, DAY, CLERK, in_to=50)
    book = Book(PROFILES, rules=[old, new])
    assert [book.profile(one, COUNTY, CLERK).effective["A"].rule for one in (1, 50, 51, 10_000)] == ["new", "new", "old", "old"]


def test_people_of_whom_the_same_is_asked_share_one_profile():
    book = Book(PROFILES, rules=LADDER, paths=PATHS)
    assert book.profile(1, TOWNSHIP, CLERK) is book.profile(2, TOWNSHIP, CLERK)
    assert book.profile(1, TOWNSHIP, CLERK) is not book.profile(7, TOWNSHIP, CLERK)


def test_looking_ahead_replaces_the_rule_of_the_same_thing():
    book = Book(PROFILES, rules=LADDER, paths=PATHS)
    assert book.having(rule("person 2", 1, official_id=7)).profile(7, TOWNSHIP, CLERK).effective["A"].rule == "person 2"
    assert book.having(rule("other", 1, official_id=8)).profile(7, TOWNSHIP, CLERK).effective["A"].rule == "person"
    assert book.profile(7, TOWNSHIP, CLERK).effective["A"].rule == "person"


def test_differences_name_what_changes():
    assert differences({"A": 1, "B": 2}, {"A": 1, "B": 3, "C": 1}) == {"B": (2, 3), "C": (0, 1)}


rules = st.builds(
    lambda n, level, place: rule(f"R{n}", level, **place),
    st.integers(0, 9),
    st.integers(0, 5),
    st.one_of(
        st.builds(lambda p: {"position_id": p}, st.sampled_from([CLERK, OFFICER, EVERYBODY])),
        st.builds(lambda u: {"unit_id": u}, st.integers(1, 4)),
        st.builds(lambda u, p: {"unit_id": u, "position_id": p}, st.integers(1, 4), st.sampled_from([CLERK, OFFICER])),
        st.builds(lambda o: {"official_id": o}, st.integers(1, 3)),
    ),
)


@given(st.lists(rules, max_size=8, unique_by=lambda one: one.key), st.integers(1, 3), st.integers(1, 4), st.sampled_from([CLERK, OFFICER]))
def test_it_is_as_the_ranking_of_all_rules_that_fit_says(known, official, unit, position):
    def rank(one: Rule) -> tuple:
        depth = PATHS[unit].index(one.unit_id) if one.unit_id else 0
        return ("post", "unit", "person").index(one.scope), depth, one.position_id is not None

    def fits(one: Rule) -> bool:
        return one.official_id in (None, official) and one.unit_id in (None, *PATHS[unit]) and one.position_id in (None, position)

    best = max((one for one in known if fits(one)), key=rank, default=None)
    least = next((one.lines["A"].level for one in known if one.key == f"post:{EVERYBODY}"), 1)
    asked = best.lines["A"].level if best else PROFILES[position]["A"].level
    found = Book(PROFILES, EVERYBODY, known, PATHS).profile(official, unit, position)
    assert found.levels.get("A", 0) == max(asked, least)
    if asked >= least:
        assert found.effective["A"].rule == (best.ref if best else "")


def test_the_code_of_the_baseline_is_the_frameworks():
    assert BASELINE == "P00"
