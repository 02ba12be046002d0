"""Drawing of a person's competencies: five levels, the band of what is known, the estimate, the target."""

from lms.charts import marks, theme
from lms.charts.canvas import Box, Canvas
from lms.charts.scale import ZONES, Scale, placed
from lms.charts.series import BandRow, Bands, BandWords
from lms.charts.theme import Size

_RULER = 26.0


def draw(chart: Bands, size: Size, name: str) -> str:
    """SVG of the bands: one row a competency, labels above the ruler on a phone."""
    head = size.text * 1.7
    pitch = size.text * (6.4 if size.narrow else 3.7)
    canvas = Canvas(size.width, head + pitch * len(chart.rows) + size.text * (9 if size.narrow else 3.4))
    scale = Scale(chart.cuts)
    tops = [head + i * pitch + (size.text * 1.7 if size.narrow else 6) for i in range(len(chart.rows))]
    rulers = [_ruler_box(size, top) for top in tops]
    _zones(canvas, rulers)
    _level_names(canvas, chart.words, _ruler_box(size, 0), size)
    for row, ruler in zip(chart.rows, rulers, strict=True):
        _band(canvas, row, ruler, scale)
        _labels(canvas, row, ruler, size)
    _legend(canvas, chart.words, size, head + pitch * len(chart.rows) + size.text)
    return canvas.finish(chart.frame, name)


def _ruler_box(size: Size, top: float) -> Box:
    if size.narrow:
        return (1, top, size.width - 2, _RULER)
    return (size.width * 0.26, top, size.width * 0.46, _RULER)


def _zones(canvas: Canvas, rulers: list[Box]) -> None:
    for zone, fill in enumerate(theme.ZONES):
        boxes = [(x + w * zone / ZONES, y, w / ZONES, h) for x, y, w, h in rulers]
        canvas.boxes("zone", boxes, fill, stroke=theme.LINE, width=0.5)


def _level_names(canvas: Canvas, words: BandWords, ruler: Box, size: Size) -> None:
    x, _y, width, _h = ruler
    small = size.text * 0.82
    for zone, text in enumerate((words.below, *words.levels)):
        at = (x + width * (zone + 0.5) / ZONES, size.text * 1.1)
        canvas.text("level", at, theme.clip(text, width / ZONES - 2, small), small, theme.SOFT, anchor="middle")


def _band(canvas: Canvas, row: BandRow, ruler: Box, scale: Scale) -> None:
    x, y, width, height = ruler
    if row.estimate is None:
        canvas.hatch("no-evidence", [ruler], step=9)
    else:
        at = placed(row.estimate.mean, row.estimate.sd, scale)
        middle = y + height / 2
        left, right = x + width * at.wide_low / 100, x + width * (at.wide_low + at.wide_width) / 100
        canvas.lines("wide", [[(left, middle), (right, middle)]], theme.AZURITE, 1.4)
        canvas.boxes("band", [(x + width * at.low / 100, middle - 6, width * at.width / 100, 12)], theme.AZURITE_BAND)
        canvas.boxes("estimate", [(x + width * at.mid / 100 - 2, middle - 10, 4, 20)], theme.AZURITE)
    if row.target is not None:
        line = x + width * scale.level_start(row.target) / 100
        canvas.lines("target", [[(line, y - 4), (line, y + height + 4)]], theme.CINNABAR, 2, dash=True)


def _labels(canvas: Canvas, row: BandRow, ruler: Box, size: Size) -> None:
    x, y, width, height = ruler
    small = size.text * 0.86
    if size.narrow:
        canvas.text("name", (1, y - 7), theme.clip(row.name, width - 60, size.text), size.text)
        canvas.text("code", (x + width, y - 7), row.code, small, theme.SOFT, anchor="end")
        below = y + height + size.text * 1.35
        marks.draw(canvas, row.mark, (8, below - size.text * 0.32))
        canvas.text("state", (20, below), theme.clip(f"{row.state} · {row.note}" if row.note else row.state, width - 20, size.text), size.text)
        return
    lines = theme.wrap(row.name, x - 78, size.text, 2)
    for i, line in enumerate(lines):
        canvas.text("name", (0, y + height / 2 + size.text * (0.35 + 1.25 * (i - (len(lines) - 1) / 2))), line, size.text)
    canvas.text("code", (x - 14, y + height / 2 + size.text * 0.35), row.code, small, theme.SOFT, anchor="end")
    beside = x + width + 22
    marks.draw(canvas, row.mark, (beside, y + 5.5))
    canvas.text("state", (beside + 13, y + 10), row.state, size.text)
    canvas.text("note", (beside + 13, y + 10 + size.text * 1.3), theme.clip(row.note, size.width - beside - 14, small), small, theme.SOFT)


def _legend(canvas: Canvas, words: BandWords, size: Size, top: float) -> None:
    x, y, small = 1.0, top + size.text, size.text * 0.92
    for kind, text in (("estimate", words.estimate), ("band", words.band), ("wide", words.wide), ("target", words.target)):
        room = 30 + theme.text_width(text, small) + 20
        if x > 1 and x + room > size.width + 20:
            x, y = 1.0, y + size.text * 1.6
        _swatch(canvas, kind, (x, y - small * 0.35))
        canvas.text("legend", (x + 30, y), theme.clip(text, size.width - 32, small), small, theme.SOFT)
        x += room


def _swatch(canvas: Canvas, kind: str, at: tuple[float, float]) -> None:
    x, y = at
    if kind == "estimate":
        canvas.boxes("key", [(x + 10, y - 7, 4, 14)], theme.AZURITE)
    elif kind == "band":
        canvas.boxes("key", [(x, y - 5, 24, 10)], theme.AZURITE_BAND)
    elif kind == "wide":
        canvas.lines("key", [[(x, y), (x + 24, y)]], theme.AZURITE, 1.4)
    else:
        canvas.lines("key", [[(x + 12, y - 8), (x + 12, y + 8)]], theme.CINNABAR, 2, dash=True)
