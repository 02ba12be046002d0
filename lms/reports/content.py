"""What a unit's report says, in the language spoken: plain data for the document and the workbook. No deciding who may see."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any

from flask_babel import format_date, gettext, ngettext
from sqlalchemy.orm import Session

from lms import __version__
from lms.charts import figures
from lms.charts.series import Frame
from lms.charts.theme import PRINT
from lms.competency.baseline_queries import Baseline, baseline
from lms.core import framework, instance
from lms.core.i18n import language, pick
from lms.people import queries as people
from lms.people.calendar_queries import today
from lms.people.models import Unit
from lms.reports.method import method
from lms.talent import heat_queries as heat
from lms.talent import queries as talent
from lms.talent.heat_queries import Change, Column, Gap, Headline, Row, wording
from lms.talent.queries import View
from lms.web.filters import moment

SMALLEST_MOVEMENT = 5  # of the published numbers: two dates subtracted are a small group
THIN = 50  # per cent of those required, below which evidence is called thin
MOST_THIN = 3
ROWS_A_SHEET = 26


@dataclass(frozen=True, slots=True)
class Made:
    """Who made the report, when, and of which numbers."""

    by: str
    at: datetime
    live: bool


@dataclass(frozen=True, slots=True)
class Skills:
    """A unit's numbers as the report may show them, with the earliest comparable ones."""

    view: View
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, Row], ...]
    ranking: tuple[Gap, ...]
    baseline: Mapping[str, Baseline]
    path: str
    """The units above, as words."""

    @property
    def headline(self) -> Headline:
        return heat.headline(self.view.whole, self.columns)

    def changes(self) -> list[Change]:
        """What moved since the first measurement; of the published numbers only what moved five people at least."""
        before = Row(self.view.whole.code, self.view.whole.name, {code: first.cell for code, first in self.baseline.items()})
        return heat.changes(before, self.view.whole, self.columns, least=1 if self.view.live else SMALLEST_MOVEMENT)


def read(session: Session, unit: Unit, *, live: bool, now: datetime) -> Skills:
    """The numbers as on the unit's page: live, or the newest published snapshot. ``view.as_of`` is None before the first one."""
    view = talent.live_view(session, unit, now) if live else talent.snapshot_view(session, unit, talent.latest_snapshot(session))
    columns = tuple(column for column in talent.columns() if column.code in view.whole.cells)
    direct = gettext("directly at the unit")
    rows = [(gettext("Whole unit"), view.whole), *((direct if row.direct else row.name, row) for row in view.rows)]
    above = " › ".join(pick(one) for one in people.ancestors(session, unit))
    return Skills(view, columns, tuple(rows), tuple(heat.gap_ranking(view.whole, columns)), _baseline(session, unit, view), above)


def _baseline(session: Session, unit: Unit, view: View) -> dict[str, Baseline]:
    """By competency, the unit's first released measurement, where it is older than the numbers shown."""
    day = view.as_of.date() if view.as_of else date.min
    return {code: first for code, first in baseline(session, unit.id).items() if first.as_of < day}


def document(skills: Skills, made: Made) -> dict[str, Any]:
    """Everything the document prints, for ``reports/report.typ``."""
    return {
        "lang": "en" if language() == "en" else "zh",
        **_frame(skills, made),
        "summary": _summary(skills),
        "heat": _heat(skills),
        "gaps": _gaps(skills),
        "states": _states(skills),
        "trend": _trend(skills),
        "tables": [_whole_table(skills), *([_units_table(skills)] if skills.view.rows else [])],
        "method": {"heading": gettext("How to read this report"), "items": method(live=made.live)},
        "missing_note": gettext("No font here has these characters; they stand as 〓:"),
    }


def title(skills: Skills) -> str:
    """The report's title with the unit."""
    return gettext("Skills report: %(unit)s", unit=skills.view.whole.name)


def _frame(skills: Skills, made: Made) -> dict[str, Any]:
    """Cover, header and footer."""
    return {
        "title": title(skills), "kind": gettext("Skills report"), "unit": skills.view.whole.name, "path": skills.path,
        "product": gettext("Digital Governance Skills"),
        "sample": gettext("Sample county: all people and figures are invented.") if instance.is_sample() else "",
        "facts": [list(fact) for fact in facts(skills, made)], "mark": mark(made.live), "live": made.live,
        "page": gettext("Page %(n)s of %(total)s", n="{n}", total="{total}"), "contents": gettext("In this report"),
        "date": _day(skills.view.as_of),
    }  # fmt: skip


def facts(skills: Skills, made: Made) -> list[tuple[str, str]]:
    """What a reader needs to know of the paper before its numbers."""
    known = framework.read()
    numbers = gettext("live, for HR's own use") if made.live else gettext("published daily snapshot, small groups hidden")
    return [
        (gettext("Unit"), f"{skills.view.whole.name} ({skills.view.whole.code})"),
        (gettext("Numbers as of"), moment(skills.view.as_of)),
        (gettext("Numbers"), numbers),
        (gettext("Personal-level detail"), gettext("none: aggregates only")),
        (gettext("Made by"), made.by),
        (gettext("Made on"), moment(made.at)),
        (gettext("Framework"), f"{known.id} {known.version}"),
        (gettext("Platform"), f"{gettext('Digital Governance Skills')} {__version__}"),
    ]


def mark(live: bool) -> str:
    """What may be done with the paper."""
    if live:
        return gettext("For HR's own use: live numbers, nothing hidden. Small groups can be recognised. Do not pass it on.")
    return gettext("May be passed on: groups too small to be shown are hidden here as everywhere.")


def _day(at: datetime | None) -> str:
    return format_date(at, "long") if at else ""


def _summary(skills: Skills) -> dict[str, Any]:
    return {"heading": gettext("Summary"), "sentences": sentences(skills), "tiles": tiles(skills), "as_of": wording.as_of(skills.view)}


def sentences(skills: Skills) -> list[str]:
    """The report in a few sentences: coverage and what is met, the largest gap, where evidence is thin, what is hidden, what moved."""
    ranking = list(skills.ranking)
    said = [wording.sentence(skills.headline, ranking[0] if ranking else None), wording.gap_sentence(ranking), _thin(skills), _hidden(skills)]
    return [sentence for sentence in (*said, trend_sentence(skills)) if sentence]


def _thin(skills: Skills) -> str:
    """Where the least is known."""
    shares = [(heat.percent(gap.n_evidence, gap.n_required), gap.column) for gap in skills.ranking]
    thin = sorted((share, column.code, column.name) for share, column in shares if share < THIN)[:MOST_THIN]
    if not thin:
        return ""
    names = gettext(", ").join(f"{name} ({share}%)" for share, _code, name in thin)
    return gettext("Evidence is thinnest in: %(names)s. There the first step is to gather evidence, not to train.", names=names)


def _hidden(skills: Skills) -> str:
    n = skills.headline.hidden
    if not n:
        return ""
    return ngettext(
        "%(n)d competency is hidden for the whole unit, because too few people have evidence.",
        "%(n)d competencies are hidden for the whole unit, because too few people have evidence.",
        n,
        n=n,
    )


def trend_sentence(skills: Skills) -> str:
    """What moved since the first measurement, in one sentence; empty without one."""
    if not skills.baseline:
        return ""
    changes = skills.changes()
    if not changes:
        return gettext("Nothing that may be shown has changed since the first measurement.")
    moved = {name: wording.signed(sum(change.difference(name) for change in changes)) for name in ("n_evidence", "met", "not_yet")}
    return gettext("Since the first measurement, counted over all competencies: with evidence %(n_evidence)s, met %(met)s, not yet %(not_yet)s.", **moved)


def tiles(skills: Skills) -> list[dict[str, str]]:
    """The key figures."""
    head = skills.headline
    found = [{"value": wording.number(head.people), "label": gettext("people with targets")}] if head.required else []
    if head.evidence:
        found.append({"value": wording.share(head.coverage), "label": gettext("of what posts ask for has evidence")})
        found.append({"value": wording.share(head.met_share), "label": gettext("of those with evidence meet the target")})
        found.append({"value": wording.share(head.at_most), "label": gettext("at most, once what is unclear is settled")})
    return found


def _heat(skills: Skills) -> dict[str, Any]:
    drawn = [heat.heat_map(skills.view, rows, skills.columns) for rows in _sheets(skills.rows)] if skills.columns else []
    charts = [_chart(figures.heat_map(chart, PRINT, f"heat-{i}"), chart.frame) for i, chart in enumerate(drawn)]
    intro = gettext("Each cell is a unit and a competency. The number is the share of those with evidence who meet the target of their post.")
    return {"heading": gettext("Heat map"), "intro": intro, "charts": charts, "empty": _nothing()}


def _sheets(rows: Sequence[tuple[str, Row]]) -> list[list[tuple[str, Row]]]:
    """The rows cut into sheets of about one length, each beginning with the unit itself."""
    whole, *others = rows
    size = ceil(len(others) / max(ceil(len(others) / ROWS_A_SHEET), 1)) or 1
    return [[whole, *others[start : start + size]] for start in range(0, max(len(others), 1), size)]


def _chart(svg: str, frame: Frame) -> dict[str, Any]:
    """A figure with what is read aloud instead, and its height over its width."""
    width, height = (float(size) for size in _SIZE.search(svg).groups())  # type: ignore[union-attr]  # our own figures say their size
    return {"svg": svg, "alt": f"{frame.title}. {frame.description}", "ratio": height / width}


_SIZE = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')


def _nothing() -> str:
    return gettext("Nobody in this unit holds a post with targets that may be shown.")


def _gaps(skills: Skills) -> dict[str, Any]:
    ranking = list(skills.ranking)
    chart = heat.gap_chart(skills.view, ranking)
    drawn = [_chart(figures.gap_ranking(chart, PRINT), chart.frame)] if ranking else []
    intro = gettext("The mean shortfall against the target, of those with evidence, in levels. It says nothing of those without.")
    return {"heading": gettext("Gaps"), "intro": intro, "charts": drawn, "empty": gettext("There is no evidence yet from which a gap could be worked out.")}


def _states(skills: Skills) -> dict[str, Any]:
    """Coverage and states of the whole unit by competency; numbers of people."""
    names = wording.states()
    head = [gettext("Competency"), "", names["met"], names["unclear"], names["not_yet"], names["no_evidence"], gettext("Coverage")]
    return {
        "heading": gettext("Coverage and states"),
        "intro": gettext("How many people stand where against the target of their post. The whole bar is everyone whose post asks for it."),
        "caption": gettext("People by state, whole unit"),
        "head": head,
        "legend": [{"state": state, "label": names[state]} for state in ("met", "unclear", "not_yet", "no_evidence")],
        "rows": [_state_row(skills.view.whole, column) for column in skills.columns],
        "hidden": gettext("too few people to show"),
        "empty": _nothing(),
    }


def _state_row(row: Row, column: Column) -> dict[str, Any]:
    known: dict[str, Any] = {"code": column.code, "name": column.name}
    numbers = row.cells.get(column.code)
    if numbers is None:
        return known | {"hidden": True}
    counts = {name: getattr(numbers, name) for name in ("met", "unclear", "not_yet", "no_evidence")}
    return known | {"hidden": False, **counts, "required": numbers.n_required, "coverage": f"{heat.percent(numbers.n_evidence, numbers.n_required)}%"}


def _trend(skills: Skills) -> dict[str, Any]:
    head = [gettext("Competency"), gettext("First measured"), gettext("With evidence"), gettext("Met"), gettext("Unclear"), gettext("Not yet")]
    note = "" if skills.view.live else gettext("Movements of fewer than five people are not shown: two dates subtracted from each other are a small group.")
    return {
        "heading": gettext("Since the first measurement"),
        "sentence": trend_sentence(skills) or gettext("There is no earlier measurement to compare with."),
        "caption": gettext("Number of people when first measured and now, by competency"),
        "head": head, "rows": trend_rows(skills), "note": note,
        "flex": 0, "words": 2, "width": 25, "empty": "",
    }  # fmt: skip


def trend_rows(skills: Skills) -> list[list[str]]:
    """Competency and day of the first measurement, then people then → now for each count."""
    return [_trend_row(change, skills.baseline[change.column.code].as_of) for change in skills.changes()]


def _trend_row(change: Change, since: date) -> list[str]:
    counts = [_moved(change, name) for name in ("n_evidence", "met", "unclear", "not_yet")]
    return [f"{change.column.name} {change.column.code}", format_date(since, "medium"), *counts]


def _moved(change: Change, name: str) -> str:
    return f"{getattr(change.before, name)} → {getattr(change.after, name)} ({wording.signed(change.difference(name))})"


def _whole_table(skills: Skills) -> dict[str, Any]:
    """All numbers of the whole unit."""
    lines = heat.number_rows([skills.rows[0]], skills.columns, "")
    shown = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
    rows = [[_cell(line, i) for i in shown] for line in lines[1:]]
    return {
        "heading": gettext("The whole unit in numbers"), "caption": gettext("Mean, standard error and shortfall in logits; a level is about one logit wide"),
        "head": [str(lines[0][i]) for i in shown], "rows": rows, "flex": 1, "words": 2, "width": 14,
        "empty": _nothing(),
    }  # fmt: skip


def _cell(line: Sequence[Any], index: int) -> str:
    value = line[index]
    if isinstance(value, float):
        return f"{round(value, 2) or 0.0:.2f}"  # never minus nothing
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _units_table(skills: Skills) -> dict[str, Any]:
    """The units below, each in a line; in the order of their codes, which is no order of merit."""
    head = [
        *(gettext("Unit"), gettext("Code"), gettext("People with targets"), gettext("Coverage"), gettext("Met, of those with evidence")),
        *(gettext("At most, once settled"), gettext("Largest gap"), gettext("Hidden")),
    ]
    rows = [_unit_row(name, row, skills.columns) for name, row in skills.rows]
    caption = gettext("Sums over the competencies shown; a dash where nothing may be shown")
    return {"heading": gettext("Units"), "caption": caption, "head": head, "rows": rows, "flex": 0, "words": 2, "width": 18, "empty": ""}


def _unit_row(name: str, row: Row, columns: Sequence[Column]) -> list[str]:
    total, ranking = heat.headline(row, columns), heat.gap_ranking(row, columns)
    shares = [wording.share(n) for n in (total.coverage, total.met_share, total.at_most)] if total.evidence else ["–", "–", "–"]
    return [name, row.code, wording.number(total.people) if total.required else "–", *shares, ranking[0].column.code if ranking else "–", str(total.hidden)]


def sheet_data(skills: Skills, made: Made) -> Mapping[str, Any]:
    """What the workbook holds besides its charts: key facts, states, all cells, method."""
    names = wording.states()
    states = [_state_row(skills.view.whole, column) for column in skills.columns]
    gaps = {gap.column.code: gap for gap in skills.ranking}
    return {
        "title": title(skills), "mark": mark(made.live), "facts": facts(skills, made), "sentences": sentences(skills),
        "names": names, "states": states, "gaps": gaps,
        "cells": heat.number_rows(skills.rows, skills.columns, today(skills.view.as_of).isoformat() if skills.view.as_of else ""),
        "trend": _trend(skills), "method": method(live=made.live),
    }  # fmt: skip
