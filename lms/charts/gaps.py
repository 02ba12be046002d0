"""Drawing of the gap ranking: a bar for the mean shortfall, a whisker for what the evidence leaves open."""

from math import ceil

from lms.charts import theme
from lms.charts.canvas import Box, Canvas
from lms.charts.series import GapBar, Gaps
from lms.charts.theme import Size

WHISKER_Z = 1.2816  # 80 %: the confidence at which the pages speak everywhere
_THICK = 14.0


def draw(chart: Gaps, size: Size, name: str) -> str:
    """SVG of the ranking, in the order given; labels stand above the bars on a phone."""
    pitch, head = size.text * (4.3 if size.narrow else 2.9), size.text * 2
    foot = head + pitch * len(chart.bars)
    canvas = Canvas(size.width, foot + size.text * (5.4 if size.narrow else 3.6))
    area = _area(size, head, foot)
    ceiling = _ceiling(chart.bars)
    _axis(canvas, area, ceiling, size)
    for i, bar in enumerate(chart.bars):
        middle = head + i * pitch + (size.text * 2.4 if size.narrow else pitch / 2)
        _bar(canvas, bar, area, ceiling, middle)
        _labels(canvas, bar, area, middle, size)
    canvas.text("axis", (0, size.text), theme.clip(chart.axis, size.width, size.text * 0.92), size.text * 0.92, theme.SOFT)
    for i, line in enumerate(theme.wrap(chart.interval, size.width, size.text * 0.92, 2)):
        canvas.text("legend", (0, foot + size.text * (2.6 + 1.4 * i)), line, size.text * 0.92, theme.SOFT)
    return canvas.finish(chart.frame, name)


def _area(size: Size, head: float, foot: float) -> Box:
    if size.narrow:
        return (1, head, size.width - 20, foot - head)
    return (size.width * 0.27, head, size.width * 0.47, foot - head)


def _ceiling(bars: tuple[GapBar, ...]) -> float:
    """Right end of the axis in levels: the next half level above the longest whisker, at least one half."""
    longest = max((bar.gap + WHISKER_Z * bar.se for bar in bars), default=0.0)
    return max(ceil(longest * 2) / 2, 0.5)


def _axis(canvas: Canvas, area: Box, ceiling: float, size: Size) -> None:
    x, y, width, height = area
    ticks = [i / 2 for i in range(int(ceiling * 2) + 1)]
    canvas.lines("grid", [[(x + width * t / ceiling, y), (x + width * t / ceiling, y + height)] for t in ticks], theme.LINE)
    for tick in ticks:
        canvas.text("tick", (x + width * tick / ceiling, y + height + size.text * 1.1), f"{tick:g}", size.text * 0.86, theme.SOFT, anchor="middle")


def _bar(canvas: Canvas, bar: GapBar, area: Box, ceiling: float, middle: float) -> None:
    x, _y, width, _h = area
    step = width / ceiling
    canvas.boxes("gap", [(x, middle - _THICK / 2, step * bar.gap, _THICK)], theme.NOT_YET)
    low, high = x + step * max(bar.gap - WHISKER_Z * bar.se, 0), x + step * (bar.gap + WHISKER_Z * bar.se)
    ends = [[(at, middle - 4), (at, middle + 4)] for at in (low, high)]
    canvas.lines("whisker", [[(low, middle), (high, middle)], *ends], theme.INK, 1.6)


def _labels(canvas: Canvas, bar: GapBar, area: Box, middle: float, size: Size) -> None:
    x, _y, width, _h = area
    small = size.text * 0.9
    if size.narrow:
        canvas.text("name", (1, middle - _THICK), theme.clip(bar.name, size.width * 0.6, size.text), size.text)
        canvas.text("note", (size.width - 1, middle - _THICK), bar.note, small, theme.SOFT, anchor="end")
        return
    lines = theme.wrap(bar.name, x - 78, size.text, 2)
    for i, line in enumerate(lines):
        canvas.text("name", (0, middle + size.text * (0.35 + 1.2 * (i - (len(lines) - 1) / 2))), line, size.text)
    canvas.text("code", (x - 10, middle + 5), bar.code, small, theme.SOFT, anchor="end")
    canvas.text("note", (x + width + 16, middle + 5), bar.note, size.text)
