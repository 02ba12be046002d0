"""Drawing of two groups before and after: a line with its band for each, the trained in full colour, those who wait dashed."""

from math import ceil, floor

from lms.charts import theme
from lms.charts.canvas import Box, Canvas, Point
from lms.charts.series import BeforeAfter, Cohort
from lms.charts.theme import Size

_HIGH = 250.0
WAITING_BAND = "#d9dadb"


def draw(chart: BeforeAfter, size: Size, name: str) -> str:
    """SVG: before at the left, after at the right, levels upwards; names stand beside the lines, below the picture on a phone."""
    notes = len(chart.groups) if size.narrow else 0
    canvas = Canvas(size.width, _HIGH + size.text * (5.5 + 3.2 * notes))
    area = (46.0, size.text * 2.2, (size.width - 66.0) if size.narrow else size.width * 0.5, _HIGH - size.text * 2.2)
    floor_, top = _limits(chart)
    canvas.text("axis", (0, size.text), theme.clip(chart.axis, size.width, size.text * 0.92), size.text * 0.92, theme.SOFT)
    _grid(canvas, chart, area, (floor_, top), size)
    for group in sorted(chart.groups, key=lambda one: one.own):  # the trained last: on top
        _band(canvas, group, area, (floor_, top))
    for group in sorted(chart.groups, key=lambda one: one.own):
        _line(canvas, group, area, (floor_, top))
    _times(canvas, chart, area, size)
    _names(canvas, chart, area, (floor_, top), size)
    for i, line in enumerate(theme.wrap(chart.legend, size.width, size.text * 0.92, 2)):
        canvas.text("legend", (0, _HIGH + size.text * (3.6 + 3.2 * notes + 1.4 * i)), line, size.text * 0.92, theme.SOFT)
    return canvas.finish(chart.frame, name)


def _limits(chart: BeforeAfter) -> tuple[float, float]:
    """Half levels that hold everything drawn, at least two levels apart."""
    ends = [side.mean + sign * side.reach for group in chart.groups for side in (group.before, group.after) for sign in (-1, 1)]
    ends.append(chart.cuts[chart.level - 1])
    low, high = floor(min(ends) * 2) / 2, ceil(max(ends) * 2) / 2
    return low, max(high, low + 2)


def _at(area: Box, limits: tuple[float, float], side: int, value: float) -> Point:
    low, high = limits
    inset = area[2] * 0.12
    return area[0] + inset + (area[2] - 2 * inset) * side, area[1] + area[3] * (high - value) / (high - low)


def _grid(canvas: Canvas, chart: BeforeAfter, area: Box, limits: tuple[float, float], size: Size) -> None:
    """A line where each level begins, the ordered one dashed."""
    x, _y, width, _h = area
    for level, cut in enumerate(chart.cuts, 1):
        if limits[0] <= cut <= limits[1]:
            y = _at(area, limits, 0, cut)[1]
            ordered = level == chart.level
            canvas.lines(
                "ordered" if ordered else "grid", [[(x, y), (x + width, y)]], theme.CINNABAR if ordered else theme.LINE, 2 if ordered else 1, dash=ordered
            )
            canvas.text("tick", (x - 6, y + size.text * 0.3), f"L{level}", size.text * 0.86, theme.CINNABAR if ordered else theme.SOFT, anchor="end")


def _band(canvas: Canvas, group: Cohort, area: Box, limits: tuple[float, float]) -> None:
    sides = list(enumerate((group.before, group.after)))
    upper = [_at(area, limits, i, one.mean + one.reach) for i, one in sides]
    lower = [_at(area, limits, i, one.mean - one.reach) for i, one in reversed(sides)]
    canvas.shapes("band", [[*upper, *lower]], theme.AZURITE_BAND if group.own else WAITING_BAND)


def _line(canvas: Canvas, group: Cohort, area: Box, limits: tuple[float, float]) -> None:
    ends = [_at(area, limits, i, one.mean) for i, one in enumerate((group.before, group.after))]
    colour = theme.AZURITE if group.own else theme.SOFT
    canvas.lines("mean", [ends], colour, 2.6, dash=not group.own)
    canvas.boxes("estimate", [(x - 4, y - 4, 8, 8) for x, y in ends], colour)


def _times(canvas: Canvas, chart: BeforeAfter, area: Box, size: Size) -> None:
    for side, text in enumerate(chart.times):
        x = _at(area, (0, 1), side, 0)[0]
        canvas.text("time", (x, area[1] + area[3] + size.text * 1.5), theme.clip(text, area[2] * 0.58, size.text), size.text, theme.SOFT, anchor="middle")


def _names(canvas: Canvas, chart: BeforeAfter, area: Box, limits: tuple[float, float], size: Size) -> None:
    if size.narrow:
        for i, group in enumerate(chart.groups):
            y = _HIGH + size.text * (3.4 + 3.2 * i)
            _key(canvas, group, (0, y - size.text * 0.3))
            canvas.text("name", (34, y), theme.clip(group.name, size.width - 36, size.text), size.text, bold=group.own)
            canvas.text("note", (34, y + size.text * 1.3), theme.clip(group.note, size.width - 36, size.text * 0.9), size.text * 0.9, theme.SOFT)
        return
    places = {group: _at(area, limits, 1, group.after.mean)[1] for group in chart.groups}
    room, x = size.text * 3.2, area[0] + area[2] + 14
    last = area[1] - room
    for group, y in sorted(places.items(), key=lambda item: item[1]):
        last = max(y, last + room)
        canvas.text("name", (x, last), theme.clip(group.name, size.width - x, size.text), size.text, theme.AZURITE if group.own else theme.SOFT, bold=group.own)
        canvas.text("note", (x, last + size.text * 1.3), theme.clip(group.note, size.width - x, size.text * 0.9), size.text * 0.9, theme.SOFT)


def _key(canvas: Canvas, group: Cohort, at: Point) -> None:
    x, y = at
    canvas.lines("key", [[(x, y), (x + 26, y)]], theme.AZURITE if group.own else theme.SOFT, 2.6, dash=not group.own)
