"""Drawing of the heat map: number and fill = share met, pale fill = still unclear, foot stripe = coverage."""

from dataclasses import dataclass
from itertools import groupby

from lms.charts import theme
from lms.charts.canvas import Box, Canvas
from lms.charts.series import HeatCell, HeatMap, Look
from lms.charts.theme import Size

_FOOT = 5.0
_HEADER = 158.0
_SLANT = 60
_PER_LINE = 5  # cells beside each other on a phone


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where everything stands: boxes row by row, in the order of the cells."""

    height: float
    boxes: tuple[tuple[Box, ...], ...]


def draw(chart: HeatMap, size: Size, name: str) -> str:
    """SVG of the heat map; on a phone each unit becomes a block of small cells."""
    grid = _blocks(chart, size) if size.narrow else _table(chart, size)
    canvas = Canvas(size.width, grid.height + 14 + max(_legend_lines(chart, size), 6 if size.narrow else 2) * size.text * 1.6)
    if size.narrow:
        _block_labels(canvas, chart, grid, size)
    else:
        _headers(canvas, chart, grid, size)
        _row_names(canvas, chart, grid, size)
    _cells(canvas, chart, grid, size)
    _legend(canvas, chart, size, grid.height + 12)
    return canvas.finish(chart.frame, name)


def _label_width(chart: HeatMap, size: Size) -> float:
    widest = max((theme.text_width(row.name, size.text) for row in chart.rows), default=0)
    return min(max(widest + 14, 90), size.width * 0.2)


def _table(chart: HeatMap, size: Size) -> _Grid:
    left, high = _label_width(chart, size), size.text * 2.4
    # Slanted names lean out to the right: the last column leaves room for its own.
    pitch = min((size.width - left - 78) / max(len(chart.columns), 1), 84)
    rows = []
    top = _HEADER
    for row in chart.rows:
        rows.append(tuple((left + i * pitch + 1.5, top, pitch - 3, high) for i in range(len(chart.columns))))
        top += high + (10 if row.total else 3)
    return _Grid(top + size.text * 3.4, tuple(rows))


def _blocks(chart: HeatMap, size: Size) -> _Grid:
    pitch, high, label = size.width / _PER_LINE, 32.0, size.text * 1.25
    rows, top = [], 0.0
    for _row in chart.rows:
        top += size.text * 2
        boxes = []
        for i in range(len(chart.columns)):
            line, place = divmod(i, _PER_LINE)
            boxes.append((place * pitch + 1.5, top + label + line * (high + label), pitch - 3, high))
        rows.append(tuple(boxes))
        top += -(-len(chart.columns) // _PER_LINE) * (high + label) + 8
    return _Grid(top, tuple(rows))


def _headers(canvas: Canvas, chart: HeatMap, grid: _Grid, size: Size) -> None:
    small = size.text * 0.92
    boxes = grid.boxes[0] if grid.boxes else ()
    for column, (x, _y, width, _h) in zip(chart.columns, boxes, strict=False):
        lines = theme.wrap(column.name, (_HEADER - 24) / 0.87, small, 2)
        for i, line in enumerate(lines):
            at = x + width / 2 + 4 + (i - (len(lines) - 1) / 2) * small * 1.25
            canvas.text("column", (at, _HEADER - 8), line, small, theme.SOFT, turn=_SLANT)
    _areas(canvas, chart, grid, size)


def _areas(canvas: Canvas, chart: HeatMap, grid: _Grid, size: Size) -> None:
    """A bracket with the area's name under each run of columns: the slanted names keep the top for themselves."""
    if not grid.boxes:
        return
    bottom, small = grid.boxes[-1][0][1] + grid.boxes[-1][0][3] + 9, size.text * 0.86
    for group, run in groupby(zip(chart.columns, grid.boxes[0], strict=True), key=lambda pair: pair[0].group):
        boxes = [box for _column, box in run]
        left, right = boxes[0][0] + 1, boxes[-1][0] + boxes[-1][2] - 1
        canvas.lines("area", [[(left, bottom), (right, bottom)]], theme.SOFT, 1)
        for i, line in enumerate(theme.wrap(group, right - left, small, 2)):
            canvas.text("area", (left, bottom + small * (1.25 + 1.2 * i)), line, small, theme.SOFT)


def _row_names(canvas: Canvas, chart: HeatMap, grid: _Grid, size: Size) -> None:
    room = _label_width(chart, size) - 8
    for row, boxes in zip(chart.rows, grid.boxes, strict=True):
        y = boxes[0][1] + boxes[0][3] / 2 + size.text * 0.3 if boxes else _HEADER
        canvas.text("row", (0, y), theme.clip(row.name, room, size.text), size.text, bold=row.total)


def _block_labels(canvas: Canvas, chart: HeatMap, grid: _Grid, size: Size) -> None:
    for row, boxes in zip(chart.rows, grid.boxes, strict=True):
        if boxes:
            canvas.text("row", (2, boxes[0][1] - size.text * 1.5), row.name, size.text, bold=True)
        for column, (x, y, width, _h) in zip(chart.columns, boxes, strict=True):
            canvas.text("column", (x + width / 2, y - 3), column.code, size.text * 0.8, theme.SOFT, anchor="middle")


def _cells(canvas: Canvas, chart: HeatMap, grid: _Grid, size: Size) -> None:
    pairs = [pair for row, boxes in zip(chart.rows, grid.boxes, strict=True) for pair in zip(row.cells, boxes, strict=True)]
    shown = [(cell, box) for cell, box in pairs if cell.look is Look.SHOWN]
    few = [box for cell, box in pairs if cell.look is Look.TOO_FEW]
    none = [box for cell, box in pairs if cell.look is Look.NO_EVIDENCE]
    canvas.boxes("cell", [box for _cell, box in shown], theme.WASH)
    canvas.boxes("empty", few + none, theme.PAPER, stroke=theme.LINE, width=1)
    canvas.hatch("too-few", few)
    canvas.hatch("no-evidence", none, step=12)
    _fills(canvas, shown)
    canvas.boxes("urgent", [_inset(box) for cell, box in shown if cell.urgent], "none", stroke=theme.CINNABAR, width=2)
    for cell, box in shown:
        _number(canvas, str(cell.met), box, size)
    for box in few:
        _number(canvas, "–", box, size)


def _fills(canvas: Canvas, shown: list[tuple[HeatCell, Box]]) -> None:
    canvas.boxes("met", [_part(box, 0, cell.met) for cell, box in shown if cell.met], theme.MET_FILL)
    unclear = [(box, cell.met, cell.met + cell.unclear) for cell, box in shown if cell.unclear]
    canvas.boxes("unclear", [_part(*part) for part in unclear], theme.UNCLEAR_FILL)
    tops = [_part(*part) for part in unclear]
    canvas.lines("may-be-met", [[(x, y), (x + w, y)] for x, y, w, _h in tops], theme.UNCLEAR, 1, dash=True)
    canvas.boxes("foot", [(x, y + h - _FOOT, w, _FOOT) for _cell, (x, y, w, h) in shown], theme.PAPER)
    stripes = [(x, y + h - _FOOT + 1, w * cell.coverage / 100, _FOOT - 1) for cell, (x, y, w, h) in shown if cell.coverage]
    canvas.boxes("coverage", stripes, theme.SOFT)


def _part(box: Box, low: int, high: int) -> Box:
    """The slice of a cell between two percentages, counted from above the foot stripe."""
    x, y, width, height = box
    room = height - _FOOT
    return (x, y + room * (100 - high) / 100, width, room * (high - low) / 100)


def _inset(box: Box) -> Box:
    x, y, width, height = box
    return (x + 1, y + 1, width - 2, height - 2)


def _number(canvas: Canvas, words: str, box: Box, size: Size) -> None:
    x, y, width, height = box
    canvas.text("number", (x + width / 2, y + (height - _FOOT) / 2 + size.text * 0.35), words, size.text, anchor="middle")


def _legend_places(chart: HeatMap, size: Size) -> list[tuple[str, str, float, int]]:
    """(kind, text, x, line) of each entry of the legend: as many on a line as fit."""
    words, small = chart.words, size.text * 0.92
    x, line, places = 2.0, 0, []
    for kind in ("met", "unclear", "coverage", "urgent", "too_few", "no_evidence"):
        text = getattr(words, kind)
        room = 26 + theme.text_width(text, small) + 22
        if x > 2 and x + room > size.width + 22:
            x, line = 2.0, line + 1
        places.append((kind, text, x, line))
        x += room
    return places


def _legend_lines(chart: HeatMap, size: Size) -> int:
    return _legend_places(chart, size)[-1][3] + 1


def _legend(canvas: Canvas, chart: HeatMap, size: Size, top: float) -> None:
    small = size.text * 0.92
    for kind, text, x, line in _legend_places(chart, size):
        y = top + size.text * (1 + 1.6 * line)
        _swatch(canvas, kind, (x, y - small + 1, 20, small))
        canvas.text("legend", (x + 26, y), theme.clip(text, size.width - 30, small), small, theme.SOFT)


def _swatch(canvas: Canvas, kind: str, box: Box) -> None:
    x, y, width, height = box
    if kind == "met":
        canvas.boxes("key", [box], theme.MET_FILL)
    elif kind == "unclear":
        canvas.boxes("key", [box], theme.UNCLEAR_FILL)
        canvas.lines("key", [[(x, y), (x + width, y)]], theme.UNCLEAR, 1, dash=True)
    elif kind == "coverage":
        canvas.boxes("key", [(x, y + height - 4, width, 4)], theme.SOFT)
    elif kind == "urgent":
        canvas.boxes("key", [_inset(box)], "none", stroke=theme.CINNABAR, width=2)
    else:
        canvas.boxes("key", [box], theme.PAPER, stroke=theme.LINE, width=1)
        canvas.hatch("key", [box], step=6 if kind == "too_few" else 12)
