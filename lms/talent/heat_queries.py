"""A unit's skills for the rooms above: the cells as their reader may see them, in shares, words and figures."""

from lms.talent import wording
from lms.talent.heat import Change, Column, Gap, Headline, Numbers, Row, cell, changes, gap_ranking, headline, look, percent
from lms.talent.pictures import gap_chart, heat_map
from lms.talent.tables import number_rows

__all__ = [
    "Change",
    "Column",
    "Gap",
    "Headline",
    "Numbers",
    "Row",
    "cell",
    "changes",
    "gap_chart",
    "gap_ranking",
    "headline",
    "heat_map",
    "look",
    "number_rows",
    "percent",
    "wording",
]
