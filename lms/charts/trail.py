"""Drawing of how an estimate moved: one step an answer, the band narrowing as evidence comes."""

from lms.charts import theme
from lms.charts.canvas import Box, Canvas, Point
from lms.charts.marks import arc
from lms.charts.scale import DECISION_Z, ZONES, Scale
from lms.charts.series import Estimate, Trail, TrailWords
from lms.charts.theme import Size

_HIGH = 250.0


def draw(chart: Trail, size: Size, name: str) -> str:
    """SVG of the trail: levels upwards, answers from left to right, the target as a dashed line."""
    lines = 3 if size.narrow else 1
    canvas = Canvas(size.width, _HIGH + size.text * (3.2 + lines * 1.6))
    left = max(66.0 if size.narrow else 84.0, *(theme.text_width(level, size.text * 0.86) + 16 for level in chart.words.levels))
    area = (left, 12.0, size.width - left - 6, _HIGH - 12)
    scale = Scale(chart.cuts)
    _levels(canvas, chart.words, area, size)
    _steps(canvas, chart, area, scale)
    _answers(canvas, chart, area, scale)
    _target(canvas, chart, area, scale)
    _days(canvas, chart, area, size)
    _legend(canvas, chart, size, _HIGH + size.text * 3)
    return canvas.finish(chart.frame, name)


def _y(area: Box, percent: float) -> float:
    return area[1] + area[3] * (100 - percent) / 100


def _stops(chart: Trail, area: Box) -> list[tuple[float, float, Estimate]]:
    """Left edge, right edge and estimate of each column: the start, every answer, today."""
    estimates = [chart.start, *(step.after for step in chart.steps), chart.now]
    pitch = area[2] / len(estimates)
    return [(area[0] + i * pitch, area[0] + (i + 1) * pitch, estimate) for i, estimate in enumerate(estimates)]


def _levels(canvas: Canvas, words: TrailWords, area: Box, size: Size) -> None:
    x, _top, width, height = area
    for zone in range(ZONES):
        y = _y(area, 100 * (zone + 1) / ZONES)
        canvas.boxes("zone", [(x, y, width, height / ZONES)], theme.ZONES[zone], stroke=theme.LINE, width=0.5)
    for zone, text in enumerate(words.levels, start=1):
        at = (x - 8, _y(area, 100 * (zone + 0.5) / ZONES) + size.text * 0.3)
        canvas.text("level", at, theme.clip(text, x - 8, size.text * 0.86), size.text * 0.86, theme.SOFT, anchor="end")


def _steps(canvas: Canvas, chart: Trail, area: Box, scale: Scale) -> None:
    stops = _stops(chart, area)
    bands = []
    path: list[Point] = []
    for left, right, estimate in stops:
        low, high = (_y(area, scale.place(estimate.mean + sign * DECISION_Z * estimate.sd)) for sign in (-1, 1))
        bands.append((left, high, right - left, low - high))
        middle = _y(area, scale.place(estimate.mean))
        path += [(left, middle), (right, middle)]
    canvas.boxes("band", bands, theme.AZURITE_BAND)
    canvas.lines("estimate", [path], theme.AZURITE, 2.4)


def _answers(canvas: Canvas, chart: Trail, area: Box, scale: Scale) -> None:
    """A full dot for right, an open one for wrong, a cross for what did not count."""
    for step, (left, right, estimate) in zip(chart.steps, _stops(chart, area)[1:], strict=False):
        at = ((left + right) / 2, _y(area, scale.place(estimate.mean)))
        _answer(canvas, _kind(step.counted, step.right), at)


def _kind(counted: bool, right: bool | None) -> str:
    return "not-counted" if not counted else "right" if right else "wrong"


def _answer(canvas: Canvas, kind: str, at: Point) -> None:
    x, y = at
    if kind == "not-counted":
        canvas.lines(kind, [[(x - 4, y - 4), (x + 4, y + 4)], [(x - 4, y + 4), (x + 4, y - 4)]], theme.INK, 1.6)
    else:
        fill, stroke = (theme.MET, theme.MET) if kind == "right" else (theme.PAPER, theme.NOT_YET)
        canvas.shapes(kind, [arc(at, 5, 0, 6.2831853)], fill, stroke=stroke, width=2)


def _target(canvas: Canvas, chart: Trail, area: Box, scale: Scale) -> None:
    if chart.target is not None:
        y = _y(area, scale.level_start(chart.target))
        canvas.lines("target", [[(area[0], y), (area[0] + area[2], y)]], theme.CINNABAR, 2, dash=True)


def _days(canvas: Canvas, chart: Trail, area: Box, size: Size) -> None:
    """A date under the first answer of each day, as far as there is room."""
    small, free = size.text * 0.86, area[0] - 1
    labels = [chart.words.start, *(step.day for step in chart.steps), chart.words.today]
    seen = ""
    for text, (left, right, _estimate) in zip(labels, _stops(chart, area), strict=True):
        half = theme.text_width(text, small) / 2
        middle = min((left + right) / 2, area[0] + area[2] - half)
        if text != seen and middle - half >= free:
            canvas.text("day", (middle, area[1] + area[3] + size.text * 1.3), text, small, theme.SOFT, anchor="middle")
            free = middle + half + 8
        seen = text


def _legend(canvas: Canvas, chart: Trail, size: Size, top: float) -> None:
    words, small = chart.words, size.text * 0.92
    x, y = 1.0, top + size.text
    keys = [("right", words.right), ("wrong", words.wrong), ("not-counted", words.not_counted), ("target", words.target)]
    for kind, text in keys[: 4 if chart.target is not None else 3]:
        room = 24 + theme.text_width(text, small) + 20
        if x > 1 and x + room > size.width + 20:
            x, y = 1.0, y + size.text * 1.6
        if kind == "target":
            canvas.lines("key", [[(x, y - small * 0.3), (x + 16, y - small * 0.3)]], theme.CINNABAR, 2, dash=True)
        else:
            _answer(canvas, kind, (x + 8, y - small * 0.3))
        canvas.text("legend", (x + 24, y), theme.clip(text, size.width - 26, small), small, theme.SOFT)
        x += room
