"""A sheet in CSS pixels, drawn by matplotlib, without any state of pyplot.

Words are not laid out by matplotlib: it holds no Chinese font and would read `$` as mathematics. Each text is drawn
as a placeholder at its anchor, and `svg.finish` fills in the words; so a hostile label never meets a parser.
"""

import io

from lms.charts import svg, theme
from lms.charts.series import Frame

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, width, height
_HASHSALT = "charts"  # any fixed word: element ids must not differ between two runs


class Canvas:
    """Draws in layers: each call becomes one `<g class=layer>` in the order of the calls."""

    def __init__(self, width: float, height: float) -> None:
        # Imported here: matplotlib takes half a second and most processes never draw.
        from matplotlib.figure import Figure

        self.size = (width, height)
        self.words: list[svg.Words] = []
        self._figure = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor="none")
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set(xlim=(0, width), ylim=(height, 0))

    def boxes(self, layer: str, boxes: list[Box], fill: str, *, stroke: str = "none", width: float = 0) -> None:
        """Rectangles; nothing is drawn for an empty list."""
        corners = [[(x, y), (x + w, y), (x + w, y + h), (x, y + h)] for x, y, w, h in boxes]
        self.shapes(layer, corners, fill, stroke=stroke, width=width)

    def shapes(self, layer: str, corners: list[list[Point]], fill: str, *, stroke: str = "none", width: float = 0) -> None:
        """Closed polygons."""
        from matplotlib.collections import PolyCollection

        # Colours are given twice: with one of each, a lone shape would be written as a marker (<defs> and <use>).
        if corners:
            look = {"facecolors": [fill] * 2, "edgecolors": [stroke] * 2, "linewidths": width}
            self._add(layer, PolyCollection(corners, closed=True, **look))

    def lines(self, layer: str, paths: list[list[Point]], stroke: str, width: float = 1, *, dash: bool = False) -> None:
        """Open polylines, dashed on request."""
        from matplotlib.collections import LineCollection

        if paths:
            style = (0, (4, 3)) if dash else "solid"
            self._add(layer, LineCollection(paths, colors=stroke, linewidths=width, linestyles=[style]))

    def hatch(self, layer: str, boxes: list[Box], stroke: str = theme.HATCH, step: float = 6) -> None:
        """Diagonal hatching inside rectangles, as plain lines: it survives print and needs no pattern."""
        self.lines(layer, [line for box in boxes for line in _diagonals(box, step)], stroke, 1.2)

    def text(self, layer: str, at: Point, words: str, size: float, fill: str = theme.INK, **how) -> None:
        """Live text; `how` may say anchor (start, middle, end), bold and turn (degrees, counter-clockwise)."""
        anchor = {"start": "left", "middle": "center", "end": "right"}[how.get("anchor", "start")]
        placeholder = self._axes.text(
            *at, "x", fontsize=size, color=fill, ha=anchor, va="baseline",
            fontweight="bold" if how.get("bold") else "normal",
            rotation=how.get("turn", 0), rotation_mode="anchor", parse_math=False, clip_on=False,
        )  # fmt: skip
        placeholder.set_gid(f"words-{len(self.words)}")
        self.words.append(svg.Words(layer, words))

    def finish(self, frame: Frame, name: str) -> str:
        """The figure as SVG text; `name` is the prefix of its ids, unique on the page that shows it."""
        import matplotlib

        raw = io.StringIO()
        with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": _HASHSALT}):
            self._figure.savefig(raw, format="svg", metadata={"Date": None})
        return svg.finish(raw.getvalue(), frame, name, self.words)

    def _add(self, layer: str, collection) -> None:
        collection.set_gid(layer)
        collection.set_clip_on(False)
        self._axes.add_collection(collection, autolim=False)


def _diagonals(box: Box, step: float) -> list[list[Point]]:
    """Segments of the lines x + y = constant that lie inside the box."""
    left, top, width, height = box
    out = []
    at = step
    while at < width + height:
        start = (left + min(at, width), top + max(0.0, at - width))
        end = (left + max(0.0, at - height), top + min(at, height))
        out.append([start, end])
        at += step
    return out
