"""Forms drawn from blueprints: right cells, no item twice, the same for the same seed, fair in the long run."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from lms.assessments.enums import Cognitive, Difficulty, Use
from lms.assessments.forms import Candidate, Stream, candidate, draw, shuffled_keys
from lms.assessments.package import Blueprint, Cell
from tests.assessments.banks import first_bank, question

LIVE = [candidate(item) for item in first_bank().items if item.use is Use.LIVE]
BLUEPRINT = first_bank().blueprint
COMPETENCIES = ("NET-1", "NET-3", "GOV-1")


def cell(one):
    return one.competency, one.cognitive, one.difficulty


def cells_of(form, bank):
    by_id = {one.id: one for one in bank}
    return Counter(cell(by_id[code]) for code in form.items)


def test_the_first_course_draws_fourteen_items_in_its_cells_and_no_practice_item():
    form = draw(BLUEPRINT, LIVE, "seed")
    assert len(form.items) == len(set(form.items)) == 14
    assert cells_of(form, LIVE) == {(row.competency, row.cognitive, row.difficulty): row.count for row in BLUEPRINT.cells}
    assert form.shortfalls == ()
    assert "C01-Q18" not in form.items


def test_a_set_fills_one_cell_and_is_preferred_where_the_bank_has_it():
    assert all("C01-Q16" in draw(BLUEPRINT, LIVE, str(n)).items for n in range(20))


def test_a_blueprint_may_ask_for_no_set():
    free = BLUEPRINT.model_copy(update={"scenario_sets": 0})
    assert all("C01-Q17" in draw(free, LIVE, str(n)).items for n in range(20))


def test_the_same_seed_gives_the_same_form_today_and_always():
    assert draw(BLUEPRINT, LIVE, "2026/zhaxi").items == draw(BLUEPRINT, reversed(LIVE), "2026/zhaxi").items
    stream = Stream("a seed that never changes")
    assert [stream.below(1000) for _ in range(6)] == [695, 432, 944, 747, 382, 20]
    assert Stream("letters").shuffled("abcdef") == list("fedabc")


def test_items_seen_before_come_last():
    seen = frozenset({"C01-Q02", "C01-Q06", "C01-Q14"})
    for n in range(20):
        items = draw(BLUEPRINT, LIVE, str(n), seen=seen).items
        assert {"C01-Q03", "C01-Q05", "C01-Q12"} <= set(items)
        assert "C01-Q02" not in items
        assert "C01-Q14" in items  # its cell has no other


def make(code, competency="NET-1", cognitive="U", difficulty="M", is_set=False):
    return Candidate(code, competency, Cognitive(cognitive), Difficulty(difficulty), is_set)


def blueprint(*rows, **more):
    cells = tuple(Cell(competency=c, cognitive=g, difficulty=d, count=n) for c, g, d, n in rows)
    return Blueprint(form_length=sum(row[3] for row in rows), cells=cells, **more)


def test_a_short_cell_takes_the_neighbouring_difficulty_then_the_neighbouring_level_and_says_so():
    bank = [make("HARD", difficulty="H"), make("EASY", difficulty="E"), make("APPLY", cognitive="A"), make("OTHER", "NET-2")]
    form = draw(blueprint(("NET-1", "U", "M", 4)), bank, "s")
    (short,) = form.shortfalls
    assert short.stand_ins == ("EASY", "HARD", "APPLY")
    assert short.missing == 1
    assert set(form.items) == {"EASY", "HARD", "APPLY"}


def test_a_stand_in_is_never_taken_from_a_cell_that_needs_it():
    bank = [make("A"), make("B", difficulty="E")]
    form = draw(blueprint(("NET-1", "U", "E", 2), ("NET-1", "U", "M", 1)), bank, "s")
    assert set(form.items) == {"A", "B"}
    assert [short.missing for short in form.shortfalls] == [1]


candidates = st.builds(make, st.uuids().map(str), st.sampled_from(COMPETENCIES), st.sampled_from("RUAN"), st.sampled_from("EMH"), st.booleans())
rows = st.tuples(st.sampled_from(COMPETENCIES), st.sampled_from("RUAN"), st.sampled_from("EMH"), st.integers(1, 4))


@given(st.lists(candidates, max_size=40, unique_by=lambda one: one.id), st.lists(rows, min_size=1, max_size=6), st.text())
def test_whatever_the_bank_a_form_repeats_nothing_and_accounts_for_every_place(bank, wanted, seed):
    plan = blueprint(*wanted)
    form = draw(plan, bank, seed)
    assert len(form.items) == len(set(form.items))
    assert len(form.items) + sum(short.missing for short in form.shortfalls) == plan.form_length
    asked = Counter(row[0] for row in wanted for _ in range(row[3]))
    given_out = Counter(one.competency for one in bank if one.id in form.items)
    assert all(given_out[code] <= asked[code] for code in given_out)


def test_items_of_one_cell_are_drawn_equally_often():
    drawn = Counter(code for n in range(600) for code in draw(BLUEPRINT, LIVE, f"exposure {n}").items)
    easy = [drawn[code] for code in ("C01-Q02", "C01-Q03", "C01-Q05")]  # two of three
    assert sum(easy) == 1200
    assert all(350 < count < 450 for count in easy)


def test_the_key_stands_in_every_place_equally_often():
    asked = question("C01-Q04")
    places = Counter(shuffled_keys(asked, f"attempt {n}").index(asked.answer) for n in range(800))
    assert sorted(places) == [0, 1, 2, 3]
    assert all(150 < count < 250 for count in places.values())


def test_options_keep_their_order_for_one_attempt_and_where_the_author_says_so():
    asked = question("C01-Q04")
    assert shuffled_keys(asked, "one") == shuffled_keys(asked, "one")
    assert len({tuple(shuffled_keys(asked, str(n))) for n in range(50)}) > 10
    assert shuffled_keys(asked.model_copy(update={"shuffle": False}), "one") == ["a", "b", "c", "d"]


@given(st.integers(1, 10**6), st.text())
def test_random_numbers_stay_below_their_limit(limit, seed):
    assert 0 <= Stream(seed).below(limit) < limit


def test_sets_are_spread_over_the_competencies_before_any_gets_a_second():
    bank = [make(f"{code}-{n}", code, "N", "H", is_set=True) for code in ("NET-1", "NET-3") for n in range(3)]
    plan = blueprint(("NET-1", "N", "H", 2), ("NET-3", "N", "H", 2), scenario_sets=2)
    bank += [make(f"plain-{code}-{n}", code, "N", "H") for code in ("NET-1", "NET-3") for n in range(2)]
    for n in range(20):
        drawn = draw(plan, bank, str(n)).items
        assert sorted(code[:5] for code in drawn if not code.startswith("plain")) == ["NET-1", "NET-3"]
