"""The ruler: where logits and targets stand, and that the bar says what the state says."""

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.charts import theme
from lms.charts.scale import DECISION_Z, Scale, placed

RULER = Scale()
logits = st.floats(-6, 6)
sds = st.floats(0.05, 1.0)


@pytest.mark.parametrize(("logit", "percent"), [(-9, 0), (-2, 0), (-1, 16.67), (-0.5, 25), (0, 33.33), (3, 83.33), (4, 100), (9, 100)])
def test_six_equal_zones_cut_at_the_levels(logit, percent):
    assert RULER.place(logit) == percent


def test_uneven_cuts_still_make_equal_zones():
    assert Scale((-2.0, 0.0, 0.5, 2.0, 3.0)).place(0.25) == 41.67


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_target_line_stands_where_its_level_starts(level):
    assert RULER.level_start(level) == RULER.place(RULER.cuts[level - 1])


@given(logits, logits)
def test_a_higher_estimate_never_stands_further_left(one, other):
    low, high = sorted((one, other))
    assert RULER.place(low) <= RULER.place(high)


@given(st.floats(-1.5, 3.5), sds, st.integers(1, 5))
def test_bar_right_of_the_target_means_eighty_per_cent(mean, sd, level):
    cut = RULER.cuts[level - 1]
    sure = NormalDist(mean, sd).cdf(cut) <= 0.2
    assert (mean - DECISION_Z * sd >= cut) == sure or abs(NormalDist(mean, sd).cdf(cut) - 0.2) < 1e-4


@given(logits, sds)
def test_band_is_ordered_and_visible(mean, sd):
    band = placed(mean, sd, RULER)
    assert 0 <= band.wide_low <= band.low <= band.mid <= band.high <= band.wide_high <= 100
    assert band.width > 0


@given(st.text(min_size=1, max_size=80), st.floats(40, 300))
def test_clipped_text_fits(text, width):
    assert theme.text_width(theme.clip(text, width, 14), 14) <= width


def test_wrapping_breaks_english_at_spaces_and_chinese_anywhere():
    assert theme.wrap("Internet foundations and governance", 120, 12, 3) == ["Internet", "foundations and", "governance"]
    assert theme.wrap("网络基础与互联网治理", 72, 12, 2) == ["网络基础与互", "联网治理"]
    assert theme.wrap("网络基础与互联网治理", 60, 12, 1) == ["网络基础…"]
