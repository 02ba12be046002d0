"""Invariants of the ledger, the folding of rules and the words of numbers."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hours.attendance_table import half_days, quarters
from lms.hours.disclosure import Counts, may_show, publishable
from lms.hours.enums import CountsAs, Kind, State
from lms.hours.ledger import Asked, Person, hours_text
from lms.hours.rulebook import Need
from tests.hours.support import WORDS, course, local, training, year_of

CLERK = Person("P01", "一级科员")
days = st.dates(date(2024, 1, 1), date(2026, 12, 31)).map(date.isoformat)
credits = st.lists(st.one_of(st.builds(training, st.integers(1, 60), days), st.builds(course, st.integers(1, 20), days)), max_size=12)


@given(credits)
def test_the_sums_are_the_lines_and_each_piece_stands_once(evidence):
    year = year_of(CLERK, evidence, 2026)
    assert len(year.count.lines) == sum(one.on.year == 2026 for one in evidence)
    for account in CountsAs:
        assert year.count.of(account) == sum(line.quarters for line in year.count.lines if line.account is account)


@given(credits, st.integers(1, 40))
def test_more_evidence_never_makes_more_missing(evidence, hours):
    before = year_of(CLERK, evidence, 2026).asked[0].missing
    assert year_of(CLERK, [*evidence, training(hours, "2026-07-07", title="new")], 2026).asked[0].missing <= before


@given(credits)
def test_the_order_of_entry_does_not_matter(evidence):
    assert year_of(CLERK, evidence, 2026).asked == year_of(CLERK, evidence[::-1], 2026).asked


@pytest.mark.parametrize(
    ("years", "counted", "half_days", "behind_on"),
    [
        (3, 100, 0, date(2027, 4, 1)),  # a third of three years: whoever has it is behind from the fifth quarter on
        (3, 99, 0, date(2027, 1, 1)),
        (3, 25, 0, date(2026, 7, 1)),  # a twelfth
        (3, 0, 5, date(2026, 10, 1)),  # a sixth, by days
        (1, 75, 0, date(2026, 7, 1)),
        (5, 0, 0, date(2026, 4, 1)),
    ],
)
def test_the_share_of_a_period_is_exact_however_many_years_it_has(years, counted, half_days, behind_on):
    need = Need("C", CountsAs.ORGANISED, 300, 30, years, 2026, WORDS)
    assert Asked(need, 2026, 2025 + years, 300, 30, counted, half_days).behind_on == behind_on


@given(credits, st.dates(date(2026, 1, 1), date(2027, 6, 30)))
def test_behind_means_less_than_the_share_of_the_finished_quarters(evidence, day):
    year = year_of(CLERK, evidence, 2026)
    finished = min(4, (day.year - 2026) * 4 + (day.month - 1) // 3)
    assert (year.state(day) is State.BEHIND) == (year.progress * 4 < finished * 1000)


def test_a_lower_rule_may_ask_for_more_but_not_for_less():
    def asked(hours: int) -> int:
        rule = local(require=[{"account": "organised", "hours": hours, "text": WORDS}])
        return year_of(CLERK, [], 2026, rule).asked[0].required // 4

    assert (asked(100), asked(60)) == (100, 90)


def test_the_nearest_unit_decides_how_evidence_counts_and_strangers_are_not_bound():
    county = local(credit=[{"kind": "certificate", "account": "self_study", "hours": 4, "text": WORDS}])
    office = local("U-office", unit="office", credit=[{"kind": "certificate", "account": "self_study", "hours": 6, "text": WORDS}])
    paper = training(1, "2026-02-02").__class__(Kind.CERTIFICATE, "k", "r", training(1, "2026-02-02").title, date(2026, 2, 2), None)
    found = {
        units: year_of(CLERK, [paper], 2026, office, county, units=units).count.of(CountsAs.SELF_STUDY) for units in ((), ("513399",), ("513399", "office"))
    }
    assert found == {(): 0, ("513399",): 16, ("513399", "office"): 24}


@pytest.mark.parametrize(("text", "found"), [("6", 24), ("7.5", 30), ("0.25", 1), ("12.75", 51), ("６．５", 26)])
def test_hours_are_quarters(text, found):
    assert quarters(text) == found


@pytest.mark.parametrize("text", ["", "0", "7.3", "-2", "1e3", "6,5", "six", "99999"])
def test_what_is_no_number_of_hours_is_refused(text):
    with pytest.raises(ValueError, match=".*"):
        quarters(text)


@given(st.integers(1, 20_000))
def test_hours_can_be_written_and_read(value):
    assert quarters(hours_text(value)) == value


def test_days_are_halves():
    assert (half_days("2.5"), half_days("3"), half_days("")) == (5, 6, 0)


counts = st.builds(Counts, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))


@given(st.dictionaries(st.sampled_from(["/1/2/", "/1/3/", "/1/2/4/", "/1/2/5/"]), counts), counts)
def test_published_units_leave_no_small_group_over(below, rest):
    def total(path: str) -> Counts:
        return sum((one for at, one in below.items() if at.startswith(path)), rest if path == "/1/" else Counts())

    units = {"/1/": total("/1/"), **{path: total(path) for path in below}}
    shown = publishable(units)
    assert all(may_show(units[path]) for path in shown)
    for above in shown:
        inside = [path for path in shown if path != above and path.startswith(above)]
        tops = [path for path in inside if not any(other != path and path.startswith(other) for other in inside)]
        left = units[above] - sum((units[path] for path in tops), Counts())
        assert left.people == 0 or may_show(left)


def test_small_groups_say_nothing():
    assert not may_show(Counts(4, 0, 0))
    assert not may_show(Counts(7, 0, 0))
    assert may_show(Counts(3, 1, 2))
    assert may_show(Counts(10, 0, 0))


def test_the_period_of_closing_soon():
    from lms.hours.ledger import closing_soon

    asked = year_of(CLERK, [], 2026).asked
    deadline = date(2026, 12, 31)
    assert [bool(closing_soon(asked, deadline - timedelta(days=ago))) for ago in (61, 60, 0, -1)] == [False, True, True, False]
