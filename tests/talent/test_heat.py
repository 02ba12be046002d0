"""Shares, looks, urgency and order of a heat map, on known cells."""

from hypothesis import given
from hypothesis import strategies as st

from lms.charts.series import Look
from lms.competency.rollup import CellOnDay
from lms.talent import heat
from lms.talent.heat import Column, Row

SEC = Column("SEC-1", "Accounts", "SEC", "Security", "T")
SEC2 = Column("SEC-2", "Protection", "SEC", "Security", "T")
LAW = Column("LAW-2", "Personal information", "LAW", "Law", "G")
COLUMNS = [SEC, SEC2, LAW]


def numbers(required: int, evidence: int, met: int, not_yet: int, gap: float = 0.5) -> CellOnDay:
    return CellOnDay(required, evidence, met, not_yet, evidence - met - not_yet, required - evidence, 0.1, 0.05, gap if evidence else None)


def test_each_kind_of_cell_has_its_look():
    row = Row("1", "Unit", {"SEC-1": numbers(20, 10, 4, 2), "SEC-2": None, "LAW-2": numbers(9, 0, 0, 0), "GOV-1": numbers(0, 0, 0, 0)})
    looks = [heat.look(row, code) for code in ("SEC-1", "SEC-2", "LAW-2", "GOV-1", "NET-1")]
    assert looks == [Look.SHOWN, Look.TOO_FEW, Look.NO_EVIDENCE, Look.NOT_REQUIRED, Look.NOT_REQUIRED]


def test_shares_are_of_those_with_evidence_and_coverage_of_those_required():
    cell = heat.cell(Row("1", "Unit", {"SEC-1": numbers(20, 10, 4, 2)}), "SEC-1")
    assert (cell.met, cell.unclear, cell.coverage, cell.urgent) == (40, 40, 50, False)


def test_a_hidden_cell_has_no_share():
    cell = heat.cell(Row("1", "Unit", {"SEC-1": None}), "SEC-1")
    assert (cell.look, cell.met, cell.unclear, cell.coverage) == (Look.TOO_FEW, None, None, None)


def test_urgent_is_half_or_more_certainly_below_the_target():
    assert [heat.urgent(numbers(20, 10, 0, n)) for n in (4, 5, 6)] == [False, True, True]
    assert not heat.urgent(numbers(20, 0, 0, 0))


def test_nought_and_a_hundred_per_cent_are_said_only_of_none_and_all():
    assert [heat.percent(n, 1000) for n in (0, 1, 999, 1000)] == [0, 1, 99, 100]
    assert heat.percent(0, 0) == 0


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_fills_never_leave_the_cell(met, unclear, not_yet, without):
    evidence = met + unclear + not_yet
    row = Row("1", "Unit", {"SEC-1": numbers(evidence + without, evidence, met, not_yet)})
    cell = heat.cell(row, "SEC-1")
    if cell.look is Look.SHOWN:
        assert 0 <= cell.met <= cell.met + cell.unclear <= 100
        assert 0 <= cell.coverage <= 100


def test_the_ranking_leaves_out_what_is_hidden():
    row = Row("1", "Unit", {"SEC-1": numbers(20, 10, 4, 2, gap=0.3), "SEC-2": None, "LAW-2": numbers(9, 9, 1, 8, gap=1.2)})
    assert [gap.column.code for gap in heat.gap_ranking(row, COLUMNS)] == ["LAW-2", "SEC-1"]
    assert heat.by_gap(COLUMNS, heat.gap_ranking(row, COLUMNS)) == [LAW, SEC, SEC2]


def test_the_headline_adds_only_what_is_shown():
    row = Row("1", "Unit", {"SEC-1": numbers(20, 10, 4, 2), "SEC-2": None, "LAW-2": numbers(10, 10, 5, 5)})
    head = heat.headline(row, COLUMNS)
    assert (head.people, head.required, head.evidence, head.met, head.unclear, head.hidden) == (20, 30, 20, 9, 4, 1)
    assert (head.coverage, head.met_share, head.at_most) == (67, 45, 65)


def test_columns_by_area_and_strand():
    assert heat.chosen(COLUMNS, area="LAW") == [LAW]
    assert heat.chosen(COLUMNS, strand="T") == [SEC, SEC2]
    assert heat.chosen(COLUMNS, area="<script>", strand="X") == COLUMNS
    assert heat.groups(COLUMNS) == [heat.Group("Security", 2), heat.Group("Law", 1)]


def test_changes_count_people_and_skip_what_was_hidden_at_either_date():
    before = Row("1", "Unit", {"SEC-1": numbers(20, 10, 4, 2), "SEC-2": None, "LAW-2": numbers(10, 10, 5, 5)})
    after = Row("1", "Unit", {"SEC-1": numbers(20, 12, 5, 2), "SEC-2": numbers(20, 10, 4, 2), "LAW-2": numbers(10, 10, 5, 5)})
    [change] = heat.changes(before, after, COLUMNS)
    assert (change.column, change.people_moved, change.difference("met"), change.difference("n_evidence")) == (SEC, 2, 1, 2)
    assert heat.changes(before, after, COLUMNS, least=5) == []
