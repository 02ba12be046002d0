"""Drawing of a gap over time: the mean shortfall with its band, a dot a snapshot, the baseline as a dashed line."""

from lms.charts import theme
from lms.charts.canvas import Box, Canvas, Point
from lms.charts.series import Trend
from lms.charts.theme import Size

Z80 = 1.2816
_HIGH = 220.0


def draw(chart: Trend, size: Size, name: str) -> str:
    """SVG: days from left to right, levels upwards from zero."""
    canvas = Canvas(size.width, _HIGH + size.text * 5)
    area = (44.0, size.text * 2, size.width - 60.0, _HIGH - size.text * 2)
    ceiling = max([0.5, *(p.gap + Z80 * p.se for p in chart.points), chart.baseline or 0.0])
    canvas.text("axis", (0, size.text), theme.clip(chart.axis, size.width, size.text * 0.92), size.text * 0.92, theme.SOFT)
    _grid(canvas, area, ceiling, size)
    _run(canvas, chart, area, ceiling)
    _days(canvas, chart, area, size)
    for i, line in enumerate(theme.wrap(chart.legend, size.width, size.text * 0.92, 2)):
        canvas.text("legend", (0, _HIGH + size.text * (3.2 + 1.4 * i)), line, size.text * 0.92, theme.SOFT)
    return canvas.finish(chart.frame, name)


def _at(chart: Trend, area: Box, ceiling: float, day: int, value: float) -> Point:
    first, last = chart.points[0].day, chart.points[-1].day
    share = (day - first) / max(last - first, 1)
    return area[0] + area[2] * share, area[1] + area[3] * (1 - min(max(value, 0.0), ceiling) / ceiling)


def _grid(canvas: Canvas, area: Box, ceiling: float, size: Size) -> None:
    step = 0.5 if ceiling > 1 else 0.25
    ticks = [i * step for i in range(int(ceiling / step) + 1)]
    rows = [(tick, area[1] + area[3] * (1 - tick / ceiling)) for tick in ticks]
    canvas.lines("grid", [[(area[0], y), (area[0] + area[2], y)] for _, y in rows], theme.LINE)
    for tick, y in rows:
        canvas.text("tick", (area[0] - 6, y + size.text * 0.3), f"{tick:g}", size.text * 0.86, theme.SOFT, anchor="end")


def _run(canvas: Canvas, chart: Trend, area: Box, ceiling: float) -> None:
    upper = [_at(chart, area, ceiling, p.day, p.gap + Z80 * p.se) for p in chart.points]
    lower = [_at(chart, area, ceiling, p.day, p.gap - Z80 * p.se) for p in reversed(chart.points)]
    canvas.shapes("band", [[*upper, *lower]], theme.AZURITE_BAND)
    if chart.baseline is not None:
        ends = [_at(chart, area, ceiling, p.day, chart.baseline) for p in (chart.points[0], chart.points[-1])]
        canvas.lines("baseline", [ends], theme.CINNABAR, 2, dash=True)
    middle = [_at(chart, area, ceiling, p.day, p.gap) for p in chart.points]
    canvas.lines("gap", [middle], theme.AZURITE, 2.4)
    canvas.boxes("snapshot", [(x - 3, y - 3, 6, 6) for x, y in middle], theme.AZURITE)


def _days(canvas: Canvas, chart: Trend, area: Box, size: Size) -> None:
    y = area[1] + area[3] + size.text * 1.4
    canvas.text("day", (area[0], y), chart.points[0].label, size.text * 0.86, theme.SOFT)
    canvas.text("day", (area[0] + area[2], y), chart.points[-1].label, size.text * 0.86, theme.SOFT, anchor="end")
