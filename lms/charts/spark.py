"""The course of a gap as a line a word wide, for tables: band, line, last value as a dot. Looks come from the style sheet by class."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, INSET = 120, 32, 4
Z80 = 1.2816  # as everywhere: four chances in five


def spark_svg(points: Sequence[tuple[int, float, float]], label: str, ceiling: float = 0.3) -> str:
    """Points as (day number, gap, se), oldest first; nothing below two of them. Zero is the lower edge, so heights compare."""
    if len(points) < 2:
        return ""
    top = max([ceiling, *(gap + Z80 * se for _, gap, se in points)])
    first, last = points[0][0], points[-1][0]

    def at(day: int, value: float) -> str:
        x = INSET + (WIDTH - 2 * INSET) * (day - first) / max(last - first, 1)
        y = HEIGHT - INSET - (HEIGHT - 2 * INSET) * min(max(value, 0.0), top) / top
        return f"{x:.1f},{y:.1f}"

    upper = [at(day, gap + Z80 * se) for day, gap, se in points]
    lower = [at(day, gap - Z80 * se) for day, gap, se in reversed(points)]
    line = " ".join(at(day, gap) for day, gap, _ in points)
    x, y = at(last, points[-1][1]).split(",")
    return (
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{label}">'
        f'<line class="zero" x1="0" x2="{WIDTH}" y1="{HEIGHT - INSET}" y2="{HEIGHT - INSET}"/>'
        f'<polygon class="sure" points="{" ".join([*upper, *lower])}"/><polyline class="run" points="{line}"/>'
        f'<circle class="now" cx="{x}" cy="{y}" r="3"/></svg>'
    )
