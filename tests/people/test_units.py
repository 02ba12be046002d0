"""The tree as codes."""

from hypothesis import given
from hypothesis import strategies as st

from lms.people import units

COUNTY = {"village": "town", "town": "county", "office": "county", "county": ""}


def test_parents_come_first():
    order = list(units.parents_first(COUNTY))
    assert sorted(order) == sorted(COUNTY)
    assert all(order.index(parent) < order.index(code) for code, parent in COUNTY.items() if parent)


@given(st.dictionaries(st.integers(1, 12).map(str), st.integers(0, 12).map(lambda n: str(n or "")), max_size=12))
def test_cycles_are_exactly_the_codes_that_come_back_to_themselves(parents):
    def returns(code):
        at = parents[code]
        for _ in parents:
            if at == code:
                return True
            at = parents.get(at, "")
        return False

    assert units.codes_in_cycles(parents) == {code for code in parents if returns(code)}
