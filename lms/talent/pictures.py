"""The unit's figures as series for the charts: the same cells as the table, nothing more."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext

from lms.charts import series
from lms.core.i18n import language
from lms.talent import heat, wording
from lms.talent.heat import Column, Gap, Row
from lms.talent.queries import View


def heat_map(view: View, rows: Sequence[tuple[str, Row]], columns: Sequence[Column]) -> series.HeatMap:
    """Rows as (name, row), the unit itself first."""
    title = gettext("%(unit)s: units by competencies", unit=view.whole.name)
    drawn = tuple(series.HeatRow(name, tuple(heat.cell(row, column.code) for column in columns), row.total) for name, row in rows)
    description = f"{wording.as_of(view)} {wording.sentence(heat.headline(view.whole, columns), None)}"
    return series.HeatMap(series.Frame(title, description, language()), heat.drawn_columns(columns), drawn, wording.legend())


ROWS_A_SHEET = 26  # children that fit on an upright sheet of A4, below the unit itself


def sheets(view: View, rows: Sequence[tuple[str, Row]], columns: Sequence[Column]) -> list[series.HeatMap]:
    """The heat map cut into sheets for printing; each begins with the unit itself."""
    starts = range(1, max(len(rows), 2), ROWS_A_SHEET)
    return [heat_map(view, [rows[0], *rows[start : start + ROWS_A_SHEET]], columns) for start in starts]


def gap_chart(view: View, ranking: Sequence[Gap]) -> series.Gaps:
    """The ranking as bars."""
    title = gettext("%(unit)s: mean shortfall against the target", unit=view.whole.name)
    frame = series.Frame(title, f"{wording.as_of(view)} {wording.gap_sentence(list(ranking))}", language())
    bars = tuple(series.GapBar(gap.column.code, gap.column.name, round(gap.gap, 3), round(gap.se, 3), _note(gap)) for gap in ranking)
    axis = gettext("Mean shortfall of those with evidence, in levels")
    return series.Gaps(frame, bars, axis, gettext("Thin line: the range of four chances in five, as far as the answers tell"))


def _note(gap: Gap) -> str:
    return gettext("%(not_yet)s of %(n)s not yet, %(unclear)s unclear", not_yet=gap.not_yet, n=gap.n_evidence, unclear=gap.unclear)
