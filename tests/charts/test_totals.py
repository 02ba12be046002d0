"""Totals beside each other."""

import re

from lms.charts import figures
from lms.charts.series import Frame, TotalBar, Totals
from lms.charts.theme import PHONE

BARS = (TotalBar("90 hours (−10)", 4.5, "4.50 (−0.5)"), TotalBar("100 hours", 5.0, "5.00", own=True), TotalBar("110 hours (+10)", 0.0, "not possible"))
CHART = Totals(Frame("What other totals would bring", "Ten hours more bring nothing", "en"), BARS, "Levels closed")


def test_every_total_is_named_with_its_note_on_wide_screens_and_phones():
    for svg in (figures.totals_compared(CHART), figures.totals_compared(CHART, PHONE, "totals-phone")):
        assert all(bar.name in svg and bar.note in svg for bar in BARS)
        assert "What other totals would bring" in svg


def test_the_own_total_has_a_layer_of_its_own_and_what_is_impossible_has_no_bar():
    svg = figures.totals_compared(CHART)
    assert len(re.findall(r"<g[^>]*(?:class|id)=\"[^\"]*own", svg)) == 1
    none = figures.totals_compared(Totals(CHART.frame, BARS[2:], "Levels closed"))
    assert not re.search(r"<g[^>]*(?:class|id)=\"[^\"]*(?:own|total)\"", none)
