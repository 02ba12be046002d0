"""The figures: a frozen series in, SVG text out.

Series are hashable, so each figure of the last few pages is drawn once a process: the same evidence gives the same
picture. Nothing here looks at a request or a clock, and two runs give the same bytes.
"""

from functools import lru_cache

from lms.charts import bands, before_after, gaps, heatmap, totals, trail, trend
from lms.charts.series import Bands, BeforeAfter, Gaps, HeatMap, Totals, Trail, Trend
from lms.charts.theme import SCREEN, Size

_KEPT = 32  # figures of at most some 100 KB each


@lru_cache(_KEPT)
def heat_map(chart: HeatMap, size: Size = SCREEN, name: str = "heat") -> str:
    """Units by competencies: number and fill = share met among those with evidence, foot stripe = coverage."""
    return heatmap.draw(chart, size, name)


@lru_cache(_KEPT)
def skill_bands(chart: Bands, size: Size = SCREEN, name: str = "skills") -> str:
    """A person's competencies on the five levels, with interval, estimate and target."""
    return bands.draw(chart, size, name)


@lru_cache(_KEPT)
def gap_ranking(chart: Gaps, size: Size = SCREEN, name: str = "gaps") -> str:
    """Competencies by mean shortfall, with an 80 % interval."""
    return gaps.draw(chart, size, name)


@lru_cache(_KEPT)
def estimate_trail(chart: Trail, size: Size = SCREEN, name: str = "trail") -> str:
    """How one estimate moved, answer by answer."""
    return trail.draw(chart, size, name)


@lru_cache(_KEPT)
def gap_trend(chart: Trend, size: Size = SCREEN, name: str = "trend") -> str:
    """A gap over snapshots, with an 80 % band and the baseline."""
    return trend.draw(chart, size, name)


@lru_cache(_KEPT)
def totals_compared(chart: Totals, size: Size = SCREEN, name: str = "totals") -> str:
    """Totals beside each other, one of them the own."""
    return totals.draw(chart, size, name)


@lru_cache(_KEPT)
def cohorts_compared(chart: BeforeAfter, size: Size = SCREEN, name: str = "cohorts") -> str:
    """Two groups before and after, with 90 % bands."""
    return before_after.draw(chart, size, name)
