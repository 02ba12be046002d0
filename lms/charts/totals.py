"""Drawing of totals beside each other: one bar each from zero, the own one in full colour, a mark on each bar where the own one ends."""

from lms.charts import theme
from lms.charts.canvas import Canvas
from lms.charts.series import TotalBar, Totals
from lms.charts.theme import Size

_THICK = 16.0


def draw(chart: Totals, size: Size, name: str) -> str:
    """SVG of the bars; on a phone name and note stand above each."""
    pitch, head = size.text * (3.5 if size.narrow else 2.2), size.text * 2.4
    canvas = Canvas(size.width, head + pitch * len(chart.bars) + 4)
    left, width = (1.0, size.width - 2.0) if size.narrow else (size.width * 0.2, size.width * 0.55)
    step = width / max((bar.value for bar in chart.bars), default=1.0) if any(bar.value > 0 for bar in chart.bars) else 0.0
    canvas.text("axis", (0, size.text), theme.clip(chart.axis, size.width, size.text * 0.92), size.text * 0.92, theme.SOFT)
    middles = [head + i * pitch + (size.text * 2.1 if size.narrow else pitch / 2) for i in range(len(chart.bars))]
    for bar, middle in zip(chart.bars, middles, strict=True):
        layer, fill = ("own", theme.AZURITE) if bar.own else ("total", theme.AZURITE_BAND)
        canvas.boxes(layer, [(left, middle - _THICK / 2, step * bar.value, _THICK)] if bar.value > 0 else [], fill)
        _words(canvas, bar, (left, width, middle), size)
    own = [left + step * bar.value for bar in chart.bars if bar.own]
    marks = [[(x, middle - _THICK * 0.7), (x, middle + _THICK * 0.7)] for x in own for middle in middles]
    canvas.lines("mark", marks, theme.INK, 1.6)
    return canvas.finish(chart.frame, name)


def _words(canvas: Canvas, bar: TotalBar, place: tuple[float, float, float], size: Size) -> None:
    left, width, middle = place
    if size.narrow:
        canvas.text("name", (1, middle - _THICK * 0.85), theme.clip(bar.name, size.width * 0.5, size.text), size.text, bold=bar.own)
        canvas.text("note", (size.width - 1, middle - _THICK * 0.85), bar.note, size.text * 0.9, theme.SOFT, anchor="end")
        return
    canvas.text("name", (left - 12, middle + size.text * 0.35), theme.clip(bar.name, left - 14, size.text), size.text, anchor="end", bold=bar.own)
    canvas.text("note", (left + width + 14, middle + size.text * 0.35), bar.note, size.text, bold=bar.own)
