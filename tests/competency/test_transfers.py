"""A transfer tried out: exact numbers before and after."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from lms.competency.transfers import Figures, Line, Share, figures, lines, total


@dataclass(frozen=True)
class Cell:
    n_required: int
    n_evidence: int
    met: int
    not_yet: int
    gap: float | None


def test_who_leaves_takes_their_evidence_and_their_shortfall_along():
    cells = {"SEC-1": Cell(4, 3, 1, 2, 0.5), "NET-1": Cell(2, 0, 0, 0, None)}
    found = lines(cells, ["SEC-1", "NET-1", "GOV-1"], leaving={"SEC-1": Share(2, "not_yet", 900), "NET-1": Share(1, "no_evidence")}, joining=None)
    assert found == [
        Line("SEC-1", Figures(4, 3, 1, 2, 1500), Figures(3, 2, 1, 1, 600)),
        Line("NET-1", Figures(2, 0, 0, 0, 0), Figures(1, 0, 0, 0, 0)),
    ]
    assert (found[0].before.gap_milli, found[0].after.gap_milli, found[1].after.gap_milli) == (500, 300, None)


def test_the_new_unit_gains_what_the_new_post_asks_for():
    found = lines({}, ["SEC-1", "GOV-1"], leaving=None, joining={"SEC-1": Share(3, "met"), "GOV-1": Share(0, "unclear", 100)})
    assert found == [Line("SEC-1", Figures(), Figures(1, 1, 1, 0, 0))]
    assert total([line.after for line in found]).met == 1


def test_inside_one_unit_only_a_change_of_target_shows():
    same = Share(2, "unclear", 300)
    found = lines({"SEC-1": Cell(5, 4, 2, 1, 0.25)}, ["SEC-1"], leaving={"SEC-1": same}, joining={"SEC-1": same})
    assert not found[0].changes


@given(st.integers(1, 9), st.sampled_from(["met", "not_yet", "unclear", "no_evidence"]), st.integers(0, 3000))
def test_to_leave_and_to_come_back_changes_nothing(target, kind, short):
    share = Share(target, kind, 0 if kind == "no_evidence" else short)
    start = figures(Cell(9, 7, 3, 2, 0.7))
    assert start.add(share, -1).add(share, 1) == start
