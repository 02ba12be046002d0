"""Totals by post beside the unit tree: released only where no small group of one unit and post is given away."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.competency.suppression import K
from lms.competency.totals import OPEN, column_total, openness, openness_in_row, safe_columns
from tests.competency.test_suppression import cell


def test_totals_of_posts_that_every_unit_has_are_released():
    blocks = {(unit, post): cell(2, 2, 1, 1) for unit in "abc" for post in ("clerk", "officer")}
    assert safe_columns(blocks, ["clerk", "officer"]) == {"clerk", "officer"}
    assert column_total(blocks, "clerk") == cell(6, 6, 3, 3)


def test_a_post_of_one_unit_alone_is_held_back_because_it_gives_the_others_there_away():
    blocks = {("a", "clerk"): cell(3, 2, 1), ("a", "head"): cell(1, 0, 1), ("b", "officer"): cell(4, 4, 4)}
    assert openness(blocks, {"clerk"}, ("a", "head")) == (False, True, False)
    assert "clerk" not in safe_columns(blocks, ["clerk", "officer"])


def test_what_the_units_alone_give_away_holds_no_total_back():
    blocks = {("a", "clerk"): cell(2, 0, 0), ("b", "officer"): cell(4, 4, 4), ("c", "officer"): cell(3, 3, 3)}
    assert safe_columns(blocks, ["officer"]) == {"officer"}


def test_a_cycle_of_exchanges_counts_as_open_and_the_program_agrees():
    blocks = {(unit, post): cell(1, 1, 1, 1) for unit in "ab" for post in ("clerk", "officer")}
    assert openness(blocks, {"clerk", "officer"}, ("a", "clerk")) == OPEN
    assert safe_columns(blocks, ["clerk", "officer"]) == {"clerk", "officer"}


blocks_of_a_county = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(("p", "q", "r"))),
    st.builds(cell, st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)),
    min_size=2, max_size=10,
)  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(blocks_of_a_county)
def test_no_small_block_is_pinned_by_what_is_released_beside_the_rows(blocks):
    blocks = {key: counts for key, counts in blocks.items() if counts.n_required}
    shown = set(safe_columns(blocks, ["p", "q", "r"]))
    for key, counts in blocks.items():
        if counts.n_evidence < K:
            assert openness(blocks, shown, key) == openness(blocks, set(), key)


@settings(max_examples=40, deadline=None)
@given(blocks_of_a_county)
def test_the_closed_form_of_a_row_alone_agrees_with_the_program(blocks):
    blocks = {key: counts for key, counts in blocks.items() if counts.n_required}
    for (row, column), counts in blocks.items():
        whole = column_total({(other, row): here for (row, other), here in blocks.items()}, row)
        assert openness_in_row(counts, whole) == openness(blocks, set(), (row, column))
