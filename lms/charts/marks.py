"""The four state marks: full, half, outline, hatched. Shape says it; colour only repeats it."""

from math import cos, pi, sin

from lms.charts import theme
from lms.charts.canvas import Canvas, Point
from lms.charts.series import Mark

_CORNERS = 28


def draw(canvas: Canvas, mark: Mark, at: Point, radius: float = 6) -> None:
    """One mark centred at `at`; layers `mark-met`, `mark-unclear`, `mark-not_yet`, `mark-no_evidence`."""
    layer = f"mark-{mark.value}"
    disc = arc(at, radius, 0, 2 * pi)
    if mark is Mark.MET:
        canvas.shapes(layer, [disc], theme.MET, stroke=theme.MET, width=1.6)
    elif mark is Mark.NOT_YET:
        canvas.shapes(layer, [disc], "none", stroke=theme.NOT_YET, width=1.6)
    elif mark is Mark.UNCLEAR:
        canvas.shapes(layer, [disc], "none", stroke=theme.UNCLEAR, width=1.6)
        canvas.shapes(f"{layer}-half", [arc(at, radius, pi / 2, 3 * pi / 2)], theme.UNCLEAR)
    else:
        canvas.shapes(layer, [disc], "none", stroke=theme.NONE, width=1.2)
        canvas.lines(f"{layer}-hatch", _hatching(at, radius), theme.NONE, 1.2)


def arc(at: Point, radius: float, start: float, end: float) -> list[Point]:
    turn = (end - start) / _CORNERS
    return [(at[0] + radius * cos(start + i * turn), at[1] + radius * sin(start + i * turn)) for i in range(_CORNERS + 1)]


def _hatching(at: Point, radius: float) -> list[list[Point]]:
    """Three parallel chords at 45 degrees."""
    chords = []
    for offset in (-0.5, 0.0, 0.5):
        half = radius * (1 - offset**2) ** 0.5
        x, y = at[0] + radius * offset * 0.7071, at[1] + radius * offset * 0.7071
        chords.append([(x - half * 0.7071, y + half * 0.7071), (x + half * 0.7071, y - half * 0.7071)])
    return chords
