"""One gap worked out: how large and how sure, how it came, what to do first and why, and how to get evidence cheaply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import format_date, gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.charts import figures, series
from lms.charts.gaps import WHISKER_Z
from lms.charts.theme import PHONE, SCREEN
from lms.competency import baseline_queries, total_queries
from lms.core import clock, framework
from lms.core.errors import NotFound
from lms.core.i18n import language, pick
from lms.people import queries as people
from lms.people.models import Unit
from lms.talent import board, board_page, board_queries, board_words, queries, wording
from lms.talent.board import Line, Numbers
from lms.talent.queries import View


def page(session: Session, view: View, code: str, args: Mapping[str, str], *, may_act: bool, may_order: bool = False) -> dict[str, Any]:
    """The page for its template. Raises NotFound for a gap that does not exist there."""
    line = _line(session, view, code, args)
    cell, rule, unit = line.cell, board.rules(), view.unit
    levels = _levels(session, unit, code) if view.live and not line.key else {}
    steps = board.advice(cell, rule, critical=line.critical, level=max(levels, key=lambda level: levels[level], default=2))
    offer = board_queries.offers(session, [code])[code]
    chart = trend_chart(session, unit, code) if not line.key else None
    return {
        "name": line.competency, "code": code, "unit": pick(unit), "unit_code": unit.code, "group": line.name, "critical": line.critical,
        "as_of": wording.as_of(view), "said": board_words.standing(board.standing(cell, rule), cell), "standing": board.standing(cell, rule).value,
        "sentence": _sentence(cell), "stats": _stats(cell), "may_act": may_act,
        "actions": board_page.actions(steps, cell, rule, unit.code, line, offer, links=may_act) if cell else [],
        "ways": [board_words.way(way) for way in _ways(cell, levels, view)] if cell else [],
        "months": board_words.months(cell, rule) if cell and cell.not_yet else "",
        "baseline": _baseline(session, unit, code, cell) if not line.key else "",
        "chart": _drawn(chart), "points": _points(chart), "cell_url": url_for("talent.unit_cell", code=unit.code, competency=code) if not line.key else "",
        "svg_url": url_for("talent.gap_picture", code=unit.code, competency=code) if chart else "",
        "by_last_evidence": bool(line.key), "order_url": board_page.order_path(unit.code, line) if may_order else "",
    }  # fmt: skip


def _levels(session: Session, unit: Unit, code: str) -> Mapping[int, int]:
    """Officials without evidence by target level."""
    found = people.counted(session, ("no evidence", unit.id, code), lambda: total_queries.levels_without_evidence(session, unit, [code]))
    levels: Mapping[int, int] = found.get(code, {})
    return levels


def _line(session: Session, view: View, code: str, args: Mapping[str, str]) -> Line:
    by = "post" if args.get("post") else "tier" if args.get("tier") else "competency"
    key = args.get("post") or args.get("tier") or ""
    found = board_queries.lines(session, view, by, queries.columns()) if view.as_of else []
    line = next((one for one in found if one.code == code and one.key == key), None)
    if line is None:
        raise NotFound
    return line


def _sentence(cell: Numbers | None) -> str:
    if cell is None:
        return gettext("The group is too small, or showing it would give a small group away by subtraction.")
    if not cell.n_evidence:
        return gettext("Nobody of %(all)s has evidence. That is no failing: nothing is known.", all=cell.n_required)
    return gettext(
        "Those with evidence are %(gap)s levels short of their targets on average. "
        "%(not_yet)s are certainly below, %(unclear)s may be; of %(none)s nothing is known.",
        gap=wording.levels(cell.gap or 0), not_yet=cell.not_yet, unclear=cell.unclear, none=cell.no_evidence,
    )  # fmt: skip


def _stats(cell: Numbers | None) -> list[dict[str, Any]]:
    if cell is None:
        return []
    tiles = [
        {"value": wording.number(cell.n_required), "label": gettext("people whose post asks for it")},
        {"value": wording.share(board.coverage_percent(cell)), "label": gettext("have evidence")},
    ]
    if cell.n_evidence:
        tiles.append({"value": wording.share(board.decided_percent(cell)), "label": gettext("of those with evidence are decided")})
        tiles.append({"value": wording.levels(cell.gap or 0), "label": gettext("levels short on average"), "note": _error(cell)})
    return tiles


def _error(cell: Numbers) -> str:
    return gettext("standard error at least %(se)s", se=wording.levels(cell.se)) if cell.se is not None else ""


def _ways(cell: Numbers, levels: Mapping[int, int], view: View) -> list[board.Way]:
    """Where the levels of those without evidence may not be seen (or are a group's), the usual level 2 is taken."""
    missing = levels or {2: cell.no_evidence}
    return board.ways_to_evidence(missing, cell.unclear, framework.read().rules, board.rules())


def _baseline(session: Session, unit: Unit, code: str, cell: Numbers | None) -> str:
    first = baseline_queries.baseline(session, unit.id).get(code)
    if first is None or first.cell.gap is None:
        return gettext("No first measurement yet: it is kept when a snapshot first shows this cell.")
    words = {"day": format_date(first.as_of, "long"), "gap": wording.levels(first.cell.gap), "n": first.cell.n_evidence}
    text = gettext("First measurement, %(day)s: %(gap)s levels short, %(n)s people with evidence.", **words)
    if cell is None or cell.gap is None:
        return text
    text += " " + gettext("Now: %(gap)s. The people measured are not all the same.", gap=wording.levels(cell.gap))
    return f"{text} {_change(cell.gap - first.cell.gap, cell.se, first.cell.se)}".strip()


def _change(difference: float, now: float | None, then: float | None) -> str:
    """How much larger or smaller, with the band of four chances in five; nothing where an error is not known."""
    if now is None or then is None:
        return ""
    band = WHISKER_Z * (now**2 + then**2) ** 0.5
    words = {"size": wording.levels(abs(difference)), "band": wording.levels(band)}
    if abs(difference) <= band:
        return gettext("Change: %(size)s ± %(band)s levels, no more than the evidence leaves open.", **words)
    return gettext("%(size)s ± %(band)s levels smaller.", **words) if difference < 0 else gettext("%(size)s ± %(band)s levels larger.", **words)


def trend_chart(session: Session, unit: Unit, code: str) -> series.Trend | None:
    """The gap over snapshots as published; None with fewer than two of them."""
    points = board_queries.trends(session, [unit.id], [code]).get((unit.id, code), [])
    known = next((one for one in framework.read().competencies if one.code == code), None)
    if len(points) < 2 or known is None:
        return None
    first = baseline_queries.baseline(session, unit.id).get(code)
    title = gettext("%(unit)s, %(name)s: mean shortfall over time", unit=pick(unit), name=pick(known.name))
    frame = series.Frame(title, board_page.trend_words(points), language())
    drawn = tuple(series.TrendPoint(clock.day_number(p.day), format_date(p.day, "medium"), round(p.gap, 3), round(p.se, 3)) for p in points)
    legend = gettext("Band: the range of four chances in five. Dashed: the first measurement. Snapshots; a point changes when at least five people have moved.")
    return series.Trend(frame, drawn, gettext("Mean shortfall of those with evidence, in levels"), legend, first.cell.gap if first else None)


def _drawn(chart: series.Trend | None) -> dict[str, Any] | None:
    if chart is None:
        return None
    pictures = {"wide": figures.gap_trend(chart, SCREEN, "trend-wide"), "narrow": figures.gap_trend(chart, PHONE, "trend-narrow")}
    return {"title": chart.frame.title, "summary": chart.frame.description, **{name: Markup(svg) for name, svg in pictures.items()}}  # noqa: S704 - our own charts


def _points(chart: series.Trend | None) -> list[dict[str, str]]:
    return [{"day": p.label, "gap": wording.levels(p.gap), "se": wording.levels(p.se)} for p in chart.points] if chart else []
