"""The gap board for its template: choice, rows, actions. No deciding who may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import current_app, url_for
from flask_babel import gettext
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from lms.charts.gaps import WHISKER_Z
from lms.charts.spark import spark_svg
from lms.core import clock
from lms.core.paging import Page
from lms.people.enums import Tier
from lms.talent import board, board_words, wording
from lms.talent.board import Advice, Line, Numbers, Rules, Standing, Step
from lms.talent.board_queries import Offer, Point

SIZE = 25
ASSIGN = "/talent/assignments/new"
DECIDE = "/talent/decisions/new"
ORDER = "/orders/new"
PATHS = {Step.PLACEMENT: ASSIGN, Step.PLAN: "/talent/plans/new", Step.ROTATION: "/talent/what-if", Step.ORDER: ORDER, Step.RECRUITMENT: DECIDE}
BY = ("competency", "unit", "post", "tier", "strand")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the reader chose; unknown values mean all."""

    unit: str = ""
    by: str = "competency"
    strand: str = ""
    tier: str = ""
    post: str = ""
    critical: bool = False
    standing: str = ""
    order: str = "gap"
    q: str = ""
    published: bool = False

    def query(self, **other: str) -> dict[str, str]:
        """The address's parameters, some replaced; empty ones and defaults are left out."""
        values = {
            "unit": self.unit, "by": self.by if self.by != "competency" else "", "strand": self.strand, "tier": self.tier, "post": self.post,
            "critical": "1" if self.critical else "", "standing": self.standing, "order": self.order if self.order != "gap" else "", "q": self.q,
            "as": "snapshot" if self.published else "",
        }  # fmt: skip
        return {key: value for key, value in (values | other).items() if value}


def wish(args: Mapping[str, str]) -> Wish:
    """The choice from an address."""
    by = args.get("by", "")
    post, tier = args.get("post", "")[:20], args.get("tier", "")[:20]
    by = "post" if post else by if by in BY else "tier" if tier else "competency"
    strand, standing, order = args.get("strand", ""), args.get("standing", ""), args.get("order", "")
    return Wish(
        args.get("unit", "")[:40], by, strand if strand in ("T", "G") else "", tier, post, bool(args.get("critical")),
        standing if standing in ("short", "thin", "fine") else "", order if order in board.ORDERS else "gap", args.get("q", "").strip()[:80],
        args.get("as") == "snapshot",
    )  # fmt: skip


def chosen(lines: Sequence[Line], wanted: Wish, rule: Rules, tiers: Mapping[str, str]) -> list[Line]:
    """The lines that the choice lets through, in its order. ``tiers``: tier by unit code, for lines of units."""
    text = wanted.q.casefold()
    kept = [
        line for line in lines
        if (not wanted.strand or line.strand == wanted.strand)
        and (not wanted.critical or line.critical)
        and (not wanted.post or line.key == wanted.post)
        and (not wanted.tier or wanted.by not in ("tier", "unit") or wanted.tier in (line.key, tiers.get(line.key)))
        and (not text or any(text in part.casefold() for part in (line.name, line.key, line.competency, line.code)))
        and _stands(line, wanted.standing, rule)
    ]  # fmt: skip
    return board.ordered(kept, wanted.order)


def _stands(line: Line, wanted: str, rule: Rules) -> bool:
    found = board.standing(line.cell, rule)
    return not wanted or found == wanted or (wanted == "thin" and found is Standing.NOBODY)


def page_of(lines: Sequence[Line], number: int) -> Page:
    """One page of the lines."""
    number = min(max(number, 1), max(1, -(-len(lines) // SIZE)))
    return Page(lines[(number - 1) * SIZE : number * SIZE], number, len(lines), SIZE)


def rows(page: Page, unit: str, rule: Rules, points: Mapping[tuple[str, str], list[Point]], wanted: Wish) -> list[dict[str, Any]]:
    """The page's rows for the template; bars in per cent of the longest on the page."""
    longest = max((line.cell.gap + WHISKER_Z * (line.cell.se or 0) for line in page.rows if line.cell and line.cell.gap), default=0.0) or 1.0
    return [_row(line, unit, rule, longest, points.get((line.key or unit, line.code), []), wanted) for line in page.rows]


def _row(line: Line, unit: str, rule: Rules, longest: float, points: list[Point], wanted: Wish) -> dict[str, Any]:
    found = board.standing(line.cell, rule)
    steps = board.advice(line.cell, rule, critical=line.critical)
    known = {
        "line": line, "standing": found.value, "said": board_words.standing(found, line.cell), "url": _detail(line, unit, wanted),
        "group": line.name if line.name != line.competency else "", "first": board_words.steps()[steps[0].step] if steps else "",
        "why": board_words.short_why(steps[0].why, line.cell, rule) if steps and line.cell else "",
        "trend": Markup(spark_svg([(clock.day_number(p.day), p.gap, p.se) for p in points], escape(trend_words(points)))),  # noqa: S704
    }  # fmt: skip
    return known | (_numbers(line.cell, longest) if line.cell else {})


def _numbers(cell: Numbers, longest: float) -> dict[str, Any]:
    gap, se = cell.gap or 0.0, cell.se or 0.0
    low, high = max(gap - WHISKER_Z * se, 0.0), gap + WHISKER_Z * se
    return {
        "gap": wording.levels(gap) if cell.n_evidence else "", "label": gettext("%(gap)s levels short, between %(low)s and %(high)s",
            gap=wording.levels(gap), low=wording.levels(low), high=wording.levels(high)),
        "width": round(100 * gap / longest, 2), "low": round(100 * low / longest, 2), "high": round(100 * high / longest, 2),
        "not_yet": wording.number(cell.not_yet), "unclear": wording.number(cell.unclear), "required": wording.number(cell.n_required),
        "coverage": wording.share(board.coverage_percent(cell)), "decided": wording.share(board.decided_percent(cell)) if cell.n_evidence else "",
        "se": wording.levels(se) if cell.n_evidence and cell.se is not None else "",
    }  # fmt: skip


def trend_words(points: Sequence[Point]) -> str:
    """What the little picture shows."""
    if len(points) < 2:
        return ""
    difference = points[-1].gap - points[0].gap
    noise = WHISKER_Z * (points[-1].se ** 2 + points[0].se ** 2) ** 0.5
    words = {"then": wording.levels(points[0].gap), "now": wording.levels(points[-1].gap), "day": points[0].day.isoformat()}
    if abs(difference) <= noise:
        return gettext("From %(then)s on %(day)s to %(now)s: no more than the evidence leaves open", **words)
    if difference < 0:
        return gettext("Smaller: from %(then)s on %(day)s to %(now)s", **words)
    return gettext("Larger: from %(then)s on %(day)s to %(now)s", **words)


def _detail(line: Line, unit: str, wanted: Wish) -> str:
    if wanted.by == "strand":
        return url_for("talent.board", **wanted.query(by="", strand=line.key, page=""))
    shown = {"as": "snapshot"} if wanted.published else {}
    if wanted.by == "post":
        return url_for("talent.gap", code=unit, competency=line.code, post=line.key, **shown)
    if wanted.by == "tier":
        return url_for("talent.gap", code=unit, competency=line.code, tier=line.key, **shown)
    return url_for("talent.gap", code=line.key or unit, competency=line.code, **shown)


def open_path(path: str, **query: str) -> str:
    """The address, or nothing where this installation has no such page."""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return ""
    asked = urlencode({key: value for key, value in query.items() if value})
    return f"{path}?{asked}" if asked else path


def actions(steps: Sequence[Advice], cell: Numbers, rule: Rules, unit: str, line: Line, offer: Offer, *, links: bool) -> list[dict[str, Any]]:
    """The steps with their words and, for those who may act, where they lead; the first one first."""
    names = board_words.steps()
    return [
        {"name": names[one.step], "why": board_words.why(one.why, cell, rule), "links": _links(one.step, unit, line, offer) if links else []}
        for one in steps
    ]  # fmt: skip


def order_path(unit: str, line: Line) -> str:
    """Where a training order for a gap begins: its unit, competency and group are named already."""
    group = {"tier" if line.key in list(Tier) else "post": line.key}
    return open_path(ORDER, unit=unit, competency=line.code, question=board_words.question(Step.ORDER, line), **group)


def _links(step: Step, unit: str, line: Line, offer: Offer) -> list[tuple[str, str]]:
    """(label, address) of what may be begun; several where there is a choice."""
    here = {"unit": unit, "competency": line.code}
    names = board_words.steps()
    if step in (Step.COURSE, Step.QUIZ, Step.LESSON):
        offered = offer.lessons if step is Step.LESSON else offer.courses
        found = [(title, open_path(ASSIGN, kind=step.value, code=code, **here)) for code, title in offered]
    elif step is Step.WORK_SAMPLE:
        found = [
            (gettext("Work sample, level %(level)d", level=level), open_path(ASSIGN, kind="work_sample", code=task, **here)) for task, level in offer.samples
        ]
    elif step is Step.ORDER:
        found = [(names[step], order_path(unit, line))]
    elif step is Step.RECRUITMENT:
        found = [(names[step], open_path(DECIDE, measure="met", question=board_words.question(step, line), **here))]
    elif step is Step.ROTATION:
        found = [
            (gettext("Who is ready for critical posts here"), open_path("/talent/bench", unit=unit)),
            (gettext("Try out a transfer"), open_path(PATHS[step])),
        ]
    else:
        kind = {"kind": "placement"} if step is Step.PLACEMENT else {}
        found = [(names[step], open_path(PATHS[step], **kind, **here))]
    return [(label, url) for label, url in found if url]
